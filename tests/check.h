/*
 * A C unit test in three words: TEST, CHECK, SKIP.
 *
 *	#include "tests/check.h"
 *
 *	TEST(empty_file)
 *	{
 *		struct diag d = {0};
 *
 *		CHECK_INT(elf_parse(&e, view_of("", 0), &d), -EINVAL);
 *		CHECK_HAS(d.msg, "0 bytes");
 *	}
 *
 * One file is one program: this header holds main(). TEST() enters its function in a list before main() starts; main()
 * runs the list in the order of the file and prints one line a test, which tests/run.sh reads:
 *
 *	ok unit_elf/empty_file
 *	FAIL unit_elf/empty_file: tests/unit_elf.c:8: elf_parse(...) is 0, expected -22
 *	SKIP unit_elf/empty_file: no such file here
 *
 * The first failed check leaves the test, also from a function the test called, so a pointer that was checked may be
 * used on the next line. In a loop, NOTE("byte %zu", i) says in the FAIL line where the loop was.
 *
 * Try:  build/asan/tests/unit_check; build/asan/tests/unit_check NAME runs only the tests with NAME in their name
 * Next: tests/run.sh
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check_test {
	const char *name;
	void (*run)(void);
	struct check_test *next;
};

enum { CHECK_OK, CHECK_FAILED, CHECK_SKIPPED };

static struct {
	struct check_test *first, **end;
	const struct check_test *now;	/* running; NULL between tests */
	jmp_buf leave;
	char note[128];
	int failed;
} check;

#define TEST(NAME)							\
	static void test_##NAME(void);					\
	__attribute__((constructor)) static void enter_##NAME(void)	\
	{								\
		static struct check_test t = { #NAME, test_##NAME, NULL }; \
									\
		if (!check.end)						\
			check.end = &check.first;			\
		*check.end = &t;					\
		check.end = &t.next;					\
	}								\
	static void test_##NAME(void)

/* The words before the colon of a result line: program/test. */
static inline void check_print(const char *word)
{
	printf("%s %s/%s", word, program_invocation_short_name, check.now->name);
}

__attribute__((noreturn, format(printf, 3, 4)))
static inline void check_fail(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	check_print("FAIL");
	printf(": %s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	if (check.note[0])
		printf(" (%s)", check.note);
	putchar('\n');
	longjmp(check.leave, CHECK_FAILED);
}

__attribute__((noreturn, format(printf, 1, 2)))
static inline void check_skip(const char *fmt, ...)
{
	va_list ap;

	check_print("SKIP");
	printf(": ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	longjmp(check.leave, CHECK_SKIPPED);
}

static inline void check_int(const char *file, int line, const char *what, long long got, long long want)
{
	if (got != want)
		check_fail(file, line, "%s is %lld (%#llx), expected %lld (%#llx)", what, got,
			   (unsigned long long)got, want, (unsigned long long)want);
}

static inline void check_str(const char *file, int line, const char *what, const char *got, const char *want)
{
	if (!got || !want ? got != want : strcmp(got, want) != 0)
		check_fail(file, line, "%s is \"%s\", expected \"%s\"", what, got ? got : "(NULL)",
			   want ? want : "(NULL)");
}

static inline void check_has(const char *file, int line, const char *what, const char *got, const char *part)
{
	if (!got || !strstr(got, part))
		check_fail(file, line, "%s is \"%s\", expected \"%s\" in it", what, got ? got : "(NULL)", part);
}

static inline void check_mem(const char *file, int line, const char *what, const void *got, const void *want,
			     size_t size)
{
	const unsigned char *g = got, *w = want;

	for (size_t i = 0; i < size; i++)
		if (g[i] != w[i])
			check_fail(file, line, "%s: byte %zu of %zu is %#04x, expected %#04x", what, i, size,
				   g[i], w[i]);
}

#define CHECK(COND) \
	do { if (!(COND)) check_fail(__FILE__, __LINE__, "not true: %s", #COND); } while (0)
#define CHECK_INT(GOT, WANT) check_int(__FILE__, __LINE__, #GOT, (long long)(GOT), (long long)(WANT))
#define CHECK_STR(GOT, WANT) check_str(__FILE__, __LINE__, #GOT, GOT, WANT)
#define CHECK_HAS(GOT, PART) check_has(__FILE__, __LINE__, #GOT, GOT, PART)
#define CHECK_MEM(GOT, WANT, SIZE) check_mem(__FILE__, __LINE__, #GOT, GOT, WANT, SIZE)
#define FAIL(...) check_fail(__FILE__, __LINE__, __VA_ARGS__)
#define SKIP(...) check_skip(__VA_ARGS__)
#define NOTE(...) ((void)snprintf(check.note, sizeof(check.note), __VA_ARGS__))

static inline void check_run(const struct check_test *t)
{
	int how;

	check.now = t;
	check.note[0] = 0;
	how = setjmp(check.leave);
	if (how == CHECK_OK) {
		t->run();
		check_print("ok");
		putchar('\n');
	}
	if (how == CHECK_FAILED)
		check.failed++;
	check.now = NULL;
}

/* exit() inside a test would end the program with the later tests unseen, perhaps with status 0. */
static inline void check_early_exit(void)
{
	if (!check.now)
		return;
	check_print("FAIL");
	puts(": exit() was called inside this test");
	fflush(stdout);
	_Exit(1);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);	/* keep what was said before a crash */
	atexit(check_early_exit);
	for (struct check_test *t = check.first; t; t = t->next)
		if (argc < 2 || strstr(t->name, argv[1]))
			check_run(t);
	return check.failed ? 1 : 0;
}

#endif
