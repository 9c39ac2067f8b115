/*
 * Reading maps; see map_read.h.
 *
 *	BPF_MAP_GET_NEXT_KEY   no key -> first key -> next key -> ... -> ENOENT
 *	BPF_MAP_LOOKUP_ELEM    key -> value; per-CPU maps: a value for each possible CPU
 *
 *	value buffer of a per-CPU map    | CPU 0 .... | CPU 1 .... |    each padded to 8 bytes
 *
 * An array needs no asking for keys: they are 0, 1, 2, ... Its elements exist
 * from the beginning, so those that are still all zeros are left out.
 *
 * Others may change the map meanwhile. A key that has gone is skipped; when it
 * was the one to go on from, the kernel begins again at the first, so no more
 * keys are taken than the map has room for, and doubles are dropped (rows.c).
 *
 * In: a map  Out: rows, or lines of JSON
 * Kernel: kernel/bpf/syscall.c map_get_next_key(), map_lookup_elem()
 * Try:  bpfwalk run --for 2 build/progs/syscount.bpf.o
 * Next: loader/cli/live.h
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/json.h"
#include "loader/cli/jsontext.h"
#include "loader/cli/map_read.h"
#include "loader/cli/out.h"
#include "loader/cli/value.h"

enum { BPF_F_WRONLY = 1 << 4 };	/* map_flags: only programs may read it */

struct reading {
	struct bw_object *obj;
	const struct bw_map *map;
	unsigned char *key, *value;
	struct buf key_json, sum, each, scratch;
	void (*entry)(struct reading *r);	/* one entry is in the buffers above */
	struct rows *rows;			/* where entry() puts it, for tables */
};

