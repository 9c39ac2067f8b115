/*
 * Types as C, values as text and JSON, text as values.
 *
 * Next: tests/unit_symfile.c
 */
#include <math.h>

#include "elf/btf_text.h"
#include "tests/btf_image.h"
#include "tests/check.h"

static struct arena arena;
static struct btf_image m;		/* the types of the test, as they are added */
static struct btf b;
static char buf[1024];

static void begin(void)
{
	m = (struct btf_image){ 0 };
}

/* Parses what was added; the block outlives image_block(), because values need one too. */
static void parsed(void)
{
	struct view v = btf_image_view(&m);
	struct diag d = { 0 };

	arena_free(&arena);
	v.base = arena_copy(&arena, v.base, v.size);
	check_int(__FILE__, __LINE__, "btf_parse()", btf_parse(v, &arena, &b, &d), 0);
}

static uint32_t named(const char *name, uint32_t kind, uint32_t type)
{
	return btf_image_type(&m, name, kind, 0, type);
}

static uint32_t ptr(uint32_t type)
{
	return named("", BTF_KIND_PTR, type);
}

static const char *type_text(uint32_t id, bool members)
{
	struct text t;

	text_init(&t, buf, sizeof(buf));
	btf_type_text(&b, id, members, &t);
	check_int(__FILE__, __LINE__, "length", (long long)t.length, (long long)strlen(buf));
	return buf;
}

static const char *value_text(uint32_t id, const void *data, size_t size, enum value_style style)
{
	struct text t;

	text_init(&t, buf, sizeof(buf));
	btf_value_text(&b, id, image_copy(data, size), style, &t);
	check_int(__FILE__, __LINE__, "length", (long long)t.length, (long long)strlen(buf));
	return buf;
}

#define CHECK_TYPE(ID, TEXT) CHECK_STR(type_text(ID, false), TEXT)
#define CHECK_MEMBERS(ID, TEXT) CHECK_STR(type_text(ID, true), TEXT)
#define CHECK_VALUE(ID, DATA, TEXT, JSON) do {						\
	CHECK_STR(value_text(ID, DATA, sizeof(DATA) - 1, VALUE_TEXT), TEXT);		\
	CHECK_STR(value_text(ID, DATA, sizeof(DATA) - 1, VALUE_JSON), JSON);		\
} while (0)

TEST(simple_types)
{
	uint32_t i, u, konst, ptr_const, const_ptr, vol, res, f;

	begin();
	i = btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
	u = named("u32", BTF_KIND_TYPEDEF, i);
	konst = named("", BTF_KIND_CONST, u);
	ptr_const = ptr(konst);
	const_ptr = named("", BTF_KIND_CONST, ptr(u));
	vol = named("", BTF_KIND_VOLATILE, konst);
	res = named("", BTF_KIND_RESTRICT, ptr(ptr(0)));
	f = named("double", BTF_KIND_FLOAT, 8);
	parsed();
	CHECK_TYPE(0, "void");
	CHECK_TYPE(9999, "void");
	CHECK_TYPE(i, "int");
	CHECK_TYPE(u, "u32");
	CHECK_MEMBERS(u, "typedef int u32");
	CHECK_TYPE(konst, "const u32");
	CHECK_TYPE(ptr_const, "const u32 *");
	CHECK_TYPE(const_ptr, "u32 *const");
	CHECK_TYPE(vol, "volatile const u32");
	CHECK_TYPE(res, "void **restrict");
	CHECK_TYPE(f, "double");
}

TEST(declarators)
{
	uint32_t i, a, aa, ap, pa, fn, pf, apf, fpf, ca, s;

	begin();
	i = btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
	a = btf_image_array(&m, i, 4);
	aa = btf_image_array(&m, a, 2);
	ap = btf_image_array(&m, ptr(i), 4);
	pa = ptr(a);
	fn = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 2, i);
	btf_image_words(&m, 4, btf_image_name(&m, "p"), pa, 0u, 0u);
	pf = ptr(fn);
	apf = btf_image_array(&m, pf, 3);
	fpf = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 0, pf);
	ca = named("", BTF_KIND_CONST, a);
	s = btf_image_type(&m, "all", BTF_KIND_STRUCT, 4, 64);
	btf_image_member(&m, "a", aa, 0);
	btf_image_member(&m, "pa", pa, 64);
	btf_image_member(&m, "pf", pf, 128);
	btf_image_member(&m, "apf", apf, 192);
	parsed();
	CHECK_TYPE(a, "int [4]");
	CHECK_TYPE(aa, "int [2][4]");
	CHECK_TYPE(ap, "int *[4]");
	CHECK_TYPE(pa, "int (*)[4]");
	CHECK_TYPE(fn, "int (int (*p)[4], ...)");
	CHECK_TYPE(pf, "int (*)(int (*p)[4], ...)");
	CHECK_TYPE(apf, "int (*[3])(int (*p)[4], ...)");
	CHECK_TYPE(fpf, "int (*(void))(int (*p)[4], ...)");
	CHECK_TYPE(ca, "const int [4]");
	CHECK_TYPE(s, "struct all");
	CHECK_MEMBERS(s, "struct all { int a[2][4]; int (*pa)[4]; int (*pf)(int (*p)[4], ...); "
			 "int (*apf[3])(int (*p)[4], ...); }");
}

