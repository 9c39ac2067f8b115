/*
 * tests/objects/core_far.bpf.c - a member too far away for a load.
 *
 * A load has 16 bits for the offset, and in the kernel of core_target.bpf.c it is 40000.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct far_away { int behind; } __core;

__u64 sum;

SEC("raw_tp.w/x")
int far(struct far_away *f)
{
	sum += (__u64)f->behind;
	return 0;
}

LICENSE("GPL");
