/*
 * Reading a configuration; see elf/kconfig.h.
 *
 * The C type says which values a variable can take. That a bool is told m, or a
 * short 100000, is an error and not a guess: the program would compute with it.
 *
 * In: text, .kconfig externs  Out: bytes of the map .kconfig
 * Kernel: tools/lib/bpf/libbpf.c set_kcfg_value_tri(), _str(), _num()
 * Try:  zgrep CONFIG_HZ= /proc/config.gz
 * Next: elf/inflate.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/kconfig.h"

/* enum libbpf_tristate */
enum { TRI_NO, TRI_YES, TRI_MODULE };

static const char *const type_names[] = {
	[CONFIG_BOOL] = "bool", [CONFIG_TRISTATE] = "enum libbpf_tristate", [CONFIG_CHAR] = "char",
	[CONFIG_INTEGER] = "integer", [CONFIG_STRING] = "char array",
};

/* NAME=value in line `number` of a file; the value need not end with a NUL. */
struct line {
	struct object *o;
	struct diag *d;
	const char *name;		/* of the file */
	unsigned number;		/* 0: not of a file */
	const char *value;
	size_t len;
	struct external *e;
};

static int line_fail(const struct line *l, int code, const char *why)
{
	char place[32] = "";

	if (l->number) {
		snprintf(place, sizeof(place), " line %u", l->number);
		code = -EINVAL;
	}
	return fail(l->d, code, "kconfig", "%s%s: %s=%.*s: %s (type %s, %u bytes)", l->name, place, l->e->name,
		    (int)(l->len < 80 ? l->len : 80), l->value, why, type_names[l->e->config_type], l->e->size);
}

static unsigned char *bytes_of(const struct object *o, const struct external *e)
{
	return o->maps[o->kconfig_map].data + e->offset;
}

/* The low bytes of the value: all targets of BPF objects that we read are little-endian. */
static int store(const struct line *l, uint64_t value)
{
	unsigned char *at = bytes_of(l->o, l->e);

	for (uint32_t i = 0; i < l->e->size && i < sizeof(value); i++)
		at[i] = (unsigned char)(value >> 8 * i);
	l->e->is_known = true;
	l->e->from = l->name;
	return 0;
}

static int letter_set(const struct line *l)
{
	char letter = l->value[0];

	switch (l->e->config_type) {
	case CONFIG_BOOL:
		return letter == 'm' ? line_fail(l, -EINVAL, "a module is neither true nor false") : store(l, letter == 'y');
	case CONFIG_TRISTATE:
		return store(l, letter == 'y' ? TRI_YES : letter == 'm' ? TRI_MODULE : TRI_NO);
	case CONFIG_CHAR:
		return store(l, (unsigned char)letter);
	case CONFIG_INTEGER: case CONFIG_STRING:
		break;
	}
	return line_fail(l, -EINVAL, "a letter is for bool, enum libbpf_tristate or char");
}

static int string_set(const struct line *l)
{
	size_t len = l->len - 2, room = l->e->size - 1;

	if (l->e->config_type != CONFIG_STRING)
		return line_fail(l, -EINVAL, "text is for an array of char");
	if (l->len < 2 || l->value[l->len - 1] != '"')
		return line_fail(l, -EINVAL, "no '\"' at the end");
	memset(bytes_of(l->o, l->e), 0, l->e->size);
	memcpy(bytes_of(l->o, l->e), l->value + 1, len < room ? len : room);
	l->e->is_known = true;
	l->e->from = l->name;
	return 0;
}

static bool in_range(const struct external *e, uint64_t value)
{
	unsigned bits = e->size * 8;

	if (bits >= 64)
		return true;
	return e->is_signed ? value + (1ull << (bits - 1)) < 1ull << bits : value >> bits == 0;
}

static int number_set(const struct line *l, uint64_t value)
{
	if (!in_range(l->e, value))
		return line_fail(l, -ERANGE, "out of range");
	return store(l, value);
}

static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= ' ';
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

