/*
 * JSON, one object a line.
 *
 *	json_open("record");		{"event":"record"
 *	json_text("map", m->name);	,"map":"events"
 *	json_hex("data", p, 4);		,"data":"2a000000"
 *	json_close();			}
 *
 * Names of events and members are a promise: they are listed in docs/json.md,
 * and a test compares. Numbers are written with all their digits.
 *
 * Next: loader/cli/json.c
 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loader/bpfwalk.h"

void json_open(const char *event);
void json_close(void);			/* also ends the line */

/* An object or an array as a member; name NULL: as an element of an array. */
void json_begin(const char *name, char bracket);	/* '{' or '[' */
void json_end(char bracket);				/* '}' or ']' */

void json_text(const char *name, const char *s);	/* s NULL: null */
void json_text_of(const char *name, const char *s, size_t len);
void json_number(const char *name, uint64_t n);
void json_signed(const char *name, int64_t n);
void json_bool(const char *name, bool b);
void json_hex(const char *name, const void *data, size_t size);
void json_address(const char *name, uint64_t address);	/* "0x7f..": more digits than some readers of JSON keep */
void json_ready(const char *name, const char *value);	/* is JSON already */
void json_value(const char *name, const struct bw_object *obj, uint32_t type_id, const void *data, size_t len);

#endif
