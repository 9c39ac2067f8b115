/*
 * An arena: many small allocations, one free.
 *
 * Whatever is learned from one object lives exactly as long as the object, so
 * nothing in elf/ frees anything: the owner frees the arena. The byte limit
 * stops a crafted file from turning a small count into a large allocation that
 * the checks before it let through.
 *
 * Kernel: none. Next: elf/arena.c
 */
#ifndef ELF_ARENA_H
#define ELF_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used;			/* bytes handed out so far */
	size_t limit;			/* bytes it may hand out; 0: 1 GiB */
};

/* size zeroed bytes, aligned for any type, or NULL when memory or the limit is out. size 0 is fine. */
void *arena_alloc(struct arena *a, size_t size);

/* n zeroed elements of size bytes; NULL also when n * size overflows. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* An array of n elements of size bytes, moved when it is full so that one more fits; NULL: out of memory. */
void *array_grow(struct arena *a, void *array, uint32_t n, size_t size);

/* A copy of len bytes with a NUL after them, or NULL. */
void *arena_copy(struct arena *a, const void *bytes, size_t len);

/* A formatted string, or NULL. */
__attribute__((format(printf, 2, 3)))
char *arena_printf(struct arena *a, const char *fmt, ...);

/* Frees everything; the arena is empty and usable again. */
void arena_free(struct arena *a);

#endif
