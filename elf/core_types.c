/*
 * Is a type of the kernel the one the object means?
 *
 * Two answers are wanted, because two questions are asked:
 *
 *	type exists, size, number	compatible: of the same kind, and for pointers, arrays and functions
 *					what they lead to too. What a struct contains does not matter.
 *	type matches			all the object declares is there: each member with a type that matches,
 *					each enum value, signs and sizes of integers. More may be there.
 *
 * Behind a pointer a struct is only compared by its name: who declares a
 * pointer to a struct seldom declares what is in it.
 *
 * In: a type of the object, one of the kernel with its name  Out: 1 or 0
 * Kernel: tools/lib/bpf/relo_core.c __bpf_core_types_are_compat(), __bpf_core_types_match() decide alike
 * Next: elf/core_value.c
 */
#include <errno.h>
#include <string.h>

#include "elf/core_parts.h"
#include "uapi/bpf_cmd.h"

enum { LEVELS = 32, STEPS = 32 };	/* functions in functions, structs in structs; pointers and arrays in a row */

/* Both types as they are being followed. */
struct pair {
	uint32_t local, target;
	uint32_t local_kind, target_kind;
	const struct btf_type *l, *t;	/* NULL: void */
};

static struct pair pair_of(const struct core_match *m, uint32_t local, uint32_t target)
{
	struct pair p;

	p.local_kind = core_kind(m->local, local, &p.local);
	p.target_kind = core_kind(m->target, target, &p.target);
	p.l = btf_type(m->local, p.local);
	p.t = btf_type(m->target, p.target);
	return p;
}

static int too_deep(struct core_match *m)
{
	core_no(m, "its type leads through more than %u others", STEPS);
	return -EINVAL;
}

static int too_long(struct core_match *m)
{
	core_no(m, "its types lead on for too long");
	return -EINVAL;
}

static const char *name_in(const struct btf *b, const struct btf_type *t)
{
	const char *name = t ? btf_str(b, t->name_off) : "";

	return *name ? name : t && btf_kind(t) == BTF_KIND_PTR ? "a pointer" : "what has no name";
}

/* ---- compatible ------------------------------------------------------------- */

static int compatible(struct core_match *m, uint32_t local, uint32_t target, unsigned level);

static int protos_compatible(struct core_match *m, const struct pair *p, unsigned level)
{
	if (btf_vlen(p->l) != btf_vlen(p->t))
		return core_no(m, "it takes %u arguments there, and %u in the object", btf_vlen(p->t), btf_vlen(p->l));
	for (uint32_t i = 0; i < btf_vlen(p->l); i++) {
		int r = level ? compatible(m, btf_params(p->l)[i].type, btf_params(p->t)[i].type, level - 1) : too_deep(m);

		if (r <= 0)
			return r;
	}
	return 1;
}

/* 1 and *local, *target moved on to what the two lead to; 1 and *end set: they are compatible; 0 or -EINVAL. */
static int compatible_step(struct core_match *m, uint32_t *local, uint32_t *target, unsigned level, bool *end)
{
	struct pair p = pair_of(m, *local, *target);
	int r;

	if (!core_kinds_equal(p.local_kind, p.target_kind))
		return core_no(m, "it is %s there, and %s in the object", btf_a_kind(p.target_kind),
			       btf_a_kind(p.local_kind));
	switch (p.local_kind) {
	case BTF_KIND_UNKN: case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
	case BTF_KIND_FWD:
		*end = true;
		return 1;
	case BTF_KIND_INT:
		*end = true;
		return !BTF_INT_OFFSET(btf_int_data(p.l)) && !BTF_INT_OFFSET(btf_int_data(p.t)) ? 1 :
			core_no(m, "it is an integer of some bits of another");
	case BTF_KIND_PTR:
		*local = p.l->type;
		*target = p.t->type;
		return 1;
	case BTF_KIND_ARRAY:
		*local = btf_array(p.l)->type;
		*target = btf_array(p.t)->type;
		return 1;
	case BTF_KIND_FUNC_PROTO:
		r = protos_compatible(m, &p, level);
		*local = p.l->type;
		*target = p.t->type;
		return r;
	default:
		return core_no(m, "%s is nothing to compare", btf_a_kind(p.local_kind));
	}
}

