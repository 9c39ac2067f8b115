/*
 * The members of an old map definition, whoever's it is.
 *
 *			bytes	  0     4    8    12   16    20             24         28        32
 *	bpf_map_def	16, 20	  type  key  value max flags
 *	 of the samples	   28					inner_map_idx  numa_node
 *	bpf_elf_map	   36					id             pinning    inner_id  inner_idx
 *	 of gobpf	  280					pinning        namespace ...
 *	 of Android	  32 to 192				uid            gid        mode      bpfloader_min_ver ...
 *
 * If the file has BTF, it says which struct the definition is, and the names of
 * its members say what they mean. Else the length is all there is, and only some
 * lengths are one loader's alone; in all others what comes behind map_flags has to
 * be zero.
 *
 * In: the bytes of one definition  Out: struct map, struct legacy_def
 * Kernel: samples/bpf/bpf_load.h; iproute2's include/bpf_elf.h; Android's bpf_map_def.h
 * Try: bpfwalk inspect build/tests/objects/legacy_tc.bpf.o
 * Next: elf/data.c
 */
#include <errno.h>
#include <string.h>

#include "elf/datasec.h"
#include "elf/legacy.h"
#include "elf/object_parts.h"

enum { PIN_NONE, PIN_OBJECT_NS, PIN_GLOBAL_NS };	/* iproute2's */

enum where_to { TO_MAP, TO_DEF, TO_OWNER, TO_NOBODY };

/* What a member is called, in which of the structs, and where it goes. */
static const struct row {
	const char *name;
	enum where_to to;
	size_t field;
} rows[] = {
	{ "type",          TO_MAP, offsetof(struct map, type) },
	{ "key_size",      TO_MAP, offsetof(struct map, key_size) },
	{ "size_key",      TO_MAP, offsetof(struct map, key_size) },
	{ "value_size",    TO_MAP, offsetof(struct map, value_size) },
	{ "size_value",    TO_MAP, offsetof(struct map, value_size) },
	{ "max_entries",   TO_MAP, offsetof(struct map, max_entries) },
	{ "max_elem",      TO_MAP, offsetof(struct map, max_entries) },
	{ "map_flags",     TO_MAP, offsetof(struct map, flags) },
	{ "flags",         TO_MAP, offsetof(struct map, flags) },
	{ "numa_node",     TO_MAP, offsetof(struct map, numa_node) },
	{ "id",            TO_DEF, offsetof(struct legacy_def, id) },
	{ "pinning",       TO_DEF, offsetof(struct legacy_def, pinning) },
	{ "inner_id",      TO_DEF, offsetof(struct legacy_def, inner_id) },
	{ "inner_idx",     TO_DEF, offsetof(struct legacy_def, inner_idx) },
	{ "inner_map_idx", TO_DEF, offsetof(struct legacy_def, inner_map_idx) },
	{ "min_kver",      TO_DEF, offsetof(struct legacy_def, min_kver) },
	{ "max_kver",      TO_DEF, offsetof(struct legacy_def, max_kver) },
	{ "bpfloader_max_ver", TO_DEF, offsetof(struct legacy_def, loader_max) },
	{ "bpfloader_min_ver", TO_NOBODY, 0 },	/* no loader is newer than this one */
	/* Android: whose the pin is, which is not made here, and on which builds of Android. */
	{ "uid",           TO_OWNER, 0 },
	{ "gid",           TO_OWNER, 0 },
	{ "mode",          TO_OWNER, 0 },
	{ "selinux_context", TO_OWNER, 0 },
	{ "pin_subdir",    TO_OWNER, 0 },
	{ "create_location", TO_OWNER, 0 },
	{ "pin_location",  TO_OWNER, 0 },
	{ "name_idx",      TO_OWNER, 0 },
	{ "shared",        TO_OWNER, 0 },
	{ "ignore_on_eng", TO_OWNER, 0 },
	{ "ignore_on_user", TO_OWNER, 0 },
	{ "ignore_on_userdebug", TO_OWNER, 0 },
};

static const char *const five[] = { "type", "key_size", "value_size", "max_entries", "map_flags" };

/* What comes behind the first five, in definitions without BTF. */
static const char *const iproute2[] = { "id", "pinning", "inner_id", "inner_idx" };
static const char *const android[] = { "uid", "gid", "mode", "bpfloader_min_ver", "bpfloader_max_ver", "min_kver", "max_kver" };

enum { WORD = 4, FIVE = sizeof(five) / sizeof(five[0]), IPROUTE2_SIZE = 36 };

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

struct reading {
	struct object *o;
	struct diag *d;
	struct view bytes;
	struct map *m;
	struct legacy_def *def;
};

static bool is_zero(struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		if (v.base[i])
			return false;
	return true;
}

static void field_set(struct reading *r, const struct row *row, struct view v)
{
	void *to = row->to == TO_MAP ? (void *)r->m : (void *)r->def;

	view_get(v, 0, (char *)to + row->field, WORD);
	if (row->to == TO_DEF && row->field == offsetof(struct legacy_def, inner_map_idx))
		r->def->has_inner_map_idx = true;
}

