/*
 * Attaching the programs of an object, as the command line asks; for verbs
 * that make them run.
 *
 * Next: loader/cli/attaching.c
 */
#ifndef CLI_ATTACHING_H
#define CLI_ATTACHING_H

#include "loader/bpfwalk.h"
#include "loader/cli/args.h"

struct links {				/* zeroed: none */
	struct bw_link **at;
	unsigned count;
	unsigned asked;			/* programs that have no link, and are to be asked instead: asked.h */
};

static inline bool runs_when_asked(const struct bw_program *p)
{
	return p->is_entry && p->enabled && p->hook && p->hook->runs == BW_WHEN_ASKED;
}

/* A loaded map that is attached itself, as those of struct_ops are. */
bool is_attachable(const struct bw_map *m);

/* Chatter, which --quiet turns off. */
#define CHAT(a, ...) do { if (!(a)->quiet) say(__VA_ARGS__); } while (0)

/*
 * Attaches every loaded program whose section says where, and tells which.
 * pinnable: with links that outlive us. EXIT_DONE; else EXIT_FAILED, with a
 * line said, or the reason in err (err->code is not 0), for when all is undone.
 */
int attach_programs(const struct args *a, struct bw_object *obj, bool pinnable, struct links *out,
		    struct bw_error *err);
void detach_programs(struct bw_object *obj, struct links *links);

#endif
