/*
 * tests/objects/no_btf.bpf.c - maps, globals and functions, compiled without BTF.
 *
 * Nobody knows any type here: legacy maps, and global variables that have a name,
 * a place and a size, from the symbol table.
 */
#include "uapi/bpf/bpf.h"

struct bpf_map_def SEC("maps") table = {
	.type = BPF_MAP_TYPE_ARRAY,
	.key_size = sizeof(__u32),
	.value_size = sizeof(__u64),
	.max_entries = 4,
};

const volatile __u32 step = 3;
__u32 start = 5;
__u64 sum;

static __noinline __u64 next(__u64 n)
{
	return n + step;
}

SEC("raw_tracepoint/sys_enter")
int no_btf(void *ctx __unused)
{
	__u32 key = 1;
	__u64 *value = bpf_map_lookup_elem(&table, &key);

	if (value)
		__sync_fetch_and_add(value, next(start));
	__sync_fetch_and_add(&sum, 1);
	return 0;
}

LICENSE("GPL");
