/*
 * Functions of user programs: a library built by hand with every oddity, then this program and the libc it runs on,
 * where the bytes in the file must be the bytes in memory.
 *
 * Next: tests/unit_usdt.c
 */
#include <dlfcn.h>
#include <unistd.h>

#include "elf/symfile.h"
#include "tests/check.h"
#include "tests/elf_image.h"

enum { PHDRS = 1, TEXT, SYMTAB, STRTAB, DYNSYM, DYNSTR, VERSYM, VERDEF, SECTIONS = VERDEF + 2 };
enum { VADDR = 0x401000 };		/* of TEXT; where that lies in the file is the image's business */

static struct arena arena;
static char strings[512];		/* of both tables */
static size_t strings_size;

static uint32_t string(const char *s)
{
	size_t at = strings_size;

	memcpy(strings + at, s, strlen(s) + 1);
	strings_size += strlen(s) + 1;
	return (uint32_t)at;
}

static struct elf64_sym symbol(const char *name, unsigned type, unsigned bind, uint64_t value, uint64_t size)
{
	return (struct elf64_sym){
		.st_name = string(name), .st_info = (unsigned char)(bind << 4 | type), .st_shndx = TEXT,
		.st_value = VADDR + value, .st_size = size,
	};
}

/* Each version of .gnu.version_d: the entry and its name. */
struct version {
	uint16_t vd_version, vd_flags, vd_ndx, vd_cnt;
	uint32_t vd_hash, vd_aux, vd_next, vda_name, vda_next;
};

static struct view library(void)
{
	static const unsigned char text[256];
	struct elf64_phdr phdrs[3] = {
		{ .p_type = PT_LOAD, .p_flags = 4, .p_vaddr = VADDR, .p_filesz = 256 },	/* read-only: not this one */
		{ .p_type = PT_LOAD, .p_flags = 4 | PF_X, .p_vaddr = VADDR, .p_filesz = 256, .p_memsz = 4096 },
		{ .p_type = 4 },
	};
	struct elf64_sym symtab[12], dynsym[7], undefined;
	uint16_t versym[7] = { 0, 2, 3 | 0x8000, 1, 4, 1, 0 };
	struct version verdef[3];
	struct image_section s[VERDEF];
	struct view v;

