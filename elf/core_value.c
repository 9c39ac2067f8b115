/*
 * What a path comes to: an offset, a size, a shift, a number.
 *
 * The value is worked out twice by the same rules, in the object's types and in
 * the kernel's. The first must be what the compiler put into the instruction;
 * the second takes its place.
 *
 * A bit-field is read with a load of 1, 2, 4 or 8 bytes that has all of it, and
 * two shifts of the 64-bit register: left until its first bit is the highest,
 * then right until its last bit is the lowest.
 *
 *	unsigned a : 5, b : 3, c : 12;		c: bits 8 to 19 of 4 bytes at offset 0
 *
 *	63           32 31     20 19         8 7     0
 *	|     0        |         |     c      |  b a |	byte offset 0, size 4
 *	|     c      |                0              |	<< lshift 44
 *	|                0                |     c    |	>> rshift 52
 *
 * The compiler may choose a load of another size, so what it compiled is not
 * compared for bit-fields.
 *
 * In: struct core_path of both sides  Out: struct core_value
 * Kernel: tools/lib/bpf/relo_core.c bpf_core_calc_relo() comes to the same
 * Next: elf/core_patch.c
 */
#include <errno.h>

#include "elf/core_parts.h"
#include "uapi/bpf_cmd.h"

/* What one side says. */
struct side {
	uint64_t value;
	bool exact;			/* the compiler cannot have chosen otherwise */
	uint32_t size, type_id;		/* of what a load reads; 0: no load does */
};

/* Where a member is and how it is read. */
struct place {
	uint32_t type_id;		/* of the member, without modifiers */
	bool is_bitfield;
	uint64_t bit_offset, bits;
	uint64_t byte_offset, bytes;	/* of the load */
};

static int bitfield_place(const struct btf *b, struct place *p, const char **why)
{
	const struct btf_type *t = btf_type(b, p->type_id);
	uint32_t kind = t ? btf_kind(t) : BTF_KIND_UNKN;

	*why = "it is a bit-field of something that is no integer";
	if ((kind != BTF_KIND_INT && !core_is_enum(kind)) || !t->size || t->size > 16)
		return -EINVAL;
	p->bytes = t->size;
	for (;; p->bytes *= 2) {
		p->byte_offset = p->bit_offset / 8 / p->bytes * p->bytes;
		if (p->bit_offset + p->bits <= (p->byte_offset + p->bytes) * 8)
			return 0;
		*why = "it is a bit-field that no load of 8 bytes has all of";
		if (p->bytes >= 8)
			return -E2BIG;
	}
}

static int place_find(const struct core_path *path, struct place *p, const char **why)
{
	const struct core_step *last = &path->steps[path->nsteps - 1];
	const struct btf_type *of = btf_type(path->btf, last->type_id);
	const struct btf_member *m = last->name ? btf_members(of) + last->index : NULL;
	int64_t size;

	p->bit_offset = path->bit_offset;
	core_kind(path->btf, m ? m->type : last->type_id, &p->type_id);
	p->bits = m ? btf_member_bits(of, m) : 0;
	p->is_bitfield = p->bits != 0;
	if (p->is_bitfield)
		return bitfield_place(path->btf, p, why);
	size = btf_size(path->btf, p->type_id);
	*why = "it is something without a size";
	if (size < 0)
		return -EINVAL;
	p->bytes = (uint64_t)size;
	p->byte_offset = p->bit_offset / 8;
	p->bits = p->bytes * 8;
	return 0;
}

/* What a load reads at once: of arrays an element; nothing of a bit-field, which is read in another way. */
static int loaded_find(const struct btf *b, const struct place *p, struct side *s)
{
	uint32_t id = p->type_id;
	int64_t size;

	if (p->is_bitfield)
		return 0;
	for (unsigned i = 0; core_kind(b, id, &id) == BTF_KIND_ARRAY && i < BTF_MAX_DEPTH; i++)
		id = btf_array(btf_type(b, id))->type;
	size = btf_size(b, id);
	if (size < 0)
		return -EINVAL;
	s->size = (uint32_t)size;
	s->type_id = p->type_id;
	return 0;
}

static bool is_signed(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, id);

	if (!t)
		return false;
	if (core_is_enum(btf_kind(t)))
		return btf_kflag(t);
	return btf_kind(t) == BTF_KIND_INT && (BTF_INT_ENCODING(btf_int_data(t)) & BTF_INT_SIGNED);
}

