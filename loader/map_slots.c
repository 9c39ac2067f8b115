/*
 * Filling the maps whose elements the source names.
 *
 *	table.values[1] = &inner	->  BPF_MAP_UPDATE_ELEM table, 1, fd of inner
 *	jumps.values[2] = &target	->  BPF_MAP_UPDATE_ELEM jumps, 2, fd of target
 *
 * The value is a descriptor, and the kernel keeps what it stands for: a map
 * right after the outer map is made, a program when all are loaded. A map that
 * is defined behind the one that holds it exists only when all maps do; those
 * come last.
 *
 * In: map.slots, descriptors  Out: elements
 * Kernel: kernel/bpf/arraymap.c bpf_fd_array_map_update_elem(), kernel/bpf/hashtab.c bpf_fd_htab_map_update_elem()
 * Try: bpfwalk explain --dry-run build/tests/objects/map_slots.bpf.o
 * Next: loader/map_pin.c
 */
#include <string.h>

#include "loader/walk.h"

static int slot_fill(struct walk *w, uint32_t index, const struct map_slot *slot, const char *target, int fd,
		     struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	struct bpf_map_elem_attr attr;
	long r;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)w->maps[index].fd;
	attr.key = (uintptr_t)&slot->index;
	attr.value = (uintptr_t)&fd;
	r = sys_bpf_elem(&w->sys, BPF_MAP_UPDATE_ELEM, &attr, sizeof(slot->index), sizeof(fd));
	if (r < 0)
		return fail_kernel(d, r, "map slots", "BPF_MAP_UPDATE_ELEM of %s: putting %s in as element %u", m->name,
				   target, slot->index);
	return 0;
}

/* A pinned map that was there before has what others put in. */
static bool is_others(const struct walk *w, uint32_t index)
{
	return w->o.maps[index].pin_by_name && !w->maps[index].pinned;
}

/* Those of map `index` whose targets are made before it, or (late) after it. */
static int maps_put(struct walk *w, uint32_t index, bool late, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	bool told = false;
	int r = 0;

	for (uint32_t i = 0; r == 0 && map_holds_maps(m) && i < m->nslots; i++) {
		const struct map_slot *slot = &m->slots[i];

		if ((slot->target > index) != late)
			continue;
		if (!told)
			observe_step(w, "map_slots", m->name);
		told = true;
		r = slot_fill(w, index, slot, w->o.maps[slot->target].name, w->maps[slot->target].fd, d);
	}
	return r;
}

int map_slots_fill(struct walk *w, uint32_t index, struct diag *d)
{
	return maps_put(w, index, false, d);
}

int map_slots_fill_late(struct walk *w, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < w->o.nmaps; i++)
		if (w->maps[i].fd >= 0 && !is_others(w, i))
			r = maps_put(w, i, true, d);
	return r;
}

int prog_slots_fill(struct walk *w, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < w->o.nmaps; i++) {
		const struct map *m = &w->o.maps[i];

		if (!m->nslots || m->type != BPF_MAP_TYPE_PROG_ARRAY || w->maps[i].fd < 0)
			continue;
		observe_step(w, "map_slots", m->name);
		for (uint32_t j = 0; r == 0 && j < m->nslots; j++)
			if (!w->programs[m->slots[j].target].left_out)
				r = slot_fill(w, i, &m->slots[j], w->o.funcs[m->slots[j].target].name,
					      w->programs[m->slots[j].target].fd, d);
	}
	return r;
}
