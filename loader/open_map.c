/*
 * A map that is in the kernel already, opened by what people call it.
 *
 *	/sys/fs/bpf/guard/maps/opens	a pin
 *	67609				an id
 *	opens				a name: all ids are asked for theirs
 *
 * The kernel keeps the BTF that a map was made with, the types of its keys and
 * values. It is fetched, so that bytes become values again, with no object file
 * in sight:
 *
 *	bpf_map_info.btf_id -> BPF_BTF_GET_FD_BY_ID -> BPF_OBJ_GET_INFO_BY_FD -> the bytes of .BTF
 *
 * In: a name  Out: an object that has this map and these types
 * Kernel: kernel/bpf/btf.c btf_get_info_by_fd(), kernel/bpf/syscall.c bpf_map_get_info_by_fd()
 * Try:  bpfwalk dump-map counts
 * Next: loader/map_ops.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/btf.h"
#include "loader/bpffs.h"
#include "loader/item.h"
#include "uapi/names.h"

enum { NAME = BPF_OBJ_NAME_LEN - 1, IDS_TEXT = 120 };

static const char where[] = "map open";

/* ---- finding ----------------------------------------------------------------- */

static long by_path(struct walk *w, const char *name, struct diag *d)
{
	char path[PIN_PATH];
	uint32_t id, kind;
	long fd = bpffs_path(w, name, path, where, d);

	if (fd < 0)
		return fd;
	fd = bpffs_open(w, path);
	if (fd == -ENOENT)
		return fail(d, -ENOENT, where, "there is no %s (ENOENT)", path);
	if (fd < 0)
		return fail_kernel(d, fd, where, "BPF_OBJ_GET of %s", path);
	kind = item_identify(w, "self", (int)fd, &id);
	if (!kind || kind == BW_MAPS)
		return fd;
	sys_close(&w->sys, (int)fd);
	return fail(d, -EINVAL, where, "%s is a %s, expected a map", path, item_kind((enum bw_kind)kind)->name);
}

static long by_id(struct walk *w, const char *name, struct diag *d)
{
	char *end;
	unsigned long long id = strtoull(name, &end, 10);
	long fd = -ENOENT;

	if (id <= UINT32_MAX)
		fd = item_open(w, item_kind(BW_MAPS), (uint32_t)id);
	if (fd == -ENOENT)
		return fail(d, -ENOENT, where, "there is no map with id %s (BPF_MAP_GET_FD_BY_ID: ENOENT)", name);
	return fd < 0 ? fail_kernel(d, fd, where, "BPF_MAP_GET_FD_BY_ID of %s", name) : fd;
}

struct search {
	const char *name;
	long fd;			/* of the first that has it; -1 */
	unsigned found;
	char ids[IDS_TEXT];
};

/* "7, 9, 12", or "7, 9, ..." where there is no room: half a number would be another map's. */
static void add_id(char ids[IDS_TEXT], uint32_t id)
{
	static const char more[] = ", ...";
	size_t used = strlen(ids);
	char text[16];
	int len = snprintf(text, sizeof(text), "%s%u", used ? ", " : "", id);

	if (used + (size_t)len + sizeof(more) <= IDS_TEXT)
		memcpy(ids + used, text, (size_t)len + 1);
	else if (used < sizeof(more) || strcmp(ids + used + 1 - sizeof(more), more) != 0)
		memcpy(ids + used, more, sizeof(more));
}

/* What has gone since its id was told is left out. */
static void see_map(struct walk *w, struct search *s, uint32_t id)
{
	long fd = item_open(w, item_kind(BW_MAPS), id);
	struct bpf_map_info info;

	if (fd < 0)
		return;
	if (item_info(w, (int)fd, &info, sizeof(info)) < 0 || strncmp(info.name, s->name, NAME) != 0) {
		sys_close(&w->sys, (int)fd);
		return;
	}
	add_id(s->ids, id);
	if (s->found++)
		sys_close(&w->sys, (int)fd);
	else
		s->fd = fd;
}

static long by_name(struct walk *w, const char *name, struct diag *d)
{
	struct search s = { .name = name, .fd = -1 };
	long id = 0;

	while ((id = item_next_id(w, item_kind(BW_MAPS), (uint32_t)id)) >= 0)
		see_map(w, &s, (uint32_t)id);
	if (id == -ENOENT && s.found == 1)
		return s.fd;
	sys_close(&w->sys, (int)s.fd);
	if (id != -ENOENT)
		return fail_kernel(d, id, where, "looking for a map called %.60s: BPF_MAP_GET_NEXT_ID", name);
	if (!s.found)
		return fail(d, -ENOENT, where, "no map is called %.60s", name);
	return fail(d, -ENOTUNIQ, where, "%u maps are called %.*s: their ids are %s", s.found, NAME, name, s.ids);
}

