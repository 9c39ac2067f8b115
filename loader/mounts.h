/*
 * File systems, from the user's side: what is mounted where, what a path is on,
 * what is in a directory.
 *
 * The kernel has several file systems of its own that matter here (tracefs,
 * cgroup2, bpf), and none of them has a place that is the same everywhere.
 *
 * Next: loader/mounts.c
 */
#ifndef LOADER_MOUNTS_H
#define LOADER_MOUNTS_H

#include "uapi/sys.h"

/* Calls each for every mount of that type, in the order they were mounted. 0 or a negative errno. */
long mounts_of(const struct sys *s, const char *type, void (*each)(void *ctx, const char *dir), void *ctx);

/* The type of the file system that a descriptor is on: "bpf", "cgroup2", "cgroup" (version 1), "tmpfs"; "" unknown. */
void fs_type_of(const struct sys *s, int fd, char *type, size_t size);

/*
 * Calls each for every entry of a directory but "." and "..", until one returns
 * something other than 0, which is returned. Else 0, or the negative errno of
 * opening or reading it. entry lives during the call.
 */
typedef int dir_fn(void *ctx, const struct linux_dirent64 *entry);
long dir_each(const struct sys *s, const char *path, dir_fn *each, void *ctx);

#endif
