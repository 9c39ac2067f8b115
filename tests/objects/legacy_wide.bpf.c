/*
 * tests/objects/legacy_wide.bpf.c - a longer map definition, as old samples had.
 *
 * Members were appended over the years and every project had its own. As long as
 * what is beyond the first five is zero, the definition means the same.
 */
#include "uapi/bpf/bpf.h"

struct wide_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags;
	unsigned int inner_map_idx, numa_node;
};

struct wide_map_def SEC("maps") wide_first = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 2,
};

struct wide_map_def SEC("maps") wide_second = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = sizeof(__u64),
	.value_size = 12,
	.max_entries = 5,
};

SEC("raw_tracepoint/sys_enter")
int legacy_wide(void *ctx __unused)
{
	__u32 key = 1;
	__u64 long_key = 2;

	return bpf_map_lookup_elem(&wide_first, &key) &&
	       bpf_map_lookup_elem(&wide_second, &long_key);
}

LICENSE("GPL");
