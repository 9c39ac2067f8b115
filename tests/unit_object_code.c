/*
 * Functions and relocations: what is read, and what is said of files that break a rule. Each is a good object with one
 * thing changed; tests/object_image.h has the good ones.
 *
 * Next: tests/unit_object_maps.c
 */
#include "elf/link.h"
#include "tests/object_image.h"

TEST(the_good_one)
{
	start();
	CHECK_INT(build(), 0);
	CHECK_STR(o.name, "image");
	CHECK_STR(o.license, "");
	CHECK_INT(o.nfuncs, 1);
	CHECK_STR(o.funcs[0].name, "hello");
	CHECK_STR(o.funcs[0].section, "kprobe/x");
	CHECK(o.funcs[0].is_program && o.funcs[0].is_global && !o.funcs[0].is_weak);
	CHECK_INT(o.funcs[0].count, 2);
	CHECK_MEM(o.funcs[0].insns, m.sections[0].bytes, 16);
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(o.nmaps, 0);
}

TEST(not_for_bpf)
{
	struct view file;

	start();
	file = object_image_view(&m);
	image_header(file)->e_machine = 62;
	CHECK_INT(build_file(file), -EINVAL);
	CHECK_STR(d.msg, "made for machine 62, expected 247 (EM_BPF)");
	image_header(file)->e_machine = 0;
	CHECK_INT(build_file(file), 0);
	image_header(file)->e_type = 3;
	CHECK_INT(build_file(file), -EINVAL);
	CHECK_STR(d.msg, "type 3, expected 1 (ET_REL): an object file as the compiler writes it");
}

TEST(no_symbols)
{
	const struct image_section s = { .name = ".text", .type = SHT_PROGBITS, .bytes = "12345678", .size = 8 };

	CHECK_INT(build_file(image_elf(&s, 1)), -EINVAL);
	CHECK_STR(d.msg, "there are none: without them nobody knows where functions begin");
}

/* As gcc writes them where there is nothing to say: a header, and no strings at all. */
TEST(broken_types)
{
	static const struct btf_header empty = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(empty) };
	uint32_t maps, extern_or_not;

	for (int needed = 0; needed < 3; needed++) {
		NOTE("needed %d", needed);
		start();
		memset(&m.btf, 0, sizeof(m.btf));
		object_section(&m, ".BTF", SHT_PROGBITS, 0, &empty, sizeof(empty));
		maps = object_section(&m, needed == 1 ? ".maps" : "other", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
		object_symbol(&m, "x", STB_GLOBAL, STT_OBJECT, maps, 0, 8);
		extern_or_not = needed == 2 ? SHN_UNDEF : maps;
		object_symbol(&m, "y", STB_GLOBAL, STT_NOTYPE, extern_or_not, 0, 8);
		if (needed) {
			CHECK_BAD("btf header", "the strings do not begin and end with NUL");
			continue;
		}
		CHECK_BUILDS();
		CHECK_INT(o.btf.count, 0);
		CHECK_INT(o.nnotes, 1);
		CHECK_STR(o.notes[0], "section .BTF: left out, btf header: the strings do not begin and end with NUL");
	}
}

TEST(license_and_version)
{
	start();
	object_section(&m, "license", SHT_PROGBITS, 0, "GPL", 4);
	object_section(&m, "version", SHT_PROGBITS, 0, "\1\2\5", 4);
	CHECK_INT(build(), 0);
	CHECK_STR(o.license, "GPL");
	CHECK_INT(o.kern_version, 0x050201);

	start();
	object_section(&m, "license", SHT_PROGBITS, 0, "GPL", 3);
	CHECK_INT(build(), 0);
	CHECK_STR(o.license, "GPL");
	start();
	object_section(&m, "license", SHT_PROGBITS, 0, "", 0);
	CHECK_INT(build(), 0);
	CHECK_STR(o.license, "");
	start();
	object_section(&m, "version", SHT_PROGBITS, 0, "\1\2\5", 3);
	CHECK_BAD("section version", "3 bytes, expected 4");
	start();
	object_section(&m, "license", SHT_PROGBITS, 0, "GPL", 4);
	object_section(&m, "license", SHT_PROGBITS, 0, "BSD", 4);
	CHECK_BAD("elf sections", "sections 2 and 3 are both called license, expected one");
}

