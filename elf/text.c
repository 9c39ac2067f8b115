/*
 * Appending and escaping; see elf/text.h.
 *
 * Escaping reads one UTF-8 character at a time. A byte that begins none (a lone
 * 0x9b, say, which some terminals take for ESC [) is escaped by itself, and
 * reading goes on behind it.
 *
 * In: strings that nobody vouches for  Out: text that is safe to print
 * Try: bpfwalk inspect of an object whose section is called "a\033[2Jb"
 * Next: elf/float.h
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "elf/text.h"

void text_init(struct text *t, char *buf, size_t size)
{
	*t = (struct text){ .at = buf, .size = size };
	if (size)
		buf[0] = 0;
}

void text_add(struct text *t, const char *fmt, ...)
{
	bool room = t->length < t->size;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? t->at + t->length : NULL, room ? t->size - t->length : 0, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->length += (size_t)n;
}

/* Appends n bytes that belong together, or none of them; then the length is behind the end and the text stays cut. */
static void add_whole(struct text *t, const char *s, size_t n)
{
	if (t->length < t->size && n < t->size - t->length) {
		memcpy(t->at + t->length, s, n);
		t->at[t->length + n] = 0;
	}
	t->length += n;
}

static void add_escape(struct text *t, const char *fmt, unsigned value)
{
	char buf[16];

	add_whole(t, buf, (size_t)snprintf(buf, sizeof(buf), fmt, value));
}

/* The length of the character that s begins with, its number in *c; 0 if this is not UTF-8. */
static size_t utf8_read(const unsigned char *s, size_t left, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };	/* shorter forms exist below: not UTF-8 */
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf8 ? 4 : 0;

	if (!n || n > left)
		return 0;
	*c = n == 1 ? s[0] : s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

/* True for characters that make a terminal do something other than show them. */
static bool acts(uint32_t c)
{
	static const struct { uint32_t first, last; } ranges[] = {
		{ 0, 0x1f }, { 0x7f, 0x9f },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f },	/* direction and invisible marks */
		{ 0x61c, 0x61c }, { 0xfeff, 0xfeff }, { 0xe0000, 0xe007f },
	};

	for (unsigned i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* \u takes 16 bits: what needs more is written as two surrogates. */
static void add_json_number(struct text *t, uint32_t c)
{
	char buf[16];

	if (c > 0xffff)
		snprintf(buf, sizeof(buf), "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + (c & 0x3ff));
	else
		snprintf(buf, sizeof(buf), "\\u%04x", c);
	add_whole(t, buf, strlen(buf));
}

static void add_character(struct text *t, const char *s, size_t n, uint32_t c, bool json)
{
	static const char short_forms[][3] = {
		['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r",
		['"'] = "\\\"", ['\\'] = "\\\\",
	};

	if (c < sizeof(short_forms) / sizeof(*short_forms) && short_forms[c][0]) {
		add_whole(t, short_forms[c], 2);
	} else if (!acts(c)) {
		add_whole(t, s, n);
	} else if (json) {
		add_json_number(t, c);
	} else {
		for (size_t i = 0; i < n; i++)
			add_escape(t, "\\%03o", (unsigned char)s[i]);
	}
}

void text_add_escaped(struct text *t, const char *s, size_t len, bool json)
{
	size_t at = 0;

	while (at < len) {
		uint32_t c;
		size_t n = utf8_read((const unsigned char *)s + at, len - at, &c);

		if (n)
			add_character(t, s + at, n, c, json);
		else if (json)
			add_whole(t, "\\ufffd", 6);
		else
			add_escape(t, "\\%03o", (unsigned char)s[at]);
		at += n ? n : 1;
	}
}
