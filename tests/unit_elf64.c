/*
 * The ELF reader: one good file, then every way in which it can be wrong, and what is said about each.
 *
 * Next: tests/unit_btf.c
 */
#include "elf/elf64.h"
#include "tests/check.h"
#include "tests/elf_image.h"

enum { TEXT = 1, REL, RELA, SYMTAB, STRTAB, BSS, SHSTRTAB, SECTIONS };	/* of the good file */

static struct elf64_sym symbols[] = {
	{ 0 },
	{ .st_info = STT_SECTION, .st_shndx = TEXT },
	{ .st_name = 1, .st_info = STB_GLOBAL << 4 | STT_FUNC, .st_shndx = TEXT, .st_value = 8, .st_size = 16 },
	{ .st_name = 7, .st_info = STB_WEAK << 4 | STT_OBJECT, .st_shndx = SHN_ABS, .st_other = STV_HIDDEN },
	{ .st_name = 7, .st_info = STB_GLOBAL << 4, .st_shndx = SHN_UNDEF },
};

static struct view good(void)
{
	static const unsigned char text[24];
	static const struct elf64_rel rel[] = { { 0, 2ull << 32 | R_BPF_64_64 }, { 16, 3ull << 32 | R_BPF_64_32 } };
	static const struct elf64_rela rela[] = { { 8, 1ull << 32 | R_BPF_64_ABS64, -5 } };
	const struct image_section s[] = {
		{ .name = "kprobe/x", .type = SHT_PROGBITS, .bytes = text, .size = sizeof(text), .flags = SHF_EXECINSTR },
		{ .name = ".relkprobe/x", .type = SHT_REL, .bytes = rel, .size = sizeof(rel), .entsize = 16,
		  .link = SYMTAB, .info = TEXT },
		{ .name = ".relakprobe/x", .type = SHT_RELA, .bytes = rela, .size = sizeof(rela), .entsize = 24,
		  .link = SYMTAB, .info = TEXT },
		{ .name = ".symtab", .type = SHT_SYMTAB, .bytes = symbols, .size = sizeof(symbols), .entsize = 24,
		  .link = STRTAB },
		{ .name = ".strtab", .type = SHT_STRTAB, .bytes = "\0hello\0counts", .size = 14 },
		{ .name = ".bss", .type = SHT_NOBITS, .size = (size_t)1 << 60, .flags = SHF_ALLOC | SHF_WRITE },
	};

	return image_elf(s, SHSTRTAB - 1);
}

/* All that can be read of an ELF file, in the order a loader does it. */
static int read_all(struct view file, struct diag *d)
{
	struct arena a = { 0 };
	const struct elf_reloc *relocs;
	struct elf e;
	uint32_t n;
	int r;

	memset(d, 0, sizeof(*d));
	r = elf_parse(file, &a, &e, d);
	if (r == 0)
		r = elf_symbols(&e, &a, d);
	for (uint32_t i = 1; r == 0 && i < e.nsections; i++)
		if (e.sections[i].type == SHT_REL || e.sections[i].type == SHT_RELA)
			r = elf_relocs(&e, i, &a, &relocs, &n, d);
	arena_free(&a);
	return r;
}

#define CHECK_SAYS(FILE, WHERE, MSG) do {		\
	struct diag d_;					\
							\
	CHECK_INT(read_all(FILE, &d_), -EINVAL);	\
	CHECK_STR(d_.msg, MSG);				\
	CHECK_STR(d_.where, WHERE);			\
	CHECK_INT(d_.code, -EINVAL);			\
} while (0)

TEST(sections)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct elf e;

	CHECK_INT(elf_parse(good(), &a, &e, &d), 0);
	CHECK_INT(e.type, ET_REL);
	CHECK_INT(e.machine, EM_BPF);
	CHECK_INT(e.nsections, SECTIONS);
	CHECK_STR(e.sections[0].name, "");
	CHECK_STR(e.sections[TEXT].name, "kprobe/x");
	CHECK_INT(e.sections[TEXT].bytes.size, 24);
	CHECK_INT(e.sections[TEXT].flags, SHF_EXECINSTR);
	CHECK_INT(e.sections[REL].info, TEXT);
	CHECK_INT(e.sections[BSS].size, 1ll << 60);
	CHECK_INT(e.sections[BSS].bytes.size, 0);
	CHECK(elf_section_named(&e, ".symtab") == &e.sections[SYMTAB]);
	CHECK(!elf_section_named(&e, ".maps"));
	CHECK(!elf_section_named(&e, ""));
	CHECK(!e.symbols);
	arena_free(&a);
}

