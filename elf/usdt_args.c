/*
 * Where a marker's arguments are: from the assembler's words to what a program
 * in the kernel can follow.
 *
 *	"-4@%edi 8@-16(%rbp) 1@$7"
 *	  | |    |           `-- a constant
 *	  | |    `-- unsigned, 8 bytes, in memory: 16 below where rbp points
 *	  | `-- the register, as this machine's assembler writes it
 *	  `-- signed, 4 bytes
 *
 * The compiler chose these places, the assembler's operands were copied into the
 * note letter by letter, and so each machine has its own way to write them. In
 * the kernel the registers are struct pt_regs, and a register is an offset in it.
 *
 * In: text of a note  Out: struct usdt_args; the value of a map
 * Kernel: arch/ARCH/include/uapi/asm/ptrace.h struct pt_regs, user_pt_regs, user_regs_struct
 * Try: bpfwalk explain build/progs/throw.bpf.o
 * Next: uapi/sys.h
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/usdt.h"

static const char where[] = "marker";

enum { WORD = 16, NO_REGISTER = 0xffff };

/* ---- registers ------------------------------------------------------------- */

/* In the order of struct pt_regs, 8 bytes each; the names of one separated by blanks. "": has no name that is used. */
static const char *const x86_64[] = {
	"r15 r15d r15w r15b", "r14 r14d r14w r14b", "r13 r13d r13w r13b", "r12 r12d r12w r12b", "rbp ebp bp bpl",
	"rbx ebx bx bl", "r11 r11d r11w r11b", "r10 r10d r10w r10b", "r9 r9d r9w r9b", "r8 r8d r8w r8b",
	"rax eax ax al", "rcx ecx cx cl", "rdx edx dx dl", "rsi esi si sil", "rdi edi di dil", "", "rip eip", "", "",
	"rsp esp sp spl", NULL
};

static const char *const aarch64[] = {
	"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17",
	"x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp", NULL
};

static const char *const riscv[] = {
	"pc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3",
	"s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6", NULL
};

static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (; *words; words += strspn(words, " ")) {
		size_t n = strcspn(words, " ");

		if (n == len && memcmp(words, word, n) == 0)
			return true;
		words += n;
	}
	return false;
}

/* The register's offset, or NO_REGISTER. */
static uint16_t find_register(const char *const *registers, const char *name)
{
	for (uint16_t i = 0; registers[i]; i++)
		if (has_word(registers[i], name))
			return (uint16_t)(8 * i);
	return NO_REGISTER;
}

/* ---- words ----------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static void skip_blanks(const char **s)
{
	while (is_blank(**s))
		(*s)++;
}

/* The character, if it is next; blanks around it do not matter. */
static bool take(const char **s, char c)
{
	skip_blanks(s);
	if (**s != c)
		return false;
	(*s)++;
	skip_blanks(s);
	return true;
}

