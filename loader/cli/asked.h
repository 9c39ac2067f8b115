/*
 * Programs that no event runs: iterators, and programs of section syscall. run
 * asks for them once.
 *
 * Next: loader/cli/asked.c
 */
#ifndef CLI_ASKED_H
#define CLI_ASKED_H

#include "loader/cli/attaching.h"

/* Runs each once, and prints what it says. EXIT_DONE; EXIT_FAILED: one could not be run, which is in err. */
int run_asked(const struct args *a, struct bw_object *obj, const struct links *links, struct bw_error *err);
/* Is there anything that runs at events, so that it is worth waiting? */
bool waits_for_events(const struct links *links);

#endif
