/*
 * bpfwalk list: everything of BPF that is in the kernel, whoever put it there.
 *
 *	    ID  NAME             TYPE                       UID        RUNS          US
 *	 80603  device           CGROUP_DEVICE                0           -           -
 *	        at CGROUP_DEVICE /sys/fs/cgroup/guarded
 *	        pinned at /sys/fs/bpf/guard/progs/device
 *
 * One line of 80 columns for what every program has; below it what only some
 * have, because paths are long.
 *
 * In: bw_list()  Out: tables, or a JSON object each
 * Try:  bpfwalk list links
 * Next: loader/cli/verb_dump_map.c
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/verbs.h"

struct listed {
	const struct args *args;
	unsigned kinds, head;		/* which were asked for; which have their heading */
	bool uncounted;			/* a program whose runs nobody counts */
};

static const struct kind {
	enum bw_kind kind;
	const char *name, *prefix, *head;
} kinds[] = {
	{ BW_PROGRAMS, "progs", "BPF_PROG_TYPE_",
	  "    ID  NAME             TYPE                       UID        RUNS          US" },
	{ BW_MAPS, "maps", "BPF_MAP_TYPE_",
	  "    ID  NAME             TYPE                       KEY   VALUE     ENTRIES" },
	{ BW_LINKS, "links", "BPF_LINK_TYPE_",
	  "    ID  PROG    TYPE              AT" },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static const struct kind *kind_of(enum bw_kind kind)
{
	unsigned i = 0;

	while (kinds[i].kind != kind)
		i++;
	return &kinds[i];
}

/* ---- as tables --------------------------------------------------------------- */

static const char *type_of(const struct bw_item *item)
{
	const char *prefix = kind_of(item->kind)->prefix;
	size_t len = strlen(prefix);

	return item->type_name + (strncmp(item->type_name, prefix, len) ? 0 : len);
}

static void program_line(struct listed *l, const struct bw_item *p)
{
	char runs[24] = "-", us[24] = "-";

	if (p->is_counted) {
		snprintf(runs, sizeof(runs), "%" PRIu64, p->run_cnt);
		snprintf(us, sizeof(us), "%" PRIu64, p->run_time_ns / 1000);
	}
	l->uncounted |= !p->is_counted;
	put("%6" PRIu32 "  %-15s  %-23s %6" PRIu32 " %11s %11s", p->id, p->name, type_of(p), p->uid, runs, us);
	for (unsigned i = 0; i < p->nattached; i++)
		put("        at %s", p->attached[i]);
}

static void map_line(const struct bw_item *m)
{
	put("%6" PRIu32 "  %-15s  %-23s %6" PRIu32 " %7" PRIu32 " %11" PRIu32, m->id, m->name, type_of(m), m->key_size,
	    m->value_size, m->max_entries);
}

static void link_line(const struct bw_item *k)
{
	put("%6" PRIu32 "  %6" PRIu32 "  %-16s  %s", k->id, k->prog_id, type_of(k), k->attached[0]);
}

static void lines(struct listed *l, const struct bw_item *item)
{
	if (!(l->head & item->kind)) {
		if (l->head)
			put("%s", "");
		put("%s", kind_of(item->kind)->head);
		l->head |= item->kind;
	}
	if (item->kind == BW_PROGRAMS)
		program_line(l, item);
	else if (item->kind == BW_MAPS)
		map_line(item);
	else
		link_line(item);
	for (unsigned i = 0; i < item->npins; i++)
		put("        pinned at %s", item->pins[i]);
	for (unsigned i = 0; i < item->nholders; i++)
		put("        held by %s (%d)", item->holders[i].comm, item->holders[i].pid);
}

/* ---- as JSON ------------------------------------------------------------------- */

static void texts_json(const char *name, const char *const *texts, unsigned count)
{
	json_begin(name, '[');
	for (unsigned i = 0; i < count; i++)
		json_text(NULL, texts[i]);
	json_end(']');
}

static void counted_json(const char *name, const struct bw_item *p, uint64_t n)
{
	if (p->is_counted)
		json_number(name, n);
	else
		json_text(name, NULL);
}

static void program_json(const struct bw_item *p)
{
	json_number("uid", p->uid);
	json_number("load_time", p->load_time);
	counted_json("run_cnt", p, p->run_cnt);
	counted_json("run_time_ns", p, p->run_time_ns);
	json_begin("map_ids", '[');
	for (unsigned i = 0; i < p->nmap_ids; i++)
		json_number(NULL, p->map_ids[i]);
	json_end(']');
}

static void map_json(const struct bw_item *m)
{
	json_number("key_size", m->key_size);
	json_number("value_size", m->value_size);
	json_number("max_entries", m->max_entries);
	json_number("map_flags", m->map_flags);
}

static void holders_json(const struct bw_item *item)
{
	json_begin("holders", '[');
	for (unsigned i = 0; i < item->nholders; i++) {
		json_begin(NULL, '{');
		json_signed("pid", item->holders[i].pid);
		json_text("comm", item->holders[i].comm);
		json_end('}');
	}
	json_end(']');
}

static void json(const struct bw_item *item)
{
	if (item->kind == BW_PROGRAMS)
		json_open("kernel_program");
	else if (item->kind == BW_MAPS)
		json_open("kernel_map");
	else
		json_open("kernel_link");
	json_number("id", item->id);
	json_text("type", item->type_name);
	if (item->kind != BW_LINKS) {
		json_text("name", item->name);
		json_number("btf_id", item->btf_id);
	}
	if (item->kind == BW_PROGRAMS)
		program_json(item);
	else if (item->kind == BW_MAPS)
		map_json(item);
	else
		json_number("prog_id", item->prog_id);
	if (item->kind != BW_MAPS)
		texts_json("attached", item->attached, item->nattached);
	texts_json("pins", item->pins, item->npins);
	holders_json(item);
	json_close();
}

static void see(void *ctx, const struct bw_item *item)
{
	struct listed *l = ctx;

	if (l->args->json)
		json(item);
	else
		lines(l, item);
}

/* ---------------------------------------------------------------------------------- */

static unsigned kinds_of(const char *name)
{
	unsigned all = 0;

	for (unsigned i = 0; i < KINDS; i++) {
		if (name && strcmp(name, kinds[i].name) == 0)
			return kinds[i].kind;
		all |= kinds[i].kind;
	}
	return name ? 0 : all;
}

int verb_list(const struct args *a)
{
	struct listed l = { .args = a, .kinds = kinds_of(a->object) };
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int r;

	if (!l.kinds)
		return args_refuse(a, "'%s' is no kind; expected progs, maps or links", a->object);
	r = bw_open_empty(NULL, &obj, &err);
	if (r == 0)
		r = bw_list(obj, l.kinds, see, &l, &err);
	bw_close(obj);
	if (r < 0)
		return failed(&err);
	for (unsigned i = 0; i < KINDS && !a->json; i++)
		if (l.kinds & kinds[i].kind & ~l.head)
			say("no %s", kinds[i].name);
	if (l.uncounted)
		say("runs are not counted: sysctl kernel.bpf_stats_enabled is 0");
	return EXIT_DONE;
}
