/*
 * One BPF instruction: eight bytes, always.
 *
 *	 byte 0      byte 1       bytes 2-3   bytes 4-7
 *	+---------+-----+-----+-----------+---------------------+
 *	|  code   | src | dst |    off    |         imm         |
 *	+---------+-----+-----+-----------+---------------------+
 *	              4     4    signed 16       signed 32          little endian
 *
 * Only ld_imm64 takes two of them: a 64-bit constant needs the imm of a second
 * slot whose code is 0. Every loop over instructions has to remember that.
 *
 * Kernel: include/uapi/linux/bpf.h struct bpf_insn, include/uapi/linux/bpf_common.h
 * Next: uapi/btf.h
 */
#ifndef UAPI_BPF_INSN_H
#define UAPI_BPF_INSN_H

#include <stdint.h>

struct bpf_insn {
	uint8_t code;
	uint8_t dst_reg : 4;
	uint8_t src_reg : 4;
	int16_t off;
	int32_t imm;
};

_Static_assert(sizeof(struct bpf_insn) == 8, "an instruction is eight bytes");

/* code, lowest three bits: the class */
#define BPF_CLASS(code)	((code) & 0x07)
#define BPF_LD		0x00
#define BPF_LDX		0x01
#define BPF_ST		0x02
#define BPF_STX		0x03
#define BPF_ALU		0x04
#define BPF_JMP		0x05
#define BPF_JMP32	0x06
#define BPF_ALU64	0x07

/* load and store: size and mode */
#define BPF_SIZE(code)	((code) & 0x18)
#define BPF_W		0x00
#define BPF_H		0x08
#define BPF_B		0x10
#define BPF_DW		0x18
#define BPF_MODE(code)	((code) & 0xe0)
#define BPF_IMM		0x00
#define BPF_ABS		0x20
#define BPF_IND		0x40
#define BPF_MEM		0x60
#define BPF_MEMSX	0x80
#define BPF_ATOMIC	0xc0

/* arithmetic and jumps: operation and source */
#define BPF_OP(code)	((code) & 0xf0)
#define BPF_SRC(code)	((code) & 0x08)
#define BPF_K		0x00
#define BPF_X		0x08

#define BPF_ADD		0x00
#define BPF_SUB		0x10
#define BPF_MUL		0x20
#define BPF_DIV		0x30
#define BPF_OR		0x40
#define BPF_AND		0x50
#define BPF_LSH		0x60
#define BPF_RSH		0x70
#define BPF_NEG		0x80
#define BPF_MOD		0x90
#define BPF_XOR		0xa0
#define BPF_MOV		0xb0
#define BPF_ARSH	0xc0
#define BPF_END		0xd0

#define BPF_JA		0x00
#define BPF_JEQ		0x10
#define BPF_JGT		0x20
#define BPF_JGE		0x30
#define BPF_JSET	0x40
#define BPF_JNE		0x50
#define BPF_JSGT	0x60
#define BPF_JSGE	0x70
#define BPF_CALL	0x80
#define BPF_EXIT	0x90
#define BPF_JLT		0xa0
#define BPF_JLE		0xb0
#define BPF_JSLT	0xc0
#define BPF_JSLE	0xd0
#define BPF_JCOND	0xe0

/* atomic operations, in imm */
#define BPF_FETCH	0x01
#define BPF_XCHG	(0xe0 | BPF_FETCH)
#define BPF_CMPXCHG	(0xf0 | BPF_FETCH)
#define BPF_LOAD_ACQ	0x100
#define BPF_STORE_REL	0x110

/* src_reg of ld_imm64: what the constant is */
#define BPF_PSEUDO_MAP_FD		1
#define BPF_PSEUDO_MAP_VALUE		2
#define BPF_PSEUDO_BTF_ID		3
#define BPF_PSEUDO_FUNC			4
#define BPF_PSEUDO_MAP_IDX		5
#define BPF_PSEUDO_MAP_IDX_VALUE	6

/* src_reg of call: what is called (0: a helper, by its number) */
#define BPF_PSEUDO_CALL			1
#define BPF_PSEUDO_KFUNC_CALL		2

#define BPF_REG_10			10
#define BPF_INSN_LD_IMM64		(BPF_LD | BPF_IMM | BPF_DW)
#define BPF_INSN_CALL			(BPF_JMP | BPF_CALL)

#endif
