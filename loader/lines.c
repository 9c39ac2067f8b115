/*
 * Cutting what read(2) gives at the newlines; see loader/lines.h.
 *
 * In: a descriptor  Out: a callback for each line
 * Next: loader/tracefs.h
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "loader/lines.h"

/* Hands out the complete lines; what is left moves to the front. A buffer full of one line is a line too. */
static void hand_out(struct lines *l, line_fn *line, void *ctx)
{
	char *at = l->buf, *end = l->buf + l->used, *nl;

	while ((nl = memchr(at, '\n', (size_t)(end - at)))) {
		*nl = 0;
		line(ctx, at, (size_t)(nl - at));
		at = nl + 1;
	}
	l->used = (size_t)(end - at);
	memmove(l->buf, at, l->used);
	if (l->used == LINE_MAX_BYTES) {
		l->buf[l->used] = 0;
		line(ctx, l->buf, l->used);
		l->used = 0;
	}
}

long lines_read(const struct sys *s, int fd, struct lines *l, line_fn *line, void *ctx)
{
	long n = sys_read(s, fd, l->buf + l->used, LINE_MAX_BYTES - l->used);

	if (n > 0) {
		l->used += (size_t)n;
		hand_out(l, line, ctx);
	} else if (n == 0 && l->used) {
		l->buf[l->used] = 0;
		line(ctx, l->buf, l->used);
		l->used = 0;
	}
	return n;
}

long lines_of_fd(const struct sys *s, int fd, line_fn *line, void *ctx)
{
	struct lines l = { .used = 0 };
	long n;

	do
		n = lines_read(s, fd, &l, line, ctx);
	while (n > 0 || n == -EINTR);
	sys_close(s, fd);
	return n;
}

long lines_of(const struct sys *s, const char *path, line_fn *line, void *ctx)
{
	long fd = sys_open(s, path, O_RDONLY);

	return fd < 0 ? fd : lines_of_fd(s, (int)fd, line, ctx);
}
