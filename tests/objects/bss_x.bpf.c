/*
 * tests/objects/bss_x.bpf.c - a .bss with a suffix: a map of its own, no bytes.
 *
 * Apart from globals.bpf.c because libbpf has .rodata.x and .data.x but not this.
 */
#include "uapi/bpf/bpf.h"

__u64 plain;
__u64 other SEC(".bss.x");

SEC("raw_tracepoint/sys_enter")
int bss_x(void *ctx __unused)
{
	__sync_fetch_and_add(&plain, 1);
	__sync_fetch_and_add(&other, 2);
	return 0;
}

LICENSE("GPL");
