/*
 * Where a link attaches, in words.
 *
 * What the kernel tells depends on the type of link, and where there is a name
 * it wants a buffer for it: so it is asked twice, the second time with one.
 * A cgroup is told by its number, which is the inode of its directory: the
 * directories are searched for it.
 *
 *	BPF_LINK_TYPE_CGROUP		CGROUP_DEVICE /sys/fs/cgroup/guarded
 *	BPF_LINK_TYPE_RAW_TRACEPOINT	raw_tracepoint sys_enter
 *	BPF_LINK_TYPE_PERF_EVENT	kprobe do_unlinkat+0x0		(since 6.6)
 *
 * In: struct bpf_link_info  Out: a line
 * Kernel: the fill_link_info() functions, such as kernel/bpf/cgroup.c bpf_cgroup_link_fill_link_info()
 * Try:  bpfwalk list links
 * Next: loader/list.h
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/item.h"
#include "loader/kernel_btf.h"
#include "loader/mounts.h"
#include "uapi/names.h"

enum { PATH_BYTES = 512, NAME_BYTES = 512, DEEPEST = 32 };

/* ---- cgroups by their number ------------------------------------------------- */

struct search {
	const struct sys *sys;
	uint64_t inode;
	unsigned depth;
	size_t len;			/* of path */
	char path[PATH_BYTES];
};

/* 1: found, and path is the cgroup's. */
static int see_cgroup(void *ctx, const struct linux_dirent64 *e)
{
	struct search *s = ctx;
	size_t len = s->len, more = strlen(e->d_name) + 1;
	int r;

	if (e->d_type != DT_DIR || len + more >= sizeof(s->path) || s->depth == DEEPEST)
		return 0;
	snprintf(s->path + len, sizeof(s->path) - len, "/%s", e->d_name);
	if (e->d_ino == s->inode)
		return 1;
	s->len += more;
	s->depth++;
	r = dir_each(s->sys, s->path, see_cgroup, s) == 1;
	s->depth--;
	s->len = len;
	return r;
}

static void see_mount(void *ctx, const char *dir)
{
	struct search *s = ctx;

	if (!s->path[0])
		s->len = (size_t)snprintf(s->path, sizeof(s->path), "%s", dir);
}

/* The path of the cgroup; "number 4711" where it is not found, as from inside a container. */
static const char *cgroup_path_of(struct walk *w, struct arena *a, uint64_t id)
{
	struct search s = { .sys = &w->sys, .inode = id };

	if (!id)
		return "a cgroup that was removed";
	mounts_of(&w->sys, "cgroup2", see_mount, &s);
	if (s.path[0] && s.len < sizeof(s.path) && (id == 1 || dir_each(&w->sys, s.path, see_cgroup, &s) == 1))
		return arena_copy(a, s.path, strlen(s.path));
	return arena_printf(a, "cgroup %" PRIu64, id);
}

/* ---- names ------------------------------------------------------------------- */

/* Puts the buffer where this type of link has a name; false: it has none. Later members are zeroed for the kernel's sake. */
static bool make_room(struct bpf_link_info *info, char *name)
{
	switch (info->type) {
	case BPF_LINK_TYPE_RAW_TRACEPOINT:
		info->raw_tracepoint.tp_name = (uintptr_t)name;
		info->raw_tracepoint.tp_name_len = NAME_BYTES;
		return true;
	case BPF_LINK_TYPE_ITER:
		info->iter.target_name = (uintptr_t)name;
		info->iter.target_name_len = NAME_BYTES;
		return true;
	case BPF_LINK_TYPE_UPROBE_MULTI:
		info->uprobe_multi.path = (uintptr_t)name;
		info->uprobe_multi.path_size = NAME_BYTES;
		return true;
	case BPF_LINK_TYPE_PERF_EVENT:		/* the same place for all that have one */
		info->perf_event.kprobe.func_name = (uintptr_t)name;
		info->perf_event.kprobe.name_len = NAME_BYTES;
		return info->perf_event.type >= BPF_PERF_EVENT_UPROBE && info->perf_event.type <= BPF_PERF_EVENT_TRACEPOINT;
	}
	return false;
}

/* "" where there is none, or the kernel does not tell. */
static void ask_name(struct walk *w, int fd, const struct bpf_link_info *info, char name[NAME_BYTES])
{
	struct bpf_link_info room = { .type = info->type };

	room.perf_event.type = info->type == BPF_LINK_TYPE_PERF_EVENT ? info->perf_event.type : 0;
	memset(name, 0, NAME_BYTES);
	if (!make_room(&room, name))
		return;
	if (item_ask(w, fd, &room, sizeof(room)) < 0)
		name[0] = 0;
	name[NAME_BYTES - 1] = 0;
}

