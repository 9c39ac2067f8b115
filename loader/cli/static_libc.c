/*
 * Three functions of libc for the static command, written for size.
 *
 * musl sorts in linear time what is sorted already, searches in linear time for
 * what nearly repeats, and reads numbers through a stream. It takes 5 kB for
 * that. Here are the plain ways: a heap, a loop, and a loop.
 *
 * In, out: as the manual pages have it
 * Next: uapi/bpf/bpf.h
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- qsort() ----------------------------------------------------------------- */

struct heap {
	char *base;
	size_t size;			/* bytes of an element */
	int (*compare)(const void *a, const void *b);
};

static char *element(const struct heap *h, size_t i)
{
	return h->base + i * h->size;
}

static void swap(const struct heap *h, size_t i, size_t j)
{
	char *a = element(h, i), *b = element(h, j);

	for (size_t n = 0; n < h->size; n++) {
		char c = a[n];

		a[n] = b[n];
		b[n] = c;
	}
}

/* The largest of element i and all below it comes up to i. Below i are 2i + 1 and 2i + 2, if they are less than count. */
static void sift(const struct heap *h, size_t i, size_t count)
{
	for (size_t below; (below = 2 * i + 1) < count; i = below) {
		if (below + 1 < count && h->compare(element(h, below), element(h, below + 1)) < 0)
			below++;
		if (h->compare(element(h, i), element(h, below)) >= 0)
			return;
		swap(h, i, below);
	}
}

void qsort(void *base, size_t count, size_t size, int (*compare)(const void *a, const void *b))
{
	const struct heap h = { base, size, compare };

	for (size_t i = count / 2; i-- > 0; )
		sift(&h, i, count);
	for (size_t last = count; last-- > 1; ) {
		swap(&h, 0, last);
		sift(&h, 0, last);
	}
}

/* ---- strstr() ---------------------------------------------------------------- */

char *strstr(const char *text, const char *what)
{
	size_t len = strlen(what);

	if (!len)
		return (char *)(size_t)text;
	for (const char *at = text; (at = strchr(at, *what)); at++)
		if (strncmp(at, what, len) == 0)
			return (char *)(size_t)at;
	return NULL;
}

/* ---- strtoull() and its like -------------------------------------------------- */

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : isalpha((unsigned char)c) ? (c | 0x20) - 'a' + 10 : INT_MAX;
}

unsigned long long strtoull(const char *text, char **end, int base)
{
	const char *at = text;
	unsigned long long n = 0;
	bool negative, over = false;

	while (isspace((unsigned char)*at))
		at++;
	negative = *at == '-';
	at += *at == '-' || *at == '+';
	if ((base == 0 || base == 16) && at[0] == '0' && (at[1] | 0x20) == 'x' && digit_of(at[2]) < 16) {
		at += 2;
		base = 16;
	}
	base = base ? base : *at == '0' ? 8 : 10;
	if (digit_of(*at) < base)
		text = at;		/* else nothing was read, and *end says so */
	for (int digit; (digit = digit_of(*at)) < base; text = ++at) {
		over |= n > (ULLONG_MAX - (unsigned)digit) / (unsigned)base;
		n = n * (unsigned)base + (unsigned)digit;
	}
	if (end)
		*end = (char *)(size_t)text;
	if (over)
		errno = ERANGE;
	return over ? ULLONG_MAX : negative ? -n : n;
}

/* For numbers that are in range: nobody here asks for others. */
unsigned long strtoul(const char *text, char **end, int base)
{
	return (unsigned long)strtoull(text, end, base);
}

long strtol(const char *text, char **end, int base)
{
	return (long)strtoull(text, end, base);
}
