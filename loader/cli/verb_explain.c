/*
 * bpfwalk explain: the walk of `run`, told while it happens, and undone.
 *
 *	bw_open  bw_load  bw_reader_open  bw_attach ...  bw_detach ... bw_close
 *	     \      |           |            |               |          /
 *	      observe(event) -> the story, in words or as JSON
 *
 * It is the same library on the same path, so it is not a description of
 * loading, it is loading. With --dry-run another kernel answers.
 *
 * In: an object file  Out: the story
 * Try:  bpfwalk explain --dry-run build/progs/hello.bpf.o
 * Next: loader/cli/static_printf.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/attaching.h"
#include "loader/cli/out.h"
#include "loader/cli/pretend.h"
#include "loader/cli/setup.h"
#include "loader/cli/stop.h"
#include "loader/cli/story.h"
#include "loader/cli/verbs.h"

struct explained {
	const struct args *args;
	struct story story;
	struct pretend pretend;
	char function[160];		/* behind pretend.function */
	struct bw_reader *reader;
	struct bw_link **links;
	unsigned nlinks, attached, attached_maps;
	bool made_cgroup;
};

static void tell(struct explained *e, const struct bw_event *event)
{
	(e->args->json ? story_json : story_text)(&e->story, event);
}

static void note(struct explained *e, const char *text)
{
	tell(e, &(struct bw_event){ .kind = BW_NOTE, .text = text });
}

static void observe(void *ctx, const struct bw_event *event)
{
	struct explained *e = ctx;
	char text[512];

	tell(e, event);
	if (event->kind != BW_CALL || !e->pretend.made_up)
		return;
	snprintf(text, sizeof(text), "(%s cannot be read here. The pretend kernel made it up.)", e->pretend.made_up);
	e->pretend.made_up = NULL;
	note(e, text);
}

/* A pattern fits some function of the kernel: for who may not see which there are, one is made up that it fits. */
static void make_up_function(struct explained *e, const struct bw_program *p)
{
	bool pattern = strcmp(p->hook ? p->hook->takes : "", "PATTERN") == 0;

	snprintf(e->function, sizeof(e->function), "ffffffff81000000 %.120s\n", p->target);
	for (char *c = e->function; *c; c++)
		if (*c == '*' || *c == '?')
			*c = 'x';
	e->pretend.function = pattern ? e->function : NULL;
}

static void leave(struct explained *e, const struct bw_program *p, struct bw_error *err)
{
	char text[sizeof(err->msg) + 256];

	snprintf(text, sizeof(text), "left %s: %s", p->name, err->msg);
	note(e, err->code == -ENOENT ? text : err->msg);
	memset(err, 0, sizeof(*err));
}

/*
 * A dry run says what the kernel would be told. Which offset in a library of another machine, is not known here: that
 * program is left, and said to be. What is wrong on any machine is an error in a dry run, too.
 */
static bool is_left(const struct explained *e, const struct bw_program *p, int code)
{
	return attach_is_left(e->args, p, code) || (e->args->dry_run && code == -ENOENT);
}

static int attach_all(struct explained *e, struct bw_object *obj)
{
	struct bw_error err = { 0 };

	e->links = calloc((size_t)obj->nprograms + obj->nmaps + 1, sizeof(struct bw_link *));
	if (!e->links)
		return failed(&(struct bw_error){ -ENOMEM, "attach", "out of memory" });
	for (unsigned i = 0; i < obj->nprograms; i++) {
		const struct bw_program *p = &obj->programs[i];
		struct bw_attach_options options = { 0 };
		int r;

		if (!p->is_entry || !p->enabled || runs_when_asked(p))
			continue;
		place_choose(e->args, p, &options);
		make_up_function(e, p);
		r = bw_attach(obj, p, &options, &e->links[e->nlinks], &err);
		if (r < 0 && !is_left(e, p, r))
			return failed(&err);
		if (r < 0)
			leave(e, p, &err);
		else
			e->nlinks++;
	}
	e->attached = e->nlinks;
	return EXIT_DONE;
}