static int member_read(struct reading *r, const char *name, uint32_t offset, uint32_t size)
{
	const struct row *row = rows, *end = rows + sizeof(rows) / sizeof(rows[0]);
	struct view v;

	if (!view_sub(r->bytes, offset, size, &v))
		return fail(r->d, -EINVAL, "section maps", "map %s: member %s, %u bytes at %u, is outside its %zu bytes", r->m->name,
			    name, size, offset, r->bytes.size);
	while (row < end && strcmp(row->name, name) != 0)
		row++;
	if (row < end && row->to <= TO_DEF && size == WORD)
		field_set(r, row, v);
	else if (row < end && row->to == TO_OWNER)
		r->def->has_owner |= !is_zero(v);
	else if (row < end && row->to == TO_NOBODY)
		return 0;
	else if (!is_zero(v))
		return refuse(r->o, r->d, "map %s: member %s of its definition is not zero, and nobody knows what it means",
			      r->m->name, name);
	return 0;
}

/* The struct that BTF says the definition is, 0 if it does not. */
static int type_find(struct reading *r, uint32_t *type)
{
	uint32_t id = datasec_of(r->o, r->m->section_index);
	struct datasec sec = { 0 };
	int err = id ? datasec_read(r->o, id, r->o->arena, &sec, r->d) : 0;

	*type = 0;
	for (uint32_t i = 0; err >= 0 && i < sec.nvars; i++)
		if (strcmp(sec.vars[i].name, r->m->name) == 0)
			*type = btf_skip_modifiers(&r->o->btf, sec.vars[i].type_id);
	if (*type && btf_kind(btf_type(&r->o->btf, *type)) != BTF_KIND_STRUCT)
		*type = 0;
	return err;
}

static int by_type(struct reading *r, uint32_t type)
{
	const struct btf_type *t = btf_type(&r->o->btf, type);
	int err = 0;

	for (uint32_t i = 0; err >= 0 && i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		int64_t size = btf_size(&r->o->btf, m->type);

		err = member_read(r, btf_str(&r->o->btf, m->name_off), btf_member_bit_offset(t, m) / 8,
				  size < 0 || size > UINT32_MAX ? 0 : (uint32_t)size);
	}
	return err;
}

/* Behind map_flags, in a length that is nobody's: zero, or refused. */
static int rest_check(struct reading *r)
{
	for (size_t i = FIVE * WORD; i < r->bytes.size; i++)
		if (r->bytes.base[i])
			return refuse(r->o, r->d, "map %s: byte %zu of its definition is 0x%02x, a member behind map_flags that is"
				      " unknown", r->m->name, i, r->bytes.base[i]);
	return 0;
}

/* Words of these names from `from` on, as many as there are. */
static int words_read(struct reading *r, uint32_t from, const char *const *names, uint32_t count)
{
	int err = 0;

	for (uint32_t i = 0; err >= 0 && i < count && (from + i + 1) * WORD <= r->bytes.size; i++)
		err = member_read(r, names[i], (from + i) * WORD, WORD);
	return err;
}

static int by_size(struct reading *r)
{
	int err = words_read(r, 0, five, FIVE);

	if (err < 0)
		return err;
	if (r->o->is_android)		/* longer ones go on with where it is pinned, and on which builds it is used */
		return words_read(r, FIVE, android, COUNT(android));
	if (r->bytes.size == IPROUTE2_SIZE)
		return words_read(r, FIVE, iproute2, COUNT(iproute2));
	return rest_check(r);
}

/*
 * Where iproute2 pins. By the object: below a hash of the file, so that the next load of the very same file finds the map;
 * nobody else would look for it there. (iproute2 with libbpf does not either.)
 */
static int pinning_take(struct reading *r)
{
	switch (r->def->pinning) {
	case PIN_NONE:
		return 0;
	case PIN_OBJECT_NS:
		return note(r->o, r->d, "map %s: PIN_OBJECT_NS: each load has its own, and it is not pinned", r->m->name);
	case PIN_GLOBAL_NS:
		r->m->pin_by_name = true;
		r->m->pin_below = "tc/globals/";
		return 0;
	}
	return refuse(r->o, r->d, "map %s: pinning %u is a directory of iproute2's configuration: only 0, 1 (PIN_OBJECT_NS) and 2"
		      " (PIN_GLOBAL_NS) are understood", r->m->name, r->def->pinning);
}

int legacy_members_read(struct object *o, struct view bytes, struct map *m, struct legacy_def *out, struct diag *d)
{
	struct reading r = { .o = o, .d = d, .bytes = bytes, .m = m, .def = out };
	uint32_t type;
	int err = type_find(&r, &type);

	if (err >= 0)
		err = type ? by_type(&r, type) : by_size(&r);
	return err < 0 ? err : pinning_take(&r);
}
