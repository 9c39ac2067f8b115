/*
 * From sections to an object: the order of the steps, and the small ones.
 *
 *	elf        sections, symbols
 *	words      license, version; whether it is made for Android
 *	types      .BTF, .BTF.ext
 *	externs    what the running kernel has, and this file only names
 *	maps       .maps, maps, .data .rodata .bss; and the variables in the latter
 *	functions  sections of instructions, cut at their symbols
 *	relocs     instruction -> map, variable, function
 *	CO-RE      instruction -> member, type, enum value
 *	refusals   what is left that we know by name and cannot do
 *
 * What a section is for is decided by its name, its type and whether it is
 * executable: section_role() is the one place that looks. The names are
 * conventions between clang's users and libbpf; the kernel knows none of them.
 *
 * In: the bytes of a file  Out: struct object
 * Kernel: tools/lib/bpf/libbpf.c bpf_object__elf_collect() has the same table as code
 * Try: bpfwalk inspect build/progs/syscount.bpf.o
 * Next: elf/datasec.h
 */
#include <errno.h>
#include <string.h>

#include "elf/object_parts.h"

enum { OBJECT_NAME_LEN = 15 };		/* what fits into a kernel name beside its NUL */

static const struct role_row {
	const char *name;
	char family;			/* '.': also NAME.anything, '/': NAME/anything; 0: this name alone */
	uint32_t type;			/* SHT_...; SHT_NULL: any */
	enum section_role role;
	const char *refusal;
} role_rows[] = {
	{ "license",          0,   SHT_NULL,     ROLE_LICENSE, "" },
	{ "version",          0,   SHT_NULL,     ROLE_VERSION, "" },
	{ "maps",             '/', SHT_NULL,     ROLE_LEGACY_MAPS, "" },
	{ ".android_maps",    0,   SHT_NULL,     ROLE_LEGACY_MAPS, "" },
	{ "progs",            0,   SHT_PROGBITS, ROLE_PROG_DEFS, "" },
	{ ".android_progs",   0,   SHT_PROGBITS, ROLE_PROG_DEFS, "" },
	{ "lirc_mode2/maps",  0,   SHT_NULL,     ROLE_LEGACY_MAPS, "" },
	{ ".maps",            0,   SHT_NULL,     ROLE_MAPS, "" },
	{ ".BTF",             0,   SHT_NULL,     ROLE_BTF, "" },
	{ ".BTF.ext",         0,   SHT_NULL,     ROLE_BTF_EXT, "" },
	{ ".data",            '.', SHT_PROGBITS, ROLE_DATA, "" },
	{ ".rodata",          '.', SHT_PROGBITS, ROLE_RODATA, "" },
	{ ".bss",             '.', SHT_NOBITS,   ROLE_BSS, "" },
	{ ".struct_ops",      0,   SHT_PROGBITS, ROLE_STRUCT_OPS, "" },
	{ ".struct_ops.link", 0,   SHT_PROGBITS, ROLE_STRUCT_OPS, "" },
	{ "?.struct_ops",     0,   SHT_PROGBITS, ROLE_STRUCT_OPS, "" },
	{ "?.struct_ops.link", 0,   SHT_PROGBITS, ROLE_STRUCT_OPS, "" },
	{ ".struct_ops",      '.', SHT_PROGBITS, ROLE_REFUSED, "not a kind of struct_ops map; .struct_ops.link is" },
	{ "?.struct_ops",     '.', SHT_PROGBITS, ROLE_REFUSED, "not a kind of struct_ops map; ?.struct_ops.link is" },
	{ ".addr_space.1",    0,   SHT_NULL,     ROLE_ARENA, "" },
	{ ".jumptables",      0,   SHT_NULL,     ROLE_JUMPS, "" },
};

static bool row_matches(const struct role_row *row, const struct elf_section *s)
{
	const char *want = row->name, *rest = s->name;

	if (row->type != SHT_NULL && row->type != s->type)
		return false;
	/* By hand: every section is looked at many times, and nearly always the first letter decides. */
	while (*want && *want == *rest)
		want++, rest++;
	return !*want && (!*rest || (row->family && *rest == row->family));
}

static const struct role_row *role_row_of(const struct elf_section *s)
{
	for (size_t i = 0; i < sizeof(role_rows) / sizeof(role_rows[0]); i++)
		if (row_matches(&role_rows[i], s))
			return &role_rows[i];
	return NULL;
}

enum section_role section_role(const struct elf_section *s)
{
	const struct role_row *row = role_row_of(s);

	if (row && row->type == SHT_NULL)
		return row->role;
	if (!s->size)
		return ROLE_OTHER;
	if (s->type == SHT_PROGBITS && (s->flags & SHF_EXECINSTR))
		return ROLE_CODE;
	return row ? row->role : ROLE_OTHER;
}

const char *section_refusal(const struct elf_section *s)
{
	const struct role_row *row = role_row_of(s);

	return row ? row->refusal : "";
}

