/* tests/bench/empty.bpf.c - the least that can hang on every system call. Next: tests/bench/burst.bpf.c */
#include "uapi/bpf/bpf.h"

SEC("raw_tracepoint/sys_enter")
int empty(void *ctx __unused)
{
	return 0;
}

LICENSE("GPL");
