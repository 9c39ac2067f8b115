/*
 * The disassembler, row by row: what each form prints, what it refuses, where jumps go.
 *
 * The texts here are written out from the instruction set's document and the kernel's print_bpf_insn(); that the rest of
 * the world agrees is shown by tests/kernel_disasm.c (the verifier's log) and tests/oracle_disasm.c (llvm-objdump).
 *
 * Next: tests/kernel_disasm.c
 */
#include "tests/check.h"

#include "elf/disasm.h"
#include "elf/insn_parts.h"

#define INSN(CODE, DST, SRC, OFF, IMM) ((struct bpf_insn){ (uint8_t)(CODE), (DST) & 15, (SRC) & 15, OFF, IMM })

static const char *text_of(struct bpf_insn first, struct bpf_insn second)
{
	const struct bpf_insn insns[2] = { first, second };
	static char out[128];
	bool wide = first.code == BPF_INSN_LD_IMM64;

	CHECK_INT(disasm(insns, 0, 2, out, sizeof(out)), wide ? 2 : 1);
	return out;
}

#define READS(CODE, DST, SRC, OFF, IMM, TEXT) \
	CHECK_STR(text_of(INSN(CODE, DST, SRC, OFF, IMM), INSN(0, 0, 0, 0, 7)), TEXT)

TEST(arithmetic)
{
	READS(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, -8, "r1 += -8");
	READS(BPF_ALU64 | BPF_ADD | BPF_X, 10, 9, 0, 0, "r10 += r9");
	READS(BPF_ALU | BPF_SUB | BPF_K, 2, 0, 0, INT32_MIN, "w2 -= -2147483648");
	READS(BPF_ALU | BPF_MUL | BPF_X, 3, 4, 0, 0, "w3 *= w4");
	READS(BPF_ALU64 | BPF_OR | BPF_K, 1, 0, 0, 255, "r1 |= 255");
	READS(BPF_ALU64 | BPF_AND | BPF_K, 1, 0, 0, 255, "r1 &= 255");
	READS(BPF_ALU64 | BPF_LSH | BPF_K, 1, 0, 0, 32, "r1 <<= 32");
	READS(BPF_ALU64 | BPF_RSH | BPF_K, 1, 0, 0, 32, "r1 >>= 32");
	READS(BPF_ALU | BPF_ARSH | BPF_X, 1, 2, 0, 0, "w1 s>>= w2");
	READS(BPF_ALU64 | BPF_XOR | BPF_X, 1, 2, 0, 0, "r1 ^= r2");
	READS(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0, "r6 = r1");
	READS(BPF_ALU | BPF_MOV | BPF_K, 0, 0, 0, 0, "w0 = 0");
	READS(BPF_ALU64 | BPF_NEG | BPF_K, 5, 0, 0, 0, "r5 = -r5");
	READS(BPF_ALU | BPF_NEG | BPF_K, 5, 0, 0, 0, "w5 = -w5");
}

TEST(arithmetic_picked_by_off)
{
	READS(BPF_ALU64 | BPF_DIV | BPF_K, 1, 0, 0, 3, "r1 /= 3");
	READS(BPF_ALU64 | BPF_DIV | BPF_K, 1, 0, 1, -3, "r1 s/= -3");
	READS(BPF_ALU | BPF_MOD | BPF_X, 1, 2, 0, 0, "w1 %= w2");
	READS(BPF_ALU | BPF_MOD | BPF_X, 1, 2, 1, 0, "w1 s%= w2");
	READS(BPF_ALU | BPF_MOV | BPF_X, 1, 2, 8, 0, "w1 = (s8)w2");
	READS(BPF_ALU64 | BPF_MOV | BPF_X, 1, 2, 16, 0, "r1 = (s16)r2");
	READS(BPF_ALU64 | BPF_MOV | BPF_X, 1, 2, 32, 0, "r1 = (s32)r2");
	READS(BPF_ALU64 | BPF_MOV | BPF_X, 1, 2, 1, 1, "r1 = addr_space_cast(r2, 0, 1)");
	READS(BPF_ALU64 | BPF_MOV | BPF_X, 1, 2, 1, (int32_t)0xfffe0003, "r1 = addr_space_cast(r2, 65534, 3)");
}

