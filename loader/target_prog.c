/*
 * A function of another BPF program, for freplace.
 *
 *	SEC("freplace/rate_limit") int stricter(struct xdp_md *ctx)
 *
 * takes the place of the function rate_limit of a program that is loaded, as
 * long as both have the same type. The program that is meant is no matter of
 * the section: who loads says it, by id, by where it is pinned, or by name.
 *
 *	"37"                BPF_PROG_GET_FD_BY_ID
 *	"/sys/fs/bpf/fw"    BPF_OBJ_GET
 *	"firewall"          BPF_PROG_GET_NEXT_ID until one has that name; it must be the only one
 *
 * Its types are a BTF object of their own, named in what the kernel tells of the
 * program; the function's number counts there.
 *
 * In: options.target  Out: attach_prog_fd, attach_btf_id
 * Kernel: kernel/bpf/verifier.c bpf_check_attach_target(), kernel/bpf/syscall.c bpf_tracing_prog_attach()
 * Try: bpfwalk load build/tests/objects/freplace.bpf.o --target NAME
 * Next: loader/externs.h
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/nearest.h"
#include "loader/bpffs.h"
#include "loader/item.h"

static const char where[] = "target";

/* ---- by name --------------------------------------------------------------- */

/* The kernel keeps 15 bytes of a name. */
static bool is_name(const char *kernels, const char *name)
{
	return strncmp(kernels, name, BPF_OBJ_NAME_LEN - 1) == 0;
}

/* Opens program id if it has the name. 1: it is in *fd; 0: another, or gone. */
static long see_program(struct walk *w, uint32_t id, const char *name, int *fd, struct nearest *near)
{
	struct bpf_prog_info info;
	long opened = item_open(w, item_kind(BW_PROGRAMS), id), r;

	if (opened < 0)
		return opened == -ENOENT ? 0 : opened;
	r = item_info(w, (int)opened, &info, sizeof(info));
	info.name[BPF_OBJ_NAME_LEN - 1] = 0;
	if (r == 0 && is_name(info.name, name)) {
		*fd = (int)opened;
		return 1;
	}
	nearest_see(near, info.name);
	sys_close(&w->sys, (int)opened);
	return r;
}

static int open_named(struct walk *w, const char *name, struct diag *d)
{
	long id = 0, found_id = 0, r = 0;
	char names[200];
	struct nearest near;
	int found = -1, fd = -1;

	nearest_start(&near, name);
	while (r >= 0 && (id = item_next_id(w, item_kind(BW_PROGRAMS), (uint32_t)id)) > 0) {
		r = see_program(w, (uint32_t)id, name, &fd, &near);
		if (r > 0 && found >= 0) {
			sys_close(&w->sys, fd);
			sys_close(&w->sys, found);
			return fail(d, -EINVAL, where, "programs %ld and %ld are both called %s: take one by its id", found_id,
				    id, name);
		}
		if (r > 0) {
			found = fd;
			found_id = id;
		}
	}
	r = r < 0 ? r : id;
	if (r != -ENOENT) {
		sys_close(&w->sys, found);
		return fail_kernel(d, r, where, "looking through the loaded programs for %s", name);
	}
	if (found < 0)
		return fail(d, -ENOENT, where, "no loaded program is called %s%s", name,
			    nearest_text(&near, names, sizeof(names)));
	return found;
}

/* ---- the program ----------------------------------------------------------- */

static int open_target(struct walk *w, const char *name, struct diag *d)
{
	char *end;
	unsigned long id = strtoul(name, &end, 10);
	long fd;

	if (strchr(name, '/')) {
		fd = bpffs_open(w, name);
		return fd < 0 ? fail_kernel(d, fd, where, "BPF_OBJ_GET of %s", name) : (int)fd;
	}
	if (!name[0] || *end || id > UINT32_MAX)
		return open_named(w, name, d);
	fd = item_open(w, item_kind(BW_PROGRAMS), (uint32_t)id);
	return fd < 0 ? fail_kernel(d, fd, where, "BPF_PROG_GET_FD_BY_ID of %lu", id) : (int)fd;
}

static int types_of(struct walk *w, int fd, struct btf *out, struct diag *d)
{
	struct bpf_prog_info info;
	long r = item_info(w, fd, &info, sizeof(info));

	if (r < 0)
		return fail_kernel(d, r, where, "asking what %s is", w->options.target);
	if (!info.btf_id)
		return fail(d, -EINVAL, where, "program %s was loaded without types, so none of its functions can be replaced",
			    w->options.target);
	r = item_types(w, info.btf_id, out, d);
	if (r < 0 && !d->code)
		return fail_kernel(d, r, where, "fetching BTF %u, the types of %s", info.btf_id, w->options.target);
	return (int)r;
}

/* Once per object. */
static int target_open(struct walk *w, struct diag *d)
{
	int fd, r;

	if (w->target_fd >= 0)
		return 0;
	observe_step(w, "target", w->options.target);
	fd = open_target(w, w->options.target, d);
	if (fd < 0)
		return fd;
	r = types_of(w, fd, &w->target_types, d);
	if (r < 0) {
		sys_close(&w->sys, fd);
		return r;
	}
	w->target_fd = fd;
	return 0;
}

static int fail_function(const struct walk *w, const struct bw_program *p, struct diag *d)
{
	char names[200];
	struct nearest near;

	nearest_start(&near, p->target);
	for (uint32_t id = 1; id < w->target_types.count; id++)
		if (btf_kind(btf_type(&w->target_types, id)) == BTF_KIND_FUNC)
			nearest_see(&near, btf_name(&w->target_types, id));
	return fail(d, -ENOENT, "program", "%s: section %s: program %s has no function %s%s", p->name, p->section,
		    w->options.target, p->target, nearest_text(&near, names, sizeof(names)));
}

int target_in_program(struct walk *w, const struct bw_program *p, struct target *out, struct diag *d)
{
	int r;

	if (!p->target[0])
		return fail(d, -EINVAL, "program", "%s: section %s does not say which: expected %s/%s", p->name, p->section,
			    p->hook->section, p->hook->takes);
	if (!w->options.target)
		return fail(d, -EINVAL, "program", "%s: section %s replaces a function of a loaded program, and none is named"
			    " (target)", p->name, p->section);
	r = target_open(w, d);
	if (r < 0)
		return r;
	out->btf_id = btf_find(&w->target_types, BTF_KIND_FUNC, p->target);
	out->fd = w->target_fd;
	return out->btf_id ? 0 : fail_function(w, p, d);
}
