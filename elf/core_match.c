/*
 * Finding the object's path in a type of the kernel.
 *
 *	object    task_struct . cpus_mask . bits [0]
 *	kernel    task_struct { ...; union { ...; cpumask_t cpus_mask; }; }
 *	                                 ^ no name: looked through, as C does
 *
 * By name, step by step; where the member is, how long its array is, and
 * whether it stands in an inner struct now, is the kernel's affair. What must
 * stay is what a program can rely on: a struct stays a struct or union, an
 * integer an integer, a pointer a pointer.
 *
 * In: struct core_path, a candidate  Out: the same path there, or why not
 * Kernel: tools/lib/bpf/relo_core.c bpf_core_spec_match() decides alike
 * Next: elf/core_types.c
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "elf/btf_text.h"
#include "elf/core_parts.h"
#include "uapi/bpf_cmd.h"

int core_no(struct core_match *m, const char *fmt, ...)
{
	char text[192];
	va_list ap;

	if (!m->why)
		return 0;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	text_init(m->why, m->why->at, m->why->size);
	text_add(m->why, "%s", text);
	return 0;
}

bool core_step_allowed(struct core_match *m)
{
	if (*m->budget) {
		--*m->budget;
		return true;
	}
	core_no(m, "its types lead on for too long");
	return false;
}

static void type_text(const struct btf *b, uint32_t id, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	btf_type_text(b, id, false, &t);
}

/* Said of a member whose types cannot stand for each other. */
static int other_type(struct core_match *m, const char *member, uint32_t local, uint32_t target)
{
	char was[64], is[64];

	if (!m->why)
		return 0;
	type_text(m->local, local, was, sizeof(was));
	type_text(m->target, target, is, sizeof(is));
	return core_no(m, "%s is %s there, and %s in the object", member, is, was);
}

/* Can a member of the one type be read as the other? Sizes and signs are not compared: values are found, not copied. */
static bool can_stand_for(struct core_match *m, uint32_t local, uint32_t target)
{
	for (unsigned i = 0; i < BTF_MAX_DEPTH; i++) {
		uint32_t lk = core_kind(m->local, local, &local), tk = core_kind(m->target, target, &target);
		const struct btf_type *l = btf_type(m->local, local), *t = btf_type(m->target, target);

		if ((lk == BTF_KIND_STRUCT || lk == BTF_KIND_UNION) && (tk == BTF_KIND_STRUCT || tk == BTF_KIND_UNION))
			return true;
		if (!core_kinds_equal(lk, tk))
			return false;
		switch (lk) {
		case BTF_KIND_PTR: case BTF_KIND_FLOAT:
			return true;
		case BTF_KIND_FWD: case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
			return !l->name_off || !t->name_off || core_names_equal(btf_name(m->local, local), btf_name(m->target, target));
		case BTF_KIND_INT:	/* bit-fields as old compilers wrote them */
			return !BTF_INT_OFFSET(btf_int_data(l)) && !BTF_INT_OFFSET(btf_int_data(t));
		case BTF_KIND_ARRAY:
			local = btf_array(l)->type;
			target = btf_array(t)->type;
			break;
		default:
			return false;
		}
	}
	return false;
}

/*
 * Looks for the member in struct *id, and in what it contains without a name.
 * 1: out has the step, *id is the member's type. 0: out is as it was. Or -EINVAL.
 */