/* "/x/syscount.bpf.o" is the object syscount. */
static int name_read(struct object *o, const char *name, struct diag *d)
{
	const char *slash = strrchr(name, '/');
	size_t len;

	if (slash)
		name = slash + 1;
	len = strcspn(name, ".");
	if (len > OBJECT_NAME_LEN)
		len = OBJECT_NAME_LEN;
	o->name = arena_copy(o->arena, name, len);
	return o->name ? 0 : fail_memory(d, "object");
}

static int elf_read(struct object *o, struct diag *d)
{
	int r = elf_parse(o->elf.file, o->arena, &o->elf, d);

	if (r < 0)
		return r;
	/* Old compilers left the machine at 0. */
	if (o->elf.machine != EM_BPF && o->elf.machine != 0)
		return fail(d, -EINVAL, "elf header", "made for machine %u, expected 247 (EM_BPF)", o->elf.machine);
	if (o->elf.type != ET_REL)
		return fail(d, -EINVAL, "elf header", "type %u, expected 1 (ET_REL): an object file as the compiler writes it",
			    o->elf.type);
	r = elf_symbols(&o->elf, o->arena, d);
	if (r < 0)
		return r;
	if (!o->elf.nsymbols)
		return fail(d, -EINVAL, "elf symbols", "there are none: without them nobody knows where functions begin");
	return 0;
}

/* Two sections called "license": which one counts? Nobody writes that, and we need not decide. */
static int roles_find(struct object *o, struct diag *d)
{
	for (uint32_t i = 1; i < o->elf.nsections; i++) {
		const struct role_row *row = role_row_of(&o->elf.sections[i]);

		if (!row || row->type != SHT_NULL || row->role == ROLE_REFUSED || row->role == ROLE_LEGACY_MAPS)
			continue;
		if (o->only[row->role])
			return fail(d, -EINVAL, "elf sections", "sections %u and %u are both called %s, expected one",
				    o->only[row->role], i, row->name);
		o->only[row->role] = i;
	}
	return 0;
}

static int words_read(struct object *o, struct diag *d)
{
	uint32_t license = o->only[ROLE_LICENSE], version = o->only[ROLE_VERSION];
	struct view bytes;

	o->license = "";
	/* char license[3] = "GPL" is legal C, and has no NUL. */
	if (license) {
		bytes = o->elf.sections[license].bytes;
		o->license = arena_copy(o->arena, bytes.base, bytes.size);
		if (!o->license)
			return fail_memory(d, "section license");
	}
	if (version) {
		bytes = o->elf.sections[version].bytes;
		if (bytes.size != sizeof(o->kern_version))
			return fail(d, -EINVAL, "section version", "%zu bytes, expected 4", bytes.size);
		view_get(bytes, 0, &o->kern_version, sizeof(o->kern_version));
	}
	return 0;
}

/* Without types nobody knows what its maps or its externs are. */
static bool needs_types(const struct object *o)
{
	if (o->only[ROLE_MAPS])
		return true;
	for (uint32_t i = 1; i < o->elf.nsections; i++)
		if (section_role(&o->elf.sections[i]) == ROLE_STRUCT_OPS)
			return true;
	for (uint32_t i = 1; i < o->elf.nsymbols; i++)
		if (symbol_is_extern(&o->elf.symbols[i]))
			return true;
	return false;
}

/* Broken types are left out where nothing hangs on them: gcc writes some that have no strings. */
static int types_read(struct object *o, struct diag *d)
{
	uint32_t btf = o->only[ROLE_BTF], ext = o->only[ROLE_BTF_EXT];
	struct diag wrong = { 0 };
	int r;

	if (!btf)
		return 0;
	r = btf_parse(o->elf.sections[btf].bytes, o->arena, &o->btf, &wrong);
	if (r < 0 && (r == -ENOMEM || needs_types(o)))
		return fail(d, r, wrong.where, "%s", wrong.msg);
	if (r < 0) {
		o->btf = (struct btf){ 0 };
		return note(o, d, "section .BTF: left out, %s: %s", wrong.where, wrong.msg);
	}
	return ext ? btf_ext_parse(o->elf.sections[ext].bytes, &o->btf, o->arena, &o->ext, d) : 0;
}

int object_build(struct view file, const char *name, struct arena *a, struct object *out, struct diag *d)
{
	static int (*const steps[])(struct object *, struct diag *) = {
		elf_read, roles_find, words_read, types_read, object_android, object_variables, object_externs, object_maps,
		object_funcs, object_prog_defs, object_tails, object_map_slots, object_struct_ops, object_data_addresses,
		object_relocs, object_core, object_refusals, object_link_room,
	};
	int r;

	*out = (struct object){ .arena = a, .elf.file = file, .kconfig_map = NO_INDEX };
	r = name_read(out, name, d);
	for (size_t i = 0; r >= 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
		r = steps[i](out, d);
	return r < 0 ? r : 0;
}
