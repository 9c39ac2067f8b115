/*
 * The three ways to look at untrusted bytes; see elf/view.h.
 *
 * The one trick is the order of the comparisons. `off + len > size` wraps when
 * off is near 2^64; `off > size || len > size - off` cannot.
 *
 * In: a view and numbers from a file  Out: bytes that are surely there
 * Next: elf/arena.h
 */
#include <string.h>

#include "elf/view.h"

bool view_sub(struct view v, uint64_t off, uint64_t len, struct view *out)
{
	if (off > v.size || len > v.size - off)
		return false;
	*out = (struct view){ v.base ? v.base + (size_t)off : NULL, (size_t)len };
	return true;
}

bool view_get(struct view v, uint64_t off, void *dst, size_t n)
{
	struct view part;

	if (!view_sub(v, off, n, &part))
		return false;
	if (n)
		memcpy(dst, part.base, n);
	return true;
}

const char *view_str(struct view v, uint64_t off)
{
	if (off >= v.size)
		return NULL;
	if (!memchr(v.base + (size_t)off, 0, v.size - (size_t)off))
		return NULL;
	return (const char *)v.base + (size_t)off;
}
