/*
 * struct_ops maps: a structure of functions, written in C and called by the kernel.
 *
 *	SEC("struct_ops/ssthresh") __u32 ssthresh(...) { ... }
 *
 *	SEC(".struct_ops.link") struct tcp_congestion_ops walk = {
 *		.ssthresh = (void *)ssthresh,
 *		.name = "walk",
 *	};
 *
 *	.struct_ops.link   | ssthresh | undo_cwnd | name ...... |   bytes of the variable
 *	.rel.struct_ops.link    ^ program ssthresh
 *
 * Each variable of such a section is a map with one element. The type says which
 * structure of the kernel is meant: by its name, and each member by its own name,
 * because this kernel may have others, and in another order. That is found out
 * when it is loaded (loader/struct_ops.c). Until then a program in a member is a
 * slot of the map, counted by members, and every other member is a global
 * variable called "walk.name", so that it can be set.
 *
 *	.struct_ops, .struct_ops.link	without and with a BPF link that holds it
 *	?.struct_ops, ?.struct_ops.link	the same, made only if somebody says so
 *
 * In: those sections, their DATASECs and relocations  Out: maps, MAP_STRUCT_OPS, and globals
 * Kernel: kernel/bpf/bpf_struct_ops.c; libbpf.c bpf_object_init_struct_ops(), bpf_object__collect_st_ops_relos()
 * Try: bpfwalk inspect build/tests/objects/struct_ops.bpf.o
 * Next: elf/data_addresses.c
 */
#include <errno.h>
#include <string.h>

#include "elf/addresses.h"
#include "elf/datasec.h"
#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

#define WHERE(o, m) ((o)->elf.sections[(m)->section_index].name)

/* ---- members that hold programs ------------------------------------------ */

/* The member at that byte; members of members do not count. */
static uint32_t member_at(const struct btf_type *t, uint32_t byte)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (btf_member_bit_offset(t, &btf_members(t)[i]) == (uint64_t)byte * 8)
			return i;
	return NO_INDEX;
}

static bool is_function_pointer(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, btf_skip_modifiers(b, id));

	if (!t || btf_kind(t) != BTF_KIND_PTR)
		return false;
	t = btf_type(b, btf_skip_modifiers(b, t->type));
	return t && btf_kind(t) == BTF_KIND_FUNC_PROTO;
}

static int slot_of(const struct object *o, const struct map *m, const struct address *a, struct map_slot *slot,
		   struct diag *d)
{
	const struct btf_type *t = btf_type(&o->btf, m->value_type_id);
	uint32_t byte = a->offset - m->section_offset;
	const char *name;

	slot->index = member_at(t, byte);
	if (slot->index == NO_INDEX)
		return fail(d, -EINVAL, "struct_ops", "map %s: byte %u of it is the address of %s, and no member begins there",
			    m->name, byte, a->name);
	name = btf_str(&o->btf, btf_members(t)[slot->index].name_off);
	if (!is_function_pointer(&o->btf, btf_members(t)[slot->index].type))
		return fail(d, -EINVAL, "struct_ops", "map %s: member %s is the address of %s, but no pointer to a function",
			    m->name, name, a->name);
	if (address_program(o, a, &slot->target) < 0)
		return fail(d, -EINVAL, "struct_ops", "map %s: member %s is the address of %s, expected a program", m->name,
			    name, a->name);
	return 0;
}

static int slots_read(struct object *o, uint32_t first, uint32_t section, struct diag *d)
{
	const struct address *all;
	uint32_t count, at = first;
	int r = addresses_read(o, section, &all, &count, d);

	for (uint32_t i = 0; r >= 0 && i < count; i++) {
		struct map_slot slot;
		struct map *m;

		while (at < o->nmaps && all[i].offset - o->maps[at].section_offset >= o->maps[at].section_size)
			at++;
		if (at == o->nmaps)
			return fail(d, -EINVAL, "struct_ops", "section %s: byte %u is the address of %s, and belongs to no map",
				    o->elf.sections[section].name, all[i].offset, all[i].name);
		m = &o->maps[at];
		r = slot_of(o, m, &all[i], &slot, d);
		if (r >= 0)
			r = map_slot_add(o, m, slot, d);
	}
	return r;
}

/* ---- the other members ----------------------------------------------------- */

static bool is_settable(const struct object *o, const struct btf_type *t, const struct btf_member *member)
{
	const struct btf_type *type = btf_type(&o->btf, btf_skip_modifiers(&o->btf, member->type));

	return type && btf_kind(type) != BTF_KIND_PTR && *btf_str(&o->btf, member->name_off) &&
	       !btf_member_bits(t, member) && btf_size(&o->btf, member->type) > 0;
}

