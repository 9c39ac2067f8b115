/*
 * The addresses that a section of data holds: see elf/addresses.c.
 *
 * Kernel: none
 * Next: elf/addresses.c
 */
#ifndef ELF_ADDRESSES_H
#define ELF_ADDRESSES_H

#include "elf/object.h"

struct address {
	uint32_t offset;		/* where it is: bytes into the section that holds it */
	uint32_t section;		/* what it is of: a section, or SHN_UNDEF, SHN_COMMON */
	uint64_t value;			/* and bytes into that; UINT64_MAX: more than fits any section */
	const char *name;		/* for messages: the symbol's, or that section's */
};

/*
 * Those of section `section`, ascending by offset, eight bytes each, none over
 * another. *count 0: it holds none. 0, -ENOMEM, or -EINVAL.
 */
int addresses_read(const struct object *o, uint32_t section, const struct address **out, uint32_t *count, struct diag *d);

/* The program that starts there. 0, or -ENOENT: it is something else; nothing is said. */
int address_program(const struct object *o, const struct address *a, uint32_t *func);

#endif
