/*
 * Pins: what an object has in the kernel, under names that outlive us.
 *
 *	DIR/progs/NAME		each loaded program
 *	DIR/maps/NAME		each map; a dot in its name becomes '_': _rodata
 *	DIR/links/NAME		each link, by its program; NAME-0, NAME-1, ... where it has several. Of a filter of
 *				traffic control, which stays without a pin, a symbolic link: where it is, tc_pin.c
 *	DIR/cgroup		leads to the cgroup, if it was made for them; only we look at it
 *
 * A link is what keeps a program attached, and a program keeps its maps, so
 * the links alone would do. The others are there to be found.
 *
 * Everything that is made is written down. Until bw_keep_pins() it is taken
 * away again, last made first: at once when a step fails, else by bw_close().
 *
 * In: descriptors  Out: files in bpffs, all or none
 * Kernel: kernel/bpf/inode.c bpf_obj_pin_user(), bpf_mkdir()
 * Try:  bpfwalk attach build/progs/device.bpf.o --cgroup guarded --cgroup-create --pin guard; ls -R /sys/fs/bpf
 * Next: loader/unpin.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/bpffs.h"
#include "loader/cgroup.h"
#include "loader/tc.h"

struct pin {				/* a file or a directory that we made */
	struct pin *next;
	bool is_dir;
	char *path;
};

static const char where[] = "pin", progs[] = "progs", maps[] = "maps", links[] = "links";

void pins_undo(struct walk *w, const struct pin *until)
{
	if (w->pins != until)
		observe_step(w, "unpin", w->pub.pin_dir);
	for (; w->pins != until; w->pins = w->pins->next) {
		if (w->pins->is_dir)
			sys_rmdir(&w->sys, w->pins->path);
		else
			sys_unlink(&w->sys, w->pins->path);
	}
}

/* Room to write it down comes before the making. */
static struct pin *pin_new(struct walk *w, bool is_dir, char *path, struct diag *d)
{
	struct pin *p = path ? arena_alloc(&w->arena, sizeof(*p)) : NULL;

	if (!p) {
		fail_memory(d, where);
		return NULL;
	}
	*p = (struct pin){ w->pins, is_dir, path };
	return p;
}

static int pin_dir(struct walk *w, char *path, struct diag *d)
{
	struct pin *p = pin_new(w, true, path, d);
	long r = p ? sys_mkdir(&w->sys, path, 0700) : -ENOMEM;

	if (r == -EEXIST)
		return fail(d, -EEXIST, where, "%s is there already (EEXIST), and what is attached gets a directory of its own",
			    path);
	if (r < 0)
		return fail_kernel(d, r, where, "making the directory %s", path);
	w->pins = p;
	return 0;
}

/* DIR/KIND/NAME. */
static char *pin_path(struct walk *w, const char *kind, const char *name)
{
	char *path = arena_printf(&w->arena, "%s/%s/%s", w->pub.pin_dir, kind, name);

	for (char *at = path ? path + strlen(path) - strlen(name) : NULL; at && *at; at++)
		if (*at == '.')
			*at = '_';
	return path;
}

static int pin_fd(struct walk *w, int fd, const char *kind, const char *name, struct diag *d)
{
	struct pin *p = pin_new(w, false, pin_path(w, kind, name), d);
	struct bpf_obj_attr attr;
	long r;

	if (!p)
		return -ENOMEM;
	memset(&attr, 0, sizeof(attr));
	attr.pathname = (uintptr_t)p->path;
	attr.bpf_fd = (uint32_t)fd;
	r = sys_bpf(&w->sys, BPF_OBJ_PIN, &attr, 0);
	if (r == -EINVAL && strcmp(kind, links) == 0)
		return fail(d, -EINVAL, where, "%s cannot be pinned: what attaches it is no BPF link, and ends with us"
			    " (BPF_OBJ_PIN: EINVAL)", name);
	if (r < 0)
		return fail_kernel(d, r, where, "BPF_OBJ_PIN at %s", p->path);
	w->pins = p;
	return 0;
}

