/*
 * Our disassembly beside llvm-objdump's, instruction by instruction.
 *
 *	llvm-objdump -d FILE | disasm_oracle	compare each line; the last line of output counts
 *	disasm_oracle -a			an assembler file with every row of our table, and every code it lacks
 *
 * A line of llvm-objdump has both what we need, the bytes and what LLVM makes of them:
 *
 *	       2:	15 01 02 00 09 00 00 00	if r1 == 9 goto +2 <LBB0_2>
 *
 * The bytes go through disasm(). Then both texts are taken apart into words and numbers and written in one plain form,
 * in which the two notations must be equal: `if r1 == 0x9 goto pc+2` and the text above are both `if r1 == 9 goto 2`.
 *
 * Next: tests/sh_disasm_oracle.sh
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/disasm.h"

/* Words of one notation that are several words, another word, or nothing in the plain form. */
static const struct {
	const char *word, *plain;
} words[] = {
	{ "pc", "" }, { "ll", "" },
	{ "atomic64_fetch_add", "atomic_fetch_add" }, { "atomic64_fetch_or", "atomic_fetch_or" },
	{ "atomic64_fetch_and", "atomic_fetch_and" }, { "atomic64_fetch_xor", "atomic_fetch_xor" },
	{ "atomic64_xchg", "atomic_xchg" }, { "atomic64_cmpxchg", "atomic_cmpxchg" },
	{ "xchg_64", "atomic_xchg u64 *" }, { "xchg32_32", "atomic_xchg u32 *" },
	{ "cmpxchg_64", "atomic_cmpxchg u64 *" }, { "cmpxchg32_32", "atomic_cmpxchg u32 *" },
};

struct plain {
	char text[256];
	size_t len;
};

static void add(struct plain *p, const char *text, size_t len)
{
	if (len && p->len + len + 2 < sizeof(p->text)) {
		memcpy(p->text + p->len, text, len);
		p->len += len;
		p->text[p->len++] = ' ';
	}
	p->text[p->len] = 0;
}

/* memory: LLVM may say that a load fills w1, where the kernel says r1; the 32 bits are in the type anyway. */
static const char *add_word(struct plain *p, const char *s, bool memory)
{
	char word[64];
	size_t len = 0;

	while ((isalnum((unsigned char)*s) || *s == '_') && len < sizeof(word) - 1)
		word[len++] = *s++;
	word[len] = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i].word)) {
			add(p, words[i].plain, strlen(words[i].plain));
			return s;
		}
	if (memory && word[0] == 'w' && isdigit((unsigned char)word[1]))
		word[0] = 'r';
	add(p, word, len);
	return s;
}

/* half: a comparison's constant, 32 bits that one prints signed and the other not. */
static const char *add_number(struct plain *p, const char *s, bool half)
{
	bool negative = *s == '-';
	char number[32], *end;
	unsigned long long n;

	s += *s == '-' || *s == '+';
	n = strtoull(s + strspn(s, " "), &end, 0);
	n = negative ? 0 - n : n;
	snprintf(number, sizeof(number), "%lld", half ? (int32_t)n : (long long)n);
	add(p, number, strlen(number));
	return end;
}

static void make_plain(const char *s, struct plain *p)
{
	bool memory = strstr(s, "*)") || strstr(s, "xchg"), half = !strncmp(s, "if ", 3);
	bool packet = strstr(s, "skb[r");

	p->len = 0;
	while (*s && !(*s == '<' && isalpha((unsigned char)s[1]))) {
		const char *after_sign = s + (*s == '+' || *s == '-');

		after_sign += strspn(after_sign, " ");
		if (packet && !strncmp(s, " + ", 3))
			break;	/* LLVM prints no constant here */
		if (isdigit((unsigned char)*after_sign) && *s != ' ')
			s = add_number(p, s, half);
		else if (isalpha((unsigned char)*s))
			s = add_word(p, s, memory);
		else if (strchr(" ()[],#\t\n", *s))
			s++;
		else {
			size_t len = strspn(s, "=+-*/|&^%<>!");

			add(p, s, len ? len : 1);
			s += len ? len : 1;
		}
	}
}

/* `call bpf_map_lookup_elem#1` is `call 1` in LLVM, whatever is called. */
static void drop_callee(char *text)
{
	char *number = strchr(text, '#');

	if (!strncmp(text, "call ", 5) && number)
		memmove(text + 5, number + 1, strlen(number));
}

static size_t read_bytes(const char **s, unsigned char *bytes, size_t max)
{
	size_t n = 0;
	int len;
	unsigned byte;

	*s += strspn(*s, " \t");
	while (n < max && sscanf(*s, "%2x%n", &byte, &len) == 1 && len == 2 && strchr(" \t", (*s)[2])) {
		bytes[n++] = (unsigned char)byte;
		*s += 3;
	}
	*s += strspn(*s, " \t");
	return n;
}

