/*
 * Reading an access string in the object's own types.
 *
 *	struct task_struct { ...; union { int a; struct { long b[4]; }; }; };
 *
 *	"0:5:1:0:3"   0  the task itself, not the one behind it
 *	              5  its sixth member, a union without a name
 *	              1  the union's second, a struct without a name
 *	              0  b
 *	              3  b[3]
 *
 * The compiler counted; names are what is looked for in the kernel. So the path
 * keeps names, and the numbers only of array elements.
 *
 * In: a relocation, the object's BTF  Out: struct core_path
 * Kernel: clang writes the string: llvm/lib/Target/BPF/BPFAbstractMemberAccess.cpp
 * Next: elf/core_match.c
 */
#include <errno.h>
#include <string.h>

#include "elf/btf_names.h"
#include "elf/core_parts.h"
#include "uapi/bpf_cmd.h"

enum core_family core_family(uint32_t kind)
{
	switch (kind) {
	case BPF_CORE_FIELD_BYTE_OFFSET: case BPF_CORE_FIELD_BYTE_SIZE: case BPF_CORE_FIELD_EXISTS:
	case BPF_CORE_FIELD_SIGNED: case BPF_CORE_FIELD_LSHIFT_U64: case BPF_CORE_FIELD_RSHIFT_U64:
		return CORE_FIELD;
	case BPF_CORE_TYPE_ID_LOCAL: case BPF_CORE_TYPE_ID_TARGET: case BPF_CORE_TYPE_EXISTS:
	case BPF_CORE_TYPE_SIZE: case BPF_CORE_TYPE_MATCHES:
		return CORE_TYPE;
	case BPF_CORE_ENUMVAL_EXISTS: case BPF_CORE_ENUMVAL_VALUE:
		return CORE_ENUM_VALUE;
	default:
		return CORE_UNKNOWN;
	}
}

uint32_t core_kind(const struct btf *b, uint32_t id, uint32_t *skipped)
{
	const struct btf_type *t;

	*skipped = btf_skip_modifiers(b, id);
	t = btf_type(b, *skipped);
	return t ? btf_kind(t) : BTF_KIND_UNKN;
}

bool core_kinds_equal(uint32_t a, uint32_t b)
{
	return a == b || (core_is_enum(a) && core_is_enum(b));
}

const char *core_enum_name(const struct btf *b, const struct btf_type *t, uint32_t index)
{
	return btf_str(b, btf_kind(t) == BTF_KIND_ENUM ? btf_enums(t)[index].name_off : btf_enums64(t)[index].name_off);
}

bool core_names_equal(const char *a, const char *b)
{
	size_t len = btf_plain_length(a);

	return strncmp(a, b, len) == 0 && btf_plain_length(b) == len;
}

bool core_is_flexible(const struct btf *b, const struct core_step *last, const struct btf_array *array)
{
	return last->name && !array->nelems && last->index + 1 == btf_vlen(btf_type(b, last->type_id));
}

/* The next number and the colon before it. */
static bool number_read(const char **s, bool first, uint32_t *out)
{
	uint32_t n = 0;

	if (!first && *(*s)++ != ':')
		return false;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; ++*s) {
		n = n * 10 + (uint32_t)(**s - '0');
		if (n > INT32_MAX / 10)
			return false;
	}
	*out = n;
	return true;
}

static const char *step_add(struct core_path *p, uint32_t type_id, uint32_t index, const char *name)
{
	p->steps[p->nsteps++] = (struct core_step){ type_id, index, name };
	return NULL;
}

/* Element `index` of something of that type. */
static const char *element_add(struct core_path *p, uint32_t type_id, uint32_t index)
{
	int64_t size = btf_size(p->btf, type_id);

	if (size < 0)
		return "it leads through an array of something without a size";
	if ((uint64_t)size * index > UINT32_MAX / 8)
		return "it leads beyond 512 MiB";
	p->bit_offset += (uint64_t)size * index * 8;
	return step_add(p, type_id, index, NULL);
}

/* Enters what *id is, at its index-th part; *id becomes the type of that. */
static const char *part_enter(struct core_path *p, uint32_t *id, uint32_t index)
{
	uint32_t kind = core_kind(p->btf, *id, id);
	const struct btf_type *t = btf_type(p->btf, *id);
	const struct btf_member *m;

	if (kind == BTF_KIND_ARRAY) {
		const struct btf_array *a = btf_array(t);

		if (index >= a->nelems && !core_is_flexible(p->btf, &p->steps[p->nsteps - 1], a))
			return "it leads behind the end of an array";
		core_kind(p->btf, a->type, id);
		return element_add(p, *id, index);
	}
	if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION)
		return "it leads into something that has no members";
	if (index >= btf_vlen(t))
		return "it names a member behind the last";
	m = btf_members(t) + index;
	p->bit_offset += btf_member_bit_offset(t, m);
	if (*btf_str(p->btf, m->name_off))
		step_add(p, *id, index, btf_str(p->btf, m->name_off));
	*id = m->type;
	return NULL;
}

static const char *enum_value(struct core_path *p, uint32_t id, uint32_t index, const char *rest)
{
	uint32_t kind = core_kind(p->btf, id, &id);
	const struct btf_type *t = btf_type(p->btf, id);

	if (!core_is_enum(kind))
		return "it asks for a value of something that is no enum";
	if (*rest || index >= btf_vlen(t))
		return "it names no value of the enum";
	return step_add(p, id, index, core_enum_name(p->btf, t, index));
}

static const char *fields(struct core_path *p, uint32_t id, uint32_t index, const char *s)
{
	const char *why;

	core_kind(p->btf, id, &id);
	why = element_add(p, id, index);
	for (p->depth = 1; !why && *s; p->depth++) {
		if (p->depth == CORE_PATH_MAX)
			return "it is more than 64 steps long";
		why = number_read(&s, false, &index) ? part_enter(p, &id, index) : "it is not numbers with colons between";
	}
	return why;
}

int core_path_parse(const struct btf *b, const struct core_relo *r, struct core_path *p, const char **why)
{
	const char *s = btf_str(b, r->access_off), *wrong;
	enum core_family family = core_family(r->kind);
	uint32_t index;

	p->btf = b;
	p->root = r->type_id;
	p->nsteps = p->depth = 0;
	p->bit_offset = 0;
	if (family == CORE_UNKNOWN)
		wrong = "its kind is not known";
	else if (family == CORE_TYPE)
		wrong = strcmp(s, "0") == 0 ? NULL : "it asks about a type, whose path is always 0";
	else if (!number_read(&s, true, &index))
		wrong = "it is not numbers with colons between";
	else
		wrong = family == CORE_FIELD ? fields(p, r->type_id, index, s) : enum_value(p, r->type_id, index, s);
	if (why)
		*why = wrong;
	return wrong ? -EINVAL : 0;
}
