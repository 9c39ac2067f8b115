/*
 * A type as C.
 *
 * C writes a type around the name it declares: what a pointer points at stands
 * to the left, how long an array is to the right, and a pointer to an array or
 * a function needs parentheses to hold the two apart.
 *
 *	ptr -> array[4] -> int		int (*name)[4]
 *	array[4] -> ptr -> int		int *name[4]
 *	                           left ---^    ^--- right
 *
 * So the chain of types is walked twice: left() on the way to the name, right()
 * behind it.
 *
 * In: a type number  Out: text
 * Kernel: kernel/bpf/btf.c btf_show_name() does the left half
 * Try: bpfwalk inspect build/progs/ring.bpf.o
 * Next: elf/btf_value.c
 */
#include <string.h>

#include "elf/btf_text.h"

struct writer {
	const struct btf *b;
	struct text *out;
	size_t steps;			/* types and members that may still be visited */
	unsigned depth;			/* of the visit */
};

static void left(struct writer *w, uint32_t id);
static void right(struct writer *w, uint32_t id);
static void body(struct writer *w, const struct btf_type *t);

/* One step of the budget; where it is used up, "..." stands for the rest. */
static bool spend(struct writer *w)
{
	if (w->steps) {
		w->steps--;
		return true;
	}
	text_add(w->out, "...");
	return false;
}

/* Begins a visit, ended by depth--. Through pointers types may go around in a circle, so the depth has its own end. */
static bool enter(struct writer *w)
{
	if (w->depth >= BTF_MAX_DEPTH)
		w->steps = 0;
	if (!spend(w))
		return false;
	w->depth++;
	return true;
}

static void name_add(struct writer *w, uint32_t off)
{
	const char *name = btf_str(w->b, off);

	text_add_escaped(w->out, name, strlen(name), false);
}

/* left(id) ends with a star, and what follows needs no space: "int *a", "int **". */
static bool ends_with_star(const struct btf *b, uint32_t id)
{
	for (unsigned i = 0; i <= BTF_MAX_DEPTH; i++) {
		const struct btf_type *t = btf_type(b, id);
		uint32_t kind = t ? btf_kind(t) : BTF_KIND_UNKN;

		if (kind != BTF_KIND_ARRAY && kind != BTF_KIND_FUNC_PROTO)
			return kind == BTF_KIND_PTR;
		id = kind == BTF_KIND_ARRAY ? btf_array(t)->type : t->type;
	}
	return false;
}

/* What id is, but for const and the like; a typedef is a type of its own here. */
static uint32_t kind_behind_qualifiers(const struct btf *b, uint32_t id)
{
	for (unsigned i = 0; i <= BTF_MAX_DEPTH; i++) {
		const struct btf_type *t = btf_type(b, id);

		if (!t)
			return BTF_KIND_UNKN;
		if (!btf_is_modifier(btf_kind(t)) || btf_kind(t) == BTF_KIND_TYPEDEF)
			return btf_kind(t);
		id = t->type;
	}
	return BTF_KIND_UNKN;
}

/* A star before this type needs parentheses, a missing name a space. */
static bool goes_on_right(const struct btf *b, uint32_t id)
{
	uint32_t kind = kind_behind_qualifiers(b, id);

	return kind == BTF_KIND_ARRAY || kind == BTF_KIND_FUNC_PROTO;
}

/* const before a plain type, behind a pointer's star. */
static void left_qualifier(struct writer *w, const struct btf_type *t)
{
	static const char *const words[NR_BTF_KINDS] = {
		[BTF_KIND_CONST] = "const", [BTF_KIND_VOLATILE] = "volatile", [BTF_KIND_RESTRICT] = "restrict",
	};
	const char *word = words[btf_kind(t)];
	bool behind = kind_behind_qualifiers(w->b, t->type) == BTF_KIND_PTR;

	if (word && !behind)
		text_add(w->out, "%s ", word);
	left(w, t->type);
	if (word && behind)
		text_add(w->out, ends_with_star(w->b, t->type) ? "%s" : " %s", word);
	if (btf_kind(t) == BTF_KIND_TYPE_TAG) {	/* the kernel writes them as macros: __user, __kptr */
		text_add(w->out, " __");
		name_add(w, t->name_off);
	}
}

