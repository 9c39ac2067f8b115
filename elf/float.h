/*
 * Floating point numbers as text, and back, without losing a bit.
 *
 *	0.1	3.5	-2000000000	1e+300	5e-324
 *
 * libc can do this too, with its printf() for 80-bit numbers and every rounding
 * mode. All that is needed here is the shortest text of a float and a double, in
 * a tenth of the code; a small static program then has none of the rest.
 *
 * Kernel: none, it has no floating point; types that user space shares with it may
 * Next: elf/float.c
 */
#ifndef ELF_FLOAT_H
#define ELF_FLOAT_H

#include <stdbool.h>

#include "elf/text.h"

/* Appends the fewest digits that read back as x: as a float when `narrow`, else as a double. Also "nan", "-inf". */
void text_add_float(struct text *t, double x, bool narrow);

/*
 * The double nearest to the text: "1.5", "-2e9", ".5", "nan", "inf". False for
 * anything else, for something behind it, and for more than 40 digits.
 */
bool float_of_text(const char *text, double *out);

#endif
