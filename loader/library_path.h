/*
 * Where a library or a program is: "libc.so.6" -> "/lib/x86_64-linux-gnu/libc.so.6".
 *
 * Next: loader/library_path.c
 */
#ifndef LOADER_LIBRARY_PATH_H
#define LOADER_LIBRARY_PATH_H

#include "loader/walk.h"

#define LIBRARY_PATH	512

/*
 * A name with a slash is a path already and is not looked at. Another is opened
 * in each directory of a list until one has it: a name with ".so" where
 * libraries are, others where programs are. 0 and the path in out, or -ENOENT,
 * which says where it was looked for.
 */
int library_path(struct walk *w, const char *name, char out[LIBRARY_PATH], const char *where, struct diag *d);

#endif
