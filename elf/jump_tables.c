/*
 * Jump tables: where a switch goes, as a table of instructions.
 *
 *	switch (x) {			r1 = BPF.JT.0.0 ll		<- relocation into .jumptables
 *	case 0: ...			r1 += r0
 *	case 1: ...			r1 = *(u64 *)(r1 + 0)
 *	}				gotox r1
 *
 *	.jumptables    | 48 | 72 | 72 | 120 |	bytes from the start of the code's section, 8 each
 *
 * The kernel has the table as a map whose values are instructions, counted in the
 * program as it is loaded. So each program gets a map of its own for each table
 * it names, and the numbers depend on where the linker put the function:
 *
 *	targets[i] = table[i] / 8 - first instruction of the function + its place
 *
 * In: .jumptables, a linked program  Out: l->tables; relocs that name them
 * Kernel: kernel/bpf/bpf_insn_array.c; libbpf.c create_jt_map()
 * Try: bpfwalk disasm OBJ PROG
 * Next: elf/patch.c
 */
#include <errno.h>

#include "elf/link.h"

enum { ENTRY = 8 };

/* The function that has this instruction of the linked array. */
static const struct placed *placed_at(const struct linked *l, uint32_t insn)
{
	const struct placed *p = &l->placed[0];

	for (uint32_t i = 1; i < l->nplaced && l->placed[i].start <= insn; i++)
		p = &l->placed[i];
	return p;
}

static int targets_read(const struct object *o, const struct linked *l, const struct reloc *r, struct jump_table *t,
			struct diag *d)
{
	const struct elf_section *s = &o->elf.sections[o->only[ROLE_JUMPS]];
	const struct placed *p = placed_at(l, r->insn);

	for (uint32_t i = 0; i < t->count; i++) {
		uint64_t byte = 0, insn;

		view_get(s->bytes, (uint64_t)t->offset + (uint64_t)i * ENTRY, &byte, ENTRY);
		insn = byte / sizeof(struct bpf_insn) - o->funcs[p->func].first + p->start;
		if (insn > UINT32_MAX)
			return fail(d, -EINVAL, "link", "jump table %s: entry %u is byte %llu of section %s, which is before"
				    " function %s", r->symbol, i, (unsigned long long)byte, o->funcs[p->func].section,
				    o->funcs[p->func].name);
		t->targets[i] = (uint32_t)insn;
	}
	return 0;
}

static int table_add(const struct object *o, struct arena *a, struct linked *l, struct reloc *r, struct diag *d)
{
	struct jump_table *tables, *t;

	for (r->map = 0; r->map < l->ntables; r->map++)
		if (l->tables[r->map].offset == r->offset)
			return 0;
	tables = array_grow(a, l->tables, l->ntables, sizeof(*tables));
	if (!tables)
		return fail_memory(d, "link");
	l->tables = tables;
	t = &tables[l->ntables++];
	*t = (struct jump_table){ .offset = r->offset, .count = r->size / ENTRY, .fd = -1 };
	t->targets = arena_array(a, t->count, sizeof(*t->targets));
	return t->targets ? targets_read(o, l, r, t, d) : fail_memory(d, "link");
}

int link_jump_tables(const struct object *o, struct arena *a, struct linked *l, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < l->nrelocs; i++)
		if (l->relocs[i].kind == RELOC_JUMPS)
			r = table_add(o, a, l, &l->relocs[i], d);
	return r;
}
