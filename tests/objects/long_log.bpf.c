/*
 * tests/objects/long_log.bpf.c - a mistake at the end of a long way.
 *
 * The verifier walks every turn of the loop and writes each instruction to its
 * log: some hundred kilobytes, and the line that matters is the last.
 */
#include "uapi/bpf/bpf.h"

__u64 numbers[16];

SEC("raw_tracepoint/sys_enter")
int long_log(void *ctx __unused)
{
	__u64 sum = 0, i;

	for (i = 0; i < 2000; i++)
		sum += numbers[sum & 15] ^ i;
	return (int)numbers[sum & 31];	/* 15 would be right */
}

LICENSE("GPL");