TEST(type_tags)
{
	uint32_t i, user, kptr;

	begin();
	i = btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
	user = ptr(named("user", BTF_KIND_TYPE_TAG, i));
	kptr = ptr(named("kptr", BTF_KIND_TYPE_TAG, named("task", BTF_KIND_FWD, 0)));
	parsed();
	CHECK_TYPE(user, "int __user *");
	CHECK_TYPE(kptr, "struct task __kptr *");
}

TEST(structs)
{
	uint32_t i, inner, un, s, empty, fwd_union, typedef_s;

	begin();
	i = btf_image_int(&m, "u32", 4, 0);
	inner = btf_image_type(&m, "", BTF_KIND_STRUCT, 1, 4);
	btf_image_member(&m, "x", i, 0);
	un = btf_image_type(&m, "", BTF_KIND_UNION, 2, 4);
	btf_image_member(&m, "y", i, 0);
	btf_image_member(&m, "", inner, 0);
	s = btf_image_type(&m, "s", BTF_KIND_STRUCT, 4, 24);
	m.words[m.nwords - 2] |= 1u << 31;
	btf_image_member(&m, "", un, 0);
	btf_image_member(&m, "in", inner, 32);
	btf_image_member(&m, "bits", i, 3u << 24 | 64);
	btf_image_member(&m, "self", s + 1, 128);
	ptr(s);
	empty = btf_image_type(&m, "empty", BTF_KIND_STRUCT, 0, 0);
	fwd_union = named("far", BTF_KIND_FWD, 0);
	m.words[m.nwords - 2] |= 1u << 31;
	typedef_s = named("pair_t", BTF_KIND_TYPEDEF, inner);
	parsed();
	CHECK_TYPE(s, "struct s");
	CHECK_MEMBERS(s, "struct s { union { u32 y; struct { u32 x; }; }; struct { u32 x; } in; u32 bits : 3; "
			 "struct s *self; }");
	CHECK_TYPE(inner, "struct { u32 x; }");
	CHECK_MEMBERS(inner, "struct { u32 x; }");
	CHECK_MEMBERS(empty, "struct empty {}");
	CHECK_TYPE(fwd_union, "union far");
	CHECK_TYPE(typedef_s, "pair_t");
	CHECK_MEMBERS(typedef_s, "typedef struct { u32 x; } pair_t");
}

TEST(enums)
{
	uint32_t e, se, wide, anonymous, declared;

	begin();
	e = btf_image_type(&m, "color", BTF_KIND_ENUM, 2, 4);
	btf_image_words(&m, 4, btf_image_name(&m, "RED"), 0u, btf_image_name(&m, "BLUE"), 0x80000000u);
	se = btf_image_type(&m, "temp", BTF_KIND_ENUM, 1, 4);
	m.words[m.nwords - 2] |= 1u << 31;
	btf_image_words(&m, 2, btf_image_name(&m, "COLD"), -40u);
	wide = btf_image_type(&m, "wide", BTF_KIND_ENUM64, 1, 8);
	btf_image_words(&m, 3, btf_image_name(&m, "MAX"), -1u, -1u);
	anonymous = btf_image_type(&m, "", BTF_KIND_ENUM, 1, 4);
	btf_image_words(&m, 2, btf_image_name(&m, "ONE"), 1u);
	declared = btf_image_type(&m, "declared", BTF_KIND_ENUM, 0, 0);
	parsed();
	CHECK_TYPE(e, "enum color");
	CHECK_MEMBERS(e, "enum color { RED = 0, BLUE = 2147483648 }");
	CHECK_MEMBERS(se, "enum temp { COLD = -40 }");
	CHECK_MEMBERS(wide, "enum wide { MAX = 18446744073709551615 }");
	CHECK_TYPE(anonymous, "enum { ONE = 1 }");
	CHECK_MEMBERS(anonymous, "enum { ONE = 1 }");
	CHECK_TYPE(declared, "enum declared");

	CHECK_VALUE(e, "\0\0\0\0", "RED", "\"RED\"");
	CHECK_VALUE(e, "\0\0\0\x80", "BLUE", "\"BLUE\"");
	CHECK_VALUE(e, "\7\0\0\0", "7", "7");
	CHECK_VALUE(se, "\xd8\xff\xff\xff", "COLD", "\"COLD\"");
	CHECK_VALUE(se, "\xff\xff\xff\xff", "-1", "-1");
	CHECK_VALUE(wide, "\xff\xff\xff\xff\xff\xff\xff\xff", "MAX", "\"MAX\"");
	CHECK_VALUE(wide, "\xff\xff\xff\xff\0\0\0\0", "4294967295", "4294967295");
}

