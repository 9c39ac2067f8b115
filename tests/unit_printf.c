/*
 * loader/cli/static_printf.c against libc's printf(): every flag with every width, precision, size and conversion,
 * into buffers of every length. And: no source of the product asks for a conversion it does not have.
 *
 * Next: loader/cli/static_printf.c
 */
#include <glob.h>
#include <limits.h>
#include <stdint.h>

#include "tests/check.h"

int small_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
int small_vfprintf(FILE *stream, const char *fmt, va_list ap);

#define vsnprintf small_vsnprintf
#define vfprintf small_vfprintf
#include "loader/cli/static_printf.c"
#undef vsnprintf
#undef vfprintf

/* The same through both, with room for `size` bytes. */
static void compare(size_t size, const char *fmt, ...)
{
	char got[128], want[128];
	va_list ap, again;
	int g, w;

	memset(got, 'z', sizeof(got));
	memset(want, 'z', sizeof(want));
	va_start(ap, fmt);
	va_copy(again, ap);
	g = small_vsnprintf(size ? got : NULL, size, fmt, ap);
	w = vsnprintf(size ? want : NULL, size, fmt, again);
	va_end(ap);
	va_end(again);
	NOTE("%s in %zu bytes: '%.*s'", fmt, size, size ? 40 : 0, got);
	CHECK_INT(g, w);
	CHECK_MEM(got, want, sizeof(got));
}

/* Every combination of flags in front of `rest`. */
static void each_flags(char *fmt, size_t room, unsigned flags, const char *width, const char *precision,
		       const char *conversion)
{
	static const char flag[] = "-0+ #";
	char *at = fmt;

	*at++ = '%';
	for (unsigned i = 0; i < sizeof(flag) - 1; i++)
		if (flags & 1u << i)
			*at++ = flag[i];
	snprintf(at, room - (size_t)(at - fmt), "%s%s%s", width, precision, conversion);
}

/* Flags that mean nothing to a conversion are undefined there, and the compiler would say so. */
static bool defined(unsigned flags, char kind)
{
	bool zeros = flags & 2, sign = flags & (4 | 8), alternate = flags & 16;

	if (kind == 'd')
		return !alternate;
	if (kind == 's' || kind == 'c')
		return !zeros && !sign && !alternate;
	return !sign && !(alternate && kind == 'u');
}

static const char *const widths[] = { "", "1", "7", "30" };
static const char *const precisions[] = { "", ".", ".0", ".1", ".5", ".25" };
enum { NWIDTHS = 4, NPRECISIONS = 6, NFLAGS = 32 };

TEST(numbers)
{
	static const char *const conversions[] = { "hhd", "hd", "d", "ld", "lld", "zd", "jd", "hhu", "hu", "u", "lu",
		"llu", "zu", "ju", "x", "lx", "X", "llX", "llx", "hhx" };
	static const long long values[] = { 0, 1, -1, 9, 10, 127, 128, 255, 4711, INT_MAX, INT_MIN, LLONG_MAX, LLONG_MIN };
	char fmt[64];

	for (unsigned c = 0; c < sizeof(conversions) / sizeof(*conversions); c++)
		for (unsigned i = 0; i < NWIDTHS * NPRECISIONS * NFLAGS; i++) {
			const char *conversion = conversions[c];
			char kind = conversion[strlen(conversion) - 1];

			if (!defined(i % NFLAGS, kind))
				continue;
			each_flags(fmt, sizeof(fmt), i % NFLAGS, widths[i / NFLAGS % NWIDTHS],
				   precisions[i / NFLAGS / NWIDTHS], conversion);
			for (unsigned v = 0; v < sizeof(values) / sizeof(*values); v++) {
				if (strpbrk(conversion, "lzj"))
					compare(64, fmt, values[v]);
				else
					compare(64, fmt, (int)values[v]);
			}
		}
}

