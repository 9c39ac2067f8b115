/*
 * tests/objects/data_addresses.bpf.c - variables that hold addresses of others.
 *
 * A map's bytes have no address that could be written into them, so they stay what
 * the compiler wrote, whatever that is. The program does not follow them.
 */
#include "uapi/bpf/bpf.h"

__u64 target = 5;
__u64 *volatile points = &target;
const char *const volatile names[] = { "one", "two" };

SEC("raw_tracepoint/sys_enter")
int data_addresses(void *ctx __unused)
{
	return (points ? 1 : 0) + (names[1] ? 2 : 0);
}

LICENSE("GPL");
