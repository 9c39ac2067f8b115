/*
 * tests/objects/extern_mismatch.bpf.c - a kernel function declared with an argument too many.
 */
#include "uapi/bpf/bpf.h"

extern void bpf_rcu_read_lock(int how) __ksym;

SEC("raw_tracepoint/sys_enter")
int mismatch(void *ctx __unused)
{
	bpf_rcu_read_lock(1);
	return 0;
}

LICENSE("GPL");
