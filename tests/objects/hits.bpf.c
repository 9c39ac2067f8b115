/*
 * tests/objects/hits.bpf.c - a program for every hook, each counting what one process did.
 *
 * The test makes getppid(2), calls its own function, touches its own pages; a program P counts in P_hits. Nobody else is
 * counted, so the number must be exact. Some programs have sections that lead nowhere, on purpose.
 */
#include "uapi/bpf/bpf.h"

const volatile __u32 process;		/* whose hits count */
const volatile __u64 getppid_nr;
const volatile __u64 first_page, last_page;	/* addresses: faults in between count */

static __always_inline void hit(__u64 *hits)
{
	if (bpf_get_current_pid_tgid() >> 32 == process)
		__sync_fetch_and_add(hits, 1);
}

#define COUNT(section, name)		\
	__u64 name##_hits;		\
	SEC(section)			\
	int name(void *ctx __unused)	\
	{				\
		hit(&name##_hits);	\
		return 0;		\
	}

__u64 raw_hits;

SEC("raw_tracepoint/sys_enter")
int raw(struct bpf_raw_tracepoint_args *ctx)
{
	if (ctx->args[1] == getppid_nr)
		hit(&raw_hits);
	return 0;
}

COUNT("tracepoint/syscalls/sys_enter_getppid", tp)

COUNT("kprobe/sys_getppid", kp)
COUNT("kretprobe/sys_getppid", kret)
COUNT("kprobe/__mips_sys_getppid+0x0", kp_not_ours)
COUNT("kprobe/__s390x_sys_getppid", kp_other_arch)
COUNT("ksyscall/getppid", ksys)
COUNT("kretsyscall/getppid", kretsys)

COUNT("uprobe//proc/self/exe:bpfwalk_hit", up)
COUNT("uprobe//proc/self/exe:bpfwalk_hit+4", up_offset)
COUNT("uretprobe//proc/self/exe:bpfwalk_hit", uret)

COUNT("perf_event", clock)

__u64 faults_hits;

SEC("perf_event")
int faults(struct bpf_perf_event_data *ctx)
{
	if (ctx->addr >= first_page && ctx->addr < last_page)
		hit(&faults_hits);
	return 0;
}

/* Loads, for only the tracepoint knows how long its record is, and is refused there. */
SEC("tracepoint/syscalls/sys_enter_getppid")
int too_far(void *ctx)
{
	return *(volatile __u64 *)(ctx + 2048) == 1;
}

/* Loads, for a tracepoint may have twelve arguments; sys_enter has two. */
SEC("raw_tracepoint/sys_enter")
int too_many(struct bpf_raw_tracepoint_args *ctx)
{
	return ctx->args[5] == 1;
}

COUNT("raw_tracepoint/sys_entre", raw_none)
COUNT("tracepoint/syscalls/sys_enter_getppidd", tp_none)
COUNT("kprobe/do_sys_openat22", kp_none)
COUNT("kprobe/sys_getppid+0x1", kp_inside)
COUNT("uprobe//proc/self/exe:bpfwalk_hitt", up_none)
COUNT("uprobe//proc/self/nofile:x", up_nofile)
COUNT("uprobe//proc/self/exe:0x7fffffffff", up_outside)

LICENSE("GPL");