static int member_find(struct core_match *m, const char *name, uint32_t local_type, uint32_t *id, struct core_path *out)
{
	uint32_t kind = core_kind(m->target, *id, id);
	const struct btf_type *t = btf_type(m->target, *id);
	const struct btf_member *member;

	if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION)
		return 0;
	member = btf_members(t);
	for (uint32_t i = 0; i < btf_vlen(t); i++, member++) {
		const char *found = btf_str(m->target, member->name_off);
		uint64_t bit_offset = out->bit_offset;
		uint32_t inner = member->type, depth = out->depth;
		int r;

		if (!core_step_allowed(m))
			return -EINVAL;
		if (*found && strcmp(found, name) != 0)
			continue;
		if (*found && !can_stand_for(m, local_type, inner))
			return other_type(m, name, local_type, inner);
		if (out->depth == CORE_PATH_MAX) {
			core_no(m, "is more than %u steps deep", CORE_PATH_MAX);
			return -EINVAL;
		}
		out->depth++;
		out->bit_offset += btf_member_bit_offset(t, member);
		if (*found)
			out->steps[out->nsteps++] = (struct core_step){ *id, i, found };
		r = *found ? 1 : member_find(m, name, local_type, &inner, out);
		if (r) {
			*id = inner;
			return r;
		}
		out->depth = depth;
		out->bit_offset = bit_offset;
	}
	return 0;
}

static int member_step(struct core_match *m, const struct core_step *local, uint32_t *id, struct core_path *out)
{
	const struct btf_type *of = btf_type(m->local, local->type_id);
	char type[64];
	int r;

	if (m->why)
		text_init(m->why, m->why->at, m->why->size);
	r = member_find(m, local->name, btf_members(of)[local->index].type, id, out);
	if (r == 0 && m->why && !m->why->length) {
		type_text(m->target, *id, type, sizeof(type));
		core_no(m, "%s has no member %s", type, local->name);
	}
	return r;
}

static int element_step(struct core_match *m, const struct core_step *local, bool first, uint32_t *id,
			struct core_path *out)
{
	uint32_t kind = core_kind(m->target, *id, id);
	int64_t size;

	if (!first) {
		const struct btf_array *a = kind == BTF_KIND_ARRAY ? btf_array(btf_type(m->target, *id)) : NULL;
		const struct core_step *last = &out->steps[out->nsteps - 1];
		const char *what = last->name ? last->name : "the element";

		if (!a)
			return core_no(m, "%s is no array there", what);
		if (local->index >= a->nelems && !core_is_flexible(m->target, last, a))
			return core_no(m, "%s has %u elements there, so there is no [%u]", what, a->nelems,
				       local->index);
		core_kind(m->target, a->type, id);
	}
	size = btf_size(m->target, *id);
	if (out->depth == CORE_PATH_MAX || size < 0 || (uint64_t)size * local->index > UINT32_MAX / 8) {
		core_no(m, "element %u of it has no place", local->index);
		return -EINVAL;
	}
	out->depth++;
	out->bit_offset += (uint64_t)size * local->index * 8;
	out->steps[out->nsteps++] = (struct core_step){ *id, local->index, NULL };
	return 1;
}

static int enum_value_find(struct core_match *m, const char *name, uint32_t id, struct core_path *out)
{
	uint32_t kind = core_kind(m->target, id, &id);
	const struct btf_type *t = btf_type(m->target, id);

	if (!core_is_enum(kind))
		return core_no(m, "it is no enum");
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *found = core_enum_name(m->target, t, i);

		if (!core_step_allowed(m))
			return -EINVAL;
		if (!core_names_equal(name, found))
			continue;
		out->steps[out->nsteps++] = (struct core_step){ id, i, found };
		return 1;
	}
	return core_no(m, "it has no value %s", name);
}

int core_path_match(struct core_match *m, uint32_t kind, const struct core_path *local, uint32_t id,
		    struct core_path *out)
{
	int r = 1;

	out->btf = m->target;
	out->root = id;
	out->nsteps = out->depth = 0;
	out->bit_offset = 0;
	switch (core_family(kind)) {
	case CORE_TYPE:
		return kind == BPF_CORE_TYPE_MATCHES ? core_types_match(m, local->root, id) :
			core_types_compatible(m, local->root, id);
	case CORE_ENUM_VALUE:
		return enum_value_find(m, local->steps[0].name, id, out);
	default:
		break;
	}
	for (uint32_t i = 0; r == 1 && i < local->nsteps; i++)
		r = local->steps[i].name ? member_step(m, &local->steps[i], &id, out) :
			element_step(m, &local->steps[i], i == 0, &id, out);
	return r;
}