/* DIR, looked at before anything is made. */
static int choose_dir(struct walk *w, const char *name, struct diag *d)
{
	char path[PIN_PATH], parent[PIN_PATH];
	const char *slash, *last;
	int r = bpffs_path(w, name, path, where, d);

	if (r < 0)
		return r;
	slash = strrchr(path, '/');
	last = slash ? slash + 1 : path;
	if (!slash || strchr(last, '.'))	/* without a slash it is "." or begins with one */
		return fail(d, -EINVAL, where, "%s: a name in a BPF file system has no dot", path);
	snprintf(parent, sizeof(parent), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	r = bpffs_check(w, parent, path, where, d);
	if (r < 0)
		return r;
	w->pub.pin_dir = arena_copy(&w->arena, path, strlen(path));
	return w->pub.pin_dir ? 0 : fail_memory(d, where);
}

static int make_dirs(struct walk *w, struct diag *d)
{
	const char *const kinds[] = { progs, maps, links };
	int r = pin_dir(w, arena_copy(&w->arena, w->pub.pin_dir, strlen(w->pub.pin_dir)), d);

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && r == 0; i++)
		r = pin_dir(w, arena_printf(&w->arena, "%s/%s", w->pub.pin_dir, kinds[i]), d);
	return r;
}

static int pin_loaded(struct walk *w, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 0; i < w->pub.nmaps && r == 0; i++)
		if (w->maps[i].fd >= 0)
			r = pin_fd(w, w->maps[i].fd, maps, w->maps[i].name, d);
	for (uint32_t i = 0; i < w->pub.nprograms && r == 0; i++)
		if (w->programs[i].fd >= 0)
			r = pin_fd(w, w->programs[i].fd, progs, w->programs[i].name, d);
	return r;
}

int bw_pin(struct bw_object *obj, const char *dir, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	const char *const dir_before = w->pub.pin_dir;
	const struct pin *before = w->pins;
	struct diag d = { 0 };
	int r;

	observe_step(w, "pin", dir);
	r = choose_dir(w, dir, &d);
	if (r == 0)
		r = make_dirs(w, &d);
	if (r == 0)
		r = pin_loaded(w, &d);
	if (r < 0) {
		pins_undo(w, before);
		w->pub.pin_dir = dir_before;
	}
	return error_out(&d, r, err);
}

/* Nothing of it can be pinned, and nothing has to: it stays. But where it is must be written down. */
static int pin_filter(struct walk *w, struct link *l, struct bw_error *err)
{
	struct diag d = { 0 };
	struct pin *p = pin_new(w, false, pin_path(w, links, l->pub.name), &d);
	char text[TC_PIN];
	long r;

	if (!p)
		return error_out(&d, d.code, err);
	tc_pin_text(w, &l->tc, text);
	r = sys_symlink(&w->sys, text, p->path);
	if (r < 0)
		return error_out(&d, fail_kernel(&d, r, where, "making the symbolic link %s", p->path), err);
	w->pins = p;
	l->tc.pinned = true;
	return 0;
}

int bw_pin_link(struct bw_object *obj, const struct bw_link *link, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	const struct pin *before = w->pins;
	struct diag d = { 0 };
	int r = 0;

	if (!w->pub.pin_dir)
		return error_out(&d, fail(&d, -EINVAL, where, "no directory was made for links: bw_pin() does"), err);
	observe_step(w, "pin_link", link->name);
	if (((const struct link *)(const void *)link)->tc.ifindex)
		return pin_filter(w, (struct link *)(uintptr_t)link, err);
	if (!link->nfds)
		r = fail(&d, -EINVAL, where, "%s cannot be pinned: it is attached without a link", link->name);
	for (unsigned i = 0; i < link->nfds && r == 0; i++) {
		char number[16] = "", name[256];

		if (link->nfds > 1)
			snprintf(number, sizeof(number), "-%u", i);
		snprintf(name, sizeof(name), "%s%s", link->name, number);
		r = pin_fd(w, link->fds[i], links, name, &d);
	}
	if (r < 0)
		pins_undo(w, before);
	return error_out(&d, r, err);
}

int bw_pin_cgroup(struct bw_object *obj, const char *cgroup, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	char path[CGROUP_PATH];
	struct diag d = { 0 };
	struct pin *p;
	long r;

	if (!w->pub.pin_dir)
		return error_out(&d, fail(&d, -EINVAL, where, "no directory was made: bw_pin() does"), err);
	observe_step(w, "pin_cgroup", cgroup);
	r = cgroup_path(w, cgroup, path, where, &d);
	p = r == 0 ? pin_new(w, false, arena_printf(&w->arena, "%s/" PINNED_CGROUP, w->pub.pin_dir), &d) : NULL;
	if (!p)
		return error_out(&d, d.code, err);
	r = sys_symlink(&w->sys, path, p->path);
	if (r < 0)
		return error_out(&d, fail_kernel(&d, r, where, "making the symbolic link %s", p->path), err);
	w->pins = p;
	return 0;
}

void bw_keep_pins(struct bw_object *obj)
{
	struct walk *w = walk_of(obj);

	for (struct link *l = w->links; l; l = l->next)
		if (l->tc.pinned)
			l->detach = NULL;
	w->pins = NULL;
	w->options.undo_pins = false;
}
