/*
 * A program as a listing: instructions, the C lines they came from, the names
 * of functions where they begin, and what a relocation puts where.
 *
 *	hello:
 *	; u64 n = 42;                                  <- line_info, where it changes
 *	   0: b7 01 00 00 2a 00 00 00   r1 = 42
 *	   1: 18 02 00 00 ...           r2 = map[fd:0]  <- counts
 *
 * Sub-programs appear where the linker puts them, so the numbers are those of
 * the verifier's log.
 *
 * In: a program  Out: one callback an instruction
 * Try: bpfwalk disasm build/progs/talk.bpf.o
 * Next: loader/inspect.c
 */
#include <stdio.h>
#include <string.h>

#include "elf/asm.h"
#include "elf/core.h"
#include "elf/disasm.h"
#include "elf/insn_parts.h"
#include "loader/walk.h"

struct listing {
	const struct object *o;
	const struct linked *l;
	const bool *targets;		/* [instruction]: something jumps there */
	uint32_t reloc, placed;		/* the next of each */
	uint32_t patch;
	uint32_t record;		/* line_info record of the last line shown */
	char reloc_text[160];
};

void reloc_say(const struct object *o, const struct reloc *r, char *out, size_t size)
{
	switch (r->kind) {
	case RELOC_MAP:
		snprintf(out, size, "map %s", o->maps[r->map].name);
		break;
	case RELOC_GLOBAL:
		snprintf(out, size, "%s in map %s + %u", r->symbol, o->maps[r->map].name, r->offset);
		break;
	case RELOC_JUMPS:
		snprintf(out, size, "jump table, %u entries", r->size / 8);
		break;
	case RELOC_CALL:
		snprintf(out, size, "call of %s", o->funcs[r->func].name);
		break;
	case RELOC_FUNC:
		snprintf(out, size, "address of %s", o->funcs[r->func].name);
		break;
	case RELOC_KSYM:
		snprintf(out, size, "address of the kernel's %s", o->externals[r->external].name);
		break;
	case RELOC_KFUNC:
		snprintf(out, size, "call of the kernel's %s", o->externals[r->external].name);
		break;
	case RELOC_REFUSED:
		snprintf(out, size, "%s, not done yet", r->symbol);
		break;
	}
}

static const char *reloc_text(struct listing *s, const struct reloc *r)
{
	reloc_say(s->o, r, s->reloc_text, sizeof(s->reloc_text));
	return s->reloc_text;
}

/* Of the file, or of what was made of it: the number of an instruction in its function is the same. */
static const char *core_of(struct listing *s, uint32_t insn)
{
	const struct placed *p = &s->l->placed[s->placed - 1];
	uint32_t at = object_core_at(s->o, p->func, insn - p->start);
	char what[sizeof(s->reloc_text) - sizeof("CO-RE ")];

	if (at == s->o->ncore)
		return NULL;
	core_what(s->o, &s->o->core[s->o->core_order[at]], what, sizeof(what));
	snprintf(s->reloc_text, sizeof(s->reloc_text), "CO-RE %s", what);
	return s->reloc_text;
}

static const char *reloc_of(struct listing *s, uint32_t insn)
{
	for (; s->reloc < s->l->nrelocs && s->l->relocs[s->reloc].insn <= insn; s->reloc++)
		if (s->l->relocs[s->reloc].insn == insn)
			return reloc_text(s, &s->l->relocs[s->reloc]);
	for (; s->patch < s->l->npatches && s->l->patches[s->patch].insn <= insn; s->patch++) {
		const struct patch *p = &s->l->patches[s->patch];

		if (p->insn == insn)
			return reloc_text(s, &(struct reloc){ .kind = p->kind, .func = p->func, .external = p->external });
	}
	return core_of(s, insn);
}

static void source_of(struct listing *s, uint32_t insn, struct bw_disasm_line *line)
{
	struct source_line src;

	if (!source_line_at(s->o, s->l, insn, &src) || src.record == s->record)
		return;
	s->record = src.record;
	line->file = src.file;
	line->source = src.text;
	line->line = src.line;
}

/* Where instruction insn is in the file; s->placed has passed the function it is in. */
static uint64_t file_offset(const struct listing *s, uint32_t insn)
{
	const struct placed *p = &s->l->placed[s->placed - 1];
	const struct func *f = &s->o->funcs[p->func];

	return s->o->elf.sections[f->section_index].offset + ((uint64_t)f->first + insn - p->start) * sizeof(struct bpf_insn);
}

