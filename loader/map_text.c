/*
 * An entry of a map from text: "10.0.0.1" and "0" become the bytes that the
 * kernel stores, through the types that the map's definition names.
 *
 * A program whose options are many, or are looked up by the packet, has them in
 * a map. This is how they get there between the load and the moment the program
 * is attached.
 *
 * In: a map, a key and a value as text  Out: an entry
 * Kernel: kernel/bpf/syscall.c map_update_elem()
 * Try:  bpfwalk explain --dry-run build/progs/xdp_drop.bpf.o --iface lo --put blocked:10.0.0.1
 * Next: loader/reader.h
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/btf_text.h"
#include "loader/walk.h"

/* The value for each CPU is the same. */
static void copy_to_cpus(const struct bw_map *map, unsigned char *value)
{
	size_t each = map->cpus ? map->value_buffer_size / map->cpus : 0;

	for (uint32_t i = 1; i < map->cpus; i++)
		memcpy(value + i * each, value, map->value_size);
}

static int parse(struct walk *w, const struct bw_map *map, const char *key, const char *value, unsigned char *bytes,
		 struct diag *d)
{
	const struct btf *b = &w->o.btf;
	int r;

	if (map->is_data)
		return fail(d, -EINVAL, "map entry", "%s holds global variables, which have names of their own", map->name);
	if (!map->key_size || !map->value_size)
		return fail(d, -EINVAL, "map entry", "a %s has no keys and values", map->type_name);
	r = btf_value_parse(b, map->key_type_id, key, bytes, map->key_size, d);
	if (r == 0 && value)
		r = btf_value_parse(b, map->value_type_id, value, bytes + map->key_size, map->value_size, d);
	return r;
}

static int update(struct walk *w, const struct bw_map *map, const char *key, unsigned char *bytes, struct diag *d)
{
	int r;

	observe_step(w, "map_put", map->name);
	copy_to_cpus(map, bytes + map->key_size);
	r = bw_map_update(&w->pub, map, bytes, bytes + map->key_size, 0);
	return r < 0 ? fail_kernel(d, r, "map entry", "BPF_MAP_UPDATE_ELEM of %s in %s", key, map->name) : 0;
}

int bw_map_put_text(struct bw_object *obj, const struct bw_map *map, const char *key, const char *value,
		    struct bw_error *err)
{
	uint32_t room = map->value_buffer_size > map->value_size ? map->value_buffer_size : map->value_size;
	unsigned char *bytes = calloc(1, (size_t)map->key_size + room + 1);
	struct walk *w = walk_of(obj);
	struct diag d = { 0 };
	int r;

	if (!bytes)
		return error_out(&d, fail_memory(&d, "map entry"), err);
	r = parse(w, map, key, value, bytes, &d);
	if (r == 0 && w->loaded)
		r = update(w, map, key, bytes, &d);
	free(bytes);
	return error_out(&d, r, err);
}
