/*
 * tests/objects/kconfig.bpf.c - needs values from the kernel's configuration.
 */
#include "uapi/bpf/bpf.h"

extern unsigned int LINUX_KERNEL_VERSION __kconfig;
extern int CONFIG_HZ __kconfig;

__u64 seen;

SEC("raw_tracepoint/sys_enter")
int kconfig(void *ctx __unused)
{
	seen = LINUX_KERNEL_VERSION + (__u64)CONFIG_HZ;
	return 0;
}

LICENSE("GPL");
