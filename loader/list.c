/*
 * All programs, maps and links there are.
 *
 *	ids, one by one -> descriptors -> what they are		item.c
 *	bpffs, /proc -> where they are pinned, who has them	sightings.c
 *	links -> where their programs run			here
 *
 * Everything is gathered first and told then, because what is known of a
 * program is in what comes behind it.
 *
 * In: nothing  Out: a callback for each
 * Kernel: kernel/bpf/syscall.c bpf_obj_get_next_id()
 * Try:  bpfwalk list
 * Next: loader/open_map.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/list.h"

static const char where[] = "list";

struct items {
	struct bw_item *at;
	uint32_t count;
};

struct listing {
	struct walk *w;
	struct arena arena;
	struct diag d;
	struct items programs, maps, links;
	struct sightings seen;
	bool stats;			/* runs are being counted */
};

/* One more; what has gone since its id was told is left out. */
static int see_item(struct listing *l, const struct item_kind *k, uint32_t id, struct items *out)
{
	long fd = item_open(l->w, k, id);
	struct bw_item item;
	long r;

	if (fd == -ENOENT || fd == -EAGAIN)
		return 0;
	if (fd < 0)
		return fail_kernel(&l->d, fd, where, "opening %s %u", k->name, id);
	r = item_of_fd(l->w, &l->arena, k->kind, (int)fd, &item);
	sys_close(&l->w->sys, (int)fd);
	if (r == -ENOMEM)
		return fail_memory(&l->d, where);
	if (r < 0)
		return fail_kernel(&l->d, r, where, "asking what %s %u is", k->name, id);
	out->at = array_grow(&l->arena, out->at, out->count, sizeof(*out->at));
	if (!out->at)
		return fail_memory(&l->d, where);
	out->at[out->count++] = item;
	return 0;
}

static int see_items(struct listing *l, enum bw_kind kind, struct items *out)
{
	const struct item_kind *k = item_kind(kind);
	long id = 0, r = 0;

	while (r == 0 && (id = item_next_id(l->w, k, (uint32_t)id)) >= 0)
		r = see_item(l, k, (uint32_t)id, out);
	if (r < 0 || id == -ENOENT || (id == -EINVAL && kind == BW_LINKS))	/* before 5.8 links have no ids */
		return (int)r;
	return fail_kernel(&l->d, id, where, "%s", k->next_id_name);
}

/* ---- who, where -------------------------------------------------------------------- */

static bool is_of(const struct sighting *s, const struct bw_item *item)
{
	return s->kind == item->kind && s->id == item->id;
}

static const char **texts_of(struct listing *l, const struct sighting *list, const struct bw_item *item, unsigned *count)
{
	const char **out;
	unsigned n = 0;

	for (const struct sighting *s = list; s; s = s->next)
		n += is_of(s, item);
	out = arena_array(&l->arena, n, sizeof(*out));
	for (const struct sighting *s = out ? list : NULL; s; s = s->next)
		if (is_of(s, item))
			out[(*count)++] = s->text;
	l->seen.no_memory |= !out;
	return out;
}

static void find_holders(struct listing *l, struct bw_item *item)
{
	struct bw_holder *out;
	unsigned n = 0;

	for (const struct sighting *s = l->seen.holders; s; s = s->next)
		n += is_of(s, item);
	out = arena_array(&l->arena, n, sizeof(*out));
	for (const struct sighting *s = out ? l->seen.holders : NULL; s; s = s->next)
		if (is_of(s, item))
			out[item->nholders++] = (struct bw_holder){ s->pid, s->text };
	item->holders = out;
	l->seen.no_memory |= !out;
}

/* A program runs where its links are; they are put with the events. */
static void see_links(struct listing *l)
{
	for (uint32_t i = 0; i < l->links.count; i++) {
		const struct bw_item *link = &l->links.at[i];
		struct sighting *s = arena_alloc(&l->arena, sizeof(*s));

		l->seen.no_memory |= !s;
		if (!s || !link->prog_id)
			continue;
		*s = (struct sighting){ l->seen.events, BW_PROGRAMS, link->prog_id, link->attached[0], 0 };
		l->seen.events = s;
	}
}

static void complete(struct listing *l, const struct items *items)
{
	for (uint32_t i = 0; i < items->count; i++) {
		struct bw_item *item = &items->at[i];

		item->pins = texts_of(l, l->seen.pins, item, &item->npins);
		find_holders(l, item);
		item->is_counted |= l->stats;
		if (item->kind == BW_PROGRAMS)
			item->attached = texts_of(l, l->seen.events, item, &item->nattached);
	}
}

static void tell(const struct items *items, void (*each)(void *ctx, const struct bw_item *), void *ctx)
{
	for (uint32_t i = 0; i < items->count; i++)
		each(ctx, &items->at[i]);
}

static int gather(struct listing *l, unsigned kinds)
{
	char on[8] = "";
	int r = 0;

	if (kinds & BW_PROGRAMS)
		r = see_items(l, BW_PROGRAMS, &l->programs);
	if (r == 0 && (kinds & BW_MAPS))
		r = see_items(l, BW_MAPS, &l->maps);
	if (r == 0 && (kinds & (BW_LINKS | BW_PROGRAMS)))
		r = see_items(l, BW_LINKS, &l->links);
	if (r < 0)
		return r;
	see_pins(&l->seen);
	see_processes(&l->seen);
	see_links(l);
	l->stats = read_small_file(&l->w->sys, "/proc/sys/kernel/bpf_stats_enabled", on, sizeof(on)) > 0 && on[0] == '1';
	complete(l, &l->programs);
	complete(l, &l->maps);
	complete(l, &l->links);
	return l->seen.no_memory ? fail_memory(&l->d, where) : 0;
}

int bw_list(struct bw_object *obj, unsigned kinds, void (*each)(void *ctx, const struct bw_item *), void *ctx,
	    struct bw_error *err)
{
	struct listing l = { .w = walk_of(obj) };
	int r;

	observe_step(l.w, "list", "");
	l.seen.w = l.w;
	l.seen.arena = &l.arena;
	r = gather(&l, kinds);
	if (r == 0) {
		tell(&l.programs, each, ctx);
		tell(&l.maps, each, ctx);
		if (kinds & BW_LINKS)
			tell(&l.links, each, ctx);
	}
	arena_free(&l.arena);
	return error_out(&l.d, r, err);
}
