/*
 * The assembler's BTF: of the maps it was told of, and .BTF.ext.
 *
 *	.map counts hash 16 8 1024	is, for a loader, what this C would have become:
 *
 *	struct {
 *		int (*type)[1];			an array's length is the number
 *		int (*key_size)[16];
 *		int (*value_size)[8];
 *		int (*max_entries)[1024];
 *	} counts SEC(".maps");
 *
 * .BTF.ext is written anew from .type, .line and .core, whose numbers refer to
 * the .BTF that the text brought: so instructions can be put in and taken out,
 * and each line stays with its own.
 *
 * In: maps, records  Out: sections .BTF, .BTF.ext
 * Kernel: include/uapi/linux/btf.h
 * Try: bpfwalk inspect, on what asm wrote
 * Next: elf/asm_elf.c
 */
#include <errno.h>
#include <string.h>

#include "elf/asm_parts.h"

const char *const asm_map_members[MAP_NUMBERS] = { "type", "key_size", "value_size", "max_entries", "map_flags" };

struct writing {
	struct assembly *s;
	struct bytes types, strings;
	uint32_t count;				/* types so far: the number of the last */
	uint32_t name_of_member[MAP_NUMBERS];
	int r;					/* the first failure */
};

static void put(struct writing *w, struct bytes *b, const void *data, size_t n)
{
	if (w->r == 0)
		w->r = asm_put(w->s, b, data, n);
}

/* The string's place. */
static uint32_t put_name(struct writing *w, const char *name)
{
	uint32_t at = w->strings.size;

	put(w, &w->strings, name, strlen(name) + 1);
	return at;
}

/* A type's number; what trails it is put by the caller. */
static uint32_t put_type(struct writing *w, uint32_t name, uint32_t kind, uint32_t vlen, uint32_t size_or_type)
{
	const struct btf_type t = { .name_off = name, .info = BTF_INFO_ENC(kind, 0, vlen), .size = size_or_type };

	put(w, &w->types, &t, sizeof(t));
	return ++w->count;
}

enum { INT_TYPE = 1 };

/* int (*NAME)[n] */
static uint32_t put_number(struct writing *w, uint32_t n)
{
	const struct btf_array array = { .type = INT_TYPE, .index_type = INT_TYPE, .nelems = n };
	uint32_t type = put_type(w, 0, BTF_KIND_ARRAY, 0, 0);

	put(w, &w->types, &array, sizeof(array));
	return put_type(w, 0, BTF_KIND_PTR, 0, type);
}

/* The VAR of a map. */
static uint32_t put_map(struct writing *w, const struct asm_map *m)
{
	struct btf_member members[MAP_NUMBERS];
	const uint32_t linkage = BTF_VAR_GLOBAL_ALLOCATED;
	uint32_t n = 0, type;

	for (unsigned i = 0; i < MAP_NUMBERS; i++)
		if (m->numbers[i]) {
			type = put_number(w, m->numbers[i]);
			members[n] = (struct btf_member){ w->name_of_member[i], type, n * 64 };
			n++;
		}
	type = put_type(w, 0, BTF_KIND_STRUCT, n, n * 8);
	put(w, &w->types, members, n * sizeof(*members));
	type = put_type(w, put_name(w, m->name), BTF_KIND_VAR, 0, type);
	put(w, &w->types, &linkage, sizeof(linkage));
	return type;
}

static void put_maps(struct writing *w)
{
	static const uint32_t bits = BTF_INT_SIGNED << 24 | 32;
	struct bytes list = { NULL, 0, 0 };
	uint32_t at = 0;

	put(w, &w->strings, "", 1);
	put_type(w, put_name(w, "int"), BTF_KIND_INT, 0, 4);
	put(w, &w->types, &bits, sizeof(bits));
	for (unsigned i = 0; i < MAP_NUMBERS; i++)
		w->name_of_member[i] = put_name(w, asm_map_members[i]);
	for (uint32_t i = 0; i < w->s->nmaps; i++) {
		struct btf_var_secinfo v = { put_map(w, &w->s->maps[i]), at, 0 };

		for (unsigned j = 0; j < MAP_NUMBERS; j++)
			v.size += w->s->maps[i].numbers[j] ? 8 : 0;
		at += v.size;
		put(w, &list, &v, sizeof(v));
	}
	put_type(w, put_name(w, ".maps"), BTF_KIND_DATASEC, w->s->nmaps, at);
	put(w, &w->types, list.at, list.size);
}

