/*
 * Variables of a section: what the symbol table and BTF know together.
 *
 *	symbol table   "seen is an object at byte 32 of .maps, 32 bytes long"
 *	BTF            "seen is a variable of type 14, somewhere in .maps"
 *
 * BTF has a record for each section that holds variables, the DATASEC, with
 * one entry for each variable. clang knows neither the size of the section nor
 * where the linker will put a global variable, and leaves zeroes. Static
 * variables have their offset already: nobody can move them. bpftool's linker
 * fills in all of it; a DATASEC with a size is complete.
 *
 * Kernel: kernel/bpf/btf.c btf_datasec_check_meta() is what the result must please
 * Next: elf/datasec.c
 */
#ifndef ELF_DATASEC_H
#define ELF_DATASEC_H

#include "elf/object.h"

struct datasec_var {
	const char *name;
	uint32_t var_id;		/* BTF: the VAR */
	uint32_t type_id;		/* BTF: its type */
	uint32_t offset, size;		/* bytes, inside the section */
	uint32_t linkage;		/* BTF_VAR_...: static also for a hidden symbol, as libbpf has it */
};

struct datasec {
	const char *name;
	uint32_t section;		/* index */
	uint32_t size;			/* bytes */
	const struct datasec_var *vars;	/* ascending by offset */
	uint32_t nvars;
};

/* The type number of the DATASEC of a section, 0 if it has none. */
uint32_t datasec_of(const struct object *o, uint32_t section);

/* Reads DATASEC id and completes it from the ELF section of its name. Memory from a. 0, -EINVAL, -ENOMEM. */
int datasec_read(const struct object *o, uint32_t id, struct arena *a, struct datasec *out, struct diag *d);

/* The global variable of that name in a section, or NULL. */
const struct elf_symbol *variable_find(const struct object *o, uint32_t section, const char *name);

#endif
