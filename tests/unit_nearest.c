/* The nearest names: order, bound, copies, and words too long or too short. */
#include "elf/nearest.h"
#include "tests/check.h"

static void see(struct nearest *n, const char *const *names)
{
	for (; *names; names++)
		nearest_see(n, *names);
}

static const char *text(const char *want, const char *const *names)
{
	static char out[256];
	struct nearest n;

	nearest_start(&n, want);
	see(&n, names);
	return nearest_text(&n, out, sizeof(out));
}

#define NAMES(...) (const char *const[]){ __VA_ARGS__, NULL }

TEST(best_first)
{
	CHECK_STR(text("sys_execv", NAMES("sys_execveat", "sys_exit", "do_idle", "sys_execve")),
		  "; the nearest: sys_execve, sys_execveat, sys_exit");
}

TEST(only_three_and_equal_ones_as_they_came)
{
	CHECK_STR(text("abcd", NAMES("abcx", "abxd", "axcd", "xbcd", "abcd1")), "; the nearest: abcx, abxd, axcd");
	CHECK_STR(text("abcd", NAMES("abxx", "axxd", "xxcd", "abc")), "; the nearest: abc, abxx, axxd");
}

TEST(two_letters_exchanged)
{
	CHECK_STR(text("xpd", NAMES("xdp", "socket")), "; the nearest: xdp");
}

TEST(far_names_are_not_offered)
{
	CHECK_STR(text("kprobe", NAMES("xdp", "tracepoint", "lsm")), "");
	CHECK_STR(text("a", NAMES("b", "bc")), "; the nearest: b");
}

TEST(a_name_seen_twice_is_offered_once)
{
	CHECK_STR(text("foo", NAMES("fo", "fo", "fooo", "fo")), "; the nearest: fo, fooo");
}

TEST(long_names)
{
	char near_limit[NEAREST_LENGTH], over[NEAREST_LENGTH + 1], out[64];
	struct nearest n;

	memset(near_limit, 'x', sizeof(near_limit) - 1);
	near_limit[sizeof(near_limit) - 1] = 0;
	memset(over, 'x', sizeof(over) - 1);
	over[sizeof(over) - 1] = 0;
	nearest_start(&n, over);
	nearest_see(&n, over);
	CHECK_INT(n.count, 0);
	nearest_see(&n, near_limit);
	CHECK_INT(n.count, 1);
	CHECK_INT(n.best[0].distance, 0);
	nearest_text(&n, out, sizeof(out));
	CHECK_INT(strlen(out), sizeof(out) - 1);
}
