/*
 * tests/objects/static_parts.bpf.c - static where libbpf wants it global.
 *
 * A static sub-program beside its program, called without a relocation, and a
 * static map, which is reached through its section.
 */
#include "uapi/bpf/bpf.h"

static struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} unused_map SEC(".maps") __attribute__((used));

static struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} static_map SEC(".maps");

SEC("raw_tracepoint/sys_enter")
static __noinline int static_part(__u64 *number)
{
	__sync_fetch_and_add(number, 1);
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int static_parts(void *ctx __unused)
{
	__u32 key = 1;
	__u64 *number = bpf_map_lookup_elem(&static_map, &key);

	return number ? static_part(number) : 0;
}

LICENSE("GPL");
