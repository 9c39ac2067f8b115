/*
 * What may be changed between open and load: which programs are loaded, which
 * maps are made and how large, what a global variable holds.
 *
 * Before the load a global variable is plain memory of ours, the bytes its
 * section will be filled with. That is how a program is given its options: a
 * `const volatile int limit` in .rodata is a constant once the verifier looks.
 *
 * An extern of .kconfig can be set like any other: then the configuration is not asked for it.
 *
 * In: names and values  Out: other bytes in struct map
 * Try: bpfwalk run OBJ --set limit=5 --map-entries counts=64
 * Next: loader/kernel_btf.h
 */
#include <errno.h>
#include <string.h>

#include "elf/btf_text.h"
#include "loader/walk.h"

static int not_loaded(const struct walk *w, const char *what, struct diag *d)
{
	return w->loaded ? fail(d, -EBUSY, what, "the object is loaded already; this is for before") : 0;
}

int bw_enable(struct bw_object *obj, const struct bw_program *prog, bool enabled)
{
	struct walk *w = walk_of(obj);

	if (w->loaded)
		return -EBUSY;
	if (!prog->is_entry)
		return -EINVAL;
	w->programs[prog->index].enabled = enabled;
	struct_ops_choose(w);
	return 0;
}

int bw_enable_map(struct bw_object *obj, const struct bw_map *map, bool enabled)
{
	struct walk *w = walk_of(obj);

	if (w->loaded)
		return -EBUSY;
	if (map->is_template)
		return -EINVAL;
	w->maps[map->index].enabled = enabled;
	struct_ops_choose(w);
	return 0;
}

int bw_set_max_entries(struct bw_object *obj, const struct bw_map *map, uint32_t entries, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct diag d = { 0 };
	int r = not_loaded(w, "map entries", &d);

	if (r == 0 && map->is_data)
		r = fail(&d, -EINVAL, "map entries", "%s holds global variables: it has one entry", map->name);
	if (r == 0)
		w->o.maps[map->index].max_entries = w->maps[map->index].max_entries = entries;
	return error_out(&d, r, err);
}

int bw_set_value_size(struct bw_object *obj, const struct bw_map *map, uint32_t size, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct bw_map *told = &w->maps[map->index];
	struct map *m = &w->o.maps[map->index];
	struct diag d = { 0 };
	int r = not_loaded(w, "map value", &d);

	if (r == 0 && map->is_data)
		r = fail(&d, -EINVAL, "map value", "%s holds global variables: its value is as long as they are", map->name);
	if (r == 0 && size != m->value_size) {
		m->value_size = told->value_size = size;
		m->key_type_id = m->value_type_id = 0;	/* the kernel takes both or none */
		told->value_type_id = 0;
	}
	return error_out(&d, r, err);
}

int bw_set_global(struct bw_object *obj, const struct bw_global *global, const void *data, size_t size,
		  struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct map *m = &w->o.maps[global->map->index];
	struct diag d = { 0 };
	int r = not_loaded(w, "global variable", &d);

	if (r == 0 && size != global->size)
		r = fail(&d, -EINVAL, "global variable", "%s: %zu bytes given, the variable has %u",
			 global->name, size, global->size);
	if (r == 0) {
		memcpy(m->data + global->offset, data, size);
		w->o.globals[global - w->pub.globals].is_set = m->data_changed = true;
	}
	return error_out(&d, r, err);
}

int bw_set_global_text(struct bw_object *obj, const struct bw_global *global, const char *text, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct map *m = &w->o.maps[global->map->index];
	struct diag d = { 0 };
	int r = not_loaded(w, "global variable", &d);

	if (r == 0)
		r = btf_value_parse(&w->o.btf, global->type_id, text, m->data + global->offset, global->size, &d);
	if (r == 0)
		w->o.globals[global - w->pub.globals].is_set = m->data_changed = true;
	return error_out(&d, r, err);
}
