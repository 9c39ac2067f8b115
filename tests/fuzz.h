/*
 * What the fuzz targets share.
 *
 * A target reads bytes nobody vouches for and asks for all that can be asked about them. The sanitizers see a read
 * outside, an overflow, a leak; PROMISE() adds what only we know must hold. The first promise is the same everywhere:
 * an error has a code, a place and one line of text, and success has none of them.
 *
 * tests/sh_fuzz.sh runs the targets, with clang's libFuzzer or with tests/fuzz_main.c.
 *
 * Next: tests/fuzz_elf.c
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/arena.h"
#include "elf/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROMISE(COND) do {							\
	if (!(COND)) {								\
		fprintf(stderr, "%s:%d: promise broken: %s\n", __FILE__, __LINE__, #COND); \
		abort();							\
	}									\
} while (0)

/* Error xor result; returns r. */
static inline int fuzz_said(int r, const struct diag *d)
{
	PROMISE((r < 0) == (d->code != 0));
	PROMISE(r >= 0 || d->code == r);
	PROMISE((r < 0) == (d->msg[0] != 0));
	PROMISE((r < 0) == (d->where[0] != 0));
	PROMISE(!strpbrk(d->msg, "\n\r\033") && !strpbrk(d->where, "\n\r\033"));
	return r;
}

/* Reads every byte, so that the sanitizer sees one that is not ours. */
static inline void fuzz_touch(const void *bytes, size_t n)
{
	static volatile unsigned char sum;
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		sum = (unsigned char)(sum + p[i]);
}

static inline void fuzz_touch_string(const char *s)
{
	PROMISE(s);
	fuzz_touch(s, strlen(s));
}

#endif
