/*
 * Finding, making and removing control groups; see cgroup.h.
 *
 * Where version 1 and 2 live side by side, version 2 is in a directory of its
 * own below /sys/fs/cgroup; in a container it may be anywhere. So the place is
 * looked up, and only when a path does not say it.
 *
 * In: what the user calls the cgroup  Out: its path, a descriptor
 * Kernel: kernel/cgroup/cgroup.c cgroup_mkdir(), cgroup_rmdir()
 * Try:  grep cgroup2 /proc/self/mounts
 * Next: loader/attach_cgroup.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "loader/cgroup.h"
#include "loader/mounts.h"

/* The first one counts. */
static void see_mount(void *ctx, const char *dir)
{
	char *found = ctx;

	if (!found[0])
		snprintf(found, CGROUP_PATH, "%s", dir);
}

/* Once per object. */
static int find_mount(struct walk *w, const char *name, const char *where, struct diag *d)
{
	char mount[CGROUP_PATH] = "";
	long r;

	if (w->cgroup2)
		return 0;
	r = mounts_of(&w->sys, "cgroup2", see_mount, mount);
	if (r < 0)
		return fail_kernel(d, r, where, "looking for cgroup2 in /proc/self/mounts");
	if (!mount[0])
		return fail(d, -ENOENT, where, "cgroup2 is not mounted: /proc/self/mounts has none, and %.100s is relative to it",
			    name);
	w->cgroup2 = arena_copy(&w->arena, mount, strlen(mount) + 1);
	return w->cgroup2 ? 0 : fail_memory(d, where);
}

int cgroup_path(struct walk *w, const char *name, char path[CGROUP_PATH], const char *where, struct diag *d)
{
	bool relative = name[0] != '/';
	int r = 0;

	if (!name[0])
		return fail(d, -EINVAL, where, "the name of the cgroup is empty");
	if (relative)
		r = find_mount(w, name, where, d);
	if (r < 0)
		return r;
	if (snprintf(path, CGROUP_PATH, "%s%s%s", relative ? w->cgroup2 : "", relative ? "/" : "", name) >= CGROUP_PATH)
		return fail(d, -ENAMETOOLONG, where, "cgroup %.60s...: the path is too long", name);
	return 0;
}

int cgroup_open(struct walk *w, const char *name, char path[CGROUP_PATH], const char *where, struct diag *d)
{
	long fd = cgroup_path(w, name, path, where, d);

	if (fd < 0)
		return (int)fd;
	fd = sys_open(&w->sys, path, O_RDONLY | O_DIRECTORY);
	if (fd == -ENOENT)
		return fail(d, -ENOENT, where, "no cgroup %s (ENOENT)", path);
	if (fd == -ENOTDIR)
		return fail(d, -ENOTDIR, where, "%s is no cgroup, since it is no directory (ENOTDIR)", path);
	if (fd < 0)
		return fail_kernel(d, fd, where, "opening the cgroup %s", path);
	return (int)fd;
}

int bw_cgroup_make(struct bw_object *obj, const char *cgroup, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	char path[CGROUP_PATH];
	struct diag d = { 0 };
	long r;

	observe_step(w, "cgroup_make", cgroup);
	r = cgroup_path(w, cgroup, path, "cgroup", &d);
	if (r < 0)
		return error_out(&d, (int)r, err);
	r = sys_mkdir(&w->sys, path, 0755);
	if (r == -EEXIST)
		return 0;
	if (r < 0)
		return error_out(&d, fail_kernel(&d, r, "cgroup", "making %s", path), err);
	return 1;
}

int bw_cgroup_remove(struct bw_object *obj, const char *cgroup, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	char path[CGROUP_PATH];
	struct diag d = { 0 };
	long r;

	observe_step(w, "cgroup_remove", cgroup);
	r = cgroup_path(w, cgroup, path, "cgroup", &d);
	if (r == 0)
		r = sys_rmdir(&w->sys, path);
	if (r < 0 && !d.code)
		fail_kernel(&d, r, "cgroup", "removing %s", path);
	return error_out(&d, (int)r, err);
}
