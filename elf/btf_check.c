/*
 * Checking BTF once, so that nobody who walks types later has to.
 *
 * First each record by itself: names, type numbers, sizes. Then how types
 * contain each other. A typedef of an array of a struct of a typedef ... is
 * fine; a struct that contains itself is not, unless there is a pointer on the
 * way, because a pointer has a size of its own:
 *
 *	struct list { struct list *next; }	struct -> ptr, the walk ends
 *	struct list { struct list next; }	struct -> struct -> struct ...
 *
 * Each type's depth is worked out once and kept in a byte; meeting a type whose
 * depth is still being worked out means it contains itself. The time is that of
 * looking at each member once, whatever the file says.
 *
 * In: struct btf from btf_index()  Out: 0, or what is wrong with which type
 * Kernel: kernel/bpf/btf.c btf_check_meta() and the *_resolve() functions
 * Next: elf/btf_names.h
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "elf/btf.h"

struct check {
	const struct btf *b;
	uint8_t *depth;			/* of each type: 0 not known yet, else 1 + that of what it contains */
	struct diag *d;
};

enum { BUSY = 255 };			/* a depth that is being worked out */

__attribute__((format(printf, 3, 4)))
static int type_fail(struct check *c, uint32_t id, const char *fmt, ...)
{
	const char *kind = btf_kind_name(btf_kind(btf_type(c->b, id)));
	const char *name = btf_name(c->b, id);
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return fail(c->d, -EINVAL, "btf types", "type %u (%s%s%.64s): %s", id, kind, *name ? " " : "", name, what);
}

static int name_check(struct check *c, uint32_t id, uint32_t off)
{
	if (off < c->b->strings.size)
		return 0;
	return type_fail(c, id, "name at %u is outside the strings (%zu bytes)", off, c->b->strings.size);
}

static int ref_check(struct check *c, uint32_t id, uint32_t ref)
{
	if (ref < c->b->count)
		return 0;
	return type_fail(c, id, "refers to type %u, the last is %u", ref, c->b->count - 1);
}

static int size_check(struct check *c, uint32_t id, uint32_t size, uint32_t allowed)
{
	if (size < 32 && (allowed >> size & 1))
		return 0;
	return type_fail(c, id, "%u bytes is not a size of that kind", size);
}

static int int_check(struct check *c, uint32_t id, const struct btf_type *t)
{
	uint32_t data = btf_int_data(t);

	if (BTF_INT_OFFSET(data) + BTF_INT_BITS(data) > t->size * 8)
		return type_fail(c, id, "bits %u to %u do not fit into %u bytes", BTF_INT_OFFSET(data),
				 BTF_INT_OFFSET(data) + BTF_INT_BITS(data), t->size);
	return 0;
}

static int array_check(struct check *c, uint32_t id, const struct btf_type *t)
{
	int r = ref_check(c, id, btf_array(t)->type);

	return r < 0 ? r : ref_check(c, id, btf_array(t)->index_type);
}

static int members_check(struct check *c, uint32_t id, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);

	for (uint32_t i = 0; i < btf_vlen(t); i++, m++) {
		int r = name_check(c, id, m->name_off);

		if (r == 0)
			r = ref_check(c, id, m->type);
		if (r < 0)
			return r;
		if (btf_member_bit_offset(t, m) > (uint64_t)t->size * 8)
			return type_fail(c, id, "member %u (%.64s) at bit %u is behind its %u bytes", i,
					 btf_str(c->b, m->name_off), btf_member_bit_offset(t, m), t->size);
	}
	return 0;
}

static int enums_check(struct check *c, uint32_t id, const struct btf_type *t)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		int r = name_check(c, id, btf_kind(t) == BTF_KIND_ENUM ? btf_enums(t)[i].name_off
								      : btf_enums64(t)[i].name_off);
		if (r < 0)
			return r;
	}
	return 0;
}

static int func_check(struct check *c, uint32_t id, const struct btf_type *t)
{
	const struct btf_type *proto = btf_type(c->b, t->type);

	if (!proto || btf_kind(proto) != BTF_KIND_FUNC_PROTO)
		return type_fail(c, id, "type %u is its prototype, but %s", t->type,
				 btf_a_kind(proto ? btf_kind(proto) : BTF_KIND_UNKN));
	return 0;
}

static int params_check(struct check *c, uint32_t id, const struct btf_type *t)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		int r = name_check(c, id, btf_params(t)[i].name_off);

		if (r == 0)
			r = ref_check(c, id, btf_params(t)[i].type);
		if (r < 0)
			return r;
	}
	return 0;
}

static int secinfos_check(struct check *c, uint32_t id, const struct btf_type *t)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_type *var = btf_type(c->b, btf_secinfos(t)[i].type);

		if (!var || (btf_kind(var) != BTF_KIND_VAR && btf_kind(var) != BTF_KIND_FUNC))
			return type_fail(c, id, "variable %u is type %u, which is no var but %s", i,
					 btf_secinfos(t)[i].type, var ? btf_a_kind(btf_kind(var)) : "not there");
	}
	return 0;
}

