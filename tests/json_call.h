/*
 * A story's JSON, read back: an event's members, and the structure that a call was made with.
 *
 * docs/json.md promises that a story is enough to make its calls again. So nothing is known here about objects: a
 * structure is filled member by member, by the kernel's names, from the tables of uapi/. What is read stays in memory
 * until the process ends; what cannot be read ends it.
 *
 * Next: tests/json_call.c
 */
#ifndef TESTS_JSON_CALL_H
#define TESTS_JSON_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "loader/cli/jsontext.h"
#include "uapi/members.h"
#include "uapi/names.h"

enum { MEMBERS = 80 };

struct json_object {
	struct slice name[MEMBERS], value[MEMBERS];
	int count;
};

_Noreturn void json_die(const char *what, struct slice s);
void json_parse(struct json_object *o, const char *json);
struct slice json_get(const struct json_object *o, const char *name);	/* at NULL: there is no such member */
char *json_string(struct slice s);		/* between the quotes, or the number's digits; "" for a missing one */
uint64_t json_int(struct slice s);
uint64_t json_named(enum names list, struct slice s);	/* "A|B|0x10" */

/* structure: zeroed, as large as its layout. */
void json_fill(void *structure, struct layout l, const struct json_object *args);

#endif
