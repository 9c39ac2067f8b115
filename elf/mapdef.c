/*
 * Maps defined in .maps: numbers written as types.
 *
 *	struct {
 *		int (*type)[BPF_MAP_TYPE_HASH];		__uint(type, BPF_MAP_TYPE_HASH)
 *		int (*max_entries)[1024];		__uint(max_entries, 1024)
 *		__u32 *key;				__type(key, __u32)
 *		struct stat *value;			__type(value, struct stat)
 *	} seen SEC(".maps");
 *
 * The variable's bytes are all zero and nobody reads them: the definition is
 * its type. A number is the size of an array that is only pointed at, which
 * costs nothing; a type is what a pointer points at. 64-bit numbers do not fit
 * into an array's size and are the only value of an enum.
 *
 * One row for each member's name below. A name without a row asks for something
 * we do not know, so the map is not made. Sizes told twice must agree.
 *
 * For PERF_EVENT_ARRAY and the ring buffers, "value" is where people write the
 * type of their records, though the kernel's value is a 4-byte descriptor, or
 * nothing. record_take() sorts that out; uapi/bpf/map.h has the spellings.
 *
 * In: .maps, its DATASEC  Out: struct map, MAP_BTF
 * Kernel: tools/lib/bpf/libbpf.c parse_btf_map_def()
 * Try: bpftool btf dump file build/progs/syscount.bpf.o
 * Next: elf/map_arena.c
 */
#include <errno.h>
#include <string.h>

#include "elf/datasec.h"
#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

static const char where[] = "section .maps";

enum { PIN_NONE, PIN_BY_NAME };		/* libbpf's enum libbpf_pin_type */

/* One definition while it is read. */
struct mapdef {
	struct object *o;
	struct diag *d;
	struct map map;
	uint32_t values_type;		/* of member "values", 0 without */
};

struct member {				/* one member of the struct */
	const char *name;
	uint32_t type;			/* its type, without typedefs and const */
	uint32_t offset;		/* bytes into the struct */
	bool last;
};

struct member_row {
	const char *name;
	int (*read)(struct mapdef *def, const struct member *m, const struct member_row *row);
	size_t field;			/* offset in struct mapdef of the uint32_t it fills */
};

#define MAPDEF_FAIL(def, fmt, ...) \
	fail((def)->d, -EINVAL, where, "map %s: " fmt, (def)->map.name, __VA_ARGS__)

static const char *kind_name(const struct object *o, uint32_t id)
{
	const struct btf_type *t = btf_type(&o->btf, id);

	return t ? btf_kind_name(btf_kind(t)) : "void";
}

static bool has_kind(const struct object *o, uint32_t id, uint32_t kind)
{
	const struct btf_type *t = btf_type(&o->btf, id);

	return t && btf_kind(t) == kind;
}

static void field_set(struct mapdef *def, const struct member_row *row, uint32_t value)
{
	memcpy((char *)def + row->field, &value, sizeof(value));
}

/* What a member that must be a pointer points at. */
static int pointed_at(struct mapdef *def, const struct member *m, uint32_t *out)
{
	if (!has_kind(def->o, m->type, BTF_KIND_PTR))
		return MAPDEF_FAIL(def, "member %s is of kind %s, expected ptr", m->name, kind_name(def->o, m->type));
	*out = btf_type(&def->o->btf, m->type)->type;
	return 0;
}

static int number_get(struct mapdef *def, const struct member *m, uint32_t *out)
{
	uint32_t array;
	int r = pointed_at(def, m, &array);

	if (r < 0)
		return r;
	if (!has_kind(def->o, array, BTF_KIND_ARRAY))
		return MAPDEF_FAIL(def, "member %s points at kind %s, expected array: its size is the number", m->name,
				   kind_name(def->o, array));
	*out = btf_array(btf_type(&def->o->btf, array))->nelems;
	return 0;
}

