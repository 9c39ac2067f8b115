/*
 * Fuzz target: the ELF reader. Input: a file.
 *
 * Next: tests/fuzz_btf.c
 */
#include "elf/elf64.h"
#include "tests/fuzz.h"

static void touch_sections(const struct elf *e)
{
	for (uint32_t i = 0; i < e->nsections; i++) {
		const struct elf_section *s = &e->sections[i];

		fuzz_touch_string(s->name);
		PROMISE(!i || strcmp(elf_section_named(e, s->name)->name, s->name) == 0);
		PROMISE(s->bytes.size <= e->file.size);
		PROMISE(s->bytes.size == s->size || s->type == SHT_NOBITS || s->type == SHT_NULL);
		if (s->bytes.size)
			fuzz_touch(s->bytes.base + s->bytes.size - 1, 1);
	}
}

static void touch_symbols(const struct elf *e)
{
	for (uint32_t i = 0; i < e->nsymbols; i++) {
		const struct elf_symbol *s = &e->symbols[i];

		fuzz_touch(s->name, 1);
		PROMISE(s->section < e->nsections || s->section == SHN_UNDEF || s->section == SHN_ABS ||
			s->section == SHN_COMMON);
	}
	if (e->nsymbols)
		fuzz_touch_string(e->symbols[e->nsymbols - 1].name);
}

static void touch_relocs(const struct elf *e, uint32_t index, struct arena *a)
{
	const struct elf_section *target = &e->sections[e->sections[index].info % (e->nsections ? e->nsections : 1)];
	const struct elf_reloc *relocs;
	struct diag d = { 0 };
	uint32_t n;

	if (fuzz_said(elf_relocs(e, index, a, &relocs, &n, &d), &d) < 0)
		return;
	for (uint32_t i = 0; i < n; i++) {
		PROMISE(relocs[i].symbol < e->nsymbols);
		PROMISE(relocs[i].offset < target->bytes.size && target->bytes.size - relocs[i].offset >= 4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { .limit = 64 << 20 };
	struct diag d = { 0 }, symbols = { 0 };
	struct elf e;

	if (fuzz_said(elf_parse((struct view){ data, size }, &a, &e, &d), &d) == 0) {
		touch_sections(&e);
		if (fuzz_said(elf_symbols(&e, &a, &symbols), &symbols) == 0)
			touch_symbols(&e);
		for (uint32_t i = 1; i < e.nsections; i++)
			if (e.sections[i].type == SHT_REL || e.sections[i].type == SHT_RELA)
				touch_relocs(&e, i, &a);
	}
	arena_free(&a);
	return 0;
}
