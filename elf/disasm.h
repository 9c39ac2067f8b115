/*
 * The disassembler: an instruction in the notation of the kernel's verifier.
 *
 *	61 11 08 00 00 00 00 00    r1 = *(u32 *)(r1 +8)
 *	15 01 02 00 09 00 00 00    if r1 == 0x9 goto pc+2
 *
 * One table, indexed by the code byte, says how each of the 256 codes reads;
 * what the table does not have is printed as bytes, never guessed.
 *
 * Kernel: kernel/bpf/disasm.c print_bpf_insn() for the notation,
 *	Documentation/bpf/standardization/instruction-set.rst for the encodings
 * Next: elf/disasm.c
 */
#ifndef ELF_DISASM_H
#define ELF_DISASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uapi/bpf_insn.h"

/*
 * Writes the text of insns[at] to out (always NUL-terminated, cut at size; 128
 * bytes are always enough) and returns the slots it takes: 2 for ld_imm64, else
 * 1. left is the number of instructions from `at` on: an ld_imm64 without its
 * second half (a slot of code 0) is "(18) incomplete" and takes 1.
 * Helper names come from uapi/names.h.
 */
unsigned disasm(const struct bpf_insn *insns, uint32_t at, uint32_t left, char *out, size_t size);

/* True for an encoding that the table has (fields that pick nothing and print nowhere are not checked). */
bool disasm_known(struct bpf_insn insn);

/* True, and the index it jumps to in *target, for a jump (not for a call). */
bool disasm_target(struct bpf_insn insn, uint32_t at, int64_t *target);

/* The field that picks among the forms of one code. */
enum insn_by { BY_CODE /* none: there is one form */, BY_OFF, BY_IMM, BY_SRC };

/* One form of an instruction: a row of the table. */
struct insn_form {
	uint8_t code;
	uint8_t by;			/* enum insn_by */
	int32_t value;			/* of that field, in this form */
	const char *name;		/* "ADD", "MEM": the kernel's BPF_... in the code; for a variant what the value is called */
	const char *text;		/* how it reads: capital letters are fields, see elf/disasm.c; NULL: it has variants only */
};

/*
 * The table, for whoever documents it: row n < 256 is of code n (name and text
 * NULL: no such code), the variants follow; NULL after the last.
 */
const struct insn_form *disasm_form(unsigned n);
/* The row that this instruction is, or NULL. */
const struct insn_form *disasm_form_of(struct bpf_insn insn);
/* True if several rows have this code, so that a field must pick one. */
bool disasm_has_variants(uint8_t code);

#endif
