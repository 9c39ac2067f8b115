/*
 * tests/objects/hidden.bpf.c - what is global for the linker and static for the kernel.
 *
 * The verifier checks a hidden function with its callers: check() could not be
 * checked by itself, since it does not ask whether its pointer is NULL. All
 * variables of .data.hidden are hidden, so nobody can map that section. A weak
 * function is global. The second program is not loaded unless asked for.
 */
#include "uapi/bpf/bpf.h"

__u64 shown;
__u64 both_hidden __hidden;
__u64 out_of_sight SEC(".data.hidden") __hidden = 5;

__hidden __noinline __u64 check(__u64 *number)
{
	return *number + out_of_sight;
}

__weak __noinline int weak_one(int a)
{
	return a + 1;
}

SEC("raw_tracepoint/sys_enter")
int hidden(void *ctx __unused)
{
	__u64 number = 3;

	both_hidden = check(&number);
	shown = (__u64)weak_one((int)both_hidden);
	return 0;
}

SEC("?raw_tracepoint/sys_exit")
int only_if_asked(void *ctx __unused)
{
	shown = 1;
	return 0;
}

LICENSE("GPL");
