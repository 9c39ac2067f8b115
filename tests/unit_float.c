/*
 * elf/float.c against libc: every text reads back as the same bits and is as short as can be, every parse gives libc's
 * bits. The numbers are all powers of two, the ends of the ranges, and many drawn at random.
 *
 * Next: elf/float.c
 */
#include <float.h>
#include <math.h>
#include <stdint.h>

#include "elf/float.h"
#include "tests/check.h"

enum { DRAWN = 20000 };

static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static const char *text_of(double x, bool narrow)
{
	static char buf[64];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_add_float(&t, x, narrow);
	return t.length < sizeof(buf) ? buf : "too long";
}

static bool same(double a, double b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

static size_t digits_in(const char *s)
{
	size_t n = 0, zeros = 0;

	for (s += strspn(s, "-0."); *s && *s != 'e'; s++) {
		n += *s != '.';
		zeros = *s == '0' ? zeros + 1 : *s == '.' ? zeros : 0;
	}
	return n - zeros;
}

/* The shortest text libc can print that reads back. Beside a power of two a shorter one may exist that it never prints. */
static size_t fewest_digits(double x, bool narrow)
{
	char buf[64];

	for (int n = 1; ; n++) {
		snprintf(buf, sizeof(buf), "%.*e", n - 1, x);
		if (narrow ? strtof(buf, NULL) == (float)x : strtod(buf, NULL) == x)
			return digits_in(buf);
	}
}

static void check_text(double x, bool narrow)
{
	const char *text = text_of(x, narrow);

	NOTE("%a", x);
	CHECK(narrow ? same((double)strtof(text, NULL), x) : same(strtod(text, NULL), x));
	CHECK(digits_in(text) <= fewest_digits(x, narrow));
}

TEST(forms)
{
	CHECK_STR(text_of(0, false), "0");
	CHECK_STR(text_of(-0.0, false), "-0");
	CHECK_STR(text_of(0.1, false), "0.1");
	CHECK_STR(text_of((double)0.1f, true), "0.1");
	CHECK_STR(text_of((double)0.1f, false), "0.10000000149011612");
	CHECK_STR(text_of(3.5, false), "3.5");
	CHECK_STR(text_of(-2e9, false), "-2000000000");
	CHECK_STR(text_of(1e15, false), "1000000000000000");
	CHECK_STR(text_of(1e16, false), "1e+16");
	CHECK_STR(text_of(1e23, false), "1e+23");
	CHECK_STR(text_of(1e300, false), "1e+300");
	CHECK_STR(text_of(0.0001, false), "0.0001");
	CHECK_STR(text_of(0.00001234, false), "1.234e-05");
	CHECK_STR(text_of(123.456, false), "123.456");
	CHECK_STR(text_of(DBL_TRUE_MIN, false), "5e-324");
	CHECK_STR(text_of(DBL_MAX, false), "1.7976931348623157e+308");
	CHECK_STR(text_of((double)FLT_TRUE_MIN, true), "1e-45");
	CHECK_STR(text_of(NAN, false), "nan");
	CHECK_STR(text_of(-INFINITY, true), "-inf");
}

TEST(powers_of_two_as_text)
{
	for (int e = -1074; e <= 1023; e++)
		check_text(ldexp(1, e), false);
	for (int e = -149; e <= 127; e++)
		check_text(ldexp(1, e), true);
}

TEST(drawn_doubles_as_text)
{
	for (unsigned i = 0; i < DRAWN; i++) {
		uint64_t bits = draw();
		double x;

		memcpy(&x, &bits, sizeof(x));
		if (isfinite(x))
			check_text(x, false);
	}
}

TEST(drawn_floats_as_text)
{
	for (unsigned i = 0; i < DRAWN; i++) {
		uint32_t bits = (uint32_t)draw();
		float x;

		if (i % 4 == 0)
			bits &= 0x807fffff;	/* the smallest, which lose digits */
		memcpy(&x, &bits, sizeof(x));
		if (isfinite(x))
			check_text((double)x, true);
	}
}

static void check_parse(const char *text)
{
	double got, want = strtod(text, NULL);

	NOTE("%s", text);
	CHECK(float_of_text(text, &got));
	CHECK(same(got, want));
}

TEST(parse)
{
	static const char *const good[] = {
		"0", "-0", "+1", "1.", ".5", "1.5", "-2e9", "1E5", "1e-5", "007.250", "1e23", "9007199254740993",
		"9007199254740992.5", "9007199254740993.00000001", "1e308", "1.7976931348623158e308", "1e309", "-1e9999",
		"1e99999999999999999999", "1e-99999999999999999999", "4.9e-324", "2.4703282292062328e-324",
		"2.4703282292062327e-324", "2.2250738585072011e-308", "2.2250738585072014e-308", "5e-400",
		"0.0000000000000000000000000000000000000000000000000001", "0e5", "1234567890123456789012345678901234567890",
	};

	for (unsigned i = 0; i < sizeof(good) / sizeof(*good); i++)
		check_parse(good[i]);
}

TEST(parse_drawn)
{
	char text[64];

	for (unsigned i = 0; i < DRAWN; i++) {
		snprintf(text, sizeof(text), "%llu.%llue%d", (unsigned long long)(draw() >> draw() % 64),
			 (unsigned long long)(draw() >> draw() % 64), (int)(draw() % 700) - 350);
		check_parse(text);
	}
}

/* Exactly between two doubles, and the decimal just beside that. */
TEST(parse_ties)
{
	char text[64];

	for (unsigned i = 0; i < 2000; i++) {
		uint64_t odd = 1ull << 53 | draw() >> 11 | 1;

		snprintf(text, sizeof(text), "%llu", (unsigned long long)odd);
		check_parse(text);
		snprintf(text, sizeof(text), "%llu.00000000000000001", (unsigned long long)odd);
		check_parse(text);
		snprintf(text, sizeof(text), "%llu.99999999999999999", (unsigned long long)(odd - 1));
		check_parse(text);
	}
}

TEST(not_numbers)
{
	static const char *const bad[] = {
		"", "-", ".", "e5", "1e", "1e+", "1.2.3", "1 ", " 1", "1x", "0x10", "--1", "nano", "infinity",
		"12345678901234567890123456789012345678901",
	};
	double x;

	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		NOTE("%s", bad[i]);
		CHECK(!float_of_text(bad[i], &x));
	}
	CHECK(float_of_text("nan", &x) && isnan(x));
	CHECK(float_of_text("-inf", &x) && isinf(x) && x < 0);
}
