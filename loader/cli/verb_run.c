/*
 * bpfwalk run: from a file to answers.
 *
 *	load, open the readers, attach     readers first: no record is missed
 *	   |
 *	ask iterators and the like         when there is nothing else, that is all
 *	   |
 *	wait: records, --interval, --for, ^C
 *	   |
 *	"cleaning up": detach, read what is still in the rings, print the maps
 *
 * One that should attach and cannot ends the run, after everything is undone.
 *
 * In: an object file  Out: records as they come, tables at the end
 * Try:  bpfwalk run --for 2 build/progs/syscount.bpf.o
 * Next: loader/cli/verb_attach.c
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/asked.h"
#include "loader/cli/attaching.h"
#include "loader/cli/json.h"
#include "loader/cli/live.h"
#include "loader/cli/map_read.h"
#include "loader/cli/out.h"
#include "loader/cli/records.h"
#include "loader/cli/setup.h"
#include "loader/cli/stop.h"
#include "loader/cli/verbs.h"

/* Nothing new comes after detaching, but others may be writing to the trace pipe. */
enum { DRAIN_MS = 1000 };

struct run {
	const struct args *args;
	struct bw_object *obj;
	struct bw_reader *reader;
	struct records records;
	struct links links;
	bool made_cgroup;
	int64_t start, lost_told;	/* ms */
	bool deaf;			/* waiting for records has failed, and it was said */
};

/* ---- attaching ------------------------------------------------------------- */

/* Everything is undone. EXIT_FAILED: something could not be, and that is said. */
static int let_go(struct run *r)
{
	int status = EXIT_DONE;

	detach_programs(r->obj, &r->links);
	if (r->made_cgroup)
		status = cgroup_remove(r->obj, r->args->cgroup);
	r->made_cgroup = false;
	bw_close(r->obj);
	r->obj = NULL;
	return status;
}

static int attach_all(struct run *r)
{
	struct bw_error err = { 0 };
	int status = attach_programs(r->args, r->obj, false, &r->links, &err);

	if (!err.code)
		return status;
	let_go(r);
	return failed(&err);
}

static int ask_all(struct run *r)
{
	struct bw_error err = { 0 };
	int status = run_asked(r->args, r->obj, &r->links, &err);

	if (status == EXIT_DONE)
		return status;
	let_go(r);
	return failed(&err);
}

/* ---- waiting --------------------------------------------------------------- */

static int open_reader(struct run *r)
{
	struct bw_error err = { 0 };
	int e = bw_reader_open(r->obj, bw_uses_trace_pipe(r->obj), records_take, &r->records, &r->reader, &err);

	return e == 0 || e == -ENOENT ? EXIT_DONE : failed(&err);
}

/* Not the two in which programs look up the arguments of markers: the loader writes them. */
static bool is_shown(const struct bw_map *m)
{
	return map_is_readable(m) && strncmp(m->name, "__bpf_usdt_", 11) != 0;
}

/* Counts and maps. limits NULL: all of everything. */
static int show(struct run *r, const struct table_limits *limits)
{
	struct bw_error err = { 0 };
	bool first = !r->args->count && !r->args->count_by;
	int e = 0;

	if (!records_print_counts(&r->records, limits))
		e = failed(&(struct bw_error){ -ENOMEM, "records", "out of memory: not all were counted" });
	for (unsigned i = 0; i < r->obj->nmaps && e == 0; i++) {
		if (!is_shown(&r->obj->maps[i]))
			continue;
		if (!r->args->json && !first)
			put("%s", "");
		first = false;
		if (r->args->json)
			e = map_print_json(r->obj, &r->obj->maps[i], &err);
		else
			e = map_print(r->obj, &r->obj->maps[i], limits, &err);
		if (e < 0)
			failed(&err);
	}
	out_flush();
	return e ? EXIT_FAILED : EXIT_DONE;
}

/* --interval: one table after the other, or on a terminal one in place of the other. */
static int show_interval(struct run *r, int64_t now)
{
	struct table_limits limits;
	bool live = !r->args->json && live_size(&limits);

	if (r->args->json) {
		json_open("interval");
		json_signed("elapsed_ms", now - r->start);
		json_close();
	}
	if (live) {
		live_clear();
		return show(r, &limits);
	}
	if (!r->args->json && now >= r->start + 2 * r->args->interval_ms)
		put("%s", "");
	return show(r, NULL);
}

static int cannot_wait(struct run *r, int code)
{
	if (!r->deaf)
		say("bpfwalk: records: waiting for records: %s", bw_errno_name(code));
	r->deaf = true;
	return EXIT_FAILED;
}

