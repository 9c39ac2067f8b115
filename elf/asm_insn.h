/*
 * One instruction, from the text that the disassembler prints to its bytes.
 *
 *	"if w1 == 0x9 goto pc+1"		16 01 01 00 09 00 00 00
 *	"if w1 == 0x9 goto done"		16 01 .. .. 09 00 00 00		waits for a label
 *	"r1 = &counts"				18 01 00 00 .. .. .. .. ...	waits for an address
 *	"call hash"				85 10 00 00 .. .. .. ..		waits for a function, or a helper's number
 *
 * Next: elf/asm_insn.c
 */
#ifndef ELF_ASM_INSN_H
#define ELF_ASM_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uapi/bpf_insn.h"

enum asm_waits {
	WAITS_NOT,
	WAITS_OFF,		/* off is the distance to a label */
	WAITS_IMM,		/* imm is */
	WAITS_CALL,		/* of a function, or of a helper by its name alone */
	WAITS_ADDRESS,		/* of a symbol, plus imm */
};

struct asm_insn {
	struct bpf_insn insns[2];
	unsigned slots;
	enum asm_waits waits;
	const char *name;	/* what it waits for: a part of the text */
	size_t name_len;
};

/* True if some instruction reads like this. Blanks around it do not matter. */
bool asm_insn_parse(const char *text, struct asm_insn *out);

/* The length of the name that s begins with: letters, digits, _ . $, not a digit first; 0: none. */
size_t asm_name_length(const char *s);

#endif
