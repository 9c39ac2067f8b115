/*
 * The arena: a list of blocks, the newest one is carved from the front.
 *
 *	blocks -> [next|size|used| ....data.... ] -> [next|size|used| ....data.... ]
 *
 * Small requests share 64 KiB blocks; a large one gets a block of its own. Zeros
 * are written when memory is handed out: of a block that is never filled, the
 * kernel never has to provide more than the pages in use. A block of its own is
 * asked for as zeros (calloc), which for a large one are the kernel's: of an
 * array sized for the worst case, what is never used is never touched.
 *
 * In: sizes  Out: zeroed memory that dies with the arena
 * Next: elf/elf64.h
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/arena.h"

enum { BLOCK = 64 * 1024 - 64, ALIGN = 16 };

struct arena_block {
	struct arena_block *next;
	size_t size;			/* of data[] */
	size_t used;
	_Alignas(ALIGN) unsigned char data[];
};

/* Gets a block of its own. */
static bool is_large(size_t size)
{
	return size > BLOCK / 4;
}

static struct arena_block *block_add(struct arena *a, size_t size)
{
	size_t room = is_large(size) ? size : BLOCK;
	struct arena_block *b;

	if (room > SIZE_MAX - sizeof(*b))
		return NULL;
	b = is_large(size) ? calloc(1, sizeof(*b) + room) : malloc(sizeof(*b) + room);
	if (!b)
		return NULL;
	b->size = room;
	b->used = 0;
	/* A large request must not hide the half-empty block that small ones still use. */
	if (is_large(size) && a->blocks) {
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		b->next = a->blocks;
		a->blocks = b;
	}
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t limit = a->limit ? a->limit : (size_t)1 << 30;
	struct arena_block *b = a->blocks;
	void *p;

	if (size > SIZE_MAX - ALIGN)
		return NULL;
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (size > limit - a->used)
		return NULL;
	if (!b || is_large(size) || size > b->size - b->used)
		b = block_add(a, size);
	if (!b)
		return NULL;
	p = b->data + b->used;
	b->used += size;
	a->used += size;
	return is_large(size) ? p : memset(p, 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		return NULL;
	return arena_alloc(a, n * size);
}

void *arena_copy(struct arena *a, const void *bytes, size_t len)
{
	char *p = len < SIZE_MAX ? arena_alloc(a, len + 1) : NULL;

	if (p && len)
		memcpy(p, bytes, len);
	return p;
}

void *array_grow(struct arena *a, void *array, uint32_t n, size_t size)
{
	void *bigger;

	if (n && (n < 8 || (n & (n - 1))))
		return array;
	bigger = arena_array(a, n ? (size_t)n * 2 : 8, size);
	if (bigger && n)
		memcpy(bigger, array, n * size);
	return bigger;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return NULL;
	p = arena_alloc(a, (size_t)n + 1);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void arena_free(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
	a->used = 0;
}
