/*
 * bpfwalk detach: the end of what attach began, in any process, any day.
 *
 * There is no object file here and no record of what was attached: the pins are
 * the record. Each is asked what it is, told, and removed; and the cgroup, if
 * attach had made it.
 *
 * In: DIR, in the BPF file system  Out: a line for each pin that was removed
 * Try:  bpfwalk detach guard
 * Next: loader/cli/verb_list.c
 */
#include <stdint.h>

#include "loader/cli/attaching.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/verbs.h"

static const char *kind_name(enum bw_kind kind)
{
	return kind == BW_LINKS ? "link" : kind == BW_MAPS ? "map" : "program";
}

struct detaching {
	const struct args *args;
	unsigned gone;			/* pins */
};

static void gone(void *ctx, const struct bw_item *item)
{
	struct detaching *d = ctx;
	const struct args *a = d->args;

	d->gone++;
	if (item->kind == BW_LINKS)
		CHAT(a, "detached %s from %s", item->name, item->attached[0]);
	else
		CHAT(a, "unpinned %s %s", kind_name(item->kind), item->name);
	if (!a->json)
		return;
	json_open("unpinned");
	json_text("kind", kind_name(item->kind));
	json_number("id", item->id);
	json_text("path", item->pins[0]);
	json_close();
}

static void tell_cgroup(const struct args *a, const char *cgroup, bool removed)
{
	if (removed)
		CHAT(a, "removed the cgroup %s", cgroup);
	else
		say("left the cgroup %s: it is in use", cgroup);
	if (!a->json)
		return;
	json_open("cgroup");
	json_text("path", cgroup);
	json_bool("removed", removed);
	json_close();
}

int verb_detach(const struct args *a)
{
	char cgroup[512];
	struct detaching d = { a, 0 };
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int r = bw_open_empty(NULL, &obj, &err);

	if (r == 0)
		r = bw_pinned_cgroup(obj, a->object, cgroup, sizeof(cgroup), &err);
	if (r >= 0)
		r = bw_unpin(obj, a->object, gone, &d, &err);
	bw_close(obj);
	if (r >= 0 && !d.gone)
		CHAT(a, "removed %s: nothing was pinned in it", a->object);
	if (r > 0)
		tell_cgroup(a, cgroup, r == BW_CGROUP_REMOVED);
	return r < 0 ? failed(&err) : EXIT_DONE;
}
