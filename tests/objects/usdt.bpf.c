/*
 * tests/objects/usdt.bpf.c - programs for the markers of tests/kernel_usdt.c and tests/markers.c.
 *
 * The same source is compiled with libbpf's own usdt.bpf.h, where that is installed.
 */
#ifndef LIBBPF				/* else tests/usdt_libbpf.h is there already */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/usdt.h"
#endif

#define SELF "/proc/self/exe:bpfwalk:"

const volatile __u32 process;		/* whose passages count; 0: everybody's */
long passed, count, beyond, sum_first, sum_second;
long values[12], results[12];

static __always_inline bool counts(void)
{
	if (process && bpf_get_current_pid_tgid() >> 32 != process)
		return false;
	__sync_fetch_and_add(&passed, 1);
	return true;
}

static __always_inline int take(struct pt_regs *ctx, int n)
{
	if (!counts())
		return 0;
	count = bpf_usdt_arg_cnt(ctx);
#pragma unroll
	for (int i = 0; i < n; i++) {
		long value;

		results[i] = bpf_usdt_arg(ctx, i, &value);
		values[i] = value;
	}
	return 0;
}

#ifndef LIBBPF				/* Debian 12's knows no index registers */
SEC("?usdt/" SELF "all")
int all(struct pt_regs *ctx)
{
	long value;

	take(ctx, 12);
	beyond = bpf_usdt_arg(ctx, 12, &value);
	return 0;
}
#endif

SEC("?usdt/" SELF "plain")
int plain(struct pt_regs *ctx)
{
	return take(ctx, 5);
}

SEC("?usdt/" SELF "twice")
int BPF_USDT(twice, long first, int second)
{
	if (!counts())
		return 0;
	__sync_fetch_and_add(&sum_first, first);
	__sync_fetch_and_add(&sum_second, second);
	return 0;
}

SEC("?usdt.s/" SELF "twice")
int BPF_USDT(sleeps, long first, int second)
{
	if (!counts())
		return 0;
	__sync_fetch_and_add(&sum_first, first);
	__sync_fetch_and_add(&sum_second, second);
	return 0;
}

SEC("?usdt/build/tests/markers.so:bpfwalk:shared")
int BPF_USDT(shared, long first, int second)
{
	if (!counts())
		return 0;
	__sync_fetch_and_add(&sum_first, first);
	__sync_fetch_and_add(&sum_second, second);
	return 0;
}

#define NOWHERE(name, section)				\
	SEC("?usdt/" section)				\
	int name(struct pt_regs *ctx __unused)		\
	{						\
		return 0;				\
	}

NOWHERE(no_marker, SELF "alll")
NOWHERE(no_provider, "/proc/self/exe:plain")
NOWHERE(bad_arguments, SELF "unreadable")
NOWHERE(no_file, "build/tests/nothing.so:bpfwalk:shared")
NOWHERE(no_markers, "build/tests/objects/usdt.bpf.o:bpfwalk:all")

LICENSE("GPL");
