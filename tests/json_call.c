/*
 * The way back from JSON to a structure; see json_call.h.
 *
 * Next: tests/sh_cli_json.sh
 */
#include "tests/json_call.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_die(const char *what, struct slice s)
{
	fprintf(stderr, "%s: %.*s\n", what, (int)(s.len < 200 ? s.len : 200), s.at);
	exit(1);
}

void json_parse(struct json_object *o, const char *json)
{
	o->count = json_members(json, o->name, o->value, MEMBERS);
	if (o->count < 0 || o->count > MEMBERS)
		json_die("not an object", (struct slice){ json, strlen(json) });
}

struct slice json_get(const struct json_object *o, const char *name)
{
	for (int i = 0; i < o->count; i++)
		if (o->name[i].len == strlen(name) && memcmp(o->name[i].at, name, o->name[i].len) == 0)
			return o->value[i];
	return (struct slice){ NULL, 0 };
}

static bool is_string(struct slice s)
{
	return s.len >= 2 && s.at[0] == '"';
}

/* The text between the quotes, or the number's; kept for the rest of the process. */
char *json_string(struct slice s)
{
	if (!s.at)
		return strdup("");
	return is_string(s) ? strndup(s.at + 1, s.len - 2) : strndup(s.at, s.len);
}

uint64_t json_int(struct slice s)
{
	char *digits = json_string(s), *end;
	uint64_t n;

	errno = 0;
	n = digits[0] == '-' ? (uint64_t)strtoll(digits, &end, 0) : strtoull(digits, &end, 0);
	if (errno || *end || end == digits)
		json_die("not a number", s);
	return n;
}

uint64_t json_named(enum names list, struct slice s)
{
	char *names = json_string(s), *save, *name;
	uint64_t all = 0, one;

	for (name = strtok_r(names, "|", &save); name; name = strtok_r(NULL, "|", &save)) {
		if (!name_value(list, name, &one))
			one = json_int((struct slice){ name, strlen(name) });
		all |= one;
	}
	return all;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static uint64_t bytes(struct slice s)
{
	const char *hex = s.at + 1;
	size_t n = (s.len - 2) / 2;
	unsigned char *out = malloc(n + 1);

	for (size_t i = 0; out && i < n; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			json_die("not hex", s);
		out[i] = (unsigned char)(high << 4 | low);
	}
	return (uintptr_t)out;
}

static void put(unsigned char *at, size_t size, uint64_t value)
{
	uint32_t u32 = (uint32_t)value;
	uint16_t u16 = (uint16_t)value;

	memcpy(at, size == 8 ? (void *)&value : size == 4 ? (void *)&u32 : (void *)&u16, size);
}

/* Bits are counted from the low end of the word here, which is right on little-endian machines. */
static void put_bits(unsigned char *at, enum names list, const struct json_object *args)
{
	uint64_t word = 0, bit;
	const char *name;

	for (unsigned i = 0; name_row(list, i, &name, &bit); i++)
		if (json_get(args, name).at)
			word |= json_int(json_get(args, name)) << bit;
	memcpy(at, &word, sizeof(word));
}

static void fill_member(unsigned char *base, const struct member *m, const struct json_object *args)
{
	struct slice s = m->name ? json_get(args, m->name) : (struct slice){ NULL, 0 };
	uint64_t value;

	if (m->kind == MEMBER_BITS)
		put_bits(base + m->offset, (enum names)m->names, args);
	if (!s.at)
		return;
	if (!is_string(s))
		put(base + m->offset, m->size, json_int(s));
	else if (m->kind == FIELD_ENUM && name_value((enum names)m->names, json_string(s), &value))
		put(base + m->offset, m->size, value);	/* of another list: another meaning of the same bytes */
	else if (m->kind == FIELD_FLAGS)
		put(base + m->offset, m->size, json_named((enum names)m->names, s));
	else if (m->kind == FIELD_STRING)
		put(base + m->offset, m->size, (uintptr_t)json_string(s));
	else if (m->kind == FIELD_BYTES || m->kind == FIELD_INSNS)
		put(base + m->offset, m->size, bytes(s));
	else if (m->kind == MEMBER_NAME)
		memcpy(base + m->offset, json_string(s), s.len - 2);
}

void json_fill(void *structure, struct layout l, const struct json_object *args)
{
	for (unsigned i = 0; i < l.count; i++)
		fill_member(structure, &l.members[i], args);
}