static int number_read(struct mapdef *def, const struct member *m, const struct member_row *row)
{
	uint32_t value;
	int r = number_get(def, m, &value);

	if (r >= 0)
		field_set(def, row, value);
	return r;
}

static int type_read(struct mapdef *def, const struct member *m, const struct member_row *row)
{
	uint32_t type;
	int r = pointed_at(def, m, &type);

	if (r >= 0 && !type)
		return MAPDEF_FAIL(def, "member %s is of type void, which has no size", m->name);
	if (r >= 0)
		field_set(def, row, type);
	return r;
}

static int values_read(struct mapdef *def, const struct member *m, const struct member_row *row)
{
	if (!m->last)
		return MAPDEF_FAIL(def, "%s", "member values is followed by others, expected it to be the last");
	field_set(def, row, m->type);
	def->map.values_offset = m->offset;
	return 0;
}

static int pinning_read(struct mapdef *def, const struct member *m, const struct member_row *row)
{
	uint32_t value;
	int r = number_get(def, m, &value);

	(void)row;
	if (r < 0)
		return r;
	if (value != PIN_NONE && value != PIN_BY_NAME)
		return MAPDEF_FAIL(def, "pinning %u, expected 0 or 1 (LIBBPF_PIN_BY_NAME)", value);
	def->map.pin_by_name = value == PIN_BY_NAME;
	return 0;
}

/* A 64-bit number: __ulong() is an enum of one value; __uint() is good for 32 bits of it. */
static int extra_read(struct mapdef *def, const struct member *m, const struct member_row *row)
{
	const struct btf_type *t = btf_type(&def->o->btf, m->type);
	uint32_t value = 0;
	int r;

	(void)row;
	if (t && btf_vlen(t) == 1 && btf_kind(t) == BTF_KIND_ENUM64) {
		def->map.map_extra = btf_enums64(t)->val_lo32 | (uint64_t)btf_enums64(t)->val_hi32 << 32;
		return 0;
	}
	if (t && btf_vlen(t) == 1 && btf_kind(t) == BTF_KIND_ENUM) {
		def->map.map_extra = (uint64_t)(int64_t)btf_enums(t)->val;
		return 0;
	}
	r = number_get(def, m, &value);
	def->map.map_extra = value;
	return r;
}

#define IN_MAP(field) (offsetof(struct mapdef, map) + offsetof(struct map, field))

static const struct member_row member_rows[] = {
	{ "type",        number_read,  IN_MAP(type) },
	{ "key_size",    number_read,  IN_MAP(key_size) },
	{ "value_size",  number_read,  IN_MAP(value_size) },
	{ "max_entries", number_read,  IN_MAP(max_entries) },
	{ "map_flags",   number_read,  IN_MAP(flags) },
	{ "numa_node",   number_read,  IN_MAP(numa_node) },
	{ "key",         type_read,    IN_MAP(key_type_id) },
	{ "value",       type_read,    IN_MAP(value_type_id) },
	{ "values",      values_read,  offsetof(struct mapdef, values_type) },
	{ "pinning",     pinning_read, 0 },
	{ "map_extra",   extra_read,   0 },
};

static int members_read(struct mapdef *def, const struct btf_type *t)
{
	const struct btf_member *members = btf_members(t);

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		struct member m = {
			.name = btf_str(&def->o->btf, members[i].name_off),
			.type = btf_skip_modifiers(&def->o->btf, members[i].type),
			.offset = btf_member_bit_offset(t, &members[i]) / 8, .last = i + 1 == btf_vlen(t),
		};
		const struct member_row *row = member_rows, *end = row + sizeof(member_rows) / sizeof(member_rows[0]);
		int r;

		while (row < end && strcmp(row->name, m.name) != 0)
			row++;
		if (row == end)
			r = refuse(def->o, def->d, "map %s: member %s is unknown", def->map.name, m.name);
		else
			r = row->read(def, &m, row);
		if (r < 0)
			return r;
	}
	return 0;
}

