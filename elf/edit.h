/*
 * One field of one instruction, as people write it: "imm=5", "off=-8".
 *
 *	field	bytes	values
 *	code	0	0 to 255
 *	dst	1	0 to 10: the register's number
 *	src	1	0 to 10
 *	off	2-3	-32768 to 32767
 *	imm	4-7	-2147483648 to 4294967295; the 64-bit constant of an ld_imm64
 *
 * Kernel: include/uapi/linux/bpf.h struct bpf_insn
 * Next: elf/edit.c
 */
#ifndef ELF_EDIT_H
#define ELF_EDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "elf/diag.h"
#include "elf/number.h"
#include "uapi/bpf_insn.h"

enum edit_field { EDIT_CODE, EDIT_DST, EDIT_SRC, EDIT_OFF, EDIT_IMM };

struct edit {
	enum edit_field field;
	struct number value;
};

/* Reads FIELD=VALUE; VALUE is decimal or 0x..., with or without a '-'. 0 or -EINVAL. */
int edit_parse(const char *text, struct edit *out, struct diag *d);

/* True if insns[0] (an ld_imm64 with its second half) has that value there. */
bool edit_matches(const struct edit *e, const struct bpf_insn *insns);

/* Puts the value there. -EINVAL if the field of this instruction cannot hold it. */
int edit_apply(const struct edit *e, struct bpf_insn *insns, struct diag *d);

#endif
