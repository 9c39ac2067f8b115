/*
 * bpfwalk attach: a program that stays when we end.
 *
 *	load, pin programs and maps      a name that is taken is found out before anything is attached
 *	   |
 *	make the cgroup, attach
 *	   |
 *	pin the links, keep
 *
 * Whatever fails, and ^C, undoes all of it: there is no half. From the last
 * step on the kernel needs nobody for it.
 *
 * In: an object file, --pin DIR  Out: DIR, in the BPF file system
 * Try:  bpfwalk attach build/progs/device.bpf.o --cgroup guarded --cgroup-create --pin guard
 * Next: loader/cli/verb_detach.c
 */
#include <stdlib.h>
#include <string.h>

#include "loader/cli/attaching.h"
#include "loader/cli/buf.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/stop.h"
#include "loader/cli/verbs.h"

static void tell_pinned(const struct args *a, const struct bw_object *obj, bool made_cgroup)
{
	if (a->json) {
		json_open("pinned");
		json_text("dir", obj->pin_dir);
		json_close();
	}
	for (unsigned i = 0; i < obj->nmaps; i++)
		if (obj->maps[i].pinned)
			CHAT(a, "pinned map %s by its name, too: detach leaves that", obj->maps[i].name);
	if (made_cgroup)
		CHAT(a, "made the cgroup %s: detach removes it, unless it is in use", a->cgroup);
	CHAT(a, "pinned in %s: bpfwalk detach %s undoes it", obj->pin_dir, obj->pin_dir);
}

/* Everything is told before it is kept: exit status 1 means that nothing is left, also when it comes from a full disk. */
static int tell(const struct args *a, const struct bw_object *obj, bool made_cgroup)
{
	tell_pinned(a, obj, made_cgroup);
	out_flush();
	if (stop_asked() || out_broken())
		say("stopped: everything is undone");
	else if (buf_was_short())
		say("bpfwalk: attach: out of memory: everything is undone");
	else
		return EXIT_DONE;
	return EXIT_FAILED;
}

static int attach_and_pin(const struct args *a, struct bw_object *obj, struct links *links, struct bw_error *err)
{
	int status = attach_programs(a, obj, true, links, err);

	if (status == EXIT_DONE && !links->count && !stop_asked()) {
		say("bpfwalk: attach: %s has nothing to attach", a->object);
		return EXIT_FAILED;
	}
	for (unsigned i = 0; i < links->count && status == EXIT_DONE; i++)
		if (bw_pin_link(obj, links->at[i], err))
			status = EXIT_FAILED;
	return status;
}

static int attach(const struct args *a, struct bw_object *obj, struct bw_error *err)
{
	struct links links = { 0 };
	bool made_cgroup = false;
	int status = EXIT_FAILED;

	if (!bw_pin(obj, a->pin, err))
		status = cgroup_make(a, obj, &made_cgroup);
	if (made_cgroup && bw_pin_cgroup(obj, a->cgroup, err))
		status = EXIT_FAILED;
	if (status == EXIT_DONE)
		status = attach_and_pin(a, obj, &links, err);
	if (status == EXIT_DONE)
		status = tell(a, obj, made_cgroup);
	if (status == EXIT_DONE) {
		bw_keep_pins(obj);
	} else {
		detach_programs(obj, &links);
		if (made_cgroup)
			cgroup_remove(obj, a->cgroup);
	}
	free(links.at);
	return status;
}

int verb_attach(const struct args *a)
{
	const struct bw_options options = { .undo_pins = true };
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int status;

	if (!a->pin)
		return args_refuse(a, "--pin DIR is missing: what is pinned there keeps the programs attached");
	status = setup(a, &options, &obj);
	if (status != EXIT_DONE)
		return status;
	stop_catch();			/* before that there is nothing to undo, and a FIFO may never open */
	status = setup_load(a, obj);
	if (status == EXIT_DONE)
		status = attach(a, obj, &err);
	bw_close(obj);
	return err.code ? failed(&err) : status;
}
