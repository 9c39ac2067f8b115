/*
 * .BTF.ext: what BTF knows about instructions.
 *
 *	func_info   "the function that starts at instruction n has type t"
 *	line_info   "instruction n comes from line 12, column 9 of this file"
 *	core_relo   "instruction n holds an offset of this member: adjust it"
 *
 * All three are lists grouped by the ELF section of the instructions, and count
 * in bytes from its start; the kernel wants instructions from the program's
 * start. Records may be longer than what we know: rec_size tells.
 *
 * Kernel: include/uapi/linux/bpf.h struct bpf_func_info, bpf_line_info, bpf_core_relo
 * Next: elf/btf_ext.c
 */
#ifndef ELF_BTF_EXT_H
#define ELF_BTF_EXT_H

#include <stdint.h>

#include "elf/arena.h"
#include "elf/btf.h"
#include "elf/diag.h"
#include "elf/view.h"

struct ext_group {
	const char *section;		/* name of the ELF section, from BTF's strings */
	struct view records;		/* count * rec_size bytes */
	uint32_t count;
};

struct ext_table {
	uint32_t rec_size;		/* bytes; 0 when the table is absent */
	const struct ext_group *groups;
	uint32_t ngroups;
};

struct btf_ext {
	struct ext_table func_info, line_info, core_relo;
};

/*
 * Reads and checks all three tables: afterwards every record is whole, every
 * type number exists (func_info: a FUNC), every string is inside b's strings.
 * insn_off is not checked: that takes the section. raw must live as long as *out.
 * Records may lie unaligned: read them with view_get(). 0, -EINVAL or -ENOMEM.
 */
int btf_ext_parse(struct view raw, const struct btf *b, struct arena *a, struct btf_ext *out, struct diag *d);

/* The group of that ELF section, or NULL. */
const struct ext_group *ext_group_of(const struct ext_table *t, const char *section);

#endif