	strings_size = 1;
	undefined = symbol("imported", STT_FUNC, STB_GLOBAL, 0, 0);
	undefined.st_shndx = SHN_UNDEF;
	symtab[0] = (struct elf64_sym){ 0 };
	symtab[1] = symbol("plain", STT_FUNC, STB_GLOBAL, 0x10, 16);
	symtab[2] = symbol("resolver", STT_GNU_IFUNC, STB_GLOBAL, 0x20, 16);
	symtab[3] = symbol("variable", STT_OBJECT, STB_GLOBAL, 0x30, 16);
	symtab[4] = symbol("ranked", STT_FUNC, STB_LOCAL, 0x40, 16);
	symtab[5] = symbol("ranked", STT_FUNC, STB_GLOBAL, 0x50, 16);
	symtab[6] = symbol("ranked", STT_FUNC, STB_WEAK, 0x60, 16);
	symtab[7] = symbol("twice", STT_FUNC, STB_LOCAL, 0x70, 16);
	symtab[8] = symbol("twice", STT_FUNC, STB_LOCAL, 0x80, 16);
	symtab[9] = symbol("copy@V1", STT_FUNC, STB_GLOBAL, 0x90, 16);
	symtab[10] = symbol("copy@@V2", STT_FUNC, STB_GLOBAL, 0xa0, 16);
	symtab[11] = symbol("beyond", STT_FUNC, STB_GLOBAL, 0x100, 0);
	dynsym[0] = (struct elf64_sym){ 0 };
	dynsym[1] = symbol("move", STT_FUNC, STB_GLOBAL, 0xb0, 16);		/* V1: the default */
	dynsym[2] = symbol("move", STT_FUNC, STB_GLOBAL, 0xc0, 16);		/* V2: hidden */
	dynsym[3] = symbol("sizeless", STT_FUNC, STB_GLOBAL, 0xd0, 0);
	dynsym[4] = symbol("stray", STT_FUNC, STB_GLOBAL, 0xe0, 16);		/* version 4 has no name */
	dynsym[5] = undefined;
	dynsym[6] = symbol("plain", STT_FUNC, STB_GLOBAL, 0xf0, 16);		/* .symtab was asked first */
	verdef[0] = (struct version){ 1, 1, 1, 1, 0, 20, sizeof(*verdef), string("lib.so"), 0 };
	verdef[1] = (struct version){ 1, 0, 2, 1, 0, 20, sizeof(*verdef), string("V1"), 0 };
	verdef[2] = (struct version){ 1, 0, 3, 1, 0, 20, 0, string("V2"), 0 };
	memcpy(s, (const struct image_section[]){
		{ .name = "phdrs", .type = SHT_PROGBITS, .bytes = phdrs, .size = sizeof(phdrs) },
		{ .name = ".text", .type = SHT_PROGBITS, .bytes = text, .size = sizeof(text), .addr = VADDR },
		{ .name = ".symtab", .type = SHT_SYMTAB, .bytes = symtab, .size = sizeof(symtab), .entsize = 24,
		  .link = STRTAB },
		{ .name = ".strtab", .type = SHT_STRTAB, .bytes = strings, .size = strings_size },
		{ .name = ".dynsym", .type = SHT_DYNSYM, .bytes = dynsym, .size = sizeof(dynsym), .entsize = 24,
		  .link = DYNSTR },
		{ .name = ".dynstr", .type = SHT_STRTAB, .bytes = strings, .size = strings_size },
		{ .name = ".gnu.version", .type = 0x6fffffff, .bytes = versym, .size = sizeof(versym), .link = DYNSYM },
		{ .name = ".gnu.version_d", .type = 0x6ffffffd, .bytes = verdef, .size = sizeof(verdef), .link = DYNSTR,
		  .info = 3 },
	}, sizeof(s));
	v = image_elf(s, VERDEF);
	image_header(v)->e_type = ET_DYN;
	image_header(v)->e_machine = EM_X86_64;
	image_header(v)->e_phoff = image_section_header(v, PHDRS)->sh_offset;
	image_header(v)->e_phentsize = 56;
	image_header(v)->e_phnum = 3;
	((struct elf64_phdr *)(void *)image_bytes(v, PHDRS))[1].p_offset = image_section_header(v, TEXT)->sh_offset;
	return v;
}

static int find(struct view v, const char *name, uint64_t offset, struct symfile_place *p, struct diag *d)
{
	struct symfile s;
	int r;

	memset(d, 0, sizeof(*d));
	memset(p, 0, sizeof(*p));
	arena_free(&arena);
	r = symfile_open(v, &arena, &s, d);
	return r < 0 ? r : symfile_find(&s, name, offset, p, d);
}

/* The offset within .text at which `name` was found. */
static long long at(const char *name, uint64_t offset)
{
	struct symfile_place p;
	struct view v = library();
	struct diag d;
	int r = find(v, name, offset, &p, &d);

	NOTE("%s: %.80s", name, d.msg);
	CHECK_INT(r, 0);
	CHECK_INT(p.address - VADDR, p.file_offset - image_section_header(v, TEXT)->sh_offset);
	return (long long)(p.address - VADDR);
}

static void check_says(const char *file, int line, struct view v, const char *name, uint64_t offset, int code,
		       const char *msg)
{
	struct symfile_place p;
	struct diag d;

	check_int(file, line, "the result", find(v, name, offset, &p, &d), code);
	check_str(file, line, "the message", d.msg, msg);
	arena_free(&arena);
}

#define CHECK_SAYS(V, NAME, OFFSET, CODE, MSG) check_says(__FILE__, __LINE__, V, NAME, OFFSET, CODE, MSG)

