/*
 * An instruction taken apart: every field, where its bits are, what they say.
 *
 *	16 01 01 00 09 00 00 00		if w1 == 0x9 goto pc+1
 *	|  |  |     +- imm		9
 *	|  |  +- off			1
 *	|  +- src, dst			0, r1
 *	+- operation, source, class	0001 0 110: BPF_JEQ, BPF_K, BPF_JMP32
 *
 * Kernel: Documentation/bpf/standardization/instruction-set.rst
 * Next: elf/insn_parts.c
 */
#ifndef ELF_INSN_PARTS_H
#define ELF_INSN_PARTS_H

#include <stdint.h>

#include "uapi/bpf_insn.h"

enum { INSN_PARTS = 9 };		/* of an ld_imm64; others have 7 */

struct insn_part {
	const char *field;		/* "operation", "dst"; what is in the second slot has the name of the first */
	uint8_t byte, bytes;		/* where: bytes from the start of the instruction */
	uint8_t low, bits;		/* which bits of that one byte; bits 0: all of all bytes */
	int64_t value;
	char name[48];			/* what the value is called: "BPF_JEQ", "r1"; "" */
	const char *text;		/* what it does here; "" */
};

/*
 * Fills out with the fields of insns[0], ascending by byte, from the upper bits
 * to the lower, and returns how many there are. 0 for what the disassembler
 * does not know, and for an ld_imm64 without its second half (count is the
 * number of instructions there are).
 */
unsigned insn_parts(const struct bpf_insn *insns, uint32_t count, struct insn_part out[INSN_PARTS]);

#endif
