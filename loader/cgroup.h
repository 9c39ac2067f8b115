/*
 * Where a control group is.
 *
 *	"guarded"		relative to where cgroup2 is mounted, which is not
 *				/sys/fs/cgroup everywhere: /proc/self/mounts knows
 *	"/sys/fs/cgroup/guarded"	a path like any other
 *	"/proc/self/fd/7"	a directory the caller has open
 *
 * A cgroup is a directory of the cgroup2 file system, and the processes in it
 * are those whose numbers are in its file cgroup.procs. Making the directory
 * makes the cgroup.
 *
 * Next: loader/cgroup.c
 */
#ifndef LOADER_CGROUP_H
#define LOADER_CGROUP_H

#include "loader/walk.h"

enum { CGROUP_PATH = 512 };

/* The path of the cgroup that the user calls `name`, with room for the NUL. 0 or a negative errno, which d explains. */
int cgroup_path(struct walk *w, const char *name, char path[CGROUP_PATH], const char *where, struct diag *d);
/* Opens it; path as above. A descriptor of a directory, of whatever file system, or a negative errno in d. */
int cgroup_open(struct walk *w, const char *name, char path[CGROUP_PATH], const char *where, struct diag *d);

#endif
