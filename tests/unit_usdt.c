/*
 * Markers: a library built by hand with each thing that can be wrong with its notes, this program's own markers, and
 * every way to write an argument.
 *
 * Next: tests/fuzz_elf.c
 */
#include "elf/usdt.h"
#include "tests/check.h"
#include "tests/elf_image.h"
#include "tests/marker.h"

enum { PHDRS = 1, TEXT, DATA, BASE, NOTES, SECTIONS = NOTES + 2 };
enum { VADDR = 0x401000, DATA_VADDR = 0x502000, BASE_VADDR = 0x601000 };

/* Two places with a counter, in two notes of `passed`, and what the tests change. */
struct notes {
	unsigned char bytes[1024];
	size_t size;
};

static struct arena arena;
static struct diag d;
static struct symfile file;
static struct usdt_place *places;
static uint32_t count;

static void add(struct notes *n, const char *owner, uint32_t type, const uint64_t at[3], const char *strings, uint32_t len)
{
	uint32_t header[3] = { (uint32_t)strlen(owner) + 1, (uint32_t)sizeof(uint64_t[3]) + len, type };

	memcpy(n->bytes + n->size, header, sizeof(header));
	n->size += sizeof(header);
	memcpy(n->bytes + n->size, owner, header[0]);
	n->size += (header[0] + 3) & ~3u;
	memcpy(n->bytes + n->size, at, sizeof(uint64_t[3]));
	memcpy(n->bytes + n->size + sizeof(uint64_t[3]), strings, len);
	n->size += (header[1] + 3) & ~3u;
}

#define STRINGS(s) (s), sizeof(s)
#define AT(address, base, semaphore) (const uint64_t[3]){ address, base, semaphore }

static struct view library(const struct notes *n)
{
	static const unsigned char text[256], data[64], base[1];
	struct elf64_phdr phdrs[2] = {
		{ .p_type = PT_LOAD, .p_flags = 4 | PF_X, .p_vaddr = VADDR, .p_filesz = 256, .p_memsz = 256 },
		{ .p_type = PT_LOAD, .p_flags = 6, .p_vaddr = DATA_VADDR, .p_filesz = 64, .p_memsz = 4096 },
	};
	struct image_section s[NOTES];
	struct view v;

	memcpy(s, (const struct image_section[]){
		{ .name = "phdrs", .type = SHT_PROGBITS, .bytes = phdrs, .size = sizeof(phdrs) },
		{ .name = ".text", .type = SHT_PROGBITS, .bytes = text, .size = sizeof(text), .addr = VADDR },
		{ .name = ".probes", .type = SHT_PROGBITS, .bytes = data, .size = sizeof(data), .addr = DATA_VADDR },
		{ .name = ".stapsdt.base", .type = SHT_PROGBITS, .bytes = base, .size = 1, .addr = BASE_VADDR },
		{ .name = ".note.stapsdt", .type = SHT_NOTE, .bytes = n->bytes, .size = n->size },
	}, sizeof(s));
	v = image_elf(s, NOTES);
	image_header(v)->e_type = ET_DYN;
	image_header(v)->e_machine = EM_X86_64;
	image_header(v)->e_phoff = image_section_header(v, PHDRS)->sh_offset;
	image_header(v)->e_phentsize = 56;
	image_header(v)->e_phnum = 2;
	((struct elf64_phdr *)(void *)image_bytes(v, PHDRS))[0].p_offset = image_section_header(v, TEXT)->sh_offset;
	((struct elf64_phdr *)(void *)image_bytes(v, PHDRS))[1].p_offset = image_section_header(v, DATA)->sh_offset;
	return v;
}

static int find(struct view v, const char *provider, const char *name)
{
	int r;

	arena_free(&arena);
	memset(&d, 0, sizeof(d));
	r = symfile_open(v, &arena, &file, &d);
	CHECK_INT(r, 0);
	return usdt_find(&file, provider, name, &arena, &places, &count, &d);
}

static uint64_t offset_in(uint32_t section, uint64_t file_offset)
{
	return file_offset - file.elf.sections[section].offset;
}