TEST(byte_order)
{
	READS(BPF_ALU | BPF_END | BPF_K, 1, 0, 0, 16, "r1 = le16 r1");
	READS(BPF_ALU | BPF_END | BPF_X, 1, 0, 0, 32, "r1 = be32 r1");
	READS(BPF_ALU64 | BPF_END | BPF_K, 1, 0, 0, 64, "r1 = bswap64 r1");
}

TEST(memory)
{
	READS(BPF_LDX | BPF_MEM | BPF_W, 1, 1, 8, 0, "r1 = *(u32 *)(r1 +8)");
	READS(BPF_LDX | BPF_MEM | BPF_DW, 1, 10, -8, 0, "r1 = *(u64 *)(r10 -8)");
	READS(BPF_LDX | BPF_MEMSX | BPF_B, 1, 2, 0, 0, "r1 = *(s8 *)(r2 +0)");
	READS(BPF_LDX | BPF_MEMSX | BPF_H, 1, 2, 0, 0, "r1 = *(s16 *)(r2 +0)");
	READS(BPF_LDX | BPF_MEMSX | BPF_W, 1, 2, 0, 0, "r1 = *(s32 *)(r2 +0)");
	READS(BPF_ST | BPF_MEM | BPF_H, 10, 0, INT16_MIN, -1, "*(u16 *)(r10 -32768) = -1");
	READS(BPF_STX | BPF_MEM | BPF_B, 10, 3, -1, 0, "*(u8 *)(r10 -1) = r3");
	READS(BPF_LD | BPF_ABS | BPF_H, 0, 0, 0, 12, "r0 = *(u16 *)skb[12]");
	READS(BPF_LD | BPF_IND | BPF_B, 0, 7, 0, -4, "r0 = *(u8 *)skb[r7 + -4]");
}

TEST(atomics)
{
	enum { W = BPF_STX | BPF_ATOMIC | BPF_W, DW = BPF_STX | BPF_ATOMIC | BPF_DW };

	READS(W, 1, 2, 4, BPF_ADD, "lock *(u32 *)(r1 +4) += r2");
	READS(DW, 1, 2, 4, BPF_OR, "lock *(u64 *)(r1 +4) |= r2");
	READS(DW, 1, 2, 4, BPF_AND, "lock *(u64 *)(r1 +4) &= r2");
	READS(W, 1, 2, 4, BPF_XOR, "lock *(u32 *)(r1 +4) ^= r2");
	READS(W, 1, 2, -4, BPF_ADD | BPF_FETCH, "r2 = atomic_fetch_add((u32 *)(r1 -4), r2)");
	READS(DW, 1, 2, -4, BPF_XOR | BPF_FETCH, "r2 = atomic64_fetch_xor((u64 *)(r1 -4), r2)");
	READS(DW, 1, 2, 0, BPF_AND | BPF_FETCH, "r2 = atomic64_fetch_and((u64 *)(r1 +0), r2)");
	READS(W, 1, 2, 0, BPF_OR | BPF_FETCH, "r2 = atomic_fetch_or((u32 *)(r1 +0), r2)");
	READS(DW, 1, 2, 0, BPF_XCHG, "r2 = atomic64_xchg((u64 *)(r1 +0), r2)");
	READS(W, 1, 2, 0, BPF_CMPXCHG, "r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r2)");
	READS(BPF_STX | BPF_ATOMIC | BPF_B, 1, 2, 3, BPF_LOAD_ACQ, "r1 = load_acquire((u8 *)(r2 +3))");
	READS(BPF_STX | BPF_ATOMIC | BPF_H, 1, 2, 3, BPF_STORE_REL, "store_release((u16 *)(r1 +3), r2)");
	READS(DW, 1, 2, 3, BPF_LOAD_ACQ, "r1 = load_acquire((u64 *)(r2 +3))");
}

