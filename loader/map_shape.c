/*
 * What BPF_MAP_CREATE is told about a map.
 *
 * Mostly what the file says. Three things a file cannot know are filled in
 * here: how many CPUs a perf event array must have room for, how large a page
 * is (a ring buffer is a whole number of pages, and a power of two), and which
 * map types refuse to be described by BTF.
 *
 * In: struct map  Out: the command's struct
 * Kernel: kernel/bpf/syscall.c map_create(), kernel/bpf/ringbuf.c ringbuf_map_alloc()
 * Next: loader/maps.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"
#include "uapi/names.h"

/* map_check_btf() is missing in these types, so the kernel refuses key and value ids. */
static bool takes_btf_ids(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_PERF_EVENT_ARRAY:
	case BPF_MAP_TYPE_CGROUP_ARRAY:
	case BPF_MAP_TYPE_STACK_TRACE:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_CPUMAP:
	case BPF_MAP_TYPE_XSKMAP:
	case BPF_MAP_TYPE_SOCKMAP:
	case BPF_MAP_TYPE_SOCKHASH:
	case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK:
	case BPF_MAP_TYPE_RINGBUF:
	case BPF_MAP_TYPE_USER_RINGBUF:
	case BPF_MAP_TYPE_ARENA:
		return false;
	default:
		return true;
	}
}

/* The next power of two that is also a whole number of pages; pages are powers of two themselves. */
static uint32_t ring_size(uint32_t wanted)
{
	uint64_t size = page_size();

	if (!wanted)
		return 0;		/* forgotten: the kernel says so, which is better than a ring too small */
	while (size < wanted)
		size *= 2;
	return size <= UINT32_MAX ? (uint32_t)size : wanted;
}

static int entries_of(struct walk *w, const struct map *m, uint32_t *entries, struct diag *d)
{
	*entries = m->max_entries;
	if (m->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && m->max_entries == 0) {
		int r = possible_cpus(w, d);

		*entries = w->cpu_numbers;
		return r;
	}
	if (m->type == BPF_MAP_TYPE_RINGBUF || m->type == BPF_MAP_TYPE_USER_RINGBUF) {
		*entries = ring_size(m->max_entries);
		if (*entries != m->max_entries)
			observe_note(w, "map %s: %u bytes rounded up to %u: a ring is whole pages and a power of two",
				     m->name, m->max_entries, *entries);
	}
	return 0;
}

/* Its element is of a type of the kernel's, or of a module's. The object's own must be known all the same. */
static void shape_struct_ops(const struct walk *w, uint32_t index, struct bpf_map_create_attr *attr)
{
	const struct kernel_ops *ops = &w->kernel_ops[index];

	attr->value_size = ops->value_size;
	attr->btf_fd = w->btf_fd >= 0 ? (uint32_t)w->btf_fd : 0;
	attr->btf_key_type_id = attr->btf_value_type_id = 0;
	attr->btf_vmlinux_value_type_id = ops->value_type_id;
	if (ops->in->fd < 0)
		return;
	attr->value_type_btf_obj_fd = ops->in->fd;
	attr->map_flags |= BPF_F_VTYPE_BTF_OBJ_FD;
}

int map_shape(struct walk *w, uint32_t index, struct bpf_map_create_attr *attr, struct diag *d)
{
	const struct map *m = &w->o.maps[index];

	memset(attr, 0, sizeof(*attr));
	attr->map_type = m->type;
	attr->key_size = m->key_size;
	attr->value_size = m->value_size;
	attr->map_flags = m->flags;
	attr->numa_node = m->numa_node;
	attr->map_extra = m->map_extra;
	memcpy(attr->map_name, m->kernel_name, sizeof(attr->map_name));
	/* Of a key alone the kernel takes no type. */
	if (w->btf_fd >= 0 && takes_btf_ids(m->type) && m->value_type_id) {
		attr->btf_fd = (uint32_t)w->btf_fd;
		attr->btf_key_type_id = m->key_type_id;
		attr->btf_value_type_id = m->value_type_id;
	}
	if (m->type == BPF_MAP_TYPE_STRUCT_OPS)
		shape_struct_ops(w, index, attr);
	return entries_of(w, m, &attr->max_entries, d);
}
