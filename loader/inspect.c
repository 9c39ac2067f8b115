/*
 * What readelf would show: sections, symbols, relocations.
 *
 * Nothing needs them to load, so nobody pays for them but who asks. As in
 * publish.c the strings are shared with the object.
 *
 * In: struct object  Out: struct bw_section, bw_symbol, bw_reloc
 * Try: bpfwalk inspect OBJ
 * Next: loader/edit.c
 */
#include <string.h>

#include "elf/core.h"
#include "loader/walk.h"

static int publish_elf(struct walk *w, struct diag *d)
{
	const struct elf *e = &w->o.elf;
	struct bw_section *sections = arena_array(&w->arena, e->nsections, sizeof(*sections));
	struct bw_symbol *symbols = arena_array(&w->arena, e->nsymbols, sizeof(*symbols));

	if (!sections || !symbols)
		return fail_memory(d, "inspect");
	for (uint32_t i = 0; i < e->nsections; i++) {
		const struct elf_section *s = &e->sections[i];

		sections[i] = (struct bw_section){ s->name, s->type, s->link, s->info, s->flags,
						   s->offset, s->size, s->entsize };
	}
	for (uint32_t i = 0; i < e->nsymbols; i++) {
		const struct elf_symbol *s = &e->symbols[i];

		symbols[i] = (struct bw_symbol){ s->name, s->value, s->size, s->type, s->bind,
						 s->visibility, s->section };
	}
	w->pub.sections = sections;
	w->pub.nsections = e->nsections;
	w->pub.symbols = symbols;
	w->pub.nsymbols = e->nsymbols;
	return 0;
}

static const char *reloc_means(struct walk *w, const struct reloc *r)
{
	char text[160];

	reloc_say(&w->o, r, text, sizeof(text));
	return arena_copy(&w->arena, text, strlen(text));
}

/* "CO-RE task_struct.tgid" */
static int publish_core(struct walk *w, struct bw_reloc *out, struct diag *d)
{
	for (uint32_t i = 0; i < w->o.ncore; i++) {
		const struct core_relo *r = &w->o.core[i];
		const struct func *f = &w->o.funcs[r->func];
		char what[160];

		core_what(&w->o, r, what, sizeof(what));
		out[i] = (struct bw_reloc){ f->section, ((uint64_t)f->first + r->insn) * 8, BW_RELOC_CORE,
					    arena_copy(&w->arena, what, strlen(what)),
					    arena_printf(&w->arena, "CO-RE %s", what) };
		if (!out[i].means || !out[i].symbol)
			return fail_memory(d, "inspect");
	}
	return 0;
}

static int publish_relocs(struct walk *w, struct diag *d)
{
	struct bw_reloc *out;
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->o.nfuncs; i++)
		n += w->o.funcs[i].nrelocs;
	out = arena_array(&w->arena, n + w->o.ncore, sizeof(*out));
	if (!out)
		return fail_memory(d, "inspect");
	n = 0;
	for (uint32_t i = 0; i < w->o.nfuncs; i++) {
		const struct func *f = &w->o.funcs[i];

		for (uint32_t j = 0; j < f->nrelocs; j++) {
			const struct reloc *r = &f->relocs[j];
			const char *means = reloc_means(w, r);

			if (!means)
				return fail_memory(d, "inspect");
			out[n++] = (struct bw_reloc){ f->section, ((uint64_t)f->first + r->insn) * 8,
						      r->kind == RELOC_CALL || r->kind == RELOC_KFUNC ? R_BPF_64_32 : R_BPF_64_64,
						      r->symbol, means };
		}
	}
	w->pub.relocs = out;
	w->pub.nrelocs = n + w->o.ncore;
	return publish_core(w, out + n, d);
}

int bw_inspect(struct bw_object *obj, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct diag d = { 0 };
	int r = obj->sections ? 0 : publish_elf(w, &d);

	if (r == 0 && !obj->relocs)
		r = publish_relocs(w, &d);
	return error_out(&d, r, err);
}
