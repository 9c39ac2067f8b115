/*
 * What bpfwalk refuses before it asks the kernel for anything.
 *
 * A feature that is not done yet is refused by its name. Skipping it would
 * load a program that does something else than its author wrote.
 *
 * In: an object  Out: 0, or the first thing that stands in the way
 * Next: loader/left_out.c
 */
#include <errno.h>

#include "loader/walk.h"

static int check_program(const struct bw_program *p, struct diag *d)
{
	if (!p->hook && p->called_through)
		return fail(d, -EINVAL, "program", "%s: section %s puts it into map %s, and no program of a kind that is known calls"
			    " through that", p->name, p->section, p->called_through->name);
	return p->hook ? 0 : hook_unknown(p->section, p->name, d);
}

/* What the source puts into a map must be there by then. */
static int check_slots(const struct bw_map *m, struct diag *d)
{
	if (m->enabled && m->inner && !m->inner->is_template && !m->inner->enabled)
		return fail(d, -EINVAL, "map create", "map %s holds maps like %s, which is not to be made", m->name, m->inner->name);
	for (unsigned i = 0; m->enabled && i < m->nslots; i++) {
		const struct bw_slot *slot = &m->slots[i];

		if (slot->program && !slot->program->enabled)
			return fail(d, -EINVAL, "map slots", "map %s: element %u is program %s, which is not to be loaded",
				    m->name, slot->index, slot->program->name);
		if (slot->map && !slot->map->enabled)
			return fail(d, -EINVAL, "map slots", "map %s: element %u is map %s, which is not to be made",
				    m->name, slot->index, slot->map->name);
	}
	return 0;
}

int load_check(const struct walk *w, struct diag *d)
{
	int r = 0;

	if (w->loaded)
		return fail(d, -EBUSY, "load", "%s is loaded already", w->pub.name);
	if (w->pub.nrefused)
		return fail(d, w->o.refused_code ? w->o.refused_code : -ENOTSUP, "load", "%s", w->pub.refused[0]);
	for (uint32_t i = 0; r == 0 && i < w->pub.nprograms; i++)
		if (w->programs[i].is_entry && w->programs[i].enabled)
			r = check_program(&w->programs[i], d);
	for (uint32_t i = 0; r == 0 && i < w->pub.nmaps; i++)
		r = check_slots(&w->maps[i], d);
	return r;
}