static int maps_write(struct assembly *s)
{
	struct writing w = { .s = s };
	uint32_t section = asm_section_find(s, ".BTF");
	struct btf_header h = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(h) };
	struct bytes *out;

	if (section)
		return asm_fail(s, 0, "both .map and section .BTF, expected one of them: .map writes its own");
	put_maps(&w);
	section = asm_section_named(s, ".BTF");
	if (w.r < 0 || !section)
		return w.r < 0 ? w.r : asm_no_memory(s);
	out = &s->sections[section].bytes;
	h.type_len = h.str_off = w.types.size;
	h.str_len = w.strings.size;
	put(&w, out, &h, sizeof(h));
	put(&w, out, w.types.at, w.types.size);
	put(&w, out, w.strings.at, w.strings.size);
	return w.r;
}

/* The place of a string in .BTF, or 0. */
static uint32_t string_find(const struct bytes *btf, const char *want)
{
	struct view all = { btf->at, btf->size }, strings;
	struct btf_header h;
	const char *found;

	if (!view_get(all, 0, &h, sizeof(h)) || !view_sub(all, (uint64_t)h.hdr_len + h.str_off, h.str_len, &strings))
		return 0;
	for (uint32_t at = 0; (found = view_str(strings, at)); at += (uint32_t)strlen(found) + 1)
		if (strcmp(found, want) == 0)
			return at;
	return 0;
}

static bool has_ext(const struct assembly *s, enum ext_kind kind)
{
	for (uint32_t i = 1; i < s->nsections; i++)
		if (s->sections[i].ext[kind].size)
			return true;
	return false;
}

/* One of the three tables: rec_size, then for each section its name, how many, the records. */
static int table_write(struct assembly *s, const struct bytes *btf, enum ext_kind kind, struct bytes *out)
{
	const uint32_t rec_size = kind == EXT_TYPE ? 8 : 16;
	int r = asm_put(s, out, &rec_size, sizeof(rec_size));

	for (uint32_t i = 1; r == 0 && i < s->nsections; i++) {
		const struct asm_section *section = &s->sections[i];
		uint32_t head[2] = { 0, section->ext[kind].size / rec_size };

		if (!head[1])
			continue;
		head[0] = string_find(btf, section->name);
		if (!head[0])
			return asm_fail(s, 0, "section %s has .type, .line or .core, but its name is not in .BTF",
				    section->name);
		r = asm_put(s, out, head, sizeof(head));
		if (r == 0)
			r = asm_put(s, out, section->ext[kind].at, section->ext[kind].size);
	}
	return r;
}

static int ext_write(struct assembly *s)
{
	uint32_t section = asm_section_find(s, ".BTF"), ext = asm_section_named(s, ".BTF.ext");
	const struct bytes none = { NULL, 0, 0 }, *btf = section ? &s->sections[section].bytes : &none;
	struct btf_ext_header h = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(h) };
	struct { uint32_t *off, *len; } at[EXT_KINDS] = {
		{ &h.func_info_off, &h.func_info_len }, { &h.line_info_off, &h.line_info_len },
		{ &h.core_relo_off, &h.core_relo_len },
	};
	struct bytes body = { NULL, 0, 0 };
	int r = 0;

	if (!ext)
		return asm_no_memory(s);
	for (int kind = 0; r == 0 && kind < EXT_KINDS; kind++) {
		*at[kind].off = body.size;
		if (has_ext(s, (enum ext_kind)kind) || kind != EXT_CORE)
			r = table_write(s, btf, (enum ext_kind)kind, &body);
		*at[kind].len = body.size - *at[kind].off;
	}
	if (r == 0)
		r = asm_put(s, &s->sections[ext].bytes, &h, sizeof(h));
	if (r == 0)
		r = asm_put(s, &s->sections[ext].bytes, body.at, body.size);
	return r;
}

int asm_btf(struct assembly *s)
{
	int r = s->nmaps ? maps_write(s) : 0;

	if (r == 0 && (has_ext(s, EXT_TYPE) || has_ext(s, EXT_LINE) || has_ext(s, EXT_CORE)))
		r = ext_write(s);
	return r;
}