static int compatible(struct core_match *m, uint32_t local, uint32_t target, unsigned level)
{
	bool end = false;
	int r = 1;

	for (unsigned i = 0; r == 1 && !end; i++) {
		if (i == STEPS)
			return too_deep(m);
		if (!core_step_allowed(m))
			return -EINVAL;
		r = compatible_step(m, &local, &target, level, &end);
	}
	return r;
}

int core_types_compatible(struct core_match *m, uint32_t local, uint32_t target)
{
	return compatible(m, local, target, LEVELS);
}

bool core_types_agree(const struct btf *local, uint32_t id, const struct btf *target, uint32_t target_id, struct text *why)
{
	enum { BUDGET = 100000 };	/* far more than any declaration needs */
	uint64_t budget = BUDGET;
	struct core_match m = { .local = local, .target = target, .budget = &budget, .why = why };

	return core_types_compatible(&m, id, target_id) > 0;
}

/* ---- matches ---------------------------------------------------------------- */

static int match(struct core_match *m, uint32_t local, uint32_t target, bool behind_ptr, unsigned level);

static int enums_match(struct core_match *m, const struct pair *p)
{
	if (!core_is_enum(p->target_kind))
		return core_no(m, "%s is no enum there", name_in(m->local, p->l));
	if (p->l->size != p->t->size)
		return core_no(m, "%s has %u bytes there, and %u in the object", name_in(m->local, p->l), p->t->size,
			       p->l->size);
	for (uint32_t i = 0; i < btf_vlen(p->l); i++) {
		const char *name = core_enum_name(m->local, p->l, i);
		uint32_t j = 0;

		while (j < btf_vlen(p->t) && core_step_allowed(m) &&
		       !core_names_equal(name, core_enum_name(m->target, p->t, j)))
			j++;
		if (!*m->budget)
			return too_long(m);
		if (j == btf_vlen(p->t))
			return core_no(m, "%s has no value %s there", name_in(m->local, p->l), name);
	}
	return btf_vlen(p->l) <= btf_vlen(p->t) ? 1 : core_no(m, "%s has fewer values there", name_in(m->local, p->l));
}

static int member_match(struct core_match *m, const struct pair *p, const struct btf_member *member, unsigned level)
{
	const char *name = btf_str(m->local, member->name_off);
	bool seen = false;

	for (uint32_t i = 0; i < btf_vlen(p->t); i++) {
		const struct btf_member *there = btf_members(p->t) + i;
		int r;

		if (!core_step_allowed(m))
			return -EINVAL;
		if (!core_names_equal(name, btf_str(m->target, there->name_off)))
			continue;
		r = match(m, member->type, there->type, false, level - 1);
		if (r)
			return r;
		seen = true;
	}
	return seen ? 0 : core_no(m, "%s has no member %s there", name_in(m->local, p->l), *name ? name : "without a name");
}

static int members_match(struct core_match *m, const struct pair *p, unsigned level)
{
	if (btf_vlen(p->l) > btf_vlen(p->t))
		return core_no(m, "%s has %u members there, and %u in the object", name_in(m->local, p->l), btf_vlen(p->t),
			       btf_vlen(p->l));
	for (uint32_t i = 0; i < btf_vlen(p->l); i++) {
		int r = member_match(m, p, btf_members(p->l) + i, level);

		if (r <= 0)
			return r;
	}
	return 1;
}

static int other_kind(struct core_match *m, const struct pair *p)
{
	return core_no(m, "%s is %s there, and %s in the object", name_in(m->local, p->l), btf_a_kind(p->target_kind),
		       btf_a_kind(p->local_kind));
}

/* struct x; and union x; are declarations too: a struct matches its own, but only behind a pointer. */
static bool forwards_match(const struct pair *p, bool behind_ptr)
{
	bool is_union = btf_kflag(p->l);

	if (p->target_kind == BTF_KIND_FWD)
		return is_union == btf_kflag(p->t);
	return behind_ptr && p->target_kind == (uint32_t)(is_union ? BTF_KIND_UNION : BTF_KIND_STRUCT);
}

static int structs_match(struct core_match *m, const struct pair *p, bool behind_ptr, unsigned level)
{
	if (!behind_ptr)
		return p->local_kind == p->target_kind ? members_match(m, p, level) : other_kind(m, p);
	if (p->local_kind == p->target_kind ||
	    (p->target_kind == BTF_KIND_FWD && btf_kflag(p->t) == (p->local_kind == BTF_KIND_UNION)))
		return 1;
	return other_kind(m, p);
}

