/*
 * tests/objects/extern_unasked.bpf.c - calls a weak kernel function without asking whether it is there.
 */
#include "uapi/bpf/bpf.h"

extern int bpf_no_such_kfunc(void) __ksym __weak;

SEC("raw_tracepoint/sys_enter")
int unasked(void *ctx __unused)
{
	return bpf_no_such_kfunc();
}

LICENSE("GPL");
