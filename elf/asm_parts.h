/*
 * What the files of the assembler share. Nobody else includes this.
 *
 *	asm_words.c, asm_directives.c
 *	asm.c       lines -> sections, symbols, and what waits for a name
 *	asm_link.c  what waits gets its number, or a relocation
 *	asm_btf.c   .BTF of the maps, .BTF.ext
 *	asm_elf.c   sections, symbols, relocations -> a file
 *
 * Next: elf/asm_insn.h
 */
#ifndef ELF_ASM_PARTS_H
#define ELF_ASM_PARTS_H

#include "elf/asm.h"
#include "elf/asm_insn.h"

struct bytes {				/* they grow */
	unsigned char *at;
	uint32_t size, room;
};

enum ext_kind { EXT_TYPE, EXT_LINE, EXT_CORE, EXT_KINDS };	/* in the order of .BTF.ext */

struct asm_section {
	const char *name;
	struct bytes bytes;		/* of .bss only the size counts */
	bool is_code, is_bss;
	uint32_t func;			/* the symbol of the open function, or NO_INDEX */
	struct bytes ext[EXT_KINDS];	/* records as in .BTF.ext */
	uint32_t nrelocs;
};

struct asm_symbol {
	const char *name;
	uint32_t section;		/* 0: it is somewhere else */
	uint64_t value, size;
	uint8_t type, bind, visibility;
	unsigned line;
	uint32_t number;		/* in .symtab; asm_elf.c */
};

struct asm_label {
	const char *name;
	uint32_t func, insn;		/* symbol of its function; place in the section */
	unsigned line;
};

struct asm_wait {			/* an instruction that waits for a name */
	enum asm_waits kind;
	const char *name;
	uint32_t section, offset, func;
	unsigned line;
};

struct asm_reloc {
	uint32_t section, offset, type;
	const char *name;		/* until asm_link.c found out what it is */
	uint32_t symbol;		/* in asm.symbols, or NO_INDEX: section `target` itself */
	uint32_t target;
	unsigned line;
};

struct asm_map {
	const char *name;
	uint32_t numbers[5];		/* type, key_size, value_size, max_entries, map_flags; 0: not said */
};

struct assembly {
	struct arena *arena;
	struct diag *d;
	const char *file;		/* without its directory */
	unsigned line;			/* that is read */

	struct asm_section *sections;	uint32_t nsections;	/* [0] is none */
	struct asm_symbol *symbols;	uint32_t nsymbols;
	struct asm_label *labels;	uint32_t nlabels;
	struct asm_wait *waits;		uint32_t nwaits;
	struct asm_reloc *relocs;	uint32_t nrelocs;
	struct asm_map *maps;		uint32_t nmaps;
	uint32_t section;		/* the open one, 0: none yet */
};

enum { MAP_NUMBERS = 5 };
extern const char *const asm_map_members[MAP_NUMBERS];

struct asm_directive {
	const char *name;		/* ".section"; NULL behind the last */
	int (*run)(struct assembly *s, char *at);	/* at: what follows the name */
};
extern const struct asm_directive asm_directives[];

enum { SECTION_MAX = 16 << 20 };	/* bytes; more than anybody means to write */

/* A failure at that line (0: the one that is read, or the last). Returns -EINVAL. */
__attribute__((format(printf, 3, 4)))
int asm_fail(const struct assembly *s, unsigned line, const char *fmt, ...);
int asm_no_memory(const struct assembly *s);

/* Appends n bytes, zeros when data is NULL. 0, -ENOMEM, or -EINVAL: more than anybody means to write. */
int asm_put(struct assembly *s, struct bytes *b, const void *data, size_t n);

/*
 * The next word of *at, which moves behind it; *len because one in quotes may
 * hold a NUL. NULL: there is none, or what is there was said to be wrong.
 * expected: for that message.
 */
char *asm_word(struct assembly *s, char **at, size_t *len, const char *expected);
/* The same, of a name: not empty, no NUL in it. */
char *asm_name_word(struct assembly *s, char **at, const char *expected);
/* The same, of a number up to max. 0 or -EINVAL. */
int asm_number_word(struct assembly *s, char **at, uint64_t max, const char *expected, uint64_t *out);
bool asm_more_words(const char *at);

/* The open section; NULL, and said, when there is none. */
struct asm_section *asm_open_section(struct assembly *s);
/* Ends the open function of the section, if there is one. */
int asm_func_end(struct assembly *s, struct asm_section *section);

/* The section of that name, made if there is none; 0: out of memory. */
uint32_t asm_section_named(struct assembly *s, const char *name);
/* The same, or 0 if there is none. */
uint32_t asm_section_find(const struct assembly *s, const char *name);

int asm_link(struct assembly *s);			/* asm_link.c */
int asm_btf(struct assembly *s);			/* asm_btf.c */
int asm_elf(struct assembly *s, struct view *out);	/* asm_elf.c */

#endif
