/*
 * Types a test makes, written as C, and values of them as text: what the tests of both directions share.
 *
 * Next: tests/unit_btf_text.c
 */
#ifndef TESTS_BTF_TEXTS_H
#define TESTS_BTF_TEXTS_H

#include "elf/btf_text.h"
#include "tests/btf_image.h"
#include "tests/check.h"

static struct arena arena;
static struct btf_image m;		/* the types of the test, as they are added */
static struct btf b;
static char buf[1024];

static inline void begin(void)
{
	m = (struct btf_image){ 0 };
}

/* Parses what was added; the block outlives image_block(), because values need one too. */
static inline void parsed(void)
{
	struct view v = btf_image_view(&m);
	struct diag d = { 0 };

	arena_free(&arena);
	v.base = arena_copy(&arena, v.base, v.size);
	check_int(__FILE__, __LINE__, "btf_parse()", btf_parse(v, &arena, &b, &d), 0);
}

static inline uint32_t named(const char *name, uint32_t kind, uint32_t type)
{
	return btf_image_type(&m, name, kind, 0, type);
}

static inline uint32_t ptr(uint32_t type)
{
	return named("", BTF_KIND_PTR, type);
}

static inline const char *type_text(uint32_t id, bool members)
{
	struct text t;

	text_init(&t, buf, sizeof(buf));
	btf_type_text(&b, id, members, &t);
	check_int(__FILE__, __LINE__, "length", (long long)t.length, (long long)strlen(buf));
	return buf;
}

static inline const char *value_text(uint32_t id, const void *data, size_t size, enum value_style style)
{
	struct text t;

	text_init(&t, buf, sizeof(buf));
	btf_value_text(&b, id, image_copy(data, size), style, &t);
	check_int(__FILE__, __LINE__, "length", (long long)t.length, (long long)strlen(buf));
	return buf;
}

#define CHECK_TYPE(ID, TEXT) CHECK_STR(type_text(ID, false), TEXT)
#define CHECK_MEMBERS(ID, TEXT) CHECK_STR(type_text(ID, true), TEXT)
#define CHECK_VALUE(ID, DATA, TEXT, JSON) do {						\
	CHECK_STR(value_text(ID, DATA, sizeof(DATA) - 1, VALUE_TEXT), TEXT);		\
	CHECK_STR(value_text(ID, DATA, sizeof(DATA) - 1, VALUE_JSON), JSON);		\
} while (0)

#endif
