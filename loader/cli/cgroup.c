/*
 * --cgroup and --cgroup-create: whose programs need them, and the directory that
 * was made for this run and goes with it.
 *
 * What was there before stays. What we made is removed, unless somebody has moved
 * in meanwhile: then it is named and left.
 *
 * In: struct args  Out: a cgroup, made and removed by the library
 * Try:  bpfwalk run build/progs/device.bpf.o --cgroup guarded --cgroup-create
 * Next: loader/cli/advice.c
 */
#include <errno.h>
#include <string.h>

#include "loader/cli/out.h"
#include "loader/cli/setup.h"

bool needs_cgroup(const struct bw_program *p)
{
	return p->hook && strcmp(p->hook->needs, "cgroup") == 0;
}

int cgroup_check(const struct args *a, const struct bw_object *obj)
{
	if (!a->cgroup)
		return a->cgroup_create ? args_refuse(a, "--cgroup-create needs --cgroup PATH, the one to make") : EXIT_DONE;
	for (unsigned i = 0; i < obj->nprograms; i++)
		if (obj->programs[i].enabled && needs_cgroup(&obj->programs[i]))
			return EXIT_DONE;
	return args_refuse(a, "--cgroup: no program of %s can be attached to a cgroup", a->object);
}

int cgroup_make(const struct args *a, struct bw_object *obj, bool *made)
{
	struct bw_error err = { 0 };
	int r = a->cgroup_create ? bw_cgroup_make(obj, a->cgroup, &err) : 0;

	*made = r > 0;
	return r < 0 ? failed(&err) : EXIT_DONE;
}

int cgroup_remove(const struct args *a, struct bw_object *obj)
{
	struct bw_error err = { 0 };
	int r = bw_cgroup_remove(obj, a->cgroup, &err);

	if (r == -EBUSY) {
		say("left the cgroup %s: it is in use", a->cgroup);
		return EXIT_DONE;
	}
	return r < 0 && r != -ENOENT ? failed(&err) : EXIT_DONE;
}
