/*
 * bpfwalk dump-map: what a map holds that is in the kernel, whoever made it.
 *
 * The same tables as at the end of run. There is no object file: the types come
 * from the kernel, and without them numbers and bytes are shown.
 *
 * In: the path of a pin, an id or a name  Out: a table, or a map_entry a line
 * Try:  bpfwalk dump-map /sys/fs/bpf/counts
 * Next: loader/cli/verb_trace.c
 */
#include <errno.h>
#include <stdio.h>

#include "loader/cli/args.h"
#include "loader/cli/map_read.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/verbs.h"

static int dump(const struct args *a, struct bw_object *obj, struct bw_error *err)
{
	const struct bw_map *m = &obj->maps[0];

	if (!map_is_readable(m) && !map_has_ids(m)) {
		err->code = -EOPNOTSUPP;
		snprintf(err->where, sizeof(err->where), "map read");
		snprintf(err->msg, sizeof(err->msg), "%s is a %s, which has no entries that can be listed", m->name,
			 m->type_name);
		return err->code;
	}
	if (obj->nrefused)
		say("%s", obj->refused[0]);
	return a->json ? map_print_json(obj, m, err) : map_print(obj, m, NULL, err);
}

int verb_dump_map(const struct args *a)
{
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int r = bw_open_map(a->object, NULL, &obj, &err);

	if (r == 0)
		r = dump(a, obj, &err);
	bw_close(obj);
	return r < 0 ? failed(&err) : EXIT_DONE;
}