static bool type_is(const struct bw_map *m, const char *list)
{
	const char *name = m->type_name + (strncmp(m->type_name, "BPF_MAP_TYPE_", 13) ? 0 : 13);
	size_t len = strlen(name);

	for (const char *at = list; (at = strstr(at, name)) != NULL; at += len)
		if ((at == list || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
			return true;
	return false;
}

bool map_is_readable(const struct bw_map *m)
{
	if (m->fd < 0 || m->read_only || (m->flags & BPF_F_WRONLY))
		return false;
	if (m->memory)
		return true;
	return type_is(m, "HASH ARRAY PERCPU_HASH PERCPU_ARRAY LRU_HASH LRU_PERCPU_HASH LPM_TRIE");
}

bool map_has_ids(const struct bw_map *m)
{
	return m->fd >= 0 && type_is(m, "PROG_ARRAY ARRAY_OF_MAPS HASH_OF_MAPS");
}

static bool is_array(const struct bw_map *m)
{
	return type_is(m, "ARRAY PERCPU_ARRAY");
}

static bool is_per_cpu(const struct bw_map *m)
{
	return type_is(m, "PERCPU_HASH PERCPU_ARRAY LRU_PERCPU_HASH");
}

static bool read_uint(const void *data, size_t size, uint64_t *n)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;

	switch (size) {
	case 1: memcpy(&u8, data, 1); *n = u8; return true;
	case 2: memcpy(&u16, data, 2); *n = u16; return true;
	case 4: memcpy(&u32, data, 4); *n = u32; return true;
	case 8: memcpy(n, data, 8); return true;
	default: return false;
	}
}

static void string_json(struct buf *out, const char *s, size_t len)
{
	buf_puts(out, "\"");
	buf_safe(out, s, len, BW_STYLE_JSON);
	buf_puts(out, "\"");
}

static void hex_json(struct buf *out, const unsigned char *data, size_t size)
{
	buf_puts(out, "\"");
	for (size_t i = 0; i < size; i++)
		buf_printf(out, "%02x", data[i]);
	buf_puts(out, "\"");
}

void untyped_json(struct buf *out, const void *data, size_t size, size_t slack, bool words)
{
	uint64_t n;
	size_t len;

	if (read_uint(data, size, &n)) {
		buf_printf(out, "%" PRIu64, n);
	} else if (words && value_is_word(data, size, slack, &len)) {
		string_json(out, data, len);
	} else {
		hex_json(out, data, size);
	}
}

static void typed_json(struct reading *r, struct buf *out, uint32_t type_id, const void *data, size_t size)
{
	if (type_id)
		buf_puts(out, value_text(r->obj, type_id, data, size, BW_STYLE_JSON));
	else
		untyped_json(out, data, size, 0, r->rows != NULL);
}

/* r->sum: the value, or all CPUs' values added up; r->each: "[1,2]" for a per-CPU map. */
static void values_json(struct reading *r)
{
	const struct bw_map *m = r->map;
	size_t stride = m->cpus ? m->value_buffer_size / m->cpus : 0;

	typed_json(r, &r->sum, m->value_type_id, r->value, m->value_size);
	if (!is_per_cpu(m))
		return;
	buf_printf(&r->each, "[%s", r->sum.at);
	for (uint32_t cpu = 1; cpu < m->cpus; cpu++) {
		struct buf added = { 0 };

		buf_clear(&r->scratch);
		typed_json(r, &r->scratch, m->value_type_id, r->value + cpu * stride, m->value_size);
		buf_printf(&r->each, ",%s", r->scratch.at);
		json_add(&added, r->sum.at, r->scratch.at);
		buf_free(&r->sum);
		r->sum = added;
	}
	buf_puts(&r->each, "]");
}

static bool no_memory(const struct reading *r)
{
	return r->key_json.failed || r->sum.failed || r->each.failed || r->scratch.failed ||
	       (r->rows && r->rows->text.failed);
}

static void clear(struct reading *r)
{
	buf_clear(&r->key_json);
	buf_clear(&r->sum);
	buf_clear(&r->each);
}

static bool all_zero(const unsigned char *data, size_t size)
{
	size_t i = 0;

	while (i < size && data[i] == 0)
		i++;
	return i == size;
}

static int one_entry(struct reading *r)
{
	int e = bw_map_lookup(r->obj, r->map, r->key, r->value);

	if (e < 0)
		return e == -ENOENT ? 0 : e;
	if (is_array(r->map) && all_zero(r->value, r->map->value_buffer_size))
		return 0;
	clear(r);
	typed_json(r, &r->key_json, r->map->key_type_id, r->key, r->map->key_size);
	values_json(r);
	if (no_memory(r))
		return -ENOMEM;
	r->entry(r);
	return no_memory(r) ? -ENOMEM : 0;
}

static int all_of_array(struct reading *r)
{
	int e = 0;

	for (uint32_t i = 0; i < r->map->max_entries && e == 0; i++) {
		memcpy(r->key, &i, sizeof(i));
		e = one_entry(r);
	}
	return e;
}

static int all_of_hash(struct reading *r)
{
	int e = bw_map_next(r->obj, r->map, NULL, r->key);

	for (uint32_t n = 0; e == 0 && n < r->map->max_entries; n++) {
		e = one_entry(r);
		if (e == 0)
			e = bw_map_next(r->obj, r->map, r->key, r->key);
	}
	return e == -ENOENT ? 0 : e;
}

/* A data map is one element; what people want to see are the variables in it. */
static int all_of_variables(struct reading *r)
{
	const unsigned char *value = r->map->memory ? r->map->memory : r->value;
	int e = 0;

	memset(r->key, 0, sizeof(uint32_t));
	if (!r->map->memory)
		e = bw_map_lookup(r->obj, r->map, r->key, r->value);
	for (unsigned i = 0; i < r->obj->nglobals && e == 0; i++) {
		const struct bw_global *g = &r->obj->globals[i];

		if (g->map != r->map)
			continue;
		clear(r);
		string_json(&r->key_json, g->name, strlen(g->name));
		typed_json(r, &r->sum, g->type_id, value + g->offset, g->size);
		e = no_memory(r) ? -ENOMEM : 0;
		if (e == 0)
			r->entry(r);
	}
	return e;
}

static int read_all(struct reading *r, struct bw_error *err)
{
	const struct bw_map *m = r->map;
	int e = -ENOMEM;

	r->key = calloc(1, m->key_size > sizeof(uint32_t) ? m->key_size : sizeof(uint32_t));
	r->value = calloc(1, m->value_buffer_size ? m->value_buffer_size : 1);
	if (r->key && r->value)
		e = m->is_data || m->memory ? all_of_variables(r) : is_array(m) ? all_of_array(r) : all_of_hash(r);
	if (e == 0 && no_memory(r))
		e = -ENOMEM;
	free(r->key);
	free(r->value);
	buf_free(&r->key_json);
	buf_free(&r->sum);
	buf_free(&r->each);
	buf_free(&r->scratch);
	if (e < 0) {
		err->code = e;
		snprintf(err->where, sizeof(err->where), "map read");
		snprintf(err->msg, sizeof(err->msg), "reading the entries of %s: %s", m->name, bw_errno_name(e));
	}
	return e;
}

/* ---- as a table ------------------------------------------------------------ */

static void entry_row(struct reading *r)
{
	rows_add(r->rows, r->key_json.at, r->sum.at);
}

int map_print(struct bw_object *obj, const struct bw_map *m, const struct table_limits *limits, struct bw_error *err)
{
	struct rows rows = { 0 };
	struct reading r = { .obj = obj, .map = m, .entry = entry_row, .rows = &rows };
	int e = read_all(&r, err);

	if (e == 0) {
		rows_sort(&rows);
		put("%s: %zu %s", m->name, rows.count, m->is_data || m->memory ? rows.count == 1 ? "variable" : "variables" :
		    rows.count == 1 ? "entry" : "entries");
		rows_print(&rows, m->is_data || m->memory ? "variable" : "key", "value", limits);
	}
	rows_free(&rows);
	return e;
}

/* ---- as JSON --------------------------------------------------------------- */

static void entry_json(struct reading *r)
{
	const struct bw_map *m = r->map;

	json_open("map_entry");
	json_text("map", m->name);
	json_ready("key", r->key_json.at);
	json_ready("value", is_per_cpu(m) ? r->each.at : r->sum.at);
	if (is_per_cpu(m))
		json_ready("sum", r->sum.at);
	json_close();
}

int map_print_json(struct bw_object *obj, const struct bw_map *m, struct bw_error *err)
{
	struct reading r = { .obj = obj, .map = m, .entry = entry_json };

	return read_all(&r, err);
}
