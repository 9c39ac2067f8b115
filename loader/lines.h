/*
 * Files of text, line by line, through the door: /proc/kallsyms with its
 * hundred thousand symbols, the list of tracepoints, the trace pipe.
 *
 * Nothing is read whole: a buffer holds what came last, complete lines are
 * handed out, and the beginning of the next line stays for the next read.
 *
 * Kernel: fs/seq_file.c seq_read_iter() gives about a page per read(2)
 * Next: loader/lines.c
 */
#ifndef LOADER_LINES_H
#define LOADER_LINES_H

#include "uapi/sys.h"

#define LINE_MAX_BYTES	4096		/* a longer line is handed out in pieces */

struct lines {
	size_t used;
	char buf[LINE_MAX_BYTES + 1];
};

/* line: without its newline, with a NUL; may be written to; lives during the call. */
typedef void line_fn(void *ctx, char *line, size_t len);

/* One read(2) and the lines it completes. Returns what read(2) did; at 0 what was left without a newline is a line. */
long lines_read(const struct sys *s, int fd, struct lines *l, line_fn *line, void *ctx);

/* All lines of a file. 0 or a negative errno. */
long lines_of(const struct sys *s, const char *path, line_fn *line, void *ctx);
/* The same of one that is open, which is closed then. */
long lines_of_fd(const struct sys *s, int fd, line_fn *line, void *ctx);

#endif
