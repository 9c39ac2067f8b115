/*
 * --cgroup, --iface, --iter-map and --netfilter: where programs go whose section does not say it. The
 * row of the hook table has the word for what is needed, and here is the option
 * that names it.
 *
 * Each option goes to the programs that need it and to no other, so an object
 * may have programs for several places. An option that no program needs is a
 * mistake, and is said before anything is loaded.
 *
 * In: struct args, a program  Out: struct bw_attach_options
 * Try:  bpfwalk run build/progs/device.bpf.o --iface lo
 * Next: loader/cli/cgroup.c
 */
#include <string.h>

#include "loader/cli/out.h"
#include "loader/cli/setup.h"

static const struct place {
	const char *needs;		/* as struct bw_hook has it */
	const char *option, *a_place;
} places[] = {
	{ "cgroup", "--cgroup", "a cgroup" },
	{ "interface", "--iface", "a network interface" },
	{ "map", "--iter-map", "a map" },
	{ "point", "--netfilter", "a netfilter point" },
};
enum { CGROUP, IFACE, MAP, NETFILTER, PLACES };

static bool needs(const struct bw_program *p, const struct place *place)
{
	return strcmp(bw_needs(p), place->needs) == 0;
}

static const char *named(const struct args *a, unsigned place)
{
	const char *const names[PLACES] = { a->cgroup, a->iface, a->iter_map, a->netfilter };

	return names[place];
}

const char *place_missing(const struct args *a, const struct bw_program *p)
{
	for (unsigned i = 0; i < PLACES; i++)
		if (needs(p, &places[i]) && !named(a, i))
			return places[i].option;
	return NULL;
}

void place_choose(const struct args *a, const struct bw_program *p, struct bw_attach_options *options)
{
	options->cgroup = needs(p, &places[CGROUP]) ? a->cgroup : NULL;
	options->iface = needs(p, &places[IFACE]) ? a->iface : NULL;
	options->map = needs(p, &places[MAP]) ? a->iter_map : NULL;
	options->netfilter = needs(p, &places[NETFILTER]) ? a->netfilter : NULL;
}

int place_check(const struct args *a, const struct bw_object *obj)
{
	for (unsigned i = 0; i < PLACES; i++) {
		bool needed = !named(a, i);

		for (unsigned n = 0; n < obj->nprograms && !needed; n++)
			needed = obj->programs[n].enabled && needs(&obj->programs[n], &places[i]);
		if (!needed)
			return args_refuse(a, "%s: no program of %s can be attached to %s", places[i].option, a->object,
					   places[i].a_place);
	}
	if (a->cgroup_create && !a->cgroup)
		return args_refuse(a, "--cgroup-create needs --cgroup PATH, the one to make");
	return EXIT_DONE;
}