TEST(places)
{
	struct notes n = { .size = 0 };

	add(&n, "stapsdt", 3, AT(VADDR + 0x20, BASE_VADDR, DATA_VADDR + 6), STRINGS("shop\0sold\0-4@%edi 8@$7"));
	add(&n, "GNU", 3, AT(1, 2, 3), STRINGS("shop\0sold\0"));		/* somebody else's */
	add(&n, "stapsdt", 4, AT(1, 2, 3), STRINGS("shop\0sold\0"));	/* of a kind nobody knows */
	add(&n, "stapsdt", 3, AT(VADDR + 0x30, BASE_VADDR, 0), STRINGS("shop\0returned\0"));
	add(&n, "stapsdt", 3, AT(VADDR + 0x10, BASE_VADDR, 0), STRINGS("shop\0sold\0:%rdi"));
	add(&n, "stapsdt", 3, AT(VADDR + 0x20, BASE_VADDR, 0), STRINGS("shop\0sold\0004@$1"));	/* the same place */
	CHECK_INT(find(library(&n), "shop", "sold"), 0);
	CHECK_INT(count, 2);
	CHECK_INT(offset_in(TEXT, places[0].file_offset), 0x10);
	CHECK_STR(places[0].args, "");
	CHECK_INT(places[0].semaphore, 0);
	CHECK_INT(places[1].address, VADDR + 0x20);
	CHECK_INT(offset_in(TEXT, places[1].file_offset), 0x20);
	CHECK_INT(offset_in(DATA, places[1].semaphore), 6);
	CHECK_STR(places[1].args, "-4@%edi 8@$7");
	CHECK_INT(find(library(&n), "shop", "returned"), 0);
	CHECK_INT(count, 1);
}

/* The program was moved by 0x1000 after it was linked, the notes were not. */
TEST(moved)
{
	struct notes n = { .size = 0 };

	add(&n, "stapsdt", 3, AT(VADDR + 0x20 - 0x1000, BASE_VADDR - 0x1000, DATA_VADDR + 6 - 0x1000), STRINGS("shop\0sold\0"));
	CHECK_INT(find(library(&n), "shop", "sold"), 0);
	CHECK_INT(offset_in(TEXT, places[0].file_offset), 0x20);
	CHECK_INT(offset_in(DATA, places[0].semaphore), 6);
	n.size = 0;
	add(&n, "stapsdt", 3, AT(VADDR + 0x20, 0, 0), STRINGS("shop\0sold\0"));		/* it does not say */
	CHECK_INT(find(library(&n), "shop", "sold"), 0);
	CHECK_INT(offset_in(TEXT, places[0].file_offset), 0x20);
}

TEST(not_there)
{
	struct notes n = { .size = 0 };
	struct view v;

	add(&n, "stapsdt", 3, AT(VADDR, BASE_VADDR, 0), STRINGS("shop\0sold\0"));
	CHECK_INT(find(library(&n), "shop", "solt"), -ENOENT);
	CHECK_STR(d.msg, "shop:solt is none of its 1 marker; the nearest: shop:sold");
	CHECK_INT(find(library(&n), "stop", "sold"), -ENOENT);
	v = library(&n);
	image_section_header(v, NOTES)->sh_type = SHT_PROGBITS;
	CHECK_INT(find(v, "shop", "sold"), -ENOENT);
	CHECK_HAS(d.msg, "the file has no markers");
	n.size = 0;
	CHECK_INT(find(library(&n), "shop", "sold"), -ENOENT);
	CHECK_STR(d.msg, "shop:sold is none of its 0 markers");
}

