/*
 * The BTF reader: each kind read back, then each rule broken, and what is said about it.
 *
 * Next: tests/unit_btf_names.c
 */
#include "elf/btf.h"
#include "tests/btf_image.h"
#include "tests/check.h"

static struct arena arena;

/* btf_parse() of m into b; what was parsed before is gone. */
static int parse(struct btf_image *m, struct btf *b, struct diag *d)
{
	memset(d, 0, sizeof(*d));
	arena_free(&arena);
	return btf_parse(btf_image_view(m), &arena, b, d);
}

static void check_says(const char *file, int line, struct btf_image *m, const char *where, const char *msg)
{
	struct diag d;
	struct btf b;
	int r = parse(m, &b, &d);

	arena_free(&arena);
	check_int(file, line, "btf_parse()", r, -EINVAL);
	check_str(file, line, "the message", d.msg, msg);
	check_str(file, line, "its place", d.where, where);
}

#define CHECK_HEADER(M, MSG) check_says(__FILE__, __LINE__, M, "btf header", MSG)
#define CHECK_TYPES(M, MSG) check_says(__FILE__, __LINE__, M, "btf types", MSG)

TEST(void_only)
{
	struct btf_image m = { 0 };
	struct diag d;
	struct btf b;

	CHECK_INT(parse(&m, &b, &d), 0);
	CHECK_INT(b.count, 1);
	CHECK(!btf_type(&b, 0));
	CHECK(!btf_type(&b, 1));
	CHECK_STR(btf_name(&b, 0), "");
	CHECK_STR(btf_str(&b, 0), "");
	CHECK_STR(btf_str(&b, 1), "");
	CHECK_INT(btf_size(&b, 0), -EINVAL);
	CHECK_INT(btf_size(&b, 7), -EINVAL);
	CHECK_INT(btf_skip_modifiers(&b, 0), 0);
	CHECK_INT(btf_skip_modifiers(&b, 7), 0);
	arena_free(&arena);
}

TEST(kinds)
{
	struct btf_image m = { 0 };
	const struct btf_type *t;
	struct diag d;
	struct btf b;
	uint32_t i = btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
	uint32_t s = btf_image_type(&m, "pair", BTF_KIND_STRUCT, 2, 8), a, e, e64, proto, func, var, sec, tag;

	btf_image_member(&m, "a", i, 0);
	btf_image_member(&m, "b", i, 32);
	a = btf_image_array(&m, s, 3);
	e = btf_image_type(&m, "color", BTF_KIND_ENUM, 2, 4);
	btf_image_words(&m, 4, btf_image_name(&m, "RED"), 0u, btf_image_name(&m, "BLUE"), -1u);
	e64 = btf_image_type(&m, "wide", BTF_KIND_ENUM64, 1, 8);
	btf_image_words(&m, 3, btf_image_name(&m, "MAX"), 1u, 2u);
	proto = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 1, i);
	btf_image_words(&m, 2, btf_image_name(&m, "x"), s);
	func = btf_image_type(&m, "f", BTF_KIND_FUNC, BTF_FUNC_GLOBAL, proto);
	var = btf_image_type(&m, "v", BTF_KIND_VAR, 0, a);
	btf_image_words(&m, 1, BTF_VAR_GLOBAL_ALLOCATED);
	sec = btf_image_type(&m, ".data", BTF_KIND_DATASEC, 1, 24);
	btf_image_words(&m, 3, var, 0u, 24u);
	tag = btf_image_type(&m, "note", BTF_KIND_DECL_TAG, 0, s);
	btf_image_words(&m, 1, 1u);

	CHECK_INT(parse(&m, &b, &d), 0);
	CHECK_INT(b.count, 11);
	CHECK_INT(BTF_INT_BITS(btf_int_data(btf_type(&b, i))), 32);
	CHECK_INT(BTF_INT_ENCODING(btf_int_data(btf_type(&b, i))), BTF_INT_SIGNED);
	t = btf_type(&b, s);
	CHECK_INT(btf_kind(t), BTF_KIND_STRUCT);
	CHECK_INT(btf_vlen(t), 2);
	CHECK_STR(btf_name(&b, s), "pair");
	CHECK_STR(btf_str(&b, btf_members(t)[1].name_off), "b");
	CHECK_INT(btf_member_bit_offset(t, &btf_members(t)[1]), 32);
	CHECK_INT(btf_array(btf_type(&b, a))->nelems, 3);
	CHECK_INT(btf_enums(btf_type(&b, e))[1].val, -1);
	CHECK_INT(btf_enums64(btf_type(&b, e64))[0].val_hi32, 2);
	CHECK_INT(btf_params(btf_type(&b, proto))[0].type, s);
	CHECK_INT(btf_vlen(btf_type(&b, func)), BTF_FUNC_GLOBAL);
	CHECK_INT(btf_var(btf_type(&b, var))->linkage, BTF_VAR_GLOBAL_ALLOCATED);
	CHECK_INT(btf_secinfos(btf_type(&b, sec))[0].size, 24);
	CHECK_STR(btf_name(&b, tag), "note");

	CHECK_INT(btf_size(&b, s), 8);
	CHECK_INT(btf_size(&b, a), 24);
	CHECK_INT(btf_size(&b, var), 24);
	CHECK_INT(btf_size(&b, sec), 24);
	CHECK_INT(btf_size(&b, e64), 8);
	CHECK_INT(btf_size(&b, func), -EINVAL);
	CHECK_INT(btf_size(&b, proto), -EINVAL);
	CHECK_INT(btf_size(&b, tag), -EINVAL);

	CHECK_INT(btf_find(&b, BTF_KIND_STRUCT, "pair"), s);
	CHECK_INT(btf_find(&b, BTF_KIND_UNION, "pair"), 0);
	CHECK_INT(btf_find(&b, BTF_KIND_FUNC, "f"), func);
	arena_free(&arena);
}