/* The # of %o counts as a digit for the precision, which is more than is needed here: without it. */
TEST(octal)
{
	compare(64, "%o %5o %-5o| %05o %.3o %03o", 8u, 8u, 8u, 8u, 8u, 255u);
	compare(64, "%#o %#8o", 8u, 8u);
}

TEST(strings)
{
	char fmt[64];

	for (unsigned i = 0; i < NWIDTHS * NPRECISIONS * 2; i++) {
		each_flags(fmt, sizeof(fmt), i % 2, widths[i / 2 % NWIDTHS], precisions[i / 2 / NWIDTHS], "s");
		compare(64, fmt, "");
		compare(64, fmt, "a");
		compare(64, fmt, "command");
	}
	compare(64, "%c|%3c|%-3c|", 'a', 'b', 'c');
	compare(64, "100%%, %s%s", "and", "more");
	compare(64, "%.*s|%*s|%-*s|%*s|%.*s|", 2, "abc", 5, "ab", 5, "ab", -5, "ab", -1, "abc");
	compare(64, "%.3s", (const char[]){ 'n', 'o', ' ' });	/* no NUL: not read beyond the precision */
	compare(64, "%0*x %+d % d %#lx", 8, 0x1234u, 5, 5, 255ul);
}

TEST(every_room)
{
	for (size_t size = 0; size < 40; size++)
		compare(size, "section %u: offset %llu, %-6s|%04x", 7u, 8192ull, "ab", 10u);
}

__attribute__((format(printf, 2, 3)))
static int print_to(FILE *f, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = small_vfprintf(f, fmt, ap);
	va_end(ap);
	return n;
}

TEST(streams)
{
	char text[32] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");

	CHECK(f);
	CHECK_INT(print_to(f, "%s is %d\n", "answer", 42), 13);
	fclose(f);
	CHECK_STR(text, "answer is 42\n");
	f = fopen("/dev/full", "w");
	CHECK(f);
	setvbuf(f, NULL, _IONBF, 0);
	CHECK_INT(print_to(f, "%s", "lost"), -1);
	fclose(f);
}

/* The conversion at s, which points behind a '%'; NULL if loader/cli/static_printf.c does not have it. */
static const char *known_conversion(const char *s)
{
	s += strspn(s, "-0+ #");
	s += *s == '*' ? 1 : strspn(s, "0123456789");
	if (*s == '.')
		s += s[1] == '*' ? 2 : 1 + strspn(s + 1, "0123456789");
	if (strncmp(s, "\" PRI", 5) == 0)
		return s;
	s += strspn(s, "hlzj");
	return *s && strchr("diuoxXcs%", *s) ? s : NULL;
}

static void look_for_unknown(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[512];
	bool comment = false;

	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		const char *s = line;

		if (strncmp(line, "/*", 2) == 0 || comment) {
			comment = !strstr(line, "*/");
			continue;
		}
		/* In a string: a '%' behind an odd number of quotes; a remainder has none in front. %= is one, of BPF. */
		for (bool quoted = false; *s; s++) {
			quoted ^= *s == '"';
			if (!quoted || *s != '%' || s[1] == '=')
				continue;
			NOTE("%s: %.40s", path, s);
			CHECK(known_conversion(s + 1));
			s = known_conversion(s + 1);
			quoted ^= *s == '"';
		}
	}
	fclose(f);
}

TEST(sources_use_no_other)
{
	static const char *const where[] = { "uapi/*.c", "elf/*.c", "loader/*.c", "loader/cli/*.c" };
	size_t files = 0;

	for (unsigned i = 0; i < sizeof(where) / sizeof(*where); i++) {
		glob_t g;

		if (glob(where[i], 0, NULL, &g))
			SKIP("%s: not in the directory of the sources", where[i]);
		for (size_t j = 0; j < g.gl_pathc; j++, files++)
			if (strcmp(g.gl_pathv[j], "loader/cli/static_printf.c"))
				look_for_unknown(g.gl_pathv[j]);
		globfree(&g);
	}
	CHECK(files > 50);
}
