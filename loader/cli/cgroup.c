/*
 * --cgroup-create: the directory that is made for this run and goes with it, or for attach and goes with detach.
 *
 * What was there before stays. What we made is removed, unless somebody has moved
 * in meanwhile: then it is named and left.
 *
 * In: struct args  Out: a cgroup, made and removed by the library
 * Try:  bpfwalk run build/progs/device.bpf.o --cgroup guarded --cgroup-create
 * Next: loader/cli/advice.c
 */
#include <errno.h>

#include "loader/cli/out.h"
#include "loader/cli/setup.h"

int cgroup_make(const struct args *a, struct bw_object *obj, bool *made)
{
	struct bw_error err = { 0 };
	int r = a->cgroup_create ? bw_cgroup_make(obj, a->cgroup, &err) : 0;

	*made = r > 0;
	return r < 0 ? failed(&err) : EXIT_DONE;
}

int cgroup_remove(struct bw_object *obj, const char *cgroup)
{
	struct bw_error err = { 0 };
	int r = bw_cgroup_remove(obj, cgroup, &err);

	if (r == -EBUSY) {
		say("left the cgroup %s: it is in use", cgroup);
		return EXIT_DONE;
	}
	return r < 0 && r != -ENOENT ? failed(&err) : EXIT_DONE;
}
