/*
 * Both ways with whole numbers only; see elf/float.h.
 *
 * A double is m * 2^e, exactly. With numbers of a thousand bits that is a
 * fraction R / S of two integers, and arithmetic on it loses nothing.
 *
 *	to text:   R/S brought between 0.1 and 1; then R * 10 / S is the next digit.
 *	           Half the distance to the next double goes along as M / S: as soon as
 *	           what is left is less than that, the digits so far say which double.
 *	to bits:   R/S brought between 1 and 2; then R >= S is the next bit, twice what
 *	           is left is the next R, and after the last bit comes the rounding.
 *
 * The first is the algorithm of Steele and White ("How to print floating-point
 * numbers accurately"), the second is long division as taught in school.
 *
 * In: a double, or text  Out: text, or a double
 * Try: bpfwalk run OBJ --set ratio=0.1
 * Next: elf/btf_text.h
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "elf/float.h"

enum {
	WORDS = 48,			/* 1536 bits; 10^330 and 40 digits, 1074 bits and a little: all have room */
	MAX_DIGITS = 40,
	FRACTION_BITS = 52,		/* of a double, without the leading one */
	FLOAT_BITS = 23,		/* of a float */
	BIAS = 1023,
};

struct big {				/* word[0] is the lowest; word[used - 1] is not 0 */
	unsigned used;
	uint32_t word[WORDS];
};

static struct big big_of(uint64_t n)
{
	struct big b = { .word = { (uint32_t)n, (uint32_t)(n >> 32) } };

	b.used = n >> 32 ? 2 : n ? 1 : 0;
	return b;
}

/* b = b * factor + more */
static void big_times(struct big *b, uint32_t factor, uint32_t more)
{
	uint64_t carry = more;

	for (unsigned i = 0; i < b->used; i++) {
		carry += (uint64_t)b->word[i] * factor;
		b->word[i] = (uint32_t)carry;
		carry >>= 32;
	}
	if (carry)
		b->word[b->used++] = (uint32_t)carry;
}

/* b = b * factor^n */
static void big_scale(struct big *b, uint32_t factor, int n)
{
	while (n-- > 0)
		big_times(b, factor, 0);
}

static int big_compare(const struct big *a, const struct big *b)
{
	if (a->used != b->used)
		return a->used < b->used ? -1 : 1;
	for (unsigned i = a->used; i--; )
		if (a->word[i] != b->word[i])
			return a->word[i] < b->word[i] ? -1 : 1;
	return 0;
}

/* a - b; a is not less */
static struct big big_minus(const struct big *a, const struct big *b)
{
	struct big out = *a;
	uint64_t borrow = 0;

	for (unsigned i = 0; i < out.used; i++) {
		uint64_t n = (uint64_t)out.word[i] - (i < b->used ? b->word[i] : 0) - borrow;

		out.word[i] = (uint32_t)n;
		borrow = n >> 63;
	}
	while (out.used && !out.word[out.used - 1])
		out.used--;
	return out;
}

struct decimal {			/* 0.DIGITS * 10^exponent */
	char digits[MAX_DIGITS];
	int count, exponent;
};

/* Is R / S plus M / S at least 1? With even m the end of the interval still rounds to it. */
static bool reaches_one(const struct big *r, const struct big *s, const struct big *m, bool even)
{
	struct big left;

	if (big_compare(r, s) >= 0)
		return true;
	left = big_minus(s, r);
	return big_compare(&left, m) < even;
}

/* The shortest digits for m * 2^e. The next smaller number is 2^e away, the next larger one `step` times that. */
static struct decimal digits_of(uint64_t mantissa, int e, uint32_t step)
{
	struct big r = big_of(2 * mantissa), s = big_of(2), below = big_of(1), above = big_of(step), left;
	struct decimal out = { .count = 0 };
	bool even = !(mantissa & 1), low, high;

	big_scale(&r, 2, e);
	big_scale(&below, 2, e);
	big_scale(&above, 2, e);
	big_scale(&s, 2, -e);
	for (; reaches_one(&r, &s, &above, even); out.exponent++)
		big_times(&s, 10, 0);
	do {
		char digit = '0';

		big_times(&r, 10, 0);
		big_times(&below, 10, 0);
		big_times(&above, 10, 0);
		for (; big_compare(&r, &s) >= 0; digit++)
			r = big_minus(&r, &s);
		low = big_compare(&r, &below) < even;
		high = reaches_one(&r, &s, &above, even);
		if (low && high) {	/* both neighbours of these digits would do: the nearer one */
			left = big_minus(&s, &r);
			high = big_compare(&r, &left) >= 0;
		}
		if (out.count || digit != '0' || high)
			out.digits[out.count++] = (char)(digit + high);
		else
			out.exponent--;
	} while (!low && !high);
	return out;
}