TEST(what_is_not_a_value)
{
	uint32_t i, proto, func, stat, var, ext, sec, tag, fwd;

	begin();
	i = btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
	proto = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 1, i);
	btf_image_words(&m, 2, btf_image_name(&m, "ctx"), 3u);
	ptr(0);
	func = btf_image_type(&m, "f", BTF_KIND_FUNC, BTF_FUNC_GLOBAL, proto);
	stat = btf_image_type(&m, "g", BTF_KIND_FUNC, BTF_FUNC_STATIC, proto);
	var = named("v", BTF_KIND_VAR, i);
	btf_image_words(&m, 1, BTF_VAR_GLOBAL_ALLOCATED);
	ext = named("e", BTF_KIND_VAR, i);
	btf_image_words(&m, 1, BTF_VAR_GLOBAL_EXTERN);
	sec = btf_image_type(&m, ".data", BTF_KIND_DATASEC, 3, 8);
	btf_image_words(&m, 9, var, 0u, 4u, func, 0u, 0u, ext, 4u, 4u);
	tag = named("note", BTF_KIND_DECL_TAG, i);
	btf_image_words(&m, 1, -1u);
	fwd = named("far", BTF_KIND_FWD, 0);
	parsed();
	CHECK_TYPE(func, "int f(void *ctx)");
	CHECK_TYPE(stat, "static int g(void *ctx)");
	CHECK_TYPE(var, "int v");
	CHECK_TYPE(ext, "extern int e");
	CHECK_TYPE(sec, "section .data");
	CHECK_MEMBERS(sec, "section .data { int v; int f(void *ctx); int e; }");
	CHECK_TYPE(tag, "note");
	CHECK_TYPE(fwd, "struct far");

	CHECK_VALUE(var, "\1\0\0\0", "1", "1");
	CHECK_VALUE(sec, "\1\0\0\0\2\0\0\0", "{v=1, e=2}", "{\"v\":1,\"e\":2}");
	CHECK_VALUE(func, "hey\n", "68 65 79 0a |hey.|", "\"6865790a\"");
	CHECK_VALUE(fwd, "\x1b[2J", "1b 5b 32 4a |.[2J|", "\"1b5b324a\"");
	CHECK_VALUE(0, "", "||", "\"\"");
	CHECK_VALUE(0, "\x7f\x80~", "7f 80 7e |..~|", "\"7f807e\"");
}

/* A struct may say that it holds what has no value; only its own size counts. */
TEST(members_without_values)
{
	uint32_t fwd, voids, s;

	begin();
	fwd = named("far", BTF_KIND_FWD, 0);
	voids = btf_image_array(&m, 0, UINT32_MAX);
	s = btf_image_type(&m, "s", BTF_KIND_STRUCT, 2, 8);
	btf_image_member(&m, "f", fwd, 0);
	btf_image_member(&m, "n", 0, 32);
	parsed();
	CHECK_VALUE(s, "12345678", "{f=..., n=...}", "{\"f\":null,\"n\":null}");
	CHECK_TYPE(voids, "void [4294967295]");
	CHECK_VALUE(voids, "12", "31 32 |12|", "\"3132\"");
}

TEST(numbers)
{
	uint32_t s8, u8, s16, u64, s64, u128, truth, letter, p;

	begin();
	s8 = btf_image_int(&m, "signed char", 1, BTF_INT_SIGNED);
	u8 = btf_image_int(&m, "unsigned char", 1, 0);
	s16 = btf_image_int(&m, "short", 2, BTF_INT_SIGNED);
	u64 = btf_image_int(&m, "unsigned long", 8, 0);
	s64 = btf_image_int(&m, "long", 8, BTF_INT_SIGNED);
	u128 = btf_image_int(&m, "__int128", 16, BTF_INT_SIGNED);
	truth = btf_image_int(&m, "_Bool", 1, BTF_INT_BOOL);
	letter = btf_image_int(&m, "char", 1, BTF_INT_SIGNED);
	p = ptr(0);
	parsed();
	CHECK_VALUE(s8, "\x80", "-128", "-128");
	CHECK_VALUE(u8, "a", "97", "97");
	CHECK_VALUE(s16, "\xfe\xff", "-2", "-2");
	CHECK_VALUE(u64, "\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615", "18446744073709551615");
	CHECK_VALUE(s64, "\0\0\0\0\0\0\0\x80", "-9223372036854775808", "-9223372036854775808");
	CHECK_VALUE(u128, "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0", "0x20000000000000001", "\"0x20000000000000001\"");
	CHECK_VALUE(truth, "\0", "false", "false");
	CHECK_VALUE(truth, "\1", "true", "true");
	CHECK_VALUE(truth, "\2", "2", "2");
	CHECK_VALUE(letter, "a", "'a'", "97");
	CHECK_VALUE(letter, "\n", "'\\n'", "10");
	CHECK_VALUE(letter, "\x9b", "'\\233'", "-101");
	CHECK_VALUE(p, "\0\x12\0\0\xff\xff\xff\xff", "0xffffffff00001200", "\"0xffffffff00001200\"");
	CHECK_VALUE(p, "\0\0\0\0\0\0\0\0", "0x0", "\"0x0\"");
}

TEST(floats)
{
	static const struct { double value; const char *text, *json; } doubles[] = {
		{ 0.1, "0.1", "0.1" }, { 1.0 / 3, "0.3333333333333333", "0.3333333333333333" },
		{ -2e9, "-2000000000", "-2000000000" }, { 1e300, "1e+300", "1e+300" },
		{ NAN, "nan", "null" }, { INFINITY, "inf", "null" }, { -INFINITY, "-inf", "null" },
	};
	float third = 1.0f / 3, tenth = 0.1f;
	uint32_t d, f, half;

	begin();
	d = named("double", BTF_KIND_FLOAT, 8);
	f = named("float", BTF_KIND_FLOAT, 4);
	half = named("_Float16", BTF_KIND_FLOAT, 2);
	parsed();
	for (unsigned i = 0; i < sizeof(doubles) / sizeof(*doubles); i++) {
		CHECK_STR(value_text(d, &doubles[i].value, 8, VALUE_TEXT), doubles[i].text);
		CHECK_STR(value_text(d, &doubles[i].value, 8, VALUE_JSON), doubles[i].json);
	}
	CHECK_STR(value_text(f, &tenth, 4, VALUE_TEXT), "0.1");
	CHECK_STR(value_text(f, &third, 4, VALUE_JSON), "0.33333334");
	CHECK_VALUE(half, "\x00\x3c", "0x3c00", "\"0x3c00\"");
}

