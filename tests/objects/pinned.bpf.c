/*
 * tests/objects/pinned.bpf.c - a map that is shared under its name.
 *
 * With LIBBPF_PIN_BY_NAME the loader takes the map that is already pinned in the
 * BPF file system, if it is of the same shape, and else makes and pins one.
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} bpfwalk_pinned SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int pinned(void *ctx __unused)
{
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&bpfwalk_pinned, &zero);

	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

LICENSE("GPL");
