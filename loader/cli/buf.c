/*
 * Text that grows; see buf.h.
 *
 * In: pieces  Out: one string
 * Next: loader/cli/value.h
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/buf.h"

static bool was_short;

bool buf_was_short(void)
{
	return was_short;
}

static bool no_room(struct buf *b)
{
	b->failed = was_short = true;
	return false;
}

bool buf_room(struct buf *b, size_t more)
{
	size_t room = b->room ? b->room : 128;
	char *at;

	if (more < b->room - b->len)
		return true;
	while (room - b->len <= more) {
		if (room > SIZE_MAX / 2)
			return no_room(b);
		room *= 2;
	}
	at = realloc(b->at, room);
	if (!at)
		return no_room(b);
	b->at = at;
	b->room = room;
	b->at[b->len] = 0;
	return true;
}

void buf_add(struct buf *b, const char *s, size_t len)
{
	if (!buf_room(b, len))
		return;
	if (len)
		memcpy(b->at + b->len, s, len);
	b->len += len;
	b->at[b->len] = 0;
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_pad(struct buf *b, size_t spaces)
{
	if (!buf_room(b, spaces))
		return;
	memset(b->at + b->len, ' ', spaces);
	b->len += spaces;
	b->at[b->len] = 0;
}

__attribute__((format(printf, 2, 0)))
static int print_at_end(struct buf *b, const char *fmt, va_list ap)
{
	return vsnprintf(b->at + b->len, b->room - b->len, fmt, ap);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int len;

	if (!buf_room(b, 0))
		return;
	va_start(ap, fmt);
	len = print_at_end(b, fmt, ap);
	va_end(ap);
	if (len < 0 || !buf_room(b, (size_t)len))
		return;
	va_start(ap, fmt);
	print_at_end(b, fmt, ap);
	va_end(ap);
	b->len += (size_t)len;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->at)
		b->at[0] = 0;
}

void buf_free(struct buf *b)
{
	free(b->at);
	memset(b, 0, sizeof(*b));
}

static void add_escaped(struct buf *b, const char *s, size_t len, enum bw_style style)
{
	size_t need;

	if (!len || !buf_room(b, len))
		return;
	need = bw_format_text(s, len, style, b->at + b->len, b->room - b->len);
	if (need >= b->room - b->len) {
		if (!buf_room(b, need))
			return;
		bw_format_text(s, len, style, b->at + b->len, b->room - b->len);
	}
	b->len += need;
}

void buf_safe(struct buf *b, const char *s, size_t len, enum bw_style style)
{
	const char *end = s + len, *from = s;

	for (; style == BW_STYLE_TEXT && s < end; s++)
		if (*s == '"' || *s == '\\' || *s == '\'') {
			add_escaped(b, from, (size_t)(s - from), style);
			buf_add(b, s, 1);
			from = s + 1;
		}
	add_escaped(b, from, (size_t)(end - from), style);
}
