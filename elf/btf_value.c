/*
 * A value as text: bytes read through their type.
 *
 * Positions are counted in bits from the start of the data, because a bit-field
 * may begin anywhere; an ordinary member just begins at a multiple of 8. Bytes
 * that are not there (a record cut short) are never read: scalar() asks the view.
 *
 *	struct { u32 a:3, b:5; char name[4]; }		07 00 00 00 62 61 73 68
 *		a: bits 0-2    b: bits 3-7    name: bits 32-63
 *
 * In: bytes and a type number  Out: text or JSON
 * Kernel: kernel/bpf/btf.c btf_type_show() and the *_show() functions
 * Try: bpfwalk run build/progs/ring.bpf.o --for 2 --json
 * Next: elf/btf_parse_value.c
 */
#include <math.h>
#include <string.h>

#include "elf/btf_text.h"
#include "elf/float.h"

struct value {
	const struct btf *b;
	struct view data;
	struct text *out;
	bool json;
	size_t steps;			/* how much may still be looked at */
	unsigned depth;			/* of value() and members(): up to two for each type */
};

/* The bits of a scalar: up to 128 of them. */
struct bits {
	uint64_t lo, hi;
	unsigned count;
};

static void value(struct value *v, uint32_t id, uint64_t at, uint32_t bits);

/* Takes n steps off the budget; false when it is used up. */
static bool spend(struct value *v, size_t n)
{
	v->steps -= n < v->steps ? n : v->steps;
	return v->steps != 0;
}

static void string_add(struct value *v, const char *s, size_t len)
{
	text_add(v->out, "\"");
	text_add_escaped(v->out, s, len, v->json);
	text_add(v->out, "\"");
}

/* For what is not there, or not a value. */
static void nothing(struct value *v)
{
	text_add(v->out, v->json ? "null" : "...");
}

static bool read_bits(const struct value *v, uint64_t at, unsigned count, struct bits *out)
{
	uint64_t word[3] = { 0 };	/* 128 bits that begin inside a byte touch 17 bytes */
	unsigned shift = at % 8;

	*out = (struct bits){ .count = count };
	if (count > 128 || !view_get(v->data, at / 8, word, (shift + count + 7) / 8))
		return false;
	if (shift) {
		word[0] = word[0] >> shift | word[1] << (64 - shift);
		word[1] = word[1] >> shift | word[2] << (64 - shift);
	}
	out->lo = count < 64 ? word[0] & ((1ull << count) - 1) : word[0];
	out->hi = count <= 64 ? 0 : count < 128 ? word[1] & ((1ull << (count - 64)) - 1) : word[1];
	return true;
}

static int64_t sign_extend(struct bits b)
{
	uint64_t sign = b.count && b.count < 64 ? 1ull << (b.count - 1) : 0;

	return (int64_t)((b.lo ^ sign) - sign);
}

/* More than 64 bits: there is no decimal notation for them in printf(). */
static void wide_add(struct value *v, struct bits b)
{
	const char *quote = v->json ? "\"" : "";

	text_add(v->out, b.count > 64 ? "%s0x%llx%016llx%s" : "%s0x%.0llx%llx%s", quote, (unsigned long long)b.hi,
		 (unsigned long long)b.lo, quote);
}

static void int_add(struct value *v, const struct btf_type *t, struct bits b)
{
	uint32_t encoding = BTF_INT_ENCODING(btf_int_data(t));

	if ((encoding & BTF_INT_BOOL) && b.lo <= 1 && !b.hi) {
		text_add(v->out, b.lo ? "true" : "false");
	} else if (btf_is_char(v->b, t) && b.count == 8 && !v->json) {
		char c = (char)b.lo;

		text_add(v->out, "'");
		text_add_escaped(v->out, &c, 1, false);
		text_add(v->out, "'");
	} else if (b.count > 64) {
		wide_add(v, b);
	} else if (encoding & BTF_INT_SIGNED) {
		text_add(v->out, "%lld", (long long)sign_extend(b));
	} else {
		text_add(v->out, "%llu", (unsigned long long)b.lo);
	}
}

/* The name of the enumerator with these bits, or NULL. */
static const char *enumerator(const struct btf *b, const struct btf_type *t, struct bits bits)
{
	uint64_t mask = bits.count < 64 ? (1ull << bits.count) - 1 : UINT64_MAX;

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_enum64 *wide = &btf_enums64(t)[i];
		const struct btf_enum *e = &btf_enums(t)[i];

		if (btf_kind(t) == BTF_KIND_ENUM && ((uint64_t)e->val & mask) == bits.lo)
			return btf_str(b, e->name_off);
		if (btf_kind(t) == BTF_KIND_ENUM64 &&
		    (((uint64_t)wide->val_hi32 << 32 | wide->val_lo32) & mask) == bits.lo)
			return btf_str(b, wide->name_off);
	}
	return NULL;
}