static void left_pointer(struct writer *w, const struct btf_type *t)
{
	left(w, t->type);
	text_add(w->out, ends_with_star(w->b, t->type) ? "" : " ");
	text_add(w->out, goes_on_right(w->b, t->type) ? "(*" : "*");
}

/* "struct pair"; without a name it is known by its members only. */
static void left_tagged(struct writer *w, const struct btf_type *t)
{
	uint32_t kind = btf_kind(t);
	const char *word = kind == BTF_KIND_STRUCT || (kind == BTF_KIND_FWD && !btf_kflag(t)) ? "struct" :
			   kind == BTF_KIND_UNION || kind == BTF_KIND_FWD ? "union" : "enum";

	text_add(w->out, "%s", word);
	if (*btf_str(w->b, t->name_off)) {
		text_add(w->out, " ");
		name_add(w, t->name_off);
	} else {
		body(w, t);
	}
}

static void left(struct writer *w, uint32_t id)
{
	const struct btf_type *t = btf_type(w->b, id);

	if (!t) {
		text_add(w->out, "void");
		return;
	}
	if (!enter(w))
		return;
	switch (btf_kind(t)) {
	case BTF_KIND_CONST: case BTF_KIND_VOLATILE: case BTF_KIND_RESTRICT: case BTF_KIND_TYPE_TAG:
		left_qualifier(w, t);
		break;
	case BTF_KIND_PTR:
		left_pointer(w, t);
		break;
	case BTF_KIND_ARRAY:
		left(w, btf_array(t)->type);
		break;
	case BTF_KIND_FUNC_PROTO:
		left(w, t->type);
		break;
	case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_ENUM: case BTF_KIND_ENUM64: case BTF_KIND_FWD:
		left_tagged(w, t);
		break;
	default:			/* known by their names: int, float, typedef, ... */
		if (!*btf_str(w->b, t->name_off))
			text_add(w->out, "(%s)", btf_kind_name(btf_kind(t)));
		name_add(w, t->name_off);
	}
	w->depth--;
}

/* A type with the name it declares, or without one. */
static void declare(struct writer *w, uint32_t id, uint32_t name_off)
{
	left(w, id);
	if ((*btf_str(w->b, name_off) || goes_on_right(w->b, id)) && !ends_with_star(w->b, id))
		text_add(w->out, " ");
	name_add(w, name_off);
	right(w, id);
}

static void parameters(struct writer *w, const struct btf_type *t)
{
	text_add(w->out, "(");
	for (uint32_t i = 0; i < btf_vlen(t) && spend(w); i++) {
		const struct btf_param *p = &btf_params(t)[i];

		text_add(w->out, "%s", i ? ", " : "");
		if (!p->type && !p->name_off)
			text_add(w->out, "...");
		else
			declare(w, p->type, p->name_off);
	}
	text_add(w->out, btf_vlen(t) ? ")" : "void)");
}

static void right(struct writer *w, uint32_t id)
{
	const struct btf_type *t = btf_type(w->b, id);

	if (!t || !enter(w))
		return;
	switch (btf_kind(t)) {
	case BTF_KIND_CONST: case BTF_KIND_VOLATILE: case BTF_KIND_RESTRICT: case BTF_KIND_TYPE_TAG:
		right(w, t->type);
		break;
	case BTF_KIND_PTR:
		text_add(w->out, goes_on_right(w->b, t->type) ? ")" : "");
		right(w, t->type);
		break;
	case BTF_KIND_ARRAY:
		text_add(w->out, "[%u]", btf_array(t)->nelems);
		right(w, btf_array(t)->type);
		break;
	case BTF_KIND_FUNC_PROTO:
		parameters(w, t);
		right(w, t->type);
		break;
	default:
		break;
	}
	w->depth--;
}

