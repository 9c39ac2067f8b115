/*
 * Objects that ask for what is not done yet: they are built, and say so.
 *
 * Next: tests/unit_object.c
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
	CHECK_REFUSED("symbol y: a common symbol has no section; -fno-common gives it one");
	CHECK_INT(hello_reloc()->kind, RELOC_REFUSED);
}

TEST(refused_externs)
{
	uint32_t func;

	start_load(0);
	object_reloc(&m, code, 0, object_symbol(&m, "nobody", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0), R_BPF_64_64);
	CHECK_REFUSED("symbol nobody: defined in no section of this object, and BTF has no extern of that name");
	CHECK_INT(hello_reloc()->kind, RELOC_REFUSED);

	start_load(0);
	object_reloc(&m, code, 0, object_symbol(&m, "CONFIG_HZ", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0), R_BPF_64_64);
	object_btf_variable(&m, 2, "x2", INT, BTF_VAR_STATIC, 0, 4);
	m.btf.words[m.btf.nwords - 4] = btf_image_name(&m.btf, "CONFIG_HZ");
	m.btf.words[m.btf.nwords - 1] = BTF_VAR_GLOBAL_EXTERN;
	m.nvars--;
	CHECK_REFUSED("extern CONFIG_HZ: what others provide is not looked up yet");

	start_call(-1, 1);
	object_reloc(&m, code, 0, object_symbol(&m, "bpf_kfunc", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0), R_BPF_64_32);
	func = btf_image_type(&m.btf, "", BTF_KIND_FUNC_PROTO, 0, 0);
	func = btf_image_type(&m.btf, "bpf_kfunc", BTF_KIND_FUNC, BTF_FUNC_EXTERN, func);
	btf_image_type(&m.btf, ".ksyms", BTF_KIND_DATASEC, 1, 0);
	btf_image_words(&m.btf, 3, func, 0u, 0u);
	CHECK_REFUSED("extern bpf_kfunc (.ksyms): what others provide is not looked up yet");
	CHECK_INT(hello_reloc()->kind, RELOC_REFUSED);
	CHECK_STR(hello_reloc()->symbol, "bpf_kfunc");
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
	char name[16];

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