static void enum_add(struct value *v, const struct btf_type *t, struct bits b)
{
	const char *name = spend(v, btf_vlen(t) / 32) ? enumerator(v->b, t, b) : NULL;

	if (name && !*name)
		name = NULL;
	if (name && v->json)
		string_add(v, name, strlen(name));
	else if (name)
		text_add_escaped(v->out, name, strlen(name), false);
	else if (btf_kflag(t))
		text_add(v->out, "%lld", (long long)sign_extend(b));
	else
		text_add(v->out, "%llu", (unsigned long long)b.lo);
}

/* JSON has no word for what is not a number. */
static void double_add(struct value *v, double x, bool narrow)
{
	if (v->json && !isfinite(x))
		text_add(v->out, "null");
	else
		text_add_float(v->out, x, narrow);
}

static void float_add(struct value *v, struct bits b)
{
	uint32_t word = (uint32_t)b.lo;
	double d;
	float f;

	if (b.count == 32) {
		memcpy(&f, &word, sizeof(f));
		double_add(v, (double)f, true);
	} else if (b.count == 64) {
		memcpy(&d, &b.lo, sizeof(d));
		double_add(v, d, false);
	} else {
		wide_add(v, b);		/* the 2, 12 and 16 byte kinds are not in C11 */
	}
}

/* Everything that is a number in the end. bits: the width of a bit-field, else 0. */
static void scalar(struct value *v, const struct btf_type *t, uint64_t at, uint32_t bits)
{
	uint32_t kind = btf_kind(t);
	struct bits b;

	if (kind == BTF_KIND_INT && !bits) {	/* old compilers put bit-fields here */
		at += BTF_INT_OFFSET(btf_int_data(t));
		bits = BTF_INT_BITS(btf_int_data(t));
	}
	if (!bits)
		bits = kind == BTF_KIND_PTR ? 64 : t->size < 16 ? t->size * 8 : 128;
	if (!read_bits(v, at, bits, &b))
		nothing(v);
	else if (kind == BTF_KIND_INT)
		int_add(v, t, b);
	else if (kind == BTF_KIND_FLOAT)
		float_add(v, b);
	else if (kind == BTF_KIND_PTR)
		text_add(v->out, v->json ? "\"0x%llx\"" : "0x%llx", (unsigned long long)b.lo);
	else
		enum_add(v, t, b);
}

/* True if a value of that type at bit `at` begins behind the data. What has no size is always there. */
static bool is_missing(const struct value *v, uint32_t id, uint64_t at)
{
	return at / 8 >= v->data.size && btf_size(v->b, id) != 0;
}

static void comma(struct value *v, bool first)
{
	text_add(v->out, first ? "" : v->json ? "," : ", ");
}

/* Ends a list that has more than can be shown; JSON has no way to say so. */
static void cut_short(struct value *v, bool first)
{
	if (v->json)
		return;
	comma(v, first);
	text_add(v->out, "...");
}

/* A char array: its string, up to the NUL or to where the data ends. */
static void char_array(struct value *v, uint32_t nelems, uint64_t at)
{
	size_t there = at / 8 < v->data.size ? v->data.size - (size_t)(at / 8) : 0;
	size_t len = nelems < there ? nelems : there, n;
	const char *s = len ? (const char *)v->data.base + at / 8 : "";

	if (!spend(v, len / 4))
		len = 0;
	n = strnlen(s, len);
	string_add(v, s, n);
	if (n == there && there < nelems && !v->json)
		text_add(v->out, "...");
}

static void array(struct value *v, const struct btf_type *t, uint64_t at)
{
	const struct btf_array *a = btf_array(t);
	const struct btf_type *element = btf_type(v->b, btf_skip_modifiers(v->b, a->type));
	int64_t size = btf_size(v->b, a->type);

	if (btf_is_char(v->b, element) && at % 8 == 0) {
		char_array(v, a->nelems, at);
		return;
	}
	text_add(v->out, "[");
	for (uint32_t i = 0; i < a->nelems; i++) {
		uint64_t next = at + (uint64_t)(size > 0 ? size : 0) * 8 * i;

		if (!v->steps || is_missing(v, a->type, next)) {
			cut_short(v, i == 0);
			break;
		}
		comma(v, i == 0);
		value(v, a->type, next, 0);
	}
	text_add(v->out, "]");
}

