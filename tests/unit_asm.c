/*
 * The assembler: every row of the disassembler's table back to its bytes, every directive, every complaint.
 *
 * That whole objects come back as they were is tests/sh_asm_round.sh.
 *
 * Next: tests/sh_asm_round.sh
 */
#include "tests/check.h"

#include "elf/asm.h"
#include "elf/asm_insn.h"
#include "elf/disasm.h"
#include "elf/edit.h"

/* ---- one instruction ---------------------------------------------------------- */

/* The row with these operands in the fields that it prints, and its own value in the field that picks it. */
static void fill(const struct insn_form *f, const struct bpf_insn *operands, struct bpf_insn in[2])
{
	const char *t = f->text;

	memset(in, 0, 2 * sizeof(*in));
	in->code = f->code;
	in->dst_reg = strchr(t, 'D') ? operands->dst_reg & 15u : 0;
	in->src_reg = strchr(t, 'S') ? operands->src_reg & 15u : f->by == BY_SRC ? (uint8_t)f->value & 15u : 0;
	in->off = (int16_t)(strchr(t, 'O') ? operands->off : f->by == BY_OFF ? f->value : 0);
	in->imm = strpbrk(t, "IJXLAB") ? operands->imm : f->by == BY_IMM ? f->value : 0;
	in[1].imm = strpbrk(t, "LN") ? operands->imm / 3 : 0;
}

TEST(every_row_comes_back)
{
	static const struct bpf_insn operands[] = {
		{ 0, 1, 2, 4, 3 }, { 0, 10, 9, -32768, -1 }, { 0, 0, 0, 0, 0 }, { 0, 3, 10, 32767, INT32_MAX },
		{ 0, 15, 5, -1, INT32_MIN }, { 0, 5, 15, 0, 211 },
	};
	const struct insn_form *f;
	unsigned rows = 0;

	for (unsigned n = 0; (f = disasm_form(n)); n++) {
		if (!f->text)
			continue;
		rows++;
		for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++) {
			struct bpf_insn in[2];
			struct asm_insn out;
			char text[128];
			unsigned slots;

			fill(f, &operands[i], in);
			slots = disasm(in, 0, 2, text, sizeof(text));
			NOTE("row %u: %.80s", n, text);
			CHECK(asm_insn_parse(text, &out));
			CHECK_INT(out.slots, slots);
			CHECK_INT(out.waits, WAITS_NOT);
			CHECK_MEM(out.insns, in, slots * 8);
		}
	}
	CHECK(rows > 180);
}

static const char *read_as(const char *text)
{
	static char out[256];
	struct asm_insn insn;

	if (!asm_insn_parse(text, &insn))
		return "no";
	disasm(insn.insns, 0, 2, out, 128);
	if (insn.waits)
		snprintf(out + strlen(out), 64, " <%.*s", (int)insn.name_len, insn.name);
	return out;
}

#define READS(TEXT, AS) CHECK_STR(read_as(TEXT), AS)

TEST(as_people_write)
{
	READS("r1=5", "r1 = 5");
	READS("  r1  =   r2  ", "r1 = r2");
	READS("r1 &= 0xff", "r1 &= 255");
	READS("r1 += -0x10", "r1 += -16");
	READS("r1 = 0x5", "r1 = 0x5");			/* ld_imm64, as it is printed */
	READS("r1 = -5", "r1 = -5");
	READS("r1 = 4294967295", "r1 = 0xffffffff");	/* does not fit into a move */
	READS("r1 = -2147483649", "r1 = 0xffffffff7fffffff");
	READS("w1 = 0x10", "w1 = 16");
	READS("if r1 == 9 goto pc+2", "if r1 == 0x9 goto pc+2");
	READS("if r1 s> -1 goto pc-2", "if r1 s> 0xffffffff goto pc-2");
	READS("r1 = *(u32 *)(r1 + 8)", "r1 = *(u32 *)(r1 +8)");
	READS("r1 = *(u32*)(r10-0x8)", "r1 = *(u32 *)(r10 -8)");
	READS("*(u64 *)(r10 - 8) = 0x7f", "*(u64 *)(r10 -8) = 127");
	READS("r0 = *(u16 *)skb[0xc]", "r0 = *(u16 *)skb[12]");
	READS("call bpf_ktime_get_ns#5", "call bpf_ktime_get_ns#5");
	READS("call unknown#4711", "call unknown#4711");
}

