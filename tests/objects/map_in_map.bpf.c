/*
 * tests/objects/map_in_map.bpf.c - a map whose values are maps.
 *
 * The kernel wants an example of what will be inside when it makes the outer map.
 * `outer` says it by a type in place, `table` by the type of another map.
 */
#include "uapi/bpf/bpf.h"

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} inner SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 16);
		__type(key, __u64);
		__type(value, __u32);
	});
} outer SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(__u32));
	__array(values, struct inner);
} table SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int map_in_map(void *ctx __unused)
{
	__u32 key = 1;
	__u64 long_key = 1;
	void *found = bpf_map_lookup_elem(&outer, &key);

	if (found && bpf_map_lookup_elem(found, &long_key))
		return 1;
	found = bpf_map_lookup_elem(&table, &key);
	if (found && bpf_map_lookup_elem(found, &key))
		return 2;
	return bpf_map_lookup_elem(&inner, &key) ? 3 : 0;
}

LICENSE("GPL");
