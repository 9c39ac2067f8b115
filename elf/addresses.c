/*
 * Addresses in data: what a section of bytes says about other sections.
 *
 *	.values = { [1] = &inner }		.maps, byte 72: the map `inner`
 *	.ssthresh = (void *)ssthresh		.struct_ops, byte 0: the program `ssthresh`
 *	const char *name = "walk";		.rodata, byte 8: byte 0 of .rodata.str1.1
 *
 * The compiler cannot write an address. It leaves room for 8 bytes and a
 * relocation that names a symbol; for whatever is static the symbol is only the
 * section, and the room holds how far into it. Both are added up here; what the
 * sum means is the business of whoever asked.
 *
 * In: a section and what patches it  Out: struct address[], ascending
 * Kernel: Documentation/bpf/llvm_reloc.rst, R_BPF_64_ABS64
 * Try: readelf -r build/tests/objects/map_slots.bpf.o
 * Next: elf/map_slots.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/addresses.h"
#include "elf/object_parts.h"

static const char where[] = "relocations";

enum { ROOM = 8 };		/* bytes of an address */

/* The section whose relocations are for `section`; 0: there is none. */
static int patcher_find(const struct object *o, uint32_t section, uint32_t *out, struct diag *d)
{
	*out = 0;
	for (uint32_t i = 1; i < o->elf.nsections; i++) {
		const struct elf_section *s = &o->elf.sections[i];

		if ((s->type != SHT_REL && s->type != SHT_RELA) || s->info != section || !s->size)
			continue;
		if (s->type == SHT_RELA)
			return fail(d, -EINVAL, where, "section %s: SHT_RELA, expected SHT_REL, as all BPF compilers write",
				    s->name);
		if (*out)
			return fail(d, -EINVAL, where, "sections %u and %u both patch section %s", *out, i,
				    o->elf.sections[section].name);
		*out = i;
	}
	return 0;
}

/* clang before 13 called an address in data R_BPF_64_64, like one in code. */
static bool is_address(uint32_t type)
{
	return type == R_BPF_64_ABS64 || type == R_BPF_64_64;
}

static int address_read(const struct object *o, uint32_t section, const struct elf_reloc *rel, struct address *out,
			struct diag *d)
{
	const struct elf_section *holder = &o->elf.sections[section];
	const struct elf_symbol *s = &o->elf.symbols[rel->symbol];
	uint64_t added = 0;

	*out = (struct address){ .offset = (uint32_t)rel->offset, .section = s->section, .name = s->name };
	if (s->type == STT_SECTION && !*s->name && s->section < o->elf.nsections)
		out->name = o->elf.sections[s->section].name;
	if (!is_address(rel->type))
		return fail(d, -EINVAL, where, "section %s: byte %llu has relocation type %u, expected 2 (R_BPF_64_ABS64)",
			    holder->name, (unsigned long long)rel->offset, rel->type);
	if (rel->offset > UINT32_MAX || !view_get(holder->bytes, rel->offset, &added, ROOM))
		return fail(d, -EINVAL, where, "section %s: an address at byte %llu is outside its %zu bytes", holder->name,
			    (unsigned long long)rel->offset, holder->bytes.size);
	/* What is beyond any section stays beyond it. */
	out->value = s->value > UINT32_MAX || added > UINT32_MAX ? UINT64_MAX : s->value + added;
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct address *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int overlaps_check(const struct object *o, uint32_t section, const struct address *all, uint32_t n,
			  struct diag *d)
{
	for (uint32_t i = 1; i < n; i++)
		if (all[i].offset - all[i - 1].offset < ROOM)
			return fail(d, -EINVAL, where, "section %s: the addresses at bytes %u and %u overlap",
				    o->elf.sections[section].name, all[i - 1].offset, all[i].offset);
	return 0;
}

int addresses_read(const struct object *o, uint32_t section, const struct address **out, uint32_t *count, struct diag *d)
{
	const struct elf_reloc *relocs;
	struct address *all;
	uint32_t patcher, n;
	int r = patcher_find(o, section, &patcher, d);

	*out = NULL;
	*count = 0;
	if (r < 0 || !patcher)
		return r;
	r = elf_relocs(&o->elf, patcher, o->arena, &relocs, &n, d);
	if (r < 0)
		return r;
	all = arena_array(o->arena, n, sizeof(*all));
	if (!all)
		return fail_memory(d, where);
	for (uint32_t i = 0; r >= 0 && i < n; i++)
		r = address_read(o, section, &relocs[i], &all[i], d);
	if (r < 0)
		return r;
	qsort(all, n, sizeof(*all), by_offset);
	*out = all;
	*count = n;
	return overlaps_check(o, section, all, n, d);
}

int address_program(const struct object *o, const struct address *a, uint32_t *func)
{
	const struct elf_section *s = a->section < o->elf.nsections ? &o->elf.sections[a->section] : NULL;
	uint32_t f;

	if (!s || section_role(s) != ROLE_CODE || a->value % sizeof(struct bpf_insn) || a->value > UINT32_MAX)
		return -ENOENT;
	f = object_func_at(o, a->section, (uint32_t)(a->value / sizeof(struct bpf_insn)));
	if (f == NO_INDEX || o->funcs[f].first * sizeof(struct bpf_insn) != a->value || !o->funcs[f].is_program)
		return -ENOENT;
	*func = f;
	return 0;
}
