/*
 * Relocations: which instruction waits for what.
 *
 *	.relkprobe/x:  offset 40  R_BPF_64_64  events     r1 = 0 ll   <- map events
 *	               offset 88  R_BPF_64_32  .text      call 18     <- the function at .text + (18 + 1) * 8
 *
 * Two kinds of instruction can wait. ld_imm64 loads a 64-bit constant: a map, a
 * variable (an address inside a map's value), or a function for a callback. A
 * call jumps to a function.
 *
 * The symbol is either the thing itself, or, for whatever is static, only its
 * section; then the instruction's imm says where in it, in bytes for ld_imm64
 * and for a call as the distance the call would have from the section's start.
 * One formula does for both, because a call of a symbol has imm -1 and a load
 * of a symbol 0.
 *
 * A call inside a section needs no relocation in the file: the assembler knew
 * the distance. It gets one here, because functions move when they are linked.
 *
 * In: .rel sections, functions, maps  Out: func.relocs, ascending by instruction
 * Kernel: Documentation/bpf/llvm_reloc.rst
 * Try: llvm-objdump -dr build/progs/syscount.bpf.o
 * Next: elf/core_relos.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "elf/object_parts.h"

static const char where[] = "relocations";

enum { INSN = sizeof(struct bpf_insn) };

/* The relocations of one section, ascending by offset; at moves along with the instructions. */
struct queue {
	const struct elf_reloc *relocs;
	uint32_t count, at;
};

/* One instruction with what it waits for. */
struct site {
	struct object *o;
	struct diag *d;
	const struct func *func;
	uint32_t insn;			/* in the function */
	const struct elf_symbol *symbol;
	const struct elf_section *section;	/* of the symbol */
	char text[160];			/* "hello, instruction 5, symbol events" */
};

#define SITE_FAIL(s, ...) fail((s)->d, -EINVAL, where, __VA_ARGS__)

static const struct bpf_insn *insn_of(const struct site *s)
{
	return &s->func->insns[s->insn];
}

static bool is_local_call(const struct bpf_insn *insn)
{
	return insn->code == BPF_INSN_CALL && insn->src_reg == BPF_PSEUDO_CALL;
}

