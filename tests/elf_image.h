/*
 * ELF files for tests: built by hand, or read, or a good one with one thing made wrong.
 *
 *	| header | bytes of section 1 | 2 | ... | names | section headers |
 *
 * Every image is a block of its own, exactly as long as the file, so that the sanitizer sees a read of one byte too
 * much. The next image frees the one before: a test has one at a time.
 *
 * Next: tests/unit_elf64.c
 */
#ifndef TESTS_ELF_IMAGE_H
#define TESTS_ELF_IMAGE_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/diag.h"
#include "elf/elf64.h"
#include "elf/elf64_layout.h"
#include "elf/view.h"

struct image_section {
	const char *name;
	uint32_t type, link, info;
	uint64_t entsize, flags, addr;
	const void *bytes;
	size_t size;
};

/* A block that the test may write to; the one it got before is gone. */
static inline unsigned char *image_block(size_t size)
{
	static unsigned char *last;

	free(last);
	last = malloc(size ? size : 1);
	if (!last)
		abort();
	return last;
}

/* An exact copy: bytes may be (part of) the image before. */
static inline struct view image_copy(const void *bytes, size_t size)
{
	unsigned char *keep = malloc(size ? size : 1);
	struct view v;

	if (!keep)
		abort();
	if (size)
		memcpy(keep, bytes, size);
	v = (struct view){ image_block(size), size };
	if (size)
		memcpy((unsigned char *)v.base, keep, size);
	free(keep);
	return v;
}

/* The whole file, or a NULL base. */
static inline struct view image_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct view v = { NULL, 0 };
	long size;

	if (!f)
		return v;
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	if (size >= 0) {
		unsigned char *p = image_block((size_t)size);

		v = (struct view){ p, fread(p, 1, (size_t)size, f) };
	}
	fclose(f);
	return v;
}

/*
 * A BPF object of these sections, numbered from 1, and .shstrtab as the last. What should be wrong in it is written
 * into it afterwards, through image_header() and image_section_header().
 */
static inline struct view image_elf(const struct image_section *s, uint32_t n)
{
	struct elf64_hdr h = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_REL, .e_machine = EM_BPF, .e_version = 1, .e_ehsize = 64,
		.e_shentsize = 64, .e_shnum = (uint16_t)(n + 2), .e_shstrndx = (uint16_t)(n + 1),
	};
	size_t at = sizeof(h), names_at, names = 1, name;
	unsigned char *p;

	for (uint32_t i = 0; i < n; i++) {
		at += s[i].type == SHT_NOBITS ? 0 : s[i].size;
		names += strlen(s[i].name) + 1;
	}
	names_at = at;
	h.e_shoff = (names_at + names + sizeof(".shstrtab") + 7) & ~(size_t)7;
	p = image_block(h.e_shoff + (n + 2) * sizeof(struct elf64_shdr));
	memset(p, 0, h.e_shoff + (n + 2) * sizeof(struct elf64_shdr));
	memcpy(p, &h, sizeof(h));

	at = sizeof(h);
	name = 1;
	for (uint32_t i = 0; i <= n; i++) {
		struct image_section last = { .name = ".shstrtab", .type = SHT_STRTAB, .size = names + sizeof(".shstrtab") };
		const struct image_section *x = i < n ? &s[i] : &last;
		struct elf64_shdr sh = {
			.sh_name = (uint32_t)name, .sh_type = x->type, .sh_flags = x->flags, .sh_addr = x->addr,
			.sh_offset = at, .sh_size = x->size, .sh_link = x->link, .sh_info = x->info,
			.sh_entsize = x->entsize,
		};

		memcpy(p + h.e_shoff + (i + 1) * sizeof(sh), &sh, sizeof(sh));
		memcpy(p + names_at + name, x->name, strlen(x->name) + 1);
		name += strlen(x->name) + 1;
		if (i < n && x->type != SHT_NOBITS && x->size) {
			memcpy(p + at, x->bytes, x->size);
			at += x->size;
		}
	}
	return (struct view){ p, h.e_shoff + (n + 2) * sizeof(struct elf64_shdr) };
}

static inline struct elf64_hdr *image_header(struct view v)
{
	return (struct elf64_hdr *)(uintptr_t)v.base;
}

static inline struct elf64_shdr *image_section_header(struct view v, uint32_t i)
{
	return (struct elf64_shdr *)(uintptr_t)(v.base + image_header(v)->e_shoff) + i;
}

static inline unsigned char *image_bytes(struct view v, uint32_t section)
{
	return (unsigned char *)(uintptr_t)v.base + image_section_header(v, section)->sh_offset;
}

/* What every reader promises: an error with a code and one line of text, or no error and no text. */
static inline bool image_said_well(int r, const struct diag *d)
{
	if (r >= 0)
		return d->code == 0 && d->msg[0] == 0;
	return d->code == r && d->where[0] && d->msg[0] && !strchr(d->msg, '\n') && !strchr(d->where, '\n');
}

#endif