TEST(arrays)
{
	uint32_t c, i, s16, s4, n, names, none;

	begin();
	c = btf_image_int(&m, "char", 1, BTF_INT_SIGNED);
	i = btf_image_int(&m, "u16", 2, 0);
	s16 = btf_image_array(&m, named("letter", BTF_KIND_TYPEDEF, c), 16);
	s4 = btf_image_array(&m, c, 4);
	n = btf_image_array(&m, i, 3);
	names = btf_image_array(&m, s4, 2);
	none = btf_image_array(&m, i, 0);
	parsed();
	CHECK_VALUE(s16, "bash\0secret\0\0\0\0\0", "\"bash\"", "\"bash\"");
	CHECK_VALUE(s4, "abcd", "\"abcd\"", "\"abcd\"");
	CHECK_VALUE(s4, "\"\x1b\n\0", "\"\\\"\\033\\n\"", "\"\\\"\\u001b\\n\"");
	CHECK_VALUE(n, "\1\0\2\0\3\0", "[1, 2, 3]", "[1,2,3]");
	CHECK_VALUE(names, "ab\0\0cdef", "[\"ab\", \"cdef\"]", "[\"ab\",\"cdef\"]");
	CHECK_VALUE(none, "", "[]", "[]");
}

/* { union { u32 y; struct { u32 x; }; }; char name[4]; u32 a:3; int b:29; struct { u32 x; } last; } */
static uint32_t mixed(void)
{
	uint32_t u, i, c, name, inner, un, s;

	begin();
	u = btf_image_int(&m, "u32", 4, 0);
	i = btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
	c = btf_image_int(&m, "char", 1, BTF_INT_SIGNED);
	name = btf_image_array(&m, c, 4);
	inner = btf_image_type(&m, "", BTF_KIND_STRUCT, 1, 4);
	btf_image_member(&m, "x", u, 0);
	un = btf_image_type(&m, "", BTF_KIND_UNION, 2, 4);
	btf_image_member(&m, "y", u, 0);
	btf_image_member(&m, "", inner, 0);
	s = btf_image_type(&m, "mixed", BTF_KIND_STRUCT, 5, 16);
	m.words[m.nwords - 2] |= 1u << 31;
	btf_image_member(&m, "", un, 0);
	btf_image_member(&m, "name", name, 32);
	btf_image_member(&m, "a", u, 3u << 24 | 64);
	btf_image_member(&m, "b", i, 29u << 24 | 67);
	btf_image_member(&m, "last", inner, 96);
	parsed();
	return s;
}

TEST(struct_values)
{
	uint32_t s = mixed();

	CHECK_VALUE(s, "\5\0\0\0me\0\0\xfd\xff\xff\xff\7\0\0\0",
		    "{y=5, x=5, name=\"me\", a=5, b=-1, last={x=7}}",
		    "{\"y\":5,\"x\":5,\"name\":\"me\",\"a\":5,\"b\":-1,\"last\":{\"x\":7}}");
}

/* A record may be shorter than its type: a program wrote only part of it. */
TEST(short_data)
{
	uint32_t s = mixed();

	CHECK_VALUE(s, "\5\0\0\0me\0\0\xfd\xff\xff\xff",
		    "{y=5, x=5, name=\"me\", a=5, b=-1, ...}",
		    "{\"y\":5,\"x\":5,\"name\":\"me\",\"a\":5,\"b\":-1,\"last\":null}");
	CHECK_VALUE(s, "\5\0\0\0me",
		    "{y=5, x=5, name=\"me\"..., ...}",
		    "{\"y\":5,\"x\":5,\"name\":\"me\",\"a\":null,\"b\":null,\"last\":null}");
	CHECK_VALUE(s, "\5\0", "{y=..., x=..., ...}",
		    "{\"y\":null,\"x\":null,\"name\":null,\"a\":null,\"b\":null,\"last\":null}");
	CHECK_VALUE(s, "", "{...}", "{\"y\":null,\"x\":null,\"name\":null,\"a\":null,\"b\":null,\"last\":null}");
	CHECK_VALUE(1, "\5\0", "...", "null");
	begin();
	s = btf_image_array(&m, btf_image_int(&m, "u16", 2, 0), UINT32_MAX / 2);
	parsed();
	CHECK_VALUE(s, "\1\0\2\0\3", "[1, 2, ..., ...]", "[1,2,null]");
}

/* Members without a size, at the end, are there although no bytes are. */
TEST(flexible_array)
{
	uint32_t u, tail, s;

	begin();
	u = btf_image_int(&m, "u32", 4, 0);
	tail = btf_image_array(&m, u, 0);
	s = btf_image_type(&m, "s", BTF_KIND_STRUCT, 2, 4);
	btf_image_member(&m, "len", u, 0);
	btf_image_member(&m, "tail", tail, 32);
	parsed();
	CHECK_VALUE(s, "\1\0\0\0", "{len=1, tail=[]}", "{\"len\":1,\"tail\":[]}");
}