TEST(symbols)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct elf e;

	CHECK_INT(elf_parse(good(), &a, &e, &d), 0);
	CHECK_INT(elf_symbols(&e, &a, &d), 0);
	CHECK_INT(e.nsymbols, 5);
	CHECK_STR(e.symbols[0].name, "");
	CHECK_STR(e.symbols[1].name, "kprobe/x");
	CHECK_INT(e.symbols[1].type, STT_SECTION);
	CHECK_STR(e.symbols[2].name, "hello");
	CHECK_INT(e.symbols[2].bind, STB_GLOBAL);
	CHECK_INT(e.symbols[2].type, STT_FUNC);
	CHECK_INT(e.symbols[2].value, 8);
	CHECK_INT(e.symbols[2].size, 16);
	CHECK_INT(e.symbols[2].section, TEXT);
	CHECK_INT(e.symbols[3].section, SHN_ABS);
	CHECK_INT(e.symbols[3].bind, STB_WEAK);
	CHECK_INT(e.symbols[3].visibility, STV_HIDDEN);
	CHECK_INT(e.symbols[4].section, SHN_UNDEF);
	arena_free(&a);
}

TEST(relocations)
{
	const struct elf_reloc *r;
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct elf e;
	uint32_t n;

	CHECK_INT(elf_parse(good(), &a, &e, &d), 0);
	CHECK_INT(elf_symbols(&e, &a, &d), 0);
	CHECK_INT(elf_relocs(&e, REL, &a, &r, &n, &d), 0);
	CHECK_INT(n, 2);
	CHECK_INT(r[1].offset, 16);
	CHECK_INT(r[1].type, R_BPF_64_32);
	CHECK_INT(r[1].symbol, 3);
	CHECK_INT(r[1].addend, 0);
	CHECK_INT(elf_relocs(&e, RELA, &a, &r, &n, &d), 0);
	CHECK_INT(n, 1);
	CHECK_INT(r[0].offset, 8);
	CHECK_INT(r[0].type, R_BPF_64_ABS64);
	CHECK_INT(r[0].addend, -5);
	arena_free(&a);
}

TEST(no_symbols)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct elf e;
	struct view v = image_elf(NULL, 0);

	CHECK_INT(elf_parse(v, &a, &e, &d), 0);
	CHECK_INT(e.nsections, 2);
	CHECK_INT(elf_symbols(&e, &a, &d), 0);
	CHECK_INT(e.nsymbols, 0);
	CHECK(!e.symbols);
	arena_free(&a);
}

TEST(no_section_headers)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct view v = good();
	struct elf e;

	image_header(v)->e_shoff = 0;
	image_header(v)->e_shnum = 0;
	image_header(v)->e_shentsize = 0;
	CHECK_INT(elf_parse(v, &a, &e, &d), 0);
	CHECK_INT(e.nsections, 0);
	CHECK_INT(elf_symbols(&e, &a, &d), 0);
	CHECK_INT(e.nsymbols, 0);
	arena_free(&a);
}

/* Numbers that do not fit into 16 bits are elsewhere; here small ones are put there. */
TEST(extended_numbers)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct view v = good();
	struct elf e;

	image_header(v)->e_shnum = 0;
	image_section_header(v, 0)->sh_size = SECTIONS;
	image_header(v)->e_shstrndx = SHN_XINDEX;
	image_section_header(v, 0)->sh_link = SHSTRTAB;
	CHECK_INT(elf_parse(v, &a, &e, &d), 0);
	CHECK_INT(e.nsections, SECTIONS);
	CHECK_STR(e.sections[TEXT].name, "kprobe/x");
	arena_free(&a);
}