static void add_decimal(struct text *t, const struct decimal *d)
{
	static const char zeros[] = "0000000000000000";
	int point = d->exponent, n = d->count;

	if (point < -3 || point > 16)
		text_add(t, "%.1s%s%.*se%+03d", d->digits, n > 1 ? "." : "", n - 1, d->digits + 1, point - 1);
	else if (point <= 0)
		text_add(t, "0.%.*s%.*s", -point, zeros, n, d->digits);
	else if (point >= n)
		text_add(t, "%.*s%.*s", n, d->digits, point - n, zeros);
	else
		text_add(t, "%.*s.%.*s", point, d->digits, n - point, d->digits + point);
}

void text_add_float(struct text *t, double x, bool narrow)
{
	struct decimal d;
	uint64_t bits, fraction;
	int e;

	if (isnan(x)) {
		text_add(t, "nan");
		return;
	}
	memcpy(&bits, &x, sizeof(bits));
	text_add(t, "%s", bits >> 63 ? "-" : "");
	if (isinf(x) || x == 0) {
		text_add(t, "%s", isinf(x) ? "inf" : "0");
		return;
	}
	fraction = bits & ((1ull << FRACTION_BITS) - 1);
	e = (int)(bits >> FRACTION_BITS & 0x7ff);
	if (e)
		fraction |= 1ull << FRACTION_BITS;
	else
		e = 1;
	e -= BIAS + FRACTION_BITS;
	/* The neighbours of a float are further apart. Its smallest have no leading bit, here they do. */
	for (int bit = 0; narrow && (bit < FRACTION_BITS - FLOAT_BITS || e < -149); bit++, e++)
		fraction >>= 1;
	/* Below a power of two they are half as far as above. */
	if (fraction == 1ull << (narrow ? FLOAT_BITS : FRACTION_BITS))
		d = digits_of(2 * fraction, e - 1, 2);
	else
		d = digits_of(fraction, e, 1);
	add_decimal(t, &d);
}

/* The double nearest to r / s, which are not 0. */
static double nearest_double(struct big r, struct big s)
{
	uint64_t bits = 0;
	int e = 0, keep;
	double x;

	for (; big_compare(&r, &s) < 0; e--)
		big_times(&r, 2, 0);
	for (;; e++) {
		struct big twice = s;

		big_times(&twice, 2, 0);
		if (big_compare(&r, &twice) < 0)
			break;
		s = twice;
	}
	if (e > BIAS)
		return INFINITY;
	keep = e > -BIAS ? FRACTION_BITS + 1 : FRACTION_BITS + e + BIAS;
	for (int i = 0; i < keep; i++) {
		bool bit = big_compare(&r, &s) >= 0;

		if (bit)
			r = big_minus(&r, &s);
		bits = bits << 1 | bit;
		big_times(&r, 2, 0);
	}
	/* More than a half is left: one up. Exactly a half: to the even one. */
	bits += keep >= 0 && big_compare(&r, &s) + (int)(bits & 1) > 0;
	/* The leading bit is not stored, it counts the exponent up by one; so does a carry. */
	if (e > -BIAS)
		bits += (uint64_t)(e + BIAS - 1) << FRACTION_BITS;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits with perhaps a point among them, into n * 10^exponent; NULL without a digit, else what is behind. */
static const char *digits_read(const char *s, struct big *n, int *exponent)
{
	int digits = 0;
	bool point = false, any = false;

	for (; is_digit(*s) || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		any = true;
		digits += digits || *s != '0';
		*exponent -= point;
		if (digits > MAX_DIGITS || *exponent < -1000)
			return NULL;
		big_times(n, 10, (uint32_t)(*s - '0'));
	}
	return any ? s : NULL;
}

/* "e-12"; beyond 9999 it does not matter how far. */
static const char *exponent_read(const char *s, int *exponent)
{
	bool negative;
	int n = 0;

	if (*s != 'e' && *s != 'E')
		return s;
	s++;
	negative = *s == '-';
	s += *s == '-' || *s == '+';
	if (!is_digit(*s))
		return NULL;
	for (; is_digit(*s); s++)
		n = n < 1000 ? n * 10 + (*s - '0') : n;
	*exponent += negative ? -n : n;
	return s;
}

/* n * 10^exponent */
static double scaled(struct big n, int exponent)
{
	struct big s = big_of(1);

	if (!n.used || exponent < -330 - MAX_DIGITS)
		return 0;
	if (exponent > 330)
		return INFINITY;
	big_scale(&n, 10, exponent);
	big_scale(&s, 10, -exponent);
	return nearest_double(n, s);
}

bool float_of_text(const char *text, double *out)
{
	bool negative = *text == '-';
	const char *s = text + (*text == '-' || *text == '+');
	struct big n = big_of(0);
	int exponent = 0;

	if (strcmp(s, "nan") == 0 || strcmp(s, "inf") == 0) {
		*out = *s == 'n' ? (double)NAN : (double)INFINITY;
	} else {
		s = digits_read(s, &n, &exponent);
		s = s ? exponent_read(s, &exponent) : NULL;
		if (!s || *s)
			return false;
		*out = scaled(n, exponent);
	}
	if (negative)
		*out = -*out;
	return true;
}