TEST(kind_names)
{
	CHECK_STR(btf_kind_name(BTF_KIND_UNKN), "void");
	CHECK_STR(btf_kind_name(BTF_KIND_FUNC_PROTO), "func_proto");
	CHECK_STR(btf_kind_name(BTF_KIND_ENUM64), "enum64");
	CHECK_STR(btf_kind_name(NR_BTF_KINDS), "unknown");
}

TEST(modifiers)
{
	struct btf_image m = { 0 };
	struct diag d;
	struct btf b;
	uint32_t kinds[] = { BTF_KIND_TYPEDEF, BTF_KIND_CONST, BTF_KIND_VOLATILE, BTF_KIND_RESTRICT, BTF_KIND_TYPE_TAG };
	uint32_t i = btf_image_int(&m, "int", 4, 0), last = i, ptr, nothing;

	for (unsigned k = 0; k < 5; k++)
		last = btf_image_type(&m, "m", kinds[k], 0, last);
	ptr = btf_image_type(&m, "", BTF_KIND_PTR, 0, last);
	nothing = btf_image_type(&m, "", BTF_KIND_CONST, 0, 0);
	CHECK_INT(parse(&m, &b, &d), 0);
	CHECK_INT(btf_skip_modifiers(&b, last), i);
	CHECK_INT(btf_skip_modifiers(&b, ptr), ptr);
	CHECK_INT(btf_skip_modifiers(&b, nothing), 0);
	CHECK_INT(btf_size(&b, last), 4);
	CHECK_INT(btf_size(&b, ptr), 8);
	CHECK_INT(btf_size(&b, nothing), -EINVAL);
	arena_free(&arena);
}

/* 7.x: vlen has 24 bits. 70000 enumerators are read as 70000, not as the 4464 of the lower 16. */
TEST(long_vlen)
{
	enum { N = 70000 };
	struct btf_header h = { .magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(h), .str_len = 1 };
	unsigned char *p;
	struct diag d = { 0 };
	struct btf_type t = { .info = BTF_INFO_ENC(BTF_KIND_ENUM, 0, N), .size = 4 };
	size_t size;
	struct btf b;

	h.type_len = h.str_off = (uint32_t)(sizeof(t) + N * sizeof(struct btf_enum));
	size = sizeof(h) + h.str_off + h.str_len;
	p = image_block(size);
	memset(p, 0, size);
	memcpy(p, &h, sizeof(h));
	memcpy(p + sizeof(h), &t, sizeof(t));
	CHECK_INT(btf_parse((struct view){ p, size }, &arena, &b, &d), 0);
	CHECK_INT(b.count, 2);
	CHECK_INT(btf_vlen(btf_type(&b, 1)), N);
	arena_free(&arena);
}

