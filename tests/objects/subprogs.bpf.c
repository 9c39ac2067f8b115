/*
 * tests/objects/subprogs.bpf.c - functions that call each other, everywhere.
 *
 *	sys_enter -> twice() -> add()          static, in .text
 *	          -> clamp()                   global, in .text: verified by itself
 *	          -> entry()                   a program, in a section of its own
 *	sys_exit  -> add(), clamp()            the same functions, copied once more
 *	entry     -> add()
 *
 * In .text the order is add, unused, clamp, twice: not the order in which they
 * are called. unused() has no caller and must not be in any program.
 */
#include "uapi/bpf/bpf.h"

__u64 total, limit = 1000;

static __noinline __u64 add(__u64 a, __u64 b)
{
	__sync_fetch_and_add(&total, a);
	return a + b;
}

__noinline int unused(int a)
{
	return a + 0x7777;
}

__noinline int clamp(int value)
{
	return (__u64)value > limit ? (int)limit : value;
}

static __noinline __u64 twice(__u64 a)
{
	return add(a, a);
}

SEC("raw_tracepoint/sched_switch")
int entry(void *ctx __unused)
{
	return (int)add(3, 4);
}

SEC("raw_tracepoint/sys_enter")
int sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 number = twice(ctx->args[1]);

	return clamp((int)number) + entry(ctx);
}

SEC("raw_tracepoint/sys_exit")
int sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	return clamp((int)add(ctx->args[1], 1));
}

LICENSE("GPL");
