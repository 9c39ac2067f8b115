/*
 * Linking: a program and every sub-program it reaches become one array.
 *
 *	program        sub-program a      sub-program b
 *	+-----------+  +--------------+   +-------------+
 *	| call a    |  | call b       |   | ...         |
 *	| call b    |  | ...          |   | exit        |
 *	| exit      |  | exit         |   +-------------+
 *	+-----------+  +--------------+
 *	      becomes  [ program | a | b ]   with every call's imm = distance - 1
 *
 * The order is the order of first calls, depth first: libbpf's order, so that
 * the kernel gets instruction for instruction what it gets from libbpf.
 * func_info and line_info are cut out of .BTF.ext, joined in the same order and
 * renumbered from the start of the array.
 *
 * What is left to do when this is done: map references, because the descriptors
 * do not exist yet. They stay in relocs.
 *
 * Kernel: kernel/bpf/verifier.c add_subprog_and_kfunc(), kernel/bpf/check_btf.c
 * Next: elf/link.c
 */
#ifndef ELF_LINK_H
#define ELF_LINK_H

#include "elf/object.h"

/* What the linker or the patcher did to one instruction: the explanation record. */
struct patch {
	enum reloc_kind kind;
	uint32_t insn;			/* index in the linked array */
	uint32_t slots;			/* 1, or 2 for ld_imm64 */
	struct bpf_insn before[2], after[2];
	uint32_t map, func, offset, external;	/* as in struct reloc */
	const char *symbol;
};

/* Where a function landed. */
struct placed {
	uint32_t func;			/* index into object.funcs */
	uint32_t start, count;		/* instructions of the linked array */
};

/* A map of instructions, of this program alone; elf/jump_tables.c. */
struct jump_table {
	uint32_t offset;		/* bytes into .jumptables */
	uint32_t *targets;		/* instructions of the linked array */
	uint32_t count;
	int fd;				/* -1, but while the program is loaded */
};

struct linked {
	struct bpf_insn *insns;
	uint32_t count;
	struct jump_table *tables;
	uint32_t ntables;
	struct reloc *relocs;		/* RELOC_MAP, RELOC_GLOBAL and RELOC_JUMPS only; insn counts in the linked array */
	uint32_t nrelocs;
	struct placed *placed;		/* [0] is the program itself; ascending */
	uint32_t nplaced;
	struct patch *patches;		/* calls, function addresses, and what the kernel has; already applied */
	uint32_t npatches;
	void *func_info;		/* for BPF_PROG_LOAD: func_info_cnt records of func_info_rec_size bytes, or NULL */
	uint32_t func_info_cnt, func_info_rec_size;
	void *line_info;
	uint32_t line_info_cnt, line_info_rec_size;
};

/*
 * What a call of a kfunc becomes that is weak and not there: a helper that no
 * kernel has, this number plus the index of the extern. The verifier refuses
 * it where the program can get to. libbpf's numbers; they show in its messages.
 */
#define NO_SUCH_KFUNC	2002000000

/* Links program `func` into *out (memory from a). 0, -EINVAL (too many instructions, ...), -ENOMEM. */
int link_program(const struct object *o, uint32_t func, struct arena *a, struct linked *out, struct diag *d);

/* Does any program have an exception callback? */
bool link_has_callbacks(const struct object *o);
/* The sub-program that a tag makes the program's exception callback, or NO_INDEX. 0, -ENOENT, -EINVAL. elf/link_callback.c */
int link_callback(const struct object *o, uint32_t func, uint32_t *callback, struct diag *d);
/* The second half of link_program(): cuts func_info and line_info for what is placed. elf/link_info.c */
int link_info(const struct object *o, struct arena *a, struct linked *l, struct diag *d);

/* The third: what the jump tables say of this program. elf/jump_tables.c */
int link_jump_tables(const struct object *o, struct arena *a, struct linked *l, struct diag *d);

/*
 * Puts map descriptors into the instructions: fds[i] belongs to object.maps[i];
 * -1 makes the instruction one that the verifier refuses if it can be reached.
 * Fills l->nrelocs records in patches (caller's memory, may be NULL).
 */
void patch_program(const struct object *o, struct linked *l, const int *fds, struct patch *patches);

/*
 * The source line of instruction insn: the line_info record at or before it.
 * file, text point into BTF's strings. False without line_info.
 */
struct source_line { const char *file, *text; uint32_t line, column, record; };
bool source_line_at(const struct object *o, const struct linked *l, uint32_t insn, struct source_line *out);
/* The same of an instruction as it lies in the file: counted from the start of function `func`. */
bool source_line_in_file(const struct object *o, uint32_t func, uint32_t insn, struct source_line *out);

#endif
