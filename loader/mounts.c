/*
 * Mounts, file systems and directories; see mounts.h.
 *
 *	/proc/self/mounts	bpf /sys/fs/bpf bpf rw,nosuid 0 0	type -> directory
 *	/proc/self/fdinfo/FD	mnt_id:	25				descriptor -> mount
 *	/proc/self/mountinfo	25 1 0:20 / /tmp rw - tmpfs none rw	mount -> type
 *
 * statfs(2) knows the type of a file system as well, as a number without a name.
 *
 * In: a type, a descriptor, a path  Out: directories, a type, entries
 * Kernel: fs/proc_namespace.c show_vfsmnt(), fs/readdir.c getdents64()
 * Try:  grep -w bpf /proc/self/mounts
 * Next: loader/cgroup.h
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/lines.h"
#include "loader/mounts.h"

/* The kernel writes a blank, a tab, a newline or a backslash in a path as three octal digits: "\040". */
static void unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] && s[2] && s[3]) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

struct looking {
	const char *type;
	void (*each)(void *ctx, const char *dir);
	void *ctx;
};

static void see_mount(void *ctx, char *line, size_t len)
{
	struct looking *l = ctx;
	char *save, *dir, *type;

	(void)len;
	strtok_r(line, " ", &save);
	dir = strtok_r(NULL, " ", &save);
	type = strtok_r(NULL, " ", &save);
	if (!type || strcmp(type, l->type) != 0)
		return;
	unescape(dir);
	l->each(l->ctx, dir);
}

long mounts_of(const struct sys *s, const char *type, void (*each)(void *ctx, const char *dir), void *ctx)
{
	struct looking l = { type, each, ctx };

	return lines_of(s, "/proc/self/mounts", see_mount, &l);
}

struct fs_of {
	long mount;			/* its number in mountinfo; -1: not known */
	char *type;
	size_t size;
};

static void see_fdinfo(void *ctx, char *line, size_t len)
{
	struct fs_of *f = ctx;

	(void)len;
	if (strncmp(line, "mnt_id:", 7) == 0)
		f->mount = strtol(line + 7, NULL, 10);
}

static void see_mountinfo(void *ctx, char *line, size_t len)
{
	const char *dash = strstr(line, " - ");
	struct fs_of *f = ctx;

	(void)len;
	if (f->mount >= 0 && dash && strtol(line, NULL, 10) == f->mount)
		snprintf(f->type, f->size, "%.*s", (int)strcspn(dash + 3, " "), dash + 3);
}

void fs_type_of(const struct sys *s, int fd, char *type, size_t size)
{
	struct fs_of f = { -1, type, size };
	char path[64];

	type[0] = 0;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	lines_of(s, path, see_fdinfo, &f);
	if (f.mount >= 0)
		lines_of(s, "/proc/self/mountinfo", see_mountinfo, &f);
}

/* The entries that one call gave, up to the first that `each` stops at. Lengths are the kernel's, and checked all the same. */
static int hand_out(const char *buf, size_t n, dir_fn *each, void *ctx)
{
	const struct linux_dirent64 *e;
	int r = 0;

	for (size_t at = 0; r == 0 && n - at > offsetof(struct linux_dirent64, d_name); at += e->d_reclen) {
		e = (const void *)(buf + at);
		if (e->d_reclen <= offsetof(struct linux_dirent64, d_name) || e->d_reclen > n - at)
			return -EIO;
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			r = each(ctx, e);
	}
	return r;
}

long dir_each(const struct sys *s, const char *path, dir_fn *each, void *ctx)
{
	_Alignas(8) char buf[4096];
	long r = 0, n, fd = sys_open(s, path, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return fd;
	while (r == 0 && (n = sys_getdents(s, (int)fd, buf, sizeof(buf))) != 0)
		r = n < 0 ? n : hand_out(buf, (size_t)n, each, ctx);
	sys_close(s, (int)fd);
	return r;
}
