/*
 * tests/objects/map_values.bpf.c - maps of maps and of programs, with elements named in the source.
 *
 * `by_name` is a hash, `table` an array of maps that stand behind it in the file;
 * `jumps` is an array of programs. map_values() goes through all of them: a lookup in
 * a lookup, and a tail call whose target counts it. The others are for what else a
 * definition can say.
 */
#include "uapi/bpf/bpf.h"

struct numbers {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
};

struct numbers first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct numbers);
} by_name SEC(".maps") = { .values = { [1] = &second, [5] = &first } };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct numbers);
} table SEC(".maps") = { .values = { [3] = &first } };

int counted(void *ctx);
int counted_too(void *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, int (void *));
} jumps SEC(".maps") = { .values = { [0] = &counted_too, [2] = &counted } };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NUMA_NODE);
	__uint(numa_node, 0);
	__type(key, __u64);
	__type(value, __u64);
} placed SEC(".maps");

__u64 runs, runs_too;

SEC("raw_tracepoint")
int counted(void *ctx __unused)
{
	__sync_fetch_and_add(&runs, 1);
	return 11;
}

SEC("raw_tracepoint")
int counted_too(void *ctx __unused)
{
	__sync_fetch_and_add(&runs_too, 1);
	return 12;
}

static __always_inline void add(void *outer, __u32 key, __u64 n)
{
	void *inner = bpf_map_lookup_elem(outer, &key);
	__u32 one = 1;
	__u64 *value = inner ? bpf_map_lookup_elem(inner, &one) : 0;

	if (value)
		__sync_fetch_and_add(value, n);
}

SEC("raw_tracepoint/sys_enter")
int map_values(void *ctx)
{
	__u64 key = 1;

	add(&by_name, 1, 1);
	add(&by_name, 5, 10);
	add(&table, 3, 100);
	bpf_map_update_elem(&placed, &key, &key, BPF_ANY);
	bpf_tail_call(ctx, &jumps, ((__u64 *)ctx)[1]);
	return 13;
}

LICENSE("GPL");
