/*
 * The names nearest to one that does not exist.
 *
 *	struct nearest n;
 *
 *	nearest_start(&n, "sys_enter_opnat");
 *	nearest_see(&n, name);				for each name that exists
 *	fail(d, -ENOENT, "attach", "no tracepoint %s%s", want, nearest_text(&n, buf, sizeof(buf)));
 *
 *	no tracepoint sys_enter_opnat; the nearest: sys_enter_openat, sys_enter_openat2
 *
 * Near means few letters to insert, delete or replace (Levenshtein's distance).
 * Names may come from a stream of a hundred thousand: the best are copied, the
 * rest is forgotten at once, and most are rejected by their length alone.
 *
 * Kernel: none.
 * Next: elf/nearest.c
 */
#ifndef ELF_NEAREST_H
#define ELF_NEAREST_H

#include <stddef.h>

#define NEAREST_NAMES	3
#define NEAREST_LENGTH	128		/* of a name, with the NUL; longer ones are not offered */

struct nearest {
	char want[NEAREST_LENGTH];
	unsigned count;
	struct near_name {
		unsigned distance;
		char name[NEAREST_LENGTH];
	} best[NEAREST_NAMES];		/* ascending by distance; equal ones as they came */
};

void nearest_start(struct nearest *n, const char *want);
void nearest_see(struct nearest *n, const char *name);
/* "; the nearest: a, b", or "" when no name shares about half of its letters with what is wanted. Returns out. */
const char *nearest_text(const struct nearest *n, char *out, size_t size);

#endif
