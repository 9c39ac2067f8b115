/*
 * Objects made for Android's loader: what they say beside the code.
 *
 *	section progs			struct bpf_prog_def filter_v4_def = {
 *		uid, gid,			.min_kver = KVER(4, 14, 0),
 *		min_kver, max_kver,		.max_kver = KVER(5, 4, 0),
 *		optional, ...			.optional = true };
 *
 * One file serves many devices: a program is there in several versions, each for
 * some kernels, and the loader takes those that are meant for its own. A program
 * that is optional may be refused by the kernel without an end to all. The symbol
 * NAME_def says which function a definition belongs to.
 *
 * The struct has grown at its end with every Android; in .android_progs (of 2025)
 * two words came in front. Its layout is the same for all compilers and is never
 * changed, so it is read by bytes. Who owns the pins that Android's loader makes,
 * and on which builds, is for Android.
 *
 *	bytes		 0    4    8         12        16        20	   24
 *	progs		 uid  gid  min_kver  max_kver  optional  min_ver   max_ver of the loader
 *	.android_progs   type ...  uid	     gid       min_kver  max_kver  optional   28: min_ver max_ver
 *
 * In: sections, symbols, functions  Out: is_android, meant_for and is_optional of functions
 * Kernel: none; Android's bpf_map_def.h and Loader.cpp
 * Try: bpfwalk inspect build/tests/objects/android.bpf.o
 * Next: elf/tails.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/datasec.h"
#include "elf/object_parts.h"

static const char where[] = "section progs";

/* Android's loader has had versions from 0 on, as 16 bits; what ends at 1 << 16 never ends. We count as the last. */
enum { NO_LOADER_MAX = 1 << 16 };

static const char *const marks[] = {
	"progs", ".android_progs", ".android_maps", "critical", "bpfloader_min_ver", "bpfloader_max_ver", "size_of_bpf_map_def",
	"size_of_bpf_prog_def",
};

int object_android(struct object *o, struct diag *d)
{
	(void)d;
	for (uint32_t i = 1; i < o->elf.nsections; i++)
		for (size_t m = 0; m < sizeof(marks) / sizeof(marks[0]); m++)
			o->is_android |= o->elf.sections[i].type == SHT_PROGBITS && strcmp(o->elf.sections[i].name, marks[m]) == 0;
	return 0;
}

/* At first versions were written as the kernel does (5 << 16 | 4 << 8), later with one more byte at the end. */
static uint32_t version_of(uint32_t v)
{
	uint32_t patch = v & 0xffff;

	if (v == UINT32_MAX || v >> 24 == 0)
		return v;
	return v >> 24 << 16 | (v >> 16 & 0xff) << 8 | (patch < 255 ? patch : 255);
}

struct meant_for meant_for(uint32_t min_kver, uint32_t max_kver, uint32_t loader_max)
{
	return (struct meant_for){
		.is_limited = min_kver || max_kver != UINT32_MAX || loader_max < NO_LOADER_MAX,
		.min_kver = version_of(min_kver), .max_kver = version_of(max_kver),
		.other_loaders = loader_max < NO_LOADER_MAX,
	};
}

struct prog_def {
	uint32_t min_kver, max_kver, loader_max;
	bool is_optional, has_owner;
};

/* Shorter ones, of older loaders, end before loader_max. */
static int def_read(const struct elf_section *s, uint32_t at, const struct elf_symbol *symbol, struct prog_def *out, struct diag *d)
{
	uint32_t owner[2];
	struct view v;
	uint8_t optional;

	if (!view_sub(s->bytes, symbol->value, symbol->size, &v) || !view_get(v, at, owner, sizeof(owner)) ||
	    !view_get(v, at + 8, &out->min_kver, 4) || !view_get(v, at + 12, &out->max_kver, 4) ||
	    !view_get(v, at + 16, &optional, 1))
		return fail(d, -EINVAL, where, "%s: %llu bytes at %llu of section %s (%zu bytes), expected at least %u", symbol->name,
			    (unsigned long long)symbol->size, (unsigned long long)symbol->value, s->name, s->bytes.size, at + 17);
	if (!view_get(v, at + 24, &out->loader_max, 4))
		out->loader_max = NO_LOADER_MAX;
	out->is_optional = optional != 0;
	out->has_owner = owner[0] || owner[1] || symbol->size > at + 28;
	return 0;
}

/* filter_v4_def is the definition of filter_v4. */
static int func_read(struct object *o, const struct elf_section *s, uint32_t at, struct func *f, bool *has_owner, struct diag *d)
{
	const struct elf_symbol *symbol;
	struct prog_def def = { 0 };
	char name[512];
	int r;

	if (!f->is_program || snprintf(name, sizeof(name), "%s_def", f->name) >= (int)sizeof(name))
		return 0;
	symbol = variable_find(o, (uint32_t)(s - o->elf.sections), name);
	if (!symbol)
		return 0;
	r = def_read(s, at, symbol, &def, d);
	if (r < 0)
		return r;
	f->meant_for = meant_for(def.min_kver, def.max_kver, def.loader_max);
	f->is_optional = def.is_optional;
	*has_owner |= def.has_owner;
	return 0;
}

int object_prog_defs(struct object *o, struct diag *d)
{
	static const struct { const char *section; uint32_t at; } places[] = { { "progs", 0 }, { ".android_progs", 8 } };
	bool has_owner = false;
	int r = 0;

	for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		const struct elf_section *s = elf_section_named(&o->elf, places[p].section);

		for (uint32_t i = 0; s && section_role(s) == ROLE_PROG_DEFS && r >= 0 && i < o->nfuncs; i++)
			r = func_read(o, s, places[p].at, &o->funcs[i], &has_owner, d);
	}
	if (r >= 0 && has_owner)
		r = note(o, d, "section progs: where Android's loader pins programs, and for whom, is left out");
	return r;
}
