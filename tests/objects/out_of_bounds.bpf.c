/*
 * tests/objects/out_of_bounds.bpf.c - the verifier says no: beyond the value.
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int out_of_bounds(void *ctx __unused)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&table, &key);

	if (!value)
		return 0;
	return (int)value[1];	/* there is only value[0] */
}

LICENSE("GPL");