static void one(struct listing *s, uint32_t insn, void (*emit)(void *, const struct bw_disasm_line *), void *ctx,
		unsigned *slots)
{
	const struct linked *l = s->l;
	struct bw_disasm_line line = { .insn = insn, .is_target = s->targets[insn] };
	char text[160];

	*slots = disasm(l->insns, insn, l->count - insn, text, sizeof(text));
	line.slots = *slots;
	line.text = text;
	memcpy(line.bytes, l->insns + insn, *slots * sizeof(struct bw_insn));
	if (s->placed < l->nplaced && l->placed[s->placed].start == insn)
		line.function = s->o->funcs[l->placed[s->placed++].func].name;
	line.file_offset = file_offset(s, insn);
	if (!disasm_target(l->insns[insn], insn, &line.target))
		line.target = -1;
	source_of(s, insn, &line);
	line.reloc = reloc_of(s, insn);
	emit(ctx, &line);
}

static const bool *targets_find(const struct linked *l, struct arena *a)
{
	bool *targets = arena_array(a, l->count, sizeof(*targets));
	int64_t target;

	for (uint32_t insn = 0; targets && insn < l->count; insn++)
		if (disasm_target(l->insns[insn], insn, &target) && target >= 0 && target < l->count)
			targets[target] = true;
	return targets;
}

static int list(struct walk *w, const struct linked *l, void (*emit)(void *, const struct bw_disasm_line *), void *ctx,
		struct diag *d)
{
	struct listing s = { .o = &w->o, .l = l, .targets = targets_find(l, &w->arena), .record = UINT32_MAX };
	unsigned slots;

	if (!s.targets)
		return fail_memory(d, "disasm");
	for (uint32_t insn = 0; insn < l->count; insn += slots)
		one(&s, insn, emit, ctx, &slots);
	return 0;
}

int bw_disasm(struct bw_object *obj, const struct bw_program *prog,
	      void (*emit)(void *ctx, const struct bw_disasm_line *), void *ctx, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct linked fresh, *l = &w->linked[prog->index];
	struct diag d = { 0 };
	int r = 0;

	if (!l->insns)
		r = link_program(&w->o, prog->index, &w->arena, l = &fresh, &d);
	if (r == 0)
		r = list(w, l, emit, ctx, &d);
	return error_out(&d, r, err);
}

/* A function placed by itself, and nothing done to it. */
static int unlinked(struct walk *w, uint32_t func, struct linked *l, struct diag *d)
{
	const struct func *f = &w->o.funcs[func];

	*l = (struct linked){
		.insns = arena_copy(&w->arena, f->insns, f->count * sizeof(*f->insns)), .count = f->count,
		.relocs = arena_copy(&w->arena, f->relocs, f->nrelocs * sizeof(*f->relocs)), .nrelocs = f->nrelocs,
		.placed = arena_copy(&w->arena, &(struct placed){ func, 0, f->count }, sizeof(*l->placed)), .nplaced = 1,
	};
	if (!l->insns || !l->relocs || !l->placed)
		return fail_memory(d, "disasm");
	return link_info(&w->o, &w->arena, l, d);
}

int bw_disasm_file(struct bw_object *obj, const struct bw_program *prog,
		   void (*emit)(void *ctx, const struct bw_disasm_line *), void *ctx, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct linked l;
	struct diag d = { 0 };
	int r = unlinked(w, prog->index, &l, &d);

	if (r == 0)
		r = list(w, &l, emit, ctx, &d);
	return error_out(&d, r, err);
}

int bw_source(struct bw_object *obj, void (*line)(void *ctx, const char *text), void *ctx, struct bw_error *err)
{
	struct diag d = { 0 };
	int r = asm_source(&walk_of(obj)->o, line, ctx, &d);

	return error_out(&d, r, err);
}

_Static_assert(sizeof(struct bw_insn_part) == sizeof(struct insn_part) && (int)BW_INSN_PARTS == (int)INSN_PARTS,
	       "the two are the same struct in two layers");

unsigned bw_insn_parts(const struct bw_insn *insns, unsigned count, struct bw_insn_part parts[BW_INSN_PARTS])
{
	struct bpf_insn copy[2];
	struct insn_part found[INSN_PARTS];
	unsigned n = count < 2 ? count : 2;

	if (!n)
		return 0;
	memcpy(copy, insns, n * sizeof(*copy));
	n = insn_parts(copy, n, found);
	memcpy(parts, found, n * sizeof(*found));
	return n;
}
