/*
 * The BPF file system: names for what has none.
 *
 *	/sys/fs/bpf/guard/links/device	"./x", "/mnt/x": a path like any other
 *	guard				relative to where bpffs is mounted
 *
 * A program, a map or a link lives as long as somebody holds it. A file in
 * bpffs holds it as well, and outlives every process; that is all such a file
 * can do: it cannot be read or written. Names in it have no dots, which the
 * kernel keeps for itself. It is a file system in memory: nothing of it is there
 * after the machine was started anew.
 *
 * Next: loader/bpffs.c
 */
#ifndef LOADER_BPFFS_H
#define LOADER_BPFFS_H

#include "loader/walk.h"

enum { PIN_PATH = 512 };

/* In a directory that attach made: a symbolic link to the cgroup that was made with it. */
#define PINNED_CGROUP "cgroup"

/* The path that the user calls `name`, without slashes at its end. 0 or a negative errno, which d explains. */
int bpffs_path(struct walk *w, const char *name, char path[PIN_PATH], const char *where, struct diag *d);
/*
 * Says in d when path is not in a BPF file system, and where one is: -EINVAL. dir: the directory that is looked at, path
 * itself or the one it is in. 0: it is, or nobody knows.
 */
int bpffs_check(struct walk *w, const char *dir, const char *path, const char *where, struct diag *d);

/* BPF_OBJ_GET of a path: a descriptor, or a negative errno with nothing said. */
long bpffs_open(struct walk *w, const char *path);

#endif
