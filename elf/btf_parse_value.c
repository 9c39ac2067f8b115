/*
 * A value from text: the other way round, for --set.
 *
 *	BTF says		it may be written as
 *	int			42, -1, 0x10, 'a'
 *	bool			true, false, 1
 *	enum			an enumerator's name, a number
 *	float			1.5, -2e9, nan
 *	pointer			a number
 *	array of char		bash, "bash", "", "x:42" (in quotes: not hex)
 *	array			[1,2,3], an element for each
 *	array of bytes		10.0.0.1 as well, as addresses are written
 *	everything		x:00ff, all of its bytes in order
 *
 * A value that does not fit is refused, never cut: 300 is not a u8, -1 is not
 * unsigned, a string needs room for its NUL.
 *
 * In: text and a type number  Out: the bytes, as the kernel will read them
 * Kernel: none; the bytes become part of a map's first value.
 * Try: bpfwalk run build/progs/talk.bpf.o --set answer=0x2a
 * Next: elf/nearest.h
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/btf_text.h"
#include "elf/float.h"

static const char where[] = "value";

struct number {
	uint64_t magnitude;
	bool negative;
};

/* What may stand between two quotes: one byte, or an escape. */
static bool char_read(const char *s, struct number *n)
{
	static const char escapes[][2] = {
		{ 'n', '\n' }, { 't', '\t' }, { 'r', '\r' }, { '0', 0 }, { '\\', '\\' }, { '\'', '\'' },
	};

	*n = (struct number){ 0 };
	if (s[0] != '\'' || !s[1])
		return false;
	if (s[1] != '\\') {
		n->magnitude = (unsigned char)s[1];
		return s[1] != '\'' && strcmp(s + 2, "'") == 0;
	}
	for (unsigned i = 0; i < sizeof(escapes) / sizeof(*escapes); i++) {
		if (s[2] == escapes[i][0]) {
			n->magnitude = (unsigned char)escapes[i][1];
			return strcmp(s + 3, "'") == 0;
		}
	}
	return false;
}

/* -EINVAL if it is no number, -ERANGE if it has more than 64 bits. */
static int number_read(const char *text, struct number *n)
{
	const char *digits = text + (*text == '-' || *text == '+');
	bool hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	char *end;

	if (char_read(text, n))
		return 0;
	/* strtoull() would also take spaces, a second sign, and octal. */
	if (!strchr("0123456789", digits[0]) || !digits[0])
		return -EINVAL;
	errno = 0;
	*n = (struct number){ .magnitude = strtoull(digits, &end, hex ? 16 : 10), .negative = *text == '-' };
	if (*end || end == digits)
		return -EINVAL;
	return errno == ERANGE ? -ERANGE : 0;
}

enum range { SIGNED, UNSIGNED, EITHER };

/* Whether n is a value of that many bytes. */
static bool number_fits(struct number n, size_t size, enum range range)
{
	uint64_t most = size < 8 ? (1ull << (size * 8)) - 1 : UINT64_MAX;

	if (size > 8)
		return !n.negative || range != UNSIGNED;
	if (n.negative)
		return n.magnitude <= (range == UNSIGNED ? 0 : most / 2 + 1);
	return n.magnitude <= (range == SIGNED ? most / 2 : most);
}

/* Puts a number into size bytes: sign-extended, little endian. */
static void number_put(struct number n, unsigned char *data, size_t size)
{
	uint64_t word = n.negative ? 0 - n.magnitude : n.magnitude;

	memset(data, n.negative && n.magnitude ? 0xff : 0, size);
	memcpy(data, &word, size < sizeof(word) ? size : sizeof(word));
}

static int number_parse(const char *text, unsigned char *data, size_t size, enum range range, struct diag *d)
{
	static const char *const ranges[] = { "signed ", "unsigned ", "" };
	struct number n;
	int r = number_read(text, &n);

	if (r == -EINVAL)
		return fail(d, -EINVAL, where, "'%s' is not a number (42, -1, 0x10, 'a')", text);
	if (r < 0 || !number_fits(n, size, range))
		return fail(d, -ERANGE, where, "%s does not fit into %s%zu bits", text, ranges[range], size * 8);
	number_put(n, data, size);
	return 0;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) % 16 : -1;
}

/* "00ff" to size bytes. */
static int hex_parse(const char *text, unsigned char *data, size_t size, struct diag *d)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (hex_digit(text[i]) < 0)
			return fail(d, -EINVAL, where, "x:%s has '%c' where a hex digit is expected", text, text[i]);
	if (len % 2)
		return fail(d, -EINVAL, where, "x:%s has %zu digits, a byte needs two", text, len);
	if (len / 2 != size)
		return fail(d, -ERANGE, where, "x:%s has %zu bytes, expected %zu", text, len / 2, size);
	for (size_t i = 0; i < size; i++)
		data[i] = (unsigned char)(hex_digit(text[2 * i]) << 4 | hex_digit(text[2 * i + 1]));
	return 0;
}

static bool is_hex(const char *text)
{
	return text[0] == 'x' && text[1] == ':';
}

static int string_parse(const char *text, unsigned char *data, size_t size, struct diag *d)
{
	size_t len = strlen(text);

	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		text++;
		len -= 2;
	}
	if (len >= size)
		return fail(d, -ERANGE, where, "a string of %zu bytes and its NUL do not fit into %zu", len, size);
	memset(data, 0, size);
	memcpy(data, text, len);
	return 0;
}

static int bool_parse(const char *text, unsigned char *data, size_t size, struct diag *d)
{
	bool yes = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;

	if (!yes && strcmp(text, "false") != 0 && strcmp(text, "0") != 0)
		return fail(d, -EINVAL, where, "'%s' is not true, false, 1 or 0", text);
	number_put((struct number){ .magnitude = yes }, data, size);
	return 0;
}

