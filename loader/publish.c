/*
 * From the facts of elf/ to the structs the user sees.
 *
 * elf/ must not know the public header (it is below it), and the public header
 * must not show elf/'s insides, so the facts are copied once, here. Strings are
 * shared, not copied: they live as long as the object.
 *
 * What only people want to see comes later, if they ask: loader/inspect.c.
 *
 * In: struct object  Out: struct bw_object
 * Try: bpfwalk inspect OBJ
 * Next: loader/tails.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"
#include "uapi/names.h"

static int publish_programs(struct walk *w, struct diag *d)
{
	w->programs = arena_array(&w->arena, w->o.nfuncs, sizeof(*w->programs));
	w->linked = arena_array(&w->arena, w->o.nfuncs, sizeof(*w->linked));
	w->targets = arena_array(&w->arena, w->o.nfuncs, sizeof(*w->targets));
	if (!w->programs || !w->linked || !w->targets)
		return fail_memory(d, "object");
	for (uint32_t i = 0; i < w->o.nfuncs; i++) {
		const struct func *f = &w->o.funcs[i];
		struct bw_program *p = &w->programs[i];
		const struct hook *hook;

		*p = (struct bw_program){
			.name = f->name, .section = f->section, .target = "", .is_entry = f->is_program,
			.enabled = f->is_program && f->section[0] != '?', .insn_count = f->count,
			.fd = -1, .index = i, .is_optional = f->is_optional,
		};
		hook = f->is_program ? hook_find(f->section, &p->target) : NULL;
		if (!hook && f->is_program)
			hook = hook_find_android(f->section, w->o.is_android, &p->target);
		p->hook = hook ? &hook->pub : NULL;
	}
	w->pub.programs = w->programs;
	w->pub.nprograms = w->o.nfuncs;
	return 0;
}

static int publish_maps(struct walk *w, struct diag *d)
{
	w->maps = arena_array(&w->arena, w->o.nmaps, sizeof(*w->maps));
	w->kernel_ops = arena_array(&w->arena, w->o.nmaps, sizeof(*w->kernel_ops));
	if (!w->maps || !w->kernel_ops)
		return fail_memory(d, "object");
	for (uint32_t i = 0; i < w->o.nmaps; i++) {
		const struct map *m = &w->o.maps[i];
		const char *type = map_type_name(m->type);

		w->maps[i] = (struct bw_map){
			.name = m->name, .kernel_name = m->kernel_name, .type = m->type, .key_size = m->key_size,
			.value_size = m->value_size, .max_entries = m->max_entries, .flags = m->flags,
			.type_name = type ? type : "unknown", .key_type_id = m->key_type_id,
			.value_type_id = m->value_type_id, .record_type_id = m->record_type_id,
			.value_buffer_size = m->value_size, .is_data = map_is_data(m),
			.pin_by_name = m->pin_by_name, .read_only = m->frozen, .fd = -1, .index = i,
			.is_template = m->is_template, .enabled = !m->is_template && !m->is_optional,
			.inner = m->inner == NO_INDEX ? NULL : &w->maps[m->inner],
		};
	}
	w->pub.maps = w->maps;
	w->pub.nmaps = w->o.nmaps;
	return 0;
}

/* Of the struct that a struct_ops map is. */
static const char *member_name(const struct object *o, const struct map *m, uint32_t index)
{
	const struct btf_type *t = btf_type(&o->btf, m->value_type_id);

	return btf_str(&o->btf, btf_members(t)[index].name_off);
}

static int publish_slots(struct walk *w, struct diag *d)
{
	for (uint32_t i = 0; i < w->o.nmaps; i++) {
		const struct map *m = &w->o.maps[i];
		struct bw_slot *slots = arena_array(&w->arena, m->nslots, sizeof(*slots));

		if (!slots)
			return fail_memory(d, "object");
		for (uint32_t j = 0; j < m->nslots; j++) {
			slots[j].index = m->slots[j].index;
			slots[j].member = m->origin == MAP_STRUCT_OPS ? member_name(&w->o, m, slots[j].index) : NULL;
			if (slots[j].member || m->type == BPF_MAP_TYPE_PROG_ARRAY)
				slots[j].program = &w->programs[m->slots[j].target];
			else
				slots[j].map = &w->maps[m->slots[j].target];
		}
		w->maps[i].slots = slots;
		w->maps[i].nslots = m->nslots;
	}
	struct_ops_choose(w);
	return 0;
}

static int publish_globals(struct walk *w, struct diag *d)
{
	struct bw_global *out = arena_array(&w->arena, w->o.nglobals, sizeof(*out));

	if (!out)
		return fail_memory(d, "object");
	for (uint32_t i = 0; i < w->o.nglobals; i++) {
		const struct global *g = &w->o.globals[i];

		out[i] = (struct bw_global){
			.name = g->name, .map = &w->maps[g->map], .offset = g->offset, .size = g->size,
			.type_id = g->type_id, .data = w->o.maps[g->map].data + g->offset,
		};
	}
	w->pub.globals = w->globals = out;
	w->pub.nglobals = w->o.nglobals;
	return 0;
}

static int publish_externs(struct walk *w, struct diag *d)
{
	w->externs = arena_array(&w->arena, w->o.nexternals, sizeof(*w->externs));
	if (!w->externs)
		return fail_memory(d, "object");
	externs_publish(w);
	w->pub.externs = w->externs;
	w->pub.nexterns = w->o.nexternals;
	return 0;
}

int publish_object(struct walk *w, struct diag *d)
{
	int r;

	w->pub.name = w->o.name;
	w->pub.license = w->o.license;
	w->pub.kern_version = w->o.kern_version;
	w->pub.refused = w->o.refused;
	w->pub.nrefused = w->o.nrefused;
	w->pub.notes = w->o.notes;
	w->pub.nnotes = w->o.nnotes;
	w->pub.elf_type = w->o.elf.type;
	w->pub.elf_machine = w->o.elf.machine;
	w->pub.file = w->o.elf.file.base;
	w->pub.file_size = w->o.elf.file.size;
	w->pub.btf_types = w->o.btf.count ? w->o.btf.count - 1 : 0;
	if ((r = publish_programs(w, d)) < 0)
		return r;
	if ((r = publish_maps(w, d)) < 0)
		return r;
	if ((r = tails_publish(w, d)) < 0)
		return r;
	if ((r = publish_slots(w, d)) < 0)
		return r;
	if ((r = publish_globals(w, d)) < 0)
		return r;
	return publish_externs(w, d);
}
