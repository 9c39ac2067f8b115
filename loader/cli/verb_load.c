/*
 * bpfwalk load: is this object one that this kernel takes?
 *
 * Creates the maps and loads the programs, says what the kernel took, and
 * closes everything again: with the last descriptor the kernel lets go of it.
 * Maps pinned by name that it made lose their pins, too.
 *
 * In: an object file  Out: a line for each map and program; exit 0 or 1
 * Try:  bpfwalk load build/progs/syscount.bpf.o
 * Next: loader/cli/count.h
 */
#include <inttypes.h>

#include "loader/cli/args.h"
#include "loader/cli/describe.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/value.h"
#include "loader/cli/verbs.h"

static void loaded_map(const struct bw_map *m)
{
	put("map %s: %s, key_size %" PRIu32 ", value_size %" PRIu32 ", max_entries %" PRIu32, m->name, m->type_name,
	    m->key_size, m->value_size, m->max_entries);
}

static void found_extern(const struct bw_object *obj, const struct bw_extern *x)
{
	if (x->is_absent)
		put("extern %s: not in this kernel", x->name);
	else if (x->global)
		put("extern %s: %s, from %s", x->name,
		    value_text(obj, x->type_id, x->global->data, x->global->size, BW_STYLE_TEXT), x->from);
	else if (x->kernel_btf_id)
		put("extern %s: type %" PRIu32 " of %s", x->name, x->kernel_btf_id, x->from);
	else
		put("extern %s: %#" PRIx64 ", from %s", x->name, x->address, x->from);
}

static void loaded_program(const struct bw_program *p)
{
	put("program %s: %s, %" PRIu32 " instructions", p->name, p->hook ? bw_hook_words(p->hook).prog_type : "?",
	    p->loaded_insn_count);
}

static void tell(const struct args *a, const struct bw_object *obj)
{
	for (unsigned i = 0; i < obj->nexterns; i++)
		if (a->json)
			extern_json(obj, &obj->externs[i]);
		else
			found_extern(obj, &obj->externs[i]);
	for (unsigned i = 0; i < obj->nmaps; i++) {
		if (obj->maps[i].fd < 0)
			continue;
		if (a->json)
			map_json(obj, &obj->maps[i]);
		else
			loaded_map(&obj->maps[i]);
	}
	for (unsigned i = 0; i < obj->nprograms; i++) {
		if (obj->programs[i].fd < 0)
			continue;
		if (a->json)
			program_json(&obj->programs[i]);
		else
			loaded_program(&obj->programs[i]);
	}
}

int verb_load(const struct args *a)
{
	const struct bw_options options = { .undo_pins = true };
	struct bw_object *obj;
	int status = setup(a, &options, &obj);

	if (status != EXIT_DONE)
		return status;
	status = setup_load(a, obj);
	if (status == EXIT_DONE)
		tell(a, obj);
	bw_close(obj);
	return status;
}