static int int_parse(const struct btf_type *t, const char *text, unsigned char *data, struct diag *d)
{
	uint32_t encoding = BTF_INT_ENCODING(btf_int_data(t));

	if (encoding & BTF_INT_BOOL)
		return bool_parse(text, data, t->size, d);
	/* A char is signed or not as the compiler likes; 'a' and 200 are both meant as a byte. */
	if (t->size == 1 && text[0] == '\'')
		return number_parse(text, data, 1, EITHER, d);
	return number_parse(text, data, t->size, encoding & BTF_INT_SIGNED ? SIGNED : UNSIGNED, d);
}

static int enum_parse(const struct btf *b, const struct btf_type *t, const char *text, unsigned char *data,
		      struct diag *d)
{
	bool wide = btf_kind(t) == BTF_KIND_ENUM64;
	struct number n;

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_enum64 *e = &btf_enums64(t)[i];
		uint64_t word = wide ? (uint64_t)e->val_hi32 << 32 | e->val_lo32 : (uint64_t)btf_enums(t)[i].val;

		if (strcmp(btf_str(b, wide ? e->name_off : btf_enums(t)[i].name_off), text) == 0) {
			number_put((struct number){ .magnitude = word }, data, t->size);
			return 0;
		}
	}
	if (number_read(text, &n) == -EINVAL)
		return fail(d, -EINVAL, where, "'%s' is neither a number nor a name of enum %s", text,
			    btf_str(b, t->name_off));
	return number_parse(text, data, t->size, EITHER, d);
}

static int float_parse(const char *text, unsigned char *data, size_t size, struct diag *d)
{
	double wide;
	float narrow;

	if (size != sizeof(narrow) && size != sizeof(wide))
		return fail(d, -EINVAL, where, "a float of %zu bytes is given as x: and its bytes in hex", size);
	if (!float_of_text(text, &wide))
		return fail(d, -EINVAL, where, "'%s' is not a number (1.5, -2e9)", text);
	narrow = (float)wide;
	if (size == sizeof(wide))
		memcpy(data, &wide, size);
	else
		memcpy(data, &narrow, size);
	return 0;
}

/* How an array is written: "[1,2,3]", or "1.2.3". */
struct list {
	const char *text;		/* behind the bracket */
	const char *separator;
	char end;			/* behind the last one */
};

/* data NULL: only looks whether it is right. */
static int elements_parse(const struct btf *b, const struct btf_array *a, struct list l, unsigned char *data,
			  struct diag *d)
{
	size_t each = (size_t)btf_size(b, a->type);
	const char *text = l.text;
	unsigned char scratch[8];
	char word[64];
	int r = 0;

	for (uint32_t i = 0; i < a->nelems && r == 0; i++) {
		bool last = i + 1 == a->nelems;
		size_t len = strcspn(text, last && l.end ? "]" : l.separator);

		if (len >= sizeof(word) || text[len] != (last ? l.end : l.separator[0]))
			return fail(d, -EINVAL, where, "'%s' is not %u values with '%s' between them", l.text, a->nelems,
				    l.separator);
		memcpy(word, text, len);
		word[len] = 0;
		text += len + !!text[len];
		r = btf_value_parse(b, a->type, word, data ? data + i * each : scratch, each, d);
	}
	return r < 0 || !*text ? r : fail(d, -EINVAL, where, "'%s' goes on after its %u values", l.text, a->nelems);
}

static int array_parse(const struct btf *b, const struct btf_type *t, const char *text, unsigned char *data,
		       size_t size, struct diag *d)
{
	const struct btf_type *element = btf_type(b, btf_skip_modifiers(b, btf_array(t)->type));
	int64_t each = btf_size(b, btf_array(t)->type);
	struct list l = { text + 1, ",", ']' };
	int r;

	if (btf_is_char(b, element))
		return string_parse(text, data, size, d);
	if (each == 1 && strchr(text, '.'))
		l = (struct list){ text, ".", 0 };
	else if (text[0] != '[' || each < 1 || each > 8)
		return fail(d, -EINVAL, where, "an array is given as [1,2,...], or as x: and its %zu bytes in hex", size);
	r = elements_parse(b, btf_array(t), l, NULL, d);	/* nothing is written if it is wrong */
	return r < 0 ? r : elements_parse(b, btf_array(t), l, data, d);
}

static int untyped_parse(const char *text, unsigned char *data, size_t size, struct diag *d)
{
	if (size == 1 || size == 2 || size == 4 || size == 8)
		return number_parse(text, data, size, EITHER, d);
	return string_parse(text, data, size, d);
}

int btf_value_parse(const struct btf *b, uint32_t id, const char *text, unsigned char *data, size_t size,
		    struct diag *d)
{
	const struct btf_type *t = btf_type(b, btf_skip_modifiers(b, id));

	if (is_hex(text))
		return hex_parse(text + 2, data, size, d);
	if (!id)
		return untyped_parse(text, data, size, d);
	if (!t || btf_size(b, id) != (int64_t)size)
		return fail(d, -EINVAL, where, "type %u has no values of %zu bytes", id, size);
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return int_parse(t, text, data, d);
	case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		return enum_parse(b, t, text, data, d);
	case BTF_KIND_FLOAT:
		return float_parse(text, data, size, d);
	case BTF_KIND_PTR:
		return number_parse(text, data, size, UNSIGNED, d);
	case BTF_KIND_ARRAY:
		return array_parse(b, t, text, data, size, d);
	default:
		return fail(d, -EINVAL, where, "%s is given as x: and its %zu bytes in hex", btf_a_kind(btf_kind(t)),
			    size);
	}
}
