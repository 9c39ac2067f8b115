/*
 * Which programs are attached and which are left; see attaching.h.
 *
 * Programs whose section does not say where they go are named and left. One
 * that should attach and cannot is the end of it.
 *
 * In: a loaded object  Out: links, a line for each program
 * Try:  bpfwalk run --for 1 build/progs/talk.bpf.o
 * Next: loader/cli/asked.h
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/attaching.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/stop.h"

static void tell_attached(const struct args *a, const struct bw_program *p, const struct bw_link *link)
{
	CHAT(a, "attached %s to %s %s", p->name, p->hook->section, link->target);
	if (!a->json)
		return;
	json_open("attached");
	json_text("program", p->name);
	json_text("section", p->section);
	json_text("target", link->target);
	json_close();
}

static bool is_section(const struct bw_link *link, const char *begins)
{
	return link->program && strncmp(link->program->hook->section, begins, strlen(begins)) == 0;
}

/* Tools carry a program with types and one without for the same tracepoint, and choose; here both run. */
static void tell_twice(const struct args *a, const struct links *links)
{
	const struct bw_link *last = links->at[links->count - 1];

	for (unsigned i = 0; i + 1 < links->count; i++) {
		const struct bw_link *l = links->at[i];

		if (strcmp(l->target, last->target) == 0 && is_section(l, "tp_btf") != is_section(last, "tp_btf") &&
		    (is_section(l, "raw_t") || is_section(last, "raw_t")))
			CHAT(a, "%s and %s run at the same tracepoint, %s: what both count is counted twice; --prog takes one",
			     l->name, last->name, l->target);
	}
}

static int attach(const struct args *a, struct bw_object *obj, const struct bw_program *p, bool pinnable,
		  struct links *out, struct bw_error *err)
{
	struct bw_attach_options options = {
		.pid = a->pid, .event = a->event, .period = a->period, .netns = a->netns, .pinnable = pinnable,
	};
	const char *missing = place_missing(a, p);
	struct bw_link *link;
	int e;

	place_choose(a, p, &options);
	e = bw_attach(obj, p, &options, &link, err);
	if (e == 0) {
		tell_attached(a, p, link);
		out->at[out->count++] = link;
		tell_twice(a, out);
		return EXIT_DONE;
	}
	if (!attach_is_left(a, p, e))
		return EXIT_FAILED;
	CHAT(a, "left %s%s%s%s", err->msg, missing ? ": " : "", missing ? missing : "", missing ? " is missing" : "");
	memset(err, 0, sizeof(*err));
	return EXIT_DONE;
}

/* Which the kernel calls through a map. */
static bool is_member(const struct bw_program *p)
{
	return p->hook && strcmp(bw_hook_words(p->hook).prog_type, "BPF_PROG_TYPE_STRUCT_OPS") == 0;
}

static int attach_map(const struct args *a, struct bw_object *obj, const struct bw_map *m, bool pinnable,
		      struct links *out, struct bw_error *err)
{
	struct bw_attach_options options = { .pinnable = pinnable };
	struct bw_link *link;

	if (bw_attach_map(obj, m, &options, &link, err))
		return EXIT_FAILED;
	CHAT(a, "attached %s as a %s", m->name, link->target);
	if (a->json) {
		json_open("attached");
		json_text("map", m->name);
		json_text("target", link->target);
		json_close();
	}
	out->at[out->count++] = link;
	return EXIT_DONE;
}

bool is_attachable(const struct bw_map *m)
{
	return m->fd >= 0 && strcmp(m->type_name, "BPF_MAP_TYPE_STRUCT_OPS") == 0;
}

int attach_programs(const struct args *a, struct bw_object *obj, bool pinnable, struct links *out,
		    struct bw_error *err)
{
	unsigned asked = 0;
	int status = EXIT_DONE;

	out->at = calloc((size_t)obj->nprograms + obj->nmaps + 1, sizeof(struct bw_link *));
	if (!out->at) {
		*err = (struct bw_error){ -ENOMEM, "attach", "out of memory" };
		return EXIT_FAILED;
	}
	for (unsigned i = 0; i < obj->nprograms && status == EXIT_DONE && !stop_asked(); i++) {
		const struct bw_program *p = &obj->programs[i];

		if (is_member(p)) {
			continue;
		} else if (runs_when_asked(p) && !pinnable) {
			out->asked++;
		} else if (p->is_entry && p->enabled) {
			asked++;
			status = attach(a, obj, p, pinnable, out, err);
		} else if (!p->is_entry) {
			CHAT(a, "left %s: section %s is for functions that programs call", p->name, p->section);
		} else if (!a->progs.count && !p->left_out) {
			CHAT(a, "left %s: not loaded unless --prog names it", p->name);
		}
	}
	for (unsigned i = 0; i < obj->nmaps && status == EXIT_DONE && !stop_asked(); i++) {
		if (!is_attachable(&obj->maps[i]))
			continue;
		asked++;
		status = attach_map(a, obj, &obj->maps[i], pinnable, out, err);
	}
	if (status == EXIT_DONE && !asked && !out->asked)
		CHAT(a, "%s has no program that is to run", a->object);
	if (status == EXIT_DONE && asked && !out->count && !out->asked && !stop_asked()) {
		say("bpfwalk: attach: no program of %s says where it goes: nothing runs", a->object);
		status = EXIT_FAILED;
	}
	return status;
}

void detach_programs(struct bw_object *obj, struct links *links)
{
	while (links->count)
		bw_detach(obj, links->at[--links->count]);
}
