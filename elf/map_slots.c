/*
 * Maps with something in them from the start.
 *
 *	struct {
 *		__uint(type, BPF_MAP_TYPE_PROG_ARRAY); ...
 *		__array(values, int (void *));
 *	} jumps SEC(".maps") = { .values = { [2] = &target } };
 *
 *	byte of jumps    0 ...... | 24       32       40
 *	                 members  | values   [1]      [2] <- .rel.maps: target
 *
 * The variable itself is not stored anywhere; of its bytes only the addresses
 * behind `values` count. Each is a slot: element (offset - values) / 8 of the
 * map is that program, or that other map. The kernel takes their descriptors,
 * so slots are filled when both sides exist: loader/map_slots.c.
 *
 * In: .maps with its relocations, maps, functions  Out: map.slots
 * Kernel: tools/lib/bpf/libbpf.c bpf_object__collect_map_relos()
 * Try: bpfwalk inspect build/tests/objects/map_slots.bpf.o
 * Next: elf/struct_ops.c
 */
#include <errno.h>

#include "elf/addresses.h"
#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

static const char where[] = "section .maps";

enum { POINTER = 8 };

/* The map whose definition has that byte; at moves along with the offsets. */
static struct map *map_around(struct object *o, uint32_t section, uint32_t offset, uint32_t *at)
{
	for (; *at < o->nmaps; ++*at) {
		struct map *m = &o->maps[*at];

		if (!m->is_template && m->section_index == section && offset >= m->section_offset &&
		    offset - m->section_offset < m->section_size)
			return m;
	}
	return NULL;
}

/* Which map an address names. */
static int target_map(const struct object *o, const struct map *m, uint32_t slot, const struct address *a,
		      uint32_t *out, struct diag *d)
{
	bool is_maps = a->section < o->elf.nsections && section_role(&o->elf.sections[a->section]) == ROLE_MAPS;

	*out = is_maps && a->value <= UINT32_MAX ? map_at(o, a->section, (int64_t)a->value) : NO_INDEX;
	if (*out == NO_INDEX)
		return fail(d, -EINVAL, where, "map %s: values[%u] is the address of %s, expected a map of this section",
			    m->name, slot, a->name);
	return 0;
}

static int target_program(const struct object *o, const struct map *m, uint32_t slot, const struct address *a,
			  uint32_t *out, struct diag *d)
{
	if (address_program(o, a, out) == 0)
		return 0;
	return fail(d, -EINVAL, where, "map %s: values[%u] is the address of %s, expected a program", m->name, slot, a->name);
}

/* An address where none may be. */
static int place_check(const struct map *m, const struct address *a, struct diag *d)
{
	uint32_t byte = a->offset - m->section_offset;

	if (m->values_offset == NO_INDEX || byte < m->values_offset)
		return fail(d, -EINVAL, where, "map %s: byte %u of it is the address of %s; only its member values may hold any",
			    m->name, byte, a->name);
	if ((byte - m->values_offset) % POINTER)
		return fail(d, -EINVAL, where, "map %s: byte %u of its values is the address of %s, expected a multiple of %d",
			    m->name, byte - m->values_offset, a->name, POINTER);
	/* An element's key is its number. */
	if (m->key_size != 4)
		return fail(d, -EINVAL, where, "map %s: keys of %u bytes; values in the source need keys of 4", m->name,
			    m->key_size);
	return 0;
}

int map_slot_add(struct object *o, struct map *m, struct map_slot slot, struct diag *d)
{
	struct map_slot *slots = array_grow(o->arena, m->slots, m->nslots, sizeof(*slots));

	if (!slots)
		return fail_memory(d, "maps");
	slots[m->nslots++] = slot;
	m->slots = slots;
	return 0;
}

static int slot_read(struct object *o, struct map *m, const struct address *a, struct diag *d)
{
	struct map_slot slot = { 0 };
	int r = place_check(m, a, d);

	if (r < 0)
		return r;
	slot.index = (a->offset - m->section_offset - m->values_offset) / POINTER;
	r = m->type == BPF_MAP_TYPE_PROG_ARRAY ? target_program(o, m, slot.index, a, &slot.target, d) :
		target_map(o, m, slot.index, a, &slot.target, d);
	return r < 0 ? r : map_slot_add(o, m, slot, d);
}

int object_map_slots(struct object *o, struct diag *d)
{
	uint32_t section = o->only[ROLE_MAPS], count = 0, at = 0;
	const struct address *all;
	int r = section ? addresses_read(o, section, &all, &count, d) : 0;

	for (uint32_t i = 0; r >= 0 && i < count; i++) {
		struct map *m = map_around(o, section, all[i].offset, &at);

		r = m ? slot_read(o, m, &all[i], d) :
			fail(d, -EINVAL, where, "byte %u is the address of %s, and belongs to no map", all[i].offset, all[i].name);
	}
	return r;
}
