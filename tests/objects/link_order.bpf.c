/*
 * tests/objects/link_order.bpf.c - functions whose order in the file, order of
 * calls and order of addresses all differ.
 *
 * In .text clang puts them as last, top, right, left, leaf, visit. The program
 * first() needs them in the order of first mention, each followed by what it
 * needs itself: top, right, leaf, left, visit, last.
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} numbers SEC(".maps");

__u64 seen;

__noinline int last(int a)
{
	return a * 3;
}

static __noinline int leaf(int a)
{
	seen += (__u64)a;
	return a + 1;
}

static long visit(void *map __unused, const void *key __unused, void *value, void *unused __unused)
{
	return leaf((int)*(__u64 *)value) & 0;
}

static __noinline int left(int a)
{
	bpf_for_each_map_elem(&numbers, visit, NULL, 0);
	return leaf(a) + last(a);
}

static __noinline int right(int a)
{
	return leaf(a) - 1;
}

__noinline int top(int a)
{
	return right(a) + left(a);
}

SEC("raw_tracepoint/sys_enter")
int first(struct bpf_raw_tracepoint_args *ctx)
{
	return top((int)ctx->args[1]) + last(1);
}

SEC("raw_tracepoint/sys_enter")
int second(void *ctx __unused)
{
	return last(2) + left(3);
}

LICENSE("GPL");
