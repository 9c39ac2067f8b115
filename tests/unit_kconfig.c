/*
 * Lines of a kernel's configuration: what each C type takes of them, and what is an error.
 *
 * Next: tests/unit_inflate.c
 */
#include "elf/kconfig.h"
#include "tests/check.h"

static struct external externs[1];
static uint32_t names[1];
static struct map map;
static unsigned char data[64];
static struct object o;
static struct diag d;

/* One extern CONFIG_X. */
static void extern_of(enum config_type type, uint32_t size, bool is_signed)
{
	memset(data, 0, sizeof(data));
	memset(&d, 0, sizeof(d));
	map = (struct map){ .data = data, .value_size = sizeof(data) };
	externs[0] = (struct external){ .name = "CONFIG_X", .kind = EXTERN_KCONFIG, .config_type = type, .size = size,
					.is_signed = is_signed, .offset = 8 };
	o = (struct object){ .externals = externs, .nexternals = 1, .externals_by_name = names, .maps = &map, .nmaps = 1 };
}

static int take(const char *text)
{
	return kconfig_read(&o, (struct view){ (const unsigned char *)text, strlen(text) }, "config", &d);
}

static long long value(void)
{
	long long n = 0;

	memcpy(&n, data + 8, externs[0].size < 8 ? externs[0].size : 8);
	return n;
}