TEST(bit_fields)
{
	struct btf_image m = { 0 };
	const struct btf_type *t;
	struct diag d;
	struct btf b;
	uint32_t i = btf_image_int(&m, "int", 4, 0);
	uint32_t s = btf_image_type(&m, "flags", BTF_KIND_STRUCT, 1, 4);

	m.words[m.nwords - 2] |= 1u << 31;
	btf_image_member(&m, "a", i, 3u << 24 | 5);
	CHECK_INT(parse(&m, &b, &d), 0);
	t = btf_type(&b, s);
	CHECK_INT(btf_member_bit_offset(t, btf_members(t)), 5);
	CHECK_INT(btf_member_bits(t, btf_members(t)), 3);
	arena_free(&arena);
}

TEST(sizes_overflow)
{
	struct btf_image m = { 0 };
	struct diag d;
	struct btf b;
	uint32_t i = btf_image_int(&m, "int", 4, 0);
	uint32_t fits = btf_image_array(&m, i, UINT32_MAX / 4);
	uint32_t no = btf_image_array(&m, i, UINT32_MAX / 4 + 1);
	uint32_t rows = btf_image_array(&m, fits, UINT32_MAX);
	uint32_t none = btf_image_array(&m, fits, 0);
	uint32_t wraps = i;

	for (unsigned k = 0; k < 5; k++)
		wraps = btf_image_array(&m, wraps, 1u << 31);
	CHECK_INT(parse(&m, &b, &d), 0);
	CHECK_INT(btf_size(&b, fits), UINT32_MAX - 3);
	CHECK_INT(btf_size(&b, no), -EINVAL);
	CHECK_INT(btf_size(&b, rows), -EINVAL);
	CHECK_INT(btf_size(&b, none), 0);
	CHECK_INT(btf_size(&b, wraps), -EINVAL);
	arena_free(&arena);
}

TEST(unaligned)
{
	struct btf_image m = { 0 };
	unsigned char *p;
	struct diag d = { 0 };
	struct view v;
	struct btf b;

	btf_image_int(&m, "int", 4, 0);
	v = btf_image_view(&m);
	p = malloc(v.size + 1);
	CHECK(p);
	memcpy(p + 1, v.base, v.size);
	CHECK_INT(btf_parse((struct view){ p + 1, v.size }, &arena, &b, &d), 0);
	free(p);
	CHECK_STR(btf_name(&b, 1), "int");
	CHECK_INT(b.raw.size, v.size);
	CHECK_INT((uintptr_t)b.raw.base % 4, 0);
	arena_free(&arena);
}

/* A newer header is longer; what it adds is not for us. */
TEST(longer_header)
{
	struct btf_image m = { .header = { .hdr_len = 32, .str_off = 4 } };
	struct diag d;
	struct btf b;

	m.nwords = 2;			/* the additional header */
	m.header.type_len = 16;
	m.header.str_off = 16;
	btf_image_int(&m, "int", 4, 0);
	CHECK_INT(parse(&m, &b, &d), 0);
	CHECK_INT(b.count, 2);
	CHECK_STR(btf_name(&b, 1), "int");
	arena_free(&arena);
}

