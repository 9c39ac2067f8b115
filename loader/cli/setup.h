/*
 * From the command line to an object that is ready to load, and the one line
 * that a failure is worth. Shared by the verbs that take an object.
 *
 * Next: loader/cli/setup.c
 */
#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include "loader/bpfwalk.h"
#include "loader/cli/args.h"

/*
 * Opens a->object and makes the choices of --prog, --set, --map-entries, --map-value-size, --map and --no-map.
 * EXIT_DONE and *obj, which the caller closes; or EXIT_FAILED or EXIT_USAGE
 * with one line said, and nothing left open. options may be NULL.
 */
int setup(const struct args *a, const struct bw_options *options, struct bw_object **obj);

/* `bpfwalk: where: message; usually: cause` on stderr; setup() has the file's name in front. Returns EXIT_FAILED. */
int failed(const struct bw_error *err);
/* bw_load() and --put; on failure the verifier's log (-v) and the line. EXIT_DONE or EXIT_FAILED. */
int setup_load(const struct args *a, struct bw_object *obj);

/* What bw_attach() returned means that nobody has said where: that is no failure, any other refusal is. */
bool attach_is_left(const struct args *a, const struct bw_program *p, int code);

/* ---- put.c: --put ------------------------------------------------------------- */

/* EXIT_USAGE when one is no entry of a map of the object. Called by setup(). */
int put_check(const struct args *a, struct bw_object *obj);
/* Puts them into the maps of a loaded object. EXIT_DONE or EXIT_FAILED. Called by setup_load(). */
int put_all(const struct args *a, struct bw_object *obj);

/* ---- place.c: where programs go that do not say it themselves ----------------- */

/* The option that would say it and is not there: "--iface"; NULL: nothing is missing. */
const char *place_missing(const struct args *a, const struct bw_program *p);
/* What the command line says for this program: cgroup, iface. The other options are left as they are. */
void place_choose(const struct args *a, const struct bw_program *p, struct bw_attach_options *options);
/* EXIT_USAGE when an option names a place that nothing of the object needs. Called by setup(). */
int place_check(const struct args *a, const struct bw_object *obj);

/* ---- cgroup.c: for verbs that have --cgroup-create ---------------------------- */

/* With --cgroup-create: makes it. *made: it was not there before. EXIT_DONE or EXIT_FAILED. */
int cgroup_make(const struct args *a, struct bw_object *obj, bool *made);
/* Removes one that was made. One that is in use is left, and that is said. EXIT_DONE or EXIT_FAILED. */
int cgroup_remove(struct bw_object *obj, const char *cgroup);

/* What usually causes it, for people; NULL where nobody knows better than the message. advice.c */
const char *advice(const struct bw_error *err);

#endif
