/*
 * The pretended kernel through the public door: options.kernel = kernel. What was asked is not kept.
 */
#ifndef TESTS_FAKE_PUBLIC_H
#define TESTS_FAKE_PUBLIC_H

#include "loader/bpfwalk.h"
#include "tests/fake_kernel.h"

static inline long kernel(void *ctx, struct bw_call *bc)
{
	struct call c = { .nr = (enum call_nr)bc->nr };

	memcpy(c.arg, bc->arg, sizeof(c.arg));
	fake.used = 0;
	return fake_kernel(ctx, &c);
}

#endif
