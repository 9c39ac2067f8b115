/*
 * tests/objects/one_section.bpf.c - three programs in one section.
 *
 * They have different lengths and each its own relocations, so that what belongs
 * to the second is not where it would be if the second were alone.
 */
#include "uapi/bpf/bpf.h"

__u64 first_ran, second_ran, third_ran;

SEC("raw_tracepoint/sys_enter")
int first(void *ctx __unused)
{
	__sync_fetch_and_add(&first_ran, 1);
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int second(struct bpf_raw_tracepoint_args *ctx)
{
	if (ctx->args[1] == 0)	/* the system call's number */
		return 0;
	__sync_fetch_and_add(&second_ran, 1);
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int third(void *ctx __unused)
{
	__sync_fetch_and_add(&third_ran, 1);
	return first_ran == third_ran;
}

LICENSE("GPL");