static struct view symbol_with_xindex(uint32_t section)
{
	static uint32_t wide[2];
	static const struct elf64_sym sym[2] = { { 0 }, { .st_shndx = SHN_XINDEX } };
	const struct image_section s[] = {
		{ .name = ".symtab", .type = SHT_SYMTAB, .bytes = sym, .size = sizeof(sym), .entsize = 24, .link = 3 },
		{ .name = ".symtab_shndx", .type = SHT_SYMTAB_SHNDX, .bytes = wide, .size = sizeof(wide), .link = 1 },
		{ .name = ".strtab", .type = SHT_STRTAB, .bytes = "", .size = 1 },
	};

	wide[1] = section;
	return image_elf(s, 3);
}

TEST(extended_symbol_section)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct elf e;

	CHECK_INT(elf_parse(symbol_with_xindex(3), &a, &e, &d), 0);
	CHECK_INT(elf_symbols(&e, &a, &d), 0);
	CHECK_INT(e.symbols[1].section, 3);
	arena_free(&a);

	CHECK_SAYS(symbol_with_xindex(5), "elf symbols", "symbol 1: section 5, the file has 5 sections");
	CHECK_SAYS(symbol_with_xindex(0xff05), "elf symbols", "symbol 1: section 65285, the file has 5 sections");
}

TEST(not_an_elf_file)
{
	char text[100] = "#!/bin/sh\n";

	CHECK_SAYS(image_copy("", 0), "elf header", "the file is empty");
	CHECK_SAYS(image_copy("\177EL", 3), "elf header", "3 bytes are too few for a header of 64");
	CHECK_SAYS(image_copy(text, sizeof(text)), "elf header",
		   "the file starts with 23 21 2f 62, an ELF file with 7f 45 4c 46");
	CHECK_SAYS(image_copy("ELF!", 4), "elf header",
		   "the file starts with 45 4c 46 21, an ELF file with 7f 45 4c 46");
	CHECK_SAYS(image_copy(good().base, 63), "elf header", "63 bytes are too few for a header of 64");
}

TEST(header)
{
	struct view v = good();

	image_header(v)->e_ident[EI_CLASS] = 1;
	CHECK_SAYS(v, "elf header", "class 1 (32-bit), expected 2 (64-bit)");
	image_header(v)->e_ident[EI_CLASS] = 9;
	CHECK_SAYS(v, "elf header", "class 9, expected 2 (64-bit)");
	v = good();
	image_header(v)->e_ident[EI_DATA] = 2;
	CHECK_SAYS(v, "elf header", "byte order 2 (big-endian), expected 1 (little-endian)");
	image_header(v)->e_ident[EI_DATA] = 0;
	CHECK_SAYS(v, "elf header", "byte order 0, expected 1 (little-endian)");
	v = good();
	image_header(v)->e_ident[EI_VERSION] = 2;
	CHECK_SAYS(v, "elf header", "version 2, expected 1");
}

TEST(section_table)
{
	char msg[200];
	struct view v = good();

	image_header(v)->e_shentsize = 40;
	CHECK_SAYS(v, "elf sections", "section headers of 40 bytes, expected 64");
	v = good();
	image_header(v)->e_shoff = 0;
	CHECK_SAYS(v, "elf sections", "8 section headers, but no offset to them");
	v = good();
	image_header(v)->e_shoff = UINT64_MAX - 8;
	snprintf(msg, sizeof(msg), "section headers at 18446744073709551607 are outside the file (%zu bytes)", v.size);
	CHECK_SAYS(v, "elf sections", msg);
	v = good();
	snprintf(msg, sizeof(msg), "9 section headers at %zu are outside the file (%zu bytes)", v.size - 8 * 64, v.size);
	image_header(v)->e_shnum = 9;
	CHECK_SAYS(v, "elf sections", msg);
}

/* The count in section 0 has 64 bits: times 64 it wraps. */
TEST(section_count_overflows)
{
	char msg[200];
	struct view v = good();
	uint64_t counts[] = { 1ull << 58, UINT64_MAX, UINT32_MAX, 9 };

	image_header(v)->e_shnum = 0;
	for (unsigned i = 0; i < 4; i++) {
		image_section_header(v, 0)->sh_size = counts[i];
		snprintf(msg, sizeof(msg), "%llu section headers at %zu are outside the file (%zu bytes)",
			 (unsigned long long)counts[i], v.size - 8 * 64, v.size);
		CHECK_SAYS(v, "elf sections", msg);
	}
}

