/*
 * Detaching what an earlier bpfwalk left attached: the directory of pins, back to nothing.
 *
 *	DIR/links/NAME	removed, and the link detached; or the filter that a symbolic link tells of
 *	DIR/progs/NAME	removed
 *	DIR/maps/NAME	removed: with its last user the map is gone, and what it holds
 *	DIR/links, DIR/progs, DIR/maps
 *	DIR/cgroup	where it leads is removed, if nobody is in it; then the name itself
 *	DIR
 *
 * All is looked at before anything is touched: only a directory that can be one
 * of ours is removed. Links go first, so that a failure further on leaves some
 * names and nothing that runs, and the same command can be given again.
 *
 * Removing a pin lets go of the link a moment later, when no CPU can be looking
 * at the name any more. Who was told "detached" does not expect that: so the
 * link is detached through a descriptor, and links that know no BPF_LINK_DETACH
 * (tracing, perf events) are waited for.
 *
 * In: a directory in bpffs  Out: nothing of it is left
 * Kernel: kernel/bpf/syscall.c link_detach(), bpf_link_put(), kernel/bpf/inode.c bpf_free_inode()
 * Try:  bpfwalk detach guard
 * Next: loader/item.h
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/bpffs.h"
#include "loader/cgroup.h"
#include "loader/item.h"
#include "loader/mounts.h"
#include "loader/tc.h"

enum { WAIT_MS = 10, WAITS = 200 };

static const char where[] = "detach";

struct pinned {				/* a file in one of the three directories */
	struct pinned *next;
	const char *path, *name;
	uint32_t link_id;		/* of a link that was not detached at once; 0 */
	struct tc_filter filter;	/* what the name leads to instead of a link; ifindex 0: nothing */
};

struct unpinning {
	struct walk *w;
	struct arena arena;
	struct diag d;
	char dir[PIN_PATH];
	bool have[3];			/* the directory is there */
	bool have_cgroup;
	int cgroup_end;			/* what bw_unpin() returns about it */
	struct pinned *pinned[3];
	void (*gone)(void *ctx, const struct bw_item *item);
	void *ctx;
};

/* In the order in which they are taken away. */
static const struct { const char *name; enum bw_kind kind; } dirs[] = {
	{ "links", BW_LINKS }, { "progs", BW_PROGRAMS }, { "maps", BW_MAPS },
};
enum { DIRS = sizeof(dirs) / sizeof(dirs[0]) };

/* ---- looking ---------------------------------------------------------------- */

static int see_dir(void *ctx, const struct linux_dirent64 *e)
{
	struct unpinning *u = ctx;

	for (unsigned i = 0; i < DIRS; i++)
		if (e->d_type == DT_DIR && strcmp(e->d_name, dirs[i].name) == 0) {
			u->have[i] = true;
			return 0;
		}
	if (e->d_type == DT_LNK && strcmp(e->d_name, PINNED_CGROUP) == 0) {
		u->have_cgroup = true;
		return 0;
	}
	return fail(&u->d, -EINVAL, where, "%s is not what attach makes, since it holds %s: it is left as it is", u->dir,
		    e->d_name);
}

struct looking {
	struct unpinning *u;
	unsigned dir;
};

/* Where a filter is; the names of programs and maps lead nowhere. */
static int see_filter(struct unpinning *u, unsigned dir, struct pinned *p)
{
	char text[TC_PIN];
	uint32_t netns;
	long r = sys_readlink(&u->w->sys, p->path, text, sizeof(text));

	if (r < 0)
		return fail_kernel(&u->d, r, where, "reading the symbolic link %s", p->path);
	if (dirs[dir].kind != BW_LINKS || !tc_pin_read(text, &p->filter, &netns))
		return fail(&u->d, -EINVAL, where, "%s is not what attach makes, since %s leads to %.100s: it is left as it is", u->dir,
			    p->path, text);
	return tc_unpin_check(u->w, p->path, &p->filter, netns, where, &u->d);
}

