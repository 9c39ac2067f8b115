/*
 * Raw tracepoints: one call, and the program runs.
 *
 *	BPF_RAW_TRACEPOINT_OPEN { name = "sys_enter", prog_fd } -> a descriptor
 *
 * A tracepoint is a call in the kernel's source, trace_sys_enter(regs, id). An
 * ordinary tracepoint program gets what a perf event would record about it; a
 * raw one gets the arguments of the call, as 64-bit numbers, before anything was
 * made of them. That is why it is the cheapest hook that can see every system
 * call, and why it needs neither tracefs nor perf_event_open(2).
 *
 * In: "sys_enter"  Out: a descriptor in the link; closing it detaches
 * Kernel: kernel/bpf/syscall.c bpf_raw_tracepoint_open(), kernel/trace/bpf_trace.c bpf_probe_register()
 * Try:  strace -e bpf bpfwalk run build/progs/syscount.bpf.o
 * Next: loader/attach_tracing.c
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "loader/tracefs.h"
#include "loader/walk.h"

static int fail_open(struct walk *w, struct link *l, long r, struct diag *d)
{
	char near[160];

	switch (r) {
	case -ENOENT:
		tracefs_nearest(w, l->target, near, sizeof(near));
		return fail(d, (int)r, l->where, "no raw tracepoint %s (BPF_RAW_TRACEPOINT_OPEN: ENOENT)%s",
			    l->target, near);
	case -EINVAL:
		return fail_kernel(d, r, l->where, "BPF_RAW_TRACEPOINT_OPEN of %s: the program uses more arguments"
				   " than the tracepoint has, or is of another type", l->target);
	}
	return fail_kernel(d, r, l->where, "BPF_RAW_TRACEPOINT_OPEN of %s", l->target);
}

int attach_raw_tracepoint(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct bpf_raw_tracepoint_open_attr attr;
	long fd = refuse_pid(l, o, d);

	if (fd < 0)
		return (int)fd;
	memset(&attr, 0, sizeof(attr));
	attr.name = (uintptr_t)l->target;
	attr.prog_fd = (uint32_t)l->prog_fd;
	fd = sys_bpf(&w->sys, BPF_RAW_TRACEPOINT_OPEN, &attr, 0);
	if (fd < 0)
		return fail_open(w, l, fd, d);
	return link_add_fd(w, l, (int)fd, d);
}