/* ---- functions ------------------------------------------------------------ */

TEST(functions)
{
	static const struct bpf_insn four[] = { MOV_R0_0, EXIT, MOV_R0_0, EXIT };

	start_with(four, 4);
	m.symbols[1].st_size = 16;
	object_symbol(&m, "second", STB_GLOBAL, STT_FUNC, code, 16, 0);
	CHECK_BAD("functions", "second in section kprobe/x has no size");
	start_with(four, 4);
	object_symbol(&m, "second", STB_GLOBAL, STT_FUNC, code, 20, 8);
	CHECK_BAD("functions", "second in section kprobe/x: 8 bytes at 20, expected multiples of 8");
	start_with(four, 4);
	m.symbols[1].st_size = 12;
	CHECK_BAD("functions", "hello in section kprobe/x: 12 bytes at 0, expected multiples of 8");
	start_with(four, 4);
	object_symbol(&m, "second", STB_GLOBAL, STT_FUNC, code, 16, 24);
	CHECK_BAD("functions", "second: 24 bytes at 16 are outside section kprobe/x (32 bytes)");
	start_with(four, 4);
	object_symbol(&m, "second", STB_GLOBAL, STT_FUNC, code, 0xfffffffffffffff8, 16);
	CHECK_BAD("functions", "second: 16 bytes at 18446744073709551608 are outside section kprobe/x (32 bytes)");
	start_with(four, 4);
	object_symbol(&m, "second", STB_GLOBAL, STT_FUNC, code, 24, 8);
	CHECK_BAD("functions", "section kprobe/x: second starts at instruction 3, inside hello (0 to 3)");
	start_with(four, 4);
	object_symbol(&m, "shorter", STB_WEAK, STT_FUNC, code, 0, 24);
	CHECK_INT(build(), -EINVAL);
	CHECK_HAS(d.msg, "starts at instruction 0, inside");
}

/* Two names of one place are two programs of the same instructions, both relocated. */
TEST(code_with_two_names)
{
	struct linked hello = { 0 }, alias = { 0 };

	start_load(0);
	object_reloc(&m, code, 0, 2, R_BPF_64_64);
	object_symbol(&m, "alias", STB_WEAK, STT_FUNC, code, 0, 32);
	CHECK_BUILDS();
	CHECK_INT(o.nfuncs, 2);
	CHECK_STR(o.funcs[0].name, "alias");
	CHECK(o.funcs[0].is_program && o.funcs[1].is_program);
	CHECK(func_is_alias(&o, 0) && !func_is_alias(&o, 1));
	CHECK_INT(object_func_at(&o, code, 3), 1);
	CHECK_INT(o.funcs[1].nrelocs, 1);
	CHECK_INT(link_program(&o, 0, o.arena, &alias, &d), 0);
	CHECK_INT(link_program(&o, 1, o.arena, &hello, &d), 0);
	CHECK_INT(alias.count, 4);
	CHECK_INT(alias.nrelocs, 1);
	CHECK_INT(alias.nrelocs, hello.nrelocs);
	CHECK(alias.count == hello.count && memcmp(alias.insns, hello.insns, 4 * sizeof(*hello.insns)) == 0);
}

