/*
 * Maps defined in a section "maps": numbers written as numbers.
 *
 *	struct bpf_map_def {
 *		unsigned int type, key_size, value_size, max_entries;
 *		unsigned int map_flags;			since 4.6
 *	} counts SEC("maps") = { ... };
 *
 * The older way, without BTF: one symbol is one definition, and the bytes up to
 * the next symbol are its members. Every loader had its own idea of what comes
 * after map_flags (numa_node, inner_map_idx, pinning, a namespace), so a member
 * behind it that is not zero asks for something we cannot know.
 *
 * The types of key and value are known when the source used the macro
 * BPF_ANNOTATE_KV_PAIR(counts, ...): a struct ____btf_map_counts { key; value; }
 * that exists only to be in the BTF.
 *
 * libbpf has refused this section since 1.0; the objects are still around.
 *
 * In: section maps, symbols  Out: struct map, MAP_LEGACY
 * Kernel: samples/bpf/bpf_load.c load_elf_maps_section(), until 5.11
 * Try: bpfwalk inspect build/progs/talk.bpf.o
 * Next: elf/data.c
 */
#include <errno.h>
#include <stdlib.h>

#include "elf/object_parts.h"

static const char where[] = "section maps";

enum { SIZE_MIN = 16, SIZE_KNOWN = 20 };	/* up to max_entries, up to map_flags */

static bool is_definition(const struct elf_symbol *s, uint32_t section)
{
	return s->section == section && (s->type == STT_OBJECT || s->type == STT_NOTYPE) && s->name[0];
}

static int by_value(const void *a, const void *b)
{
	const struct elf_symbol *const *x = a, *const *y = b;

	return (*x)->value < (*y)->value ? -1 : (*x)->value > (*y)->value;
}

/* The definitions of a section, in order of their offsets. */
static int definitions_find(const struct object *o, uint32_t section, const struct elf_symbol ***out, uint32_t *count,
			    struct diag *d)
{
	const struct elf *e = &o->elf;
	uint32_t n = 0;

	for (uint32_t i = 1; i < e->nsymbols; i++)
		n += is_definition(&e->symbols[i], section);
	*out = arena_array(o->arena, n, sizeof(**out));
	if (!*out)
		return fail_memory(d, where);
	for (uint32_t i = 1; i < e->nsymbols; i++)
		if (is_definition(&e->symbols[i], section))
			(*out)[(*count)++] = &e->symbols[i];
	qsort(*out, *count, sizeof(**out), by_value);
	return 0;
}

/* struct ____btf_map_NAME, if the types in it have the sizes of the map. */
static int types_find(struct object *o, struct map *m, struct diag *d)
{
	const char *name = arena_printf(o->arena, "____btf_map_%s", m->name);
	const struct btf_member *members;
	uint32_t id;

	if (!name)
		return fail_memory(d, where);
	id = btf_find(&o->btf, BTF_KIND_STRUCT, name);
	if (!id || btf_vlen(btf_type(&o->btf, id)) < 2)
		return 0;
	members = btf_members(btf_type(&o->btf, id));
	if (btf_size(&o->btf, members[0].type) == m->key_size)
		m->key_type_id = members[0].type;
	if (btf_size(&o->btf, members[1].type) == m->value_size)
		m->value_type_id = members[1].type;
	return 0;
}

/* A member we do not know may be there as long as it says nothing. */
static int rest_check(struct object *o, const struct map *m, struct view bytes, struct diag *d)
{
	for (size_t i = bytes.size < SIZE_KNOWN ? SIZE_MIN : SIZE_KNOWN; i < bytes.size; i++)
		if (bytes.base[i])
			return refuse(o, d, "map %s: byte %zu of its definition is 0x%02x, a member behind map_flags that is unknown",
				      m->name, i, bytes.base[i]);
	return 0;
}

static int definition_read(struct object *o, uint32_t section, const struct elf_symbol *s, struct view bytes,
			   struct diag *d)
{
	struct map m = {
		.name = s->name, .origin = MAP_LEGACY, .inner = NO_INDEX,
		.section_index = section, .section_offset = (uint32_t)s->value,
	};
	int r;

	if (bytes.size < SIZE_MIN)
		return fail(d, -EINVAL, where, "map %s: %zu bytes up to the next one, expected at least %d", m.name,
			    bytes.size, SIZE_MIN);
	view_get(bytes, 0, &m.type, 4);
	view_get(bytes, 4, &m.key_size, 4);
	view_get(bytes, 8, &m.value_size, 4);
	view_get(bytes, 12, &m.max_entries, 4);
	view_get(bytes, 16, &m.flags, 4);
	r = rest_check(o, &m, bytes, d);
	if (r >= 0)
		r = types_find(o, &m, d);
	return r < 0 ? r : map_add(o, &m, d);
}

/* From where symbol i is to where the next one is. */
static int bytes_of(struct view all, const struct elf_symbol **symbols, uint32_t n, uint32_t i, struct view *out,
		    struct diag *d)
{
	uint64_t start = symbols[i]->value, end = i + 1 < n ? symbols[i + 1]->value : all.size;

	if (end > all.size)
		end = all.size;
	if (start > end || !view_sub(all, start, end - start, out))
		return fail(d, -EINVAL, where, "map %s: offset %llu is outside the section (%zu bytes)", symbols[i]->name,
			    (unsigned long long)start, all.size);
	return 0;
}

int maps_from_legacy(struct object *o, struct diag *d)
{
	uint32_t section = o->only[ROLE_LEGACY_MAPS], n = 0;
	const struct elf_symbol **symbols;
	struct view all, bytes;
	int r;

	if (!section)
		return 0;
	all = o->elf.sections[section].bytes;
	if (all.size > UINT32_MAX)
		return fail(d, -EINVAL, where, "%zu bytes, expected less than 4 GiB", all.size);
	r = definitions_find(o, section, &symbols, &n, d);
	for (uint32_t i = 0; r >= 0 && i < n; i++) {
		r = bytes_of(all, symbols, n, i, &bytes, d);
		if (r >= 0)
			r = definition_read(o, section, symbols[i], bytes, d);
	}
	return r;
}
