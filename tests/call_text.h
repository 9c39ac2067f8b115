/*
 * A call as strace prints it, from its fields alone: the shortest narrator, to test that the fields are enough for one.
 *
 * Next: tests/unit_fields.c
 */
#ifndef TESTS_CALL_TEXT_H
#define TESTS_CALL_TEXT_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "uapi/fields.h"
#include "uapi/names.h"

struct call_text {
	char at[4096];
	size_t n;
};

__attribute__((format(printf, 2, 3)))
static inline void call_text_add(struct call_text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	t->n += (size_t)vsnprintf(t->at + t->n, sizeof(t->at) - t->n, fmt, ap);
	va_end(ap);
}

static inline void call_text_hex(struct call_text *t, const struct field *f)
{
	const unsigned char *bytes = f->data;

	for (size_t i = 0; i < f->size; i++)
		call_text_add(t, "%02x", bytes[i]);
}

static inline void call_text_field(struct call_text *t, const struct field *f)
{
	if (f->in_struct)
		call_text_add(t, "%s=", f->name);
	switch (f->kind) {
	case FIELD_SIGNED:
	case FIELD_FD:
		call_text_add(t, "%" PRId64, (int64_t)f->value);
		break;
	case FIELD_STRING:
		call_text_add(t, "\"%s\"", f->text);
		break;
	case FIELD_BYTES:
	case FIELD_INSNS:
		call_text_hex(t, f);
		break;
	case FIELD_POINTER:
		call_text_add(t, f->value ? "%#" PRIx64 : "NULL", f->value);
		break;
	default:
		if (f->text)
			call_text_add(t, "%s", f->text);
		else
			call_text_add(t, "%" PRIu64, f->value);
	}
}

static inline const char *call_text(const struct call *c, struct call_text *t)
{
	static struct fields fields;
	bool inside = false;

	call_fields(c, &fields);
	t->n = 0;
	call_text_add(t, "%s(", call_name(c));
	for (unsigned i = 0; i < fields.count; i++) {
		const struct field *f = &fields.at[i];

		call_text_add(t, "%s%s", inside && !f->in_struct ? "}" : "", i ? ", " : "");
		if (f->in_struct && !inside)
			call_text_add(t, "{");
		inside = f->in_struct;
		call_text_field(t, f);
	}
	call_text_add(t, "%s) = ", inside ? "}" : "");
	if (c->ret < 0)
		call_text_add(t, "-1 %s", errno_name(c->ret));
	else
		call_text_add(t, "%ld", c->ret);
	return t->at;
}

#endif
