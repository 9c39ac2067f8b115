/*
 * Tracepoints: a number from tracefs, an event with that number.
 *
 *	/sys/kernel/tracing/events/syscalls/sys_enter_openat/id -> 617
 *	perf_event_open({type = PERF_TYPE_TRACEPOINT, config = 617}, pid -1, cpu 0)
 *
 * The number is this kernel's of this boot, so it has to be read. The program's
 * context is the record that the tracepoint would write for perf; the file
 * `format` beside `id` lists its fields. A program that reads past them loads,
 * because nobody knew yet where it would go, and is refused when it is attached.
 *
 * In: "syscalls/sys_enter_openat"  Out: a perf event in the link
 * Kernel: kernel/trace/trace_event_perf.c perf_trace_init(), kernel/events/core.c perf_event_set_bpf_prog()
 * Try:  strace -e perf_event_open,ioctl bpfwalk run build/progs/open_tracepoint.bpf.o
 * Next: loader/probe.h
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/tracefs.h"
#include "loader/walk.h"
#include "uapi/perf_event.h"

static int fail_missing(struct walk *w, struct link *l, const char *path, struct diag *d)
{
	char near[200];

	if (d->code)
		return d->code;
	tracefs_nearest(w, l->target, near, sizeof(near));
	return fail(d, -ENOENT, l->where, "no tracepoint %s (%s: ENOENT)%s", l->target, path, near);
}

static int read_id(struct walk *w, struct link *l, uint64_t *id, struct diag *d)
{
	char file[256], path[TRACEFS_PATH], text[32];
	long n;
	int fd;

	if (snprintf(file, sizeof(file), "events/%s/id", l->target) >= (int)sizeof(file))
		return fail(d, -ENAMETOOLONG, l->where, "tracepoint %s: the name is too long", l->target);
	fd = tracefs_open(w, file, O_RDONLY, path, l->where, d);
	if (fd == -ENOENT)
		return fail_missing(w, l, path, d);
	if (fd < 0)
		return fd;
	n = sys_read(&w->sys, fd, text, sizeof(text) - 1);
	sys_close(&w->sys, fd);
	if (n < 0)
		return fail_kernel(d, n, l->where, "reading %s", path);
	text[n] = 0;
	*id = strtoull(text, NULL, 10);
	if (!*id)
		return fail(d, -EINVAL, l->where, "%s holds \"%.*s\", expected a number", path,
			    (int)strcspn(text, "\n"), text);
	return 0;
}

int attach_tracepoint(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct perf_event_attr attr;
	int r;

	if (!strchr(l->target, '/') || strstr(l->target, ".."))
		return fail(d, -EINVAL, l->where, "tracepoint %s: expected CATEGORY/NAME", l->target);
	r = refuse_pid(l, o, d);
	if (r < 0)
		return r;
	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_TRACEPOINT;
	r = read_id(w, l, &attr.config, d);
	if (r < 0)
		return r;
	r = attach_event(w, l, &attr, -1, 0, d);
	if (r < 0 && !d->code)
		return fail_kernel(d, r, l->where, "perf_event_open of tracepoint %s, number %llu", l->target,
				   (unsigned long long)attr.config);
	return r;
}
