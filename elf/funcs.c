/*
 * Functions: sections of instructions, cut at their symbols.
 *
 *	section kprobe/sys_execve         section .text
 *	+-----------+----------+          +-----------+-----------+
 *	| hello     | hello_2  |          | count     | filter    |
 *	+-----------+----------+          +-----------+-----------+
 *	  program     program               sub-program sub-program
 *
 * A program is what the kernel can be asked to load and what its section says
 * where to attach. A sub-program is called by others and goes into the kernel
 * with each of them. Everything in .text is one, and so is a static function in
 * any section: nobody outside can name it. (libbpf refuses the latter.)
 *
 * The verifier checks a global sub-program by itself, for any arguments, and a
 * static one once for each call, with what the caller knows. A function that is
 * global for the linker and hidden from others is meant to be the second kind.
 *
 * Two names may have one place (__attribute__((alias)) in C): then the last of
 * them stands for all, and what is said of its instructions is said once.
 *
 * Between functions there may be instructions that belong to none: a linker
 * that replaced a weak function left them.
 *
 * In: sections with code, symbols  Out: o->funcs, ascending by section and place
 * Kernel: kernel/bpf/btf.c btf_check_subprog_call(); libbpf.c bpf_object__add_programs()
 * Try: bpfwalk disasm build/progs/talk.bpf.o
 * Next: elf/android.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/object_parts.h"

static const char where[] = "functions";

#define LLU(x) ((unsigned long long)(x))

static bool is_function(const struct object *o, const struct elf_symbol *s)
{
	return s->type == STT_FUNC && s->section < o->elf.nsections &&
	       section_role(&o->elf.sections[s->section]) == ROLE_CODE;
}

static bool is_hidden(const struct elf_symbol *s)
{
	return s->visibility == STV_HIDDEN || s->visibility == STV_INTERNAL;
}

static int func_read(const struct object *o, const struct elf_symbol *s, struct func *f, struct diag *d)
{
	const struct elf_section *sec = &o->elf.sections[s->section];
	const uint64_t insn = sizeof(struct bpf_insn);
	struct view code;

	if (!s->size)
		return fail(d, -EINVAL, where, "%s in section %s has no size", s->name, sec->name);
	if (s->value % insn || s->size % insn)
		return fail(d, -EINVAL, where, "%s in section %s: %llu bytes at %llu, expected multiples of 8", s->name,
			    sec->name, LLU(s->size), LLU(s->value));
	if (!view_sub(sec->bytes, s->value, s->size, &code) || s->size / insn > INT32_MAX || s->value / insn > INT32_MAX)
		return fail(d, -EINVAL, where, "%s: %llu bytes at %llu are outside section %s (%zu bytes)", s->name,
			    LLU(s->size), LLU(s->value), sec->name, sec->bytes.size);
	*f = (struct func){
		.name = s->name, .section = sec->name, .section_index = s->section,
		.first = (uint32_t)(s->value / insn), .count = (uint32_t)(s->size / insn),
		.insns = arena_copy(o->arena, code.base, code.size),
		.is_program = s->bind != STB_LOCAL && strcmp(sec->name, ".text") != 0,
		.is_global = s->bind != STB_LOCAL && !is_hidden(s),
		.is_weak = s->bind == STB_WEAK, .tail_of = NO_INDEX,
	};
	return f->insns ? 0 : fail_memory(d, where);
}

static int by_place(const void *a, const void *b)
{
	const struct func *x = a, *y = b;

	if (x->section_index != y->section_index)
		return x->section_index < y->section_index ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return strcmp(x->name, y->name);
}

bool func_is_alias(const struct object *o, uint32_t i)
{
	const struct func *a = &o->funcs[i], *b = a + 1;

	return i + 1 < o->nfuncs && a->section_index == b->section_index && a->first == b->first && a->count == b->count;
}

static int overlaps_check(const struct object *o, struct diag *d)
{
	for (uint32_t i = 1; i < o->nfuncs; i++) {
		const struct func *a = &o->funcs[i - 1], *b = &o->funcs[i];

		if (a->section_index == b->section_index && b->first < a->first + a->count && !func_is_alias(o, i - 1))
			return fail(d, -EINVAL, where, "section %s: %s starts at instruction %u, inside %s (%u to %u)",
				    a->section, b->name, b->first, a->name, a->first, a->first + a->count - 1);
	}
	return 0;
}

int object_funcs(struct object *o, struct diag *d)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i < o->elf.nsymbols; i++)
		n += is_function(o, &o->elf.symbols[i]);
	o->funcs = arena_array(o->arena, n, sizeof(*o->funcs));
	if (!o->funcs)
		return fail_memory(d, where);
	for (uint32_t i = 1; i < o->elf.nsymbols; i++) {
		int r = 0;

		if (is_function(o, &o->elf.symbols[i]))
			r = func_read(o, &o->elf.symbols[i], &o->funcs[o->nfuncs++], d);
		if (r < 0)
			return r;
	}
	qsort(o->funcs, o->nfuncs, sizeof(*o->funcs), by_place);
	return overlaps_check(o, d);
}

uint32_t object_func_at(const struct object *o, uint32_t section_index, uint32_t insn)
{
	uint32_t low = 0, high = o->nfuncs;

	/* The last function that starts at insn or before. */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct func *f = &o->funcs[middle];

		if (f->section_index < section_index || (f->section_index == section_index && f->first <= insn))
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || o->funcs[low - 1].section_index != section_index)
		return NO_INDEX;
	return insn - o->funcs[low - 1].first < o->funcs[low - 1].count ? low - 1 : NO_INDEX;
}