TEST(header)
{
	struct btf_image m = { .header = { .magic = 0x9feb } };
	struct diag d = { 0 };
	struct btf b;

	CHECK_HEADER(&m, "big-endian, expected little-endian");
	m = (struct btf_image){ .header = { .magic = 0x1234 } };
	CHECK_HEADER(&m, "magic 0x1234, expected 0xeb9f");
	m = (struct btf_image){ .header = { .version = 2 } };
	CHECK_HEADER(&m, "version 2, expected 1");
	m = (struct btf_image){ .header = { .flags = 1 } };
	CHECK_HEADER(&m, "flags 0x01, expected 0");
	m = (struct btf_image){ .header = { .hdr_len = 23 } };
	CHECK_HEADER(&m, "header of 23 bytes, expected 24 to 25");
	m = (struct btf_image){ .header = { .hdr_len = UINT32_MAX } };
	CHECK_HEADER(&m, "header of 4294967295 bytes, expected 24 to 25");
	m = (struct btf_image){ .header = { .type_off = 2 } };
	CHECK_HEADER(&m, "types at 26, expected a multiple of 4");
	m = (struct btf_image){ .header = { .type_off = UINT32_MAX - 3, .type_len = UINT32_MAX } };
	CHECK_HEADER(&m, "types at 4294967316 size 4294967295 are outside the 25 bytes");
	m = (struct btf_image){ .header = { .str_len = 2 } };
	CHECK_HEADER(&m, "strings at 24 size 2 are outside the 25 bytes");
	m = (struct btf_image){ .header = { .str_off = UINT32_MAX, .str_len = UINT32_MAX } };
	CHECK_HEADER(&m, "strings at 4294967319 size 4294967295 are outside the 25 bytes");
	m = (struct btf_image){ .strings = "\0x", .strings_size = 2 };
	CHECK_HEADER(&m, "the strings do not begin and end with NUL");
	m = (struct btf_image){ .strings = "x", .strings_size = 2 };
	CHECK_HEADER(&m, "the strings do not begin and end with NUL");
	CHECK_INT(btf_parse(image_copy("\x9f\xeb\1", 3), &arena, &b, &d), -EINVAL);
	CHECK_STR(d.msg, "3 bytes are too few for a header of 24");
	arena_free(&arena);
}

TEST(records)
{
	struct btf_image m = { 0 };

	btf_image_words(&m, 2, 0u, 0u);
	CHECK_TYPES(&m, "type 1: 8 bytes are left, it needs 12");
	m = (struct btf_image){ 0 };
	btf_image_type(&m, "x", BTF_KIND_UNKN, 0, 0);
	CHECK_TYPES(&m, "type 1: kind 0, known are 1 to 19");
	m = (struct btf_image){ 0 };
	btf_image_int(&m, "int", 4, 0);
	btf_image_type(&m, "x", NR_BTF_KINDS, 0, 0);
	CHECK_TYPES(&m, "type 2: kind 20, known are 1 to 19");
	m = (struct btf_image){ 0 };
	btf_image_type(&m, "x", BTF_KIND_INT, 0, 0);
	CHECK_TYPES(&m, "type 1 (int): 12 bytes are left, it needs 16");
	m = (struct btf_image){ 0 };
	btf_image_type(&m, "x", BTF_KIND_STRUCT, 0xffffff, 0);
	CHECK_TYPES(&m, "type 1 (struct): 12 bytes are left, it needs 201326592");
}

/* A type of that kind alone, with these words behind it. */
static struct btf_image *one(uint32_t kind, uint32_t vlen, uint32_t size, unsigned nwords, const uint32_t *words)
{
	static struct btf_image m;

	m = (struct btf_image){ 0 };
	btf_image_type(&m, "x", kind, vlen, size);
	for (unsigned i = 0; i < nwords; i++)
		btf_image_words(&m, 1, words[i]);
	return &m;
}

#define WORDS(...) sizeof((uint32_t[]){ __VA_ARGS__ }) / 4, (uint32_t[]){ __VA_ARGS__ }

TEST(names)
{
	struct btf_image m = { 0 };

	btf_image_int(&m, "int", 4, 0);
	m.words[0] = 5;
	CHECK_TYPES(&m, "type 1 (int): name at 5 is outside the strings (5 bytes)");
	CHECK_TYPES(one(BTF_KIND_STRUCT, 1, 4, WORDS(3, 0, 0)),
		    "type 1 (struct x): name at 3 is outside the strings (3 bytes)");
	CHECK_TYPES(one(BTF_KIND_ENUM, 1, 4, WORDS(UINT32_MAX, 0)),
		    "type 1 (enum x): name at 4294967295 is outside the strings (3 bytes)");
	CHECK_TYPES(one(BTF_KIND_ENUM64, 2, 8, WORDS(0, 0, 0, 4, 0, 0)),
		    "type 1 (enum64 x): name at 4 is outside the strings (3 bytes)");
	CHECK_TYPES(one(BTF_KIND_FUNC_PROTO, 1, 0, WORDS(9, 0)),
		    "type 1 (func_proto x): name at 9 is outside the strings (3 bytes)");
}