TEST(jumps)
{
	READS(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2, 9, "if r1 == 0x9 goto pc+2");
	READS(BPF_JMP | BPF_JSGT | BPF_K, 1, 0, -2, -1, "if r1 s> 0xffffffff goto pc-2");
	READS(BPF_JMP32 | BPF_JSLE | BPF_X, 1, 2, 0, 0, "if w1 s<= w2 goto pc+0");
	READS(BPF_JMP | BPF_JSET | BPF_X, 1, 2, 1, 0, "if r1 & r2 goto pc+1");
	READS(BPF_JMP | BPF_JA, 0, 0, -5, 0, "goto pc-5");
	READS(BPF_JMP32 | BPF_JA, 0, 0, 0, 100000, "gotol pc+100000");
	READS(BPF_JMP | BPF_JA | BPF_X, 3, 0, 0, 0, "gotox r3");
	READS(BPF_JMP | BPF_JCOND, 0, 0, 4, 0, "may_goto pc+4");
	READS(BPF_JMP | BPF_EXIT, 0, 0, 0, 0, "exit");
}

TEST(calls)
{
	READS(BPF_JMP | BPF_CALL, 0, 0, 0, 1, "call bpf_map_lookup_elem#1");
	READS(BPF_JMP | BPF_CALL, 0, 0, 0, 211, "call bpf_cgrp_storage_delete#211");
	READS(BPF_JMP | BPF_CALL, 0, 0, 0, 0, "call bpf_unspec#0");
	READS(BPF_JMP | BPF_CALL, 0, 0, 0, 212, "call unknown#212");
	READS(BPF_JMP | BPF_CALL, 0, 0, 0, -1, "call unknown#-1");
	READS(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, -1, "call pc-1");
	READS(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 7, "call pc+7");
	READS(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 0, 77, "call kernel-function#77");
	READS(BPF_JMP | BPF_CALL | BPF_X, 4, 0, 0, 0, "callx r4");
}

TEST(ld_imm64)
{
	READS(BPF_INSN_LD_IMM64, 1, 0, 0, -1, "r1 = 0x7ffffffff");
	READS(BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_MAP_FD, 0, 5, "r1 = map[fd:5]");
	READS(BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_MAP_VALUE, 0, 5, "r1 = map[fd:5][0]+7");
	READS(BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_BTF_ID, 0, 5, "r1 = btf[fd:7][id:5]");
	READS(BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_FUNC, 0, 5, "r1 = subprog[+5]");
	READS(BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_MAP_IDX, 0, 5, "r1 = map[idx:5]");
	READS(BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_MAP_IDX_VALUE, 0, 5, "r1 = map[idx:5][0]+7");
}

TEST(ld_imm64_without_its_second_half)
{
	struct bpf_insn pair[2] = { INSN(BPF_INSN_LD_IMM64, 1, 0, 0, 1), INSN(0, 0, 0, 0, 0) };
	char out[128];

	CHECK_INT(disasm(pair, 0, 1, out, sizeof(out)), 1);
	CHECK_STR(out, "(18) incomplete");
	CHECK_INT(disasm(pair, 0, 2, out, sizeof(out)), 2);
	CHECK_STR(out, "r1 = 0x1");

	pair[1] = INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	CHECK_INT(disasm(pair, 0, 2, out, sizeof(out)), 1);
	CHECK_STR(out, "(18) incomplete");
	CHECK_INT(disasm(pair, 1, 1, out, sizeof(out)), 1);
	CHECK_STR(out, "exit");
}

