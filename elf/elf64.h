/*
 * The ELF64 little-endian reader.
 *
 * An ELF file is a header, a table of sections, and the sections' bytes:
 *
 *	0        e_shoff                      file size
 *	| header | bytes bytes bytes | section headers |
 *	             ^  offset,size <----+
 *
 * A BPF object's program is a section of instructions, its name tells the kind
 * of program; .symtab says where functions, maps and variables begin; a .rel
 * section lists the instructions that wait for an address.
 *
 * The same reader serves a user program in which a uprobe is to be placed.
 *
 * Kernel: include/uapi/linux/elf.h
 * Next: elf/elf64_layout.h
 */
#ifndef ELF_ELF64_H
#define ELF_ELF64_H

#include <stdbool.h>
#include <stdint.h>

#include "elf/arena.h"
#include "elf/diag.h"
#include "elf/view.h"

#define ET_REL		1
#define ET_EXEC		2
#define ET_DYN		3
#define EM_X86_64	62
#define EM_AARCH64	183
#define EM_RISCV	243
#define EM_BPF		247

#define SHT_NULL	0
#define SHT_PROGBITS	1
#define SHT_SYMTAB	2
#define SHT_STRTAB	3
#define SHT_RELA	4
#define SHT_NOTE	7
#define SHT_NOBITS	8
#define SHT_REL		9
#define SHT_DYNSYM	11
#define SHT_SYMTAB_SHNDX 18	/* section numbers of symbols that need more than 16 bits */

#define SHF_WRITE	0x1
#define SHF_ALLOC	0x2
#define SHF_EXECINSTR	0x4
#define SHF_MERGE	0x10
#define SHF_STRINGS	0x20

#define SHN_UNDEF	0
#define SHN_LORESERVE	0xff00
#define SHN_ABS		0xfff1
#define SHN_COMMON	0xfff2
#define SHN_XINDEX	0xffff

#define STB_LOCAL	0
#define STB_GLOBAL	1
#define STB_WEAK	2
#define STT_NOTYPE	0
#define STT_OBJECT	1
#define STT_FUNC	2
#define STT_SECTION	3
#define STT_FILE	4
#define STT_GNU_IFUNC	10
#define STV_DEFAULT	0
#define STV_INTERNAL	1
#define STV_HIDDEN	2

#define PT_LOAD		1
#define PF_X		1

#define R_BPF_NONE		0
#define R_BPF_64_64		1	/* ld_imm64: map, global, or function address */
#define R_BPF_64_ABS64		2	/* data word */
#define R_BPF_64_ABS32		3
#define R_BPF_64_NODYLD32	4	/* .BTF and .BTF.ext: not for loaders */
#define R_BPF_64_32		10	/* call */

struct elf_section {
	const char *name;		/* never NULL */
	uint32_t type, link, info;
	uint64_t flags, addr, offset, size, addralign, entsize;
	struct view bytes;		/* inside the file; empty for SHT_NOBITS (its size has no bytes) and SHT_NULL */
};

struct elf_symbol {
	const char *name;		/* never NULL; a section symbol carries its section's name */
	uint64_t value, size;
	uint8_t type, bind, visibility;
	uint32_t section;		/* index, or SHN_UNDEF, SHN_ABS, SHN_COMMON */
};

struct elf_reloc {
	uint64_t offset;		/* bytes into the section that is patched */
	uint32_t type;			/* R_BPF_... */
	uint32_t symbol;		/* index into elf.symbols, checked */
	int64_t addend;			/* from SHT_RELA; 0 for SHT_REL, where it sits in the instruction */
};

struct elf {
	struct view file;
	uint16_t type, machine;
	uint32_t flags;
	uint64_t entry;
	const struct elf_section *sections;	/* [0] is the null section */
	uint32_t nsections;			/* 0 in a file without section headers */
	const struct elf_symbol *symbols;	/* of .symtab, [0] is the null symbol; NULL before elf_symbols() */
	uint32_t nsymbols;
};

/*
 * Reads the header and the section table. Refuses, each by its own message:
 * no ELF magic, 32-bit, big-endian, a truncated or overlapping-the-end table,
 * a section outside the file, a name that does not end. Does not ask for which
 * machine the file was made. Does not touch .symtab.
 * file must live as long as *out. 0, -EINVAL or -ENOMEM.
 */
int elf_parse(struct view file, struct arena *a, struct elf *out, struct diag *d);

/* Reads .symtab into e->symbols (none: nsymbols 0). At most one SHT_SYMTAB may exist. */
int elf_symbols(struct elf *e, struct arena *a, struct diag *d);

/*
 * Reads relocation section `index` (SHT_REL or SHT_RELA), every offset checked
 * against the section it patches (sh_info) and every symbol against .symtab.
 */
int elf_relocs(const struct elf *e, uint32_t index, struct arena *a, const struct elf_reloc **out,
	       uint32_t *count, struct diag *d);

/* The first section of that name, or NULL. */
const struct elf_section *elf_section_named(const struct elf *e, const char *name);

#endif