TEST(type_numbers)
{
	static const uint32_t refer[] = {
		BTF_KIND_PTR, BTF_KIND_TYPEDEF, BTF_KIND_VOLATILE, BTF_KIND_CONST, BTF_KIND_RESTRICT,
		BTF_KIND_TYPE_TAG, BTF_KIND_VAR, BTF_KIND_DECL_TAG, BTF_KIND_FUNC, BTF_KIND_FUNC_PROTO,
	};
	char msg[100];

	for (unsigned i = 0; i < sizeof(refer) / sizeof(*refer); i++) {
		bool word = refer[i] == BTF_KIND_VAR || refer[i] == BTF_KIND_DECL_TAG;

		snprintf(msg, sizeof(msg), "type 1 (%s x): refers to type 2, the last is 1", btf_kind_name(refer[i]));
		CHECK_TYPES(one(refer[i], 0, 2, word, (uint32_t[]){ 0 }), msg);
	}
	CHECK_TYPES(one(BTF_KIND_ARRAY, 0, 0, WORDS(7, 0, 0)), "type 1 (array x): refers to type 7, the last is 1");
	CHECK_TYPES(one(BTF_KIND_ARRAY, 0, 0, WORDS(0, 8, 0)), "type 1 (array x): refers to type 8, the last is 1");
	CHECK_TYPES(one(BTF_KIND_UNION, 1, 4, WORDS(0, 9, 0)), "type 1 (union x): refers to type 9, the last is 1");
	CHECK_TYPES(one(BTF_KIND_FUNC_PROTO, 1, 0, WORDS(0, UINT32_MAX)),
		    "type 1 (func_proto x): refers to type 4294967295, the last is 1");
}

TEST(kinds_that_need_kinds)
{
	struct btf_image m = { 0 };

	CHECK_TYPES(one(BTF_KIND_FUNC, 0, 0, 0, NULL), "type 1 (func x): type 0 is its prototype, but void");
	CHECK_TYPES(one(BTF_KIND_FUNC, 0, 1, 0, NULL), "type 1 (func x): type 1 is its prototype, but a func");
	CHECK_TYPES(one(BTF_KIND_DATASEC, 1, 0, WORDS(5, 0, 0)),
		    "type 1 (datasec x): variable 0 is type 5, which is no var but not there");
	btf_image_int(&m, "int", 4, 0);
	btf_image_type(&m, "s", BTF_KIND_DATASEC, 1, 4);
	btf_image_words(&m, 3, 1u, 0u, 4u);
	CHECK_TYPES(&m, "type 2 (datasec s): variable 0 is type 1, which is no var but an int");
}

TEST(sizes)
{
	struct btf_image m = { 0 };

	CHECK_TYPES(one(BTF_KIND_INT, 0, 0, WORDS(0)), "type 1 (int x): 0 bytes is not a size of that kind");
	CHECK_TYPES(one(BTF_KIND_INT, 0, 17, WORDS(8)), "type 1 (int x): 17 bytes is not a size of that kind");
	CHECK_TYPES(one(BTF_KIND_ENUM, 0, 3, 0, NULL), "type 1 (enum x): 3 bytes is not a size of that kind");
	CHECK_TYPES(one(BTF_KIND_ENUM64, 0, 16, 0, NULL), "type 1 (enum64 x): 16 bytes is not a size of that kind");
	CHECK_TYPES(one(BTF_KIND_FLOAT, 0, 32, 0, NULL), "type 1 (float x): 32 bytes is not a size of that kind");
	CHECK_TYPES(one(BTF_KIND_FLOAT, 0, UINT32_MAX, 0, NULL),
		    "type 1 (float x): 4294967295 bytes is not a size of that kind");
	CHECK_TYPES(one(BTF_KIND_INT, 0, 4, WORDS(8 << 16 | 25)), "type 1 (int x): bits 8 to 33 do not fit into 4 bytes");
	btf_image_int(&m, "int", 4, 0);
	btf_image_type(&m, "s", BTF_KIND_STRUCT, 1, 4);
	btf_image_member(&m, "late", 1, 33);
	CHECK_TYPES(&m, "type 2 (struct s): member 0 (late) at bit 33 is behind its 4 bytes");
}