TEST(broken)
{
	struct notes n = { .size = 0 };
	size_t good;

	add(&n, "stapsdt", 3, AT(VADDR, BASE_VADDR, 0), STRINGS("shop\0sold\0"));
	good = n.size;
	n.size = good + 8;
	CHECK_INT(find(library(&n), "shop", "sold"), -EINVAL);
	CHECK_HAS(d.msg, "note 1 of .note.stapsdt, at byte 56 of 64, has no room for a header");
	n.size = good - 8;
	CHECK_INT(find(library(&n), "shop", "sold"), -EINVAL);
	CHECK_HAS(d.msg, "note 0 of .note.stapsdt, at byte 0 of 48, is longer than the section");
	for (uint32_t len = 0; len < sizeof("shop\0sold\0"); len++) {
		NOTE("%u bytes of strings", len);
		n.size = 0;
		add(&n, "stapsdt", 3, AT(VADDR, BASE_VADDR, 0), "shop\0sold\0", len);
		CHECK_INT(find(library(&n), "shop", "sold"), -EINVAL);
		CHECK_HAS(d.msg, "does not hold three addresses and three strings");
	}
	NOTE("%s", "");
	memset(&n, 0xff, sizeof(n));
	n.size = sizeof(n.bytes);
	CHECK_INT(find(library(&n), "shop", "sold"), -EINVAL);
}

TEST(places_outside)
{
	static const uint64_t outside[] = { 0, VADDR - 1, VADDR + 256, DATA_VADDR, UINT64_MAX };
	struct notes n = { .size = 0 };

	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		NOTE("address 0x%llx", (unsigned long long)outside[i]);
		n.size = 0;
		add(&n, "stapsdt", 3, AT(outside[i], BASE_VADDR, 0), STRINGS("shop\0sold\0"));
		CHECK_INT(find(library(&n), "shop", "sold"), -EINVAL);
		CHECK_HAS(d.msg, "is in no executable part of the file");
	}
	NOTE("%s", "");
	n.size = 0;
	add(&n, "stapsdt", 3, AT(VADDR, BASE_VADDR, VADDR + 2), STRINGS("shop\0sold\0"));
	CHECK_INT(find(library(&n), "shop", "sold"), -EINVAL);
	CHECK_HAS(d.msg, "the semaphore of shop:sold at address 0x401002 is in no part of the file that holds data");
	n.size = 0;
	add(&n, "stapsdt", 3, AT(VADDR, BASE_VADDR, DATA_VADDR + 64), STRINGS("shop\0sold\0"));	/* .bss */
	CHECK_INT(find(library(&n), "shop", "sold"), -EINVAL);
}

/* Never run; what counts is what the compiler's own tools made of it. */
__asm__(".text\n" MARKER("unit", "own", "own_semaphore", "8@first") MARKER("unit", "own", "0", "8@second")
	MARKER_BASE ".pushsection .probes, \"aw\", %progbits\nown_semaphore: .2byte 0x1234\n.popsection\n");

#ifdef NOP
TEST(this_program)
{
	static const unsigned char nop[] = NOP;
	struct view v = image_file("/proc/self/exe");
	uint16_t semaphore;

	CHECK_INT(find(v, "unit", "own"), 0);
	CHECK_INT(count, 2);
	CHECK_STR(places[0].args, "8@first");
	CHECK_STR(places[1].args, "8@second");
	for (uint32_t i = 0; i < count; i++)
		CHECK(memcmp(v.base + places[i].file_offset, nop, sizeof(nop)) == 0);
	memcpy(&semaphore, v.base + places[0].semaphore, sizeof(semaphore));
	CHECK_INT(semaphore, 0x1234);
	CHECK_INT(places[1].semaphore, 0);
}
#endif

/* ---- arguments ------------------------------------------------------------- */

static const char *said(uint16_t machine, const char *text)
{
	static const char *const types[] = { "constant", "register", "memory", "indexed" };
	static char out[512];
	struct usdt_args args;
	size_t n = 0;

	memset(&d, 0, sizeof(d));
	if (usdt_args_parse(machine, text, &args, &d) < 0)
		return d.msg;
	out[0] = 0;
	for (uint32_t i = 0; i < args.count; i++) {
		const struct usdt_arg *a = &args.arg[i];

		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s%u %s %lld reg %u index %u*%u", n ? ", " : "",
				      a->is_signed ? "-" : "", a->size, types[a->type], (long long)a->number, a->reg, a->index,
				      1u << a->scale_shift);
	}
	return out;
}