TEST(each_type)
{
	static const struct { enum config_type type; uint32_t size; bool is_signed; const char *line; long long value; } cases[] = {
		{ CONFIG_BOOL, 1, false, "CONFIG_X=y", 1 },
		{ CONFIG_BOOL, 1, false, "CONFIG_X=n", 0 },
		{ CONFIG_TRISTATE, 4, false, "CONFIG_X=n", 0 },
		{ CONFIG_TRISTATE, 4, false, "CONFIG_X=y", 1 },
		{ CONFIG_TRISTATE, 4, false, "CONFIG_X=m", 2 },
		{ CONFIG_TRISTATE, 8, false, "CONFIG_X=m", 2 },
		{ CONFIG_CHAR, 1, true, "CONFIG_X=m", 'm' },
		{ CONFIG_CHAR, 1, true, "CONFIG_X=-128", 0x80 },
		{ CONFIG_CHAR, 1, false, "CONFIG_X=255", 255 },
		{ CONFIG_INTEGER, 2, true, "CONFIG_X=-32768", 0x8000 },
		{ CONFIG_INTEGER, 2, false, "CONFIG_X=0xffff", 0xffff },
		{ CONFIG_INTEGER, 4, true, "CONFIG_X=2147483647", 0x7fffffff },
		{ CONFIG_INTEGER, 4, true, "CONFIG_X=-1", 0xffffffff },
		{ CONFIG_INTEGER, 4, false, "CONFIG_X=4294967295", 0xffffffff },
		{ CONFIG_INTEGER, 4, false, "CONFIG_X=017", 15 },
		{ CONFIG_INTEGER, 4, false, "CONFIG_X=0", 0 },
		{ CONFIG_INTEGER, 8, false, "CONFIG_X=0xffffffff81000000", (long long)0xffffffff81000000 },
		{ CONFIG_INTEGER, 8, true, "CONFIG_X=-9223372036854775808", (long long)0x8000000000000000 },
		{ CONFIG_INTEGER, 8, false, "CONFIG_X=18446744073709551615", -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu: %s", i, cases[i].line);
		extern_of(cases[i].type, cases[i].size, cases[i].is_signed);
		CHECK_INT(take(cases[i].line), 0);
		CHECK(externs[0].is_known);
		CHECK_STR(externs[0].from, "config");
		CHECK_INT(value(), cases[i].value);
		CHECK_INT(data[7], 0);
		CHECK_INT(data[8 + cases[i].size], 0);
	}
}

TEST(strings)
{
	static const struct { const char *line, *value; uint32_t size; } cases[] = {
		{ "CONFIG_X=\"\"", "", 4 },
		{ "CONFIG_X=\"abc\"", "abc", 4 },
		{ "CONFIG_X=\"abcd\"", "abc", 4 },
		{ "CONFIG_X=\"a\\\"b\"", "a\\\"b", 16 },	/* as libbpf: what was escaped stays so */
		{ "CONFIG_X=\"abcd\"", "", 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu", i);
		extern_of(CONFIG_STRING, cases[i].size, false);
		CHECK_INT(take(cases[i].line), 0);
		CHECK_STR((char *)data + 8, cases[i].value);
	}
}

TEST(errors)
{
	static const struct { enum config_type type; uint32_t size; bool is_signed; const char *line, *why; } cases[] = {
		{ CONFIG_BOOL, 1, false, "CONFIG_X=m", "config line 1: CONFIG_X=m: a module is neither true nor false (type bool, 1 bytes)" },
		{ CONFIG_BOOL, 1, false, "CONFIG_X=1", "a number is for an integer or char" },
		{ CONFIG_TRISTATE, 4, false, "CONFIG_X=1", "a number is for an integer or char" },
		{ CONFIG_INTEGER, 4, true, "CONFIG_X=y", "a letter is for bool, enum libbpf_tristate or char" },
		{ CONFIG_STRING, 4, true, "CONFIG_X=y", "a letter is for bool, enum libbpf_tristate or char" },
		{ CONFIG_STRING, 4, true, "CONFIG_X=5", "a number is for an integer or char" },
		{ CONFIG_INTEGER, 4, true, "CONFIG_X=\"5\"", "text is for an array of char" },
		{ CONFIG_STRING, 4, true, "CONFIG_X=\"", "no '\"' at the end" },
		{ CONFIG_STRING, 4, true, "CONFIG_X=\"ab", "no '\"' at the end" },
		{ CONFIG_INTEGER, 1, true, "CONFIG_X=128", "out of range" },
		{ CONFIG_INTEGER, 1, true, "CONFIG_X=-129", "out of range" },
		{ CONFIG_INTEGER, 2, false, "CONFIG_X=65536", "out of range" },
		{ CONFIG_INTEGER, 2, false, "CONFIG_X=-1", "out of range" },
		{ CONFIG_INTEGER, 4, true, "CONFIG_X=2147483648", "out of range" },
		{ CONFIG_INTEGER, 8, true, "CONFIG_X=18446744073709551616", "no number of at most 64 bits" },
		{ CONFIG_INTEGER, 8, true, "CONFIG_X=12x", "no number of at most 64 bits" },
		{ CONFIG_INTEGER, 8, true, "CONFIG_X=089", "no number of at most 64 bits" },
		{ CONFIG_INTEGER, 8, true, "CONFIG_X=-", "no number of at most 64 bits" },
		{ CONFIG_INTEGER, 8, true, "CONFIG_X=0x", "no number of at most 64 bits" },
		{ CONFIG_BOOL, 1, false, "#\n\nCONFIG_X", "config line 3: 'CONFIG_X', expected NAME=VALUE" },
		{ CONFIG_BOOL, 1, false, "CONFIG_X=\n", "config line 1: 'CONFIG_X=', expected NAME=VALUE" },
		{ CONFIG_BOOL, 1, false, "CONFIG_OTHER", "config line 1: 'CONFIG_OTHER', expected NAME=VALUE" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu: %s", i, cases[i].line);
		extern_of(cases[i].type, cases[i].size, cases[i].is_signed);
		CHECK_INT(take(cases[i].line), -EINVAL);
		CHECK_HAS(d.msg, cases[i].why);
		CHECK(!externs[0].is_known);
		CHECK_INT(value(), 0);
	}
}

/* Comments, other names, no newline at the end; the first value counts, and one that is known already. */
TEST(lines)
{
	extern_of(CONFIG_INTEGER, 4, true);
	CHECK_INT(take(""), 0);
	CHECK_INT(take("# CONFIG_X is not set\n#CONFIG_X=1\n CONFIG_X=2\nconfig_X=3\nCONFIG_=4\nCONFIG_XY=5\nCONFIG_X_=6\nFOO\n"), 0);
	CHECK(!externs[0].is_known);
	CHECK_INT(take("CONFIG_A=\"=\"\nCONFIG_X=7\nCONFIG_X=8\n"), 0);
	CHECK_INT(value(), 7);
	CHECK_INT(take("CONFIG_X=y"), 0);
	CHECK_INT(value(), 7);

	extern_of(CONFIG_INTEGER, 4, true);	/* a name that goes on behind a NUL */
	CHECK_INT(kconfig_read(&o, (struct view){ (const unsigned char *)"CONFIG_X\0Y=5\n", 13 }, "config", &d), 0);
	CHECK(!externs[0].is_known);

	extern_of(CONFIG_INTEGER, 4, true);
	externs[0].kind = EXTERN_VAR;		/* somebody's variable of that name */
	CHECK_INT(take("CONFIG_X=y"), 0);
	CHECK(!externs[0].is_known);
}

TEST(numbers)
{
	extern_of(CONFIG_INTEGER, 2, false);
	CHECK_INT(kconfig_number(&o, externs, 65535, "uname", &d), 0);
	CHECK_INT(value(), 65535);
	CHECK_STR(externs[0].from, "uname");
	CHECK_INT(kconfig_number(&o, externs, 65536, "uname", &d), -ERANGE);
	CHECK_STR(d.msg, "uname: CONFIG_X=65536: out of range (type integer, 2 bytes)");
	extern_of(CONFIG_BOOL, 1, false);
	CHECK_INT(kconfig_number(&o, externs, 1, "x", &d), 0);
	CHECK_INT(value(), 1);
	CHECK_INT(kconfig_number(&o, externs, 2, "x", &d), -EINVAL);
	extern_of(CONFIG_TRISTATE, 4, false);
	CHECK_INT(kconfig_number(&o, externs, 1, "x", &d), -EINVAL);
	extern_of(CONFIG_STRING, 4, false);
	CHECK_INT(kconfig_number(&o, externs, 1, "x", &d), -EINVAL);
}

TEST(text)
{
	static const struct { enum config_type type; uint32_t size; bool is_signed; const char *line, *text; } cases[] = {
		{ CONFIG_BOOL, 1, false, "CONFIG_X=y", "y" },
		{ CONFIG_BOOL, 1, false, "CONFIG_X=n", "n" },
		{ CONFIG_TRISTATE, 4, false, "CONFIG_X=m", "m" },
		{ CONFIG_CHAR, 1, true, "CONFIG_X=y", "y" },
		{ CONFIG_CHAR, 1, true, "CONFIG_X=-1", "-1" },
		{ CONFIG_INTEGER, 4, true, "CONFIG_X=-5", "-5" },
		{ CONFIG_INTEGER, 4, false, "CONFIG_X=0xffffffff", "4294967295" },
		{ CONFIG_INTEGER, 8, false, "CONFIG_X=18446744073709551615", "18446744073709551615" },
		{ CONFIG_STRING, 4, true, "CONFIG_X=\"abcd\"", "\"abc\"" },
	};
	char out[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu: %s", i, cases[i].line);
		extern_of(cases[i].type, cases[i].size, cases[i].is_signed);
		CHECK_INT(take(cases[i].line), 0);
		CHECK_STR(kconfig_text(&o, externs, out, sizeof(out)), cases[i].text);
	}
}
