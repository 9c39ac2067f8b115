/*
 * tests/objects/legacy_inner.bpf.c - a legacy definition that says more than five numbers.
 *
 * inner_map_idx is not zero: this map holds maps like the one with that number, which
 * stands behind it and must be made first. The names of the members are in the BTF.
 */
#include "uapi/bpf/bpf.h"

struct wide_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags;
	unsigned int inner_map_idx, numa_node;
};

struct wide_map_def SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u32),
	.max_entries = 2,
	.inner_map_idx = 1,
};

struct wide_map_def SEC("maps") inner = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u64),
	.value_size = 12,
	.max_entries = 5,
};

SEC("raw_tracepoint/sys_enter")
int legacy_inner(void *ctx __unused)
{
	__u32 key = 1;
	__u64 long_key = 2;

	return bpf_map_lookup_elem(&outer, &key) &&
	       bpf_map_lookup_elem(&inner, &long_key);
}

LICENSE("GPL");