static int see_pinned(void *ctx, const struct linux_dirent64 *e)
{
	struct looking *l = ctx;
	struct unpinning *u = l->u;
	struct pinned *p = arena_alloc(&u->arena, sizeof(*p));

	if (e->d_type == DT_DIR)
		return fail(&u->d, -EINVAL, where, "%s is not what attach makes, since it holds %s/%s/: it is left as it is",
			    u->dir, dirs[l->dir].name, e->d_name);
	if (p) {
		memset(p, 0, sizeof(*p));
		p->path = arena_printf(&u->arena, "%s/%s/%s", u->dir, dirs[l->dir].name, e->d_name);
	}
	if (!p || !p->path)
		return fail_memory(&u->d, where);
	p->name = p->path + strlen(p->path) - strlen(e->d_name);
	p->next = u->pinned[l->dir];
	u->pinned[l->dir] = p;
	return e->d_type == DT_LNK ? see_filter(u, l->dir, p) : 0;
}

static int look(struct unpinning *u)
{
	char path[PIN_PATH + 8];
	long r = bpffs_check(u->w, u->dir, u->dir, where, &u->d);

	if (r == 0)
		r = dir_each(&u->w->sys, u->dir, see_dir, u);
	for (unsigned i = 0; i < DIRS && r == 0; i++) {
		if (!u->have[i])
			continue;
		snprintf(path, sizeof(path), "%s/%s", u->dir, dirs[i].name);
		r = dir_each(&u->w->sys, path, see_pinned, &(struct looking){ u, i });
	}
	if (r < 0 && !u->d.code)
		return fail_kernel(&u->d, r, where, "reading the directory %s", u->dir);
	return (int)r;
}

/* ---- taking away --------------------------------------------------------------- */

static bool detach_link(struct walk *w, int fd)
{
	struct bpf_link_detach_attr attr = { .link_fd = (uint32_t)fd };

	return sys_bpf(&w->sys, BPF_LINK_DETACH, &attr, 0) == 0;
}

static int remove_pin(struct unpinning *u, unsigned dir, struct pinned *p)
{
	struct walk *w = u->w;
	struct bw_item item;
	long r, fd = bpffs_open(w, p->path);

	if (fd < 0)
		return fail_kernel(&u->d, fd, where, "BPF_OBJ_GET of %s", p->path);
	r = item_of_fd(w, &u->arena, dirs[dir].kind, (int)fd, &item);
	if (r < 0)
		fail_kernel(&u->d, r, where, "asking what is pinned at %s", p->path);
	else if ((r = sys_unlink(&w->sys, p->path)) < 0)
		fail_kernel(&u->d, r, where, "removing %s", p->path);
	else if (dirs[dir].kind == BW_LINKS && !detach_link(w, (int)fd))
		p->link_id = item.id;
	sys_close(&w->sys, (int)fd);
	if (r < 0)
		return (int)r;
	item.name = p->name;
	item.pins = &p->path;
	item.npins = 1;
	if (u->gone)
		u->gone(u->ctx, &item);
	return 0;
}

static int remove_filter(struct unpinning *u, struct pinned *p)
{
	const char *at = arena_printf(&u->arena, "tc/%s %s", p->filter.egress ? "egress" : "ingress", p->filter.iface);
	struct bw_item item = {
		.kind = BW_LINKS, .name = p->name, .type_name = "", .attached = &at, .nattached = 1, .pins = &p->path, .npins = 1,
	};
	long r = at ? tc_unpin(u->w, &p->filter, where, &u->d) : fail_memory(&u->d, where);

	if (r < 0)
		return (int)r;
	r = sys_unlink(&u->w->sys, p->path);
	if (r < 0)
		return fail_kernel(&u->d, r, where, "removing %s", p->path);
	if (u->gone)
		u->gone(u->ctx, &item);
	return 0;
}

/* What made a qdisc goes last: then it is empty. */
static int remove_filters(struct unpinning *u)
{
	int r = 0;

	for (int made = 0; made < 2; made++)
		for (struct pinned *p = u->pinned[0]; p && r == 0; p = p->next)
			if (p->filter.ifindex && p->filter.made_qdisc == made)
				r = remove_filter(u, p);
	return r;
}

static int remove_dir(struct unpinning *u, const char *name)
{
	char path[PIN_PATH + 8];
	long r;

	snprintf(path, sizeof(path), "%s%s%s", u->dir, name[0] ? "/" : "", name);
	r = sys_rmdir(&u->w->sys, path);
	return r < 0 ? fail_kernel(&u->d, r, where, "removing the directory %s", path) : 0;
}

