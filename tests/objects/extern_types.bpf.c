/*
 * tests/objects/extern_types.bpf.c - a number of the configuration in a bool.
 */
#include "uapi/bpf/bpf.h"

extern _Bool CONFIG_HZ __kconfig;

__u64 seen;

SEC("raw_tracepoint/sys_enter")
int types(void *ctx __unused)
{
	seen = CONFIG_HZ;
	return 0;
}

LICENSE("GPL");
