/*
 * tests/objects/legacy_tc.bpf.c - maps as iproute2 had them before it used libbpf.
 *
 * struct bpf_elf_map has more members than other old definitions, and they matter:
 * `outer` holds maps like the one with id 7, and that one, `inner`, goes in there as
 * element 2. `plain` has nothing but numbers.
 */
#include "uapi/bpf/bpf.h"

struct bpf_elf_map {
	__u32 type, size_key, size_value, max_elem, flags;
	__u32 id, pinning, inner_id, inner_idx;
};

struct bpf_elf_map SEC("maps") outer = {
	.type = BPF_MAP_TYPE_ARRAY_OF_MAPS,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u32),
	.max_elem = 4,
	.id = 3,
	.inner_id = 7,
};

struct bpf_elf_map SEC("maps") inner = {
	.type = BPF_MAP_TYPE_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u64),
	.max_elem = 2,
	.id = 7,
	.inner_idx = 2,
};

struct bpf_elf_map SEC("maps") plain = {
	.type = BPF_MAP_TYPE_HASH,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u64),
	.max_elem = 16,
};

SEC("raw_tracepoint/sys_enter")
int legacy_tc(void *ctx __unused)
{
	__u32 two = 2, one = 1;
	__u64 *value;
	void *found = bpf_map_lookup_elem(&outer, &two);

	value = found ? bpf_map_lookup_elem(found, &one) : 0;
	if (!value)
		return 0;
	*value += 1;
	bpf_map_update_elem(&plain, &one, value, BPF_ANY);
	return 1;
}

LICENSE("GPL");
