/*
 * tests/objects/no_target.bpf.c - sections that do not say where.
 *
 * Two programs can be loaded but not attached, and one can be attached.
 */
#include "uapi/bpf/bpf.h"

__u64 ran;

SEC("kprobe")
int no_function(void *ctx __unused)
{
	return 0;
}

SEC("tracepoint")
int no_event(void *ctx __unused)
{
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int attached(void *ctx __unused)
{
	__sync_fetch_and_add(&ran, 1);
	return 0;
}

LICENSE("GPL");
