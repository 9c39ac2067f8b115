/*
 * Columns; see screen.h. The library's and libc's ways to know the width of a
 * letter need a locale. Five ranges of wide letters and four of joining ones
 * are near enough for a table.
 *
 * In: safe UTF-8 text  Out: columns, lines
 * Next: loader/cli/jsontext.h
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/screen.h"

static const uint32_t wide[][2] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0xa4cf }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe30, 0xfe6f },
	{ 0xff00, 0xff60 }, { 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};
static const uint32_t joining[][2] = { { 0x300, 0x36f }, { 0x200b, 0x200f }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f } };

/* The letter at s and how many bytes it has; a stray byte is a letter by itself. */
static size_t letter(const char *s, size_t len, uint32_t *code)
{
	const unsigned char *byte = (const unsigned char *)s;
	size_t n = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : byte[0] >= 0xc0 ? 2 : 1;

	if (n > len)
		n = 1;
	*code = n == 1 ? byte[0] : byte[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++)
		*code = *code << 6 | (byte[i] & 0x3f);
	return n;
}

static size_t columns_of(uint32_t code)
{
	for (size_t i = 0; i < sizeof(joining) / sizeof(joining[0]); i++)
		if (code >= joining[i][0] && code <= joining[i][1])
			return 0;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (code >= wide[i][0] && code <= wide[i][1])
			return 2;
	return 1;
}

/* Bytes that fit into `columns`; how many columns they take in *used. */
static size_t measure(const char *s, size_t len, size_t columns, size_t *used)
{
	uint32_t code;
	size_t at = 0;

	*used = 0;
	while (at < len) {
		size_t n = letter(s + at, len - at, &code);
		size_t wants = columns_of(code);

		if (*used + wants > columns)
			break;
		*used += wants;
		at += n;
	}
	return at;
}

size_t text_width(const char *s, size_t len)
{
	size_t used;

	measure(s, len, SIZE_MAX, &used);
	return used;
}

size_t text_cut(const char *s, size_t len, size_t columns)
{
	size_t used;

	return measure(s, len, columns, &used);
}

void fill_start(struct fill *f, size_t first_column, size_t indent)
{
	memset(f, 0, sizeof(*f));
	f->indent = indent;
	f->column = first_column;
}

void fill_word(struct fill *f, const char *word, size_t len)
{
	size_t before = f->line.len, width;
	bool space = before && f->line.at[before - 1] != ' ' && f->line.at[before - 1] != '\n';

	buf_safe(&f->line, word, len, BW_STYLE_TEXT);
	if (f->line.failed)
		return;
	width = text_width(f->line.at + before, f->line.len - before);
	f->line.len = before;
	if (f->column + space + width > SCREEN_WIDTH && f->column > f->indent) {
		buf_puts(&f->line, "\n");
		buf_pad(&f->line, f->indent);
		f->column = f->indent;
		space = false;
	}
	if (space)
		buf_puts(&f->line, " ");
	buf_safe(&f->line, word, len, BW_STYLE_TEXT);
	f->column += width + space;
}

void fill_text(struct fill *f, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		if (len)
			fill_word(f, text, len);
		text += len + (text[len] == ' ');
	}
}

void fill_end(struct fill *f)
{
	buf_puts(&f->line, "\n");
	if (f->line.at)
		fwrite(f->line.at, 1, f->line.len, stdout);
	buf_free(&f->line);
}