struct counts {
	unsigned long all, differ, unknown_there;
};

/*
 * Versions before 19 do not look at the offset of a mov, which makes it a cast between address spaces (or a sign
 * extension): what they say is true of the mov without. That they print the same for both is what tells them.
 */
static bool ignores_off(struct bpf_insn in, const char *theirs)
{
	bool mov = in.code == (BPF_ALU64 | BPF_MOV | BPF_X) || in.code == (BPF_ALU | BPF_MOV | BPF_X);
	struct plain plain;
	char ours[128];

	if (!mov || !in.off)
		return false;
	in.off = 0;
	in.imm = 0;
	disasm(&in, 0, 1, ours, sizeof(ours));
	make_plain(ours, &plain);
	return strcmp(plain.text, theirs) == 0;
}

static void compare(const char *line, struct counts *count)
{
	struct bpf_insn insns[2] = { 0 };
	struct plain ours_plain, theirs_plain;
	unsigned slots;
	char ours[128], *end;
	const char *s;
	size_t size;

	strtoul(line, &end, 16);
	if (*end != ':' || end == line)
		return;
	s = end + 1;
	size = read_bytes(&s, (unsigned char *)insns, sizeof(insns));
	if (size != 8 && size != 16)
		return;
	count->all++;
	slots = disasm(insns, 0, (uint32_t)size / 8, ours, sizeof(ours));
	if (!strncmp(s, "<unknown>", 9)) {
		count->unknown_there += disasm_known(insns[0]);
		return;
	}
	make_plain(s, &theirs_plain);
	drop_callee(ours);
	make_plain(ours, &ours_plain);
	if (!strcmp(ours_plain.text, theirs_plain.text) && slots == size / 8)
		return;
	if (ignores_off(insns[0], theirs_plain.text)) {
		count->unknown_there++;
		return;
	}
	count->differ++;
	printf("%.*s\n\there: %s\n\tcompared: %s| %s\n", (int)strcspn(line, "\n"), line, ours, theirs_plain.text,
	       ours_plain.text);
}

static void put_insn(struct bpf_insn in)
{
	unsigned char bytes[sizeof(in)];

	memcpy(bytes, &in, sizeof(in));
	for (size_t i = 0; i < sizeof(bytes); i++)
		printf("%s%u", i ? ", " : "\t.byte ", bytes[i]);
	putchar('\n');
}

/* One form with small, large and negative operands; the field that picks it keeps its value. */
static void put_form(const struct insn_form *f)
{
	static const struct bpf_insn operands[] = {
		{ 0, 1, 2, 4, 3 }, { 0, 10, 9, -32768, -1 }, { 0, 0, 0, 0, 0 }, { 0, 3, 10, 32767, 2147483647 },
		{ 0, 5, 5, -1, -2147483648 },
	};
	bool alu = BPF_CLASS(f->code) == BPF_ALU || BPF_CLASS(f->code) == BPF_ALU64;
	bool wide = f->code == BPF_INSN_LD_IMM64;

	for (size_t i = 0; i < sizeof(operands) / sizeof(operands[0]); i++) {
		struct bpf_insn in = operands[i];

		in.code = f->code;
		if (f->by == BY_SRC)
			in.src_reg = (uint8_t)f->value & 15u;
		if (alu || wide)
			in.off = (int16_t)(f->by == BY_OFF ? f->value : 0);
		if (f->by == BY_IMM)
			in.imm = f->value;
		if (f->code == (BPF_JMP | BPF_EXIT))
			in = (struct bpf_insn){ f->code, 0, 0, 0, 0 };
		put_insn(in);
		if (wide)
			put_insn((struct bpf_insn){ 0, 0, 0, 0, operands[i].imm / 3 });
	}
}

/* LLVM has no text for an ld_imm64 with a pseudo source: the linker's business, not the compiler's. */
static void put_all(void)
{
	const struct insn_form *f;

	puts("\t.section all,\"ax\",@progbits");
	for (unsigned n = 0; (f = disasm_form(n)); n++)
		if (f->text && !(f->code == BPF_INSN_LD_IMM64 && f->value))
			put_form(f);
	for (unsigned code = 0; code < 256; code++)
		if (!disasm_form(code)->name)
			put_insn((struct bpf_insn){ (uint8_t)code, 0, 0, 0, 0 });
}

int main(int argc, char **argv)
{
	struct counts count = { 0, 0, 0 };
	char line[1024];

	if (argc > 1 && !strcmp(argv[1], "-a")) {
		put_all();
		return 0;
	}
	while (fgets(line, sizeof(line), stdin))
		compare(line, &count);
	printf("%lu instructions, %lu differ, %lu unknown to llvm-objdump\n", count.all, count.differ,
	       count.unknown_there);
	return count.differ || !count.all;
}
