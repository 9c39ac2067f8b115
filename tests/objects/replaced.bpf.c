/*
 * tests/objects/replaced.bpf.c - a program with a function that others may replace.
 *
 * The function is global, and keeps its place: the verifier checks it by itself, so another of the same type will do.
 */
#include "uapi/bpf/bpf.h"

const volatile __u32 process;		/* whose calls count */
__u64 asked, allowed;

__noinline int replaced(int number)
{
	return number & 1;
}

SEC("tracepoint/raw_syscalls/sys_enter")
int replaced_caller(void *ctx __unused)
{
	if (bpf_get_current_pid_tgid() >> 32 != process)
		return 0;
	__sync_fetch_and_add(&asked, 1);
	if (replaced(0))
		__sync_fetch_and_add(&allowed, 1);
	return 0;
}

LICENSE("GPL");
