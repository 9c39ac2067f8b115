/*
 * Iterators: a program for each element of a list of the kernel, and which part of the list.
 *
 *	BPF_LINK_CREATE { prog_fd, attach_type = BPF_TRACE_ITER, iter_info, iter_info_len }	since 5.8
 *
 *	iter/task, task_file, task_vma				all processes, or one		{ task.pid }, 6.1
 *	iter/bpf_map_elem, bpf_sk_storage_map, sockmap		the elements of one map		{ map.map_fd }, 5.9
 *	iter/cgroup						a cgroup and those below it	{ cgroup.order, cgroup_fd }, 6.1
 *
 * The other lists are walked whole. Nothing runs yet: a descriptor made from the
 * link is one walk, and reading it runs the program (iterate.c).
 *
 * In: a loaded program, a process, a map, a cgroup  Out: a link
 * Kernel: kernel/bpf/bpf_iter.c bpf_iter_link_attach(), task_iter.c bpf_iter_attach_task(), map_iter.c bpf_iter_attach_map(),
 *         cgroup_iter.c bpf_iter_attach_cgroup()
 * Try:  bpfwalk run build/progs/tasks.bpf.o --pid 1
 * Next: loader/iterate.c
 */
#include <errno.h>
#include <string.h>

#include "loader/cgroup.h"
#include "loader/walk.h"
#include "uapi/names.h"

/* Of a program in section iter/TARGET: what must be named to attach it. */
static const struct {
	const char *target, *needs;
} lists[] = {
	{ "bpf_map_elem", "map" }, { "bpf_sk_storage_map", "map" }, { "sockmap", "map" }, { "cgroup", "cgroup" },
};

const char *bw_needs(const struct bw_program *prog)
{
	if (!prog->hook)
		return "";
	for (size_t i = 0; prog->hook->runs == BW_WHEN_READ && i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(prog->target, lists[i].target) == 0)
			return lists[i].needs;
	return prog->hook->needs;
}

static bool is_of_tasks(const struct link *l)
{
	return strcmp(l->target, "task") == 0 || strncmp(l->target, "task_", 5) == 0;
}

/* A map of this object, or another by its pin, id or name. *mine: the descriptor is to be closed. */
static long open_map(struct walk *w, const char *name, bool *mine, struct diag *d)
{
	const struct bw_map *m = bw_find_map(&w->pub, name);

	*mine = !m || m->fd < 0;
	return *mine ? map_find(w, name, d) : m->fd;
}

static const char *means(long code)
{
	switch (code) {
	case -E2BIG:
		return ": this kernel walks through the whole list only (6.1 can choose a process or a cgroup)";
	case -EACCES:
		return ": the program reads past the end of the map's keys or values";
	case -EINVAL:
		return ": the map is not of a kind that this list is for, or this kernel has no such choice";
	case -ESRCH:
		return ": no such process";
	}
	return "";
}

static int create_link(struct walk *w, struct link *l, union bpf_iter_link_info *info, struct diag *d)
{
	static const union bpf_iter_link_info none;
	struct bpf_link_create_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)l->prog_fd;
	attr.attach_type = l->hook->pub.attach_type;
	if (memcmp(info, &none, sizeof(none)) != 0) {
		attr.iter_info = (uintptr_t)info;
		attr.iter_info_len = sizeof(*info);
	}
	fd = sys_bpf(&w->sys, BPF_LINK_CREATE, &attr, 0);
	if (fd < 0)
		return fail_kernel(d, fd, l->where, "BPF_LINK_CREATE of %s%s", l->pub.target, means(fd));
	return link_add_fd(w, l, (int)fd, d);
}

static int of_cgroup(struct walk *w, struct link *l, const struct bw_attach_options *o, union bpf_iter_link_info *info,
		     struct diag *d)
{
	char path[CGROUP_PATH];
	int r, fd = cgroup_open(w, o->cgroup, path, l->where, d);

	if (fd < 0)
		return fd;
	link_say_target(l, "%s of %s", l->target, path);
	info->cgroup.order = BPF_CGROUP_ITER_DESCENDANTS_PRE;
	info->cgroup.cgroup_fd = (uint32_t)fd;
	r = create_link(w, l, info, d);
	sys_close(&w->sys, fd);
	return r;
}

static int of_map(struct walk *w, struct link *l, const struct bw_attach_options *o, union bpf_iter_link_info *info,
		  struct diag *d)
{
	bool mine;
	long fd = open_map(w, o->map, &mine, d);
	int r;

	if (fd < 0)
		return (int)fd;
	link_say_target(l, "%s of %s", l->target, o->map);
	info->map.map_fd = (uint32_t)fd;
	r = create_link(w, l, info, d);
	if (mine)
		sys_close(&w->sys, (int)fd);
	return r;
}

int attach_iter(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	union bpf_iter_link_info info;
	int r = is_of_tasks(l) ? 0 : refuse_pid(l, o, d);

	memset(&info, 0, sizeof(info));
	if (r < 0)
		return r;
	if (o->cgroup)
		return of_cgroup(w, l, o, &info, d);
	if (o->map)
		return of_map(w, l, o, &info, d);
	info.task.pid = (uint32_t)o->pid;
	if (o->pid)
		link_say_target(l, "%s of process %d", l->target, o->pid);
	return create_link(w, l, &info, d);
}