/* Before kflag, a bit-field was an INT with an offset and fewer bits than its size. */
TEST(old_bit_fields)
{
	uint32_t part, s;

	begin();
	part = btf_image_type(&m, "u32", BTF_KIND_INT, 0, 4);
	btf_image_words(&m, 1, 4u << 16 | 8);
	s = btf_image_type(&m, "s", BTF_KIND_STRUCT, 1, 4);
	btf_image_member(&m, "f", part, 0);
	parsed();
	CHECK_VALUE(s, "\x50\x0a\0\0", "{f=165}", "{\"f\":165}");
}

/* 100 bits that begin in the last bit of a byte. */
TEST(wide_bit_field)
{
	uint32_t big, s;

	begin();
	big = btf_image_int(&m, "__int128", 16, 0);
	s = btf_image_type(&m, "s", BTF_KIND_STRUCT, 1, 16);
	m.words[m.nwords - 2] |= 1u << 31;
	btf_image_member(&m, "f", big, 100u << 24 | 7);
	parsed();
	CHECK_VALUE(s, "\x80\0\0\0\0\0\0\0\x80\0\0\0\0\x06\0\0", "{f=0xc000000010000000000000001}",
		    "{\"f\":\"0xc000000010000000000000001\"}");
}

/* The names are the file's as well. */
TEST(hostile_names)
{
	uint32_t u, s, e;

	begin();
	u = btf_image_int(&m, "\033[2J", 4, 0);
	s = btf_image_type(&m, "a\nb", BTF_KIND_STRUCT, 1, 4);
	btf_image_member(&m, "\"\x9b", u, 0);
	e = btf_image_type(&m, "e", BTF_KIND_ENUM, 1, 4);
	btf_image_words(&m, 2, btf_image_name(&m, "\033]0;x\a"), 0u);
	parsed();
	CHECK_MEMBERS(s, "struct a\\nb { \\033[2J \\\"\\233; }");
	CHECK_VALUE(s, "\1\0\0\0", "{\\\"\\233=1}", "{\"\\\"\\ufffd\":1}");
	CHECK_VALUE(e, "\0\0\0\0", "\\033]0;x\\007", "\"\\u001b]0;x\\u0007\"");
}

/* Each struct holds two of the one before: 2^60 leaves, none of which has a byte, or a name. */
TEST(endless_types_end)
{
	uint32_t s, big, holder;
	struct text t;

	begin();
	s = btf_image_type(&m, "", BTF_KIND_STRUCT, 0, 0);
	for (unsigned i = 0; i < 60; i++) {
		uint32_t below = s;

		s = btf_image_type(&m, "", BTF_KIND_STRUCT, 2, 0);
		btf_image_member(&m, "", below, 0);
		btf_image_member(&m, "", below, 0);
	}
	big = btf_image_array(&m, s, UINT32_MAX);
	holder = btf_image_type(&m, "holder", BTF_KIND_STRUCT, 1, 8);
	btf_image_member(&m, "all", big, 0);
	parsed();
	CHECK_STR(value_text(s, "", 0, VALUE_TEXT), "{...}");
	CHECK_STR(value_text(holder, "12345678", 8, VALUE_TEXT), "{all=[{...}, ...]}");
	CHECK_STR(value_text(holder, "12345678", 8, VALUE_JSON), "{\"all\":[{}]}");
	text_init(&t, buf, sizeof(buf));
	btf_type_text(&b, s, true, &t);
	CHECK(t.length > sizeof(buf) && t.length < 100000);
}

/* A union of many views of one long string: the text of each counts against the budget. */
TEST(endless_strings_end)
{
	static char data[4096];
	struct text t;
	uint32_t un;

	begin();
	btf_image_array(&m, btf_image_int(&m, "char", 1, BTF_INT_SIGNED), sizeof(data));
	un = btf_image_type(&m, "u", BTF_KIND_UNION, 300, sizeof(data));
	for (unsigned i = 0; i < 300; i++)
		btf_image_member(&m, "a", 2, 0);
	parsed();
	memset(data, 'x', sizeof(data));
	text_init(&t, buf, sizeof(buf));
	btf_value_text(&b, un, (struct view){ (unsigned char *)data, sizeof(data) }, VALUE_TEXT, &t);
	CHECK(t.length > 100 * sizeof(data) && t.length < 150 * sizeof(data));
}

/* A text says something, also of what has no name. */
TEST(nameless)
{
	uint32_t i, e;

	begin();
	i = btf_image_int(&m, "", 4, 0);
	e = btf_image_type(&m, "e", BTF_KIND_ENUM, 1, 4);
	btf_image_words(&m, 2, 0u, 5u);
	parsed();
	CHECK_TYPE(i, "(int)");
	CHECK_VALUE(e, "\5\0\0\0", "5", "5");
}

/* Through pointers types may go around for ever. */
TEST(circles_through_pointers_end)
{
	uint32_t proto;

	begin();
	proto = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 1, 0);
	btf_image_words(&m, 2, 0u, 2u);
	ptr(proto);
	named("", BTF_KIND_PTR, 3);
	parsed();
	CHECK_HAS(type_text(proto, false), "void (void (*)(void (*)(");
	CHECK_HAS(buf, "...");
	CHECK_HAS(type_text(3, false), "...");
}

#define CHECK_PARSE(ID, TEXT, BYTES) do {							\
	struct diag d_ = { 0 };									\
	unsigned char got_[sizeof(BYTES) - 1];							\
	int r_;											\
												\
	memset(got_, 0xa5, sizeof(got_));							\
	r_ = btf_value_parse(&b, ID, TEXT, got_, sizeof(got_), &d_);				\
	CHECK_STR(d_.msg, "");									\
	CHECK_INT(r_, 0);									\
	CHECK_MEM(got_, BYTES, sizeof(got_));							\
} while (0)