TEST(section_outside)
{
	char msg[200];
	struct view v = good();

	image_section_header(v, TEXT)->sh_offset = v.size - 23;
	snprintf(msg, sizeof(msg), "section 1: offset %zu size 24 is outside the file (%zu bytes)", v.size - 23, v.size);
	CHECK_SAYS(v, "elf sections", msg);
	v = good();
	image_section_header(v, TEXT)->sh_offset = UINT64_MAX;
	image_section_header(v, TEXT)->sh_size = 2;
	snprintf(msg, sizeof(msg), "section 1: offset 18446744073709551615 size 2 is outside the file (%zu bytes)", v.size);
	CHECK_SAYS(v, "elf sections", msg);
	v = good();
	image_section_header(v, TEXT)->sh_offset = 64;
	image_section_header(v, TEXT)->sh_size = UINT64_MAX - 63;
	snprintf(msg, sizeof(msg), "section 1: offset 64 size 18446744073709551552 is outside the file (%zu bytes)", v.size);
	CHECK_SAYS(v, "elf sections", msg);
}

/* What has no bytes cannot be outside. */
TEST(section_without_bytes)
{
	struct view v = good();
	struct diag d;

	image_section_header(v, BSS)->sh_offset = UINT64_MAX;
	image_section_header(v, BSS)->sh_size = UINT64_MAX;
	CHECK_INT(read_all(v, &d), 0);
	image_section_header(v, BSS)->sh_type = SHT_NULL;
	CHECK_INT(read_all(v, &d), 0);
}

TEST(section_names)
{
	struct view v = good();

	image_header(v)->e_shstrndx = SECTIONS;
	CHECK_SAYS(v, "elf strings", "section names are in section 8, the file has 8 sections");
	image_header(v)->e_shstrndx = TEXT;
	CHECK_SAYS(v, "elf strings", "section names are in section 1, which has type 1, expected 3 (SHT_STRTAB)");
	v = good();
	image_section_header(v, SHSTRTAB)->sh_size--;
	CHECK_SAYS(v, "elf strings", "section names are in section 7, which does not end in NUL");
	v = good();
	image_section_header(v, TEXT)->sh_name = 68;
	CHECK_SAYS(v, "elf sections", "section 1: name at 68 is outside the names (68 bytes)");
}

TEST(nameless_sections)
{
	struct arena a = { 0 };
	struct view v = good();
	struct diag d = { 0 };
	struct elf e;

	image_header(v)->e_shstrndx = SHN_UNDEF;
	CHECK_INT(elf_parse(v, &a, &e, &d), 0);
	CHECK_STR(e.sections[TEXT].name, "");
	arena_free(&a);
}

/* A name is the file's; a message is one line all the same. */
TEST(name_with_newline)
{
	struct view v = good();

	memcpy(image_bytes(v, SHSTRTAB) + image_section_header(v, SYMTAB)->sh_name, "\n\033[2J", 5);
	image_section_header(v, SYMTAB)->sh_entsize = 16;
	CHECK_SAYS(v, "elf sections", "section 4 (??[2Jab): entries of 16 bytes, expected 24");
}

TEST(symbol_table)
{
	struct view v = good();

	image_section_header(v, SYMTAB)->sh_entsize = 16;
	CHECK_SAYS(v, "elf sections", "section 4 (.symtab): entries of 16 bytes, expected 24");
	v = good();
	image_section_header(v, SYMTAB)->sh_size--;
	CHECK_SAYS(v, "elf sections", "section 4 (.symtab): 119 bytes are not a number of 24-byte entries");
	v = good();
	image_section_header(v, SYMTAB)->sh_link = 99;
	CHECK_SAYS(v, "elf strings", "symbol names are in section 99, the file has 8 sections");
	v = good();
	image_section_header(v, SYMTAB)->sh_link = REL;
	CHECK_SAYS(v, "elf strings", "symbol names are in section 2, which has type 9, expected 3 (SHT_STRTAB)");
	v = good();
	image_section_header(v, STRTAB)->sh_size--;
	CHECK_SAYS(v, "elf strings", "symbol names are in section 5, which does not end in NUL");
	v = good();
	image_section_header(v, TEXT)->sh_type = SHT_SYMTAB;
	CHECK_SAYS(v, "elf symbols", "sections 1 and 4 are both of type SHT_SYMTAB, expected one");
	v = good();
	image_section_header(v, TEXT)->sh_type = SHT_SYMTAB_SHNDX;
	image_section_header(v, STRTAB)->sh_type = SHT_SYMTAB_SHNDX;
	CHECK_SAYS(v, "elf symbols", "sections 1 and 5 are both of type SHT_SYMTAB_SHNDX, expected one");
}