/* A linker that replaced a weak function left its code and its relocations. */
TEST(code_of_no_function)
{
	static const struct bpf_insn six[] = { LD_IMM64(99), MOV_R0_0, EXIT, LD_IMM64(7) };
	uint32_t bss;

	start_with(six, 6);
	m.symbols[1].st_value = 16;
	m.symbols[1].st_size = 16;
	bss = object_section(&m, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, 4);
	object_symbol(&m, "x", STB_GLOBAL, STT_OBJECT, bss, 0, 4);
	object_reloc(&m, code, 0, 2, 99);
	object_reloc(&m, code, 32, 2, 99);
	CHECK_BUILDS();
	CHECK_INT(o.funcs[0].first, 2);
	CHECK_INT(o.funcs[0].nrelocs, 0);
	CHECK_INT(object_func_at(&o, code, 1), NO_INDEX);
	CHECK_INT(object_func_at(&o, code, 2), 0);
	CHECK_INT(object_func_at(&o, code, 3), 0);
	CHECK_INT(object_func_at(&o, code, 4), NO_INDEX);
	CHECK_INT(object_func_at(&o, code + 1, 2), NO_INDEX);
	CHECK_INT(object_func_at(&o, 0, 0), NO_INDEX);
}

/* ---- relocations ---------------------------------------------------------- */

TEST(addresses)
{
	start_load(0);
	object_reloc(&m, code, 0, 2, R_BPF_64_64);
	CHECK_BUILDS();
	CHECK_INT(o.funcs[0].nrelocs, 1);
	CHECK_INT(o.funcs[0].relocs[0].kind, RELOC_GLOBAL);
	CHECK_INT(o.funcs[0].relocs[0].insn, 0);
	CHECK_INT(o.funcs[0].relocs[0].map, 0);
	CHECK_INT(o.funcs[0].relocs[0].func, NO_INDEX);
	CHECK_INT(o.funcs[0].relocs[0].offset, 4);
	CHECK_STR(o.funcs[0].relocs[0].symbol, "x");

	start_load(7);
	object_reloc(&m, code, 0, object_symbol(&m, "", STB_LOCAL, STT_SECTION, 2, 0, 0), R_BPF_64_64);
	CHECK_BUILDS();
	CHECK_INT(o.funcs[0].relocs[0].offset, 7);
	CHECK_STR(o.funcs[0].relocs[0].symbol, ".bss");

	start_load(4);
	object_reloc(&m, code, 0, 2, R_BPF_64_64);
	CHECK_BAD("relocations", "hello, instruction 0, symbol x: byte 8 is outside section .bss (8 bytes)");
	start_load(-5);
	object_reloc(&m, code, 0, 2, R_BPF_64_64);
	CHECK_BAD("relocations", "hello, instruction 0, symbol x: byte -1 is outside section .bss (8 bytes)");
}

TEST(relocation_types)
{
	start_load(0);
	object_reloc(&m, code, 0, 2, R_BPF_64_ABS64);
	CHECK_BAD("relocations",
		  "hello, instruction 0, symbol x: relocation type 2, expected 1 (R_BPF_64_64) or 10 (R_BPF_64_32)");
	start_load(0);
	object_reloc(&m, code, 16, 2, R_BPF_64_64);
	CHECK_BAD("relocations", "hello, instruction 2, symbol x: relocation type 1 is for ld_imm64 (code 0x18), found code 0xb7");
	start_load(0);
	object_reloc(&m, code, 0, 2, R_BPF_64_32);
	CHECK_BAD("relocations", "hello, instruction 0, symbol x: relocation type 10 is for call (code 0x85), found code 0x18");
}

TEST(relocation_places)
{
	start_load(0);
	object_reloc(&m, code, 4, 2, R_BPF_64_64);
	CHECK_BAD("relocations", "section .relkprobe/x: offset 4 is not where an instruction starts");
	start_load(0);
	object_reloc(&m, code, 0, 2, R_BPF_64_64);
	object_reloc(&m, code, 0, 2, R_BPF_64_64);
	CHECK_BAD("relocations", "section .relkprobe/x: offset 0 has two relocations");
	start_load(0);
	object_reloc(&m, code, 8, 2, R_BPF_64_64);
	CHECK_BAD("relocations", "hello, instruction 1: a relocation in the second slot of ld_imm64");
}