TEST(contains_itself)
{
	struct btf_image m = { 0 };

	CHECK_TYPES(one(BTF_KIND_TYPEDEF, 0, 1, 0, NULL), "type 1 (typedef x): contains itself");
	CHECK_TYPES(one(BTF_KIND_ARRAY, 0, 0, WORDS(1, 0, 1)), "type 1 (array x): contains itself");
	CHECK_TYPES(one(BTF_KIND_STRUCT, 1, 4, WORDS(0, 1, 0)), "type 1 (struct x): contains itself");
	CHECK_TYPES(one(BTF_KIND_VAR, 0, 1, WORDS(0)), "type 1 (var x): contains itself");
	/* typedef x -> const -> array of union u -> its second member -> x */
	btf_image_type(&m, "x", BTF_KIND_TYPEDEF, 0, 2);
	btf_image_type(&m, "", BTF_KIND_CONST, 0, 3);
	btf_image_array(&m, 4, 2);
	btf_image_type(&m, "u", BTF_KIND_UNION, 2, 8);
	btf_image_member(&m, "fine", 5, 0);
	btf_image_member(&m, "circle", 1, 0);
	btf_image_int(&m, "int", 4, 0);
	CHECK_TYPES(&m, "type 1 (typedef x): contains itself");
}

TEST(points_to_itself)
{
	struct btf_image m = { 0 };
	struct diag d;
	struct btf b;

	btf_image_type(&m, "list", BTF_KIND_STRUCT, 1, 8);
	btf_image_member(&m, "next", 2, 0);
	btf_image_type(&m, "", BTF_KIND_PTR, 0, 1);
	btf_image_type(&m, "", BTF_KIND_PTR, 0, 3);
	CHECK_INT(parse(&m, &b, &d), 0);
	CHECK_INT(btf_size(&b, 1), 8);
	arena_free(&arena);
}

/* A chain of n typedefs before an int, each before or after what it stands for. */
static void chain(struct btf_image *m, uint32_t n, bool forward)
{
	*m = (struct btf_image){ 0 };
	if (!forward)
		btf_image_int(m, "i", 4, 0);
	for (uint32_t i = 0; i < n; i++)
		btf_image_type(m, "t", BTF_KIND_TYPEDEF, 0, forward ? i + 2 : i + 1);
	if (forward)
		btf_image_int(m, "i", 4, 0);
}

TEST(depth)
{
	struct btf_image m;
	struct diag d;
	struct btf b;

	chain(&m, BTF_MAX_DEPTH - 1, true);
	CHECK_INT(parse(&m, &b, &d), 0);
	CHECK_INT(btf_size(&b, 1), 4);
	chain(&m, BTF_MAX_DEPTH - 1, false);
	CHECK_INT(parse(&m, &b, &d), 0);
	CHECK_INT(btf_size(&b, BTF_MAX_DEPTH), 4);
	/* The limit is the same from either end, and a long chain is no deep recursion. */
	chain(&m, BTF_MAX_DEPTH, true);
	CHECK_TYPES(&m, "type 129 (int i): more than 128 types deep inside others");
	chain(&m, BTF_MAX_DEPTH, false);
	CHECK_TYPES(&m, "type 129 (typedef t): contains others more than 128 deep");
	arena_free(&arena);
}

/* btf_index() does not look into the records: what is asked about them later must end and stay inside all the same. */
TEST(index_of_lies)
{
	struct btf_image m = { 0 };
	struct diag d = { 0 };
	struct btf b;

	btf_image_type(&m, "loop", BTF_KIND_TYPEDEF, 0, 1);
	btf_image_array(&m, 2, 1);
	btf_image_type(&m, "far", BTF_KIND_CONST, 0, 1000000);
	btf_image_type(&m, "", BTF_KIND_CONST, 0, 0);
	m.words[m.nwords - 3] = UINT32_MAX;
	CHECK_INT(btf_index(btf_image_view(&m), &arena, &b, &d), 0);
	CHECK_INT(btf_skip_modifiers(&b, 1), 0);
	CHECK_INT(btf_size(&b, 1), -EINVAL);
	CHECK_INT(btf_size(&b, 2), -EINVAL);
	CHECK_INT(btf_size(&b, 3), -EINVAL);
	CHECK_STR(btf_name(&b, 4), "");
	CHECK_INT(btf_check(&b, &arena, &d), -EINVAL);
	CHECK_HAS(d.msg, "type 3 (const far): refers to type 1000000");
	arena_free(&arena);
}

