/*
 * Maps pinned by name: one map shared by everybody who loads the object.
 *
 *	__uint(pinning, LIBBPF_PIN_BY_NAME)   ->   /sys/fs/bpf/<name of the map>
 *
 * If the file is there, its map is used instead of a new one, but only if it
 * has the shape the object expects: a program verified against 8-byte values
 * must not be given 4-byte ones under the same name.
 *
 * A pin outlives us: that is what it is for. But when the load fails further on,
 * a pin made before is removed again, so that a failure leaves nothing behind.
 *
 * In: the shape wanted  Out: the descriptor of the pinned map, or a new pin
 * Kernel: kernel/bpf/inode.c bpf_obj_pin_user(), bpf_obj_get_user()
 * Next: loader/progs.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/bpffs.h"
#include "loader/item.h"
#include "uapi/names.h"

static int pin_path(struct walk *w, const struct map *m, char *path, size_t size, struct diag *d)
{
	const char *dir = w->options.pin_dir ? w->options.pin_dir : "/sys/fs/bpf";
	int n = snprintf(path, size, "%s/%s%s", dir, m->pin_below ? m->pin_below : "", m->name);

	if (n < 0 || (size_t)n >= size)
		return fail(d, -ENAMETOOLONG, "map pin", "the path %s/%s is longer than %zu bytes", dir, m->name, size - 1);
	return 0;
}

/* The kernel adds BPF_F_RDONLY_PROG to a DEVMAP by itself, so that bit says nothing. */
static uint32_t comparable_flags(uint32_t type, uint32_t flags)
{
	if (type == BPF_MAP_TYPE_DEVMAP || type == BPF_MAP_TYPE_DEVMAP_HASH)
		flags &= ~(uint32_t)BPF_F_RDONLY_PROG;
	return flags;
}

enum { SHAPE_TEXT = 160 };

static const char *shape_text(char out[SHAPE_TEXT], uint32_t type, uint32_t key, uint32_t value, uint32_t entries,
			      uint32_t flags)
{
	const char *name = map_type_name(type);

	if (name)
		snprintf(out, SHAPE_TEXT, "%s", name);
	else
		snprintf(out, SHAPE_TEXT, "type %u", type);
	snprintf(out + strlen(out), SHAPE_TEXT - strlen(out), ", key %u bytes, value %u bytes, %u entries, flags 0x%x",
		 key, value, entries, flags);
	return out;
}

static int same_shape(const struct bpf_map_info *is, const struct bpf_map_create_attr *want, const char *path,
		      struct diag *d)
{
	const struct { const char *field; uint64_t pinned, wanted; } fields[] = {
		{ "type", is->type, want->map_type },
		{ "key_size", is->key_size, want->key_size },
		{ "value_size", is->value_size, want->value_size },
		{ "max_entries", is->max_entries, want->max_entries },
		{ "map_flags", comparable_flags(is->type, is->map_flags), comparable_flags(is->type, want->map_flags) },
		{ "map_extra", is->map_extra, want->map_extra },
	};
	char pinned[SHAPE_TEXT], wanted[SHAPE_TEXT];

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].pinned != fields[i].wanted)
			return fail(d, -EINVAL, "map pin", "%s holds a map of another shape (%s); the object wants %s: %s differs",
				    path, shape_text(pinned, is->type, is->key_size, is->value_size, is->max_entries,
						     is->map_flags),
				    shape_text(wanted, want->map_type, want->key_size, want->value_size,
					       want->max_entries, want->map_flags),
				    fields[i].field);
	return 0;
}

static int check_shape(struct walk *w, int fd, const struct bpf_map_create_attr *want, const char *path, struct diag *d)
{
	struct bpf_map_info info;
	long r = item_info(w, fd, &info, sizeof(info));

	if (r == -EINVAL) {
		observe_note(w, "The kernel does not say what the map pinned at %s is like (it does since 4.13): it is taken as it is.",
			     path);
		return 0;
	}
	if (r < 0)
		return fail_kernel(d, r, "map pin", "asking for the shape of the map pinned at %s", path);
	return same_shape(&info, want, path, d);
}

int map_pin_open(struct walk *w, uint32_t index, const struct bpf_map_create_attr *want, struct diag *d)
{
	char path[256];
	long fd;
	int r = pin_path(w, &w->o.maps[index], path, sizeof(path), d);

	if (r < 0)
		return r;
	fd = bpffs_open(w, path);
	if (fd == -ENOENT)
		return -ENOENT;
	if (fd < 0)
		return fail_kernel(d, fd, "map pin", "BPF_OBJ_GET of %s", path);
	r = check_shape(w, (int)fd, want, path, d);
	if (r < 0) {
		sys_close(&w->sys, (int)fd);
		return r;
	}
	observe_note(w, "map %s: using the map pinned at %s", w->o.maps[index].name, path);
	return (int)fd;
}

int map_pin(struct walk *w, uint32_t index, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	struct bpf_obj_attr attr;
	char path[256];
	long r = pin_path(w, m, path, sizeof(path), d);

	if (r < 0)
		return (int)r;
	observe_step(w, "map_pin", m->name);
	memset(&attr, 0, sizeof(attr));
	attr.pathname = (uintptr_t)path;
	attr.bpf_fd = (uint32_t)w->maps[index].fd;
	r = sys_bpf(&w->sys, BPF_OBJ_PIN, &attr, 0);
	if (r == -EEXIST)
		return -EEXIST;
	if (r < 0)
		return fail_kernel(d, r, "map pin", "BPF_OBJ_PIN of %s at %s", m->name, path);
	w->maps[index].pinned = true;
	return 0;
}

void map_unpin(struct walk *w, uint32_t index)
{
	char path[256];

	if (!w->maps[index].pinned || pin_path(w, &w->o.maps[index], path, sizeof(path), NULL) < 0)
		return;
	w->maps[index].pinned = false;
	observe_step(w, "map_unpin", w->o.maps[index].name);
	sys_unlink(&w->sys, path);
}
