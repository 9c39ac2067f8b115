/*
 * Writes docs/instructions.md: the disassembler's table as a page to read.
 *
 * What is a fact about an instruction comes from the table: its code, the field
 * that picks it, how it reads. The example beside it is disassembled on the spot.
 * What is said about whole classes is written here.
 *
 * In: disasm_form()  Out: markdown on stdout
 * Try: make docs
 * Next: docs/instructions.md
 */
#include <stdio.h>
#include <string.h>

#include "elf/disasm.h"

static const char intro[] =
	"# The instructions of BPF\n\n"
	"<!-- written by docs/instructions.c (make docs) from the table in elf/disasm.c -->\n\n"
	"An instruction is eight bytes; only `ld_imm64` takes sixteen, because its constant has 64 bits.\n\n"
	"```\n"
	" byte 0     byte 1      bytes 2-3       bytes 4-7\n"
	"+--------+-----+-----+-------------+-----------------------+\n"
	"|  code  | src | dst |     off     |          imm          |\n"
	"+--------+-----+-----+-------------+-----------------------+\n"
	" 8 bits     4     4    16, signed        32, signed           little endian\n"
	"\n"
	" 61         1     1    08 00         00 00 00 00              r1 = *(u32 *)(r1 +8)\n"
	"```\n\n"
	"The lowest three bits of the code are the class. What the other five are depends on it:\n\n"
	"```\n"
	" 7   6   5   4   3   2   1   0          7   6   5   4   3   2   1   0\n"
	"+-----------+-------+-----------+      +---------------+---+-----------+\n"
	"|   mode    | size  |   class   |      |   operation   |K/X|   class   |\n"
	"+-----------+-------+-----------+      +---------------+---+-----------+\n"
	"  load and store                         arithmetic and jumps: K is a constant, X a register\n"
	"```\n\n"
	"The examples are written as the kernel's verifier writes them: `r1` is the 64 bits of a register, `w1` the lower\n"
	"32, `pc+2` skips two instructions. Where one code is several instructions, \"when\" names the field that picks.\n";

/* The classes in reading order. */
static const struct {
	uint8_t class;
	const char *name, *title, *text;
} classes[] = {
	{ BPF_ALU64, "ALU64", "Arithmetic, 64 bits",
	  "A constant is extended from 32 bits to 64 with its sign. Nothing traps: dividing by zero gives 0, the\n"
	  "remainder by zero is the dividend, and a shift counts modulo the width." },
	{ BPF_ALU, "ALU", "Arithmetic, 32 bits",
	  "Works on the lower half of the registers and clears the upper half of the result. Converting byte order is of\n"
	  "this class, but has up to 64 bits." },
	{ BPF_JMP, "JMP", "Jumps, 64-bit comparisons, calls",
	  "A distance counts instructions from the next one; `pc+0` is the next one. A call passes r1 to r5, returns in r0,\n"
	  "and keeps r6 to r9 and the frame pointer r10. `gotox` goes to an address taken from a jump table, `may_goto`\n"
	  "goes on until the kernel finds that it was often enough. The kernel has no `callx` yet." },
	{ BPF_JMP32, "JMP32", "Jumps, 32-bit comparisons",
	  "Compares the lower halves. `gotol` has its distance in imm, for functions longer than 32767 instructions." },
	{ BPF_LDX, "LDX", "Load from memory",
	  "`BPF_MEM` clears the rest of the register, `BPF_MEMSX` fills it with the sign." },
	{ BPF_ST, "ST", "Store a constant", "" },
	{ BPF_STX, "STX", "Store a register, atomic operations",
	  "For an atomic operation imm says which. With `BPF_FETCH` the old value comes back in src (cmpxchg: in r0)." },
	{ BPF_LD, "LD", "Constants of 64 bits, packets",
	  "For ld_imm64, src says what the constant stands for; a loader fills it in, and the verifier makes an address of\n"
	  "it. The others are what is left of the classic packet filter: they load from the packet whose `sk_buff` is in r6,\n"
	  "turn network byte order into the machine's, and end the program where the packet is too short." },
};

