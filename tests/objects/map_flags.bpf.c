/*
 * tests/objects/map_flags.bpf.c - a map that user space is to have in its memory, because the source says so.
 *
 * A kernel before 5.5 cannot do that. For variables it does not matter; here it is what was asked for.
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 2);
} shared SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int map_flags(void *ctx __unused)
{
	__u32 key = 1;

	return bpf_map_lookup_elem(&shared, &key) != 0;
}

LICENSE("GPL");
