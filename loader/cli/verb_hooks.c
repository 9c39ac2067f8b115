/*
 * bpfwalk hooks: the one table that says what a section name means.
 *
 * Two lines a row, because 80 columns are few for four facts. The words in
 * capitals after the section's name are to be filled in by the programmer.
 *
 * In: bw_hook_at()  Out: a table, or a JSON object a row
 * Try:  bpfwalk hooks | grep -A1 kprobe
 * Next: loader/cli/buf.h
 */
#include <stdio.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/verbs.h"

/* The name without what all names of its kind begin with. */
static const char *without(const char *prefix, const char *name)
{
	size_t len = strlen(prefix);

	return strncmp(name, prefix, len) == 0 ? name + len : name;
}

static void hook_line(const struct bw_hook *h)
{
	static const char *const runs[] = { [BW_AT_EVENT] = "attach", [BW_WHEN_READ] = "read", [BW_WHEN_ASKED] = "run" };
	bool alone = h->can_attach || h->runs == BW_WHEN_ASKED;
	const char *does = h->needs[0] ? h->needs : alone ? runs[h->runs] : h->can_load ? "load" : "-";
	struct bw_hook_words words = bw_hook_words(h);
	char section[128];

	snprintf(section, sizeof(section), "%s%s%s", h->section, h->takes[0] ? "/" : "", h->takes);
	put("%-34s %s%s%s", section, without("BPF_PROG_TYPE_", words.prog_type),
	    words.attach_type[0] ? ", " : "", without("BPF_", words.attach_type));
	put("    %-8s %s", does, words.text);
}

static void hook_json(const struct bw_hook *h)
{
	struct bw_hook_words words = bw_hook_words(h);

	json_open("hook");
	json_text("section", h->section);
	json_text("takes", h->takes);
	json_text("prog_type", words.prog_type);
	json_text("expected_attach_type", words.attach_type[0] ? words.attach_type : NULL);
	json_number("prog_flags", h->prog_flags);
	json_bool("can_load", h->can_load);
	json_bool("can_attach", h->can_attach);
	json_text("runs", h->runs == BW_WHEN_READ ? "read" : h->runs == BW_WHEN_ASKED ? "asked" : "event");
	json_text("needs", h->needs[0] ? h->needs : NULL);
	json_text("text", words.text);
	json_close();
}

int verb_hooks(const struct args *a)
{
	const struct bw_hook *h;

	if (!a->json) {
		put("SECTION                            PROGRAM TYPE, EXPECTED ATTACH TYPE");
		put("    BPFWALK  WHAT RUNS IT");
	}
	for (unsigned i = 0; (h = bw_hook_at(i)); i++)
		(a->json ? hook_json : hook_line)(h);
	return EXIT_DONE;
}
