/*
 * Attaching a struct_ops map: from now on the kernel calls its programs.
 *
 *	.struct_ops         BPF_MAP_UPDATE_ELEM registers it, BPF_MAP_DELETE_ELEM takes it away
 *	.struct_ops.link    BPF_MAP_UPDATE_ELEM only fills it in; a BPF link registers it (since 6.4)
 *
 * Without a link it stays when we are killed: nobody's descriptor holds it.
 *
 * In: a map with its element complete  Out: a link; for .struct_ops without descriptors
 * Kernel: kernel/bpf/bpf_struct_ops.c bpf_struct_ops_map_update_elem(), bpf_struct_ops_link_create()
 * Try: bpfwalk run build/tests/objects/struct_ops.bpf.o
 * Next: loader/bpffs.h
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"

static const uint32_t zero;

static long elem(struct walk *w, enum bpf_cmd cmd, int fd, const unsigned char *value, uint32_t size)
{
	struct bpf_map_elem_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)fd;
	attr.key = (uintptr_t)&zero;
	attr.value = (uintptr_t)value;
	return sys_bpf_elem(&w->sys, cmd, &attr, sizeof(zero), size);
}

static void unregister(struct walk *w, struct link *l)
{
	elem(w, BPF_MAP_DELETE_ELEM, l->pub.map->fd, NULL, 0);
}

static int register_link(struct walk *w, struct link *l, struct diag *d)
{
	struct bpf_link_create_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)l->pub.map->fd;
	attr.attach_type = BPF_STRUCT_OPS;
	fd = sys_bpf(&w->sys, BPF_LINK_CREATE, &attr, 0);
	if (fd < 0)
		return fail_kernel(d, fd, l->where, "BPF_LINK_CREATE of %s as a %s", l->pub.map->name, l->resolved);
	return link_add_fd(w, l, (int)fd, d);
}

int attach_struct_ops(struct walk *w, struct link *l, struct diag *d)
{
	const struct bw_map *m = l->pub.map;
	const struct kernel_ops *ops = &w->kernel_ops[m->index];
	bool has_link = w->o.maps[m->index].flags & BPF_F_LINK;
	long r;

	if (!has_link && l->pinnable)
		return fail(d, -ENOTSUP, l->where, "what section .struct_ops registers has no link that could be pinned;"
			    " section .struct_ops.link has");
	r = elem(w, BPF_MAP_UPDATE_ELEM, m->fd, ops->value, ops->value_size);
	/* A map with a link keeps its element from one link to the next. */
	if (r < 0 && !(has_link && r == -EBUSY))
		return fail_kernel(d, r, l->where, "BPF_MAP_UPDATE_ELEM of %s: registering it as a %s", m->name, l->resolved);
	if (has_link)
		return register_link(w, l, d);
	l->detach = unregister;
	return 0;
}
