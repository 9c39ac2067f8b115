/*
 * Objects that ask for what is not done yet: they are built, and say so.
 *
 * Next: tests/unit_externs.c
 */
#include "tests/object_image.h"
#include "uapi/bpf_cmd.h"

TEST(refused_maps)
{
	start_maps();
	map_of(definition("type", UINT(1), "colour", UINT(3), NULL));
	CHECK_REFUSED("map counts: member colour is unknown");
	CHECK_INT(o.nmaps, 1);

	start_maps();
	map_of(definition("type", UINT(1), NULL));
	object_btf_variable(&m, 2, "other", definition("type", UINT(1), NULL), BTF_VAR_GLOBAL_EXTERN, 0, 8);
	CHECK_BUILDS();
	CHECK_STR(o.refused[0], "map other: extern, it is defined in no section of this object");
}

TEST(refused_variables)
{
	start();
	object_section(&m, "maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "1234567812345678", 16);
	object_reloc(&m, 2, 8, 1, R_BPF_64_ABS64);
	CHECK_REFUSED("section maps: addresses in the definitions of maps (section .relmaps) are not understood");

	start_load(0);
	object_section(&m, "mine", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "1234", 4);
	object_reloc(&m, code, 0, object_symbol(&m, "y", STB_GLOBAL, STT_OBJECT, m.nsections, 0, 4), R_BPF_64_64);
	CHECK_REFUSED("hello, instruction 0, symbol y: section mine is no code, and no map is made of it");
	CHECK_INT(hello_reloc()->kind, RELOC_REFUSED);

	start_load(0);
	object_reloc(&m, code, 0, object_symbol(&m, "y", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 4, 4), R_BPF_64_64);
	CHECK_REFUSED("hello, instruction 0, symbol y: a common symbol has no section; -fno-common gives it one");
	CHECK_INT(hello_reloc()->kind, RELOC_REFUSED);

	start_load(0);
	object_reloc(&m, code, 0, object_symbol(&m, "y", STB_LOCAL, STT_OBJECT, SHN_UNDEF, 0, 4), R_BPF_64_64);
	CHECK_REFUSED("hello, instruction 0, symbol y: defined in no section of this object");

	/* What nobody asks for needs no place. */
	start();
	object_symbol(&m, "y", STB_GLOBAL, STT_OBJECT, SHN_COMMON, 4, 4);
	object_symbol(&m, "z", STB_GLOBAL, STT_OBJECT, SHN_UNDEF, 0, 4);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
}

TEST(refused_sections)
{
	static const struct { const char *name, *line; } cases[] = {
		{ ".struct_ops.x", "section .struct_ops.x: not a kind of struct_ops map; .struct_ops.link is" },
		{ "?.struct_ops.x", "section ?.struct_ops.x: not a kind of struct_ops map; ?.struct_ops.link is" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("%s", cases[i].name);
		start_load(0);
		object_section(&m, cases[i].name, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
		object_reloc(&m, code, 0, object_symbol(&m, "y", STB_GLOBAL, STT_OBJECT, m.nsections, 0, 8), R_BPF_64_64);
		CHECK_REFUSED(cases[i].line);
		CHECK_INT(hello_reloc()->kind, RELOC_REFUSED);
	}
}

TEST(refused_code)
{
	start();
	object_symbol(&m, "label", STB_GLOBAL, STT_NOTYPE, object_code(&m, "xdp", m.sections[0].bytes, 2), 0, 0);
	CHECK_REFUSED("section xdp: has instructions, but no symbol says which are a function (STT_FUNC)");
	CHECK_INT(o.nfuncs, 1);
}

/* A file could ask for millions of lines. */
TEST(refused_lines_are_few)
{
	char name[24];

	start();
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "undefined%d", i);
		object_symbol(&m, name, STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	}
	for (int i = 0; i < 30; i++)
		object_code(&m, "xdp", m.sections[0].bytes, 2);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 64);
}