long map_find(struct walk *w, const char *name, struct diag *d)
{
	if (!name[0])
		return fail(d, -EINVAL, where, "the name is empty");
	if (strchr(name, '/'))
		return by_path(w, name, d);
	return name[strspn(name, "0123456789")] ? by_name(w, name, d) : by_id(w, name, d);
}

/* ---- types --------------------------------------------------------------------- */

/* The variables of a map whose value is a whole section. */
static int publish_variables(struct walk *w, const struct btf_type *section, struct diag *d)
{
	const struct btf_var_secinfo *infos = btf_secinfos(section);
	struct bw_global *out = arena_array(&w->arena, btf_vlen(section), sizeof(*out));

	if (!out)
		return fail_memory(d, where);
	for (uint32_t i = 0; i < btf_vlen(section); i++) {
		const struct btf_type *var = btf_type(&w->o.btf, infos[i].type);
		uint64_t end = (uint64_t)infos[i].offset + infos[i].size;

		if (!var || btf_kind(var) != BTF_KIND_VAR || end > w->maps[0].value_size)
			continue;
		out[w->pub.nglobals++] = (struct bw_global){
			.name = btf_name(&w->o.btf, infos[i].type), .map = &w->maps[0], .offset = infos[i].offset,
			.size = infos[i].size, .type_id = var->type,
		};
	}
	w->pub.globals = out;
	w->maps[0].is_data = true;
	return 0;
}

static int publish_types(struct walk *w, const struct bpf_map_info *info, struct diag *d)
{
	const struct btf_type *value;
	int r = item_types(w, info->btf_id, &w->o.btf, d);

	if (r < 0)
		return d->code ? r : fail_kernel(d, r, where, "fetching BTF %u, its types", info->btf_id);
	w->pub.btf_types = w->o.btf.count ? w->o.btf.count - 1 : 0;
	value = btf_type(&w->o.btf, info->btf_value_type_id);
	if (value && btf_kind(value) == BTF_KIND_DATASEC)
		return publish_variables(w, value, d);
	w->maps[0].key_type_id = info->btf_key_type_id;
	w->maps[0].value_type_id = info->btf_value_type_id;
	return 0;
}

/* A map can be read without its types as well, in bytes: why that has to be is in obj->refused. */
static int try_types(struct walk *w, const struct bpf_map_info *info, struct diag *d)
{
	const char **line = arena_alloc(&w->arena, sizeof(*line));
	struct diag why = { 0 };
	int r = publish_types(w, info, &why);

	if (r == -ENOMEM || !line)
		return fail_memory(d, where);
	if (r < 0) {
		*line = arena_printf(&w->arena, "the types of %s: %s: %s", w->maps[0].name, why.where, why.msg);
		w->pub.refused = line;
		w->pub.nrefused = *line ? 1 : 0;
		memset(&w->o.btf, 0, sizeof(w->o.btf));
	}
	return 0;
}

static int publish(struct walk *w, int fd, struct diag *d)
{
	struct bw_map *m = arena_alloc(&w->arena, sizeof(*m));
	struct bpf_map_info info;
	const char *type;
	long r = item_info(w, fd, &info, sizeof(info));

	if (r < 0 || !m) {
		sys_close(&w->sys, fd);
		return m ? fail_kernel(d, r, where, "asking what it is") : fail_memory(d, where);
	}
	type = map_type_name(info.type);
	*m = (struct bw_map){
		.name = info.name[0] ? arena_copy(&w->arena, info.name, strnlen(info.name, NAME)) :
			arena_printf(&w->arena, "%u", info.id),
		.type = info.type, .type_name = type ? type : "unknown", .key_size = info.key_size,
		.value_size = info.value_size, .max_entries = info.max_entries, .flags = info.map_flags, .fd = fd,
	};
	m->kernel_name = m->name;
	w->maps = m;
	w->pub.maps = m;
	w->pub.nmaps = 1;		/* bw_close() closes fd from here on */
	w->loaded = true;		/* what is for before the load comes too late */
	if (!m->name)
		return fail_memory(d, where);
	r = map_buffer(w, m, d);
	if (r == 0 && info.btf_id)
		r = try_types(w, &info, d);
	return (int)r;
}

int bw_open_map(const char *name, const struct bw_options *options, struct bw_object **out, struct bw_error *err)
{
	struct walk *w = walk_new(options);
	struct diag d = { 0 };
	long r;

	*out = NULL;
	if (!w)
		return error_out(&d, fail_memory(&d, where), err);
	w->pub.name = w->pub.license = "";
	observe_step(w, "map_open", name);
	r = map_find(w, name, &d);
	if (r >= 0)
		r = publish(w, (int)r, &d);
	if (r < 0)
		bw_close(&w->pub);
	else
		*out = &w->pub;
	return error_out(&d, (int)r, err);
}
