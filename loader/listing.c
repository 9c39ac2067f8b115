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
 * Next: loader/cli/main.c
 */
#include <stdio.h>
#include <string.h>

#include "elf/disasm.h"
#include "loader/walk.h"

struct listing {
	const struct object *o;
	const struct linked *l;
	uint32_t reloc, placed;		/* the next of each */
	uint32_t patch;
	uint32_t record;		/* line_info record of the last line shown */
	char reloc_text[160];
};

static const char *reloc_of(struct listing *s, uint32_t insn)
{
	for (; s->reloc < s->l->nrelocs && s->l->relocs[s->reloc].insn <= insn; s->reloc++) {
		const struct reloc *r = &s->l->relocs[s->reloc];

		if (r->insn != insn)
			continue;
		if (r->kind == RELOC_MAP)
			snprintf(s->reloc_text, sizeof(s->reloc_text), "map %s", s->o->maps[r->map].name);
		else
			snprintf(s->reloc_text, sizeof(s->reloc_text), "%s in map %s + %u", r->symbol,
				 s->o->maps[r->map].name, r->offset);
		return s->reloc_text;
	}
	for (uint32_t i = 0; i < s->l->npatches; i++) {
		const struct patch *p = &s->l->patches[i];

		if (p->insn != insn)
			continue;
		snprintf(s->reloc_text, sizeof(s->reloc_text), "%s %s", p->kind == RELOC_CALL ? "call of" : "address of",
			 s->o->funcs[p->func].name);
		return s->reloc_text;
	}
	return NULL;
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

static void one(struct listing *s, uint32_t insn, void (*emit)(void *, const struct bw_disasm_line *), void *ctx,
		unsigned *slots)
{
	const struct linked *l = s->l;
	struct bw_disasm_line line = { .insn = insn };
	char text[160];

	*slots = disasm(l->insns, insn, l->count - insn, text, sizeof(text));
	line.slots = *slots;
	line.text = text;
	memcpy(line.bytes, l->insns + insn, *slots * sizeof(struct bw_insn));
	if (s->placed < l->nplaced && l->placed[s->placed].start == insn)
		line.function = s->o->funcs[l->placed[s->placed++].func].name;
	source_of(s, insn, &line);
	line.reloc = reloc_of(s, insn);
	emit(ctx, &line);
}

int bw_disasm(struct bw_object *obj, const struct bw_program *prog,
	      void (*emit)(void *ctx, const struct bw_disasm_line *), void *ctx, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct linked fresh = { 0 };
	struct listing s = { .o = &w->o, .l = &w->linked[prog->index], .record = UINT32_MAX };
	struct diag d = { 0 };

	if (!s.l->insns) {
		int r = link_program(&w->o, prog->index, &w->arena, &fresh, &d);

		if (r < 0)
			return error_out(&d, r, err);
		s.l = &fresh;
	}
	for (uint32_t insn = 0; insn < s.l->count;) {
		unsigned slots;

		one(&s, insn, emit, ctx, &slots);
		insn += slots;
	}
	return 0;
}