static const char *perf_target(struct arena *a, const struct bpf_link_info *info, const char *name)
{
	const uint32_t type = info->perf_event.type;

	switch (type) {
	case BPF_PERF_EVENT_KPROBE:
	case BPF_PERF_EVENT_KRETPROBE:
		return arena_printf(a, "%s %s+0x%" PRIx32, type == BPF_PERF_EVENT_KPROBE ? "kprobe" : "kretprobe", name,
				    info->perf_event.kprobe.offset);
	case BPF_PERF_EVENT_UPROBE:
	case BPF_PERF_EVENT_URETPROBE:
		return arena_printf(a, "%s %s+0x%" PRIx32, type == BPF_PERF_EVENT_UPROBE ? "uprobe" : "uretprobe", name,
				    info->perf_event.uprobe.offset);
	case BPF_PERF_EVENT_TRACEPOINT:
		return arena_printf(a, "tracepoint %s", name);
	case BPF_PERF_EVENT_EVENT:
		return arena_printf(a, "perf_event type %" PRIu32 " config %" PRIu64, info->perf_event.event.type,
				    (uint64_t)info->perf_event.event.config);
	}
	return "perf_event";
}

static const char *attach_name(struct arena *a, uint32_t type)
{
	const char *name = name_of(NAMES_BPF_ATTACH_TYPE, type);

	return name ? name + strlen("BPF_") : arena_printf(a, "attach type %" PRIu32, type);
}

static const char *with_number(struct arena *a, uint32_t attach_type, const char *what, uint32_t number)
{
	const char *type = attach_name(a, attach_type);

	return type ? arena_printf(a, "%s %s %" PRIu32, type, what, number) : NULL;
}

/* The function or hook has a number in the BTF of the kernel, whose id is 1, or of a module or program. Before 5.13: none. */
static const char *tracing_target(struct walk *w, struct arena *a, const struct bpf_link_info *info)
{
	const char *type = attach_name(a, info->tracing.attach_type), *name = "";
	struct diag unsaid = { 0 };

	if (info->tracing.target_obj_id == 1 && kernel_btf_open(w, &unsaid) == 0)
		name = btf_name(&w->kernel_btf.vmlinux->btf, info->tracing.target_btf_id);
	if (!type || !info->tracing.target_btf_id)
		return type;
	if (name[0])
		return arena_printf(a, "%s %s", type, name);
	return arena_printf(a, "%s BTF id %" PRIu32 " of %" PRIu32, type, info->tracing.target_btf_id,
			    info->tracing.target_obj_id);
}

const char *link_target(struct walk *w, struct arena *a, int fd, const struct bpf_link_info *info)
{
	const char *path, *type;
	char name[NAME_BYTES];

	ask_name(w, fd, info, name);
	switch (info->type) {
	case BPF_LINK_TYPE_RAW_TRACEPOINT:
		return arena_printf(a, "raw_tracepoint %s", name);
	case BPF_LINK_TYPE_TRACING:
		return tracing_target(w, a, info);
	case BPF_LINK_TYPE_CGROUP:
		path = cgroup_path_of(w, a, info->cgroup.cgroup_id);
		type = attach_name(a, info->cgroup.attach_type);
		return path && type ? arena_printf(a, "%s %s", type, path) : NULL;
	case BPF_LINK_TYPE_ITER:
		return arena_printf(a, "iter %s", name);
	case BPF_LINK_TYPE_NETNS:
		return with_number(a, info->netns.attach_type, "netns", info->netns.netns_ino);
	case BPF_LINK_TYPE_XDP:
		return with_number(a, BPF_XDP, "ifindex", info->xdp.ifindex);
	case BPF_LINK_TYPE_TCX:
	case BPF_LINK_TYPE_NETKIT:
		return with_number(a, info->tcx.attach_type, "ifindex", info->tcx.ifindex);
	case BPF_LINK_TYPE_PERF_EVENT:
		return perf_target(a, info, name);
	case BPF_LINK_TYPE_KPROBE_MULTI:
		return arena_printf(a, "kprobe.multi, %" PRIu32 " functions", info->kprobe_multi.count);
	case BPF_LINK_TYPE_UPROBE_MULTI:
		return arena_printf(a, "uprobe.multi, %" PRIu32 " places in %s", info->uprobe_multi.count, name);
	case BPF_LINK_TYPE_STRUCT_OPS:
		return arena_printf(a, "struct_ops map %" PRIu32, info->struct_ops.map_id);
	case BPF_LINK_TYPE_NETFILTER:
		return arena_printf(a, "NETFILTER family %" PRIu32 " hook %" PRIu32 " priority %" PRId32, info->netfilter.pf,
				    info->netfilter.hooknum, info->netfilter.priority);
	case BPF_LINK_TYPE_SOCKMAP:
		return with_number(a, info->sockmap.attach_type, "map", info->sockmap.map_id);
	}
	return "";
}
