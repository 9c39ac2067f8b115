/*
 * The arena: memory that programs and user space share, pointers and all.
 *
 *	struct {
 *		__uint(type, BPF_MAP_TYPE_ARENA);
 *		__uint(map_flags, BPF_F_MMAPABLE);
 *		__uint(max_entries, 100);		pages
 *		__ulong(map_extra, 1ull << 44);		where it is for user space
 *	} arena SEC(".maps");
 *
 *	int __arena count = 5;				section .addr_space.1
 *
 * It is a map without keys and values: whole pages, at one address for everybody
 * who maps it. Variables in address space 1 have no map of their own, they lie
 * somewhere in the object's only arena; which byte that is, is decided when it
 * is made (loader/map_arena.c).
 *
 * In: .maps, section .addr_space.1  Out: o->arena_map, its data
 * Kernel: kernel/bpf/arena.c; libbpf.c init_arena_map_data()
 * Try: bpfwalk inspect build/tests/objects/map_arena.bpf.o
 * Next: elf/legacy.h
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

static int arena_find(struct object *o, struct diag *d)
{
	o->arena_map = NO_INDEX;
	for (uint32_t i = 0; i < o->nmaps; i++) {
		if (o->maps[i].type != BPF_MAP_TYPE_ARENA || o->maps[i].is_template)
			continue;
		if (o->arena_map != NO_INDEX)
			return fail(d, -EINVAL, "maps", "%s and %s are both arenas, expected one at most", o->maps[o->arena_map].name,
				    o->maps[i].name);
		o->arena_map = i;
	}
	return 0;
}

int object_arena(struct object *o, struct diag *d)
{
	uint32_t section = o->only[ROLE_ARENA];
	const struct elf_section *s = &o->elf.sections[section];
	struct map *m;
	int r = arena_find(o, d);

	if (r < 0 || !section || !s->size)
		return r;
	if (o->arena_map == NO_INDEX)
		return fail(d, -ENOENT, "maps", "section %s: variables in an arena, but no map is a BPF_MAP_TYPE_ARENA", s->name);
	if (s->size > INT_MAX)
		return fail(d, -EINVAL, "maps", "section %s: %llu bytes, expected at most %d", s->name,
			    (unsigned long long)s->size, INT_MAX);
	m = &o->maps[o->arena_map];
	m->data_size = (uint32_t)s->size;
	m->data = arena_alloc(o->arena, m->data_size);
	if (!m->data)
		return fail_memory(d, "maps");
	view_get(s->bytes, 0, m->data, s->bytes.size);
	return 0;
}