TEST(what_is_not_in_the_table_is_bytes)
{
	READS(0xff, 1, 2, 3, 4, "unknown: ff 21 03 00 04 00 00 00");
	READS(0, 0, 0, 0, 0, "unknown: 00 00 00 00 00 00 00 00");
	READS(BPF_LDX | BPF_MEMSX | BPF_DW, 0, 0, 0, 0, "unknown: 99 00 00 00 00 00 00 00");
	READS(BPF_ALU64 | BPF_ADD | BPF_X, 1, 2, 1, 0, "unknown: 0f 21 01 00 00 00 00 00");
	READS(BPF_ALU | BPF_MOV | BPF_X, 1, 2, 32, 0, "unknown: bc 21 20 00 00 00 00 00");
	READS(BPF_ALU | BPF_MOV | BPF_K, 1, 0, 8, 0, "unknown: b4 01 08 00 00 00 00 00");
	READS(BPF_ALU | BPF_END | BPF_K, 1, 0, 0, 24, "unknown: d4 01 00 00 18 00 00 00");
	READS(BPF_JMP | BPF_JCOND, 0, 1, 4, 0, "unknown: e5 10 04 00 00 00 00 00");
	READS(BPF_JMP | BPF_CALL, 0, 3, 0, 0, "unknown: 85 30 00 00 00 00 00 00");
	READS(BPF_JMP32 | BPF_CALL, 0, 0, 0, 1, "unknown: 86 00 00 00 01 00 00 00");
	READS(BPF_STX | BPF_ATOMIC | BPF_H, 1, 2, 0, BPF_ADD, "unknown: cb 21 00 00 00 00 00 00");
	READS(BPF_STX | BPF_ATOMIC | BPF_DW, 1, 2, 0, BPF_SUB, "unknown: db 21 00 00 10 00 00 00");
	READS(BPF_INSN_LD_IMM64, 1, 7, 0, 5, "unknown: 18 71 00 00 05 00 00 00 00 00 00 00 07 00 00 00");
}

TEST(targets)
{
	static const struct {
		struct bpf_insn insn;
		int64_t target;		/* from 10; -1000: none */
	} cases[] = {
		{ { BPF_JMP | BPF_JA, 0, 0, 0, 99 }, 11 },
		{ { BPF_JMP | BPF_JA, 0, 0, -1, 99 }, 10 },
		{ { BPF_JMP | BPF_JA, 0, 0, -20, 99 }, -9 },
		{ { BPF_JMP32 | BPF_JA, 0, 0, 3, 100000 }, 100011 },
		{ { BPF_JMP32 | BPF_JA, 0, 0, 3, INT32_MAX }, 11LL + INT32_MAX },
		{ { BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2, 9 }, 13 },
		{ { BPF_JMP32 | BPF_JSLT | BPF_X, 1, 2, 2, 9 }, 13 },
		{ { BPF_JMP | BPF_JCOND, 0, 0, 5, 0 }, 16 },
		{ { BPF_JMP | BPF_JCOND, 0, 1, 5, 0 }, -1000 },
		{ { BPF_JMP | BPF_JA | BPF_X, 1, 0, 5, 0 }, -1000 },
		{ { BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 5, 5 }, -1000 },
		{ { BPF_JMP | BPF_CALL, 0, 0, 5, 5 }, -1000 },
		{ { BPF_JMP | BPF_EXIT, 0, 0, 5, 5 }, -1000 },
		{ { BPF_LDX | BPF_MEM | BPF_W, 0, 0, 5, 5 }, -1000 },
		{ { 0xff, 0, 0, 5, 5 }, -1000 },
	};
	int64_t target;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu", i);
		target = -1000;
		CHECK_INT(disasm_target(cases[i].insn, 10, &target), cases[i].target != -1000);
		CHECK_INT(target, cases[i].target);
	}
}

