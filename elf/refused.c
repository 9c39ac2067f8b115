/*
 * What is in a file, known by name, and not done yet.
 *
 * A loader that skips what it does not understand makes programs that load and
 * then do something else. So whatever the file says beyond what the other parts
 * have taken is looked for here, and each finding is a line of o->refused.
 *
 *	section .struct_ops.x           a kind of map nobody knows
 *	code without functions          labels only, as from an assembler
 *
 * Relocations of sections that never reach the kernel (.debug_*, .BTF, .eh_frame)
 * are the business of debuggers and linkers.
 *
 * In: an object that is built but for this  Out: o->refused
 * Kernel: none
 * Try: bpfwalk inspect on an object made for another loader
 * Next: elf/btf_kernel.c
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

enum { LINES_MAX = 64 };		/* more than anybody reads; a file made for it could ask for millions */

/* True to go on looking: nothing failed, and there is room for another line. */
static bool go_on(const struct object *o, int r)
{
	return r >= 0 && o->nrefused < LINES_MAX;
}

__attribute__((format(printf, 5, 0)))
static int line_add(struct object *o, const char ***lines, uint32_t *count, struct diag *d, const char *fmt, va_list ap)
{
	const char **grown;
	char line[512];

	if (*count == LINES_MAX)
		return 0;
	grown = array_grow(o->arena, *lines, *count, sizeof(*grown));
	if (!grown)
		return fail_memory(d, "object");
	*lines = grown;
	vsnprintf(line, sizeof(line), fmt, ap);
	grown[*count] = arena_copy(o->arena, line, strlen(line));
	if (!grown[*count])
		return fail_memory(d, "object");
	++*count;
	return 0;
}

__attribute__((format(printf, 4, 0)))
static int refused_add(struct object *o, int code, struct diag *d, const char *fmt, va_list ap)
{
	if (!o->refused_code)
		o->refused_code = code;
	return line_add(o, &o->refused, &o->nrefused, d, fmt, ap);
}

int refuse(struct object *o, struct diag *d, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = refused_add(o, -ENOTSUP, d, fmt, ap);
	va_end(ap);
	return r;
}

int refuse_absent(struct object *o, struct diag *d, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = refused_add(o, -ENOENT, d, fmt, ap);
	va_end(ap);
	return r;
}

int note(struct object *o, struct diag *d, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = line_add(o, &o->notes, &o->nnotes, d, fmt, ap);
	va_end(ap);
	return r;
}

static int sections_refuse(struct object *o, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 1; go_on(o, r) && i < o->elf.nsections; i++) {
		const struct elf_section *s = &o->elf.sections[i];

		if (section_role(s) == ROLE_REFUSED && s->size)
			r = refuse(o, d, "section %s: %s", s->name, section_refusal(s));
	}
	return r;
}

/* Old compilers gave functions no type, and assembly may have none; then nobody can tell a function from a label. */
static int code_refuse(struct object *o, struct diag *d)
{
	uint32_t f = 0;
	int r = 0;

	for (uint32_t i = 1; go_on(o, r) && i < o->elf.nsections; i++) {
		while (f < o->nfuncs && o->funcs[f].section_index < i)
			f++;
		if (section_role(&o->elf.sections[i]) == ROLE_CODE && (f == o->nfuncs || o->funcs[f].section_index != i))
			r = refuse(o, d, "section %s: has instructions, but no symbol says which are a function (STT_FUNC)",
				   o->elf.sections[i].name);
	}
	return r;
}

/* An old map definition is numbers; nobody knows what an address in one would mean. */
static int addresses_refuse(struct object *o, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 1; go_on(o, r) && i < o->elf.nsections; i++) {
		const struct elf_section *s = &o->elf.sections[i];

		if ((s->type == SHT_REL || s->type == SHT_RELA) && s->size && s->info < o->elf.nsections &&
		    section_role(&o->elf.sections[s->info]) == ROLE_LEGACY_MAPS)
			r = refuse(o, d, "section %s: addresses in the definitions of maps (section %s) are not understood",
				   o->elf.sections[s->info].name, s->name);
	}
	return r;
}

int object_refusals(struct object *o, struct diag *d)
{
	static int (*const kinds[])(struct object *, struct diag *) = {
		sections_refuse, code_refuse, addresses_refuse,
	};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		r = kinds[i](o, d);
	return r;
}