#define BYTES(n) (1u << (n))

/* What is checked for each kind: the sizes it may have (0: any), whether it refers to t->type, what trails it. */
static const struct {
	uint32_t sizes;
	bool refers;
	int (*trailer)(struct check *c, uint32_t id, const struct btf_type *t);
} rules[NR_BTF_KINDS] = {
	[BTF_KIND_INT]		= { .sizes = 0x1fffe, .trailer = int_check },	/* 1 to 16 bytes */
	[BTF_KIND_PTR]		= { .refers = true },
	[BTF_KIND_ARRAY]	= { .trailer = array_check },
	[BTF_KIND_STRUCT]	= { .trailer = members_check },
	[BTF_KIND_UNION]	= { .trailer = members_check },
	/* 0 is clang's way to say that an enum is only declared. The kernel refuses it: an object with one goes without BTF. */
	[BTF_KIND_ENUM]		= { .sizes = BYTES(0) | BYTES(1) | BYTES(2) | BYTES(4) | BYTES(8), .trailer = enums_check },
	[BTF_KIND_TYPEDEF]	= { .refers = true },
	[BTF_KIND_VOLATILE]	= { .refers = true },
	[BTF_KIND_CONST]	= { .refers = true },
	[BTF_KIND_RESTRICT]	= { .refers = true },
	[BTF_KIND_FUNC]		= { .refers = true, .trailer = func_check },
	[BTF_KIND_FUNC_PROTO]	= { .refers = true, .trailer = params_check },
	[BTF_KIND_VAR]		= { .refers = true },
	[BTF_KIND_DATASEC]	= { .trailer = secinfos_check },
	[BTF_KIND_FLOAT]	= { .sizes = BYTES(2) | BYTES(4) | BYTES(8) | BYTES(12) | BYTES(16) },
	[BTF_KIND_DECL_TAG]	= { .refers = true },
	[BTF_KIND_TYPE_TAG]	= { .refers = true },
	[BTF_KIND_ENUM64]	= { .sizes = BYTES(1) | BYTES(2) | BYTES(4) | BYTES(8), .trailer = enums_check },
};

static int record_check(struct check *c, uint32_t id, const struct btf_type *t)
{
	uint32_t kind = btf_kind(t);
	int r = name_check(c, id, t->name_off);

	if (r == 0 && rules[kind].sizes)
		r = size_check(c, id, t->size, rules[kind].sizes);
	if (r == 0 && rules[kind].refers)
		r = ref_check(c, id, t->type);
	if (r == 0 && rules[kind].trailer)
		r = rules[kind].trailer(c, id, t);
	return r;
}

/* How many types a value of type t contains, and which is the i-th. */
static uint32_t contained_count(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_DATASEC:
		return btf_vlen(t);
	case BTF_KIND_ARRAY: case BTF_KIND_VAR:
		return 1;
	default:
		return btf_is_modifier(btf_kind(t));
	}
}

static uint32_t contained(const struct btf_type *t, uint32_t i)
{
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT: case BTF_KIND_UNION:
		return btf_members(t)[i].type;
	case BTF_KIND_DATASEC:
		return btf_secinfos(t)[i].type;
	case BTF_KIND_ARRAY:
		return btf_array(t)->type;
	default:
		return t->type;
	}
}

/* Works out depth[id]; `level` types are waiting for it. */
static int depth_find(struct check *c, uint32_t id, unsigned level)
{
	const struct btf_type *t = btf_type(c->b, id);
	uint32_t n = contained_count(t);
	uint8_t deepest = 0;

	if (level >= BTF_MAX_DEPTH)
		return type_fail(c, id, "more than %u types deep inside others", BTF_MAX_DEPTH);
	c->depth[id] = BUSY;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t part = contained(t, i);
		int r;

		if (!part)
			continue;
		if (c->depth[part] == BUSY)
			return type_fail(c, part, "contains itself");
		r = c->depth[part] ? 0 : depth_find(c, part, level + 1);
		if (r < 0)
			return r;
		if (c->depth[part] > deepest)
			deepest = c->depth[part];
	}
	if (deepest >= BTF_MAX_DEPTH)
		return type_fail(c, id, "contains others more than %u deep", BTF_MAX_DEPTH);
	c->depth[id] = (uint8_t)(deepest + 1);
	return 0;
}

int btf_check(const struct btf *b, struct arena *a, struct diag *d)
{
	struct check c = { .b = b, .depth = arena_alloc(a, b->count), .d = d };
	int r = 0;

	if (!c.depth)
		return fail_memory(d, "btf types");
	for (uint32_t id = 1; r == 0 && id < b->count; id++)
		r = record_check(&c, id, btf_type(b, id));
	for (uint32_t id = 1; r == 0 && id < b->count; id++)
		if (!c.depth[id])
			r = depth_find(&c, id, 0);
	return r;
}
