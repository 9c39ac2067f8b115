/*
 * tests/objects/big_endian.bpf.c - for s390x and its like: compiled for bpfeb.
 */
#include "uapi/bpf/types.h"

SEC("raw_tracepoint/sys_enter")
int big_endian(void *ctx __unused)
{
	return 0;
}

LICENSE("GPL");
