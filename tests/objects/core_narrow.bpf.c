/*
 * tests/objects/core_narrow.bpf.c - what one relocation rules out, later ones of the same type do not ask.
 *
 * For the kernel of core_target.bpf.c, which has two struct narrowed; b is only in one of them, and so the a that is
 * meant is that one's.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct narrowed { int b; int a; } __core;
struct twice { int same; } __core;

__u64 sum;

SEC("raw_tp.w/x")
int narrow(struct narrowed *n)
{
	sum += (__u64)n->b;
	sum += (__u64)n->a;
	return 0;
}

SEC("raw_tp.w/x")
int agree(struct twice *t)
{
	sum += (__u64)t->same;
	return 0;
}

LICENSE("GPL");
