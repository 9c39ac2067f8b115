/*
 * bpfwalk detach: the end of what attach began, in any process, any day.
 *
 * There is no object file here and no record of what was attached: the pins are
 * the record. Each is asked what it is, told, and removed.
 *
 * In: DIR, in the BPF file system  Out: a line for each pin that was removed
 * Try:  bpfwalk detach guard
 * Next: loader/cli/verb_list.c
 */
#include <string.h>

#include "loader/cli/attaching.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/verbs.h"

struct detaching {
	const struct args *args;
	bool cgroups;
};

static const char *kind_name(enum bw_kind kind)
{
	return kind == BW_LINKS ? "link" : kind == BW_MAPS ? "map" : "program";
}

static void gone(void *ctx, const struct bw_item *item)
{
	struct detaching *d = ctx;

	if (strcmp(item->type_name, "BPF_LINK_TYPE_CGROUP") == 0)
		d->cgroups = true;
	if (item->kind == BW_LINKS)
		CHAT(d->args, "detached %s from %s", item->name, item->attached[0]);
	else
		CHAT(d->args, "unpinned %s %s", kind_name(item->kind), item->name);
	if (!d->args->json)
		return;
	json_open("unpinned");
	json_text("kind", kind_name(item->kind));
	json_number("id", item->id);
	json_text("path", item->pins[0]);
	json_close();
}

int verb_detach(const struct args *a)
{
	struct detaching d = { .args = a };
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int r = bw_open_empty(NULL, &obj, &err);

	if (r < 0)
		return failed(&err);
	r = bw_unpin(obj, a->object, gone, &d, &err);
	bw_close(obj);
	if (d.cgroups)
		CHAT(a, "left the cgroup, also if attach made it");
	return r < 0 ? failed(&err) : EXIT_DONE;
}
