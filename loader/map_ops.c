/*
 * Reading and writing maps from user space.
 *
 * A map is a table of bytes: keys of key_size, values of value_size. The kernel
 * copies them to and from buffers whose sizes it knows from the map, so a
 * buffer that is too small is overrun in silence: value_buffer_size says how
 * many bytes a lookup writes.
 *
 * In: a map, a key  Out: a value, or the next key
 * Kernel: kernel/bpf/syscall.c map_lookup_elem(), map_get_next_key()
 * Next: loader/map_text.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"

static int elem(struct bw_object *obj, const struct bw_map *map, enum bpf_cmd cmd, const void *key,
		const void *value, uint32_t value_size, uint64_t flags)
{
	struct bpf_map_elem_attr attr;

	if (map->fd < 0)
		return -EBADF;
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map->fd;
	attr.key = (uintptr_t)key;
	attr.value = (uintptr_t)value;		/* next_key shares its place */
	attr.flags = flags;
	return (int)sys_bpf_elem(&walk_of(obj)->sys, cmd, &attr, map->key_size, value_size);
}

int bw_map_lookup(struct bw_object *obj, const struct bw_map *map, const void *key, void *value)
{
	return elem(obj, map, BPF_MAP_LOOKUP_ELEM, key, value, map->value_buffer_size, 0);
}

int bw_map_update(struct bw_object *obj, const struct bw_map *map, const void *key, const void *value, uint64_t flags)
{
	return elem(obj, map, BPF_MAP_UPDATE_ELEM, key, value, map->value_buffer_size, flags);
}

int bw_map_delete(struct bw_object *obj, const struct bw_map *map, const void *key)
{
	return elem(obj, map, BPF_MAP_DELETE_ELEM, key, NULL, 0, 0);
}

int bw_map_next(struct bw_object *obj, const struct bw_map *map, const void *key, void *next_key)
{
	return elem(obj, map, BPF_MAP_GET_NEXT_KEY, key, next_key, map->key_size, 0);
}
