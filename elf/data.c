/*
 * Global variables: sections of data become maps of one element.
 *
 *	.rodata   ->  array map, key 0, value = the section's bytes, read-only
 *	.data     ->  array map, key 0, value = the section's bytes
 *	.bss      ->  array map, key 0, value = as many zeroes
 *
 * A program cannot have memory of its own; what it can reach is its stack, its
 * context and maps. So a variable is some bytes in the only value of a map,
 * and user space sets it by writing that value before the program is loaded.
 * A read-only map is frozen as soon as it is filled: then the verifier takes
 * its bytes for constants and drops the branches that cannot be taken.
 *
 * Programs may not write to .rodata (BPF_F_RDONLY_PROG). Where user space may
 * map the value into its memory (BPF_F_MMAPABLE), libbpf does so for sections
 * with at least one variable that is not static, and so do we: the flag shows
 * in the kernel's list of maps.
 *
 * A variable's name and place come from the symbol table; its type from BTF, if
 * the section has a DATASEC. Strings of the compiler's own (.rodata.str1.1) and
 * names that begin with .L are nobody's variables. Those of an arena are variables
 * too, but of that map.
 *
 * In: data sections, symbols, DATASECs  Out: struct map, struct global
 * Kernel: kernel/bpf/arraymap.c array_map_direct_value_addr(); libbpf.c bpf_object__init_internal_map()
 * Try: bpfwalk inspect build/progs/syscount.bpf.o
 * Next: elf/funcs.c
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "elf/datasec.h"
#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

static bool has_public_variable(const struct datasec *sec)
{
	for (uint32_t i = 0; i < sec->nvars; i++)
		if (sec->vars[i].linkage != BTF_VAR_STATIC)
			return true;
	return false;
}

static enum map_origin origin_of(enum section_role role)
{
	return role == ROLE_RODATA ? MAP_RODATA : role == ROLE_DATA ? MAP_DATA : MAP_BSS;
}

static int map_make(struct object *o, uint32_t section, uint32_t type, const struct datasec *sec, struct diag *d)
{
	const struct elf_section *s = &o->elf.sections[section];
	struct map m = {
		.name = s->name, .origin = origin_of(section_role(s)), .type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
		.value_size = (uint32_t)s->size, .max_entries = 1, .inner = NO_INDEX, .section_index = section,
		.value_type_id = type,
	};

	if (s->size > INT_MAX)
		return fail(d, -EINVAL, "maps", "section %s: %llu bytes, a map's value has at most %d", s->name,
			    (unsigned long long)s->size, INT_MAX);
	m.frozen = m.origin == MAP_RODATA;
	m.flags = (m.frozen ? BPF_F_RDONLY_PROG : 0u) | (has_public_variable(sec) ? BPF_F_MMAPABLE : 0u);
	m.data_size = m.value_size;
	m.data = arena_alloc(o->arena, m.data_size);
	if (!m.data)
		return fail_memory(d, "maps");
	view_get(s->bytes, 0, m.data, s->bytes.size);
	return map_add(o, &m, d);
}

/* The type of the variable of that name at that offset, 0 if BTF has none. */
static uint32_t type_of(const struct datasec *sec, const char *name, uint64_t offset)
{
	uint32_t low = 0, high = sec->nvars;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (sec->vars[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < sec->nvars && sec->vars[low].offset == offset; low++)
		if (strcmp(sec->vars[low].name, name) == 0)
			return sec->vars[low].type_id;
	return 0;
}

static bool is_variable(const struct elf_symbol *s)
{
	return s->type == STT_OBJECT && s->name[0] && strncmp(s->name, ".L", 2) != 0;
}

static int global_add(struct object *o, const struct elf_symbol *s, uint32_t map, const struct datasec *sec,
		      struct diag *d)
{
	struct global *globals;

	if (s->value > o->maps[map].data_size || s->size > o->maps[map].data_size - s->value)
		return fail(d, -EINVAL, "globals", "%s: %llu bytes at %llu are outside section %s (%u bytes)", s->name,
			    (unsigned long long)s->size, (unsigned long long)s->value,
			    o->elf.sections[s->section].name, o->maps[map].data_size);
	globals = array_grow(o->arena, o->globals, o->nglobals, sizeof(*globals));
	if (!globals)
		return fail_memory(d, "globals");
	o->globals = globals;
	o->globals[o->nglobals++] = (struct global){
		.name = s->name, .map = map, .offset = (uint32_t)s->value, .size = (uint32_t)s->size,
		.type_id = type_of(sec, s->name, s->value), .is_static = s->bind == STB_LOCAL,
	};
	return 0;
}

static int by_place(const void *a, const void *b)
{
	const struct global *x = a, *y = b;

	if (x->map != y->map)
		return x->map < y->map ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return strcmp(x->name, y->name);
}

static bool is_data(const struct elf_section *s)
{
	enum section_role role = section_role(s);

	return role == ROLE_DATA || role == ROLE_RODATA || role == ROLE_BSS;
}

/* The map that holds its variables, NO_INDEX if it has none. */
static uint32_t map_of(const struct object *o, uint32_t section)
{
	const struct elf_section *s = &o->elf.sections[section];

	if (is_data(s))
		return map_at(o, section, 0);
	return section_role(s) == ROLE_ARENA && s->size ? o->arena_map : NO_INDEX;
}

static int section_add(struct object *o, uint32_t section, struct datasec *sec, struct diag *d)
{
	uint32_t id = datasec_of(o, section);
	int r = id ? datasec_read(o, id, o->arena, sec, d) : 0;

	if (r < 0 || !is_data(&o->elf.sections[section]))
		return r;
	return map_make(o, section, id, sec, d);
}

static int globals_add(struct object *o, const struct datasec *secs, struct diag *d)
{
	for (uint32_t i = 1; i < o->elf.nsymbols; i++) {
		const struct elf_symbol *s = &o->elf.symbols[i];
		int r = 0;

		if (s->section < o->elf.nsections && is_variable(s) && map_of(o, s->section) != NO_INDEX)
			r = global_add(o, s, map_of(o, s->section), &secs[s->section], d);
		if (r < 0)
			return r;
	}
	if (o->nglobals)
		qsort(o->globals, o->nglobals, sizeof(*o->globals), by_place);
	return 0;
}

int maps_from_data(struct object *o, struct diag *d)
{
	struct datasec *secs = arena_array(o->arena, o->elf.nsections, sizeof(*secs));

	if (!secs)
		return fail_memory(d, "maps");
	for (uint32_t i = 1; i < o->elf.nsections; i++) {
		bool is_mine = is_data(&o->elf.sections[i]) || section_role(&o->elf.sections[i]) == ROLE_ARENA;
		int r = is_mine ? section_add(o, i, &secs[i], d) : 0;

		if (r < 0)
			return r;
	}
	return globals_add(o, secs, d);
}
