/*
 * Finding the BPF file system; see bpffs.h.
 *
 * In: what the user calls a pin  Out: its path
 * Kernel: kernel/bpf/inode.c bpf_lookup(), bpf_obj_get_user()
 * Try:  grep -w bpf /proc/self/mounts
 * Next: loader/pin.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "loader/bpffs.h"
#include "loader/mounts.h"

/* The first one counts. */
static void see_mount(void *ctx, const char *dir)
{
	char *found = ctx;

	if (!found[0])
		snprintf(found, PIN_PATH, "%s", dir);
}

static int find_mount(struct walk *w, char mount[PIN_PATH], const char *where, struct diag *d)
{
	long r;

	mount[0] = 0;
	r = mounts_of(&w->sys, "bpf", see_mount, mount);
	return r < 0 ? fail_kernel(d, r, where, "looking for a BPF file system in /proc/self/mounts") : 0;
}

int bpffs_path(struct walk *w, const char *name, char path[PIN_PATH], const char *where, struct diag *d)
{
	bool relative = name[0] != '/' && name[0] != '.';
	char mount[PIN_PATH] = "";
	size_t len;
	int r;

	if (!name[0])
		return fail(d, -EINVAL, where, "the path is empty");
	r = relative ? find_mount(w, mount, where, d) : 0;
	if (r < 0)
		return r;
	if (relative && !mount[0])
		return fail(d, -ENOENT, where, "no BPF file system is mounted: /proc/self/mounts has none, and %.100s is"
			    " relative to it", name);
	if (snprintf(path, PIN_PATH, "%s%s%s", mount, relative ? "/" : "", name) >= PIN_PATH)
		return fail(d, -ENAMETOOLONG, where, "%.60s...: the path is too long", name);
	for (len = strlen(path); len > 1 && path[len - 1] == '/'; len--)
		path[len - 1] = 0;
	return 0;
}

int bpffs_check(struct walk *w, const char *dir, const char *path, const char *where, struct diag *d)
{
	char type[32], mount[PIN_PATH];
	long fd = sys_open(&w->sys, dir, O_RDONLY | O_DIRECTORY);
	int r;

	if (fd == -ENOTDIR)
		return fail(d, -ENOTDIR, where, "%s is no directory (ENOTDIR)", dir);
	if (fd == -ENOENT)
		return fail(d, -ENOENT, where, "there is no directory %s (ENOENT)", dir);
	if (fd < 0)
		return fail_kernel(d, fd, where, "opening the directory %s", dir);
	fs_type_of(&w->sys, (int)fd, type, sizeof(type));
	sys_close(&w->sys, (int)fd);
	if (!type[0] || strcmp(type, "bpf") == 0)
		return 0;
	r = find_mount(w, mount, where, d);
	if (r < 0)
		return r;
	if (strcmp(path, mount) == 0)
		return fail(d, -EINVAL, where, "%s is the BPF file system itself, expected a directory to make in it", path);
	return fail(d, -EINVAL, where, "%s is not in a BPF file system, but on %s; %s%s", path, type,
		    mount[0] ? "one is mounted at " : "none is mounted", mount);
}

long bpffs_open(struct walk *w, const char *path)
{
	struct bpf_obj_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.pathname = (uintptr_t)path;
	return sys_bpf(&w->sys, BPF_OBJ_GET, &attr, 0);
}