TEST(what_waits)
{
	READS("goto done", "goto pc+0 <done");
	READS("if w1 == w2 goto .L_1$", "if w1 == w2 goto pc+0 <.L_1$");
	READS("gotol far", "gotol pc+0 <far");
	READS("may_goto again", "may_goto pc+0 <again");
	READS("goto pc", "goto pc+0 <pc");
	READS("call twice", "call pc+0 <twice");
	READS("call bpf_ktime_get_ns", "call pc+0 <bpf_ktime_get_ns");
	READS("r1 = &counts", "r1 = 0x0 <counts");
	READS("r1 = &.rodata+8", "r1 = 0x8 <.rodata");
	READS("r1 = &x-1", "r1 = 0xffffffff <x");
}

TEST(what_is_no_instruction)
{
	static const char *const wrong[] = {
		"", " ", "r", "r1", "r1 =", "r1 = ", "= 5", "r16 = 5", "r1 = r16", "r-1 = 5", "rD = 5", "r0x1 = 5", "x1 = 5",
		"r1 = 5 5", "r1 = 5x", "r1 = 0x", "r1 = 18446744073709551616", "w1 = 2147483648", "r1 += 2147483648",
		"r1 += 0xffffffff", "r1 = -r2", "r1 = le16 r2", "r1 = *(u32 *)(r1)", "r1 = *(u32 *)(r1 +32768)",
		"r1 = *(u32 *)(r1 -32769)", "r1 = *(u24 *)(r1 +0)", "if r1 == 0x100000000 goto pc+0", "if r1 == 5 goto",
		"if r1 == 5 goto 5", "if r1 = 5 goto x", "goto", "goto pc+32768", "goto pc+ x", "exit 0", "exi", "call",
		"call 5", "call x y", "call bpf_ktime_get_ns#6", "call other#5", "call bpf_ktime_get_ns#", "r1 = &",
		"r1 = & x", "r1 = &5", "r1 = &x+", "r1 = &x+2147483648", "w1 = &x", "r1 = &x y", "unknown: ff",
		"r2 = atomic_fetch_add((u32 *)(r1 +0), r3)", "lock *(u8 *)(r1 +0) += r2", "(18) incomplete",
		"r1 = addr_space_cast(r2, 0, 65536)", "r1 = map[fd:5", "r1 = map[fd:5][1]+0", "goto pc+1 ;", "R1 = 5",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		NOTE("'%s'", wrong[i]);
		READS(wrong[i], "no");
	}
}

/* ---- a text ------------------------------------------------------------------- */

static struct arena arena;
static struct diag said;
static struct view made;
static struct object object;

static int assemble_text(const char *text, size_t size)
{
	char *exact = malloc(size ? size : 1);	/* so that the sanitizer sees a byte too many */
	int r;

	CHECK(exact);
	if (size)
		memcpy(exact, text, size);
	arena_free(&arena);
	said = (struct diag){ 0 };
	r = assemble((struct view){ (unsigned char *)exact, size }, "/dir/x.s", &arena, &made, &said);
	free(exact);
	CHECK_INT(said.code, r);
	return r;
}

/* Assembled, and read as an object. */
static void build(const char *text)
{
	int r = assemble_text(text, strlen(text));

	if (r == 0)
		r = object_build(made, "x.bpf.o", &arena, &object, &said);
	if (r < 0)
		CHECK_STR(said.msg, "");
}

#define CODE ".section socket\n.func f\n"

static const struct bpf_insn *insns_of(const char *name)
{
	for (uint32_t i = 0; i < object.nfuncs; i++)
		if (strcmp(object.funcs[i].name, name) == 0)
			return object.funcs[i].insns;
	CHECK_STR(name, "the name of a function");
	return NULL;
}

TEST(a_program)
{
	build(";first\n# second\n.section socket ; third\n\n.func f # fourth\r\n\tr0 = 0\n exit;\n.section license\n.string \"GPL\"");
	CHECK_INT(object.nfuncs, 1);
	CHECK_STR(object.funcs[0].name, "f");
	CHECK_STR(object.funcs[0].section, "socket");
	CHECK_INT(object.funcs[0].count, 2);
	CHECK(object.funcs[0].is_program);
	CHECK_STR(object.license, "GPL");
	CHECK_MEM(object.funcs[0].insns, "\xb7\0\0\0\0\0\0\0\x95\0\0\0\0\0\0\0", 16);
}

