/*
 * malloc() for the static command, in a fifteenth of the code.
 *
 * What bpfwalk asks for are a few large pieces, which the arenas cut up, and
 * some buffers that grow. A block is a power of two, with its size in front; a
 * block that was freed waits in the list of its size. New ones are cut off a
 * chunk, large ones are mappings of their own:
 *
 *	chunk  | size | memory ...    | size | memory ... | not touched yet |
 *	free   [6] -> block -> block     [7] -> block     ...     [16]
 *
 * No locks: the command has one thread. What is freed twice, or written behind
 * its end, is not found here; the tests run with the sanitizers' malloc().
 *
 * In: a size  Out: memory
 * Kernel: mm/mmap.c do_mmap(), mm/mremap.c
 * Next: loader/cli/static_libc.c
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	LEAST = 6, MOST = 16,		/* blocks in lists have 2^6 to 2^16 bytes */
	CHUNK = 1 << MOST,
};

struct block {
	_Alignas(max_align_t) size_t size;	/* bytes, of this struct too; more than CHUNK: a mapping */
	struct block *next;		/* free ones */
};

static struct block *free_blocks[MOST + 1];
static char *chunk;
static size_t chunk_left;

static void *map(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static struct block *cut(size_t size)
{
	struct block *b;

	if (chunk_left < size) {
		chunk = map(CHUNK);
		chunk_left = chunk ? CHUNK : 0;
	}
	if (!chunk)
		return NULL;
	b = (struct block *)(void *)chunk;
	chunk += size;
	chunk_left -= size;
	b->size = size;
	return b;
}

static struct block *map_block(size_t size)
{
	struct block *b = map(size);

	if (b)
		b->size = size;
	return b;
}

static unsigned list_of(size_t size)
{
	unsigned list = LEAST;

	while ((size_t)1 << list < size)
		list++;
	return list;
}

static struct block *take(size_t size)
{
	struct block *b;
	unsigned list;

	if (size > PTRDIFF_MAX - sizeof(*b)) {
		errno = ENOMEM;
		return NULL;
	}
	size += sizeof(*b);
	if (size > CHUNK)
		return map_block(size);
	list = list_of(size);
	b = free_blocks[list];
	if (!b)
		return cut((size_t)1 << list);
	free_blocks[list] = b->next;
	return b;
}

void *malloc(size_t size)
{
	struct block *b = take(size);

	return b ? b + 1 : NULL;
}

void *calloc(size_t count, size_t size)
{
	struct block *b = take(size && count > SIZE_MAX / size ? SIZE_MAX : count * size);

	if (!b)
		return NULL;
	if (b->size <= CHUNK)		/* a mapping is zero */
		memset(b + 1, 0, b->size - sizeof(*b));
	return b + 1;
}

void free(void *memory)
{
	struct block *b;
	unsigned list;

	if (!memory)
		return;
	b = (struct block *)memory - 1;
	if (b->size > CHUNK) {
		munmap(b, b->size);
		return;
	}
	list = list_of(b->size);
	b->next = free_blocks[list];
	free_blocks[list] = b;
}

/* A mapping that stays one is moved by the kernel, without a copy. */
static void *remap(struct block *b, size_t whole)
{
	b = mremap(b, b->size, whole, MREMAP_MAYMOVE);
	if (b == MAP_FAILED)
		return NULL;
	b->size = whole;
	return b + 1;
}

void *realloc(void *memory, size_t size)
{
	size_t whole = size + sizeof(struct block);
	struct block *b, *moved;

	if (!memory || size > PTRDIFF_MAX - sizeof(*b))
		return malloc(size);
	b = (struct block *)memory - 1;
	if (b->size <= CHUNK && whole <= b->size)
		return memory;
	if (b->size > CHUNK && whole > CHUNK)
		return remap(b, whole);
	moved = take(size);
	if (!moved)
		return NULL;
	memcpy(moved + 1, memory, (b->size < whole ? b->size : whole) - sizeof(*b));
	free(memory);
	return moved + 1;
}
