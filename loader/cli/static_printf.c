/*
 * printf() for the static command: what it uses of it, in a tenth of the code.
 *
 * A static program carries every line of libc it reaches, and through printf()
 * it reaches wide characters, 80-bit floating point and the texts of strerror():
 * 20 kB for a program that prints strings and whole numbers. The linker takes
 * the first definition of a name it sees, so with these two in front musl's are
 * left out; its snprintf(), printf() and the others all end in one of them.
 *
 *	%[-0 +#][WIDTH][.PRECISION][hh h l ll z j]  d i u o x X c s %
 *
 * tests/unit_printf.c compares this with the whole printf() and holds that
 * nothing in the sources asks for more.
 *
 * In: a format and what belongs to it  Out: text in a buffer or a stream
 * Kernel: lib/vsprintf.c vsnprintf() is the same idea
 * Next: loader/cli/static_malloc.c
 */
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct out {
	FILE *stream;			/* NULL: into the buffer */
	char *at;
	size_t size, length;		/* of the buffer; of the whole text */
};

struct conversion {
	bool left, zeros, plus, space, alternate;
	int width, precision;		/* precision -1: none was given */
	const char *prefix;		/* in front of a number: "-", "0x" */
};

static void put(struct out *o, const char *s, size_t n)
{
	size_t room = o->length < o->size ? o->size - o->length : 0;

	if (o->stream)
		fwrite(s, 1, n, o->stream);
	else if (room)
		memcpy(o->at + o->length, s, n < room ? n : room);
	o->length += n;
}

static void fill(struct out *o, char c, int n)
{
	while (n-- > 0)
		put(o, &c, 1);
}

static void put_string(struct out *o, const struct conversion *c, const char *s, size_t n)
{
	int pad = c->width - (int)n;

	fill(o, ' ', c->left ? 0 : pad);
	put(o, s, n);
	fill(o, ' ', c->left ? pad : 0);
}

/* [spaces] prefix [zeros] digits [spaces] */
static void put_number(struct out *o, const struct conversion *c, uint64_t n, unsigned base, const char *digit)
{
	char text[24];			/* 64 bits in octal are 22 digits */
	char *end = text + sizeof(text), *s = end;
	int zeros, pad;

	for (; n; n /= base)
		*--s = digit[n % base];
	zeros = (c->precision < 0 ? 1 : c->precision) - (int)(end - s);
	zeros = zeros > 0 ? zeros : 0;
	pad = c->width - (int)strlen(c->prefix) - zeros - (int)(end - s);
	if (c->zeros && !c->left && c->precision < 0 && pad > 0) {
		zeros += pad;
		pad = 0;
	}
	fill(o, ' ', c->left ? 0 : pad);
	put(o, c->prefix, strlen(c->prefix));
	fill(o, '0', zeros);
	put(o, s, (size_t)(end - s));
	fill(o, ' ', c->left ? pad : 0);
}

/* Digits, or a star that takes the next argument. */
static int number_at(const char **fmt, va_list *ap)
{
	int n = 0;

	if (**fmt == '*') {
		(*fmt)++;
		return va_arg(*ap, int);
	}
	for (; **fmt >= '0' && **fmt <= '9'; (*fmt)++)
		n = n * 10 + (**fmt - '0');
	return n;
}

static struct conversion conversion_at(const char **fmt, va_list *ap)
{
	struct conversion c = { .precision = -1, .prefix = "" };

	for (;; (*fmt)++) {
		if (**fmt == '-')
			c.left = true;
		else if (**fmt == '0')
			c.zeros = true;
		else if (**fmt == '+')
			c.plus = true;
		else if (**fmt == ' ')
			c.space = true;
		else if (**fmt == '#')
			c.alternate = true;
		else
			break;
	}
	c.width = number_at(fmt, ap);
	if (c.width < 0) {
		c.left = true;
		c.width = -c.width;
	}
	if (**fmt == '.') {
		(*fmt)++;
		c.precision = number_at(fmt, ap);
	}
	return c;
}

/* Which integer comes: as many bytes as it has. */
static size_t size_at(const char **fmt)
{
	static const struct { char letter; unsigned char once, twice; } sizes[] = {
		{ 'h', sizeof(short), sizeof(char) }, { 'l', sizeof(long), sizeof(long long) },
		{ 'z', sizeof(size_t), 0 }, { 'j', sizeof(intmax_t), 0 },
	};

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		if (**fmt != sizes[i].letter)
			continue;
		(*fmt)++;
		if (**fmt != sizes[i].letter)
			return sizes[i].once;
		(*fmt)++;
		return sizes[i].twice;
	}
	return sizeof(int);
}

static int64_t integer(size_t size, va_list *ap)
{
	return size > sizeof(int) ? va_arg(*ap, int64_t) : va_arg(*ap, int);
}

static void put_signed(struct out *o, struct conversion *c, size_t size, va_list *ap)
{
	int64_t n = integer(size, ap);

	if (size < sizeof(int))
		n = size == sizeof(char) ? (signed char)n : (short)n;
	c->prefix = n < 0 ? "-" : c->plus ? "+" : c->space ? " " : "";
	put_number(o, c, n < 0 ? -(uint64_t)n : (uint64_t)n, 10, "0123456789");
}

static void put_unsigned(struct out *o, struct conversion *c, size_t size, char kind, va_list *ap)
{
	uint64_t n = (uint64_t)integer(size, ap);

	if (size < sizeof(n))
		n &= (1ull << 8 * size) - 1;
	if (c->alternate && n)
		c->prefix = kind == 'x' ? "0x" : kind == 'X' ? "0X" : kind == 'o' ? "0" : "";
	put_number(o, c, n, kind == 'o' ? 8 : kind == 'u' ? 10 : 16,
		   kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef");
}

static void put_conversion(struct out *o, const char **fmt, va_list *ap)
{
	struct conversion c = conversion_at(fmt, ap);
	size_t size = size_at(fmt);
	char kind = *(*fmt)++, character;
	const char *s;

	switch (kind) {
	case 'd': case 'i':
		put_signed(o, &c, size, ap);
		break;
	case 'u': case 'o': case 'x': case 'X':
		put_unsigned(o, &c, size, kind, ap);
		break;
	case 'c':
		character = (char)va_arg(*ap, int);
		put_string(o, &c, &character, 1);
		break;
	case 's':
		s = va_arg(*ap, const char *);
		put_string(o, &c, s, c.precision < 0 ? strlen(s) : strnlen(s, (size_t)c.precision));
		break;
	default:
		put(o, &kind, 1);
	}
}

static int print(struct out *o, const char *fmt, va_list *ap)
{
	while (*fmt) {
		size_t plain = strcspn(fmt, "%");

		put(o, fmt, plain);
		fmt += plain;
		if (*fmt++ != '%')
			break;
		put_conversion(o, &fmt, ap);
	}
	return o->length <= INT_MAX ? (int)o->length : -1;
}

int vsnprintf(char *restrict buf, size_t size, const char *restrict fmt, va_list ap)
{
	struct out o = { .at = buf, .size = size };
	va_list copy;
	int n;

	va_copy(copy, ap);
	n = print(&o, fmt, &copy);
	va_end(copy);
	if (size)
		buf[o.length < size ? o.length : size - 1] = 0;
	return n;
}

int vfprintf(FILE *restrict stream, const char *restrict fmt, va_list ap)
{
	struct out o = { .stream = stream };
	va_list copy;
	int n;

	va_copy(copy, ap);
	n = print(&o, fmt, &copy);
	va_end(copy);
	return ferror(stream) ? -1 : n;
}