TEST(x86_64)
{
	CHECK_STR(said(EM_X86_64, ""), "");
	CHECK_STR(said(EM_X86_64, "8@$7 -4@$-9"), "8 constant 7 reg 0 index 0*1, -4 constant -9 reg 0 index 0*1");
	CHECK_STR(said(EM_X86_64, "-4@%edi 8@%r15"), "-4 register 0 reg 112 index 0*1, 8 register 0 reg 0 index 0*1");
	CHECK_STR(said(EM_X86_64, "1@%sil 2@%r8w"), "1 register 0 reg 104 index 0*1, 2 register 0 reg 72 index 0*1");
	CHECK_STR(said(EM_X86_64, "8@-16(%rbp)"), "8 memory -16 reg 32 index 0*1");
	CHECK_STR(said(EM_X86_64, "8@(%rsp)"), "8 memory 0 reg 152 index 0*1");
	CHECK_STR(said(EM_X86_64, "1@-96(%rbp,%rax,8)"), "1 indexed -96 reg 32 index 80*8");
	CHECK_STR(said(EM_X86_64, "1@( %rbp , %rax )"), "1 indexed 0 reg 32 index 80*1");
	CHECK_STR(said(EM_X86_64, "  8@$9223372036854775807  "), "8 constant 9223372036854775807 reg 0 index 0*1");
	CHECK_STR(said(EM_X86_64, "8@$-9223372036854775808"), "8 constant -9223372036854775808 reg 0 index 0*1");
	CHECK_STR(said(EM_X86_64, "+8@$+9"), "8 constant 9 reg 0 index 0*1");
}

TEST(every_register_of_x86_64)
{
	static const char *const names[][4] = {
		{ "rax", "eax", "ax", "al" }, { "rbx", "ebx", "bx", "bl" }, { "rcx", "ecx", "cx", "cl" },
		{ "rdx", "edx", "dx", "dl" }, { "rsi", "esi", "si", "sil" }, { "rdi", "edi", "di", "dil" },
		{ "rbp", "ebp", "bp", "bpl" }, { "rsp", "esp", "sp", "spl" }, { "rip", "eip", "rip", "eip" },
	};
	static const unsigned offsets[] = { 80, 40, 88, 96, 104, 112, 32, 152, 128 };
	char text[32], want[64];

	for (unsigned i = 0; i < 9; i++) {
		for (unsigned n = 0; n < 4; n++) {
			snprintf(text, sizeof(text), "8@%%%s", names[i][n]);
			snprintf(want, sizeof(want), "8 register 0 reg %u index 0*1", offsets[i]);
			NOTE("%s", text);
			CHECK_STR(said(EM_X86_64, text), want);
		}
	}
	for (unsigned i = 8; i < 16; i++) {
		snprintf(text, sizeof(text), "4@%%r%ud", i);
		snprintf(want, sizeof(want), "4 register 0 reg %u index 0*1", i < 12 ? (11 - i) * 8 + 48 : (15 - i) * 8);
		NOTE("%s", text);
		CHECK_STR(said(EM_X86_64, text), want);
	}
}

TEST(aarch64)
{
	CHECK_STR(said(EM_AARCH64, "-4@5 8@x30"), "-4 constant 5 reg 0 index 0*1, 8 register 0 reg 240 index 0*1");
	CHECK_STR(said(EM_AARCH64, "8@[sp]"), "8 memory 0 reg 248 index 0*1");
	CHECK_STR(said(EM_AARCH64, "-4@[x29, -16] 8@sp"), "-4 memory -16 reg 232 index 0*1, 8 register 0 reg 248 index 0*1");
}

TEST(riscv)
{
	CHECK_STR(said(EM_RISCV, "-4@5 8@a0"), "-4 constant 5 reg 0 index 0*1, 8 register 0 reg 80 index 0*1");
	CHECK_STR(said(EM_RISCV, "-4@-16(s0) 8@t6"), "-4 memory -16 reg 64 index 0*1, 8 register 0 reg 248 index 0*1");
}