TEST(functions)
{
	struct symfile_place p;
	struct diag d;

	CHECK_INT(at("plain", 0), 0x10);
	CHECK_INT(at("plain", 15), 0x1f);
	CHECK_INT(at("sizeless", 0), 0xd0);
	CHECK_INT(at("sizeless", 5), 0xd5);
	CHECK_INT(at("ranked", 0), 0x50);
	CHECK_INT(find(library(), "plain", 0, &p, &d), 0);
	CHECK(!p.is_ifunc);
	CHECK_STR(p.name, "plain");
	CHECK_INT(find(library(), "resolver", 0, &p, &d), 0);
	CHECK(p.is_ifunc);
}

TEST(versions_in_symtab)
{
	CHECK_INT(at("copy", 0), 0xa0);
	CHECK_INT(at("copy@V2", 0), 0xa0);
	CHECK_INT(at("copy@@V2", 0), 0xa0);
	CHECK_INT(at("copy@V1", 0), 0x90);
}

TEST(versions_in_dynsym)
{
	CHECK_INT(at("move", 0), 0xb0);
	CHECK_INT(at("move@V1", 0), 0xb0);
	CHECK_INT(at("move@V2", 0), 0xc0);
	CHECK_INT(at("stray", 0), 0xe0);
}

TEST(machines)
{
	static const uint16_t machines[] = { EM_X86_64, EM_AARCH64, EM_RISCV };
	struct symfile_place p;
	struct diag d;

	for (unsigned i = 0; i < 3; i++) {
		struct view v = library();

		image_header(v)->e_machine = machines[i];
		image_header(v)->e_type = ET_EXEC;
		CHECK_INT(find(v, "plain", 0, &p, &d), 0);
	}
}

TEST(not_found)
{
	CHECK_SAYS(library(), "plian", 0, -ENOENT, "plian is none of the 16 function symbols; the nearest: plain");
	CHECK_SAYS(library(), "xyzzy", 0, -ENOENT, "xyzzy is none of the 16 function symbols");
	CHECK_SAYS(library(), "variable", 0, -ENOENT, "variable is none of the 16 function symbols");
	CHECK_SAYS(library(), "imported", 0, -ENOENT, "imported is imported, its code is in another file");
	CHECK_SAYS(library(), "move@V3", 0, -ENOENT,
		   "move@V3 is none of the 16 function symbols; the nearest: move@V1, move@V2");
	CHECK_SAYS(library(), "copy@V7", 0, -ENOENT,
		   "copy@V7 is none of the 16 function symbols; the nearest: copy@V1, copy@V2");
	CHECK_SAYS(library(), "plain@V1", 0, -ENOENT, "plain@V1 is none of the 16 function symbols; the nearest: plain");
	CHECK_SAYS(library(), "", 0, -EINVAL, "'' has no name of a function");
	CHECK_SAYS(library(), "@V1", 0, -EINVAL, "'@V1' has no name of a function");
}

TEST(stripped)
{
	struct view v = library();

	image_section_header(v, SYMTAB)->sh_type = SHT_PROGBITS;
	CHECK_SAYS(v, "copy", 0, -ENOENT, "copy is none of the 6 function symbols");
	image_section_header(v, DYNSYM)->sh_type = SHT_PROGBITS;
	CHECK_SAYS(v, "copy", 0, -ENOENT, "copy: the file has no function symbols (stripped?)");
	v = library();
	image_header(v)->e_shnum = 0;
	image_header(v)->e_shoff = 0;
	CHECK_SAYS(v, "plain", 0, -ENOENT, "plain: the file has no function symbols (stripped?)");
}

