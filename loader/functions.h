/*
 * Many functions of the kernel, by a pattern.
 *
 *	"vfs_*"  ->  vfs_read, vfs_write, ...
 *
 * Not every function can be probed: it must have been compiled with a place for
 * a jump at its entry. Tracing keeps a list of those that have one; with their
 * addresses since 6.5.
 *
 * Next: loader/functions.c
 */
#ifndef LOADER_FUNCTIONS_H
#define LOADER_FUNCTIONS_H

#include "loader/walk.h"

/* Either of the two arrays is set, the other NULL. */
struct functions {
	uint64_t *addresses;
	char **names;			/* each once */
	uint32_t count;
};

/* Those the pattern fits, into the arena. -ENOENT with the reason in d: none does. */
int functions_match(struct walk *w, struct arena *a, const char *pattern, struct functions *out, const char *where,
		    struct diag *d);

#endif
