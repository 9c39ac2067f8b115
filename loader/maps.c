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
 * Next: loader/map_fill.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"
#include "uapi/names.h"

static int fail_create(const struct map *m, const struct bpf_map_create_attr *attr, long r, struct diag *d)
{
	const char *type = name_of(NAMES_BPF_MAP_TYPE, m->type);

	return fail_kernel(d, r, "map create",
			   "BPF_MAP_CREATE of %s (%s, key %u bytes, value %u bytes, %u entries, flags 0x%x)",
			   m->name, type ? type : "of an unknown type", attr->key_size, attr->value_size,
			   attr->max_entries, attr->map_flags);
}

/*
 * The call, and the two reasons to make it again: a limit that older kernels
 * have, and BTF ids that this map type does not take on this kernel.
 */
static long create(struct walk *w, const struct map *m, struct bpf_map_create_attr *attr)
{
	long r = sys_bpf(&w->sys, BPF_MAP_CREATE, attr, 0);

	if (r == -EPERM && memlock_raise(w))
		r = sys_bpf(&w->sys, BPF_MAP_CREATE, attr, 0);
	if ((r == -EINVAL || r == -ENOTSUPP) && attr->btf_fd) {
		attr->btf_fd = attr->btf_key_type_id = attr->btf_value_type_id = 0;
		observe_note(w, "map %s: refused with BTF, trying without", m->name);
		r = sys_bpf(&w->sys, BPF_MAP_CREATE, attr, 0);
	}
	return r;
}

static int map_make(struct walk *w, uint32_t index, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	struct bpf_map_create_attr attr;
	long fd;
	int r;

	observe_step(w, "map_create", m->name);
	r = map_shape(w, index, &attr, d);
	if (r < 0)
		return r;
	w->maps[index].max_entries = attr.max_entries;
	if (m->pin_by_name) {
		r = map_pin_open(w, index, &attr, d);
		if (r != -ENOENT || d->code) {
			w->maps[index].fd = r < 0 ? -1 : r;
			return r < 0 ? r : 0;
		}
	}
	fd = create(w, m, &attr);
	if (fd < 0)
		return fail_create(m, &attr, fd, d);
	w->maps[index].fd = (int)fd;
	r = map_fill(w, index, d);
	if (r == 0 && m->pin_by_name)
		r = map_pin(w, index, d);
	return r;
}

/* A lookup in a per-CPU map copies a value for every possible CPU, each padded to 8 bytes. */
static int map_buffer(struct walk *w, struct bw_map *m, struct diag *d)
{
	int r = 0;

	m->cpus = 1;
	m->value_buffer_size = m->value_size;
	switch (m->type) {
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
		r = possible_cpus(w, d);
		m->cpus = w->possible_cpus;
		m->value_buffer_size = (m->value_size + 7) / 8 * 8 * m->cpus;
	}
	return r;
}

/* A map of maps copies the shape of a live inner map when it is made; afterwards the template has no use. */
static void templates_close(struct walk *w)
{
	for (uint32_t i = 0; i < w->o.nmaps; i++) {
		if (!w->o.maps[i].is_template)
			continue;
		sys_close(&w->sys, w->maps[i].fd);
		w->maps[i].fd = -1;
	}
}

int maps_create(struct walk *w, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 0; r >= 0 && i < w->o.nmaps; i++) {
		r = map_make(w, i, d);
		if (r >= 0)
			r = map_buffer(w, &w->maps[i], d);
	}
	templates_close(w);
	return r < 0 ? r : 0;
}
