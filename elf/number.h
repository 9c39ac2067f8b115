/*
 * Whole numbers as people write them: 42, -1, +8, 0x10.
 *
 * A sign and a size, so that -1 and 18446744073709551615 are two numbers until
 * somebody decides how many bits they go into.
 *
 * Next: elf/number.c
 */
#ifndef ELF_NUMBER_H
#define ELF_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

struct number {
	bool negative;
	bool is_signed;			/* there was a '-' or a '+' */
	bool is_hex;			/* there was a 0x */
	uint64_t size;			/* without its sign */
};

/* Reads the number that s begins with. What follows it, or NULL: no digit, or more than 64 bits. */
const char *number_read(const char *s, struct number *out);

/* True if it is between -below and above. */
bool number_fits(struct number n, uint64_t below, uint64_t above);

/* In two's complement. */
uint64_t number_bits(struct number n);

#endif