TEST(relocation_sections)
{
	struct view file;

	start_load(0);
	object_reloc(&m, code, 0, 2, R_BPF_64_64);
	file = object_image_view(&m);
	image_section_header(file, m.nsections)->sh_type = SHT_RELA;
	CHECK_INT(build_file(file), -EINVAL);
	CHECK_STR(d.msg, "section .relkprobe/x: SHT_RELA, expected SHT_REL, as all BPF compilers write");

	start_load(0);
	object_reloc(&m, code, 0, 2, R_BPF_64_64);
	object_section(&m, ".rel.twice", SHT_REL, 0, NULL, 0);
	m.sections[m.nsections - 1].info = code;
	CHECK_INT(build(), -EINVAL);
	CHECK_HAS(d.msg, "both patch section kprobe/x");
}

/* Relocations are for the loader only in sections that the loader needs. */
TEST(relocations_of_others)
{
	start_load(0);
	object_section(&m, ".debug_info", SHT_PROGBITS, 0, "12345678", 8);
	object_reloc(&m, m.nsections, 0, 2, R_BPF_64_ABS64);
	object_section(&m, ".eh_frame", SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
	object_reloc(&m, m.nsections, 0, 1, R_BPF_64_ABS32);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
}

TEST(symbols_without_a_section)
{
	start_load(0);
	object_reloc(&m, code, 0, object_symbol(&m, "fixed", STB_GLOBAL, STT_NOTYPE, SHN_ABS, 4096, 0), R_BPF_64_64);
	CHECK_BAD("relocations", "hello, instruction 0, symbol fixed: the symbol has no section");
	start_load(0);
	object_reloc(&m, code, 0, 0, R_BPF_64_64);
	CHECK_BAD("relocations", "hello, instruction 0, symbol : the symbol has no section");
}

TEST(incomplete_loads)
{
	static const struct bpf_insn cut[] = { MOV_R0_0, { BPF_INSN_LD_IMM64, 0, 0, 0, 0 } };
	static const struct bpf_insn wrong[] = { { BPF_INSN_LD_IMM64, 0, 0, 0, 0 }, EXIT };
	static const struct bpf_insn function[] = { MOV_R0_0, { BPF_INSN_LD_IMM64, 1, 4, 0, 5 }, { 0, 0, 0, 0, 0 }, EXIT };
	static const struct bpf_insn number[] = { MOV_R0_0, { BPF_INSN_LD_IMM64, 1, 1, 0, 5 }, { 0, 0, 0, 0, 0 }, EXIT };

	start_with(cut, 2);
	CHECK_BAD("relocations", "hello, instruction 1: ld_imm64 takes two slots and the function ends after one");
	start_with(wrong, 2);
	CHECK_BAD("relocations", "hello, instruction 0: the second slot of ld_imm64 has code 0x95, expected 0");
	start_with(function, 4);
	CHECK_BAD("relocations", "hello, instruction 1: ld_imm64 of a function, but no relocation says which");
	start_with(number, 4);	/* the file's own descriptor */
	CHECK_BUILDS();
}

TEST(calls)
{
	start_call(1, 1);
	object_reloc(&m, code, 0, 4, R_BPF_64_32);
	CHECK_BUILDS();
	CHECK_INT(hello_reloc()->kind, RELOC_CALL);
	CHECK_STR(o.funcs[hello_reloc()->func].name, "second");
	CHECK_STR(hello_reloc()->symbol, ".text");
	CHECK(!o.funcs[hello_reloc()->func].is_program);

	start_call(-1, 1);
	object_reloc(&m, code, 0, 3, R_BPF_64_32);
	CHECK_BUILDS();
	CHECK_STR(o.funcs[hello_reloc()->func].name, "second");
	start_call(-1, 1);
	object_reloc(&m, code, 0, 2, R_BPF_64_32);
	CHECK_BUILDS();
	CHECK_STR(o.funcs[hello_reloc()->func].name, "first");
	CHECK(!o.funcs[hello_reloc()->func].is_global);

	start_call(0, 1);
	object_reloc(&m, code, 0, 4, R_BPF_64_32);
	CHECK_BAD("relocations",
		  "hello, instruction 0, symbol .text: refers to instruction 1 of section .text, in the middle of first");
	start_call(3, 1);
	object_reloc(&m, code, 0, 4, R_BPF_64_32);
	CHECK_BAD("relocations",
		  "hello, instruction 0, symbol .text: refers to instruction 4 of section .text, where there is no function");
	start_call(-2, 1);
	object_reloc(&m, code, 0, 4, R_BPF_64_32);
	CHECK_BAD("relocations",
		  "hello, instruction 0, symbol .text: refers to instruction -1 of section .text, where there is no function");
	start_call(-1, 0);
	object_reloc(&m, code, 0, 2, R_BPF_64_32);
	CHECK_BAD("relocations",
		  "hello, instruction 0, symbol first: a call with source register 0, expected 1 (BPF_PSEUDO_CALL)");
	start_call(-1, 1);
	object_reloc(&m, code, 0, object_symbol(&m, "odd", STB_GLOBAL, STT_NOTYPE, 2, 4, 0), R_BPF_64_32);
	CHECK_BAD("relocations", "hello, instruction 0, symbol odd: calls byte 4, expected a multiple of 8");
	start_call(-1, 1);
	object_section(&m, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, 8);
	object_reloc(&m, code, 0, object_variable(&m, m.nsections, "x", INT, BTF_VAR_GLOBAL_ALLOCATED, 0, 4), R_BPF_64_32);
	CHECK_BAD("relocations", "hello, instruction 0, symbol x: calls into section .bss, which has no code");
}

/* Calls that need no relocation in the file get one; a helper's needs none. */
TEST(calls_inside_a_section)
{
	static const struct bpf_insn insns[] = {
		{ BPF_INSN_CALL, 0, 0, 0, 5 }, CALL_FUNC(1), EXIT, MOV_R0_0, EXIT,
	};
	static const struct bpf_insn astray[] = { CALL_FUNC(-2), EXIT };

	start_with(insns, 5);
	m.symbols[1].st_size = 24;
	object_symbol(&m, "helper", STB_LOCAL, STT_FUNC, code, 24, 16);
	CHECK_BUILDS();
	CHECK_INT(o.nfuncs, 2);
	CHECK(!o.funcs[1].is_program && !o.funcs[1].is_global);
	CHECK_INT(hello_reloc()->kind, RELOC_CALL);
	CHECK_INT(hello_reloc()->insn, 1);
	CHECK_INT(hello_reloc()->func, 1);
	CHECK_STR(hello_reloc()->symbol, "helper");

	start_with(astray, 2);
	CHECK_BAD("relocations",
		  "hello, instruction 0, symbol none: refers to instruction -1 of section kprobe/x, where there is no function");
}

TEST(function_addresses)
{
	static const struct bpf_insn subs[] = { MOV_R0_0, EXIT, MOV_R0_0, EXIT };

	start_load(16);
	object_code(&m, ".text", subs, 4);
	object_symbol(&m, "first", STB_LOCAL, STT_FUNC, m.nsections, 0, 16);
	object_symbol(&m, "second", STB_GLOBAL, STT_FUNC, m.nsections, 16, 16);
	object_reloc(&m, code, 0, object_symbol(&m, "", STB_LOCAL, STT_SECTION, m.nsections, 0, 0), R_BPF_64_64);
	CHECK_BUILDS();
	CHECK_INT(hello_reloc()->kind, RELOC_FUNC);
	CHECK_STR(o.funcs[hello_reloc()->func].name, "second");

	start_load(12);
	object_code(&m, ".text", subs, 4);
	object_reloc(&m, code, 0, object_symbol(&m, "", STB_LOCAL, STT_SECTION, m.nsections, 0, 0), R_BPF_64_64);
	CHECK_BAD("relocations",
		  "hello, instruction 0, symbol .text: the address of byte 12 of section .text, expected a multiple of 8");
}
