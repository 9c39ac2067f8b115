/*
 * Completing a DATASEC from the symbol table; see elf/datasec.h.
 *
 * A variable is found by its name among the global symbols of its section. There
 * may be many of both, so the symbols are sorted once.
 *
 * In: BTF, symbols  Out: struct datasec
 * Kernel: tools/lib/bpf/libbpf.c btf_fixup_datasec() does the same in place
 * Try: bpftool btf dump file build/progs/syscount.bpf.o, and look at offset=0
 * Next: elf/externs.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/datasec.h"
#include "elf/object_parts.h"

static const char where[] = "btf datasec";

static int by_name(const void *a, const void *b)
{
	const struct elf_symbol *const *x = a, *const *y = b;

	if ((*x)->section != (*y)->section)
		return (*x)->section < (*y)->section ? -1 : 1;
	return strcmp((*x)->name, (*y)->name);
}

static int by_offset(const void *a, const void *b)
{
	const struct datasec_var *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static bool is_variable(const struct elf_symbol *s)
{
	return s->type == STT_OBJECT && (s->bind == STB_GLOBAL || s->bind == STB_WEAK);
}

int object_variables(struct object *o, struct diag *d)
{
	const struct elf *e = &o->elf;
	uint32_t n = 0;

	for (uint32_t i = 1; i < e->nsymbols; i++)
		n += is_variable(&e->symbols[i]);
	o->variables = arena_array(o->arena, n, sizeof(*o->variables));
	if (!o->variables)
		return fail_memory(d, where);
	for (uint32_t i = 1; i < e->nsymbols; i++)
		if (is_variable(&e->symbols[i]))
			o->variables[o->nvariables++] = &e->symbols[i];
	qsort(o->variables, o->nvariables, sizeof(*o->variables), by_name);
	return 0;
}

const struct elf_symbol *variable_find(const struct object *o, uint32_t section, const char *name)
{
	const struct elf_symbol key = { .section = section, .name = name }, *keyp = &key, **found;

	found = bsearch(&keyp, o->variables, o->nvariables, sizeof(*o->variables), by_name);
	return found ? *found : NULL;
}

uint32_t datasec_of(const struct object *o, uint32_t section)
{
	const struct elf_section *s = &o->elf.sections[section];

	/* Sections may share a name. Types are found by name: they belong to the first. */
	if (elf_section_named(&o->elf, s->name) != s)
		return 0;
	return btf_find(&o->btf, BTF_KIND_DATASEC, s->name);
}

/* Entry i as BTF has it. */
static int var_read(const struct object *o, const struct datasec *sec, struct btf_var_secinfo info,
		    struct datasec_var *v, struct diag *d)
{
	const struct btf_type *t = btf_type(&o->btf, info.type);

	if (!t || btf_kind(t) != BTF_KIND_VAR)
		return fail(d, -EINVAL, where, "section %s: type %u is of kind %s, expected var", sec->name, info.type,
			    t ? btf_kind_name(btf_kind(t)) : "void");
	*v = (struct datasec_var){
		.name = btf_name(&o->btf, info.type), .var_id = info.type, .type_id = t->type,
		.offset = info.offset, .size = info.size, .linkage = btf_var(t)->linkage,
	};
	return 0;
}

/* What the compiler could not know. */
static int var_complete(const struct object *o, const struct datasec *sec, bool move, struct datasec_var *v,
			struct diag *d)
{
	const struct elf_symbol *s;

	if (v->linkage != BTF_VAR_GLOBAL_ALLOCATED)
		return 0;
	s = variable_find(o, sec->section, v->name);
	if (!s)
		return fail(d, -EINVAL, where, "section %s: variable %s of the BTF has no symbol there", sec->name, v->name);
	if (move)
		v->offset = s->value < UINT32_MAX ? (uint32_t)s->value : UINT32_MAX;
	if (s->visibility == STV_HIDDEN || s->visibility == STV_INTERNAL)
		v->linkage = BTF_VAR_STATIC;
	return 0;
}

static int vars_read(const struct object *o, const struct btf_type *t, struct datasec *sec, struct datasec_var *vars,
		     struct diag *d)
{
	const struct btf_var_secinfo *infos = btf_secinfos(t);

	for (uint32_t i = 0; i < sec->nvars; i++) {
		struct datasec_var *v = &vars[i];
		int r = var_read(o, sec, infos[i], v, d);

		if (r >= 0)
			r = var_complete(o, sec, t->size == 0, v, d);
		if (r < 0)
			return r;
		if (v->offset > sec->size || v->size > sec->size - v->offset)
			return fail(d, -EINVAL, where, "section %s: variable %s, %u bytes at %u, is outside its %u bytes",
				    sec->name, v->name, v->size, v->offset, sec->size);
	}
	qsort(vars, sec->nvars, sizeof(*vars), by_offset);
	return 0;
}

int datasec_read(const struct object *o, uint32_t id, struct arena *a, struct datasec *out, struct diag *d)
{
	const struct btf_type *t = btf_type(&o->btf, id);
	const char *name = btf_name(&o->btf, id);
	const struct elf_section *s = elf_section_named(&o->elf, name);
	struct datasec_var *vars;

	if (!s)
		return fail(d, -EINVAL, where, "section %s: the BTF knows it, the file has no section of that name", name);
	if (s->size > UINT32_MAX)
		return fail(d, -EINVAL, where, "section %s: %llu bytes, BTF can describe 4 GiB", name,
			    (unsigned long long)s->size);
	*out = (struct datasec){
		.name = name, .section = (uint32_t)(s - o->elf.sections), .nvars = btf_vlen(t),
		.size = t->size ? t->size : (uint32_t)s->size,
	};
	vars = arena_array(a, out->nvars, sizeof(*vars));
	if (!vars)
		return fail_memory(d, where);
	out->vars = vars;
	return vars_read(o, t, out, vars, d);
}
