/*
 * How often each text was seen: records counted in user space.
 *
 * Next: loader/cli/count.c
 */
#ifndef CLI_COUNT_H
#define CLI_COUNT_H

#include <stddef.h>
#include <stdint.h>

#include "loader/cli/buf.h"

struct counted {
	size_t text;			/* in counts.texts */
	uint32_t hash;
	unsigned group;			/* a map's index: the same text of two maps is two things */
	uint64_t n;			/* 0: a free place */
};

struct counts {				/* zeroed: empty */
	struct buf texts;		/* its `failed`: something was not counted, there is no memory for it */
	struct counted *place;
	size_t used, places;		/* places: 0, or a power of two */
};

void counts_add(struct counts *c, unsigned group, const char *text);
void counts_free(struct counts *c);

#endif
