/*
 * tests/objects/callback.bpf.c - the address of a function (ld_imm64, 5.13).
 *
 * bpf_for_each_map_elem() is given a function to call. The instruction that loads
 * its address is a relocation against .text, and in the kernel it holds the
 * distance to the sub-program (src_reg = BPF_PSEUDO_FUNC).
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

__u64 visited;

static __noinline __u64 one_more(__u64 n)
{
	return n + 1;
}

static long visit(void *map __unused, const void *key __unused, void *value, void *seen)
{
	__u64 *number = value, *count = seen;

	*number = one_more(*number);
	*count += 1;
	return 0;	/* go on */
}

SEC("raw_tracepoint/sys_enter")
int callback(void *ctx __unused)
{
	__u64 count = 0;

	bpf_for_each_map_elem(&numbers, visit, &count, 0);
	visited = count;
	return 0;
}

LICENSE("GPL");