TEST(labels)
{
	const struct bpf_insn *f;

	build(CODE "back:\nr0 = 0\nif r0 == 0x1 goto on\ngoto back\nr1 = 0x123456789\non: ; a comment\nr0 = 1\ngotol back\nexit\n"
	      ".func g\nback:\non:\nr0 = 0\ngoto on\nexit\n");
	f = insns_of("f");
	CHECK_INT(f[1].off, 3);
	CHECK_INT(f[2].off, -3);
	CHECK_INT(f[6].imm, -7);
	CHECK_INT(insns_of("g")[1].off, -2);
}

/* A jump has 16 bits for its distance. */
TEST(how_far_a_jump_goes)
{
	static char text[32768 * 8 + 100];
	char *at = text + sprintf(text, CODE "goto end\n");

	for (int i = 0; i < 32767; i++)
		at += sprintf(at, "exit\n");
	strcpy(at, "end:\nexit\n");
	build(text);
	CHECK_INT(insns_of("f")[0].off, 32767);
	strcpy(at, "exit\nend:\nexit\n");
	CHECK_INT(assemble_text(text, strlen(text)), -EINVAL);
	CHECK_STR(said.where, "x.s:3");
	CHECK_STR(said.msg, "end is 32768 instructions away, expected -32768 to 32767; gotol goes further");
	memcpy(strstr(text, "goto end\n"), "gotol end", 9);
	CHECK_INT(assemble_text(text, strlen(text)), -EINVAL);	/* the blank behind it is gone: one line more */
}

TEST(calls)
{
	build(".section socket\n.func f\ncall near\ncall far\ncall seen\ncall bpf_ktime_get_ns\ncall kfunc\nr1 = &far\nr1 = &seen\nexit\n"
	      ".func near static\nexit\n.section .text\n.func first static\nexit\n.func far static\nr0 = 0\nexit\n"
	      ".func seen weak hidden\nexit\n.extern kfunc weak\n");
	const struct bpf_insn *f = insns_of("f");
	const struct func *func = &object.funcs[0];

	CHECK_STR(func->name, "f");
	CHECK_INT(f[0].src_reg, 1);
	CHECK_INT(f[0].imm, 9);		/* near, by its distance */
	CHECK_INT(f[1].imm, 0);		/* .text, instruction 1 */
	CHECK_INT(f[2].imm, -1);
	CHECK_INT(f[3].src_reg, 0);
	CHECK_INT(f[3].imm, 5);
	CHECK_INT(f[4].imm, -1);
	CHECK_INT(f[5].imm, 8);		/* .text, byte 8 */
	CHECK_INT(f[7].imm, 0);
	CHECK_INT(func->nrelocs, 6);
	CHECK_STR(object.funcs[func->relocs[0].func].name, "near");
	CHECK_STR(object.funcs[func->relocs[1].func].name, "far");
	CHECK_STR(object.funcs[func->relocs[2].func].name, "seen");
	CHECK_INT(func->relocs[3].kind, RELOC_REFUSED);
	CHECK_STR(func->relocs[3].symbol, "kfunc");
	CHECK_INT(func->relocs[4].kind, RELOC_FUNC);
	CHECK_STR(object.funcs[func->relocs[4].func].name, "far");
	CHECK_STR(object.funcs[func->relocs[5].func].name, "seen");
	CHECK(object.funcs[func->relocs[5].func].is_weak);
	CHECK(!object.funcs[func->relocs[5].func].is_global);
}

TEST(maps)
{
	build(CODE "r1 = &counts\nr1 = &ring\nr1 = &odd\nexit\n.map counts hash 16 8 1024\n.map ring BPF_MAP_TYPE_RINGBUF 0 0 4096\n"
	      ".map odd 2 4 0x10 3 1024\n");
	CHECK_INT(object.nmaps, 3);
	CHECK_STR(object.maps[0].name, "counts");
	CHECK_INT(object.maps[0].type, 1);
	CHECK_INT(object.maps[0].key_size, 16);
	CHECK_INT(object.maps[0].value_size, 8);
	CHECK_INT(object.maps[0].max_entries, 1024);
	CHECK_INT(object.maps[0].flags, 0);
	CHECK_INT(object.maps[1].type, 27);
	CHECK_INT(object.maps[1].max_entries, 4096);
	CHECK_INT(object.maps[1].key_size, 0);
	CHECK_INT(object.maps[2].type, 2);
	CHECK_INT(object.maps[2].value_size, 16);
	CHECK_INT(object.maps[2].flags, 1024);
	for (uint32_t i = 0; i < 3; i++) {
		CHECK_INT(object.funcs[0].relocs[i].kind, RELOC_MAP);
		CHECK_INT(object.funcs[0].relocs[i].map, i);
	}
}