/* Its name goes last: should that fail, the same command finds it again. */
static int remove_cgroup(struct unpinning *u)
{
	struct sys *s = &u->w->sys;
	char name[PIN_PATH + 8], path[CGROUP_PATH + 1];
	long r;

	snprintf(name, sizeof(name), "%s/" PINNED_CGROUP, u->dir);
	r = sys_readlink(s, name, path, sizeof(path));
	if (r >= CGROUP_PATH)
		r = -ENAMETOOLONG;	/* the rest of it would be another cgroup */
	if (r < 0)
		return fail_kernel(&u->d, r, where, "reading the symbolic link %s", name);
	r = sys_rmdir(s, path);
	if (r < 0 && r != -EBUSY && r != -ENOENT)
		return fail_kernel(&u->d, r, where, "removing the cgroup %s", path);
	u->cgroup_end = r == -EBUSY ? BW_CGROUP_LEFT : r == 0 ? BW_CGROUP_REMOVED : u->cgroup_end;
	r = sys_unlink(s, name);
	return r < 0 ? fail_kernel(&u->d, r, where, "removing %s", name) : 0;
}

static int take_away(struct unpinning *u)
{
	int r = remove_filters(u);

	for (unsigned i = 0; i < DIRS; i++)
		for (struct pinned *p = u->pinned[i]; p && r == 0; p = p->next)
			if (!p->filter.ifindex)
				r = remove_pin(u, i, p);
	for (unsigned i = 0; i < DIRS && r == 0; i++)
		if (u->have[i])
			r = remove_dir(u, dirs[i].name);
	if (r == 0 && u->have_cgroup)
		r = remove_cgroup(u);
	return r == 0 ? remove_dir(u, "") : r;
}

/* The kernel frees a link that nobody has some milliseconds later. One that is still there after that is somebody's. */
static int wait_for(struct unpinning *u, const struct pinned *p)
{
	struct walk *w = u->w;
	long fd = 0;

	for (int i = 0; i < WAITS; i++) {
		fd = item_open(w, item_kind(BW_LINKS), p->link_id);
		if (fd < 0)
			return 0;
		sys_close(&w->sys, (int)fd);
		sys_poll(&w->sys, NULL, 0, WAIT_MS);
	}
	return fail(&u->d, -EBUSY, where, "%s is removed, and yet link %u is still attached: somebody else has it, too",
		    p->path, p->link_id);
}

int bw_pinned_cgroup(struct bw_object *obj, const char *dir, char *path, size_t size, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	char pins[PIN_PATH], name[PIN_PATH + 8];
	struct diag d = { 0 };
	long r;

	r = bpffs_path(w, dir, pins, where, &d);
	if (r < 0)
		return error_out(&d, (int)r, err);
	snprintf(name, sizeof(name), "%s/" PINNED_CGROUP, pins);
	r = sys_readlink(&w->sys, name, path, size);
	if (r == -ENOENT || r == -EINVAL || r == -ENOTDIR || r == -EACCES)	/* whatever it is then, bw_unpin() says */
		return 0;
	if (r >= 0 && (size_t)r + 1 >= size)
		r = -ENAMETOOLONG;
	return r < 0 ? error_out(&d, fail_kernel(&d, r, where, "reading the symbolic link %s", name), err) : 1;
}

int bw_unpin(struct bw_object *obj, const char *dir, void (*gone)(void *ctx, const struct bw_item *), void *ctx,
	     struct bw_error *err)
{
	struct unpinning u = { .w = walk_of(obj), .gone = gone, .ctx = ctx };
	int r;

	observe_step(u.w, "unpin", dir);
	r = bpffs_path(u.w, dir, u.dir, where, &u.d);
	if (r == 0)
		r = look(&u);
	if (r == 0)
		r = take_away(&u);
	for (struct pinned *p = u.pinned[0]; p && r == 0; p = p->next)
		if (p->link_id)
			r = wait_for(&u, p);
	arena_free(&u.arena);
	return r < 0 ? error_out(&u.d, r, err) : u.cgroup_end;
}
