/*
 * The story of a walk: what an observer is told, printed as it happens, in
 * words or as JSON. Nothing here knows how loading works; what it has to say
 * about a call comes from lessons.h.
 *
 * Next: loader/cli/lessons.h
 */
#ifndef CLI_STORY_H
#define CLI_STORY_H

#include <stddef.h>
#include <stdint.h>

#include "loader/bpfwalk.h"

enum { SEEN = 256 };

struct story {				/* zeroed: nothing told yet */
	const struct bw_object *obj;	/* NULL until bw_open() has returned */
	unsigned steps;
	uint64_t seen[SEEN];		/* hashes of what was explained already */
	unsigned nseen, kept;		/* the first `kept` are for the whole walk, the others for this step */
	bool begun;			/* something stands above */
	bool list_open;			/* the last thing printed was a line of a list */
	long reading;			/* the descriptor that is being read, call after call; -1 */
	unsigned reads;
	uint64_t read_bytes;		/* by the calls that are not shown */
};

/* For bw_observe(). ctx: a struct story. */
void story_text(void *ctx, const struct bw_event *event);
void story_json(void *ctx, const struct bw_event *event);

/* A paragraph of our own, 80 columns, `indent` spaces in. */
void story_say(size_t indent, const char *text);

#endif
