/*
 * Programs that know their function already: one call, and nothing to say.
 *
 *	BPF_LINK_CREATE { prog_fd, attach_type }	since 5.15
 *	BPF_RAW_TRACEPOINT_OPEN { prog_fd }		before: no name, the program has been told when it was loaded
 *
 * fentry and fexit run in a trampoline: a piece of code that the kernel writes
 * for this one function and that calls the program with the function's own
 * arguments. fmod_ret can end the function before it begins; lsm programs sit in
 * empty functions called bpf_lsm_* that the kernel calls for this purpose;
 * freplace takes the function's place.
 *
 * In: a loaded program  Out: a link; closing it detaches
 * Kernel: kernel/bpf/syscall.c bpf_tracing_prog_attach(), bpf_raw_tp_link_attach(); kernel/bpf/trampoline.c
 * Try:  strace -e bpf bpfwalk run build/progs/open_time.bpf.o --for 1
 * Next: loader/attach_iter.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"
#include "uapi/names.h"

static long open_without_name(struct walk *w, const struct link *l)
{
	struct bpf_raw_tracepoint_open_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)l->prog_fd;
	return sys_bpf(&w->sys, BPF_RAW_TRACEPOINT_OPEN, &attr, 0);
}

/* What an errno of either call means. */
static const char *means(long code)
{
	switch (code) {
	case -EBUSY:
		return ": something else is attached there that allows no other (a live patch, an fmod_ret, another freplace)";
	case -E2BIG:
		return ": as many programs as a function can have are attached already";
	case -EPERM:
		return ": not permitted (lockdown forbids to change kernel code)";
	case -ENOTSUPP:
		return ": on this machine this kernel cannot lead functions to programs"
		       " (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)";
	}
	return "";
}

int attach_tracing(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	const char *cmd = "BPF_LINK_CREATE";
	long fd = refuse_pid(l, o, d);

	if (fd < 0)
		return (int)fd;
	fd = link_create_at(w, l, 0);
	if (fd == -EINVAL) {
		cmd = "BPF_RAW_TRACEPOINT_OPEN";
		fd = open_without_name(w, l);
	}
	if (fd < 0)
		return fail_kernel(d, fd, l->where, "%s of %s%s", cmd, l->pub.target, means(fd));
	return link_add_fd(w, l, (int)fd, d);
}
