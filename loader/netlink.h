/*
 * Asking the kernel over netlink.
 *
 * Next: loader/netlink.c
 */
#ifndef LOADER_NETLINK_H
#define LOADER_NETLINK_H

#include "elf/view.h"
#include "loader/walk.h"
#include "uapi/netlink.h"

struct netlink {
	struct walk *w;
	int sock;
	uint32_t seq;			/* of the last question */
	char why[128];			/* the kernel's words about its last refusal, with ": " in front; "" */
};

/* A socket for questions, which the caller closes, or a negative errno in d. It belongs to our network namespace for good. */
int netlink_open(struct walk *w, const char *where, struct diag *d);

/*
 * Sends the first `size` bytes of q, whose header gets its length and number here, and reads the answer to its end. Without
 * NLM_F_DUMP that is a yes or a no; with it, each() is called for every message, from struct tcmsg on. 0, or a negative
 * errno and perhaps n->why: what the kernel said, or -EBADMSG, when it is no answer that we understand.
 */
int netlink_ask(struct netlink *n, struct tc_request *q, size_t size, void (*each)(void *ctx, struct view message), void *ctx);

/* The first attribute of that type in *out. False, *out untouched: there is none, or something is wrong before it. */
bool netlink_attribute(struct view attributes, unsigned type, struct view *out);

#endif