#define CHECK_REFUSED(ID, TEXT, SIZE, CODE, MSG) do {						\
	struct diag d_ = { 0 };									\
	unsigned char got_[SIZE], was_[SIZE];							\
												\
	memset(got_, 0xa5, sizeof(got_));							\
	memset(was_, 0xa5, sizeof(was_));							\
	CHECK_INT(btf_value_parse(&b, ID, TEXT, got_, sizeof(got_), &d_), CODE);		\
	CHECK_STR(d_.msg, MSG);									\
	CHECK_STR(d_.where, "value");								\
	CHECK_MEM(got_, was_, sizeof(got_));							\
} while (0)

#define NO_NUMBER(TEXT) "'" TEXT "' is not a number (42, -1, 0x10, 'a')"

TEST(parse_integers)
{
	uint32_t s8, u8, u32, s64, u128, p;

	begin();
	s8 = btf_image_int(&m, "signed char", 1, BTF_INT_SIGNED);
	u8 = btf_image_int(&m, "unsigned char", 1, 0);
	u32 = named("u32", BTF_KIND_TYPEDEF, named("", BTF_KIND_VOLATILE, btf_image_int(&m, "unsigned int", 4, 0)));
	s64 = btf_image_int(&m, "long", 8, BTF_INT_SIGNED);
	u128 = btf_image_int(&m, "__int128", 16, BTF_INT_SIGNED);
	p = ptr(0);
	parsed();
	CHECK_PARSE(s8, "-128", "\x80");
	CHECK_PARSE(s8, "+127", "\x7f");
	CHECK_PARSE(u8, "255", "\xff");
	CHECK_PARSE(u8, "010", "\x0a");			/* nobody who types 010 means 8 */
	CHECK_PARSE(u32, "0x1234ABCD", "\xcd\xab\x34\x12");
	CHECK_PARSE(u32, "x:00ff10FF", "\0\xff\x10\xff");
	CHECK_PARSE(u32, "-0", "\0\0\0\0");
	CHECK_PARSE(s64, "-9223372036854775808", "\0\0\0\0\0\0\0\x80");
	CHECK_PARSE(s64, "-0x1", "\xff\xff\xff\xff\xff\xff\xff\xff");
	CHECK_PARSE(u128, "-2", "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
	CHECK_PARSE(p, "0xffffffff81000000", "\0\0\0\x81\xff\xff\xff\xff");

	CHECK_REFUSED(s8, "128", 1, -ERANGE, "128 does not fit into signed 8 bits");
	CHECK_REFUSED(s8, "-129", 1, -ERANGE, "-129 does not fit into signed 8 bits");
	CHECK_REFUSED(u8, "256", 1, -ERANGE, "256 does not fit into unsigned 8 bits");
	CHECK_REFUSED(u32, "-1", 4, -ERANGE, "-1 does not fit into unsigned 32 bits");
	CHECK_REFUSED(s64, "9223372036854775808", 8, -ERANGE, "9223372036854775808 does not fit into signed 64 bits");
	CHECK_REFUSED(p, "18446744073709551616", 8, -ERANGE, "18446744073709551616 does not fit into unsigned 64 bits");
	CHECK_REFUSED(u32, "", 4, -EINVAL, NO_NUMBER(""));
	CHECK_REFUSED(u32, "4x", 4, -EINVAL, NO_NUMBER("4x"));
	CHECK_REFUSED(u32, " 4", 4, -EINVAL, NO_NUMBER(" 4"));
	CHECK_REFUSED(u32, "--4", 4, -EINVAL, NO_NUMBER("--4"));
	CHECK_REFUSED(u32, "0x", 4, -EINVAL, NO_NUMBER("0x"));
	CHECK_REFUSED(u32, "0x-1", 4, -EINVAL, NO_NUMBER("0x-1"));
	CHECK_REFUSED(u32, "-", 4, -EINVAL, NO_NUMBER("-"));
	CHECK_REFUSED(u32, "true", 4, -EINVAL, NO_NUMBER("true"));
	CHECK_REFUSED(u32, "x:00f", 4, -EINVAL, "x:00f has 3 digits, a byte needs two");
	CHECK_REFUSED(u32, "x:0g", 4, -EINVAL, "x:0g has 'g' where a hex digit is expected");
	CHECK_REFUSED(u32, "x:00ff", 4, -ERANGE, "x:00ff has 2 bytes, expected 4");
	CHECK_REFUSED(u32, "1", 8, -EINVAL, "type 5 has no values of 8 bytes");
	CHECK_REFUSED(99, "1", 8, -EINVAL, "type 99 has no values of 8 bytes");
}

TEST(parse_chars_and_bools)
{
	uint32_t c, truth;

	begin();
	c = btf_image_int(&m, "char", 1, BTF_INT_SIGNED);
	truth = btf_image_int(&m, "bool", 1, BTF_INT_BOOL);
	parsed();
	CHECK_PARSE(c, "'a'", "a");
	CHECK_PARSE(c, "'\\n'", "\n");
	CHECK_PARSE(c, "'\\0'", "\0");
	CHECK_PARSE(c, "'\\''", "'");
	CHECK_PARSE(c, "'\\\\'", "\\");
	CHECK_PARSE(c, "'\xff'", "\xff");
	CHECK_PARSE(c, "-1", "\xff");
	CHECK_REFUSED(c, "a", 1, -EINVAL, NO_NUMBER("a"));
	CHECK_REFUSED(c, "'ab'", 1, -EINVAL, NO_NUMBER("'ab'"));
	CHECK_REFUSED(c, "''", 1, -EINVAL, NO_NUMBER("''"));
	CHECK_REFUSED(c, "'''", 1, -EINVAL, NO_NUMBER("'''"));
	CHECK_REFUSED(c, "'", 1, -EINVAL, NO_NUMBER("'"));
	CHECK_REFUSED(c, "'\\", 1, -EINVAL, NO_NUMBER("'\\"));
	CHECK_REFUSED(c, "'\\q'", 1, -EINVAL, NO_NUMBER("'\\q'"));
	CHECK_REFUSED(c, "200", 1, -ERANGE, "200 does not fit into signed 8 bits");
	CHECK_PARSE(truth, "true", "\1");
	CHECK_PARSE(truth, "false", "\0");
	CHECK_PARSE(truth, "1", "\1");
	CHECK_PARSE(truth, "0", "\0");
	CHECK_REFUSED(truth, "yes", 1, -EINVAL, "'yes' is not true, false, 1 or 0");
	CHECK_REFUSED(truth, "2", 1, -EINVAL, "'2' is not true, false, 1 or 0");
}

TEST(parse_enums)
{
	uint32_t e, wide;

	begin();
	e = btf_image_type(&m, "color", BTF_KIND_ENUM, 2, 4);
	btf_image_words(&m, 4, btf_image_name(&m, "RED"), 3u, btf_image_name(&m, "BLUE"), -1u);
	wide = btf_image_type(&m, "wide", BTF_KIND_ENUM64, 1, 8);
	btf_image_words(&m, 3, btf_image_name(&m, "MAX"), 1u, 2u);
	parsed();
	CHECK_PARSE(e, "RED", "\3\0\0\0");
	CHECK_PARSE(e, "BLUE", "\xff\xff\xff\xff");
	CHECK_PARSE(e, "7", "\7\0\0\0");
	CHECK_PARSE(e, "-1", "\xff\xff\xff\xff");
	CHECK_PARSE(wide, "MAX", "\1\0\0\0\2\0\0\0");
	CHECK_REFUSED(e, "GREEN", 4, -EINVAL, "'GREEN' is neither a number nor a name of enum color");
	CHECK_REFUSED(e, "red", 4, -EINVAL, "'red' is neither a number nor a name of enum color");
	CHECK_REFUSED(e, "4294967296", 4, -ERANGE, "4294967296 does not fit into 32 bits");
}

TEST(parse_floats)
{
	uint32_t d, f, half;
	unsigned char got[8];
	double x = -2.5e9;
	float y = 0.1f;

	begin();
	d = named("double", BTF_KIND_FLOAT, 8);
	f = named("float", BTF_KIND_FLOAT, 4);
	half = named("_Float16", BTF_KIND_FLOAT, 2);
	parsed();
	CHECK_INT(btf_value_parse(&b, d, "-2.5e9", got, 8, NULL), 0);
	CHECK_MEM(got, &x, 8);
	CHECK_INT(btf_value_parse(&b, f, "0.1", got, 4, NULL), 0);
	CHECK_MEM(got, &y, 4);
	CHECK_PARSE(half, "x:003c", "\x00\x3c");
	CHECK_REFUSED(d, "1.5f", 8, -EINVAL, "'1.5f' is not a number (1.5, -2e9)");
	CHECK_REFUSED(d, "", 8, -EINVAL, "'' is not a number (1.5, -2e9)");
	CHECK_REFUSED(half, "1", 2, -EINVAL, "a float of 2 bytes is given as x: and its bytes in hex");
}

TEST(parse_arrays_and_structs)
{
	uint32_t c, s, n, ip, st;

	begin();
	c = btf_image_int(&m, "char", 1, BTF_INT_SIGNED);
	s = btf_image_array(&m, named("", BTF_KIND_CONST, c), 8);
	n = btf_image_array(&m, btf_image_int(&m, "u16", 2, 0), 2);
	ip = btf_image_array(&m, btf_image_int(&m, "unsigned char", 1, 0), 4);
	st = btf_image_type(&m, "s", BTF_KIND_STRUCT, 0, 2);
	parsed();
	CHECK_PARSE(s, "bash", "bash\0\0\0\0");
	CHECK_PARSE(s, "\"bash\"", "bash\0\0\0\0");
	CHECK_PARSE(s, "", "\0\0\0\0\0\0\0\0");
	CHECK_PARSE(s, "\"", "\"\0\0\0\0\0\0\0");
	CHECK_PARSE(s, "\"\"", "\0\0\0\0\0\0\0\0");
	CHECK_PARSE(s, "1234567", "1234567\0");
	CHECK_PARSE(s, "\"x:00\"", "x:00\0\0\0\0");
	CHECK_PARSE(s, "x:4142434445464748", "ABCDEFGH");
	CHECK_PARSE(n, "x:01000200", "\1\0\2\0");
	CHECK_PARSE(st, "x:0102", "\1\2");
	CHECK_REFUSED(s, "12345678", 8, -ERANGE, "a string of 8 bytes and its NUL do not fit into 8");
	CHECK_PARSE(n, "[1,65535]", "\1\0\xff\xff");
	CHECK_PARSE(n, "[0x10,'a']", "\x10\0a\0");
	CHECK_PARSE(ip, "10.0.255.1", "\x0a\0\xff\1");
	CHECK_PARSE(ip, "[10,0,255,1]", "\x0a\0\xff\1");
	CHECK_REFUSED(n, "1,2", 4, -EINVAL, "an array is given as [1,2,...], or as x: and its 4 bytes in hex");
	CHECK_REFUSED(n, "1.2", 4, -EINVAL, "an array is given as [1,2,...], or as x: and its 4 bytes in hex");
	CHECK_REFUSED(n, "[1]", 4, -EINVAL, "'1]' is not 2 values with ',' between them");
	CHECK_REFUSED(n, "[1,2,3]", 4, -EINVAL, "'2,3' is not a number (42, -1, 0x10, 'a')");
	CHECK_REFUSED(n, "[1,2", 4, -EINVAL, "'1,2' is not 2 values with ',' between them");
	CHECK_REFUSED(n, "[1,2]x", 4, -EINVAL, "'1,2]x' goes on after its 2 values");
	CHECK_REFUSED(n, "[1,65536]", 4, -ERANGE, "65536 does not fit into unsigned 16 bits");
	CHECK_REFUSED(n, "[1,]", 4, -EINVAL, NO_NUMBER(""));
	CHECK_REFUSED(ip, "10.0.0", 4, -EINVAL, "'10.0.0' is not 4 values with '.' between them");
	CHECK_REFUSED(ip, "10.0.0.0.1", 4, -EINVAL, "'10.0.0.0.1' is not 4 values with '.' between them");
	CHECK_REFUSED(ip, "10.0.0.256", 4, -ERANGE, "256 does not fit into unsigned 8 bits");
	CHECK_REFUSED(ip, "localhost", 4, -EINVAL, "an array is given as [1,2,...], or as x: and its 4 bytes in hex");
	CHECK_REFUSED(st, "1", 2, -EINVAL, "a struct is given as x: and its 2 bytes in hex");
}

TEST(parse_untyped)
{
	begin();
	parsed();
	CHECK_PARSE(0, "255", "\xff");
	CHECK_PARSE(0, "-128", "\x80");
	CHECK_PARSE(0, "0x10", "\x10\0");
	CHECK_PARSE(0, "-1", "\xff\xff\xff\xff");
	CHECK_PARSE(0, "18446744073709551615", "\xff\xff\xff\xff\xff\xff\xff\xff");
	CHECK_PARSE(0, "hi", "hi\0");
	CHECK_PARSE(0, "x:010203", "\1\2\3");
	CHECK_REFUSED(0, "256", 1, -ERANGE, "256 does not fit into 8 bits");
	CHECK_REFUSED(0, "-129", 1, -ERANGE, "-129 does not fit into 8 bits");
	CHECK_REFUSED(0, "hello", 3, -ERANGE, "a string of 5 bytes and its NUL do not fit into 3");
}

/* What is printed can be given back. */
TEST(round_trip)
{
	static const uint64_t values[] = {
		0, 1, 0x7f, 0x80, 0xff, 0x1234, 0x7fffffff, 0x80000000, UINT32_MAX, INT64_MAX, UINT64_MAX,
	};
	uint32_t sizes[] = { 1, 2, 4, 8 }, ids[8];

	begin();
	for (unsigned i = 0; i < 8; i++)
		ids[i] = btf_image_int(&m, "n", sizes[i / 2], i % 2 ? BTF_INT_SIGNED : 0);
	parsed();
	for (unsigned i = 0; i < 8; i++) {
		for (unsigned k = 0; k < sizeof(values) / sizeof(*values); k++) {
			unsigned char back[8] = { 0 };
			const char *text = value_text(ids[i], &values[k], sizes[i / 2], VALUE_TEXT);

			NOTE("%.40s as type %u", text, ids[i]);
			CHECK_INT(btf_value_parse(&b, ids[i], text, back, sizes[i / 2], NULL), 0);
			CHECK_MEM(back, &values[k], sizes[i / 2]);
		}
	}
}

/* The kernel's own types: each can be written, and no byte of one comes out that a terminal obeys. */
TEST(kernel_types)
{
	struct view v = image_file("/sys/kernel/btf/vmlinux");
	static char long_text[1 << 20];
	static const unsigned char zeroes[1 << 16];
	struct diag d = { 0 };
	struct text t;

	if (!v.base || !v.size)
		SKIP("this kernel does not show its BTF");
	arena_free(&arena);
	CHECK_INT(btf_parse(v, &arena, &b, &d), 0);
	for (uint32_t id = 1; id < b.count; id += 7) {
		int64_t size = btf_size(&b, id);
		struct view data = { zeroes, size > 0 && size < 65536 ? (size_t)size : 0 };

		NOTE("type %u", id);
		text_init(&t, long_text, sizeof(long_text));
		btf_type_text(&b, id, true, &t);
		CHECK(t.length > 0 && t.length < sizeof(long_text) && !strpbrk(long_text, "\n\r\033\t"));
		text_init(&t, long_text, sizeof(long_text));
		btf_value_text(&b, id, data, VALUE_JSON, &t);
		CHECK(t.length > 0 && t.length < sizeof(long_text));
	}
	CHECK_STR(type_text(btf_find(&b, BTF_KIND_STRUCT, "list_head"), true),
		  "struct list_head { struct list_head *next; struct list_head *prev; }");
	arena_free(&arena);
}
