/*
 * Variables that hold addresses: said, and left as they are.
 *
 *	const char *const names[] = { "read", "write" };	.rodata: two addresses
 *
 * A variable is some bytes of a map, and maps have no address that a program
 * could be told before it runs: it gets the address of a variable only from an
 * instruction that names it. So nothing can be written into these bytes that
 * would be of use. They stay what the file has, which is the distance into the
 * other section; libbpf does the same and does not say so. A program that takes
 * them for pointers is refused by the verifier.
 *
 * In: sections of variables with relocations  Out: lines of o->notes
 * Kernel: kernel/bpf/verifier.c check_mem_access(): a value read from a map is a number
 * Next: elf/relocs.c
 */
#include "elf/object_parts.h"

/* The variable that has that byte of a section, or the section. */
static const char *variable_around(const struct object *o, uint32_t section, uint64_t offset)
{
	for (uint32_t i = 0; i < o->nglobals; i++) {
		const struct global *g = &o->globals[i];

		if (o->maps[g->map].section_index == section && offset >= g->offset && offset - g->offset < g->size)
			return g->name;
	}
	return o->elf.sections[section].name;
}

/* One line for each variable that holds an address, in section `target`; `patcher` has the relocations. */
static int holders_note(struct object *o, uint32_t patcher, uint32_t target, struct diag *d)
{
	const struct elf_reloc *relocs;
	const char *last = NULL;
	uint32_t n;
	int r = elf_relocs(&o->elf, patcher, o->arena, &relocs, &n, d);

	for (uint32_t i = 0; r >= 0 && i < n; i++) {
		const char *name = variable_around(o, target, relocs[i].offset);

		if (name != last)
			r = note(o, d, "variable %s: the addresses it holds (section %s) stay what the file has:"
				 " variables have no address before a program runs", name, o->elf.sections[patcher].name);
		last = name;
	}
	return r;
}

int object_data_addresses(struct object *o, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 1; r >= 0 && i < o->elf.nsections; i++) {
		const struct elf_section *s = &o->elf.sections[i];
		enum section_role role;

		if ((s->type != SHT_REL && s->type != SHT_RELA) || s->info >= o->elf.nsections || !s->size)
			continue;
		role = section_role(&o->elf.sections[s->info]);
		if (role == ROLE_DATA || role == ROLE_RODATA)
			r = holders_note(o, i, s->info, d);
	}
	return r;
}