TEST(places)
{
	struct view v = library();
	struct elf64_phdr *p = (void *)image_bytes(v, PHDRS);

	CHECK_SAYS(v, "twice", 0, -EINVAL, "twice is ambiguous: functions at 0x401070 and 0x401080 have that name");
	CHECK_SAYS(v, "plain", 16, -EINVAL, "plain+0x10: the function has 16 bytes");
	CHECK_SAYS(v, "plain", UINT64_MAX, -EINVAL, "plain+0xffffffffffffffff: the function has 16 bytes");
	CHECK_SAYS(v, "beyond", 0, -EINVAL, "beyond at address 0x401100 is in no executable part of the file");
	CHECK_SAYS(v, "sizeless", UINT64_MAX - VADDR, -EINVAL,
		   "sizeless at address 0xcf is in no executable part of the file");
	p[1].p_offset = UINT64_MAX;			/* wraps */
	CHECK_SAYS(v, "plain", 0, -EINVAL, "plain at address 0x401010 is in no executable part of the file");
	p[1].p_offset = v.size - 4;			/* ends before it */
	CHECK_SAYS(v, "plain", 0, -EINVAL, "plain at address 0x401010 is in no executable part of the file");
	image_header(v)->e_phnum = 0;
	CHECK_SAYS(v, "plain", 0, -EINVAL, "plain at address 0x401010 is in no executable part of the file");
}

TEST(headers)
{
	struct view v = library();
	char msg[100];

	image_header(v)->e_type = ET_REL;
	CHECK_SAYS(v, "plain", 0, -EINVAL, "ELF type 1 (an object file), expected 2 or 3 (a program or a shared library)");
	image_header(v)->e_type = 4;
	CHECK_SAYS(v, "plain", 0, -EINVAL, "ELF type 4, expected 2 or 3 (a program or a shared library)");
	v = library();
	image_header(v)->e_machine = EM_BPF;
	CHECK_SAYS(v, "plain", 0, -EINVAL, "ELF machine 247 (BPF), expected 62, 183 or 243 (x86-64, aarch64, riscv)");
	image_header(v)->e_machine = 8;
	CHECK_SAYS(v, "plain", 0, -EINVAL, "ELF machine 8, expected 62, 183 or 243 (x86-64, aarch64, riscv)");
	v = library();
	image_header(v)->e_phentsize = 32;
	CHECK_SAYS(v, "plain", 0, -EINVAL, "program headers of 32 bytes, expected 56");
	v = library();
	image_header(v)->e_phoff = UINT64_MAX;
	snprintf(msg, sizeof(msg), "3 program headers at 18446744073709551615 are outside the file (%zu bytes)", v.size);
	CHECK_SAYS(v, "plain", 0, -EINVAL, msg);
	v = library();
	image_header(v)->e_ident[EI_CLASS] = 1;
	CHECK_SAYS(v, "plain", 0, -EINVAL, "class 1 (32-bit), expected 2 (64-bit)");
	CHECK_SAYS(image_copy("#!/bin/sh\n", 10), "plain", 0, -EINVAL,
		   "the file starts with 23 21 2f 62, an ELF file with 7f 45 4c 46");
}

/* A core of 65535 segments or more writes their number into section 0. */
TEST(extended_phnum)
{
	struct view v = library();
	struct symfile_place p;
	struct diag d;

	image_header(v)->e_phnum = 0xffff;
	image_section_header(v, 0)->sh_info = 3;
	CHECK_INT(find(v, "plain", 0, &p, &d), 0);
}

/* Tables that make no sense have no symbols; what is not needed is not complained about. */
TEST(odd_tables)
{
	struct view v = library();
	struct symfile_place p;
	struct diag d;

	image_section_header(v, SYMTAB)->sh_entsize = 16;
	CHECK_INT(find(v, "plain", 0, &p, &d), 0);
	CHECK_INT(p.address, VADDR + 0xf0);
	v = library();
	image_section_header(v, SYMTAB)->sh_link = 1000;
	CHECK_INT(find(v, "plain", 0, &p, &d), 0);
	CHECK_INT(p.address, VADDR + 0xf0);
	v = library();
	image_section_header(v, STRTAB)->sh_size--;		/* no NUL at the end */
	CHECK_INT(find(v, "plain", 0, &p, &d), 0);
	CHECK_INT(p.address, VADDR + 0xf0);
	v = library();
	image_section_header(v, VERSYM)->sh_size = 4;
	CHECK_INT(find(v, "sizeless", 0, &p, &d), 0);
	v = library();
	image_section_header(v, VERDEF)->sh_link = 1000;
	CHECK_INT(find(v, "move@V1", 0, &p, &d), -ENOENT);
	CHECK_INT(find(v, "move", 0, &p, &d), 0);
}