/* key_size and key say the same, if both are there. */
static int size_settle(struct mapdef *def, const char *what, uint32_t type, uint32_t *size)
{
	int64_t of_type;

	if (!type)
		return 0;
	of_type = btf_size(&def->o->btf, type);
	if (of_type < 0 || of_type > UINT32_MAX)
		return MAPDEF_FAIL(def, "the type of its %s, of kind %s, has no size", what, kind_name(def->o, type));
	if (*size && *size != of_type)
		return MAPDEF_FAIL(def, "%s_size is %u, but its %s has %lld bytes", what, *size, what, (long long)of_type);
	*size = (uint32_t)of_type;
	return 0;
}

/* The elements of an array without elements: "type record[0]" names a type and takes no room. */
static uint32_t empty_array_of(const struct object *o, uint32_t id)
{
	const struct btf_type *t = btf_type(&o->btf, id);

	return t && btf_kind(t) == BTF_KIND_ARRAY && !btf_array(t)->nelems ? btf_array(t)->type : 0;
}

/* struct { __u32 fd; type record[0]; } */
static uint32_t record_in_struct(const struct object *o, uint32_t id)
{
	const struct btf_type *t = btf_type(&o->btf, id);

	if (!t || btf_kind(t) != BTF_KIND_STRUCT || t->size != 4 || !btf_vlen(t))
		return 0;
	return empty_array_of(o, btf_skip_modifiers(&o->btf, btf_members(t)[btf_vlen(t) - 1].type));
}

static bool is_ring(const struct map *m)
{
	return m->type == BPF_MAP_TYPE_RINGBUF || m->type == BPF_MAP_TYPE_USER_RINGBUF;
}

/* The descriptor, described as such: __type(value, int). */
static bool is_descriptor(const struct object *o, uint32_t id)
{
	return has_kind(o, id, BTF_KIND_INT) && btf_type(&o->btf, id)->size == 4;
}

/* Rings: "value" is the type of a record; the kernel's sizes do not depend on it. */
static void record_take(struct mapdef *def)
{
	const struct object *o = def->o;
	struct map *m = &def->map;
	uint32_t value = btf_skip_modifiers(&o->btf, m->value_type_id), named;

	if (m->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !m->key_size && !m->key_type_id)
		m->key_size = 4;
	if (m->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY && !m->value_size)
		m->value_size = 4;
	if (!m->value_type_id || (!is_ring(m) && m->type != BPF_MAP_TYPE_PERF_EVENT_ARRAY))
		return;
	named = is_ring(m) ? empty_array_of(o, value) : record_in_struct(o, value);
	if (is_ring(m) || named || !is_descriptor(o, value))
		m->record_type_id = named ? named : m->value_type_id;
	m->value_type_id = 0;
}

static int def_read(struct mapdef *def, uint32_t type);

/* The inner maps' definition is that of a map of its own, which stands before its user. */
static int template_add(struct mapdef *outer, uint32_t type)
{
	struct mapdef def = {
		.o = outer->o, .d = outer->d,
		.map = {
			.name = arena_printf(outer->o->arena, "%s.inner", outer->map.name), .origin = MAP_BTF,
			.inner = NO_INDEX, .values_offset = NO_INDEX, .is_template = true, .section_index = outer->map.section_index,
			.section_offset = outer->map.section_offset,
		},
	};
	int r;

	if (!def.map.name)
		return fail_memory(outer->d, where);
	if (outer->map.is_template)
		return MAPDEF_FAIL(outer, "inner maps cannot have inner maps of their own: %s", def.map.name);
	r = def_read(&def, type);
	if (r < 0)
		return r;
	if (def.map.pin_by_name)
		return MAPDEF_FAIL(&def, "%s", "an inner map cannot be pinned by name");
	outer->map.inner = outer->o->nmaps;
	return map_add(outer->o, &def.map, outer->d);
}