static struct view good_but_symbol(uint32_t i, struct elf64_sym sym)
{
	struct elf64_sym was = symbols[i];
	struct view v;

	symbols[i] = sym;
	v = good();
	symbols[i] = was;
	return v;
}

TEST(symbol)
{
	CHECK_SAYS(good_but_symbol(2, (struct elf64_sym){ .st_name = 14 }), "elf symbols",
		   "symbol 2: name at 14 is outside the names (14 bytes)");
	CHECK_SAYS(good_but_symbol(2, (struct elf64_sym){ .st_shndx = SECTIONS }), "elf symbols",
		   "symbol 2: section 8, the file has 8 sections");
	CHECK_SAYS(good_but_symbol(2, (struct elf64_sym){ .st_shndx = 0xff20 }), "elf symbols",
		   "symbol 2: reserved section number 0xff20");
	CHECK_SAYS(good_but_symbol(4, (struct elf64_sym){ .st_shndx = SHN_XINDEX }), "elf symbols",
		   "symbol 4: no SHT_SYMTAB_SHNDX section has its section (SHN_XINDEX)");
}

TEST(relocation_table)
{
	struct view v = good();

	image_section_header(v, REL)->sh_info = 0;
	CHECK_SAYS(v, "elf relocations", "section 2 (.relkprobe/x): patches section 0, the file has 8 sections");
	image_section_header(v, REL)->sh_info = SECTIONS;
	CHECK_SAYS(v, "elf relocations", "section 2 (.relkprobe/x): patches section 8, the file has 8 sections");
	v = good();
	image_section_header(v, REL)->sh_link = STRTAB;
	CHECK_SAYS(v, "elf relocations",
		   "section 2 (.relkprobe/x): its symbols are in section 5, which is not a SHT_SYMTAB");
	v = good();
	image_section_header(v, REL)->sh_link = SECTIONS;
	CHECK_SAYS(v, "elf relocations",
		   "section 2 (.relkprobe/x): its symbols are in section 8, which is not a SHT_SYMTAB");
	v = good();
	image_section_header(v, RELA)->sh_entsize = 16;
	CHECK_SAYS(v, "elf sections", "section 3 (.relakprobe/x): entries of 16 bytes, expected 24");
	v = good();
	image_section_header(v, REL)->sh_size = 31;
	CHECK_SAYS(v, "elf sections", "section 2 (.relkprobe/x): 31 bytes are not a number of 16-byte entries");
}

static struct view good_but_reloc(uint64_t offset, uint64_t info)
{
	struct elf64_rel rel = { offset, info };
	struct view v = good();

	memcpy(image_bytes(v, REL) + sizeof(rel), &rel, sizeof(rel));
	return v;
}

TEST(relocation)
{
	struct view v;
	struct diag d;

	CHECK_SAYS(good_but_reloc(24, 2ull << 32 | R_BPF_64_32), "elf relocations", "section 2 (.relkprobe/x): "
		   "relocation 1 at offset 24 is outside section kprobe/x (24 bytes)");
	CHECK_SAYS(good_but_reloc(21, 2ull << 32 | R_BPF_64_ABS32), "elf relocations", "section 2 (.relkprobe/x): "
		   "relocation 1 at offset 21 is outside section kprobe/x (24 bytes)");
	CHECK_SAYS(good_but_reloc(17, 2ull << 32 | R_BPF_64_ABS64), "elf relocations", "section 2 (.relkprobe/x): "
		   "relocation 1 at offset 17 is outside section kprobe/x (24 bytes)");
	CHECK_SAYS(good_but_reloc(UINT64_MAX, 2ull << 32 | R_BPF_64_64), "elf relocations", "section 2 (.relkprobe/x): "
		   "relocation 1 at offset 18446744073709551615 is outside section kprobe/x (24 bytes)");
	CHECK_SAYS(good_but_reloc(8, 5ull << 32 | R_BPF_64_64), "elf relocations", "section 2 (.relkprobe/x): "
		   "relocation 1 is against symbol 5, the file has 5 symbols");
	CHECK_INT(read_all(good_but_reloc(16, 4ull << 32 | R_BPF_64_ABS64), &d), 0);
	v = good();
	image_section_header(v, REL)->sh_info = BSS;
	CHECK_SAYS(v, "elf relocations",
		   "section 2 (.relkprobe/x): relocation 0 at offset 0 is outside section .bss (0 bytes)");
}

