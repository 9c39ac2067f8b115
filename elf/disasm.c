/*
 * The disassembler: one table, in which every instruction reads as it prints.
 *
 *	forms[0x61]		"rD = *(u32 *)(rS O)"
 *	61 11 08 00 ...		 r1 = *(u32 *)(r1 +8)
 *
 * The capital letters of a text are the instruction's fields, see put_field();
 * all else prints as it stands. For most codes the code byte alone says what the
 * text is. For some a second field picks among several: off makes a division
 * signed, imm says which atomic operation, src_reg what a call calls. Those codes
 * say so in `by`; forms[] has the text for the value 0, variants[] the others.
 *
 * In: instructions  Out: one line of text each
 * Kernel: kernel/bpf/disasm.c print_bpf_insn(); for ld_imm64 with a pseudo source,
 *	which the verifier prints only after it put an address there,
 *	tools/bpf/bpftool/xlated_dumper.c print_imm()
 * Try: make docs, which prints these tables as docs/instructions.md
 * Next: elf/insn_parts.h
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "elf/disasm.h"
#include "uapi/names.h"

/* A row of either table. Code and name are pasted from the same words, so they cannot differ. */
#define FORM(CLASS, OP, ARG, BY, TEXT) \
	[BPF_##CLASS | BPF_##OP | BPF_##ARG] = { BPF_##CLASS | BPF_##OP | BPF_##ARG, BY, 0, #OP, TEXT }
#define VARIANT(CLASS, OP, ARG, BY, VALUE, NAME, TEXT) \
	{ BPF_##CLASS | BPF_##OP | BPF_##ARG, BY, VALUE, NAME, TEXT }

/* Arithmetic: 32 bits (w) or 64 (r), with a constant or a register. */
#define ALU(OP, SIGN) \
	FORM(ALU, OP, K, BY_OFF, "wD " SIGN " I"), FORM(ALU64, OP, K, BY_OFF, "rD " SIGN " I"), \
	FORM(ALU, OP, X, BY_OFF, "wD " SIGN " wS"), FORM(ALU64, OP, X, BY_OFF, "rD " SIGN " rS")
#define ALU_SIGNED(OP, SIGN) \
	VARIANT(ALU, OP, K, BY_OFF, 1, "S" #OP, "wD " SIGN " I"), \
	VARIANT(ALU, OP, X, BY_OFF, 1, "S" #OP, "wD " SIGN " wS"), \
	VARIANT(ALU64, OP, K, BY_OFF, 1, "S" #OP, "rD " SIGN " I"), \
	VARIANT(ALU64, OP, X, BY_OFF, 1, "S" #OP, "rD " SIGN " rS")

#define BYTE_ORDER(CLASS, ARG, WORD) \
	VARIANT(CLASS, END, ARG, BY_IMM, 16, NULL, "rD = " WORD "16 rD"), \
	VARIANT(CLASS, END, ARG, BY_IMM, 32, NULL, "rD = " WORD "32 rD"), \
	VARIANT(CLASS, END, ARG, BY_IMM, 64, NULL, "rD = " WORD "64 rD")

#define JUMP_IF(OP, SIGN) \
	FORM(JMP, OP, K, BY_CODE, "if rD " SIGN " X goto pcO"), FORM(JMP32, OP, K, BY_CODE, "if wD " SIGN " X goto pcO"), \
	FORM(JMP, OP, X, BY_CODE, "if rD " SIGN " rS goto pcO"), FORM(JMP32, OP, X, BY_CODE, "if wD " SIGN " wS goto pcO")

#define MEMORY(SIZE, TYPE) \
	FORM(LDX, MEM, SIZE, BY_CODE, "rD = *(" TYPE " *)(rS O)"), \
	FORM(ST, MEM, SIZE, BY_CODE, "*(" TYPE " *)(rD O) = I"), \
	FORM(STX, MEM, SIZE, BY_CODE, "*(" TYPE " *)(rD O) = rS")
#define PACKET(SIZE, TYPE) \
	FORM(LD, ABS, SIZE, BY_CODE, "r0 = *(" TYPE " *)skb[I]"), \
	FORM(LD, IND, SIZE, BY_CODE, "r0 = *(" TYPE " *)skb[rS + I]")

/* W is "" for 32 bits and "64" for 64, as in the kernel's atomic_t and atomic64_t. */
#define ATOMIC(SIZE, TYPE, W, OP, WORD, SIGN) \
	VARIANT(STX, ATOMIC, SIZE, BY_IMM, BPF_##OP, "BPF_" #OP, "lock *(" TYPE " *)(rD O) " SIGN " rS"), \
	VARIANT(STX, ATOMIC, SIZE, BY_IMM, BPF_##OP | BPF_FETCH, "BPF_" #OP " | BPF_FETCH", \
		"rS = atomic" W "_fetch_" WORD "((" TYPE " *)(rD O), rS)")
#define ATOMIC_RMW(SIZE, TYPE, W) \
	ATOMIC(SIZE, TYPE, W, ADD, "add", "+="), ATOMIC(SIZE, TYPE, W, OR, "or", "|="), \
	ATOMIC(SIZE, TYPE, W, AND, "and", "&="), ATOMIC(SIZE, TYPE, W, XOR, "xor", "^="), \
	VARIANT(STX, ATOMIC, SIZE, BY_IMM, BPF_XCHG, "BPF_XCHG", "rS = atomic" W "_xchg((" TYPE " *)(rD O), rS)"), \
	VARIANT(STX, ATOMIC, SIZE, BY_IMM, BPF_CMPXCHG, "BPF_CMPXCHG", "r0 = atomic" W "_cmpxchg((" TYPE " *)(rD O), r0, rS)")
#define ORDERED(SIZE, TYPE) \
	VARIANT(STX, ATOMIC, SIZE, BY_IMM, BPF_LOAD_ACQ, "BPF_LOAD_ACQ", "rD = load_acquire((" TYPE " *)(rS O))"), \
	VARIANT(STX, ATOMIC, SIZE, BY_IMM, BPF_STORE_REL, "BPF_STORE_REL", "store_release((" TYPE " *)(rD O), rS)")

static const struct insn_form forms[256] = {
	ALU(ADD, "+="), ALU(SUB, "-="), ALU(MUL, "*="), ALU(DIV, "/="), ALU(OR, "|="), ALU(AND, "&="),
	ALU(LSH, "<<="), ALU(RSH, ">>="), ALU(MOD, "%="), ALU(XOR, "^="), ALU(MOV, "="), ALU(ARSH, "s>>="),
	FORM(ALU, NEG, K, BY_CODE, "wD = -wD"), FORM(ALU64, NEG, K, BY_CODE, "rD = -rD"),
	FORM(ALU, END, K, BY_IMM, NULL), FORM(ALU, END, X, BY_IMM, NULL), FORM(ALU64, END, K, BY_IMM, NULL),

	JUMP_IF(JEQ, "=="), JUMP_IF(JGT, ">"), JUMP_IF(JGE, ">="), JUMP_IF(JSET, "&"), JUMP_IF(JNE, "!="),
	JUMP_IF(JSGT, "s>"), JUMP_IF(JSGE, "s>="), JUMP_IF(JLT, "<"), JUMP_IF(JLE, "<="), JUMP_IF(JSLT, "s<"),
	JUMP_IF(JSLE, "s<="),
	FORM(JMP, JA, K, BY_CODE, "goto pcO"), FORM(JMP32, JA, K, BY_CODE, "gotol pcJ"),
	FORM(JMP, JA, X, BY_CODE, "gotox rD"),
	FORM(JMP, JCOND, K, BY_SRC, "may_goto pcO"),
	FORM(JMP, CALL, K, BY_SRC, "call H#I"), FORM(JMP, CALL, X, BY_CODE, "callx rD"),
	FORM(JMP, EXIT, K, BY_CODE, "exit"),

	MEMORY(B, "u8"), MEMORY(H, "u16"), MEMORY(W, "u32"), MEMORY(DW, "u64"),
	FORM(LDX, MEMSX, B, BY_CODE, "rD = *(s8 *)(rS O)"), FORM(LDX, MEMSX, H, BY_CODE, "rD = *(s16 *)(rS O)"),
	FORM(LDX, MEMSX, W, BY_CODE, "rD = *(s32 *)(rS O)"),
	PACKET(B, "u8"), PACKET(H, "u16"), PACKET(W, "u32"),
	FORM(STX, ATOMIC, B, BY_IMM, NULL), FORM(STX, ATOMIC, H, BY_IMM, NULL),
	FORM(STX, ATOMIC, W, BY_IMM, NULL), FORM(STX, ATOMIC, DW, BY_IMM, NULL),
	FORM(LD, IMM, DW, BY_SRC, "rD = L"),
};

static const struct insn_form variants[] = {
	ALU_SIGNED(DIV, "s/="), ALU_SIGNED(MOD, "s%="),
	VARIANT(ALU, MOV, X, BY_OFF, 8, "MOVSX", "wD = (s8)wS"),
	VARIANT(ALU, MOV, X, BY_OFF, 16, "MOVSX", "wD = (s16)wS"),
	VARIANT(ALU64, MOV, X, BY_OFF, 8, "MOVSX", "rD = (s8)rS"),
	VARIANT(ALU64, MOV, X, BY_OFF, 16, "MOVSX", "rD = (s16)rS"),
	VARIANT(ALU64, MOV, X, BY_OFF, 32, "MOVSX", "rD = (s32)rS"),
	VARIANT(ALU64, MOV, X, BY_OFF, 1, "BPF_ADDR_SPACE_CAST", "rD = addr_space_cast(rS, A, B)"),
	BYTE_ORDER(ALU, K, "le"), BYTE_ORDER(ALU, X, "be"), BYTE_ORDER(ALU64, K, "bswap"),

	VARIANT(JMP, CALL, K, BY_SRC, BPF_PSEUDO_CALL, "BPF_PSEUDO_CALL", "call pcJ"),
	VARIANT(JMP, CALL, K, BY_SRC, BPF_PSEUDO_KFUNC_CALL, "BPF_PSEUDO_KFUNC_CALL", "call kernel-function#I"),

	ATOMIC_RMW(W, "u32", ""), ATOMIC_RMW(DW, "u64", "64"),
	ORDERED(B, "u8"), ORDERED(H, "u16"), ORDERED(W, "u32"), ORDERED(DW, "u64"),

	VARIANT(LD, IMM, DW, BY_SRC, BPF_PSEUDO_MAP_FD, "BPF_PSEUDO_MAP_FD", "rD = map[fd:I]"),
	VARIANT(LD, IMM, DW, BY_SRC, BPF_PSEUDO_MAP_VALUE, "BPF_PSEUDO_MAP_VALUE", "rD = map[fd:I][0]+N"),
	VARIANT(LD, IMM, DW, BY_SRC, BPF_PSEUDO_BTF_ID, "BPF_PSEUDO_BTF_ID", "rD = btf[fd:N][id:I]"),
	VARIANT(LD, IMM, DW, BY_SRC, BPF_PSEUDO_FUNC, "BPF_PSEUDO_FUNC", "rD = subprog[J]"),
	VARIANT(LD, IMM, DW, BY_SRC, BPF_PSEUDO_MAP_IDX, "BPF_PSEUDO_MAP_IDX", "rD = map[idx:I]"),
	VARIANT(LD, IMM, DW, BY_SRC, BPF_PSEUDO_MAP_IDX_VALUE, "BPF_PSEUDO_MAP_IDX_VALUE", "rD = map[idx:I][0]+N"),
};

static const char *helper_name(int32_t number)
{
	const char *name = number < 0 ? NULL : name_of(NAMES_HELPER, (uint64_t)number);

	return name ? name : "unknown";
}

static int32_t picked_by(struct bpf_insn in, uint8_t by)
{
	return by == BY_OFF ? in.off : by == BY_IMM ? in.imm : by == BY_SRC ? in.src_reg : 0;
}

const struct insn_form *disasm_form_of(struct bpf_insn in)
{
	const struct insn_form *f = &forms[in.code];
	int32_t value = picked_by(in, f->by);

	if (f->text && f->value == value)
		return f;
	if (f->by == BY_CODE)
		return NULL;
	for (f = variants; f < variants + sizeof(variants) / sizeof(variants[0]); f++)
		if (f->code == in.code && f->value == value)
			return f;
	return NULL;
}

const struct insn_form *disasm_form(unsigned n)
{
	if (n < 256)
		return &forms[n];
	n -= 256;
	return n < sizeof(variants) / sizeof(variants[0]) ? &variants[n] : NULL;
}

bool disasm_has_variants(uint8_t code)
{
	const struct insn_form *f;

	for (unsigned n = 256; (f = disasm_form(n)); n++)
		if (f->code == code)
			return true;
	return false;
}

bool disasm_known(struct bpf_insn insn)
{
	return disasm_form_of(insn) != NULL;
}

bool disasm_target(struct bpf_insn insn, uint32_t at, int64_t *target)
{
	const struct insn_form *f = disasm_form_of(insn);
	const char *distance = f && f->code != BPF_INSN_CALL ? strstr(f->text, " pc") : NULL;

	if (!distance)
		return false;
	*target = (int64_t)at + 1 + (distance[3] == 'O' ? insn.off : insn.imm);
	return true;
}

struct text {
	char *out;
	size_t size, len;
};

__attribute__((format(printf, 2, 3)))
static void put(struct text *t, const char *fmt, ...)
{
	size_t room = t->len < t->size ? t->size - t->len : 0;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? t->out + t->len : NULL, room, fmt, ap);
	va_end(ap);
	t->len += n > 0 ? (size_t)n : 0;
}

/* What a letter of a text stands for; one that stands for nothing is itself. */
static void put_field(struct text *t, char field, struct bpf_insn in, int32_t second_imm)
{
	uint32_t imm = (uint32_t)in.imm;

	switch (field) {
	case 'D': put(t, "%d", in.dst_reg); break;
	case 'S': put(t, "%d", in.src_reg); break;
	case 'O': put(t, "%+d", in.off); break;
	case 'I': put(t, "%d", in.imm); break;
	case 'J': put(t, "%+d", in.imm); break;
	case 'X': put(t, "0x%x", imm); break;
	case 'A': put(t, "%u", imm >> 16); break;
	case 'B': put(t, "%u", imm & 0xffff); break;
	case 'L': put(t, "0x%llx", (unsigned long long)(uint32_t)second_imm << 32 | imm); break;
	case 'N': put(t, "%d", second_imm); break;
	case 'H': put(t, "%s", helper_name(in.imm)); break;
	default: put(t, "%c", field);
	}
}

static void put_bytes(struct text *t, const struct bpf_insn *insns, unsigned slots)
{
	const unsigned char *byte = (const unsigned char *)insns;

	put(t, "unknown:");
	for (size_t i = 0; i < slots * sizeof(*insns); i++)
		put(t, " %02x", byte[i]);
}

unsigned disasm(const struct bpf_insn *insns, uint32_t at, uint32_t left, char *out, size_t size)
{
	const struct bpf_insn *in = insns + at;
	const struct insn_form *f = disasm_form_of(*in);
	bool wide = in->code == BPF_INSN_LD_IMM64;
	struct text t = { out, size, 0 };

	if (size)
		out[0] = 0;
	if (wide && (left < 2 || in[1].code)) {
		put(&t, "(%02x) incomplete", in->code);
		return 1;
	}
	if (f)
		for (const char *c = f->text; *c; c++)
			put_field(&t, *c, *in, wide ? in[1].imm : 0);
	else
		put_bytes(&t, in, wide ? 2 : 1);
	return wide ? 2 : 1;
}
