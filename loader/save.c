/*
 * Writing the object's bytes to a file: all of it, or nothing.
 *
 *	open DIR/.bpfwalk-0     a new file beside the one it will replace
 *	write, fsync            its bytes are on the disk
 *	rename to DIR/OUT       from one moment to the next it is OUT
 *
 * At no time is there half a file under the name OUT, and whoever has the old
 * one open keeps it; so OUT may be the file the object was read from. What is no
 * regular file (a device, a directory, a symbolic link) is left alone: to rename
 * over it would be to replace it.
 *
 * In: an object  Out: a file
 * Kernel: rename(2), fsync(2)
 * Try: strace bpfwalk patch build/progs/device.bpf.o device:4 imm=5 -o /tmp/device.bpf.o
 * Next: elf/diag.h
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "loader/walk.h"

enum { NAMES_TRIED = 100, PERMISSIONS = 0777 };

/* What path is now: *mode is 0 where there is nothing. */
static int look(struct walk *w, const char *path, uint32_t *mode, struct diag *d)
{
	int64_t size;
	long r, fd = sys_open(&w->sys, path, O_PATH | O_NOFOLLOW);

	*mode = 0;
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fail_kernel(d, fd, path, "looking whether it is there");
	r = sys_file_stat(&w->sys, (int)fd, &size, mode);
	sys_close(&w->sys, (int)fd);
	if (r < 0)
		return fail_kernel(d, r, path, "looking what it is");
	if (!S_ISREG(*mode))
		return fail(d, -EINVAL, path, "is %s, expected a regular file, or none",
			    S_ISDIR(*mode) ? "a directory" : S_ISLNK(*mode) ? "a symbolic link" : "a device or the like");
	return 0;
}

/* A new file in the directory of path; its name in *name. */
static long create_beside(struct walk *w, const char *path, unsigned mode, const char **name)
{
	const char *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) + 1 : 0;
	long fd = -EEXIST;

	for (int i = 0; fd == -EEXIST && i < NAMES_TRIED; i++) {
		*name = arena_printf(&w->arena, "%.*s.bpfwalk-%d", dir, path, i);
		if (!*name)
			return -ENOMEM;
		fd = sys_create(&w->sys, *name, mode);
	}
	return fd;
}

static long write_all(const struct sys *s, int fd, const unsigned char *bytes, size_t size)
{
	while (size) {
		long n = sys_write(s, fd, bytes, size);

		if (n == -EINTR)
			continue;
		if (n <= 0)
			return n ? n : -EIO;
		bytes += n;
		size -= (size_t)n;
	}
	return 0;
}

/* mode: the permissions of the file that is replaced, or 0. */
static int fill(struct walk *w, int fd, uint32_t mode, const char *path, struct diag *d)
{
	long r = write_all(&w->sys, fd, w->edited ? w->edited : w->pub.file, w->pub.file_size);

	if (r < 0)
		return fail_kernel(d, r, path, "writing %zu bytes", w->pub.file_size);
	if (mode)
		r = sys_chmod(&w->sys, fd, mode & PERMISSIONS);
	if (r < 0)
		return fail_kernel(d, r, path, "giving it the permissions of the file it replaces");
	r = sys_fsync(&w->sys, fd);
	return r < 0 ? fail_kernel(d, r, path, "fsync") : 0;
}

static int save(struct walk *w, const char *path, struct diag *d)
{
	const char *name;
	uint32_t mode;
	long fd, renamed;
	int r = look(w, path, &mode, d);

	if (r < 0)
		return r;
	fd = create_beside(w, path, w->file_mode ? w->file_mode & PERMISSIONS : 0666, &name);
	if (fd < 0)
		return fail_kernel(d, fd, path, "creating a file beside it");
	r = fill(w, (int)fd, mode, path, d);
	sys_close(&w->sys, (int)fd);
	renamed = r < 0 ? r : sys_rename(&w->sys, name, path);
	if (renamed >= 0)
		return 0;
	sys_unlink(&w->sys, name);
	return r < 0 ? r : fail_kernel(d, renamed, path, "renaming %s to it", name);
}

int bw_save(struct bw_object *obj, const char *path, struct bw_error *err)
{
	struct diag d = { 0 };
	int r = save(walk_of(obj), path, &d);

	return error_out(&d, r, err);
}
