/*
 * Values as JSON text are also how the command computes with them: the library
 * knows the types, and its JSON says what is a number, what is a member and
 * what it is called. Three questions are enough for tables and counts.
 *
 * Everything here reads JSON the library wrote, and no other.
 *
 * Next: loader/cli/jsontext.c
 */
#ifndef CLI_JSONTEXT_H
#define CLI_JSONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loader/cli/buf.h"

struct slice {
	const char *at;
	size_t len;
};

/*
 * The members of an object ({"a":1,"b":"x"}: a 1, b "x"), at most max of them.
 * Returns how many it has, which may be more; -1 when it is not an object.
 */
int json_members(const char *json, struct slice *names, struct slice *values, int max);

/* The first number in it, as a sign and a size; false: there is none. */
bool json_first_number(const char *json, bool *negative, uint64_t *size);

/* Adds each whole number of b to the number at its place in a. What is not a number stays as in a. */
void json_add(struct buf *out, const char *a, const char *b);

#endif
