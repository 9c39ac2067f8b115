/*
 * The assembler: a text of instructions becomes an object.
 *
 *	.section cgroup/dev
 *	.func device
 *		r2 = *(u32 *)(r1 +4)
 *		if w2 != 0x1 goto yes		; a label; pc+3 is the same
 *		w0 = 0
 *		exit
 *	yes:
 *		w0 = 1
 *		exit
 *
 * Instructions are written as the disassembler prints them. Comments begin with
 * ; or with a # after a blank. A word with blanks in it stands in quotes.
 *
 *	.section NAME			what follows goes there; the name says what it is
 *	.func NAME [static] [weak] [hidden]	a function begins, and ends at the next or at .end
 *	LABEL:				a place in the function, to jump to
 *	.var NAME SIZE [static] [weak] [hidden]	a variable, SIZE bytes from here
 *	.bytes 00 01 ...  .string TEXT  .zero N	what is in it; in a function too
 *	.map NAME TYPE KEY VALUE ENTRIES [FLAGS]	a map: type hash, ringbuf, ...; sizes in bytes
 *	.extern NAME [weak]		is somewhere else
 *	r1 = &NAME+8   call NAME	the address of a map, variable or function; a function
 *	.reloc TYPE NAME		a relocation of what comes next: 2 for a pointer in data
 *
 * What BTF knows about the next instruction, in the numbers of section .BTF:
 *
 *	.type FUNC			func_info
 *	.line FILE TEXT LINE COLUMN	line_info
 *	.core TYPE ACCESS KIND		a CO-RE relocation
 *
 * Kernel: none; an object is a matter between compilers and loaders.
 * Next: elf/asm_parts.h
 */
#ifndef ELF_ASM_H
#define ELF_ASM_H

#include "elf/arena.h"
#include "elf/diag.h"
#include "elf/object.h"
#include "elf/view.h"

/*
 * *out is an ELF object in the arena. name: of the file, a path or not, for
 * messages: their place is "NAME:LINE". 0, -EINVAL or -ENOMEM.
 */
int assemble(struct view text, const char *name, struct arena *a, struct view *out, struct diag *d);

/*
 * The other way: a text that assemble() makes the same object of, as far as a
 * loader can tell (no debugging information, no symbols but of functions and
 * variables). Calls line for each of its lines. 0, -EINVAL or -ENOMEM.
 */
int asm_source(const struct object *o, void (*line)(void *ctx, const char *text), void *ctx, struct diag *d);

#endif
