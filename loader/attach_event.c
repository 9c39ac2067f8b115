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
 * Since 5.15 a BPF link can take the place of the second call: it holds event and
 * program, it can be pinned, and a number given to it (a cookie) is known to the
 * program. It is used where that is wanted, and only there: the ioctl works on
 * all kernels.
 *
 * In: a filled attr  Out: a descriptor in the link
 * Kernel: kernel/events/core.c perf_event_open(), perf_event_set_bpf_prog(); kernel/trace/bpf_trace.c
 *         perf_event_attach_bpf_prog()
 * Try:  strace -e perf_event_open,ioctl bpfwalk run build/progs/minimal.bpf.o
 * Next: loader/attach_raw_tp.c
 */
#include <errno.h>
#include <string.h>

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

static int enable(struct walk *w, const struct link *l, int fd, struct diag *d)
{
	long r = sys_ioctl(&w->sys, fd, PERF_EVENT_IOC_ENABLE, 0);

	return r < 0 ? fail_kernel(d, r, l->where, "PERF_EVENT_IOC_ENABLE at %s", l->pub.target) : 0;
}

/* The link holds the event and the program; nobody else needs to. */
static int create_link(struct walk *w, struct link *l, int fd, struct diag *d)
{
	struct bpf_link_create_attr attr;
	long r;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)l->prog_fd;
	attr.target_fd = (uint32_t)fd;
	attr.attach_type = BPF_PERF_EVENT;
	attr.perf_event.bpf_cookie = l->has_cookie ? l->cookie : 0;
	r = sys_bpf(&w->sys, BPF_LINK_CREATE, &attr, 0);
	if (r == -EINVAL)
		return fail(d, -EINVAL, l->where, "BPF_LINK_CREATE at %s: EINVAL: this kernel has no BPF link for this kind of"
			    " event (5.15 has), and nothing else %s", l->pub.target,
			    l->pinnable ? "can be pinned" : "has a cookie");
	if (r < 0)
		return fail_kernel(d, r, l->where, "BPF_LINK_CREATE at %s%s", l->pub.target, set_bpf_means(r));
	return link_add_fd(w, l, (int)r, d);
}

static int attach_by_link(struct walk *w, struct link *l, int fd, struct diag *d)
{
	int r = create_link(w, l, fd, d);

	if (r == 0)
		r = enable(w, l, fd, d);
	sys_close(&w->sys, fd);
	return r;
}

int attach_event(struct walk *w, struct link *l, struct perf_event_attr *attr, int pid, int cpu, struct diag *d)
{
	long fd, r;

	attr->disabled = 1;
	fd = sys_perf_event_open(&w->sys, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return (int)fd;
	if (l->pinnable || l->has_cookie)
		return attach_by_link(w, l, (int)fd, d);
	r = link_add_fd(w, l, (int)fd, d);
	if (r < 0)
		return (int)r;
	r = sys_ioctl(&w->sys, (int)fd, PERF_EVENT_IOC_SET_BPF, (unsigned long)l->prog_fd);
	if (r < 0)
		return fail_kernel(d, r, l->where, "PERF_EVENT_IOC_SET_BPF at %s%s", l->pub.target, set_bpf_means(r));
	return enable(w, l, (int)fd, d);
}

int refuse_pid(const struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	if (!o->pid)
		return 0;
	return fail(d, -EINVAL, l->where, "process %d alone cannot be watched: the kernel runs the program of a %s for"
		    " every process", o->pid, l->hook->pub.section);
}