TEST(variables)
{
	build(CODE "r1 = &limit\nr1 = &hidden+4\nr1 = &.rodata+1\nr1 = &zero\nexit\n.section .data\n.var limit 8\n.bytes 01 02 03 04 05 06\n"
	      ".bytes\n.bytes ff Fe\n.var hidden 8 static\n.zero 8\n.section .rodata\n.string \"a\\n\\\"\\\\\\001\\377\"\n"
	      ".string b\n.section .bss\n.var zero 4\n.zero 12\n.section .data\n.bytes 2a\n");
	const struct func *f = &object.funcs[0];

	CHECK_INT(object.nmaps, 3);
	CHECK_INT(object.maps[0].value_size, 17);
	CHECK_MEM(object.maps[0].data, "\1\2\3\4\5\6\xff\xfe\0\0\0\0\0\0\0\0\x2a", 17);
	CHECK_MEM(object.maps[1].data, "a\n\"\\\1\xff\0b\0", 9);
	CHECK_INT(object.maps[1].value_size, 9);
	CHECK_INT(object.maps[2].value_size, 12);
	CHECK_INT(object.nglobals, 3);
	CHECK_INT(f->nrelocs, 4);
	CHECK_INT(f->relocs[0].offset, 0);
	CHECK_INT(f->relocs[1].offset, 12);
	CHECK_INT(f->relocs[2].offset, 1);
	CHECK_INT(f->relocs[2].map, 1);
	CHECK_STR(f->relocs[3].symbol, "zero");
}

TEST(bytes_in_code)
{
	build(CODE ".bytes ff 21 03 00 04 00 00 00\nunknown: 95 00 00 00 00 00 00 00\n.end\n.bytes 00 00 00 00 00 00 00 00\n.func g\nexit\n");
	CHECK_INT(object.nfuncs, 2);
	CHECK_INT(object.funcs[0].count, 2);
	CHECK_INT(object.funcs[0].insns[0].code, 0xff);
	CHECK_INT(object.funcs[1].first, 3);
	CHECK_INT(object.funcs[1].count, 1);
}

TEST(relocations_by_hand)
{
	build(CODE ".reloc 1 counts\n.bytes 18 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00\nexit\n.map counts hash 4 4 4\n");
	CHECK_INT(object.funcs[0].nrelocs, 1);
	CHECK_INT(object.funcs[0].relocs[0].kind, RELOC_MAP);
}

TEST(names_in_quotes)
{
	build(".section \"tp/a b;c\"\n.func \"f g\"\nexit\n.section license\n.string \"a;b #c\"\n");
	CHECK_STR(object.funcs[0].section, "tp/a b;c");
	CHECK_STR(object.funcs[0].name, "f g");
	CHECK_STR(object.license, "a;b #c");
}

