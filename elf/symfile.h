/*
 * A function of a user program, as a place in its file.
 *
 *	symbol "malloc"  ->  address 0x9f2a0  ->  offset 0x9d2a0 in libc.so.6
 *	          symbol table          program headers
 *
 * The kernel puts a uprobe at a place in a file: whoever maps that page, under
 * whatever address, meets it. Symbols name addresses, and the program headers
 * say which part of the file becomes which addresses.
 *
 * A symbol table may have a million entries (a browser, a kernel with debug
 * information): it is walked where it lies and nothing of it is kept.
 *
 * Kernel: fs/binfmt_elf.c elf_load() maps by the same headers;
 *	kernel/events/uprobes.c uprobe_register() takes the inode and the offset
 * Next: elf/symfile.c
 */
#ifndef ELF_SYMFILE_H
#define ELF_SYMFILE_H

#include "elf/arena.h"
#include "elf/diag.h"
#include "elf/elf64.h"
#include "elf/view.h"

struct symfile {
	struct elf elf;			/* header and sections; its symbols are not read */
	struct view phdrs;		/* the program headers: whole entries */
};

struct symfile_place {
	uint64_t file_offset;		/* for a uprobe */
	uint64_t address;		/* as the file counts: before it is loaded anywhere */
	const char *name;		/* of the symbol in the file; a version of .dynsym is not in it */
	bool is_ifunc;			/* this code only chooses the function to be called, once for each process */
};

/*
 * Reads the headers. Refuses, each by its own message, what is no ELF64 file of
 * x86-64, aarch64 or riscv, and what is no program and no shared library.
 * file must live as long as *out. 0, -EINVAL or -ENOMEM.
 */
int symfile_open(struct view file, struct arena *a, struct symfile *out, struct diag *d);

/* Where in the file the byte lies that is mapped at this address, as code or as data. False: it is in no such part. */
bool symfile_offset(const struct symfile *s, uint64_t address, bool executable, uint64_t *offset);

/*
 * Finds function `symbol` ("malloc", "memcpy@GLIBC_2.2.5", "memcpy@@GLIBC_2.14")
 * and the place `offset` bytes behind its start. .symtab is asked first, then
 * .dynsym. Of several functions of that name a default version is taken before
 * an old one, global before weak before local.
 * -ENOENT: no such function; the message has the nearest names, or says that it
 * is imported, or that the file has no symbols. -EINVAL: two functions of equal
 * rank have that name, or the place is behind the function's end (if its size is
 * known), or not in any executable part of the file.
 */
int symfile_find(const struct symfile *s, const char *symbol, uint64_t offset, struct symfile_place *out,
		 struct diag *d);

/*
 * All functions whose names a pattern (elf/glob.h) fits: those of .symtab, or if
 * it has none those of .dynsym. Calls each for each place once for each of its
 * names, until it returns something negative, which is returned. Functions that
 * are in no executable part are left out. Returns how many calls there were.
 */
int64_t symfile_match(const struct symfile *s, const char *pattern, int (*each)(void *ctx, uint64_t file_offset), void *ctx);

#endif