static int ints_match(struct core_match *m, const struct pair *p)
{
	uint32_t was = btf_int_data(p->l), is = btf_int_data(p->t);

	if (p->l->size != p->t->size)
		return core_no(m, "%s has %u bytes there, and %u in the object", name_in(m->local, p->l), p->t->size,
			       p->l->size);
	if ((BTF_INT_ENCODING(was) ^ BTF_INT_ENCODING(is)) & BTF_INT_SIGNED)
		return core_no(m, "%s is %s there", name_in(m->local, p->l),
			       BTF_INT_ENCODING(is) & BTF_INT_SIGNED ? "signed" : "unsigned");
	return 1;
}

static int protos_match(struct core_match *m, const struct pair *p, bool behind_ptr, unsigned level)
{
	if (btf_vlen(p->l) != btf_vlen(p->t))
		return core_no(m, "the function takes %u arguments there, and %u in the object", btf_vlen(p->t), btf_vlen(p->l));
	for (uint32_t i = 0; i < btf_vlen(p->l); i++) {
		int r = match(m, btf_params(p->l)[i].type, btf_params(p->t)[i].type, behind_ptr, level - 1);

		if (r <= 0)
			return r;
	}
	return 1;
}

/* Types that lead to another: *p moves on. 1, 0 or -EINVAL. */
static int leads_match(struct core_match *m, struct pair *p, bool *behind_ptr, unsigned level)
{
	const struct btf_array *la, *ta;
	int r = 1;

	if (p->local_kind != p->target_kind)
		return other_kind(m, p);
	if (p->local_kind == BTF_KIND_ARRAY) {
		la = btf_array(p->l);
		ta = btf_array(p->t);
		if (la->nelems != ta->nelems)
			return core_no(m, "an array has %u elements there, and %u in the object", ta->nelems, la->nelems);
		*p = pair_of(m, la->type, ta->type);
		return 1;
	}
	if (p->local_kind == BTF_KIND_PTR)
		*behind_ptr = true;
	else
		r = protos_match(m, p, *behind_ptr, level);
	*p = pair_of(m, p->l->type, p->t->type);
	return r;
}

/* One look at a pair: 1 and *end, or 1 and *p moved on, 0, or -EINVAL. */
static int match_step(struct core_match *m, struct pair *p, bool *behind_ptr, unsigned level, bool *end)
{
	*end = true;
	if (!core_names_equal(p->l ? btf_str(m->local, p->l->name_off) : "", p->t ? btf_str(m->target, p->t->name_off) : ""))
		return core_no(m, "%s stands where the object has %s", name_in(m->target, p->t), name_in(m->local, p->l));
	switch (p->local_kind) {
	case BTF_KIND_UNKN:
		return p->target_kind == BTF_KIND_UNKN ? 1 : other_kind(m, p);
	case BTF_KIND_FWD:
		return forwards_match(p, *behind_ptr) ? 1 : other_kind(m, p);
	case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		return enums_match(m, p);
	case BTF_KIND_STRUCT: case BTF_KIND_UNION:
		return structs_match(m, p, *behind_ptr, level);
	case BTF_KIND_INT:
		return p->target_kind == BTF_KIND_INT ? ints_match(m, p) : other_kind(m, p);
	case BTF_KIND_PTR: case BTF_KIND_ARRAY: case BTF_KIND_FUNC_PROTO:
		*end = false;
		return leads_match(m, p, behind_ptr, level);
	default:
		return core_no(m, "%s is nothing to compare", btf_a_kind(p->local_kind));
	}
}

static int match(struct core_match *m, uint32_t local, uint32_t target, bool behind_ptr, unsigned level)
{
	struct pair p = pair_of(m, local, target);
	bool end = false;
	int r = 1;

	if (!level)
		return too_deep(m);
	for (unsigned i = 0; r == 1 && !end; i++) {
		if (i == STEPS)
			return too_deep(m);
		if (!core_step_allowed(m))
			return -EINVAL;
		r = match_step(m, &p, &behind_ptr, level, &end);
	}
	return r;
}

int core_types_match(struct core_match *m, uint32_t local, uint32_t target)
{
	return match(m, local, target, false, LEVELS);
}
