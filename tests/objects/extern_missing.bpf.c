/*
 * tests/objects/extern_missing.bpf.c - a kernel function that no kernel has, and that is not weak.
 */
#include "uapi/bpf/bpf.h"

extern int bpf_no_such_kfunc(void) __ksym;

SEC("raw_tracepoint/sys_enter")
int missing(void *ctx __unused)
{
	return bpf_no_such_kfunc();
}

LICENSE("GPL");
