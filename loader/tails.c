/*
 * What kind of program a tail call ends in.
 *
 *	SEC("classifier") main:   bpf_tail_call(skb, &jumps, 0)
 *	SEC("1/0")        first:  element 0 of jumps, so a classifier too
 *
 * A program of a section called by numbers (elf/tails.c) is what its callers are,
 * for the kernel puts programs of one kind only into an array. It is attached to
 * nothing. The programs it calls through another map are of that kind as well.
 *
 * In: programs with hooks, maps with programs in them  Out: hooks of the others
 * Kernel: kernel/bpf/core.c bpf_prog_map_compatible()
 * Try: bpfwalk load build/tests/objects/legacy_tails.bpf.o
 * Next: loader/find.c
 */
#include "loader/walk.h"

/* The programs in a map whose kind nobody knew: on the pile of those to look at. */
static void give_hook(struct walk *w, uint32_t map, const struct bw_hook *caller, uint32_t *pile, uint32_t *count)
{
	const struct map *m = &w->o.maps[map];

	for (uint32_t i = 0; i < m->nslots; i++) {
		uint32_t func = m->slots[i].target;

		if (w->o.funcs[func].tail_of == NO_INDEX || w->programs[func].hook)
			continue;
		w->programs[func].hook = caller;
		pile[(*count)++] = func;
	}
}

/* Through which maps does it call, of those nobody has looked at? */
static void look_at(struct walk *w, uint32_t func, bool *seen, uint32_t *pile, uint32_t *count)
{
	const struct func *f = &w->o.funcs[func];

	for (uint32_t i = 0; i < f->nrelocs; i++) {
		uint32_t map = f->relocs[i].map;

		if (f->relocs[i].kind != RELOC_MAP || w->o.maps[map].type != BPF_MAP_TYPE_PROG_ARRAY || seen[map])
			continue;
		seen[map] = true;
		give_hook(w, map, w->programs[func].hook, pile, count);
	}
}

int tails_publish(struct walk *w, struct diag *d)
{
	bool *seen = arena_array(&w->arena, w->o.nmaps, sizeof(*seen));
	uint32_t *pile = arena_array(&w->arena, w->o.nfuncs, sizeof(*pile)), count = 0;

	if (!seen || !pile)
		return fail_memory(d, "object");
	for (uint32_t i = 0; i < w->o.nfuncs; i++) {
		if (w->programs[i].hook)
			pile[count++] = i;
		if (w->o.funcs[i].tail_of != NO_INDEX)
			w->programs[i].called_through = &w->maps[w->o.funcs[i].tail_of];
	}
	/* Each is looked at once: those that are added had no hook before. */
	for (uint32_t i = 0; i < count; i++)
		look_at(w, pile[i], seen, pile, &count);
	return 0;
}
