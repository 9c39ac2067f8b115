/*
 * Finding tracefs, and what is in it; see loader/tracefs.h.
 *
 * /sys/kernel/tracing exists since 4.1; before, tracefs was only to be seen in
 * debugfs, and it still shows there as well. Where neither has the file, the
 * list of mounts tells two failures apart that look the same from outside:
 * tracefs is not mounted (then /sys/kernel/tracing is an empty directory), or
 * there is no such tracepoint.
 *
 * In: the name of a file  Out: a descriptor, or which of the two it is
 * Kernel: kernel/trace/trace.c init_tracer_tracefs(), tracing_init_dentry()
 * Try:  bpfwalk explain build/progs/open_tracepoint.bpf.o
 * Next: loader/attach_tracepoint.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "elf/nearest.h"
#include "loader/lines.h"
#include "loader/mounts.h"
#include "loader/tracefs.h"

static const char *const usual[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

struct mounted {
	bool any;
	char elsewhere[TRACEFS_PATH / 2];	/* a mount point that is not one of the usual; "" */
};

static void see_mount(void *ctx, const char *dir)
{
	struct mounted *m = ctx;

	m->any = true;
	if (strcmp(dir, usual[0]) != 0 && strcmp(dir, usual[1]) != 0)
		snprintf(m->elsewhere, sizeof(m->elsewhere), "%s", dir);
}

static long open_in(struct walk *w, const char *dir, const char *file, int flags, char path[TRACEFS_PATH])
{
	int len = snprintf(path, TRACEFS_PATH, "%s/%s", dir, file);

	return len < TRACEFS_PATH ? sys_open(&w->sys, path, flags) : -ENAMETOOLONG;
}

/* Neither usual place has the file: is tracefs mounted at all, perhaps somewhere else? */
static long open_elsewhere(struct walk *w, const char *file, int flags, char path[TRACEFS_PATH], const char *where,
			   struct diag *d)
{
	struct mounted m = { false, "" };

	mounts_of(&w->sys, "tracefs", see_mount, &m);
	if (m.elsewhere[0])
		return open_in(w, m.elsewhere, file, flags, path);
	if (m.any)
		return -ENOENT;
	return fail(d, -ENOENT, where, "tracefs is not mounted: %s is neither in %s nor in %s (ENOENT), and"
		    " /proc/self/mounts has no tracefs", file, usual[0], usual[1]);
}

int tracefs_open(struct walk *w, const char *file, int flags, char path[TRACEFS_PATH], const char *where,
		 struct diag *d)
{
	long fd = -ENOENT;

	for (unsigned i = 0; i < sizeof(usual) / sizeof(usual[0]) && fd == -ENOENT; i++)
		fd = open_in(w, usual[i], file, flags, path);
	if (fd == -ENOENT)
		fd = open_elsewhere(w, file, flags, path, where, d);
	if (fd == -ENOENT)
		snprintf(path, TRACEFS_PATH, "%s/%s", usual[0], file);
	if (fd < 0 && fd != -ENOENT)
		return fail_kernel(d, fd, where, "opening %s", path);
	return (int)fd;
}

/* A line of available_events, "sched:sched_switch". */
static void see_event(void *ctx, char *line, size_t len)
{
	struct nearest *n = ctx;
	char *colon = memchr(line, ':', len);

	if (!colon)
		return;
	*colon = '/';
	nearest_see(n, strchr(n->want, '/') ? line : colon + 1);
}

const char *tracefs_nearest(struct walk *w, const char *want, char *out, size_t size)
{
	char path[TRACEFS_PATH];
	struct nearest n;
	int fd = tracefs_open(w, "available_events", O_RDONLY, path, "tracefs", NULL);

	nearest_start(&n, want);
	if (fd >= 0)
		lines_of_fd(&w->sys, fd, see_event, &n);
	return nearest_text(&n, out, size);
}
