/*
 * CO-RE relocations as the file lists them: which instruction waits for what.
 *
 *	.BTF.ext, core_relo, section tp/x:
 *		byte 40   type 7   "0:2"   kind 0	the program's instruction 5 holds the offset of member 2 of type 7
 *
 * They stay in the order of the file, because what is found for one narrows
 * the candidates of the next; see elf/core.h. A second list has them by
 * instruction, for whoever prints a program.
 *
 * In: .BTF.ext, functions  Out: o->core, o->core_order
 * Kernel: include/uapi/linux/bpf.h struct bpf_core_relo
 * Try: bpfwalk inspect build/progs/parent.bpf.o
 * Next: elf/refused.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

enum { INSN = sizeof(struct bpf_insn) };

/* A key to sort by, and what it stands for. */
struct place {
	uint64_t at;			/* function, instruction */
	uint32_t index;
};

static uint64_t place_key(uint32_t func, uint32_t insn)
{
	return (uint64_t)func << 32 | insn;
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* The section of that name, the first if there are several; 0: none, so what was said about it is left over. */
static uint32_t section_named(const struct object *o, const char *name)
{
	for (uint32_t i = 1; i < o->elf.nsections; i++)
		if (strcmp(o->elf.sections[i].name, name) == 0)
			return i;
	return 0;
}

/*
 * Record `number` of a group. 1: read. 0: its instruction is in no function; a
 * linker that drops a weak function leaves such records behind.
 */
static int relo_read(const struct object *o, const struct ext_group *g, uint32_t section, uint32_t number,
		     struct core_relo *out, struct diag *d)
{
	struct bpf_core_relo r;

	view_get(g->records, (uint64_t)number * o->ext.core_relo.rec_size, &r, sizeof(r));
	if (r.insn_off % INSN)
		return fail(d, -EINVAL, "CO-RE", "section %s, relocation %u: byte %u is not where an instruction starts",
			    g->section, number, r.insn_off);
	*out = (struct core_relo){
		.func = object_func_at(o, section, r.insn_off / INSN), .number = number,
		.type_id = r.type_id, .kind = r.kind, .access_off = r.access_str_off,
	};
	if (out->func == NO_INDEX)
		return 0;
	out->insn = r.insn_off / INSN - o->funcs[out->func].first;
	return 1;
}

static int order_make(struct object *o, struct diag *d)
{
	struct place *places = arena_array(o->arena, o->ncore, sizeof(*places));
	uint32_t *order = arena_array(o->arena, o->ncore, sizeof(*order));

	if (!places || !order)
		return fail_memory(d, "CO-RE");
	for (uint32_t i = 0; i < o->ncore; i++)
		places[i] = (struct place){ place_key(o->core[i].func, o->core[i].insn), i };
	qsort(places, o->ncore, sizeof(*places), by_place);
	for (uint32_t i = 0; i < o->ncore; i++)
		order[i] = places[i].index;
	o->core_order = order;
	return 0;
}

int object_core(struct object *o, struct diag *d)
{
	const struct ext_table *t = &o->ext.core_relo;
	struct core_relo *relos;
	size_t n = 0;
	int r = 0;

	for (uint32_t i = 0; i < t->ngroups; i++)
		n += t->groups[i].count;
	relos = arena_array(o->arena, n, sizeof(*relos));
	if (!relos)
		return fail_memory(d, "CO-RE");
	for (uint32_t i = 0; i < t->ngroups; i++) {
		uint32_t section = section_named(o, t->groups[i].section);

		for (uint32_t j = 0; section && j < t->groups[i].count; j++) {
			r = relo_read(o, &t->groups[i], section, j, &relos[o->ncore], d);
			if (r < 0)
				return r;
			o->ncore += (uint32_t)r;
		}
	}
	o->core = relos;
	return o->ncore ? order_make(o, d) : 0;
}

uint32_t object_core_at(const struct object *o, uint32_t func, uint32_t insn)
{
	uint64_t key = place_key(func, insn);
	uint32_t low = 0, high = o->ncore;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct core_relo *r = &o->core[o->core_order[mid]];

		if (place_key(r->func, r->insn) < key)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < o->ncore && o->core[o->core_order[low]].func == func && o->core[o->core_order[low]].insn == insn)
		return low;
	return o->ncore;
}
