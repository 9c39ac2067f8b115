/*
 * tests/objects/usdt_plain.bpf.c - a program for a marker that does not ask for its arguments, and so has no maps for them.
 */
#include "uapi/bpf/bpf.h"

const volatile __u32 process;
long passed;

SEC("?usdt//proc/self/exe:bpfwalk:twice")
int twice(void *ctx __unused)
{
	if (bpf_get_current_pid_tgid() >> 32 == process)
		__sync_fetch_and_add(&passed, 1);
	return 0;
}

LICENSE("GPL");
