/*
 * bpfwalk trace: the trace pipe, without a program of our own.
 *
 * What attach left running prints into the void until somebody reads.
 *
 * In: tracefs' trace_pipe  Out: lines, until ^C or the end of --for
 * Try:  bpfwalk trace --for 1
 * Next: loader/cli/story.h
 */
#include <errno.h>
#include <limits.h>

#include "loader/cli/args.h"
#include "loader/cli/out.h"
#include "loader/cli/records.h"
#include "loader/cli/setup.h"
#include "loader/cli/stop.h"
#include "loader/cli/verbs.h"

static int read_lines(const struct args *a, struct bw_reader *reader)
{
	int64_t end = a->for_ms >= 0 ? now_ms() + a->for_ms : INT64_MAX;
	int n = 0;

	while ((n >= 0 || n == -EINTR) && !stop_asked() && !out_broken()) {
		int64_t left = end - now_ms();

		if (left <= 0)
			return EXIT_DONE;
		n = bw_reader_poll(reader, left < INT_MAX ? (int)left : INT_MAX);
		out_flush();
	}
	if (n >= 0 || n == -EINTR)
		return EXIT_DONE;
	say("bpfwalk: trace pipe: waiting for lines: %s", bw_errno_name(n));
	return EXIT_FAILED;
}

int verb_trace(const struct args *a)
{
	struct bw_error err = { 0 };
	struct records records = { 0 };
	struct bw_reader *reader;
	struct bw_object *obj;
	int r, status = EXIT_DONE;

	stop_catch();
	r = bw_open_empty(NULL, &obj, &err);
	if (r == 0)
		status = records_start(&records, a, obj);
	if (r == 0 && status == EXIT_DONE)
		r = bw_reader_open(obj, true, records_take, &records, &reader, &err);
	if (r < 0)
		status = failed(&err);
	else if (status == EXIT_DONE)
		status = read_lines(a, reader);
	bw_close(obj);
	records_free(&records);
	return status;
}
