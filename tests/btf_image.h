/*
 * BTF for tests, written type by type.
 *
 *	struct btf_image m = { 0 };
 *	uint32_t i = btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
 *	uint32_t s = btf_image_type(&m, "pair", BTF_KIND_STRUCT, 2, 8);	then its members:
 *	btf_image_words(&m, 3, btf_image_name(&m, "a"), i, 0u);
 *	btf_image_words(&m, 3, btf_image_name(&m, "b"), i, 32u);
 *	btf_parse(btf_image_view(&m), ...)
 *
 * Next: tests/unit_btf.c
 */
#ifndef TESTS_BTF_IMAGE_H
#define TESTS_BTF_IMAGE_H

#include <stdarg.h>

#include "elf/btf.h"
#include "tests/elf_image.h"

struct btf_image {
	struct btf_header header;	/* what is not 0 is used as it is */
	uint32_t words[1024];		/* the types */
	uint32_t nwords, ntypes;
	char strings[4096];
	uint32_t strings_size;		/* the first byte is always there */
	uint32_t types_before, strings_before;	/* split BTF: it goes on behind so many types, and bytes of strings */
};

static inline uint32_t btf_image_name(struct btf_image *m, const char *name)
{
	uint32_t at;

	if (!m->strings_size)
		m->strings_size = 1;
	at = m->strings_size;
	if (!*name)
		return 0;
	if (at + strlen(name) + 1 > sizeof(m->strings))
		abort();
	memcpy(m->strings + at, name, strlen(name) + 1);
	m->strings_size += (uint32_t)strlen(name) + 1;
	return m->strings_before + at;
}

static inline void btf_image_words(struct btf_image *m, unsigned n, ...)
{
	va_list ap;

	va_start(ap, n);
	for (unsigned i = 0; i < n; i++) {
		if (m->nwords == sizeof(m->words) / sizeof(*m->words))
			abort();
		m->words[m->nwords++] = va_arg(ap, uint32_t);
	}
	va_end(ap);
}

/* The number of the new type; what trails it has to follow. size: or the type it refers to. */
static inline uint32_t btf_image_type(struct btf_image *m, const char *name, uint32_t kind, uint32_t vlen,
				      uint32_t size)
{
	btf_image_words(m, 3, btf_image_name(m, name), BTF_INFO_ENC(kind, 0, vlen), size);
	return m->types_before + ++m->ntypes;
}

static inline uint32_t btf_image_int(struct btf_image *m, const char *name, uint32_t size, uint32_t encoding)
{
	uint32_t id = btf_image_type(m, name, BTF_KIND_INT, 0, size);

	btf_image_words(m, 1, encoding << 24 | size * 8);
	return id;
}

static inline uint32_t btf_image_array(struct btf_image *m, uint32_t type, uint32_t nelems)
{
	uint32_t id = btf_image_type(m, "", BTF_KIND_ARRAY, 0, 0);

	btf_image_words(m, 3, type, type, nelems);
	return id;
}

static inline void btf_image_member(struct btf_image *m, const char *name, uint32_t type, uint32_t offset)
{
	btf_image_words(m, 3, btf_image_name(m, name), type, offset);
}

static inline struct view btf_image_view(struct btf_image *m)
{
	struct btf_header h = m->header;
	unsigned char *p;
	size_t size;

	if (!m->strings_size)
		m->strings_size = 1;
	h.magic = h.magic ? h.magic : BTF_MAGIC;
	h.version = h.version ? h.version : BTF_VERSION;
	h.hdr_len = h.hdr_len ? h.hdr_len : sizeof(h);
	h.type_len = h.type_len ? h.type_len : m->nwords * 4;
	h.str_off = h.str_off ? h.str_off : m->nwords * 4;
	h.str_len = h.str_len ? h.str_len : m->strings_size;
	size = sizeof(h) + m->nwords * 4 + m->strings_size;
	p = image_block(size);
	memcpy(p, &h, sizeof(h));
	memcpy(p + sizeof(h), m->words, m->nwords * 4);
	memcpy(p + sizeof(h) + m->nwords * 4, m->strings, m->strings_size);
	return (struct view){ p, size };
}

#endif
