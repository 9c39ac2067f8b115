/*
 * tests/objects/huge_map.bpf.c - a map that no machine has the memory for.
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 0x7fffffff);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 1 << 20);
} huge SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int huge_map(void *ctx __unused)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&huge, &key) != NULL;
}

LICENSE("GPL");
