/*
 * A view is where untrusted bytes live: a base, a size, and no other way in.
 *
 * Everything that comes from a file, and everything in a file that points at
 * something else in it (offsets, counts, names), goes through these functions.
 * None of them can read outside the view, none of them overflows, and the
 * narrowing from the file's 64-bit numbers to size_t is checked in one place.
 *
 * A view owns nothing: the bytes belong to whoever made it.
 *
 * Kernel: none; this is our own fence.
 * Next: elf/view.c
 */
#ifndef ELF_VIEW_H
#define ELF_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view {
	const unsigned char *base;
	size_t size;			/* bytes */
};

/* The part [off, off + len) of v in *out. False, *out untouched, unless all of it lies inside. */
bool view_sub(struct view v, uint64_t off, uint64_t len, struct view *out);

/* Copies n bytes at off to dst. False, dst untouched, unless all of them lie inside. */
bool view_get(struct view v, uint64_t off, void *dst, size_t n);

/* The string that starts at off, or NULL unless its NUL also lies inside. Lives as long as the bytes. */
const char *view_str(struct view v, uint64_t off);

#endif
