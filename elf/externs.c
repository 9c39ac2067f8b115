/*
 * Externs: what a program uses and the running kernel has.
 *
 *	extern int CONFIG_HZ __kconfig;              a value of the kernel's configuration
 *	extern const struct rq runqueues __ksym;     a variable of the kernel
 *	extern void bpf_rcu_read_lock(void) __ksym;  a function of the kernel
 *
 * In the file such a thing is a symbol without a section. BTF has its type, and
 * a DATASEC that names the section it would be in: .kconfig or .ksyms, sections
 * that no file has. That is how the C program says who is to provide it.
 *
 * The values of the configuration become a map, .kconfig, read-only, and look to
 * the program like variables of its own (elf/externs_map.c). What is in .ksyms
 * becomes a number inside the instruction that uses it (elf/link.c).
 *
 * Here nothing is asked of any kernel: this is what the file wants.
 * loader/externs.c finds it.
 *
 * In: symbols without a section, BTF  Out: o->externals
 * Kernel: tools/lib/bpf/libbpf.c bpf_object__collect_externs()
 * Try: bpfwalk inspect build/tests/objects/kconfig.bpf.o
 * Next: elf/externs_map.c
 */
#include <stdlib.h>
#include <string.h>

#include "elf/object_parts.h"

struct named {
	const char *name;
	uint32_t id;			/* of a type, or an index into externals */
};

/* What BTF knows, so that it can be asked: its variables and functions by name, and where each is said to be. */
struct lookup {
	struct named *named;
	uint32_t count;
	uint32_t *section;		/* [type id]: the first DATASEC that lists it, or 0 */
};

bool symbol_is_extern(const struct elf_symbol *s)
{
	return s->section == SHN_UNDEF && s->type == STT_NOTYPE && (s->bind == STB_GLOBAL || s->bind == STB_WEAK) &&
		s->name[0];
}

