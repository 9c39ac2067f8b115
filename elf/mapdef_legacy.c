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
 * after map_flags; elf/legacy_members.c knows some of them, and a member that it
 * does not know may be there as long as it is zero.
 *
 *	kernel samples   inner_map_idx: this map holds maps like the n-th of the section
 *	iproute2         id, inner_id: like the one with that id; inner_idx: and goes in there
 *	Android          min_kver, max_kver: only on kernels between the two
 *
 * The types of key and value are known when the source used the macro
 * BPF_ANNOTATE_KV_PAIR(counts, ...): a struct ____btf_map_counts { key; value; }
 * that exists only to be in the BTF.
 *
 * gobpf gives each map a section of its own, maps/NAME; the kernel's decoders of
 * remote controls call it lirc_mode2/maps. libbpf has refused the section since
 * 1.0; the objects are still around.
 *
 * In: sections maps and maps/NAME, symbols  Out: struct map, MAP_LEGACY
 * Kernel: samples/bpf/bpf_load.c load_elf_maps_section(), until 5.11; iproute2's lib/bpf_legacy.c
 * Try: bpfwalk inspect build/progs/talk.bpf.o
 * Next: elf/legacy_members.c
 */
#include <errno.h>
#include <stdlib.h>

#include "elf/legacy.h"
#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

static const char where[] = "section maps";

enum { SIZE_MIN = 16 };			/* up to max_entries */

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

static int definition_read(struct object *o, uint32_t section, const struct elf_symbol *s, struct view bytes,
			   struct legacy_def *def, struct diag *d)
{
	struct map m = {
		.name = s->name, .origin = MAP_LEGACY, .inner = NO_INDEX, .values_offset = NO_INDEX,
		.section_index = section, .section_offset = (uint32_t)s->value,
	};
	int r;

	if (bytes.size < SIZE_MIN)
		return fail(d, -EINVAL, where, "map %s: %zu bytes up to the next one, expected at least %d", m.name,
			    bytes.size, SIZE_MIN);
	*def = (struct legacy_def){ .max_kver = UINT32_MAX, .loader_max = UINT32_MAX };
	r = legacy_members_read(o, bytes, &m, def, d);
	m.id = def->id;
	m.meant_for = meant_for(def->min_kver, def->max_kver, def->loader_max);
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

/* The definition that def names as that of the maps inside it: by its place, or by its id. */
static uint32_t inner_find(const struct legacy_def *defs, uint32_t n, const struct legacy_def *def)
{
	if (!def->inner_id)
		return def->inner_map_idx < n ? def->inner_map_idx : NO_INDEX;
	for (uint32_t i = 0; i < n; i++)
		if (defs[i].id == def->inner_id)
			return i;
	return NO_INDEX;
}

/* Maps inside others: `first` is the section's first map. */
static int inner_resolve(struct object *o, uint32_t first, const struct legacy_def *defs, uint32_t n, uint32_t i,
			 struct diag *d)
{
	struct map *m = &o->maps[first + i];
	uint32_t inner = inner_find(defs, n, &defs[i]);
	bool named = defs[i].inner_id || defs[i].inner_map_idx;

	if (!named && (!map_holds_maps(m) || !defs[i].has_inner_map_idx))
		return 0;
	if (!map_holds_maps(m))
		return fail(d, -EINVAL, where, "map %s: it names what is inside, but is of type %u, no map of maps", m->name, m->type);
	if (inner == NO_INDEX || map_holds_maps(&o->maps[first + inner]))
		return fail(d, -EINVAL, where, "map %s: what is inside is %s %u, expected a map that holds no maps itself", m->name,
			    defs[i].inner_id ? "id" : "number", defs[i].inner_id ? defs[i].inner_id : defs[i].inner_map_idx);
	m->inner = first + inner;
	return 0;
}

/* iproute2: map i goes into every map that holds maps like it. */
static int slots_add(struct object *o, uint32_t first, const struct legacy_def *defs, uint32_t n, uint32_t i, struct diag *d)
{
	struct map_slot slot = { .index = defs[i].inner_idx, .target = first + i };
	int r = 0;

	if (!defs[i].id || defs[i].inner_id || defs[i].inner_idx == UINT32_MAX)
		return 0;
	for (uint32_t j = 0; r >= 0 && j < n; j++)
		if (defs[j].inner_id == defs[i].id)
			r = map_slot_add(o, &o->maps[first + j], slot, d);
	return r;
}

static int section_read(struct object *o, uint32_t section, struct diag *d)
{
	struct view all = o->elf.sections[section].bytes, bytes;
	uint32_t n = 0, first = o->nmaps;
	const struct elf_symbol **symbols;
	struct legacy_def *defs;
	bool has_owner = false;
	int r;

	if (all.size > UINT32_MAX)
		return fail(d, -EINVAL, where, "%zu bytes, expected less than 4 GiB", all.size);
	r = definitions_find(o, section, &symbols, &n, d);
	defs = r < 0 ? NULL : arena_array(o->arena, n, sizeof(*defs));
	if (!defs)
		return r < 0 ? r : fail_memory(d, where);
	for (uint32_t i = 0; r >= 0 && i < n; i++) {
		r = bytes_of(all, symbols, n, i, &bytes, d);
		if (r >= 0)
			r = definition_read(o, section, symbols[i], bytes, &defs[i], d);
	}
	for (uint32_t i = 0; r >= 0 && i < n; i++)
		has_owner |= defs[i].has_owner;
	if (r >= 0 && has_owner)
		r = note(o, d, "section maps: where Android's loader pins maps, and for whom, is left out");
	for (uint32_t i = 0; r >= 0 && i < n; i++) {
		r = inner_resolve(o, first, defs, n, i, d);
		if (r >= 0)
			r = slots_add(o, first, defs, n, i, d);
	}
	return r;
}

int maps_from_legacy(struct object *o, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 1; r >= 0 && i < o->elf.nsections; i++)
		if (section_role(&o->elf.sections[i]) == ROLE_LEGACY_MAPS)
			r = section_read(o, i, d);
	return r;
}
