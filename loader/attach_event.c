/*
 * From program to event: the three calls every tracepoint, probe and clock
 * needs.
 *
 *	fd = perf_event_open(attr, pid, cpu)		an event, switched off
 *	ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog_fd)	it runs the program
 *	ioctl(fd, PERF_EVENT_IOC_ENABLE)		it is switched on
 *
 * For a tracepoint or a probe one event on one CPU is enough: the program hangs
 * on the tracepoint itself, which all CPUs share, and so it runs on every CPU
 * and for every process. (A second event of the same tracepoint with the same
 * program is refused, EEXIST.) For a clock each CPU has its own event.
 *
 * The event lives as long as its descriptor. There is no call to take a program
 * off again: closing the descriptor is the detaching. Closing the program's
 * descriptor is not.
 *
 * In: a filled attr  Out: a descriptor in the link
 * Kernel: kernel/events/core.c perf_event_open(), perf_event_set_bpf_prog(); kernel/trace/bpf_trace.c
 *         perf_event_attach_bpf_prog()
 * Try:  strace -e perf_event_open,ioctl bpfwalk run build/progs/minimal.bpf.o
 * Next: loader/attach_raw_tp.c
 */
#include <errno.h>

#include "loader/walk.h"
#include "uapi/perf_event.h"

/* What an errno of PERF_EVENT_IOC_SET_BPF means. */
static const char *set_bpf_means(long code)
{
	switch (code) {
	case -EACCES:
		return ": the program reads past the end of the event's record";
	case -EEXIST:
		return ": the event runs this program already";
	case -EINVAL:
		return ": this kind of program cannot run at this event";
	case -E2BIG:
		return ": as many programs as an event can have are attached already";
	}
	return "";
}

int attach_event(struct walk *w, struct link *l, struct perf_event_attr *attr, int pid, int cpu, struct diag *d)
{
	long fd, r;

	attr->disabled = 1;
	fd = sys_perf_event_open(&w->sys, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return (int)fd;
	r = link_add_fd(w, l, (int)fd, d);
	if (r < 0)
		return (int)r;
	r = sys_ioctl(&w->sys, (int)fd, PERF_EVENT_IOC_SET_BPF, (unsigned long)l->prog_fd);
	if (r < 0)
		return fail_kernel(d, r, l->where, "PERF_EVENT_IOC_SET_BPF at %s%s", l->pub.target, set_bpf_means(r));
	r = sys_ioctl(&w->sys, (int)fd, PERF_EVENT_IOC_ENABLE, 0);
	if (r < 0)
		return fail_kernel(d, r, l->where, "PERF_EVENT_IOC_ENABLE at %s", l->pub.target);
	return 0;
}

int refuse_pid(const struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	if (!o->pid)
		return 0;
	return fail(d, -EINVAL, l->where, "process %d alone cannot be watched: the kernel runs the program of a %s for"
		    " every process", o->pid, l->hook->pub.section);
}
