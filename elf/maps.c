/*
 * The list of maps, filled from its sources in libbpf's order.
 *
 *	.maps                 struct types in BTF        elf/mapdef.c
 *	maps                  five numbers               elf/mapdef_legacy.c
 *	.data .rodata .bss    the bytes of variables     elf/data.c
 *	.kconfig              the kernel's configuration elf/externs_map.c
 *	.struct_ops           the same, with functions   elf/struct_ops.c, when functions are known
 *
 * The kernel knows a map by at most 15 characters, letters, digits, '_' and
 * '.', and everybody who lists maps sees only those. What a data section is
 * called there follows libbpf to the letter, because people look for it:
 *
 *	syscount.rodata      the object's first 8 characters and the section
 *	syscount.bss         also 8: a short section still takes the room of 7
 *	.data.custom         two dots: the section alone
 *
 * In: an object with sections, symbols, types  Out: o->maps, o->globals
 * Kernel: kernel/bpf/syscall.c bpf_obj_name_cpy(); libbpf.c internal_map_name()
 * Try: bpftool map list while bpfwalk run build/progs/syscount.bpf.o runs
 * Next: elf/mapdef.c
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

enum { NAME_LEN = sizeof(((struct map *)0)->kernel_name) - 1, SUFFIX_MIN = 7 };

bool map_is_data(const struct map *m)
{
	return m->origin >= MAP_DATA && m->origin <= MAP_KCONFIG;
}

bool map_holds_maps(const struct map *m)
{
	return m->type == BPF_MAP_TYPE_ARRAY_OF_MAPS || m->type == BPF_MAP_TYPE_HASH_OF_MAPS;
}

static void kernel_name_make(const struct object *o, struct map *m)
{
	int suffix = NAME_LEN, prefix = 0;

	if (map_is_data(m) && !strchr(m->name + 1, '.')) {
		size_t len = strlen(m->name);

		suffix = len < SUFFIX_MIN ? SUFFIX_MIN : len > NAME_LEN ? NAME_LEN : (int)len;
		prefix = NAME_LEN - suffix;
	}
	snprintf(m->kernel_name, sizeof(m->kernel_name), "%.*s%.*s", prefix, o->name, suffix, m->name);
	for (char *p = m->kernel_name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '.')
			*p = '_';
}

int map_add(struct object *o, const struct map *m, struct diag *d)
{
	struct map *maps = array_grow(o->arena, o->maps, o->nmaps, sizeof(*maps));

	if (!maps)
		return fail_memory(d, "maps");
	o->maps = maps;
	o->maps[o->nmaps] = *m;
	kernel_name_make(o, &o->maps[o->nmaps]);
	o->nmaps++;
	return 0;
}

/* Which source a section feeds: maps of a later one come later in the list. (No section feeds .kconfig.) */
static unsigned source_of(enum section_role role)
{
	return role == ROLE_MAPS ? 0 : role == ROLE_LEGACY_MAPS ? 1 : role == ROLE_STRUCT_OPS ? 4 : 2;
}

/* True if m stands before the place (source, section, offset) in the list. */
static bool stands_before(const struct map *m, unsigned source, uint32_t section, int64_t offset)
{
	unsigned own = m->origin == MAP_BTF ? 0 : m->origin == MAP_LEGACY ? 1 : m->origin == MAP_KCONFIG ? 3 :
		m->origin == MAP_STRUCT_OPS ? 4 : 2;

	if (own != source)
		return own < source;
	if (m->section_index != section)
		return m->section_index < section;
	return m->section_offset < offset;
}

uint32_t map_at(const struct object *o, uint32_t section, int64_t offset)
{
	unsigned source = source_of(section_role(&o->elf.sections[section]));
	uint32_t low = 0, high = o->nmaps;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (stands_before(&o->maps[middle], source, section, offset))
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < o->nmaps; low++) {
		const struct map *m = &o->maps[low];

		if (m->section_index != section || m->section_offset != offset)
			break;
		if (!m->is_template)
			return low;
	}
	return NO_INDEX;
}

int object_maps(struct object *o, struct diag *d)
{
	int r = maps_from_btf(o, d);

	if (r >= 0)
		r = object_arena(o, d);
	if (r >= 0)
		r = maps_from_legacy(o, d);
	if (r >= 0)
		r = maps_from_data(o, d);
	if (r >= 0)
		r = maps_from_externs(o, d);
	return r;
}
