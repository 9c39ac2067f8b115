/*
 * tests/objects/extern_config.bpf.c - a value of the kernel's configuration in each type that can hold one.
 */
#include "uapi/bpf/bpf.h"

enum libbpf_tristate {
	TRI_NO,
	TRI_YES,
	TRI_MODULE,
};

extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool LINUX_HAS_BPF_COOKIE __kconfig;
extern char LINUX_HAS_SYSCALL_WRAPPER __kconfig;
extern unsigned LINUX_SOMETHING_NEW __kconfig __weak;
extern _Bool CONFIG_BPF __kconfig;
extern enum libbpf_tristate CONFIG_BPF_SYSCALL __kconfig;
extern enum libbpf_tristate CONFIG_VETH __kconfig __weak;
extern char CONFIG_BPF_JIT __kconfig;
extern unsigned char CONFIG_LOG_BUF_SHIFT __kconfig;
extern signed char CONFIG_PGTABLE_LEVELS __kconfig;
extern short CONFIG_HZ __kconfig;
extern unsigned short CONFIG_BASE_SMALL __kconfig __weak;
extern int CONFIG_NR_CPUS __kconfig;
extern unsigned long CONFIG_PHYSICAL_START __kconfig __weak;
extern const char CONFIG_DEFAULT_HOSTNAME[16] __kconfig;
extern char CONFIG_LSM[5] __kconfig;
extern _Bool CONFIG_NO_SUCH_THING __kconfig __weak;
extern enum libbpf_tristate CONFIG_NO_SUCH_MODULE __kconfig __weak;
extern __s64 CONFIG_NO_SUCH_NUMBER __kconfig __weak;
extern char CONFIG_NO_SUCH_TEXT[3] __kconfig __weak;

__u64 ran;
__u64 version, cookie, wrapper, something_new, bpf, bpf_syscall, veth, jit, log_buf_shift, levels, hz, small, cpus, start;
__u64 missing;
char hostname[16];
char lsm[5];

static __attribute__((noinline)) void texts(void)
{
	for (int i = 0; i < (int)sizeof(hostname); i++)
		hostname[i] = CONFIG_DEFAULT_HOSTNAME[i];
	for (int i = 0; i < (int)sizeof(lsm); i++)
		lsm[i] = CONFIG_LSM[i];
}

SEC("raw_tracepoint/sys_enter")
int config(void *ctx __unused)
{
	version = (__u64)LINUX_KERNEL_VERSION;
	cookie = LINUX_HAS_BPF_COOKIE;
	wrapper = (__u64)LINUX_HAS_SYSCALL_WRAPPER;
	something_new = LINUX_SOMETHING_NEW;
	bpf = CONFIG_BPF;
	bpf_syscall = CONFIG_BPF_SYSCALL;
	veth = CONFIG_VETH;
	jit = (__u64)CONFIG_BPF_JIT;
	log_buf_shift = CONFIG_LOG_BUF_SHIFT;
	levels = (__u64)CONFIG_PGTABLE_LEVELS;
	hz = (__u64)CONFIG_HZ;
	small = CONFIG_BASE_SMALL;
	cpus = (__u64)CONFIG_NR_CPUS;
	start = CONFIG_PHYSICAL_START;
	missing = CONFIG_NO_SUCH_THING + CONFIG_NO_SUCH_MODULE + (__u64)CONFIG_NO_SUCH_NUMBER + (__u64)CONFIG_NO_SUCH_TEXT[0];
	/* A branch that the verifier drops, because the value is a constant for it: this kernel has no such helper. */
	if (CONFIG_NO_SUCH_THING)
		((void (*)(void))4711)();
	texts();
	__sync_fetch_and_add(&ran, 1);
	return 0;
}

LICENSE("GPL");