/* The same for the last of an operand, where blanks behind it end the argument. */
static bool take_last(const char **s, char c)
{
	skip_blanks(s);
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* A decimal number with its sign that fits into 64 bits. */
static bool take_number(const char **s, int64_t *out)
{
	bool negative = **s == '-';
	const char *at = *s + (negative || **s == '+');
	unsigned long long number;
	char *end;

	if (*at < '0' || *at > '9')
		return false;
	errno = 0;
	number = strtoull(at, &end, 10);
	*out = (int64_t)(negative ? 0 - number : number);
	*s = end;
	return !errno && number <= (uint64_t)INT64_MAX + negative;
}

static bool take_register(const char **s, const char *const *registers, uint16_t *out)
{
	char name[WORD];
	size_t len = strspn(*s, "abcdefghijklmnopqrstuvwxyz0123456789");

	if (!len || len >= sizeof(name))
		return false;
	memcpy(name, *s, len);
	name[len] = 0;
	*s += len;
	*out = find_register(registers, name);
	return *out != NO_REGISTER;
}

static bool ends(const char *s)
{
	return !*s || is_blank(*s);
}

/* ---- one argument ---------------------------------------------------------- */

/* ", %rax, 8)" or ", %rax)" behind a base. */
static bool x86_index(const char **s, struct usdt_arg *a)
{
	int64_t scale = 1;

	a->type = USDT_INDEXED;
	if (!take(s, '%') || !take_register(s, x86_64, &a->index))
		return false;
	if (take(s, ',') && !take_number(s, &scale))
		return false;
	while (a->scale_shift < 3 && 1 << a->scale_shift < scale)
		a->scale_shift++;
	return 1 << a->scale_shift == scale;
}

/* $7, %edi, -16(%rbp), -16(%rbp,%rax,8) */
static bool x86_operand(const char **s, struct usdt_arg *a)
{
	int64_t number = 0;

	if (take(s, '$')) {
		a->type = USDT_CONSTANT;
		if (!take_number(s, &number))
			return false;
		a->number = (uint64_t)number;
		return true;
	}
	if (take(s, '%')) {
		a->type = USDT_REGISTER;
		return take_register(s, x86_64, &a->reg);
	}
	a->type = USDT_MEMORY;
	if (**s != '(' && !take_number(s, &number))
		return false;
	a->number = (uint64_t)number;
	if (!take(s, '(') || !take(s, '%') || !take_register(s, x86_64, &a->reg))
		return false;
	if (take(s, ',') && !x86_index(s, a))
		return false;
	return take_last(s, ')');
}

/* 7, x0, [sp], [x29, -16] */
static bool aarch64_operand(const char **s, struct usdt_arg *a)
{
	int64_t number = 0;

	a->type = USDT_CONSTANT;
	if (take(s, '[')) {
		a->type = USDT_MEMORY;
		if (!take_register(s, aarch64, &a->reg) || (take(s, ',') && !take_number(s, &number)))
			return false;
		a->number = (uint64_t)number;
		return take_last(s, ']');
	}
	if (take_number(s, &number)) {
		a->number = (uint64_t)number;
		return true;
	}
	a->type = USDT_REGISTER;
	return take_register(s, aarch64, &a->reg);
}

/* 7, a0, -16(s0) */
static bool riscv_operand(const char **s, struct usdt_arg *a)
{
	int64_t number = 0;

	a->type = USDT_REGISTER;
	if (!take_number(s, &number))
		return take_register(s, riscv, &a->reg);
	a->number = (uint64_t)number;
	a->type = USDT_CONSTANT;
	if (**s != '(')
		return true;
	a->type = USDT_MEMORY;
	if (!take(s, '(') || !take_register(s, riscv, &a->reg))
		return false;
	return take_last(s, ')');
}

static bool operand(uint16_t machine, const char **s, struct usdt_arg *a)
{
	switch (machine) {
	case EM_X86_64:
		return x86_operand(s, a);
	case EM_AARCH64:
		return aarch64_operand(s, a);
	default:
		return riscv_operand(s, a);
	}
}

static int arg_parse(uint16_t machine, const char **s, uint32_t number, struct usdt_arg *out, struct diag *d)
{
	const char *start = *s;
	int64_t size;

	*out = (struct usdt_arg){ 0 };
	if (!take_number(s, &size) || !take(s, '@') || !operand(machine, s, out) || !ends(*s))
		return fail(d, -EINVAL, where, "argument %u, %.*s: expected SIZE@PLACE, a constant, a register, or memory a register"
			    " points to", number, (int)(strcspn(start, " \t\n") < 60 ? strcspn(start, " \t\n") : 60), start);
	out->is_signed = size < 0;
	size = size < 0 && size >= -8 ? -size : size;
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return fail(d, -EINVAL, where, "argument %u has %lld bytes, expected 1, 2, 4 or 8", number, (long long)size);
	out->size = (uint8_t)size;
	return 0;
}

int usdt_args_parse(uint16_t machine, const char *text, struct usdt_args *out, struct diag *d)
{
	int r = 0;

	memset(out, 0, sizeof(*out));
	skip_blanks(&text);
	while (r == 0 && *text) {
		if (out->count == USDT_ARGS)
			return fail(d, -E2BIG, where, "more than %d arguments", USDT_ARGS);
		r = arg_parse(machine, &text, out->count + 1, &out->arg[out->count], d);
		out->count += r == 0;
		skip_blanks(&text);
	}
	return r;
}

/* ---- for programs ---------------------------------------------------------- */

/*
 * libbpf 1.7 made room for an index register. Its header says that the rest
 * stayed where it was; the compilers see it otherwise: each argument grew from
 * 16 to 24 bytes. (The kind was 4 bytes and is 1: no matter.)
 */
static const struct layout {
	size_t size, arg, reg, is_signed, shift;	/* bytes */
	size_t index;			/* 12 bits, and 4 of the scale; 0: there is no room */
	size_t count;
} layouts[] = {
	{ .size = USDT_SPEC_OLD, .arg = 16, .reg = 12, .is_signed = 14, .shift = 15, .count = 200 },
	{ .size = USDT_SPEC, .arg = 24, .reg = 14, .is_signed = 16, .shift = 17, .index = 10, .count = 296 },
};

static int arg_write(const struct layout *l, const struct usdt_arg *a, uint32_t number, unsigned char *to, struct diag *d)
{
	uint16_t index = (uint16_t)(a->index | a->scale_shift << 12);

	if (a->type == USDT_INDEXED && !l->index)
		return fail(d, -EINVAL, where, "argument %u has an index register, which the object's usdt.bpf.h, older than"
			    " libbpf 1.7, cannot read", number);
	memcpy(to, &a->number, sizeof(a->number));
	to[8] = (unsigned char)a->type;
	memcpy(to + l->reg, &a->reg, sizeof(a->reg));
	to[l->is_signed] = a->is_signed;
	to[l->shift] = (unsigned char)(64 - 8 * a->size);
	if (l->index)
		memcpy(to + l->index, &index, sizeof(index));
	return 0;
}

int usdt_spec_write(const struct usdt_args *args, unsigned char *value, size_t size, struct diag *d)
{
	const struct layout *l = size == layouts[0].size ? &layouts[0] : &layouts[1];
	uint16_t count = (uint16_t)args->count;
	int r = 0;

	if (size != l->size)
		return fail(d, -EINVAL, where, "the map __bpf_usdt_specs has values of %zu bytes, expected 208 or 304: no header"
			    " usdt.bpf.h is known that makes it so", size);
	memset(value, 0, size);
	for (uint32_t i = 0; r == 0 && i < args->count; i++)
		r = arg_write(l, &args->arg[i], i + 1, value + i * l->arg, d);
	memcpy(value + l->count, &count, sizeof(count));
	return r;
}