static const char outro[] =
	"\n## When they came\n\n"
	"| Linux | instructions |\n|---|---|\n"
	"| 3.18 | the first set (\"v1\"): 64-bit arithmetic and jumps, memory, `lock +=`, helper calls |\n"
	"| 4.14 | v2: `<`, `<=`, `s<`, `s<=` in jumps |\n"
	"| 4.16 | calls of functions in the same program |\n"
	"| 5.1 | v3: class JMP32 (32-bit arithmetic was there before, but compilers used it little) |\n"
	"| 5.2 | `map[fd:5][0]+4`: global variables |\n"
	"| 5.12 | atomic operations other than `lock +=` |\n"
	"| 5.13 | calls of kernel functions by BTF id, addresses of functions |\n"
	"| 6.6 | v4: signed division, sign extension, `bswap`, `gotol` |\n"
	"| 6.9 | `may_goto`, `addr_space_cast` |\n"
	"| 6.15 | `load_acquire`, `store_release` |\n"
	"| 6.19 | `gotox` |\n";

static void put_code_name(const struct insn_form *f, const char *class)
{
	static const char *const sizes[] = { "W", "H", "B", "DW" };
	const char *op = disasm_form(f->code)->name;
	bool alu_or_jump = BPF_CLASS(f->code) >= BPF_ALU;

	printf("`BPF_%s \\| BPF_%s \\| BPF_%s`", class, op,
	       alu_or_jump ? BPF_SRC(f->code) ? "X" : "K" : sizes[BPF_SIZE(f->code) >> 3]);
}

/* A | would end the column. */
static void put_escaped(const char *s)
{
	for (; *s; s++) {
		if (*s == '|')
			putchar('\\');
		putchar(*s);
	}
}

static void put_when(const struct insn_form *f)
{
	static const char *const fields[] = { "", "off", "imm", "src" };
	bool atomic = BPF_CLASS(f->code) == BPF_STX;

	if (f->by == BY_CODE || !disasm_has_variants(f->code))
		return;
	printf(atomic ? "%s = 0x%02x" : "%s = %d", fields[f->by], (unsigned)f->value);
	if (f == disasm_form(f->code) || !f->name)
		return;
	fputs(", ", stdout);
	put_escaped(f->name);
}

/* The form with r1, r2, small numbers, and its own value in the field that picks it. */
static void put_example(const struct insn_form *f)
{
	struct bpf_insn in[2] = { { f->code, 1, 2, 8, 5 }, { 0, 0, 0, 0, 0 } };
	unsigned char bytes[16];
	char text[128];
	unsigned slots;

	if (!strchr(f->text, 'S'))
		in->src_reg = f->by == BY_SRC ? (uint8_t)f->value & 15u : 0;
	if (!strchr(f->text, 'D'))
		in->dst_reg = 0;
	if (!strchr(f->text, 'O'))
		in->off = f->by == BY_OFF ? (int16_t)f->value : 0;
	if (!strpbrk(f->text, "IJXLABH"))
		in->imm = f->by == BY_IMM ? f->value : 0;
	if (strpbrk(f->text, "LN"))
		in[1].imm = 4;
	slots = disasm(in, 0, 2, text, sizeof(text));
	memcpy(bytes, in, sizeof(bytes));
	for (unsigned i = 0; i < 8 * slots; i++)
		printf("%c%02x", i ? ' ' : '`', bytes[i]);
	fputs("` `", stdout);
	put_escaped(text);
	putchar('`');
}

static void put_row(const struct insn_form *f, const char *class)
{
	printf("| `%02x` | ", f->code);
	put_code_name(f, class);
	fputs(" | ", stdout);
	put_when(f);
	fputs(" | ", stdout);
	put_example(f);
	fputs(" |\n", stdout);
}

int main(void)
{
	const struct insn_form *f;

	fputs(intro, stdout);
	for (size_t c = 0; c < sizeof(classes) / sizeof(classes[0]); c++) {
		printf("\n## %s\n\n%s%s| code | name | when | example |\n|---|---|---|---|\n", classes[c].title,
		       classes[c].text, classes[c].text[0] ? "\n\n" : "");
		for (unsigned code = classes[c].class; code < 256; code += 8)
			for (unsigned n = code; (f = disasm_form(n)); n = n < 256 ? 256 : n + 1)
				if (f->code == code && f->text)
					put_row(f, classes[c].name);
	}
	fputs(outro, stdout);
	return 0;
}
