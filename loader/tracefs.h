/*
 * tracefs: the kernel's tracing, as files.
 *
 *	/sys/kernel/tracing/events/sched/sched_switch/id	the number of a tracepoint
 *	/sys/kernel/tracing/available_events			all of them, as sched:sched_switch
 *	/sys/kernel/tracing/trace_pipe				what programs print
 *
 * Nothing here mounts anything, and the usual places are simply tried: a place
 * that works costs one open(2).
 *
 * Kernel: fs/tracefs/inode.c, kernel/trace/trace_events.c
 * Next: loader/tracefs.c
 */
#ifndef LOADER_TRACEFS_H
#define LOADER_TRACEFS_H

#include "loader/walk.h"

#define TRACEFS_PATH	512

/*
 * Opens a file of tracefs: "events/sched/sched_switch/id". path gets the name
 * that was opened, or is worth naming. A descriptor, or a negative errno whose
 * reason is in d, with one exception: -ENOENT and nothing in d means that
 * tracefs is there and has no such file.
 */
int tracefs_open(struct walk *w, const char *file, int flags, char path[TRACEFS_PATH], const char *where,
		 struct diag *d);

/*
 * What nearest_text() says about the kernel's tracepoints: for "sched/sched_swich"
 * with both words, for "sched_swich" with the second alone. "" where the list cannot be read.
 */
const char *tracefs_nearest(struct walk *w, const char *want, char *out, size_t size);

#endif