static int by_offset(const void *a, const void *b)
{
	const struct elf_reloc *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* For each section the one that patches it, 0 where there is none; of code only. */
static int patchers_find(struct object *o, uint32_t **out, struct diag *d)
{
	uint32_t *patchers = arena_array(o->arena, o->elf.nsections, sizeof(*patchers));

	if (!patchers)
		return fail_memory(d, where);
	for (uint32_t i = 1; i < o->elf.nsections; i++) {
		const struct elf_section *s = &o->elf.sections[i];

		if ((s->type != SHT_REL && s->type != SHT_RELA) || s->info >= o->elf.nsections ||
		    section_role(&o->elf.sections[s->info]) != ROLE_CODE)
			continue;
		if (s->type == SHT_RELA)
			return fail(d, -EINVAL, where, "section %s: SHT_RELA, expected SHT_REL, as all BPF compilers write",
				    s->name);
		if (patchers[s->info])
			return fail(d, -EINVAL, where, "sections %u and %u both patch section %s", patchers[s->info], i,
				    o->elf.sections[s->info].name);
		patchers[s->info] = i;
	}
	*out = patchers;
	return 0;
}

/* patcher: the relocation section; 0: there are none. */
static int queue_open(struct object *o, uint32_t patcher, struct queue *q, struct diag *d)
{
	const struct elf_reloc *unsorted;
	struct elf_reloc *relocs;
	int r;

	*q = (struct queue){ 0 };
	if (!patcher)
		return 0;
	r = elf_relocs(&o->elf, patcher, o->arena, &unsorted, &q->count, d);
	if (r < 0)
		return r;
	q->relocs = relocs = arena_copy(o->arena, unsorted, q->count * sizeof(*relocs));
	if (!relocs)
		return fail_memory(d, where);
	qsort(relocs, q->count, sizeof(*relocs), by_offset);
	for (uint32_t i = 0; i < q->count; i++)
		if (relocs[i].offset % INSN || (i && relocs[i].offset == relocs[i - 1].offset))
			return fail(d, -EINVAL, where, "section %s: offset %llu %s", o->elf.sections[patcher].name,
				    (unsigned long long)relocs[i].offset,
				    relocs[i].offset % INSN ? "is not where an instruction starts" : "has two relocations");
	return 0;
}

/* The function that starts there; text says what was looked for. */
static int func_starting(const struct site *s, uint32_t section, int64_t insn, uint32_t *out)
{
	uint32_t f = insn < 0 || insn > UINT32_MAX ? NO_INDEX : object_func_at(s->o, section, (uint32_t)insn);

	if (f == NO_INDEX)
		return SITE_FAIL(s, "%s: refers to instruction %lld of section %s, where there is no function", s->text,
				 (long long)insn, s->o->elf.sections[section].name);
	if (s->o->funcs[f].first != insn)
		return SITE_FAIL(s, "%s: refers to instruction %lld of section %s, in the middle of %s", s->text,
				 (long long)insn, s->o->elf.sections[section].name, s->o->funcs[f].name);
	*out = f;
	return 0;
}

static int call_resolve(const struct site *s, struct reloc *r)
{
	const struct bpf_insn *insn = insn_of(s);

	if (insn->src_reg != BPF_PSEUDO_CALL)
		return SITE_FAIL(s, "%s: a call with source register %u, expected 1 (BPF_PSEUDO_CALL)", s->text, insn->src_reg);
	if (s->symbol->value % INSN || s->symbol->value > INT64_MAX)
		return SITE_FAIL(s, "%s: calls byte %llu, expected a multiple of 8", s->text,
				 (unsigned long long)s->symbol->value);
	r->kind = RELOC_CALL;
	return func_starting(s, s->symbol->section, (int64_t)(s->symbol->value / INSN) + insn->imm + 1, &r->func);
}

/* Bytes from the start of the symbol's section, for ld_imm64; beyond what fits it is negative, which no section has. */
static int64_t address_of(const struct site *s)
{
	return s->symbol->value > UINT32_MAX ? -1 : (int64_t)s->symbol->value + insn_of(s)->imm;
}

static int func_address_resolve(const struct site *s, struct reloc *r)
{
	int64_t address = address_of(s);

	if (address % INSN)
		return SITE_FAIL(s, "%s: the address of byte %lld of section %s, expected a multiple of 8", s->text,
				 (long long)address, s->section->name);
	r->kind = RELOC_FUNC;
	return func_starting(s, s->symbol->section, address / INSN, &r->func);
}

static int map_resolve(const struct site *s, struct reloc *r)
{
	r->kind = RELOC_MAP;
	r->map = map_at(s->o, s->symbol->section, address_of(s));
	if (r->map == NO_INDEX)
		return SITE_FAIL(s, "%s: byte %lld of section %s is not where a map starts", s->text,
				 (long long)address_of(s), s->section->name);
	return 0;
}

static int global_resolve(const struct site *s, struct reloc *r)
{
	int64_t address = address_of(s);

	r->kind = RELOC_GLOBAL;
	r->map = map_at(s->o, s->symbol->section, 0);
	if (r->map == NO_INDEX || address < 0 || address >= s->o->maps[r->map].value_size)
		return SITE_FAIL(s, "%s: byte %lld is outside section %s (%llu bytes)", s->text, (long long)address,
				 s->section->name, (unsigned long long)s->section->size);
	r->offset = (uint32_t)address;
	return 0;
}

/* Variables of the arena: bytes into its data, as far as that goes. */
static int arena_resolve(const struct site *s, struct reloc *r)
{
	int64_t address = address_of(s);

	r->kind = RELOC_GLOBAL;
	r->map = s->o->arena_map;
	if (r->map == NO_INDEX || address < 0 || address > UINT32_MAX)
		return SITE_FAIL(s, "%s: byte %lld of section %s, which has %llu bytes in %s", s->text, (long long)address,
				 s->section->name, (unsigned long long)s->section->size, r->map == NO_INDEX ? "no arena" : "it");
	r->offset = (uint32_t)address;
	return 0;
}

/* A table whose size the symbol says. */
static int jumps_resolve(const struct site *s, struct reloc *r)
{
	const struct elf_symbol *t = s->symbol;
	struct view table;

	r->kind = RELOC_JUMPS;
	if (!t->size || t->size % 8 || t->value % 8)
		return SITE_FAIL(s, "%s: a jump table of %llu bytes at %llu, expected multiples of 8", s->text,
				 (unsigned long long)t->size, (unsigned long long)t->value);
	if (t->value > UINT32_MAX || t->size > UINT32_MAX || !view_sub(s->section->bytes, t->value, t->size, &table))
		return SITE_FAIL(s, "%s: a jump table of %llu bytes at %llu is outside section %s (%zu bytes)", s->text,
				 (unsigned long long)t->size, (unsigned long long)t->value, s->section->name, s->section->bytes.size);
	r->offset = (uint32_t)t->value;
	r->size = (uint32_t)t->size;
	return 0;
}

/* Something of the kernel's. That a value of its configuration is a variable of ours, nobody can see from here on. */
static int extern_resolve(const struct site *s, uint32_t external, struct reloc *r)
{
	const struct external *e = &s->o->externals[external];
	bool call = insn_of(s)->code == BPF_INSN_CALL;

	if (call && e->kind != EXTERN_FUNC)
		return SITE_FAIL(s, "%s: calls an extern that is a variable", s->text);
	r->kind = e->kind == EXTERN_KCONFIG ? RELOC_GLOBAL : call ? RELOC_KFUNC : RELOC_KSYM;
	r->external = external;
	if (e->kind == EXTERN_KCONFIG) {
		r->map = s->o->kconfig_map;
		r->offset = e->offset;
	}
	return 0;
}

/* Addresses that nobody makes. What is wrong with an extern, elf/externs.c has told. */
static int other_resolve(const struct site *s, struct reloc *r)
{
	uint32_t external = s->o->external_of ? s->o->external_of[s->symbol - s->o->elf.symbols] : NO_INDEX;

	if (external != NO_INDEX)
		return extern_resolve(s, external, r);
	r->kind = RELOC_REFUSED;
	if (s->symbol->section == SHN_UNDEF && s->symbol->name[0])
		return symbol_is_extern(s->symbol) ? 0 : refuse(s->o, s->d, "%s: defined in no section of this object", s->text);
	if (s->symbol->section == SHN_COMMON)
		return refuse(s->o, s->d, "%s: a common symbol has no section; -fno-common gives it one", s->text);
	if (!s->section)
		return SITE_FAIL(s, "%s: the symbol has no section", s->text);
	if (section_role(s->section) == ROLE_REFUSED)
		return 0;
	return refuse(s->o, s->d, "%s: section %s is no code, and no map is made of it", s->text, s->section->name);
}

static int target_resolve(const struct site *s, struct reloc *r)
{
	bool call = insn_of(s)->code == BPF_INSN_CALL;

	switch (s->section ? section_role(s->section) : ROLE_OTHER) {
	case ROLE_CODE:
		return call ? call_resolve(s, r) : func_address_resolve(s, r);
	case ROLE_MAPS: case ROLE_LEGACY_MAPS:
		if (!call)
			return map_resolve(s, r);
		break;
	case ROLE_DATA: case ROLE_RODATA: case ROLE_BSS:
		if (!call)
			return global_resolve(s, r);
		break;
	case ROLE_JUMPS:
		if (!call)
			return jumps_resolve(s, r);
		break;
	case ROLE_ARENA:
		if (!call)
			return arena_resolve(s, r);
		break;
	default:
		return other_resolve(s, r);
	}
	return SITE_FAIL(s, "%s: calls into section %s, which has no code", s->text, s->section->name);
}

static void site_text(struct site *s, const char *symbol)
{
	snprintf(s->text, sizeof(s->text), "%.60s, instruction %u, symbol %.60s", s->func->name, s->insn, symbol);
}

/* A relocation of the file. */
static int reloc_resolve(struct site *s, const struct elf_reloc *rel, struct reloc *r)
{
	uint8_t code = insn_of(s)->code;

	s->symbol = &s->o->elf.symbols[rel->symbol];
	s->section = s->symbol->section && s->symbol->section < s->o->elf.nsections ?
		&s->o->elf.sections[s->symbol->section] : NULL;
	site_text(s, s->symbol->name);
	r->symbol = s->symbol->name;
	if (rel->type != R_BPF_64_64 && rel->type != R_BPF_64_32)
		return SITE_FAIL(s, "%s: relocation type %u, expected 1 (R_BPF_64_64) or 10 (R_BPF_64_32)", s->text, rel->type);
	if (code != (rel->type == R_BPF_64_64 ? BPF_INSN_LD_IMM64 : BPF_INSN_CALL))
		return SITE_FAIL(s, "%s: relocation type %u is for %s, found code 0x%02x", s->text, rel->type,
				 rel->type == R_BPF_64_64 ? "ld_imm64 (code 0x18)" : "call (code 0x85)", code);
	return target_resolve(s, r);
}

/* A call whose distance the assembler knew. */
static int call_inside(struct site *s, struct reloc *r)
{
	int64_t target = (int64_t)s->func->first + s->insn + insn_of(s)->imm + 1;
	int err;

	site_text(s, "none");
	r->kind = RELOC_CALL;
	err = func_starting(s, s->func->section_index, target, &r->func);
	if (err >= 0)
		r->symbol = s->o->funcs[r->func].name;
	return err;
}

/*
 * The distance to a function, which linking changes: nothing but a relocation says which function it is. (What else a
 * source register can mean, a descriptor or an index, stays as the file has it: its author gave the number.)
 */
static bool is_function_address(const struct bpf_insn *insn)
{
	return insn->code == BPF_INSN_LD_IMM64 && insn->src_reg == BPF_PSEUDO_FUNC;
}

/* What the instruction at s waits for, if anything: 1 when *r was filled, 0, or an error. */
static int insn_resolve(struct site *s, struct queue *q, struct reloc *r)
{
	const struct elf_reloc *rel = q->at < q->count ? &q->relocs[q->at] : NULL;
	int err;

	*r = (struct reloc){ .insn = s->insn, .map = NO_INDEX, .func = NO_INDEX,
			     .external = NO_INDEX };
	if (rel && rel->offset == ((uint64_t)s->func->first + s->insn) * INSN) {
		q->at++;
		err = reloc_resolve(s, rel, r);
	} else if (is_local_call(insn_of(s))) {
		err = call_inside(s, r);
	} else if (is_function_address(insn_of(s))) {
		return SITE_FAIL(s, "%s, instruction %u: ld_imm64 of a function, but no relocation says which",
				 s->func->name, s->insn);
	} else {
		return 0;
	}
	return err < 0 ? err : 1;
}

/* 2 for a complete ld_imm64, 1 for any other instruction. */
static int slots_of(const struct site *s, const struct queue *q)
{
	uint64_t second = ((uint64_t)s->func->first + s->insn + 1) * INSN;

	if (insn_of(s)->code != BPF_INSN_LD_IMM64)
		return 1;
	if (s->insn + 1 >= s->func->count)
		return SITE_FAIL(s, "%s, instruction %u: ld_imm64 takes two slots and the function ends after one",
				 s->func->name, s->insn);
	if (insn_of(s)[1].code)
		return SITE_FAIL(s, "%s, instruction %u: the second slot of ld_imm64 has code 0x%02x, expected 0",
				 s->func->name, s->insn, insn_of(s)[1].code);
	for (uint32_t i = q->at; i < q->count && q->relocs[i].offset <= second; i++)
		if (q->relocs[i].offset == second)
			return SITE_FAIL(s, "%s, instruction %u: a relocation in the second slot of ld_imm64", s->func->name,
					 s->insn + 1);
	return 2;
}

/* Room for the relocations of f: those of the file, and one for each call. */
static struct reloc *relocs_alloc(struct object *o, const struct func *f, const struct queue *q)
{
	uint64_t end = ((uint64_t)f->first + f->count) * INSN;
	size_t n = 0;

	for (uint32_t i = q->at; i < q->count && q->relocs[i].offset < end; i++)
		n++;
	for (uint32_t i = 0; i < f->count; i++)
		n += is_local_call(&f->insns[i]);
	return arena_array(o->arena, n, sizeof(struct reloc));
}

static int func_resolve(struct object *o, struct func *f, struct queue *q, struct diag *d)
{
	struct site s = { .o = o, .d = d, .func = f };
	struct reloc *relocs;

	/* Those between functions patch what a linker left behind. */
	while (q->at < q->count && q->relocs[q->at].offset < (uint64_t)f->first * INSN)
		q->at++;
	f->relocs = relocs = relocs_alloc(o, f, q);
	if (!relocs)
		return fail_memory(d, where);
	while (s.insn < f->count) {
		int slots = slots_of(&s, q), r;
		struct reloc found;

		if (slots < 0)
			return slots;
		r = insn_resolve(&s, q, &found);
		if (r < 0)
			return r;
		if (r)
			relocs[f->nrelocs++] = found;
		s.insn += (uint32_t)slots;
	}
	return 0;
}

int object_relocs(struct object *o, struct diag *d)
{
	struct queue q = { 0 };
	uint32_t section = 0, *patchers = NULL;
	int r = patchers_find(o, &patchers, d);

	if (r < 0)
		return r;
	for (uint32_t i = 0; i < o->nfuncs; i++) {
		struct func *f = &o->funcs[i];

		if (func_is_alias(o, i))
			continue;
		if (f->section_index != section)
			r = queue_open(o, patchers[f->section_index], &q, d);
		if (r >= 0)
			r = func_resolve(o, f, &q, d);
		if (r < 0)
			return r;
		section = f->section_index;
	}
	return 0;
}
