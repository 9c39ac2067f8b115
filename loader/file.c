/*
 * Reading files, through the door like everything else.
 *
 * The object is read into memory of our own rather than mapped: a mapped file
 * can be truncated by somebody else while we look at it (SIGBUS), and a global
 * variable must be writable before it is loaded.
 *
 * In: a path  Out: its bytes
 * Try: bpfwalk inspect build/progs/hello.bpf.o
 * Next: loader/publish.c
 */
#include <errno.h>
#include <fcntl.h>

#include "loader/walk.h"

/* No BPF object comes near this; a path to a disk image should not fill the memory. */
enum { OBJECT_MAX = 256 << 20 };

static long read_all(const struct sys *s, int fd, unsigned char *buf, size_t size)
{
	size_t done = 0;

	while (done < size) {
		long n = sys_read(s, fd, buf + done, size - done);

		if (n == -EINTR)
			continue;
		if (n < 0)
			return n;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (long)done;
}

int read_whole(struct walk *w, struct arena *a, const char *path, int fd, int64_t size, struct view *out, struct diag *d)
{
	unsigned char *bytes;
	long n;

	if (size <= 0)
		return fail(d, -EINVAL, path, "the file is empty, or not a regular file");
	if (size > OBJECT_MAX)
		return fail(d, -EFBIG, path, "%lld bytes, expected at most %d", (long long)size, OBJECT_MAX);
	bytes = arena_alloc(a, (size_t)size);
	if (!bytes)
		return fail_memory(d, path);
	n = read_all(&w->sys, fd, bytes, (size_t)size);
	if (n < 0)
		return fail_kernel(d, n, path, "reading it");
	*out = (struct view){ bytes, (size_t)n };
	return 0;
}

static int read_fd(struct walk *w, const char *path, int fd, struct view *out, struct diag *d)
{
	int64_t size;
	long r = sys_file_stat(&w->sys, fd, &size, &w->file_mode);

	return r < 0 ? fail_kernel(d, r, path, "asking for its size") : read_whole(w, &w->arena, path, fd, size, out, d);
}

int read_object(struct walk *w, const char *path, struct view *out, struct diag *d)
{
	int r;
	long fd;

	if (w->options.bytes) {
		*out = (struct view){ w->options.bytes, w->options.size };
		return 0;
	}
	fd = sys_open(&w->sys, path, O_RDONLY);
	if (fd < 0)
		return fail_kernel(d, fd, path, "opening it");
	r = read_fd(w, path, (int)fd, out, d);
	sys_close(&w->sys, (int)fd);
	return r;
}

long read_small_file(const struct sys *s, const char *path, char *buf, size_t size)
{
	long n, fd = sys_open(s, path, O_RDONLY);

	if (fd < 0)
		return fd;
	n = read_all(s, (int)fd, (unsigned char *)buf, size);
	sys_close(s, (int)fd);
	if (n < 0)
		return n;
	if ((size_t)n >= size)
		return -EFBIG;
	buf[n] = 0;
	return n;
}