/* "values": an array of no elements, of pointers to what a value stands for. */
static int values_settle(struct mapdef *def)
{
	const struct object *o = def->o;
	struct map *m = &def->map;
	uint32_t pointer = btf_skip_modifiers(&o->btf, empty_array_of(o, def->values_type)), target = 0;
	bool in_map = map_holds_maps(m);

	if (!def->values_type)
		return 0;
	if (!in_map && m->type != BPF_MAP_TYPE_PROG_ARRAY)
		return MAPDEF_FAIL(def, "member values is for maps of maps and of programs, not for map type %u", m->type);
	if (has_kind(o, pointer, BTF_KIND_PTR))
		target = btf_skip_modifiers(&o->btf, btf_type(&o->btf, pointer)->type);
	if (!has_kind(o, target, in_map ? BTF_KIND_STRUCT : BTF_KIND_FUNC_PROTO))
		return MAPDEF_FAIL(def, "member values is not __array(values, %s)",
				   in_map ? "struct of an inner map" : "function type");
	if (m->value_size && m->value_size != 4)
		return MAPDEF_FAIL(def, "value_size is %u, expected 4 for a map with values", m->value_size);
	m->value_size = 4;
	return in_map ? template_add(def, target) : 0;
}

/* Everything but the name and the place, from struct type `type`. */
static int def_read(struct mapdef *def, uint32_t type)
{
	struct map *m = &def->map;
	int r;

	if (!has_kind(def->o, type, BTF_KIND_STRUCT))
		return MAPDEF_FAIL(def, "its type is of kind %s, expected struct", kind_name(def->o, type));
	r = members_read(def, btf_type(&def->o->btf, type));
	if (r < 0)
		return r;
	if (m->type == BPF_MAP_TYPE_UNSPEC)
		return MAPDEF_FAIL(def, "%s", "no type: expected __uint(type, BPF_MAP_TYPE_...)");
	record_take(def);
	r = size_settle(def, "key", m->key_type_id, &m->key_size);
	if (r >= 0)
		r = size_settle(def, "value", m->value_type_id, &m->value_size);
	if (r >= 0)
		r = values_settle(def);
	return r;
}

static int var_add(struct object *o, uint32_t section, const struct datasec_var *v, struct diag *d)
{
	uint32_t type = btf_skip_modifiers(&o->btf, v->type_id);
	struct mapdef def = {
		.o = o, .d = d,
		.map = {
			.name = v->name, .origin = MAP_BTF, .inner = NO_INDEX, .values_offset = NO_INDEX,
			.section_index = section, .section_offset = v->offset, .section_size = v->size,
		},
	};
	int r;

	if (v->linkage == BTF_VAR_GLOBAL_EXTERN)
		return refuse(o, d, "map %s: extern, it is defined in no section of this object", v->name);
	if (has_kind(o, type, BTF_KIND_STRUCT) && btf_type(&o->btf, type)->size > v->size)
		return fail(d, -EINVAL, where, "map %s: its struct has %u bytes, the variable %u", v->name,
			    btf_type(&o->btf, type)->size, v->size);
	r = def_read(&def, type);
	return r < 0 ? r : map_add(o, &def.map, d);
}

int maps_from_btf(struct object *o, struct diag *d)
{
	uint32_t section = o->only[ROLE_MAPS], id;
	struct datasec sec;
	int r;

	if (!section || !o->elf.sections[section].size)
		return 0;
	id = datasec_of(o, section);
	if (!id)
		return fail(d, -EINVAL, where, "%s, but its maps are defined by their types",
			    o->btf.count ? "the BTF does not know it" : "the file has no BTF");
	r = datasec_read(o, id, o->arena, &sec, d);
	for (uint32_t v = 0; r >= 0 && v < sec.nvars; v++)
		r = var_add(o, section, &sec.vars[v], d);
	return r;
}