TEST(every_complaint)
{
	static const struct { const char *text, *where, *msg; } cases[] = {
		{ "r0 = 0", "x.s:1", "nothing says where this goes, expected .section NAME before it" },
		{ "\n\nexit", "x.s:3", "nothing says where this goes, expected .section NAME before it" },
		{ ".func f", "x.s:1", "nothing says where this goes" },
		{ ".bytes 00", "x.s:1", "nothing says where this goes" },
		{ "x:", "x.s:1", "nothing says where this goes" },
		{ ".end", "x.s:1", "nothing says where this goes" },
		{ ".var x 1", "x.s:1", "nothing says where this goes" },
		{ ".reloc 1 x", "x.s:1", "nothing says where this goes" },
		{ ".line 1 2 3 4", "x.s:1", "nothing says where this goes" },
		{ ".section", "x.s:1", "the line ends, expected the name of a section" },
		{ ".section \"\"", "x.s:1", "an empty name, or one with a NUL, expected the name of a section" },
		{ ".section \"a\\000b\"", "x.s:1", "an empty name, or one with a NUL" },
		{ ".section a b", "x.s:1", "'b' behind the section's name, expected nothing" },
		{ ".section \"a", "x.s:1", "a word in quotes that does not end" },
		{ ".section \"a\\q\"", "x.s:1", "three octal digits" },
		{ ".section \"\\400\"", "x.s:1", "three octal digits" },
		{ ".section \"a\\", "x.s:1", "a word in quotes that does not end" },
		{ ".section s\nexit", "x.s:2", "an instruction at byte 0 of section s, expected .func NAME before it" },
		{ ".section s\n.frob", "x.s:2", "'.frob', expected a directive, such as .section, .func, .var, .bytes or .map" },
		{ CODE "r1 = r99", "x.s:3", "'r1 = r99' is no instruction and no directive; expected what disasm prints, like r0 = 0" },
		{ CODE "exit\n.func f\nexit", "x.s:4", "f is defined at line 2 too" },
		{ CODE "exit\n.section .data\n.var f 1", "x.s:5", "f is defined at line 2 too" },
		{ CODE, "x.s:2", "function f has 0 bytes, expected instructions of 8" },
		{ CODE ".bytes 01", "x.s:2", "function f has 1 bytes, expected instructions of 8" },
		{ CODE ".bytes 01\nexit", "x.s:4", "an instruction at byte 1 of section socket" },
		{ CODE ".bytes 01\n.func g", "x.s:4", "a function at byte 1 of section socket, expected a multiple of 8" },
		{ ".section .bss\n.func f", "x.s:2", "a function at byte 0 of section .bss" },
		{ CODE "exit\n.end x", "x.s:4", "expected .end alone, behind a function" },
		{ CODE "exit\n.end\n.end", "x.s:5", "expected .end alone, behind a function" },
		{ CODE "exit\n.end\nexit", "x.s:5", "expected .func NAME before it" },
		{ CODE "exit\n.end\nx:", "x.s:5", "label x, expected inside a function, before an instruction" },
		{ ".section s\nx:", "x.s:2", "label x, expected inside a function, before an instruction" },
		{ CODE "x:\nexit\nx:\nexit", "x.s:5", "label x stands at line 3 too, in the same function" },
		{ CODE "goto x\nexit", "x.s:3", "no label x in this function" },
		{ CODE "x:\nexit\n.func g\ngoto x", "x.s:6", "no label x in this function" },
		{ CODE "call nobody\nexit", "x.s:3", "call of nobody: no .func, no .extern and no helper has this name" },
		{ CODE "call v\nexit\n.section .data\n.var v 8\n.zero 8", "x.s:3", "call of v, which is a variable, expected a function" },
		{ CODE "r1 = &v\nexit", "x.s:3", "&v: no .func, .var, .map, .extern or .section has this name" },
		{ CODE "r1 = &v+2147483647\nexit\n.section .data\n.zero 8\n.var v 8 static\n.zero 8", "x.s:3",
		  "&v+2147483647 is beyond what an address in an object can be" },
		{ CODE ".reloc 1 x\nexit", "x.s:3", ".reloc: no symbol and no section is called x" },
		{ CODE ".reloc x y", "x.s:3", "'x', expected a relocation's type, a number up to 4294967295" },
		{ CODE ".reloc -1 y", "x.s:3", "'-1', expected a relocation's type" },
		{ CODE ".reloc 1", "x.s:3", "the line ends, expected the name of a symbol or a section" },
		{ ".section s\n.func f loud", "x.s:2", "'loud', expected static, weak or hidden" },
		{ ".section s\n.func", "x.s:2", "the line ends, expected the name of a function" },
		{ ".section s\n.var v", "x.s:2", "the line ends, expected its size in bytes" },
		{ ".section s\n.var v 99999999", "x.s:2", "'99999999', expected its size in bytes, a number up to 16777216" },
		{ ".section s\n.var v 8 9", "x.s:2", "'9', expected static, weak or hidden" },
		{ ".extern", "x.s:1", "the line ends, expected a name" },
		{ ".extern x static", "x.s:1", "static, expected something that others can see" },
		{ ".section s\n.bytes 1", "x.s:2", "'1', expected two hex digits for each byte" },
		{ ".section s\n.bytes 001", "x.s:2", "'001', expected two hex digits" },
		{ ".section s\n.bytes -1", "x.s:2", "'-1', expected two hex digits" },
		{ ".section s\n.bytes 0x", "x.s:2", "'0x', expected two hex digits" },
		{ ".section s\n.bytes zz", "x.s:2", "'zz', expected two hex digits" },
		{ ".section .bss\n.bytes 00", "x.s:2", "bytes in section .bss, which has none, expected .zero" },
		{ ".section .bss.x\n.string x", "x.s:2", "bytes in section .bss.x, which has none" },
		{ ".section s\n.string", "x.s:2", "the line ends, expected a text in quotes" },
		{ ".section s\n.string a b", "x.s:2", "'b' behind the text, expected nothing" },
		{ ".section s\n.zero", "x.s:2", "the line ends, expected how many bytes" },
		{ ".section s\n.zero x", "x.s:2", "'x', expected how many bytes, a number up to 16777216" },
		{ ".section s\n.zero 16777217", "x.s:2", "'16777217', expected how many bytes" },
		{ ".section s\n.zero 16777216\n.zero 1", "x.s:3", "more than 16777216 bytes in a section" },
		{ ".section .bss\n.zero 16777216\n.zero 1", "x.s:3", "more than 16777216 bytes in a section" },
		{ ".map", "x.s:1", "the line ends, expected the name of a map" },
		{ ".map m", "x.s:1", "the line ends, expected a map's type" },
		{ ".map m hush 1 2 3", "x.s:1", "'hush', expected a map's type, like hash or ringbuf, or its number" },
		{ ".map m -1 1 2 3", "x.s:1", "'-1', expected a map's type" },
		{ ".map m hash", "x.s:1", "the line ends, expected key_size" },
		{ ".map m hash 4 4", "x.s:1", "the line ends, expected max_entries" },
		{ ".map m hash 4 x 4", "x.s:1", "'x', expected value_size, a number up to 4294967295" },
		{ ".map m hash 4 4 4294967296", "x.s:1", "'4294967296', expected max_entries" },
		{ ".map m hash 4 4 4 0 5", "x.s:1", "'5' behind the map, expected nothing" },
		{ ".map m hash 4 4 4\n.map m hash 4 4 4", "x.s:2", "m is defined at line 1 too" },
		{ ".map m hash 4 4 4\n.section .BTF", "x.s:2", "both .map and section .BTF, expected one of them" },
		{ CODE ".line 1 2 3\nexit", "x.s:3", "the line ends, expected file, text, line, column" },
		{ CODE ".line 1 2 3 4 5\nexit", "x.s:3", "'5' is one too many, expected 4 numbers: file, text, line, column" },
		{ CODE ".line 1 2 4194304 4\nexit", "x.s:3", "line 4194304, column 4, expected at most 4194303 and 1023" },
		{ CODE ".line 1 2 3 1024\nexit", "x.s:3", "line 3, column 1024, expected at most 4194303 and 1023" },
		{ CODE ".type\nexit", "x.s:3", "the line ends, expected a FUNC's type" },
		{ CODE ".core 1 2 x\nexit", "x.s:3", "'x', expected type, access, kind, a number up to 4294967295" },
		{ CODE ".line 1 2 3 4\nexit", "x.s:4", "section socket has .type, .line or .core, but its name is not in .BTF" },
		{ CODE ".type 1\nexit\n.section .BTF\n.bytes 9f eb", "x.s:6", "its name is not in .BTF" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("'%s'", cases[i].text);
		CHECK_INT(assemble_text(cases[i].text, strlen(cases[i].text)), -EINVAL);
		CHECK_STR(said.where, cases[i].where);
		CHECK_HAS(said.msg, cases[i].msg);
	}
}

TEST(a_nul_in_the_text)
{
	CHECK_INT(assemble_text(".section s\nx\0y\n", 15), -EINVAL);
	CHECK_STR(said.where, "x.s:2");
	CHECK_STR(said.msg, "a NUL, expected text");
}

TEST(nothing_is_an_object_without_code)
{
	CHECK_INT(assemble_text("", 0), 0);
	CHECK_INT(object_build(made, "x", &arena, &object, &said), 0);
	CHECK_INT(object.nfuncs, 0);
}

TEST(many_sections)
{
	static char text[40000 * 12];
	char *at = text;

	for (int i = 0; i < 3000; i++)
		at += sprintf(at, ".section s%d\n.bytes 00\n", i);
	build(text);
	CHECK_INT(object.elf.nsections, 3003);
}

/* ---- back to text ------------------------------------------------------------- */

static char source[65536];
static size_t source_len;

static void keep(void *ctx, const char *line)
{
	(void)ctx;
	CHECK(!strchr(line, '\n'));
	source_len += (size_t)snprintf(source + source_len, sizeof(source) - source_len, "%s\n", line);
	CHECK(source_len < sizeof(source));
}

static const char *source_of(const char *text)
{
	build(text);
	source_len = 0;
	CHECK_INT(asm_source(&object, keep, NULL, &said), 0);
	return source;
}

/* A text in the very words that asm_source() uses comes back letter by letter. */
TEST(the_same_text)
{
	static const char *const texts[] = {
		"; for bpfwalk asm\n\n.section socket\n.func f\nL0:\n    r0 = 0\n    if r0 == 0x1 goto L2\nL2:\n    goto L0\n    exit\n",
		"; for bpfwalk asm\n.extern kfunc weak\n\n.section socket\n.func f\n    call kfunc\n    call near\n    call far\n    exit\n"
		".func near static\n    exit\n\n.section .text\n.func far weak hidden\n    exit\n",
		"; for bpfwalk asm\n\n.section socket\n.func f\n    r1 = &limit+4\n    r1 = &one\n    r1 = &.data+3\n    r1 = &.rodata+1\n    exit\n"
		"\n.section .data\n.var limit 8\n    .zero 8\n.var one 1 static\n    .bytes 01\n\n.section .rodata\n    .string \"ab\\tc\"\n"
		"    .bytes 01 02\n\n.section .bss\n    .zero 4\n.var z 4\n    .zero 4\n",
		/* Bits in a field that does nothing, an encoding nobody knows, a load that is half a relocation. */
		"; for bpfwalk asm\n\n.section socket\n.func f\n    .bytes 95 00 01 00 00 00 00 00\n    .bytes ff 00 00 00 00 00 00 00\n"
		"    .reloc 1 x\n    .bytes 18 01 00 00 00 00 00 00 00 00 00 00 07 00 00 00\n    exit\n\n.section .data\n.var x 8\n    .zero 8\n",
		/* Code between functions. */
		"; for bpfwalk asm\n\n.section socket\n    .zero 8\n.func f\n    exit\n.end\n    .zero 8\n.func g\n    exit\n.end\n    .zero 8\n",
		"; for bpfwalk asm\n\n.section \"tp/a b\"\n.func \"f;\\033\"\n    exit\n",
		/* A jump into the second half of ld_imm64, and one out of the function, have no label. */
		"; for bpfwalk asm\n\n.section socket\n.func f\n    goto pc+1\n    r1 = 0x5\n    goto pc+9\n    exit\n",
		"; for bpfwalk asm\n\n.section socket\n.func f\n    exit\n\n.section .data\n.var p 16\n    .zero 8\n    .reloc 2 f\n    .zero 8\n"
		"\n.section license\n.var LICENSE 4\n    .string \"GPL\"\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		NOTE("text %zu", i);
		CHECK_STR(source_of(texts[i]), texts[i]);
	}
	arena_free(&arena);
}

/* --match: of an ld_imm64 both halves count. */
TEST(what_a_field_has)
{
	static const struct bpf_insn wide[2] = { { BPF_INSN_LD_IMM64, 1, 0, 0, 5 }, { 0, 0, 0, 0, 1 } };
	static const struct { const char *text; bool has; } cases[] = {
		{ "imm=4294967301", true }, { "imm=5", false }, { "imm=0x100000005", true }, { "dst=1", true }, { "dst=2", false },
		{ "src=0", true }, { "off=0", true }, { "off=-1", false }, { "code=0x18", true }, { "code=0x85", false },
	};
	struct diag wrong = { 0 };
	struct edit e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("%s", cases[i].text);
		CHECK_INT(edit_parse(cases[i].text, &e, &wrong), 0);
		CHECK_INT(edit_matches(&e, wide), cases[i].has);
	}
}