TEST(wrong_arguments)
{
	static const char *const wrong[] = {
		"8", "8@", "@%rax", "8@rax", "8@%xmm0", "8f@%xmm0", "8@%rax,", "8@$", "8@$x", "8@-16", "8@-16(%rbp", "8@(%rbp,%rax,3)",
		"8@(%rbp,%rax,-1)", "8@(%rbp,%rax,16)", "8@(,%rax,8)", "8@var(%rip)", "8@$9223372036854775808", "8@$-9223372036854775809", "8@$99999999999999999999", "8@%ah", "8@%",
		"8@()", "8@%raxraxraxraxraxrax", "8@(%rbp,", "8@(%rbp,%rax,", "8@[x0]",
	};
	struct usdt_args args;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		NOTE("%s", wrong[i]);
		memset(&d, 0, sizeof(d));
		CHECK_INT(usdt_args_parse(EM_X86_64, wrong[i], &args, &d), -EINVAL);
		CHECK_HAS(d.msg, "argument 1, ");
	}
	NOTE("%s", "");
	CHECK_HAS(said(EM_X86_64, "8@%rax 8f@%xmm0"), "argument 2, 8f@%xmm0: expected SIZE@PLACE");
	CHECK_STR(said(EM_X86_64, "3@%rax"), "argument 1 has 3 bytes, expected 1, 2, 4 or 8");
	CHECK_STR(said(EM_X86_64, "-16@%rax"), "argument 1 has -16 bytes, expected 1, 2, 4 or 8");
	CHECK_STR(said(EM_X86_64, "1@$1 1@$1 1@$1 1@$1 1@$1 1@$1 1@$1 1@$1 1@$1 1@$1 1@$1 1@$1 1@$1"), "more than 12 arguments");
	CHECK_HAS(said(EM_AARCH64, "8@[x31]"), "argument 1");
	CHECK_HAS(said(EM_AARCH64, "8@[sp"), "argument 1");
	CHECK_HAS(said(EM_RISCV, "8@1(a0"), "argument 1");
}

/* The two layouts, byte for byte: this is what programs read. */
TEST(for_programs)
{
	unsigned char value[USDT_SPEC];
	struct usdt_args args;

	CHECK_INT(usdt_args_parse(EM_X86_64, "-4@%edi 1@-2(%rbp,%rax,8)", &args, &d), 0);
	memset(value, 0xee, sizeof(value));
	CHECK_INT(usdt_spec_write(&args, value, USDT_SPEC, &d), 0);
	CHECK_INT(value[8], USDT_REGISTER);
	CHECK_INT(value[14], 112);
	CHECK_INT(value[16], 1);
	CHECK_INT(value[17], 32);
	CHECK_INT(value[24], 0xfe);
	CHECK_INT(value[31], 0xff);
	CHECK_INT(value[24 + 8], USDT_INDEXED);
	CHECK_INT(value[24 + 10], 80);
	CHECK_INT(value[24 + 11], 3 << 4);
	CHECK_INT(value[24 + 14], 32);
	CHECK_INT(value[24 + 16], 0);
	CHECK_INT(value[24 + 17], 56);
	CHECK_INT(value[48], 0);
	CHECK_INT(value[296], 2);
	CHECK_INT(value[303], 0);
	memset(&d, 0, sizeof(d));
	CHECK_INT(usdt_spec_write(&args, value, USDT_SPEC_OLD, &d), -EINVAL);
	CHECK_HAS(d.msg, "argument 2 has an index register");
	memset(&d, 0, sizeof(d));
	CHECK_INT(usdt_spec_write(&args, value, 216, &d), -EINVAL);
	CHECK_HAS(d.msg, "values of 216 bytes, expected 208 or 304");

	CHECK_INT(usdt_args_parse(EM_X86_64, "-4@%edi 8@$258", &args, &d), 0);
	memset(value, 0xee, sizeof(value));
	CHECK_INT(usdt_spec_write(&args, value, USDT_SPEC_OLD, &d), 0);
	CHECK_INT(value[8], USDT_REGISTER);
	CHECK_INT(value[11], 0);
	CHECK_INT(value[12], 112);
	CHECK_INT(value[14], 1);
	CHECK_INT(value[15], 32);
	CHECK_INT(value[16], 2);
	CHECK_INT(value[17], 1);
	CHECK_INT(value[16 + 8], USDT_CONSTANT);
	CHECK_INT(value[200], 2);
	CHECK_INT(value[208], 0xee);
}
