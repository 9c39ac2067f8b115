/*
 * loader/cli/static_malloc.c and static_libc.c, which take the place of musl's in the static command: against libc's, and
 * against what they promise.
 *
 * Next: loader/cli/static_malloc.c
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "tests/check.h"

#define malloc	small_malloc
#define calloc	small_calloc
#define realloc	small_realloc
#define free	small_free
#define qsort	small_qsort
#define strstr	small_strstr
#define strtoull small_strtoull
#define strtoul	small_strtoul
#define strtol	small_strtol
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *memory, size_t size);
void free(void *memory);
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *a, const void *b));
char *strstr(const char *text, const char *what);
unsigned long long strtoull(const char *text, char **end, int base);
unsigned long strtoul(const char *text, char **end, int base);
long strtol(const char *text, char **end, int base);
#include "loader/cli/static_malloc.c"
#include "loader/cli/static_libc.c"
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef qsort
#undef strstr
#undef strtoull
#undef strtoul
#undef strtol

static uint32_t state = 1;

static uint32_t chance(uint32_t below)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % below;
}

/* ---- malloc() ------------------------------------------------------------------ */

enum { PIECES = 200 };

static struct piece {
	unsigned char *at;
	size_t size;
	unsigned char mark;
} pieces[PIECES];

static size_t some_size(void)
{
	static const size_t edges[] = { 0, 1, 47, 48, 49, CHUNK / 2, CHUNK - 17, CHUNK - 16, CHUNK - 15, CHUNK, 3 * CHUNK };

	return chance(4) ? chance(3000) : edges[chance(sizeof(edges) / sizeof(edges[0]))];
}

static void fill_piece(struct piece *p)
{
	p->mark = (unsigned char)chance(256);
	memset(p->at, p->mark, p->size);
}

static void check_piece(const struct piece *p, size_t size)
{
	CHECK((uintptr_t)p->at % _Alignof(max_align_t) == 0);
	for (size_t i = 0; i < size; i++)
		CHECK_INT(p->at[i], p->mark);
}

/* Pieces come, grow, shrink and go; none ever has a byte of another. */
TEST(malloc_keeps_pieces_apart)
{
	for (unsigned round = 0; round < 20000; round++) {
		struct piece *p = &pieces[chance(PIECES)];
		size_t size = some_size();

		if (!p->at && chance(2)) {
			p->at = small_calloc(size, 1);
			p->mark = 0;
			check_piece(p, size);
		} else if (!p->at) {
			p->at = small_malloc(size);
		} else if (chance(2)) {
			check_piece(p, p->size);
			small_free(p->at);
			p->at = NULL;
			continue;
		} else {
			p->at = small_realloc(p->at, size);
			check_piece(p, size < p->size ? size : p->size);
		}
		CHECK(p->at);
		p->size = size;
		fill_piece(p);
	}
	for (unsigned i = 0; i < PIECES; i++) {
		if (pieces[i].at)
			check_piece(&pieces[i], pieces[i].size);
		small_free(pieces[i].at);
	}
}

TEST(malloc_takes_back_what_was_freed)
{
	void *first = small_malloc(100), *again;

	small_free(first);
	again = small_malloc(90);
	CHECK(again == first);
	small_free(again);
	small_free(NULL);
}

TEST(malloc_refuses_what_cannot_be)
{
	char *p = small_malloc(10);

	errno = 0;
	CHECK(small_malloc(SIZE_MAX) == NULL && errno == ENOMEM);
	CHECK(small_malloc(PTRDIFF_MAX) == NULL);
	CHECK(small_calloc(SIZE_MAX / 2, 3) == NULL);
	CHECK(small_realloc(p, SIZE_MAX - 8) == NULL);
	small_free(p);
	p = small_malloc(2 * CHUNK);
	p[2 * CHUNK - 1] = 'x';
	CHECK(small_realloc(p, PTRDIFF_MAX - 4096) == NULL);
	CHECK(p[2 * CHUNK - 1] == 'x');
	small_free(p);
}

/* ---- qsort(), strstr(), strtoull() ------------------------------------------------ */

struct thing {
	uint32_t key;
	char more[9];
};

static int by_key(const void *a, const void *b)
{
	const struct thing *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

TEST(sorting)
{
	static struct thing things[500];

	for (unsigned count = 0; count < 500; count += count < 20 ? 1 : 97)
		for (uint32_t keys = 1; keys <= 1000; keys *= 10) {
			uint64_t sum = 0, again = 0;

			for (unsigned i = 0; i < count; i++) {
				things[i].key = chance(keys);
				snprintf(things[i].more, sizeof(things[i].more), "%u", things[i].key);
				sum += things[i].key;
			}
			small_qsort(things, count, sizeof(things[0]), by_key);
			NOTE("%u elements of %u keys", count, keys);
			for (unsigned i = 0; i < count; i++) {
				CHECK(i == 0 || things[i - 1].key <= things[i].key);
				CHECK_INT(strtoul(things[i].more, NULL, 10), things[i].key);
				again += things[i].key;
			}
			CHECK(sum == again);
		}
}

TEST(searching)
{
	static const char *const words[] = { "", "a", "ab", "aab", "abab", "b", "aaab", "abc", "c" };
	static const char *const texts[] = { "", "a", "aaaab", "ababab", "abacabab", "bbbbbb" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t j = 0; j < sizeof(words) / sizeof(words[0]); j++) {
			NOTE("%s in %s", words[j], texts[i]);
			CHECK(small_strstr(texts[i], words[j]) == strstr(texts[i], words[j]));
		}
}

TEST(numbers)
{
	static const char *const texts[] = {
		"", "0", "12", " \t12x", "+12", "-12", "--1", "- 1", "0x", "0x1f", "0xg", "0X1F", "010", "08", "z", "x12",
		"18446744073709551615", "18446744073709551616", "99999999999999999999999", "ffffffffffffffff", "1ffffffffffffffff",
	};
	static const int bases[] = { 0, 8, 10, 16 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t j = 0; j < sizeof(bases) / sizeof(bases[0]); j++) {
			char *got_end, *want_end;
			unsigned long long got, want;
			int got_errno;

			errno = 0;
			got = small_strtoull(texts[i], &got_end, bases[j]);
			got_errno = errno;
			errno = 0;
			want = strtoull(texts[i], &want_end, bases[j]);
			NOTE("'%s' in base %d", texts[i], bases[j]);
			CHECK(got == want);
			CHECK(got_end == want_end);
			CHECK_INT(got_errno == ERANGE, errno == ERANGE);
		}
	CHECK_INT(small_strtol("-7", NULL, 10), -7);
	CHECK_INT(small_strtoul("7", NULL, 0), 7);
}
