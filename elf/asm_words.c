/*
 * Words and numbers of an assembler text, bytes that grow, and complaints.
 *
 *	.section "tp/a b" ; comment
 *	         a word in quotes may hold anything, written as in C
 *
 * A line is cut in place: a word is a piece of it, ended by a NUL.
 *
 * In: a line  Out: its words, one after the other
 * Next: elf/asm_directives.c
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "elf/asm_parts.h"
#include "elf/number.h"

int asm_fail(const struct assembly *s, unsigned line, const char *fmt, ...)
{
	char place[64], text[256];
	va_list ap;

	snprintf(place, sizeof(place), "%.48s:%u", s->file, line ? line : s->line);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return fail(s->d, -EINVAL, place, "%s", text);
}

int asm_no_memory(const struct assembly *s)
{
	return fail_memory(s->d, s->file);
}

int asm_put(struct assembly *s, struct bytes *b, const void *data, size_t n)
{
	if (n > SECTION_MAX - b->size)
		return asm_fail(s, 0, "more than %d bytes in a section", SECTION_MAX);
	if (b->size + n > b->room) {
		uint32_t room = b->room ? b->room : 256;
		unsigned char *at;

		while (room < b->size + n)
			room *= 2;
		at = arena_alloc(s->arena, room);
		if (!at)
			return asm_no_memory(s);
		if (b->size)
			memcpy(at, b->at, b->size);
		b->at = at;
		b->room = room;
	}
	if (n && data)
		memcpy(b->at + b->size, data, n);
	else if (n)
		memset(b->at + b->size, 0, n);
	b->size += (uint32_t)n;
	return 0;
}

static int octal(const char *s)
{
	if (s[0] < '0' || s[0] > '3' || s[1] < '0' || s[1] > '7' || s[2] < '0' || s[2] > '7')
		return -1;
	return (s[0] - '0') * 64 + (s[1] - '0') * 8 + (s[2] - '0');
}

/* The character an escape stands for, and how many it has; -1: none. */
static int escape(const char *s, int *length)
{
	static const char letters[] = "n\nt\tr\rb\bf\f\"\"\\\\";

	*length = 2;
	for (const char *l = letters; *l; l += 2)
		if (s[1] == *l)
			return l[1];
	*length = 4;
	return octal(s + 1);
}

/* A word in quotes, unescaped in place; *len without a NUL, there may be some in it. Behind it, or NULL. */
static char *quoted(char *s, char **word, size_t *len)
{
	char *to = *word = ++s;

	while (*s && *s != '"') {
		int length = 1, c = *s == '\\' ? escape(s, &length) : (unsigned char)*s;

		if (c < 0)
			return NULL;
		*to++ = (char)c;
		s += length;
	}
	if (!*s)
		return NULL;
	*len = (size_t)(to - *word);
	*to = 0;
	return s + 1;
}

char *asm_word(struct assembly *s, char **at, size_t *len, const char *expected)
{
	char *word, *end;

	*at += strspn(*at, " \t");
	if (!**at) {
		asm_fail(s, 0, "the line ends, expected %s", expected);
		return NULL;
	}
	if (**at == '"') {
		end = quoted(*at, &word, len);
		if (!end)
			asm_fail(s, 0, "a word in quotes that does not end, or a \\ without n, t, r, b, f, \", \\ or three"
				 " octal digits");
		*at = end;
		return end ? word : NULL;
	}
	word = *at;
	*len = strcspn(word, " \t");
	*at += *len;
	if (**at)
		*(*at)++ = 0;
	return word;
}

char *asm_name_word(struct assembly *s, char **at, const char *expected)
{
	size_t len;
	char *name = asm_word(s, at, &len, expected);

	if (name && (!len || strlen(name) != len)) {
		asm_fail(s, 0, "an empty name, or one with a NUL, expected %s", expected);
		return NULL;
	}
	return name;
}

bool asm_more_words(const char *at)
{
	return at[strspn(at, " \t")] != 0;
}

int asm_number_word(struct assembly *s, char **at, uint64_t max, const char *expected, uint64_t *out)
{
	struct number n;
	size_t len;
	char *word = asm_word(s, at, &len, expected);
	const char *end;

	if (!word)
		return s->d->code;
	end = number_read(word, &n);
	if (!end || *end || n.negative || n.size > max)
		return asm_fail(s, 0, "'%s', expected %s, a number up to %llu", word, expected, (unsigned long long)max);
	*out = n.size;
	return 0;
}
