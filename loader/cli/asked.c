/*
 * Asking for the programs that only run then; see asked.h.
 *
 * What an iterator prints is text in lines, made by somebody's program out of
 * the kernel's structures: names of processes, of files. It comes in pieces that
 * end anywhere, and is made safe for the terminal line by line.
 *
 * In: links, loaded programs  Out: text on stdout
 * Try:  bpfwalk run build/progs/tasks.bpf.o
 * Next: loader/cli/verb_run.c
 */
#include <string.h>

#include "loader/cli/asked.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"

static void take_text(void *ctx, const char *text, size_t size)
{
	(void)ctx;
	while (size) {
		const char *nl = memchr(text, '\n', size);
		size_t len = nl ? (size_t)(nl - text) : size;

		out_safe(stdout, text, len, BW_STYLE_TEXT);
		if (nl)
			putc('\n', stdout);
		text += len + (nl != NULL);
		size -= len + (nl != NULL);
	}
}

static void take_json(void *ctx, const char *text, size_t size)
{
	const struct bw_program *p = ctx;

	json_open("output");
	json_text("program", p->name);
	json_text_of("text", text, size);
	json_close();
}

static int run_once(const struct args *a, struct bw_object *obj, const struct bw_program *p, struct bw_error *err)
{
	uint32_t result;

	if (bw_run_once(obj, p, NULL, 0, &result, err))
		return EXIT_FAILED;
	if (a->json) {
		json_open("returned");
		json_text("program", p->name);
		json_number("result", result);
		json_close();
	} else {
		put("%s returned %u", p->name, result);
	}
	return EXIT_DONE;
}

int run_asked(const struct args *a, struct bw_object *obj, const struct links *links, struct bw_error *err)
{
	for (unsigned i = 0; i < obj->nprograms; i++)
		if (runs_when_asked(&obj->programs[i]) && run_once(a, obj, &obj->programs[i], err) != EXIT_DONE)
			return EXIT_FAILED;
	for (unsigned i = 0; i < links->count; i++) {
		const struct bw_program *p = links->at[i]->program;

		if (p && p->hook->runs == BW_WHEN_READ &&
		    bw_iterate(obj, links->at[i], a->json ? take_json : take_text, (void *)(uintptr_t)p, err))
			return EXIT_FAILED;
	}
	out_flush();
	return EXIT_DONE;
}

bool waits_for_events(const struct links *links)
{
	for (unsigned i = 0; i < links->count; i++) {
		const struct bw_program *p = links->at[i]->program;

		if (!p || p->hook->runs == BW_AT_EVENT)		/* of a map the kernel calls the programs */
			return true;
	}
	return false;
}
