/*
 * Asking the kernel about a program, a map or a link; see item.h.
 *
 * In: an id, a descriptor  Out: struct bw_item
 * Kernel: kernel/bpf/syscall.c bpf_obj_get_next_id(), bpf_prog_get_info_by_fd(), bpf_map_get_info_by_fd()
 * Try:  strace -e bpf bpfwalk list
 * Next: loader/link_target.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/item.h"
#include "loader/lines.h"
#include "uapi/names.h"

enum { MAP_IDS = 64 };			/* of a program: more than that are left out */

const struct item_kind *item_kind(enum bw_kind kind)
{
	static const struct item_kind kinds[] = {
		{ BW_PROGRAMS, "program", BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID, "BPF_PROG_GET_NEXT_ID" },
		{ BW_MAPS, "map", BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID, "BPF_MAP_GET_NEXT_ID" },
		{ BW_LINKS, "link", BPF_LINK_GET_NEXT_ID, BPF_LINK_GET_FD_BY_ID, "BPF_LINK_GET_NEXT_ID" },
	};
	unsigned i = 0;

	while (kinds[i].kind != kind)
		i++;
	return &kinds[i];
}

long item_next_id(struct walk *w, const struct item_kind *k, uint32_t id)
{
	struct bpf_id_attr attr;
	long r;

	memset(&attr, 0, sizeof(attr));
	attr.start_id = id;
	r = sys_bpf(&w->sys, k->next_id, &attr, offsetof(struct bpf_id_attr, open_flags));
	return r < 0 ? r : (long)attr.next_id;
}

long item_open(struct walk *w, const struct item_kind *k, uint32_t id)
{
	struct bpf_id_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	return sys_bpf(&w->sys, k->fd_by_id, &attr, 0);
}

long item_open_btf(struct walk *w, uint32_t id)
{
	struct bpf_id_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf_id = id;
	return sys_bpf(&w->sys, BPF_BTF_GET_FD_BY_ID, &attr, 0);
}

long item_ask(struct walk *w, int fd, void *info, size_t size)
{
	struct bpf_info_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.bpf_fd = (uint32_t)fd;
	attr.info_len = (uint32_t)size;
	attr.info = (uintptr_t)info;
	return sys_bpf(&w->sys, BPF_OBJ_GET_INFO_BY_FD, &attr, 0);
}

long item_info(struct walk *w, int fd, void *info, size_t size)
{
	memset(info, 0, size);
	return item_ask(w, fd, info, size);
}

long item_read_btf(struct walk *w, int fd, uint32_t size, struct view *out)
{
	struct bpf_btf_info info = { .btf_size = size };
	void *bytes = arena_alloc(&w->arena, size ? size : 1);

	if (!bytes)
		return -ENOMEM;
	info.btf = (uintptr_t)bytes;
	*out = (struct view){ bytes, size };
	return item_ask(w, fd, &info, sizeof(info));
}

int item_types(struct walk *w, uint32_t id, struct btf *out, struct diag *d)
{
	long r, fd = item_open_btf(w, id);
	struct bpf_btf_info info;
	struct view bytes;

	if (fd < 0)
		return (int)fd;
	r = item_info(w, (int)fd, &info, sizeof(info));
	if (r == 0)
		r = item_read_btf(w, (int)fd, info.btf_size, &bytes);
	sys_close(&w->sys, (int)fd);
	return r < 0 ? (int)r : btf_parse(bytes, &w->arena, out, d);
}

static const char *type_name(enum names list, uint32_t type)
{
	const char *name = name_of(list, type);

	return name ? name : "unknown";
}

static int see_program(struct walk *w, struct arena *a, int fd, struct bw_item *out)
{
	uint32_t *ids = arena_array(a, MAP_IDS, sizeof(*ids));
	struct bpf_prog_info info;
	long r;

	if (!ids)
		return -ENOMEM;
	memset(&info, 0, sizeof(info));
	info.nr_map_ids = MAP_IDS;
	info.map_ids = (uintptr_t)ids;
	r = item_ask(w, fd, &info, sizeof(info));
	if (r < 0)
		return (int)r;
	*out = (struct bw_item){
		.kind = BW_PROGRAMS, .id = info.id, .type = info.type, .type_name = type_name(NAMES_BPF_PROG_TYPE, info.type),
		.name = arena_copy(a, info.name, strnlen(info.name, sizeof(info.name))), .btf_id = info.btf_id,
		.uid = info.created_by_uid, .load_time = info.load_time, .is_counted = info.run_cnt != 0,
		.run_cnt = info.run_cnt, .run_time_ns = info.run_time_ns, .map_ids = ids,
		.nmap_ids = info.nr_map_ids < MAP_IDS ? info.nr_map_ids : MAP_IDS,
	};
	return out->name ? 0 : -ENOMEM;
}

static int see_map(struct walk *w, struct arena *a, int fd, struct bw_item *out)
{
	struct bpf_map_info info;
	long r = item_info(w, fd, &info, sizeof(info));

	if (r < 0)
		return (int)r;
	*out = (struct bw_item){
		.kind = BW_MAPS, .id = info.id, .type = info.type, .type_name = type_name(NAMES_BPF_MAP_TYPE, info.type),
		.name = arena_copy(a, info.name, strnlen(info.name, sizeof(info.name))), .btf_id = info.btf_id,
		.key_size = info.key_size, .value_size = info.value_size, .max_entries = info.max_entries,
		.map_flags = info.map_flags,
	};
	return out->name ? 0 : -ENOMEM;
}

static int see_link(struct walk *w, struct arena *a, int fd, struct bw_item *out)
{
	struct bpf_link_info info;
	const char **target = arena_alloc(a, sizeof(*target));
	long r = item_info(w, fd, &info, sizeof(info));

	if (r < 0)
		return (int)r;
	*out = (struct bw_item){
		.kind = BW_LINKS, .id = info.id, .type = info.type, .type_name = type_name(NAMES_BPF_LINK_TYPE, info.type),
		.name = "", .prog_id = info.prog_id, .attached = target, .nattached = 1,
	};
	if (target)
		*target = link_target(w, a, fd, &info);
	return target && *target ? 0 : -ENOMEM;
}

struct identity {
	uint32_t kind, id;
};

/* A link's fdinfo has its program's id as well. */
static void see_fdinfo(void *ctx, char *line, size_t len)
{
	static const struct { const char *word; enum bw_kind kind; } words[] = {
		{ "prog_id:", BW_PROGRAMS }, { "map_id:", BW_MAPS }, { "link_id:", BW_LINKS },
	};
	struct identity *i = ctx;

	(void)len;
	for (size_t n = 0; n < sizeof(words) / sizeof(words[0]); n++) {
		size_t word = strlen(words[n].word);

		if (strncmp(line, words[n].word, word) == 0 && i->kind != BW_LINKS)
			*i = (struct identity){ words[n].kind, (uint32_t)strtoul(line + word, NULL, 10) };
	}
}

uint32_t item_identify(struct walk *w, const char *pid, int fd, uint32_t *id)
{
	struct identity i = { 0, 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/fdinfo/%d", pid, fd);
	lines_of(&w->sys, path, see_fdinfo, &i);
	*id = i.id;
	return i.kind;
}

int item_of_fd(struct walk *w, struct arena *a, enum bw_kind kind, int fd, struct bw_item *out)
{
	switch (kind) {
	case BW_PROGRAMS:
		return see_program(w, a, fd, out);
	case BW_MAPS:
		return see_map(w, a, fd, out);
	case BW_LINKS:
		break;
	}
	return see_link(w, a, fd, out);
}