TEST(each_byte_changed)
{
	static const unsigned char flips[] = { 0x01, 0x10, 0x80, 0xff };
	static const char *const names[] = { "plain", "move@V2", "copy", "plian" };
	struct view v = library();
	unsigned char *p = (unsigned char *)(uintptr_t)v.base;

	for (size_t i = 0; i < v.size * sizeof(flips) * 4; i++) {
		size_t byte = i / (sizeof(flips) * 4);
		unsigned char flip = flips[i / 4 % sizeof(flips)];
		struct symfile_place where;
		struct diag d;
		int r;

		NOTE("byte %zu ^ 0x%x, %s", byte, flip, names[i % 4]);
		p[byte] ^= flip;
		r = find(v, names[i % 4], 0, &where, &d);
		CHECK(image_said_well(r, &d));
		CHECK(r < 0 || where.file_offset < v.size);
		p[byte] ^= flip;
	}
}

TEST(truncated_at_every_byte)
{
	struct view v = library();
	unsigned char *all = malloc(v.size);
	size_t size = v.size;

	CHECK(all);
	memcpy(all, v.base, size);
	for (size_t n = 0; n < size; n++) {
		struct symfile_place p;
		struct diag d;

		NOTE("%zu bytes", n);
		CHECK_INT(find(image_copy(all, n), "plain", 0, &p, &d), -EINVAL);
		CHECK(image_said_well(-EINVAL, &d));
	}
	free(all);
}

/* Global, so that it has a symbol whatever the compiler thinks of it. */
__attribute__((noinline)) int symfile_test_function(int x);
int symfile_test_function(int x)
{
	return x * 77 + 1;
}

TEST(this_program)
{
	struct view v = image_file("/proc/self/exe");
	struct symfile_place p;
	struct diag d;
	int r;

	CHECK(v.base);
	r = find(v, "symfile_test_function", 0, &p, &d);
	NOTE("%.100s", d.msg);
	CHECK_INT(r, 0);
	CHECK(v.size - p.file_offset > 16);
	CHECK_MEM(v.base + p.file_offset, (const void *)(uintptr_t)symfile_test_function, 8);
	CHECK_INT(find(v, "symfile_test_funktion", 0, &p, &d), -ENOENT);
	CHECK_HAS(d.msg, "the nearest: symfile_test_function");
	arena_free(&arena);
}

/* libc is stripped: what it has is .dynsym, with versions. */
TEST(libc)
{
	struct symfile_place p, old, new;
	struct diag d;
	Dl_info info;
	void *function = dlsym(RTLD_DEFAULT, "getppid");
	struct view v;

	if (!function || !dladdr(function, &info) || !strstr(info.dli_fname, "libc.so"))
		SKIP("getppid is not in a libc.so");
	v = image_file(info.dli_fname);
	CHECK(v.base);
	CHECK_INT(find(v, "getppid", 0, &p, &d), 0);
	CHECK(v.size - p.file_offset > 16);
	CHECK_INT(p.address, (long long)((uintptr_t)function - (uintptr_t)info.dli_fbase));
	CHECK_MEM(v.base + p.file_offset, function, 8);
	if (find(v, "memcpy@GLIBC_2.2.5", 0, &old, &d) < 0)
		SKIP("this libc has no memcpy@GLIBC_2.2.5: %.100s", d.msg);
	CHECK_INT(find(v, "memcpy", 0, &new, &d), 0);
	CHECK(new.address != old.address);
	CHECK(new.is_ifunc);
	CHECK_INT(find(v, "memcpy@@GLIBC_2.14", 0, &p, &d), 0);
	CHECK_INT(p.address, (long long)new.address);
	arena_free(&arena);
}
