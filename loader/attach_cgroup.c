/*
 * Control groups: a program for a group of processes and all groups below it.
 *
 *	fd = open("/sys/fs/cgroup/guarded")			the group is a directory
 *	BPF_LINK_CREATE { prog_fd, target_fd = fd, attach_type }	5.7: a link; closing it detaches
 *	BPF_PROG_ATTACH { target_fd = fd, attach_bpf_fd, attach_type, BPF_F_ALLOW_MULTI }	before
 *	BPF_PROG_DETACH { the same }				and this undoes it
 *
 * The kernel asks these programs for a decision: may this process open that
 * device, connect there, send this packet? Those of a group and of every group
 * above it are asked, and all must agree. One function serves all of them, since
 * only the attach type differs, and the row of the hook table has it.
 *
 * A link goes when its descriptor is closed, however the process ends. What
 * BPF_PROG_ATTACH attached stays until somebody detaches it, or the group is
 * removed. BPF_F_ALLOW_MULTI leaves what others attached in its place, as a link
 * does; without it our program would replace theirs, or be refused.
 *
 * In: a path, or a name below the cgroup2 mount  Out: a link
 * Kernel: kernel/bpf/cgroup.c cgroup_bpf_link_attach(), cgroup_bpf_prog_attach(), __cgroup_bpf_attach()
 * Try:  bpfwalk run build/progs/device.bpf.o --cgroup guarded --cgroup-create
 * Next: loader/attach_netns.c
 */
#include <errno.h>
#include <string.h>

#include "loader/cgroup.h"
#include "loader/mounts.h"
#include "uapi/names.h"

static long attach_or_detach(struct walk *w, const struct link *l, enum bpf_cmd cmd, int cgroup_fd)
{
	struct bpf_prog_attach_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.target_fd = (uint32_t)cgroup_fd;
	attr.attach_bpf_fd = (uint32_t)l->prog_fd;
	attr.attach_type = l->hook->pub.attach_type;
	if (cmd == BPF_PROG_ATTACH)
		attr.attach_flags = BPF_F_ALLOW_MULTI;
	return sys_bpf(&w->sys, cmd, &attr, 0);
}

static void detach_prog(struct walk *w, struct link *l)
{
	attach_or_detach(w, l, BPF_PROG_DETACH, l->fds[0]);
}

/* What an errno of either call means. */
static const char *attach_means(long code)
{
	switch (code) {
	case -EPERM:
		return ": not permitted, or a program is attached there or above that allows no other beside it";
	case -EINVAL:
		return ": this kernel cannot attach this kind of program to a cgroup";
	case -E2BIG:
		return ": as many programs as a cgroup can have are attached already";
	case -EEXIST:
		return ": the cgroup runs this program already";
	case -ENOTSUPP:		/* lsm_cgroup */
		return ": on this machine this kernel cannot lead functions to programs"
		       " (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)";
	}
	return "";
}

/* EBADF is the kernel's word for a directory that is no cgroup. What is it, then? */
static int fail_attach(struct walk *w, const struct link *l, const char *cmd, long r, int cgroup_fd, struct diag *d)
{
	char type[32] = "";

	if (r != -EBADF)
		return fail_kernel(d, r, l->where, "%s at %s%s", cmd, l->pub.target, attach_means(r));
	fs_type_of(&w->sys, cgroup_fd, type, sizeof(type));
	if (strcmp(type, "cgroup") == 0)
		return fail_kernel(d, r, l->where, "%s is a cgroup of version 1, and programs are attached to those of version"
				   " 2 (%s)", l->pub.target, cmd);
	return fail_kernel(d, r, l->where, "%s is no cgroup, but a directory on %s (%s)", l->pub.target,
			   type[0] ? type : "another file system", cmd);
}

/* Before 5.7 BPF_LINK_CREATE was an unknown command, which is EINVAL. So is a program that does not belong there. */
static int attach_without_link(struct walk *w, struct link *l, int cgroup_fd, struct diag *d)
{
	long r;

	if (l->pinnable) {
		sys_close(&w->sys, cgroup_fd);
		return fail(d, -EINVAL, l->where, "BPF_LINK_CREATE at %s: EINVAL: this kernel cannot attach this kind of program to"
			    " a cgroup by a BPF link (5.7 can), and nothing else can be pinned", l->pub.target);
	}
	r = link_add_fd(w, l, cgroup_fd, d);
	if (r < 0)
		return (int)r;
	r = attach_or_detach(w, l, BPF_PROG_ATTACH, cgroup_fd);
	if (r < 0)
		return fail_attach(w, l, "BPF_PROG_ATTACH", r, cgroup_fd, d);
	l->detach = detach_prog;
	observe_note(w, "This kernel has no BPF links for cgroups: it is older than 5.7. BPF_PROG_ATTACH does the same, but the"
		     " program stays attached until BPF_PROG_DETACH, also when whoever attached it has died.");
	return 0;
}

int attach_cgroup(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	char path[CGROUP_PATH];
	int cgroup_fd;
	long fd;

	if (o->pid)
		return fail(d, -EINVAL, l->where, "process %d alone cannot be chosen: the kernel runs the program for every"
			    " process of the cgroup", o->pid);
	cgroup_fd = cgroup_open(w, o->cgroup, path, l->where, d);
	if (cgroup_fd < 0)
		return cgroup_fd;
	link_say_target(l, "%s", path);
	fd = link_create_at(w, l, cgroup_fd);
	if (fd == -EINVAL)
		return attach_without_link(w, l, cgroup_fd, d);
	if (fd < 0)
		fail_attach(w, l, "BPF_LINK_CREATE", fd, cgroup_fd, d);
	sys_close(&w->sys, cgroup_fd);
	return fd < 0 ? (int)fd : link_add_fd(w, l, (int)fd, d);
}
