/*
 * Making the maps, in the order the object has them.
 *
 * Maps come before programs because an instruction names a map by its file
 * descriptor, and BTF comes before maps because a map names the types of its
 * key and value by a BTF descriptor.
 *
 *	BPF_BTF_LOAD -> fd 3
 *	BPF_MAP_CREATE {..., btf_fd=3, btf_key_type_id=5} -> fd 4
 *	r1 = map[fd 4]  in the program
 *
 * In: struct map[]  Out: a descriptor each, in bw_map.fd
 * Kernel: kernel/bpf/syscall.c map_create()
 * Try: strace -e bpf bpfwalk load build/progs/syscount.bpf.o
 * Next: loader/map_older.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"
#include "uapi/names.h"

static int fail_create(const struct map *m, const struct bpf_map_create_attr *attr, long r, struct diag *d)
{
	const char *type = map_type_name(m->type);

	return fail_kernel(d, r, "map create",
			   "BPF_MAP_CREATE of %s (%s, key %u bytes, value %u bytes, %u entries, flags 0x%x)",
			   m->name, type ? type : "of an unknown type", attr->key_size, attr->value_size,
			   attr->max_entries, attr->map_flags);
}

/* The call, with what it makes: a descriptor in w->maps. */
static int map_create(struct walk *w, uint32_t index, struct bpf_map_create_attr *attr, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	long fd;

	if (m->inner != NO_INDEX)
		attr->inner_map_fd = (uint32_t)w->maps[m->inner].fd;
	fd = map_create_call(w, m, attr);
	if (fd < 0)
		return fail_create(m, attr, fd, d);
	w->maps[index].fd = (int)fd;
	return 0;
}

/* A map of maps copies the shape of a live inner map when it is made; afterwards a template has no use. */
static int template_make(struct walk *w, uint32_t index, struct diag *d)
{
	struct bpf_map_create_attr attr;
	int r;

	observe_step(w, "map_create", w->o.maps[index].name);
	r = map_shape(w, index, &attr, d);
	return r < 0 ? r : map_create(w, index, &attr, d);
}

static bool has_template(const struct walk *w, const struct map *m)
{
	return m->inner != NO_INDEX && w->o.maps[m->inner].is_template;
}

static void template_close(struct walk *w, const struct map *m)
{
	if (!has_template(w, m))
		return;
	sys_close(&w->sys, w->maps[m->inner].fd);
	w->maps[m->inner].fd = -1;
}

static int map_make(struct walk *w, uint32_t index, struct diag *d);

/* A map that is not there yet: made, and filled with what the file has for it. */
static int map_new(struct walk *w, uint32_t index, struct bpf_map_create_attr *attr, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	int r = 0;

	if (m->inner != NO_INDEX && w->maps[m->inner].fd < 0) {
		r = has_template(w, m) ? template_make(w, m->inner, d) : map_make(w, m->inner, d);
		observe_step(w, "map_create", m->name);
	}
	if (r == 0)
		r = map_create(w, index, attr, d);
	template_close(w, m);
	if (r == 0)
		r = map_fill(w, index, d);
	return r == 0 ? map_slots_fill(w, index, d) : r;
}

/* Takes the map that is pinned, or makes and pins it, unless somebody else just did. */
static int map_shared(struct walk *w, uint32_t index, struct bpf_map_create_attr *attr, struct diag *d)
{
	int r = map_pin_open(w, index, attr, d);

	if (r != -ENOENT || d->code) {
		w->maps[index].fd = r < 0 ? -1 : r;
		return r < 0 ? r : 0;
	}
	r = map_new(w, index, attr, d);
	if (r == 0)
		r = map_pin(w, index, d);
	if (r != -EEXIST || d->code)
		return r;
	sys_close(&w->sys, w->maps[index].fd);
	w->maps[index].fd = r = map_pin_open(w, index, attr, d);
	return r == -ENOENT && !d->code ? fail(d, -ENOENT, "map pin", "%s: its pin was there and is gone",
					       w->o.maps[index].name) : r < 0 ? r : 0;
}

/* An inner map of an old definition may stand behind its user, and is made before it. It holds no maps: this ends. */
static int map_make(struct walk *w, uint32_t index, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	struct bpf_map_create_attr attr;
	int r;

	observe_step(w, "map_create", m->name);
	r = map_shape(w, index, &attr, d);
	if (r < 0)
		return r;
	w->maps[index].max_entries = attr.max_entries;
	r = m->pin_by_name ? map_shared(w, index, &attr, d) : map_new(w, index, &attr, d);
	if (r == 0 && m->type == BPF_MAP_TYPE_ARENA)
		r = map_arena_open(w, index, !m->pin_by_name || w->maps[index].pinned, d);
	return r;
}

static bool is_per_cpu(uint32_t type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

/* A lookup in a per-CPU map copies a value for every possible CPU, each padded to 8 bytes. */
int map_buffer(struct walk *w, struct bw_map *m, struct diag *d)
{
	uint64_t size = m->value_size;
	int r = 0;

	m->cpus = 1;
	if (is_per_cpu(m->type)) {
		r = possible_cpus(w, d);
		m->cpus = w->possible_cpus;
		size = (size + 7) / 8 * 8 * m->cpus;
	}
	if (size > UINT32_MAX)
		return fail(d, -E2BIG, "map create", "%s: a value of %u bytes for each of %u CPUs is more than a lookup can take",
			    m->name, m->value_size, m->cpus);
	m->value_buffer_size = (uint32_t)size;
	return r;
}

int maps_create(struct walk *w, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 0; i < w->o.nnotes; i++)
		observe_note(w, "%s", w->o.notes[i]);
	for (uint32_t i = 0; r >= 0 && i < w->o.nmaps; i++) {
		if (w->o.maps[i].is_template || !w->maps[i].enabled)
			continue;
		if (w->maps[i].fd < 0)
			r = map_make(w, i, d);
		if (r >= 0)
			r = map_buffer(w, &w->maps[i], d);
	}
	return r < 0 ? r : map_slots_fill_late(w, d);
}