/* Maps of struct_ops are attached themselves, and not their programs. */
static int attach_maps(struct explained *e, struct bw_object *obj)
{
	struct bw_error err = { 0 };

	for (unsigned i = 0; i < obj->nmaps; i++) {
		if (!is_attachable(&obj->maps[i]))
			continue;
		if (bw_attach_map(obj, &obj->maps[i], NULL, &e->links[e->nlinks], &err))
			return failed(&err);
		e->nlinks++;
		e->attached_maps++;
	}
	return EXIT_DONE;
}

static void ignore(void *ctx, const char *text, size_t size)
{
	(void)ctx, (void)text, (void)size;
}

/* Programs that no event runs. What they print is no part of the story. */
static int ask_all(struct explained *e, struct bw_object *obj)
{
	struct bw_error err = { 0 };
	uint32_t result;

	for (unsigned i = 0; i < obj->nprograms; i++)
		if (runs_when_asked(&obj->programs[i]) && bw_run_once(obj, &obj->programs[i], NULL, 0, &result, &err))
			return failed(&err);
	for (unsigned i = 0; i < e->attached; i++)
		if (e->links[i]->program->hook->runs == BW_WHEN_READ && bw_iterate(obj, e->links[i], ignore, NULL, &err))
			return failed(&err);
	return EXIT_DONE;
}

static int walk(struct explained *e, struct bw_object *obj)
{
	struct bw_error err = { 0 };
	int r;

	if (setup_load(e->args, obj) != EXIT_DONE)
		return EXIT_FAILED;
	r = bw_reader_open(obj, bw_uses_trace_pipe(obj), NULL, NULL, &e->reader, &err);
	if (r < 0 && r != -ENOENT)
		return failed(&err);
	if (cgroup_make(e->args, obj, &e->made_cgroup) != EXIT_DONE)
		return EXIT_FAILED;
	if (attach_all(e, obj) != EXIT_DONE || attach_maps(e, obj) != EXIT_DONE)
		return EXIT_FAILED;
	return ask_all(e, obj);
}

/* In the order of `run`: first nothing sends any more, then nothing reads any more. */
static int undo(struct explained *e, struct bw_object *obj)
{
	int status = EXIT_DONE;

	while (e->nlinks)
		bw_detach(obj, e->links[--e->nlinks]);
	if (e->made_cgroup)
		status = cgroup_remove(obj, e->args->cgroup);
	if (e->reader) {
		tell(e, &(struct bw_event){ .kind = BW_STEP, .step = "reader_close", .subject = obj->name });
		bw_reader_close(e->reader);
	}
	bw_close(obj);
	free(e->links);
	return status;
}

static void end(const struct explained *e)
{
	char text[256], maps[40] = "";

	if (e->args->json)
		return;
	put("%s", "");
	if (e->attached_maps)
		snprintf(maps, sizeof(maps), " and %u map%s", e->attached_maps, e->attached_maps == 1 ? "" : "s");
	snprintf(text, sizeof(text), "The walk is over and undone: %u program%s%s %s attached and detached again, and every "
		 "descriptor is closed.", e->attached, e->attached == 1 ? "" : "s", maps,
		 e->attached + e->attached_maps == 1 ? "was" : "were");
	story_say(0, text);
	if (e->args->dry_run)
		story_say(0, "It was a dry run. A pretend kernel answered; it agrees to everything, so whether the verifier "
			  "would accept the program is not known.");
}

int verb_explain(const struct args *a)
{
	static struct explained e;	/* the pretend kernel's table is too large for a stack */
	struct bw_options options = { .undo_pins = true };
	struct bw_object *obj;
	int status;

	bw_observe(&options, observe, &e);
	e.args = a;
	if (a->dry_run) {
		bw_other_kernel(&options, pretend_kernel, &e.pretend);
		note(&e, "A dry run: a pretend kernel answers. Nothing changes on this machine.");
	}
	status = setup(a, &options, &obj);
	if (status != EXIT_DONE)
		return status;
	e.story.obj = obj;
	stop_catch();			/* what is made has to be undone: pins, a cgroup */
	status = walk(&e, obj);
	if (undo(&e, obj) != EXIT_DONE)
		status = EXIT_FAILED;
	if (status == EXIT_DONE)
		end(&e);
	return status;
}