static int wait_for_records(struct run *r, int64_t ms)
{
	int timeout = ms > INT_MAX ? INT_MAX : (int)ms;
	int n;

	if (!r->reader) {
		stop_sleep(timeout);
		return EXIT_DONE;
	}
	n = bw_reader_poll(r->reader, timeout);
	out_flush();
	if (now_ms() >= r->lost_told + 1000) {
		records_tell_lost(&r->records);
		r->lost_told = now_ms();
	}
	return n >= 0 || n == -EINTR ? EXIT_DONE : cannot_wait(r, n);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Until ^C, SIGTERM, the end of --for, or nobody reads what we print. */
static int loop(struct run *r)
{
	int64_t interval = r->args->interval_ms;
	int64_t end = r->args->for_ms >= 0 ? r->start + r->args->for_ms : INT64_MAX;
	int64_t tick = interval > 0 ? r->start + interval : INT64_MAX;
	int status = EXIT_DONE;

	while (status == EXIT_DONE && !stop_asked() && !out_broken()) {
		int64_t now = now_ms();

		if (now >= end)
			break;
		if (now >= tick) {
			status = show_interval(r, now);
			tick += interval * (1 + (now - tick) / interval);
			continue;
		}
		status = wait_for_records(r, sooner(end, tick) - now);
	}
	return status;
}

/* ---- the end --------------------------------------------------------------- */

/* What was sent before the programs were detached. The trace pipe has other writers, and may never be empty. */
static int drain(struct run *r)
{
	int64_t until = now_ms() + DRAIN_MS;
	int n = r->reader ? 1 : 0;

	while ((n > 0 || n == -EINTR) && now_ms() < until)
		n = bw_reader_poll(r->reader, 0);
	return n < 0 && n != -EINTR ? cannot_wait(r, n) : EXIT_DONE;
}

/* Events for which a program was not run: counts are short by as much, and nobody would notice. */
static int tell_missed(const struct run *r)
{
	for (unsigned i = 0; i < r->obj->nprograms; i++) {
		const struct bw_program *p = &r->obj->programs[i];
		uint64_t runs = 0;
		int e = p->fd >= 0 ? bw_missed_runs(r->obj, p, &runs) : 0;

		if (e < 0 && e != -ENOENT) {
			say("bpfwalk: program %s: asking how often it was not run: %s", p->name, bw_errno_name(e));
			return EXIT_FAILED;
		}
		if (!runs)
			continue;
		say("%s: not run %" PRIu64 " times: the kernel was in the middle of it on that CPU", p->name, runs);
		if (r->args->json) {
			json_open("missed");
			json_text("program", p->name);
			json_number("count", runs);
			json_close();
		}
	}
	return EXIT_DONE;
}

static int clean_up(struct run *r)
{
	int status;

	CHAT(r->args, "cleaning up");
	detach_programs(r->obj, &r->links);
	status = drain(r);
	records_tell_lost(&r->records);
	if (tell_missed(r) != EXIT_DONE)
		status = EXIT_FAILED;
	return show(r, NULL) == EXIT_DONE ? status : EXIT_FAILED;
}

static int walk(struct run *r)
{
	struct table_limits limits;
	int status;

	if (stop_asked())
		return EXIT_DONE;
	status = open_reader(r);
	if (status == EXIT_DONE)
		status = cgroup_make(r->args, r->obj, &r->made_cgroup);
	if (status == EXIT_DONE)
		status = attach_all(r);
	if (status == EXIT_DONE)
		status = ask_all(r);
	if (status != EXIT_DONE || !(r->links.count + r->links.asked))
		return status;
	r->records.silent = r->args->interval_ms > 0 && live_size(&limits);
	r->start = now_ms();
	if (waits_for_events(&r->links)) {
		if (r->args->for_ms < 0)
			CHAT(r->args, "running until ^C");
		status = loop(r);
	}
	return clean_up(r) == EXIT_DONE ? status : EXIT_FAILED;
}

int verb_run(const struct args *a)
{
	struct run r = { .args = a };
	int status;

	status = setup(a, NULL, &r.obj);
	if (status != EXIT_DONE)
		return status;
	stop_catch();			/* before that there is nothing to undo, and a FIFO may never open */
	status = records_start(&r.records, a, r.obj);
	if (status == EXIT_DONE)
		status = setup_load(a, r.obj);
	if (status == EXIT_DONE)
		status = walk(&r);
	if (let_go(&r) != EXIT_DONE)
		status = EXIT_FAILED;
	records_free(&r.records);
	free(r.links.at);
	return status;
}