/* ---- BTF, to be asked ------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

static void see_type(const struct btf *b, uint32_t id, struct lookup *l)
{
	const struct btf_type *t = btf_type(b, id);
	uint32_t kind = btf_kind(t);

	if (kind == BTF_KIND_VAR || kind == BTF_KIND_FUNC)
		l->named[l->count++] = (struct named){ btf_name(b, id), id };
	if (kind == BTF_KIND_DATASEC)
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			if (btf_secinfos(t)[i].type < b->count && !l->section[btf_secinfos(t)[i].type])
				l->section[btf_secinfos(t)[i].type] = id;
}

static int lookup_make(struct object *o, struct lookup *l, struct diag *d)
{
	*l = (struct lookup){
		.named = arena_array(o->arena, o->btf.count, sizeof(*l->named)),
		.section = arena_array(o->arena, o->btf.count, sizeof(*l->section)),
	};
	if (!l->named || !l->section)
		return fail_memory(d, "externs");
	for (uint32_t id = 1; id < o->btf.count; id++)
		see_type(&o->btf, id, l);
	qsort(l->named, l->count, sizeof(*l->named), by_name);
	return 0;
}

/* The first variable or function of that name; 0: none. */
static uint32_t lookup_id(const struct lookup *l, const char *name)
{
	uint32_t low = 0, high = l->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (strcmp(l->named[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->count && strcmp(l->named[low].name, name) == 0 ? l->named[low].id : 0;
}

/* ---- one extern --------------------------------------------------------------- */

static bool is_extern_type(const struct btf_type *t)
{
	if (btf_kind(t) == BTF_KIND_VAR)
		return btf_var(t)->linkage == BTF_VAR_GLOBAL_EXTERN;
	return btf_vlen(t) == BTF_FUNC_EXTERN;
}

static int config_read(struct object *o, struct external *e, struct diag *d)
{
	if (btf_kind(btf_type(&o->btf, e->btf_id)) == BTF_KIND_FUNC)
		return refuse(o, d, "extern %s (.kconfig): a function; the configuration has only values", e->name);
	e->kind = EXTERN_KCONFIG;
	e->type_id = btf_type(&o->btf, e->btf_id)->type;
	if (!extern_config_type(o, e))
		return refuse(o, d, "extern %s (.kconfig): of a type that no value of the configuration has; expected bool,"
			      " an integer, enum libbpf_tristate, or an array of char", e->name);
	return 1;
}

static int ksym_read(const struct object *o, struct external *e)
{
	const struct btf_type *t = btf_type(&o->btf, e->btf_id);

	e->kind = btf_kind(t) == BTF_KIND_FUNC ? EXTERN_FUNC : EXTERN_VAR;
	e->type_id = btf_skip_modifiers(&o->btf, t->type);
	return 1;
}

/* Reads what BTF says of it: 1, 0 with a line in o->refused, or -ENOMEM. */
static int extern_read(struct object *o, const struct lookup *l, struct external *e, struct diag *d)
{
	const char *section;

	e->btf_id = lookup_id(l, e->name);
	if (!e->btf_id)
		return refuse_absent(o, d, "symbol %s: defined in no section of this object, and BTF has no extern of that name",
				     e->name);
	if (!is_extern_type(btf_type(&o->btf, e->btf_id)))
		return refuse(o, d, "symbol %s: no section has it, and BTF says that it is defined here", e->name);
	section = btf_name(&o->btf, l->section[e->btf_id]);
	if (strcmp(section, ".kconfig") == 0)
		return config_read(o, e, d);
	if (strcmp(section, ".ksyms") == 0)
		return ksym_read(o, e);
	if (!*section)
		return refuse_absent(o, d, "extern %s: nobody says who provides it; expected __kconfig or __ksym", e->name);
	return refuse(o, d, "extern %s (%s): nobody says who provides it; expected __kconfig or __ksym", e->name, section);
}

/* ---- all of them -------------------------------------------------------------- */

/* libbpf's order, which shows: in the layout of .kconfig, and in the number of a call that cannot be made. */
static int in_order(const void *a, const void *b)
{
	const struct external *x = a, *y = b;
	bool config = x->kind == EXTERN_KCONFIG;

	if (config != (y->kind == EXTERN_KCONFIG))
		return config ? -1 : 1;
	if (config && x->align != y->align)
		return x->align > y->align ? -1 : 1;
	if (config && x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int collect(struct object *o, const struct lookup *l, uint32_t room, struct diag *d)
{
	o->externals = arena_array(o->arena, room, sizeof(*o->externals));
	if (!o->externals)
		return fail_memory(d, "externs");
	for (uint32_t i = 1; i < o->elf.nsymbols; i++) {
		const struct elf_symbol *s = &o->elf.symbols[i];
		int r;

		if (!symbol_is_extern(s))
			continue;
		o->externals[o->nexternals] = (struct external){
			.name = s->name, .symbol = i, .is_weak = s->bind == STB_WEAK,
		};
		r = extern_read(o, l, &o->externals[o->nexternals], d);
		if (r < 0)
			return r;
		o->nexternals += (uint32_t)r;
	}
	if (o->nexternals)
		qsort(o->externals, o->nexternals, sizeof(*o->externals), in_order);
	return 0;
}

static int index_make(struct object *o, struct diag *d)
{
	struct named *names = arena_array(o->arena, o->nexternals, sizeof(*names));

	o->externals_by_name = arena_array(o->arena, o->nexternals, sizeof(*o->externals_by_name));
	o->external_of = arena_array(o->arena, o->elf.nsymbols, sizeof(*o->external_of));
	if (!names || !o->externals_by_name || !o->external_of)
		return fail_memory(d, "externs");
	for (uint32_t i = 0; i < o->elf.nsymbols; i++)
		o->external_of[i] = NO_INDEX;
	for (uint32_t i = 0; i < o->nexternals; i++) {
		o->external_of[o->externals[i].symbol] = i;
		names[i] = (struct named){ o->externals[i].name, i };
	}
	if (o->nexternals)
		qsort(names, o->nexternals, sizeof(*names), by_name);
	for (uint32_t i = 0; i < o->nexternals; i++)
		o->externals_by_name[i] = names[i].id;
	return 0;
}

struct external *external_named(const struct object *o, const char *name, size_t len)
{
	uint32_t low = 0, high = o->nexternals;

	/* A file may have a NUL anywhere; strncmp() would take it for the end of both names. */
	if (high && memchr(name, 0, len))
		return NULL;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct external *e = &o->externals[o->externals_by_name[middle]];
		int order = strncmp(e->name, name, len);

		if (order == 0 && !e->name[len])
			return e;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* A variable of a section with externs that has no symbol: it would be handed to the kernel half finished. */
static int leftovers_refuse(struct object *o, uint32_t section, struct diag *d)
{
	const struct btf_type *t = btf_type(&o->btf, section);
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < btf_vlen(t); i++) {
		const char *name = btf_name(&o->btf, btf_secinfos(t)[i].type);

		if (!external_named(o, name, strlen(name)))
			r = refuse(o, d, "extern %s (%s): BTF has it, and there is no symbol of that name", name,
				   btf_name(&o->btf, section));
	}
	return r;
}

static int sections_check(struct object *o, const struct lookup *l, struct diag *d)
{
	uint32_t checked[2] = { 0 };
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < o->nexternals; i++) {
		bool config = o->externals[i].kind == EXTERN_KCONFIG;
		uint32_t section = l->section[o->externals[i].btf_id];

		if (checked[config] != section)
			r = leftovers_refuse(o, section, d);
		checked[config] = section;
	}
	return r;
}

int object_externs(struct object *o, struct diag *d)
{
	struct lookup l;
	uint32_t n = 0;
	int r;

	for (uint32_t i = 1; i < o->elf.nsymbols; i++)
		n += symbol_is_extern(&o->elf.symbols[i]);
	if (!n)
		return 0;
	r = lookup_make(o, &l, d);
	if (r == 0)
		r = collect(o, &l, n, d);
	if (r == 0)
		r = index_make(o, d);
	return r < 0 ? r : sections_check(o, &l, d);
}