TEST(every_code_is_known_or_bytes)
{
	static const int32_t imms[] = { 0, 1, 16, 0x41, BPF_XCHG, BPF_CMPXCHG, BPF_LOAD_ACQ, INT32_MIN, INT32_MAX };
	static const int16_t offs[] = { 0, 1, 8, 16, 32, INT16_MIN, INT16_MAX };
	unsigned known = 0;

	for (unsigned code = 0; code < 256; code++)
		for (unsigned regs = 0; regs < 256; regs += 5)
			for (size_t o = 0; o < sizeof(offs) / sizeof(offs[0]); o++)
				for (size_t m = 0; m < sizeof(imms) / sizeof(imms[0]); m++) {
					struct bpf_insn in = INSN(code, regs, regs >> 4, offs[o], imms[m]);
					const char *text = text_of(in, INSN(0, 0, 0, 0, imms[m]));
					bool bytes = !strncmp(text, "unknown: ", 9);

					NOTE("%02x %02x %d %d", code, regs, offs[o], imms[m]);
					CHECK(strlen(text) < 127);
					CHECK(disasm_known(in) != bytes);
					CHECK(bytes || !strpbrk(text, "ABDHIJLNOSX"));
					known += !bytes;
				}
	CHECK(known > 1000);
}

TEST(the_output_is_cut_at_its_size)
{
	const struct bpf_insn in = INSN(BPF_STX | BPF_ATOMIC | BPF_DW, 10, 10, INT16_MIN, BPF_FETCH);
	const char *whole = "r10 = atomic64_fetch_add((u64 *)(r10 -32768), r10)";

	for (size_t size = 0; size < 60; size++) {
		char *out = malloc(size ? size : 1);	/* exact, so that the sanitizer sees a byte too many */

		NOTE("size %zu", size);
		CHECK(out);
		disasm(&in, 0, 1, out, size);
		if (size) {
			CHECK_INT(strlen(out), size <= strlen(whole) ? size - 1 : strlen(whole));
			CHECK_MEM(out, whole, strlen(out));
		}
		free(out);
	}
}

TEST(the_table_has_no_holes_and_no_doubles)
{
	const struct insn_form *f, *g;
	unsigned rows = 0;

	for (unsigned n = 0; (f = disasm_form(n)); n++) {
		NOTE("row %u", n);
		if (n < 256 && f->name)
			CHECK_INT(f->code, n);
		CHECK(n >= 256 || f->name || !f->text);
		CHECK(f->text || !f->name || f->by != BY_CODE);
		for (unsigned m = n + 1; f->text && (g = disasm_form(m)); m++)
			CHECK(!g->text || g->code != f->code || (g->by == f->by && g->value != f->value));
		rows += !!f->text;
	}
	CHECK(rows > 180);
}

/* "operation=1:BPF_JEQ source=0:BPF_K ...", what each part says. */
static const char *parts_of(const struct bpf_insn *in, uint32_t count)
{
	struct insn_part parts[INSN_PARTS];
	static char out[1024];
	size_t len = 0;
	unsigned n = insn_parts(in, count, parts);

	out[0] = 0;
	for (unsigned i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%s=%lld%s%s%s", i ? " " : "", parts[i].field,
					(long long)parts[i].value, parts[i].name[0] ? ":" : "", parts[i].name,
					strcmp(parts[i].text, "not used") ? "" : "-");
	return out;
}

#define PARTS(CODE, DST, SRC, OFF, IMM, TEXT) do {					\
	const struct bpf_insn pair[2] = { INSN(CODE, DST, SRC, OFF, IMM), INSN(0, 0, 0, 0, 7) };	\
	CHECK_STR(parts_of(pair, 2), TEXT);						\
} while (0)

