/*
 * Matching, without recursion; see elf/glob.h.
 *
 * A `*` first stands for nothing. Where the rest then does not fit, the last `*`
 * takes one byte more, and everything behind it is tried again. Only the last
 * one has to be remembered: if an earlier one could do with more, so could it.
 *
 * In: a pattern, a name  Out: whether they fit
 * Kernel: none
 * Next: elf/symfile.h
 */
#include <string.h>

#include "elf/glob.h"

bool glob_has_wildcard(const char *pattern)
{
	return pattern[strcspn(pattern, "*?")] != 0;
}

bool glob_match(const char *pattern, const char *name)
{
	const char *star = NULL, *taken = NULL;	/* behind the last `*`; where the rest of the name was tried from */

	while (*name) {
		if (*pattern == '*') {
			star = ++pattern;
			taken = name;
		} else if (*pattern && (*pattern == '?' || *pattern == *name)) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star;
			name = ++taken;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == 0;
}
