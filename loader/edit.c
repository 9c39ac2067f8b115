/*
 * Editing instructions in the bytes of the file.
 *
 *	file    ... 16 01 01 00 09 00 00 00 ...     as it was read: the object
 *	edited  ... 16 01 01 00 05 00 00 00 ...     a copy: what bw_save() writes
 *
 * The object stays what it was when it was opened; to see what the edit made of
 * it, open what was saved. Each edit is tried before it is kept: the copy is
 * read as an object, and if that fails the bytes are put back.
 *
 * A relocation computes a number when the program is loaded and writes it over
 * the one that stands there, so whoever edits such a number is told.
 *
 * In: an object, a place, FIELD=VALUE  Out: bytes
 * Try: bpfwalk patch build/progs/device.bpf.o device:4 imm=5 -o /tmp/device.bpf.o
 * Next: loader/save.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/core.h"
#include "elf/edit.h"
#include "loader/walk.h"

enum { INSN = sizeof(struct bpf_insn) };

_Static_assert(sizeof(struct bpf_insn) == sizeof(struct bw_insn), "the same eight bytes");

static int copy_file(struct walk *w, struct diag *d)
{
	if (w->edited)
		return 0;
	w->edited = malloc(w->pub.file_size);
	if (!w->edited)
		return fail_memory(d, "edit");
	memcpy(w->edited, w->pub.file, w->pub.file_size);
	return 0;
}

/* There is such an instruction, and it is no second half of one. */
static int insn_check(const struct func *f, uint32_t insn, struct diag *d)
{
	uint32_t at = 0, before = 0;

	if (insn >= f->count)
		return fail(d, -EINVAL, "edit", "%s has no instruction %u; it has 0 to %u", f->name, insn, f->count - 1);
	while (at < insn) {
		before = at;
		at += f->insns[at].code == BPF_INSN_LD_IMM64 ? 2 : 1;
	}
	if (at != insn)
		return fail(d, -EINVAL, "edit", "instruction %u of %s is the second half of the ld_imm64 at %u", insn, f->name,
			    before);
	return 0;
}

/* What a relocation will write over the field, or "". */
static void overwritten(const struct object *o, uint32_t func, uint32_t insn, enum edit_field field, struct bw_edit *out)
{
	const struct func *f = &o->funcs[func];
	uint32_t core = object_core_at(o, func, insn);
	char what[96];

	if (field != EDIT_IMM && field != EDIT_OFF && field != EDIT_SRC)
		return;
	if (field != EDIT_SRC && core < o->ncore) {
		core_what(o, &o->core[o->core_order[core]], what, sizeof(what));
		snprintf(out->reloc, sizeof(out->reloc), "what the running kernel says (CO-RE %s)", what);
	}
	for (uint32_t i = 0; field != EDIT_OFF && i < f->nrelocs; i++)
		if (f->relocs[i].insn == insn)
			reloc_say(o, &f->relocs[i], out->reloc, sizeof(out->reloc));
}

/* Reads the copy as an object, to see whether it still is one, and what will be written over the edit. */
static int try_edited(struct walk *w, uint32_t func, const struct edit *edits, unsigned n, struct bw_edit *out,
		      struct diag *d)
{
	struct arena a = { .limit = w->arena.limit };
	struct object o;
	int r = object_build((struct view){ w->edited, w->pub.file_size }, w->pub.name, &a, &o, d);

	for (unsigned i = 0; r == 0 && i < n; i++)
		overwritten(&o, func, out->insn, edits[i].field, out);
	arena_free(&a);
	return r;
}

static int apply(struct bpf_insn *insns, const struct edit *edits, unsigned n, struct diag *d)
{
	bool wide = insns->code == BPF_INSN_LD_IMM64;
	int r = 0;

	for (unsigned i = 0; r == 0 && i < n; i++)
		if (edits[i].field == EDIT_CODE && wide != (edits[i].value.size == BPF_INSN_LD_IMM64))
			r = fail(d, -EINVAL, "edit", "code=%llu: ld_imm64 (code 24) takes two places, all others one",
				 (unsigned long long)edits[i].value.size);
		else
			r = edit_apply(&edits[i], insns, d);
	return r;
}

static int parse_all(struct walk *w, const char *const *changes, unsigned n, struct edit **out, struct diag *d)
{
	int r = 0;

	*out = arena_array(&w->arena, n, sizeof(**out));
	if (!*out)
		return fail_memory(d, "edit");
	for (unsigned i = 0; r == 0 && i < n; i++)
		r = edit_parse(changes[i], &(*out)[i], d);
	return r;
}

static int edit_insn(struct walk *w, uint32_t func, const struct edit *edits, unsigned n, struct bw_edit *out,
		     struct diag *d)
{
	const struct func *f = &w->o.funcs[func];
	unsigned char *at;
	struct bpf_insn insns[2];
	size_t size;
	int r = insn_check(f, out->insn, d);

	if (r < 0)
		return r;
	out->file_offset = w->o.elf.sections[f->section_index].offset + ((uint64_t)f->first + out->insn) * INSN;
	out->slots = f->insns[out->insn].code == BPF_INSN_LD_IMM64 ? 2 : 1;
	size = out->slots * INSN;
	at = w->edited + out->file_offset;
	memcpy(insns, at, size);
	memcpy(out->before, at, size);
	r = apply(insns, edits, n, d);
	if (r < 0)
		return r;
	memcpy(out->after, insns, size);
	memcpy(at, insns, size);
	r = try_edited(w, func, edits, n, out, d);
	if (r < 0)
		memcpy(at, out->before, size);
	return r;
}

int bw_edit(struct bw_object *obj, const struct bw_program *prog, uint32_t insn, const char *const *changes,
	    unsigned nchanges, struct bw_edit *out, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct diag d = { 0 };
	struct edit *edits = NULL;
	int r;

	*out = (struct bw_edit){ .insn = insn };
	r = copy_file(w, &d);
	if (r == 0)
		r = parse_all(w, changes, nchanges, &edits, &d);
	if (r == 0)
		r = edit_insn(w, prog->index, edits, nchanges, out, &d);
	return error_out(&d, r, err);
}

int bw_insn_has(const struct bw_insn *insns, unsigned count, const char *field_value, struct bw_error *err)
{
	struct bpf_insn copy[2] = { { 0, 0, 0, 0, 0 } };
	struct diag d = { 0 };
	struct edit e;

	if (edit_parse(field_value, &e, &d) < 0)
		return error_out(&d, d.code, err);
	memcpy(copy, insns, (count < 2 ? count : 2) * sizeof(*copy));
	return edit_matches(&e, copy);
}
