/*
 * The row of the table that a section name means, and the names near to one that means none.
 *
 * In: "kprobe/sys_execve"  Out: the row "kprobe" and "sys_execve"
 * Try: bpfwalk hooks
 * Next: loader/android_names.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/nearest.h"
#include "loader/walk.h"
#include "uapi/bpf_cmd.h"

static const struct hook hooks[] = {
#define HOOK(text, ...) { __VA_ARGS__ }
#include "loader/hooks.def"
};

enum { NHOOKS = sizeof(hooks) / sizeof(hooks[0]) };

const struct bw_hook *bw_hook_at(unsigned i)
{
	return i < NHOOKS ? &hooks[i].pub : NULL;
}

unsigned hook_number(const struct bw_hook *hook)
{
	return (unsigned)((const struct hook *)(const void *)hook - hooks);
}

/* Does the row match? Yes if the section is its name, or its name, a slash, and something it takes. */
static bool row_matches(const struct bw_hook *row, const char *section, size_t len)
{
	if (strncmp(section, row->section, len) != 0)
		return false;
	return section[len] == 0 || (section[len] == '/' && row->takes[0]);
}

const struct hook *hook_find(const char *section, const char **target)
{
	const struct hook *best = NULL;
	size_t best_len = 0;

	section += section[0] == '?';
	for (unsigned i = 0; i < NHOOKS; i++) {
		size_t len = strlen(hooks[i].pub.section);

		if (len > best_len && row_matches(&hooks[i].pub, section, len)) {
			best = &hooks[i];
			best_len = len;
		}
	}
	if (best)
		*target = section[best_len] ? section + best_len + 1 : "";
	return best;
}

/* Rows near to `want`; with heads_only those that have no slash in their name. */
static void near_rows(struct nearest *n, const char *want, bool heads_only)
{
	nearest_start(n, want);
	for (unsigned i = 0; i < NHOOKS; i++)
		if (!heads_only || !strchr(hooks[i].pub.section, '/'))
			nearest_see(n, hooks[i].pub.section);
}

int hook_unknown(const char *section, const char *program, struct diag *d)
{
	const char *name = section + (section[0] == '?');
	size_t len = strcspn(name, "/");
	char head[64], names[200];
	struct nearest n;

	/* In kprobes/do_unlinkat the function would outweigh the one wrong letter. */
	snprintf(head, sizeof(head), "%.*s", (int)(len < sizeof(head) ? len : sizeof(head) - 1), name);
	near_rows(&n, head, true);
	if (!n.count)
		near_rows(&n, name, false);
	return fail(d, -EINVAL, "program", "%s: no kind of program is called by section %s%s",
		    program, section, nearest_text(&n, names, sizeof(names)));
}
