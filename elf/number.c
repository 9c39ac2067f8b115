/*
 * Reading numbers; see elf/number.h.
 *
 * In: text  Out: sign and size
 * Next: elf/edit.h
 */
#include <stddef.h>

#include "elf/number.h"

/* 16: no digit. */
static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= ' ';
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

const char *number_read(const char *s, struct number *out)
{
	const char *digits;
	unsigned base;

	*out = (struct number){ .negative = *s == '-', .is_signed = *s == '-' || *s == '+' };
	s += out->is_signed;
	out->is_hex = s[0] == '0' && (s[1] | ' ') == 'x';
	base = out->is_hex ? 16 : 10;
	digits = s += out->is_hex ? 2 : 0;
	for (; digit_of(*s) < base; s++) {
		if (out->size > (UINT64_MAX - digit_of(*s)) / base)
			return NULL;
		out->size = out->size * base + digit_of(*s);
	}
	return s == digits ? NULL : s;
}

bool number_fits(struct number n, uint64_t below, uint64_t above)
{
	return n.size <= (n.negative ? below : above);
}

uint64_t number_bits(struct number n)
{
	return n.negative ? 0 - n.size : n.size;
}
