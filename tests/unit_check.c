/*
 * The harness tests itself: failing, skipping and exiting examples run in a child, and what they print is read here.
 *
 * Next: tests/check.h
 */
#include "tests/check.h"

#include <sys/wait.h>
#include <unistd.h>

static void bad_int(void)
{
	NOTE("round %d", 2);
	CHECK_INT(1 + 1, 3);
	puts("not reached");
}

static void bad_str(void)
{
	CHECK_STR("x", NULL);
}

static void deeper(void)
{
	CHECK_HAS("haystack", "needle");
}

static void bad_in_a_function(void)
{
	deeper();
	puts("not reached");
}

static void bad_mem(void)
{
	CHECK_MEM("ab", "ac", 2);
}

static void bad_exit(void)
{
	exit(0);
}

static void skipping(void)
{
	SKIP("no %s here", "thing");
}

/* Runs one example in a child; what it prints goes to out[], its exit status is returned. */
static int run(void (*example)(void), char *out, size_t size)
{
	struct check_test t = { "example", example, NULL };
	int ends[2], status;
	FILE *from;
	size_t len;

	CHECK_INT(pipe(ends), 0);
	fflush(stdout);
	if (fork() == 0) {
		dup2(ends[1], 1);
		check_run(&t);
		fflush(stdout);
		_exit(check.failed);
	}
	close(ends[1]);
	from = fdopen(ends[0], "r");
	len = fread(out, 1, size - 1, from);
	out[len] = 0;
	fclose(from);
	wait(&status);
	return WEXITSTATUS(status);
}

TEST(failures_are_told)
{
	static const struct {
		void (*example)(void);
		const char *why;
	} cases[] = {
		{ bad_int, "tests/unit_check.c:14: 1 + 1 is 2 (0x2), expected 3 (0x3) (round 2)" },
		{ bad_str, "tests/unit_check.c:20: \"x\" is \"x\", expected \"(NULL)\"" },
		{ bad_in_a_function, "tests/unit_check.c:25: \"haystack\" is \"haystack\", expected \"needle\" in it" },
		{ bad_mem, "tests/unit_check.c:36: \"ab\": byte 1 of 2 is 0x62, expected 0x63" },
		{ bad_exit, "exit() was called inside this test" },
	};
	char out[500], want[500];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu", i);
		CHECK_INT(run(cases[i].example, out, sizeof(out)), 1);
		snprintf(want, sizeof(want), "FAIL unit_check/example: %s\n", cases[i].why);
		CHECK_STR(out, want);
	}
}

TEST(a_skip_is_no_failure)
{
	char out[500];

	CHECK_INT(run(skipping, out, sizeof(out)), 0);
	CHECK_STR(out, "SKIP unit_check/example: no thing here\n");
}

TEST(what_is_right_passes)
{
	CHECK(1);
	CHECK_INT(-22, -22LL);
	CHECK_INT(~0ULL, -1);
	CHECK_STR("a", "a");
	CHECK_STR(NULL, NULL);
	CHECK_HAS("abc", "bc");
	CHECK_MEM("ab", "ab", 2);
}
