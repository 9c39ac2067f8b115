/*
 * tests/objects/map_slots.bpf.c - maps with something in them from the start.
 *
 * .values = { ... } makes relocations in .maps itself: slot 1 of `table` is the
 * map `inner`, slot 2 of `jumps` is the program `target`.
 */
#include "uapi/bpf/bpf.h"

int target(void *ctx);

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__uint(key_size, sizeof(__u32));
	__array(values, struct inner);
} table SEC(".maps") = { .values = { [1] = &inner } };

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__array(values, int (void *));
} jumps SEC(".maps") = { .values = { [2] = &target } };

SEC("raw_tracepoint")
int target(void *ctx __unused)
{
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int map_slots(void *ctx)
{
	__u32 key = 1;

	if (bpf_map_lookup_elem(&table, &key))
		bpf_tail_call(ctx, &jumps, 2);
	return 0;
}

LICENSE("GPL");
