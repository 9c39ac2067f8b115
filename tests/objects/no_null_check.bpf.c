/*
 * tests/objects/no_null_check.bpf.c - the verifier says no: it may be NULL.
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int no_null_check(void *ctx __unused)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&table, &key);

	*value += 1;	/* the key may not be there */
	return 0;
}

LICENSE("GPL");
