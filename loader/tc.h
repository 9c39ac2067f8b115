/*
 * Traffic control: a program as a filter of an interface.
 *
 * A filter is known by where it hangs (the interface, what comes in or what goes
 * out), by its priority there and by a number, which is always 1 here. That it
 * is still ours the id of the program tells: somebody may have put another in
 * its place.
 *
 * Next: loader/tc.c
 */
#ifndef LOADER_TC_H
#define LOADER_TC_H

#include "loader/walk.h"

struct netlink;

/* Takes the number of a priority that is free, behind all there are, and adds prog_fd there as f->prog_id. */
int tc_add(struct netlink *n, struct tc_filter *f, int prog_fd, const char *name, const char *where, struct diag *d);
/* Makes sure that the interface has a place for filters; fills in f->made_qdisc: it was made. */
int tc_make_place(struct netlink *n, struct tc_filter *f, const char *where, struct diag *d);
/*
 * Removes the filter, if it is there and still ours, and then the qdisc, if we made it and nothing is left in it. 0, also
 * when there was nothing to do; else a negative errno in d.
 */
int tc_remove(struct netlink *n, const struct tc_filter *f, const char *where, struct diag *d);

/* As text for a symbolic link, and back; tc_pin.c. netns: the network namespace it is in; 0: not known. False: it is no such text. */
enum { TC_PIN = 160 };
void tc_pin_text(struct walk *w, const struct tc_filter *f, char out[TC_PIN]);
bool tc_pin_read(const char *text, struct tc_filter *f, uint32_t *netns);
/* -EXDEV in d, which calls the filter `path`: it is not in our network namespace. */
int tc_unpin_check(struct walk *w, const char *path, const struct tc_filter *f, uint32_t netns, const char *where, struct diag *d);
/* tc_remove() on a socket of its own. */
int tc_unpin(struct walk *w, const struct tc_filter *f, const char *where, struct diag *d);

#endif
