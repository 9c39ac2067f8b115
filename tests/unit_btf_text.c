/*
 * Types as C, values as text and JSON.
 *
 * Next: tests/unit_btf_parse.c
 */
#include <math.h>

#include "tests/btf_texts.h"

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

/* The kernel's own types: each can be written, and no byte of one comes out that a terminal obeys. */
TEST(kernel_types)
{
	struct view v = image_file("/sys/kernel/btf/vmlinux");
	static char long_text[1 << 23];		/* unions of unions: 9800 bytes of arm64 6.1 take 1.4 MB */
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
