/*
 * Reading .BTF.ext: three tables of the same shape.
 *
 *	| header | rec_size | name, n | n records | name, n | n records | ...
 *	                      group of one section   group of the next
 *
 * A group says which ELF section its instructions are in. The tables are found
 * and their records checked against BTF here; nothing is copied, because who
 * links a program copies what it needs of them, renumbered.
 *
 * In: the bytes of section .BTF.ext, and the BTF it belongs to  Out: struct btf_ext
 * Kernel: kernel/bpf/check_btf.c checks the same records once more
 * Try: bpftool prog dump xlated id N linum shows what line_info is for
 * Next: elf/object.h
 */
#include <errno.h>
#include <string.h>

#include "elf/btf_ext.h"
#include "uapi/bpf_cmd.h"

static const char where[] = "btf.ext";

struct reading {
	const struct btf *b;
	const char *table;		/* "func_info", for messages */
	struct diag *d;
};

/* Names what a record points at; the view it is in is known to be long enough. */
typedef int record_check(const struct reading *rd, struct view record);

static int type_check(const struct reading *rd, uint32_t insn_off, uint32_t id)
{
	if (id < rd->b->count)
		return 0;
	return fail(rd->d, -EINVAL, where, "%s of byte %u has type %u, the last is %u", rd->table, insn_off, id,
		    rd->b->count - 1);
}

static int string_check(const struct reading *rd, uint32_t insn_off, uint32_t off)
{
	if (off < rd->b->strings.size)
		return 0;
	return fail(rd->d, -EINVAL, where, "%s of byte %u has a string at %u, outside the strings (%zu bytes)", rd->table,
		    insn_off, off, rd->b->strings.size);
}

static int func_info_check(const struct reading *rd, struct view record)
{
	const struct btf_type *t;
	struct bpf_func_info f;
	int r;

	view_get(record, 0, &f, sizeof(f));
	r = type_check(rd, f.insn_off, f.type_id);
	if (r < 0)
		return r;
	t = btf_type(rd->b, f.type_id);
	if (!t || btf_kind(t) != BTF_KIND_FUNC)
		return fail(rd->d, -EINVAL, where, "func_info of byte %u has type %u, which is %s, expected a func",
			    f.insn_off, f.type_id, btf_a_kind(t ? btf_kind(t) : BTF_KIND_UNKN));
	return 0;
}

static int line_info_check(const struct reading *rd, struct view record)
{
	struct bpf_line_info l;
	int r;

	view_get(record, 0, &l, sizeof(l));
	r = string_check(rd, l.insn_off, l.file_name_off);
	return r < 0 ? r : string_check(rd, l.insn_off, l.line_off);
}

static int core_relo_check(const struct reading *rd, struct view record)
{
	struct bpf_core_relo c;
	int r;

	view_get(record, 0, &c, sizeof(c));
	r = type_check(rd, c.insn_off, c.type_id);
	return r < 0 ? r : string_check(rd, c.insn_off, c.access_str_off);
}

/* Reads the group at *at into g and moves *at behind it. */
static int group_read(const struct reading *rd, struct view table, uint32_t rec_size, uint64_t *at, struct ext_group *g)
{
	struct btf_ext_info_sec h;

	if (!view_get(table, *at, &h, sizeof(h)))
		return fail(rd->d, -EINVAL, where, "%s: %zu bytes are left for a group, it needs 8", rd->table,
			    table.size - (size_t)*at);
	if (h.sec_name_off >= rd->b->strings.size)
		return fail(rd->d, -EINVAL, where, "%s: section name at %u is outside the strings (%zu bytes)", rd->table,
			    h.sec_name_off, rd->b->strings.size);
	g->section = btf_str(rd->b, h.sec_name_off);
	g->count = h.num_info;
	*at += sizeof(h);
	if (!h.num_info)
		return fail(rd->d, -EINVAL, where, "%s: section %s has 0 records", rd->table, g->section);
	if (!view_sub(table, *at, (uint64_t)h.num_info * rec_size, &g->records))
		return fail(rd->d, -EINVAL, where, "%s: section %s has %u records of %u bytes, but %zu bytes are left",
			    rd->table, g->section, h.num_info, rec_size, table.size - (size_t)*at);
	*at += g->records.size;
	return 0;
}

