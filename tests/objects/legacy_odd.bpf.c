/*
 * tests/objects/legacy_odd.bpf.c - an old map definition with a member that nobody knows.
 *
 * It is not zero, so it means something. A loader that left it out would make another
 * map than the one that was asked for.
 */
#include "uapi/bpf/bpf.h"

struct odd_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags;
	__u32 colour;
};

struct odd_map_def SEC("maps") odd = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 2,
	.colour = 3,
};

SEC("raw_tracepoint/sys_enter")
int legacy_odd(void *ctx __unused)
{
	__u32 key = 1;

	return bpf_map_lookup_elem(&odd, &key) != 0;
}

LICENSE("GPL");
