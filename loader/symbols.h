/*
 * /proc/kallsyms: the names of the kernel's functions.
 *
 * It is read only when something has failed: the kernel resolves names by
 * itself, and the list is long. Without privilege the addresses read as zero,
 * but the names are there.
 *
 * Next: loader/symbols.c
 */
#ifndef LOADER_SYMBOLS_H
#define LOADER_SYMBOLS_H

#include "elf/nearest.h"
#include "loader/walk.h"

struct symbols {
	struct nearest near;		/* functions whose names are near; start it before symbols_read() */
	const char *name;		/* looked for exactly */
	unsigned functions, others;	/* how many of that name: functions, data */
	char module[64];		/* of the last one: "[nf_tables]"; "" the kernel itself */
};

/* Goes through the list. 0 or a negative errno. */
long symbols_read(struct walk *w, struct symbols *s);

#endif