static int field_side(uint32_t kind, const struct core_path *path, struct side *s, const char **why)
{
	struct place p = { 0 };
	int r = place_find(path, &p, why);

	if (r < 0)
		return r;
	s->exact = !p.is_bitfield;
	*why = "an array's element has no such property";
	if (!path->steps[path->nsteps - 1].name && kind != BPF_CORE_FIELD_BYTE_OFFSET && kind != BPF_CORE_FIELD_BYTE_SIZE)
		return -EINVAL;
	switch (kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET:
		s->value = p.byte_offset;
		*why = "its elements have no size";
		return loaded_find(path->btf, &p, s);
	case BPF_CORE_FIELD_BYTE_SIZE:
		s->value = p.bytes;
		return 0;
	case BPF_CORE_FIELD_SIGNED:
		s->value = is_signed(path->btf, p.type_id);
		s->exact = true;
		return 0;
	case BPF_CORE_FIELD_LSHIFT_U64:
		s->value = (uint32_t)(64 - (p.bit_offset + p.bits - p.byte_offset * 8));
		return 0;
	default:		/* BPF_CORE_FIELD_RSHIFT_U64 */
		s->value = (uint32_t)(64 - p.bits);
		s->exact = true;
		return 0;
	}
}

static int type_side(uint32_t kind, const struct core_path *path, struct side *s, const char **why)
{
	int64_t size;

	s->exact = kind != BPF_CORE_TYPE_ID_TARGET;
	if (kind == BPF_CORE_TYPE_ID_TARGET) {
		s->value = path->root;
	} else if (kind == BPF_CORE_TYPE_SIZE) {
		size = btf_size(path->btf, path->root);
		*why = "it is something without a size";
		if (size < 0)
			return -EINVAL;
		s->value = (uint64_t)size;
	} else {
		s->value = 1;
	}
	return 0;
}

static uint64_t enum_value(const struct core_path *path)
{
	const struct btf_type *t = btf_type(path->btf, path->steps[0].type_id);
	uint32_t i = path->steps[0].index;

	if (btf_kind(t) == BTF_KIND_ENUM)
		return (uint64_t)(int64_t)btf_enums(t)[i].val;
	return (uint64_t)btf_enums64(t)[i].val_hi32 << 32 | btf_enums64(t)[i].val_lo32;
}

/* One side; path NULL: the kernel has no such thing, of which 0 is said, unless that is nothing to go on with: 1. */
static int side_find(uint32_t kind, const struct core_path *path, struct side *s, const char **why)
{
	*s = (struct side){ .exact = true };
	if (kind == BPF_CORE_FIELD_EXISTS || kind == BPF_CORE_ENUMVAL_EXISTS) {
		s->value = path != NULL;
		return 0;
	}
	switch (core_family(kind)) {
	case CORE_FIELD:
		return path ? field_side(kind, path, s, why) : 1;
	case CORE_ENUM_VALUE:
		if (path)
			s->value = enum_value(path);
		return path ? 0 : 1;
	default:
		return path ? type_side(kind, path, s, why) : 0;
	}
}

/*
 * May a load of the old type be made a load of the new one, which has another
 * size? Of a pointer (4 bytes in a 32-bit kernel) and of unsigned integers: what
 * is missing is zeros.
 */
static bool can_resize(const struct btf *local, uint32_t old, const struct btf *target, uint32_t new)
{
	const struct btf_type *o = btf_type(local, old), *n = btf_type(target, new);

	if (!o || !n || btf_kind(o) != btf_kind(n))
		return false;
	if (btf_kind(o) == BTF_KIND_PTR)
		return true;
	return btf_kind(o) == BTF_KIND_INT && BTF_INT_ENCODING(btf_int_data(o)) != BTF_INT_SIGNED &&
	       BTF_INT_ENCODING(btf_int_data(n)) != BTF_INT_SIGNED;
}

int core_value_find(uint32_t kind, const struct core_path *local, const struct core_path *target,
		    struct core_value *out, const char **why)
{
	struct side was, is = { 0 };
	int r;

	*out = (struct core_value){ 0 };
	if (kind == BPF_CORE_TYPE_ID_LOCAL) {
		out->compiled = out->value = local->root;
		return 0;
	}
	r = side_find(kind, local, &was, why);
	if (r == 0)
		r = side_find(kind, target, &is, why);
	if (r < 0)
		return r;
	out->missing = !target;
	out->poison = r == 1;
	out->compiled = was.value;
	out->value = is.value;
	out->check = was.exact;
	out->old_size = was.size;
	out->new_size = is.size;
	out->other_size = !out->poison && was.size != is.size && !can_resize(local->btf, was.type_id, target->btf, is.type_id);
	return 0;
}
