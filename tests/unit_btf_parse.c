/*
 * Text as values: each kind of type, in each form that is understood, and what is none.
 *
 * Next: tests/unit_symfile.c
 */
#include "tests/btf_texts.h"

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
