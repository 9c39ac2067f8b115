/*
 * tests/objects/core_twice.bpf.c - a member that two types of the kernel have, in different places.
 *
 * For the kernel of core_target.bpf.c, which has two struct twice. Nobody knows which is meant: refused.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct twice { int same; int here; } __core;

__u64 sum;

SEC("raw_tp.w/x")
int ambiguous(struct twice *t)
{
	sum += (__u64)t->here;
	return 0;
}

LICENSE("GPL");
