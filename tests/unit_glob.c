/* Patterns of names: what fits and what does not, and that no pattern takes for ever. */
#include "tests/check.h"

#include "elf/glob.h"

TEST(what_fits)
{
	static const char *const pairs[][2] = {
		{ "", "" }, { "a", "a" }, { "*", "" }, { "*", "vfs_read" }, { "**", "x" }, { "?", "x" }, { "vfs_*", "vfs_" },
		{ "vfs_*", "vfs_read" }, { "*_read", "vfs_read" }, { "*_*_*", "a_b_c" }, { "v*r?ad", "vfs_read" },
		{ "*ab", "aab" }, { "*abc*abd", "abcabcabd" }, { "a*", "a*" }, { "__x64_sys_*[0]", "__x64_sys_a[0]" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		NOTE("%s %s", pairs[i][0], pairs[i][1]);
		CHECK(glob_match(pairs[i][0], pairs[i][1]));
	}
}

TEST(what_does_not)
{
	static const char *const pairs[][2] = {
		{ "", "a" }, { "a", "" }, { "?", "" }, { "?", "ab" }, { "vfs_?", "vfs_" }, { "vfs_*", "xvfs_read" },
		{ "*_read", "vfs_readv" }, { "v*r?ad", "vfs_rad" }, { "A", "a" }, { "*abc*abd", "abcab" }, { "a.c", "abc" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		NOTE("%s %s", pairs[i][0], pairs[i][1]);
		CHECK(!glob_match(pairs[i][0], pairs[i][1]));
	}
}

TEST(wildcards)
{
	CHECK(glob_has_wildcard("a*") && glob_has_wildcard("?") && !glob_has_wildcard("a.b[c]") && !glob_has_wildcard(""));
}

/* Where every star could start anywhere: done with recursion, this ends long after us. */
TEST(many_stars)
{
	char name[1001], pattern[401];

	memset(name, 'a', 1000);
	name[1000] = 0;
	for (int i = 0; i < 400; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[400] = 0;
	CHECK(glob_match(pattern, name));
	pattern[399] = 'b';
	CHECK(!glob_match(pattern, name));
}