/* Nothing says that a table begins where a struct may. */
TEST(unaligned_tables)
{
	struct view v = good();
	uint64_t table = image_header(v)->e_shoff;
	unsigned char *odd = malloc(v.size + 1);
	struct diag d;

	CHECK(odd);
	memcpy(odd, v.base, table);
	memcpy(odd + table + 1, v.base + table, v.size - table);
	odd[table] = 0;
	((struct elf64_hdr *)odd)->e_shoff++;
	CHECK_INT(read_all(image_copy(odd, v.size + 1), &d), 0);
	free(odd);
}

/* The memory ends at each possible place: an error every time, until there is enough. */
TEST(out_of_memory)
{
	size_t limit = 0;
	int r;

	do {
		struct arena a = { .limit = limit += 16 };
		const struct elf_reloc *relocs;
		struct diag d = { 0 };
		struct elf e;
		uint32_t n;

		NOTE("%zu bytes", limit);
		r = elf_parse(good(), &a, &e, &d);
		if (r == 0)
			r = elf_symbols(&e, &a, &d);
		if (r == 0)
			r = elf_relocs(&e, REL, &a, &relocs, &n, &d);
		CHECK(image_said_well(r, &d));
		CHECK(r == 0 || r == -ENOMEM);
		arena_free(&a);
	} while (r < 0);
	CHECK(limit > 800);
}

static struct view real_object(void)
{
	struct view v = image_file("build/progs/talk.bpf.o");

	if (!v.base)
		SKIP("build/progs/talk.bpf.o is not there (no clang?)");
	return v;
}

TEST(real_object)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct view v = real_object();
	bool found = false;
	struct elf e;

	CHECK_INT(elf_parse(v, &a, &e, &d), 0);
	CHECK_INT(elf_symbols(&e, &a, &d), 0);
	CHECK_INT(e.machine, EM_BPF);
	CHECK(elf_section_named(&e, ".BTF"));
	for (uint32_t i = 0; i < e.nsymbols; i++)
		found |= strcmp(e.symbols[i].name, "hello") == 0 && e.symbols[i].type == STT_FUNC &&
			 strcmp(e.sections[e.symbols[i].section].name, "kprobe/sys_execve") == 0;
	CHECK(found);
	arena_free(&a);
	CHECK_INT(read_all(v, &d), 0);
}

/* The section headers are the last thing in clang's files: not one byte can be missing. */
TEST(truncated_at_every_byte)
{
	struct view v = real_object();
	unsigned char *all = malloc(v.size);

	CHECK(all);
	memcpy(all, v.base, v.size);
	for (size_t size = 0; size < v.size; size++) {
		struct diag d;

		NOTE("%zu of %zu bytes", size, v.size);
		CHECK_INT(read_all(image_copy(all, size), &d), -EINVAL);
		CHECK(image_said_well(-EINVAL, &d));
	}
	free(all);
}

TEST(each_byte_changed)
{
	struct view v = real_object();
	unsigned char *p = (unsigned char *)(uintptr_t)v.base;
	static const unsigned char flips[] = { 0x01, 0x02, 0x08, 0x10, 0x80, 0xff };

	for (size_t i = 0; i < v.size; i++) {
		for (unsigned f = 0; f < sizeof(flips); f++) {
			struct diag d;

			NOTE("byte %zu ^ 0x%x", i, flips[f]);
			p[i] ^= flips[f];
			CHECK(image_said_well(read_all(v, &d), &d));
			p[i] ^= flips[f];
		}
	}
}
