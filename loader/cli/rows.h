/*
 * Pairs of key and value as JSON text, and as a table people can read:
 *
 *	comm             count        a column for each member of a struct,
 *	bash               812        numbers to the right,
 *	sshd                17        the largest value first
 *
 * Entries of maps and counted records both end up here.
 *
 * Next: loader/cli/rows.c
 */
#ifndef CLI_ROWS_H
#define CLI_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loader/cli/buf.h"

struct row {
	size_t key, value;		/* in rows.text */
	bool negative;			/* the first number of the value, for sorting */
	uint64_t size;
};

struct rows {				/* zeroed: empty */
	struct buf text;		/* its `failed`: rows were left out, there is no memory for them */
	struct row *row;
	size_t count, room;
};

void rows_add(struct rows *r, const char *key, const char *value);
/* Largest value first, equal values by key; of two rows with one key the second is dropped. */
void rows_sort(struct rows *r);
void rows_free(struct rows *r);

struct table_limits {
	size_t lines, columns;		/* 0: as many as there are */
};

/* key_name, value_name: the columns of keys and values that are no structs. limits NULL: none. Returns lines printed. */
size_t rows_print(const struct rows *r, const char *key_name, const char *value_name,
		  const struct table_limits *limits);

#endif
