/*
 * The pretend kernel: answers every call so that a walk goes on, on any machine
 * and for any user. It hands out descriptors and zeroes. It never looks whether
 * a call makes sense: a kernel that is only imitated would be wrong sooner or
 * later, and nobody would know when.
 *
 * Next: loader/cli/pretend.c
 */
#ifndef CLI_PRETEND_H
#define CLI_PRETEND_H

#include <stdbool.h>

#include "loader/bpfwalk.h"

enum { PRETEND_FDS = 4096 };

struct pretend_fd {
	bool open;
	int real;			/* a descriptor of the real kernel, for a file that is read; -1 */
	const char *text;		/* what a file holds that could not be opened here; NULL */
};

struct pretend {			/* zeroed: a kernel that just started */
	struct pretend_fd fd[PRETEND_FDS];
	const char *function;		/* the line it has for a kernel function, where its list cannot be read; NULL */
	const char *made_up;		/* the file that the last openat made up, until its caller takes note; NULL */
};

/* For struct bw_options: kernel = pretend_kernel, kernel_ctx = a struct pretend. */
long pretend_kernel(void *ctx, struct bw_call *call);
/* Descriptors nobody has closed. */
unsigned pretend_left_open(const struct pretend *p);

#endif
