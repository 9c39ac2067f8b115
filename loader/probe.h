/*
 * What kernel and user probes have in common: NAME+OFFSET in the section, and a
 * PMU of the kernel that opens them.
 *
 * A PMU ("performance monitoring unit") is whatever perf_event_open(2) can open;
 * each has a number and a directory:
 *
 *	/sys/bus/event_source/devices/kprobe/type		6: perf_event_attr.type
 *	/sys/bus/event_source/devices/kprobe/format/retprobe	config:0: the bit that means "at return"
 *
 * Next: loader/probe.c
 */
#ifndef LOADER_PROBE_H
#define LOADER_PROBE_H

#include "loader/walk.h"
#include "uapi/perf_event.h"

#define PROBE_NAME	512		/* a symbol of the kernel has 511 bytes at most */

/* How this machine's kernel spells the function behind a system call; see arch/ARCH/include/asm/syscall_wrapper.h. */
#if defined(__x86_64__)
#define ARCH_SYS	"__x64_sys_"
#elif defined(__i386__)
#define ARCH_SYS	"__ia32_sys_"
#elif defined(__aarch64__)
#define ARCH_SYS	"__arm64_sys_"
#elif defined(__riscv)
#define ARCH_SYS	"__riscv_sys_"
#elif defined(__s390x__)
#define ARCH_SYS	"__s390x_sys_"
#else
#define ARCH_SYS	"__se_sys_"		/* the wrapper that every architecture has */
#endif

struct probe_target {
	char name[PROBE_NAME];		/* "sys_execve"; "" in 0x1234, an offset alone */
	uint64_t offset;
	bool at_return;
};

/* "sys_execve+0x10", "sys_execve"; at_return from the section's prefix. 0 or -EINVAL. */
int probe_parse(const struct link *l, const char *text, struct probe_target *out, struct diag *d);

/* Zeroes attr and fills in the PMU's number and the return bit. pmu: "kprobe" or "uprobe". */
int probe_attr(struct walk *w, const struct link *l, const char *pmu, bool at_return, struct perf_event_attr *attr,
	       struct diag *d);

/*
 * By how many bits perf_event_attr.config holds, shifted to the left, where in the file the 16-bit counter of a marker is,
 * which the kernel raises as long as there is the uprobe.
 */
int probe_semaphore(struct walk *w, const struct link *l, unsigned *shift, struct diag *d);

#endif