/* "walk.name" */
static int member_global(struct object *o, uint32_t map, const struct btf_type *t, const struct btf_member *member,
			 struct diag *d)
{
	const struct map *m = &o->maps[map];
	struct global g = {
		.name = arena_printf(o->arena, "%s.%s", m->name, btf_str(&o->btf, member->name_off)), .map = map,
		.offset = btf_member_bit_offset(t, member) / 8, .size = (uint32_t)btf_size(&o->btf, member->type),
		.type_id = member->type,
	};
	struct global *globals;

	if (g.offset > m->value_size || g.size > m->value_size - g.offset)
		return fail(d, -EINVAL, "struct_ops", "map %s: member %s, %u bytes at %u, is outside its %u bytes", m->name,
			    btf_str(&o->btf, member->name_off), g.size, g.offset, m->value_size);
	globals = array_grow(o->arena, o->globals, o->nglobals, sizeof(*globals));
	if (!globals || !g.name)
		return fail_memory(d, "globals");
	o->globals = globals;
	o->globals[o->nglobals++] = g;
	return 0;
}

static int member_globals(struct object *o, uint32_t map, struct diag *d)
{
	const struct btf_type *t = btf_type(&o->btf, o->maps[map].value_type_id);
	int r = 0;

	for (uint32_t i = 0; r >= 0 && i < btf_vlen(t); i++)
		if (is_settable(o, t, &btf_members(t)[i]))
			r = member_global(o, map, t, &btf_members(t)[i], d);
	return r;
}

/* ---- the maps -------------------------------------------------------------- */

static int map_make(struct object *o, uint32_t section, const struct datasec_var *v, struct diag *d)
{
	const struct elf_section *s = &o->elf.sections[section];
	uint32_t id = btf_skip_modifiers(&o->btf, v->type_id);
	const struct btf_type *t = btf_type(&o->btf, id);
	struct map m = {
		.name = v->name, .origin = MAP_STRUCT_OPS, .type = BPF_MAP_TYPE_STRUCT_OPS, .key_size = 4, .max_entries = 1,
		.inner = NO_INDEX, .section_index = section, .section_offset = v->offset, .value_type_id = id,
		.flags = strstr(s->name, ".link") ? BPF_F_LINK : 0, .is_optional = s->name[0] == '?',
	};

	if (!t || btf_kind(t) != BTF_KIND_STRUCT || !*btf_name(&o->btf, id))
		return fail(d, -EINVAL, "struct_ops", "section %s: variable %s is of kind %s%s, expected a struct with the name of"
			    " one of the kernel's", s->name, v->name, t ? btf_kind_name(btf_kind(t)) : "void",
			    t && btf_kind(t) == BTF_KIND_STRUCT ? " without a name" : "");
	m.value_size = m.section_size = m.data_size = t->size;
	m.data = arena_alloc(o->arena, m.value_size);
	if (!m.data)
		return fail_memory(d, "struct_ops");
	if (!view_get(s->bytes, v->offset, m.data, m.value_size))
		return fail(d, -EINVAL, "struct_ops", "section %s: variable %s, %u bytes at %u, is outside its %zu bytes", s->name,
			    v->name, m.value_size, v->offset, s->bytes.size);
	return map_add(o, &m, d);
}

static int section_read(struct object *o, uint32_t section, struct diag *d)
{
	uint32_t id = datasec_of(o, section), first = o->nmaps;
	struct datasec sec;
	int r;

	if (!id)
		return fail(d, -EINVAL, "struct_ops", "section %s: %s, but its maps are made by their types",
			    o->elf.sections[section].name, o->btf.count ? "the BTF does not know it" : "the file has no BTF");
	r = datasec_read(o, id, o->arena, &sec, d);
	for (uint32_t i = 0; r >= 0 && i < sec.nvars; i++)
		r = map_make(o, section, &sec.vars[i], d);
	if (r >= 0)
		r = slots_read(o, first, section, d);
	for (uint32_t i = first; r >= 0 && i < o->nmaps; i++)
		r = member_globals(o, i, d);
	return r;
}

int object_struct_ops(struct object *o, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 1; r >= 0 && i < o->elf.nsections; i++)
		if (section_role(&o->elf.sections[i]) == ROLE_STRUCT_OPS)
			r = section_read(o, i, d);
	return r;
}