TEST(parts)
{
	PARTS(BPF_JMP32 | BPF_JEQ | BPF_K, 1, 0, 2, 9,
	      "operation=1:BPF_JEQ source=0:BPF_K class=6:BPF_JMP32 src=0- dst=1:r1 off=2 imm=9");
	PARTS(BPF_LDX | BPF_MEM | BPF_H, 1, 10, -8, 0,
	      "mode=3:BPF_MEM size=1:BPF_H class=1:BPF_LDX src=10:r10 dst=1:r1 off=-8 imm=0-");
	PARTS(BPF_ST | BPF_MEM | BPF_B, 1, 0, 3, -1,
	      "mode=3:BPF_MEM size=2:BPF_B class=2:BPF_ST src=0- dst=1:r1 off=3 imm=-1");
	PARTS(BPF_ALU64 | BPF_DIV | BPF_X, 1, 2, 1, 0,
	      "operation=3:BPF_DIV source=1:BPF_X class=7:BPF_ALU64 src=2:r2 dst=1:r1 off=1:SDIV imm=0-");
	PARTS(BPF_JMP | BPF_CALL, 0, 0, 0, 1,
	      "operation=8:BPF_CALL source=0:BPF_K class=5:BPF_JMP src=0 dst=0- off=0- imm=1:bpf_map_lookup_elem");
	PARTS(BPF_JMP | BPF_CALL, 0, 1, 0, -1,
	      "operation=8:BPF_CALL source=0:BPF_K class=5:BPF_JMP src=1:BPF_PSEUDO_CALL dst=0- off=0- imm=-1");
	PARTS(BPF_STX | BPF_ATOMIC | BPF_DW, 1, 2, 8, BPF_ADD | BPF_FETCH,
	      "mode=6:BPF_ATOMIC size=3:BPF_DW class=3:BPF_STX src=2:r2 dst=1:r1 off=8 imm=1:BPF_ADD | BPF_FETCH");
	PARTS(BPF_INSN_LD_IMM64, 1, 0, 0, -1,
	      "mode=0:BPF_IMM size=3:BPF_DW class=0:BPF_LD src=0 dst=1:r1 off=0- imm=-1 code=0 imm=7");
	PARTS(BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_MAP_FD, 0, 5,
	      "mode=0:BPF_IMM size=3:BPF_DW class=0:BPF_LD src=1:BPF_PSEUDO_MAP_FD dst=1:r1 off=0- imm=5 code=0 imm=7-");
	PARTS(0xff, 1, 2, 3, 4, "");
	PARTS(BPF_ALU64 | BPF_ADD | BPF_X, 1, 2, 1, 0, "");	/* off 1 picks nothing */
	CHECK_STR(parts_of(&(struct bpf_insn){ BPF_INSN_LD_IMM64, 1, 0, 0, 5 }, 1), "");
	CHECK_INT(insn_parts(NULL, 0, NULL), 0);
}

/* All bits of every instruction that is known are in one part, and are what it says. */
TEST(parts_are_the_whole)
{
	const struct insn_form *f;

	for (unsigned n = 0; (f = disasm_form(n)); n++) {
		struct bpf_insn in[2] = { INSN(f->code, 10, 9, -2, -3), INSN(0, 0, 0, 0, -5) };
		struct insn_part parts[INSN_PARTS];
		unsigned char want[16], got[16] = { 0 };
		unsigned count;

		if (!f->text)
			continue;
		in->off = (int16_t)(f->by == BY_OFF ? f->value : in->off);
		in->imm = f->by == BY_IMM ? f->value : in->imm;
		in->src_reg = f->by == BY_SRC ? (uint8_t)f->value & 15u : in->src_reg;
		memcpy(want, in, sizeof(want));
		NOTE("row %u", n);
		count = insn_parts(in, 2, parts);
		CHECK(count >= 7);
		for (unsigned i = 0; i < count; i++)
			for (unsigned b = 0; b < parts[i].bytes; b++)
				got[parts[i].byte + b] = (unsigned char)(got[parts[i].byte + b] +
					((uint64_t)parts[i].value << parts[i].low >> 8 * b));
		CHECK_MEM(got, want, f->code == BPF_INSN_LD_IMM64 ? 16 : 8);
	}
}
