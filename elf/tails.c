/*
 * Programs that are called through a map, as iproute2 wrote it.
 *
 *	struct bpf_elf_map SEC("maps") jumps = { .type = BPF_MAP_TYPE_PROG_ARRAY, .id = 1, ... };
 *
 *	SEC("1/0") int first(struct __sk_buff *skb)	element 0 of the map with id 1
 *	SEC("1/7") int eighth(struct __sk_buff *skb)	element 7
 *
 * Such a section says where the program goes and not what it is: that the programs
 * say that call through the map. libbpf's way is a map's member values (elf/map_slots.c).
 *
 * In: functions, maps with an id  Out: map.slots, func.tail_of
 * Kernel: none; iproute2's lib/bpf_legacy.c bpf_fill_prog_arrays()
 * Try: bpfwalk inspect build/tests/objects/legacy_tails.bpf.o
 * Next: elf/addresses.h
 */
#include <ctype.h>
#include <stdlib.h>

#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

/* Digits up to `end`; as in C, 0x10 is sixteen. */
static const char *number_read(const char *s, char end, uint32_t *out)
{
	char *after;
	unsigned long n;

	if (!isdigit((unsigned char)*s))
		return NULL;
	n = strtoul(s, &after, 0);
	*out = (uint32_t)n;
	return *after == end && n <= UINT32_MAX ? after : NULL;
}

static bool section_read(const char *section, uint32_t *id, uint32_t *index)
{
	const char *slash = number_read(section, '/', id);

	return slash && number_read(slash + 1, 0, index);
}

static uint32_t map_with_id(const struct object *o, uint32_t id)
{
	for (uint32_t i = 0; id && i < o->nmaps; i++)
		if (o->maps[i].id == id)
			return i;
	return NO_INDEX;
}

static int tail_add(struct object *o, uint32_t func, uint32_t id, uint32_t index, struct diag *d)
{
	struct map_slot slot = { .index = index, .target = func };
	uint32_t map = map_with_id(o, id);

	if (map == NO_INDEX || o->maps[map].type != BPF_MAP_TYPE_PROG_ARRAY)
		return refuse(o, d, "program %s: section %s puts it into the map with id %u, and no array of programs has that id",
			      o->funcs[func].name, o->funcs[func].section, id);
	o->funcs[func].tail_of = map;
	return map_slot_add(o, &o->maps[map], slot, d);
}

int object_tails(struct object *o, struct diag *d)
{
	uint32_t id, index;
	int r = 0;

	for (uint32_t i = 0; r >= 0 && i < o->nfuncs; i++)
		if (o->funcs[i].is_program && section_read(o->funcs[i].section, &id, &index))
			r = tail_add(o, i, id, index, d);
	return r;
}