static int records_check(const struct reading *rd, const struct ext_group *g, uint32_t rec_size, record_check *check)
{
	for (uint32_t i = 0; i < g->count; i++) {
		struct view record;
		int r;

		view_sub(g->records, (uint64_t)i * rec_size, rec_size, &record);
		r = check(rd, record);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The groups of a table: counts them (groups NULL), or fills them in. */
static int groups_read(const struct reading *rd, struct view table, uint32_t rec_size, record_check *check,
		       struct ext_group *groups, uint32_t *count)
{
	uint64_t at = sizeof(rec_size);

	for (*count = 0; at < table.size; ++*count) {
		struct ext_group g;
		int r = group_read(rd, table, rec_size, &at, &g);

		if (r == 0 && groups)
			r = records_check(rd, &g, rec_size, check);
		if (r < 0)
			return r;
		if (groups)
			groups[*count] = g;
	}
	return 0;
}

static int table_read(const struct reading *rd, struct view table, size_t known, record_check *check, struct arena *a,
		      struct ext_table *out)
{
	struct ext_group *groups;
	uint32_t rec_size;
	int r;

	*out = (struct ext_table){ 0 };
	if (!table.size)
		return 0;
	if (!view_get(table, 0, &rec_size, sizeof(rec_size)))
		return fail(rd->d, -EINVAL, where, "%s: %zu bytes are too few for a record size", rd->table, table.size);
	if (rec_size < known || rec_size % 4)
		return fail(rd->d, -EINVAL, where, "%s: records of %u bytes, expected a multiple of 4 from %zu on", rd->table,
			    rec_size, known);
	r = groups_read(rd, table, rec_size, check, NULL, &out->ngroups);
	if (r < 0)
		return r;
	groups = arena_array(a, out->ngroups, sizeof(*groups));
	if (!groups)
		return fail_memory(rd->d, where);
	out->rec_size = rec_size;
	out->groups = groups;
	return groups_read(rd, table, rec_size, check, groups, &out->ngroups);
}

/* An older header is shorter: what it does not have is 0. */
static int header_read(struct view raw, struct btf_ext_header *h, struct diag *d)
{
	memset(h, 0, sizeof(*h));
	if (!view_get(raw, 0, h, offsetof(struct btf_ext_header, core_relo_off)))
		return fail(d, -EINVAL, where, "%zu bytes are too few for a header of 24", raw.size);
	if (h->magic != BTF_MAGIC)
		return fail(d, -EINVAL, where, "magic 0x%04x, expected 0x%04x", h->magic, BTF_MAGIC);
	if (h->version != BTF_VERSION || h->flags)
		return fail(d, -EINVAL, where, "version %u flags 0x%02x, expected 1 and 0", h->version, h->flags);
	if (h->hdr_len < offsetof(struct btf_ext_header, core_relo_off) || h->hdr_len > raw.size)
		return fail(d, -EINVAL, where, "header of %u bytes, expected 24 to %zu", h->hdr_len, raw.size);
	if (h->hdr_len >= sizeof(*h))
		view_get(raw, 0, h, sizeof(*h));
	return 0;
}

int btf_ext_parse(struct view raw, const struct btf *b, struct arena *a, struct btf_ext *out, struct diag *d)
{
	struct btf_ext_header h;
	int r = header_read(raw, &h, d);

	if (r < 0)
		return r;
	*out = (struct btf_ext){ 0 };
	const struct {
		const char *name;
		uint32_t off, len;
		size_t known;		/* bytes of the record as we know it */
		record_check *check;
		struct ext_table *table;
	} tables[] = {
		{ "func_info", h.func_info_off, h.func_info_len, sizeof(struct bpf_func_info), func_info_check,
		  &out->func_info },
		{ "line_info", h.line_info_off, h.line_info_len, sizeof(struct bpf_line_info), line_info_check,
		  &out->line_info },
		{ "core_relo", h.core_relo_off, h.core_relo_len, sizeof(struct bpf_core_relo), core_relo_check,
		  &out->core_relo },
	};

	for (unsigned i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		const struct reading rd = { b, tables[i].name, d };
		struct view bytes;

		if (!view_sub(raw, (uint64_t)h.hdr_len + tables[i].off, tables[i].len, &bytes))
			return fail(d, -EINVAL, where, "%s at %llu size %u is outside the %zu bytes", tables[i].name,
				    (unsigned long long)h.hdr_len + tables[i].off, tables[i].len, raw.size);
		r = table_read(&rd, bytes, tables[i].known, tables[i].check, a, tables[i].table);
		if (r < 0)
			return r;
	}
	return 0;
}

const struct ext_group *ext_group_of(const struct ext_table *t, const char *section)
{
	for (uint32_t i = 0; i < t->ngroups; i++)
		if (strcmp(t->groups[i].section, section) == 0)
			return &t->groups[i];
	return NULL;
}