static void body_members(struct writer *w, const struct btf_type *t)
{
	for (uint32_t i = 0; i < btf_vlen(t) && spend(w); i++) {
		const struct btf_member *m = &btf_members(t)[i];

		text_add(w->out, " ");
		declare(w, m->type, m->name_off);
		if (btf_member_bits(t, m))
			text_add(w->out, " : %u", btf_member_bits(t, m));
		text_add(w->out, ";");
	}
}

static void body_enumerators(struct writer *w, const struct btf_type *t)
{
	bool wide = btf_kind(t) == BTF_KIND_ENUM64;

	for (uint32_t i = 0; i < btf_vlen(t) && spend(w); i++) {
		const struct btf_enum64 *e = &btf_enums64(t)[i];

		text_add(w->out, i ? ", " : " ");
		name_add(w, wide ? e->name_off : btf_enums(t)[i].name_off);
		if (wide)
			text_add(w->out, btf_kflag(t) ? " = %lld" : " = %llu",
				 (unsigned long long)e->val_hi32 << 32 | e->val_lo32);
		else
			text_add(w->out, btf_kflag(t) ? " = %d" : " = %u", btf_enums(t)[i].val);
	}
}

static void body_variables(struct writer *w, const struct btf_type *t)
{
	for (uint32_t i = 0; i < btf_vlen(t) && spend(w); i++) {
		const struct btf_type *var = btf_type(w->b, btf_secinfos(t)[i].type);

		if (!var)
			continue;
		text_add(w->out, " ");
		declare(w, var->type, var->name_off);
		text_add(w->out, ";");
	}
}

/* What stands between the braces. */
static void body(struct writer *w, const struct btf_type *t)
{
	uint32_t kind = btf_kind(t);

	if (kind == BTF_KIND_FWD)
		return;
	text_add(w->out, " {");
	if (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION)
		body_members(w, t);
	else if (kind == BTF_KIND_DATASEC)
		body_variables(w, t);
	else
		body_enumerators(w, t);
	text_add(w->out, btf_vlen(t) ? " }" : "}");
}

/* Functions, variables and sections are no types of values: they stand only at the top. */
static void linkage_add(struct writer *w, uint32_t linkage)
{
	text_add(w->out, linkage == 0 ? "static " : linkage == 2 ? "extern " : "");
}

static void with_body(struct writer *w, uint32_t id, const struct btf_type *t)
{
	declare(w, id, 0);
	if (*btf_str(w->b, t->name_off))
		body(w, t);
}

void btf_type_text(const struct btf *b, uint32_t id, bool members, struct text *out)
{
	const struct btf_type *t = btf_type(b, id);
	struct writer w = { .b = b, .out = out, .steps = b->types.size + BTF_MAX_DEPTH };

	switch (t ? btf_kind(t) : BTF_KIND_UNKN) {
	case BTF_KIND_FUNC:
		linkage_add(&w, btf_vlen(t));
		declare(&w, t->type, t->name_off);
		break;
	case BTF_KIND_VAR:
		linkage_add(&w, btf_var(t)->linkage);
		declare(&w, t->type, t->name_off);
		break;
	case BTF_KIND_DATASEC:
		text_add(out, "section ");
		name_add(&w, t->name_off);
		if (members)
			body(&w, t);
		break;
	case BTF_KIND_TYPEDEF:
		text_add(out, members ? "typedef " : "");
		declare(&w, members ? t->type : id, members ? t->name_off : 0);
		break;
	case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		if (members)
			with_body(&w, id, t);
		else
			declare(&w, id, 0);
		break;
	default:
		declare(&w, id, 0);
	}
}