/* One entry of { }: its name, its value. False when there is nothing left to show. */
static bool entry(struct value *v, bool *first, uint32_t name_off, uint32_t id, uint64_t at, uint32_t bits)
{
	const char *name = btf_str(v->b, name_off);
	bool missing = is_missing(v, id, at);

	if (missing && !v->json) {
		cut_short(v, *first);
		return false;
	}
	comma(v, *first);
	*first = false;
	if (v->json) {
		string_add(v, name, strlen(name));
		text_add(v->out, ":");
	} else {
		text_add_escaped(v->out, name, strlen(name), false);
		text_add(v->out, "=");
	}
	if (missing)
		nothing(v);
	else
		value(v, id, at, bits);
	return v->steps != 0;
}

/* The members of a struct or union, without the braces; those of a nameless member as if they were its own. */
static bool members(struct value *v, const struct btf_type *t, uint64_t at, bool *first)
{
	bool more = true;

	if (v->depth >= 2 * BTF_MAX_DEPTH)
		return false;
	v->depth++;
	for (uint32_t i = 0; more && i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		const struct btf_type *inner = btf_type(v->b, btf_skip_modifiers(v->b, m->type));
		uint64_t where = at + btf_member_bit_offset(t, m);

		if (!spend(v, 1)) {
			cut_short(v, *first);
			more = false;
		} else if (*btf_str(v->b, m->name_off)) {
			more = entry(v, first, m->name_off, m->type, where, btf_member_bits(t, m));
		} else if (inner && (btf_kind(inner) == BTF_KIND_STRUCT || btf_kind(inner) == BTF_KIND_UNION)) {
			more = members(v, inner, where, first);
		}
	}
	v->depth--;
	return more;
}

static void variables(struct value *v, const struct btf_type *t, uint64_t at)
{
	bool first = true, more = true;

	for (uint32_t i = 0; more && i < btf_vlen(t) && spend(v, 1); i++) {
		const struct btf_var_secinfo *s = &btf_secinfos(t)[i];
		const struct btf_type *var = btf_type(v->b, s->type);

		if (var && btf_kind(var) == BTF_KIND_VAR)	/* not a func of .ksyms */
			more = entry(v, &first, var->name_off, var->type, at + (uint64_t)s->offset * 8, 0);
	}
}

static void by_kind(struct value *v, const struct btf_type *t, uint64_t at, uint32_t bits)
{
	bool first = true;

	switch (btf_kind(t)) {
	case BTF_KIND_INT: case BTF_KIND_FLOAT: case BTF_KIND_PTR: case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		scalar(v, t, at, bits);
		break;
	case BTF_KIND_ARRAY:
		array(v, t, at);
		break;
	case BTF_KIND_STRUCT: case BTF_KIND_UNION:
		text_add(v->out, "{");
		members(v, t, at, &first);
		text_add(v->out, "}");
		break;
	case BTF_KIND_DATASEC:
		text_add(v->out, "{");
		variables(v, t, at);
		text_add(v->out, "}");
		break;
	case BTF_KIND_VAR:
		value(v, t->type, at, bits);
		break;
	default:
		nothing(v);
	}
}

static void value(struct value *v, uint32_t id, uint64_t at, uint32_t bits)
{
	const struct btf_type *t = btf_type(v->b, btf_skip_modifiers(v->b, id));

	if (!spend(v, 1) || !t || v->depth >= 2 * BTF_MAX_DEPTH) {
		nothing(v);
		return;
	}
	v->depth++;
	by_kind(v, t, at, bits);
	v->depth--;
}

/* Bytes of which nothing is known. */
static void bytes(struct value *v)
{
	size_t n = v->data.size;
	const unsigned char *p = v->data.base;

	text_add(v->out, v->json ? "\"" : "");
	for (size_t i = 0; i < n; i++)
		text_add(v->out, v->json ? "%02x" : "%02x ", p[i]);
	text_add(v->out, v->json ? "\"" : "|");
	if (v->json)
		return;
	for (size_t i = 0; i < n; i++)
		text_add(v->out, "%c", p[i] >= ' ' && p[i] < 0x7f ? p[i] : '.');
	text_add(v->out, "|");
}

void btf_value_text(const struct btf *b, uint32_t id, struct view data, enum value_style style, struct text *out)
{
	struct value v = {
		/* A value has a byte of its own, or shares one with others in a union or a bit-field. */
		.b = b, .data = data, .out = out, .json = style == VALUE_JSON, .steps = 1024 + data.size * 32,
	};
	int64_t size = btf_size(b, id);

	if (size >= 0)
		value(&v, id, 0, 0);
	else
		bytes(&v);
}