TEST(out_of_memory)
{
	struct btf_image m = { 0 };
	struct diag d = { 0 };
	struct btf b;

	btf_image_int(&m, "int", 4, 0);
	for (size_t limit = 1; limit < 64; limit++) {
		struct arena a = { .limit = limit };
		int r = btf_parse(btf_image_view(&m), &a, &b, &d);

		NOTE("%zu bytes", limit);
		CHECK(r == 0 || (r == -ENOMEM && image_said_well(r, &d)));
		d = (struct diag){ 0 };
		arena_free(&a);
		CHECK(r == 0 || limit < 32);
	}
}

/* The bytes of section .BTF of a real object, a copy. */
static struct view real_btf(void)
{
	struct view v = image_file("build/progs/talk.bpf.o");
	const struct elf_section *s;
	struct diag d = { 0 };
	struct elf e;

	if (!v.base)
		SKIP("build/progs/talk.bpf.o is not there (no clang?)");
	CHECK_INT(elf_parse(v, &arena, &e, &d), 0);
	s = elf_section_named(&e, ".BTF");
	CHECK(s);
	v = image_copy(s->bytes.base, s->bytes.size);
	arena_free(&arena);
	return v;
}

TEST(real_object)
{
	struct diag d = { 0 };
	struct btf b;
	uint32_t id;

	CHECK_INT(btf_parse(real_btf(), &arena, &b, &d), 0);
	id = btf_find(&b, BTF_KIND_FUNC, "hello");
	CHECK(id);
	CHECK_INT(btf_kind(btf_type(&b, btf_type(&b, id)->type)), BTF_KIND_FUNC_PROTO);
	CHECK_INT(btf_size(&b, btf_find(&b, BTF_KIND_INT, "int")), 4);
	arena_free(&arena);
}

TEST(truncated_at_every_byte)
{
	struct view v = real_btf();
	unsigned char *all = malloc(v.size);

	CHECK(all);
	memcpy(all, v.base, v.size);
	for (size_t size = 0; size < v.size; size++) {
		struct diag d = { 0 };
		struct btf b;

		NOTE("%zu of %zu bytes", size, v.size);
		CHECK_INT(btf_parse(image_copy(all, size), &arena, &b, &d), -EINVAL);
		CHECK(image_said_well(-EINVAL, &d));
		arena_free(&arena);
	}
	free(all);
}

TEST(each_byte_changed)
{
	static const unsigned char flips[] = { 0x01, 0x02, 0x08, 0x10, 0x80, 0xff };
	struct view v = real_btf();
	unsigned char *p = (unsigned char *)(uintptr_t)v.base;

	for (size_t i = 0; i < v.size * sizeof(flips); i++) {
		unsigned char flip = flips[i % sizeof(flips)];
		struct diag d = { 0 };
		struct btf b;
		int r;

		NOTE("byte %zu ^ 0x%x", i / sizeof(flips), flip);
		p[i / sizeof(flips)] ^= flip;
		r = btf_parse(v, &arena, &b, &d);
		CHECK(image_said_well(r, &d));
		for (uint32_t id = 0; r == 0 && id <= b.count; id++)
			CHECK(btf_size(&b, id) >= -EINVAL && btf_skip_modifiers(&b, id) < b.count);
		arena_free(&arena);
		p[i / sizeof(flips)] ^= flip;
	}
}

TEST(kernel_btf)
{
	struct view v = image_file("/sys/kernel/btf/vmlinux");
	struct diag d = { 0 };
	struct btf b;
	int r;

	if (!v.base || !v.size)
		SKIP("this kernel does not show its BTF");
	r = btf_parse(v, &arena, &b, &d);
	NOTE("%.100s", d.msg);
	CHECK_INT(r, 0);
	CHECK(b.count > 10000);
	CHECK(btf_size(&b, btf_find(&b, BTF_KIND_STRUCT, "task_struct")) > 1000);
	CHECK_INT(btf_size(&b, btf_find(&b, BTF_KIND_TYPEDEF, "u64")), 8);
	arena_free(&arena);
}