/* As C writes them: 250, 0x1f, 017, with a sign or not. False: something else, or more than 64 bits. */
static bool number_of(const char *s, size_t len, uint64_t *out)
{
	const char *end = s + len;
	bool negative = len && *s == '-';
	unsigned base = 10;
	uint64_t n = 0;

	s += len && (*s == '-' || *s == '+');
	if (end - s > 2 && s[0] == '0' && (s[1] | ' ') == 'x')
		base = 16, s += 2;
	else if (end - s > 1 && *s == '0')
		base = 8, s++;
	if (s == end)
		return false;
	for (; s < end; s++) {
		if (digit_of(*s) >= base || n > (UINT64_MAX - digit_of(*s)) / base)
			return false;
		n = n * base + digit_of(*s);
	}
	*out = negative ? 0 - n : n;
	return true;
}

static int value_set(const struct line *l)
{
	uint64_t number;

	switch (l->value[0]) {
	case 'y': case 'm': case 'n':
		return letter_set(l);
	case '"':
		return string_set(l);
	default:
		break;
	}
	if (!number_of(l->value, l->len, &number))
		return line_fail(l, -EINVAL, "no number of at most 64 bits");
	if (l->e->config_type != CONFIG_INTEGER && l->e->config_type != CONFIG_CHAR)
		return line_fail(l, -EINVAL, "a number is for an integer or char");
	return number_set(l, number);
}

/* A line of the file, without its newline. */
static int line_read(struct line *l, const char *text, size_t len)
{
	static const char prefix[] = "CONFIG_";
	const char *equals;

	if (len < sizeof(prefix) - 1 || memcmp(text, prefix, sizeof(prefix) - 1) != 0)
		return 0;
	equals = memchr(text, '=', len);
	if (!equals || equals + 1 == text + len)
		return fail(l->d, -EINVAL, "kconfig", "%s line %u: '%.*s', expected NAME=VALUE", l->name, l->number,
			    (int)(len < 80 ? len : 80), text);
	l->e = external_named(l->o, text, (size_t)(equals - text));
	if (!l->e || l->e->kind != EXTERN_KCONFIG || l->e->is_known)
		return 0;
	l->value = equals + 1;
	l->len = (size_t)(text + len - l->value);
	return value_set(l);
}

int kconfig_read(struct object *o, struct view text, const char *name, struct diag *d)
{
	const char *at = (const char *)text.base, *end = at + text.size;
	struct line l = { .o = o, .d = d, .name = name };
	int r = 0;

	while (r == 0 && at < end) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((nl ? nl : end) - at);

		l.number++;
		r = line_read(&l, at, len);
		at += len + 1;
	}
	return r;
}

int kconfig_number(struct object *o, struct external *e, uint64_t value, const char *from, struct diag *d)
{
	char text[32];
	struct line l = { .o = o, .d = d, .name = from, .value = text, .e = e };

	l.len = (size_t)snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	if (e->config_type == CONFIG_TRISTATE || e->config_type == CONFIG_STRING)
		return line_fail(&l, -EINVAL, "a number is for an integer, char or bool");
	if (e->config_type == CONFIG_BOOL && value > 1)
		return line_fail(&l, -EINVAL, "neither true nor false");
	return number_set(&l, value);
}

static uint64_t load(const struct object *o, const struct external *e)
{
	const unsigned char *at = bytes_of(o, e);
	unsigned bits = e->size * 8;
	uint64_t value = 0;

	for (uint32_t i = 0; i < e->size && i < sizeof(value); i++)
		value |= (uint64_t)at[i] << 8 * i;
	if (e->is_signed && bits < 64 && value >> (bits - 1) & 1)
		value |= ~0ull << bits;
	return value;
}

const char *kconfig_text(const struct object *o, const struct external *e, char *out, size_t size)
{
	const char *string = (const char *)bytes_of(o, e);
	uint64_t value = load(o, e);

	switch (e->config_type) {
	case CONFIG_BOOL:
		snprintf(out, size, "%c", value ? 'y' : 'n');
		break;
	case CONFIG_TRISTATE:
		snprintf(out, size, "%c", value == TRI_YES ? 'y' : value == TRI_MODULE ? 'm' : 'n');
		break;
	case CONFIG_STRING:
		snprintf(out, size, "\"%.*s\"", (int)e->size, string);
		break;
	case CONFIG_CHAR:
		if (value > ' ' && value < 127)
			snprintf(out, size, "%c", (char)value);
		else
			snprintf(out, size, "%lld", (long long)value);
		break;
	case CONFIG_INTEGER:
		snprintf(out, size, e->is_signed ? "%lld" : "%llu", (long long)value);
		break;
	}
	return out;
}
