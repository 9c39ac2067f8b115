/*
 * What everything else stands on: the view, the arena, the first message.
 *
 * Next: tests/unit_elf64.c
 */
#include <stddef.h>

#include "elf/arena.h"
#include "elf/diag.h"
#include "elf/view.h"
#include "tests/check.h"

static const unsigned char bytes[8] = { 'a', 'b', 0, 'c', 'd', 'e', 'f', 'g' };
static const struct view all = { bytes, sizeof(bytes) };

TEST(view_parts)
{
	struct view part = { NULL, 77 };

	CHECK(view_sub(all, 2, 3, &part));
	CHECK(part.base == bytes + 2);
	CHECK_INT(part.size, 3);
	CHECK(view_sub(all, 8, 0, &part));
	CHECK_INT(part.size, 0);
	CHECK(view_sub((struct view){ NULL, 0 }, 0, 0, &part));
	CHECK(!part.base);
}

/* Each of these wraps, or would, in the obvious comparison off + len <= size. */
TEST(view_outside)
{
	static const struct { uint64_t off, len; } outside[] = {
		{ 0, 9 }, { 8, 1 }, { 9, 0 }, { 7, 2 }, { UINT64_MAX, 1 }, { UINT64_MAX, 2 }, { 1, UINT64_MAX },
		{ UINT64_MAX, UINT64_MAX }, { UINT64_MAX - 7, 8 }, { 4, UINT64_MAX - 3 }, { 1ull << 32, 0 },
	};
	struct view part = { bytes, 77 };
	char copy[16] = "untouched";

	for (unsigned i = 0; i < sizeof(outside) / sizeof(*outside); i++) {
		NOTE("%llu, %llu", (unsigned long long)outside[i].off, (unsigned long long)outside[i].len);
		CHECK(!view_sub(all, outside[i].off, outside[i].len, &part));
		CHECK(!view_get(all, outside[i].off, copy, (size_t)outside[i].len));
	}
	CHECK_INT(part.size, 77);
	CHECK_STR(copy, "untouched");
}

TEST(view_copies)
{
	unsigned char copy[4] = { 0 };

	CHECK(view_get(all, 3, copy, 3));
	CHECK_MEM(copy, "cde\0", 4);
	CHECK(view_get(all, 8, copy, 0));
	CHECK(view_get((struct view){ NULL, 0 }, 0, copy, 0));
}

TEST(view_strings)
{
	CHECK_STR(view_str(all, 0), "ab");
	CHECK_STR(view_str(all, 1), "b");
	CHECK_STR(view_str(all, 2), "");
	CHECK(!view_str(all, 3));		/* does not end inside */
	CHECK(!view_str(all, 8));
	CHECK(!view_str(all, UINT64_MAX));
	CHECK(!view_str((struct view){ NULL, 0 }, 0));
}

/* Blocks of every size, all of them zeroed, aligned, and apart from each other. */
TEST(arena_memory)
{
	struct arena a = { 0 };
	unsigned char *p[200];

	for (size_t i = 0; i < 200; i++) {
		size_t size = i * i;

		NOTE("%zu bytes", size);
		p[i] = arena_alloc(&a, size);
		CHECK(p[i]);
		CHECK_INT((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++)
			CHECK_INT(p[i][k], 0);
		memset(p[i], (int)i, size);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k < i * i; k++)
			CHECK_INT(p[i][k], i);
	arena_free(&a);
	CHECK_INT(a.used, 0);
	CHECK(arena_alloc(&a, 1));
	arena_free(&a);
}

TEST(arena_limit)
{
	struct arena a = { .limit = 100 };

	CHECK(arena_alloc(&a, 48));
	CHECK(!arena_alloc(&a, 64));
	CHECK(arena_alloc(&a, 48));
	CHECK(!arena_alloc(&a, 16));
	CHECK(arena_alloc(&a, 0));
	arena_free(&a);
	a.limit = 96;
	CHECK(arena_alloc(&a, 96));	/* all of it, and no more */
	CHECK(!arena_alloc(&a, 1));
	arena_free(&a);
}

TEST(arena_overflow)
{
	struct arena a = { .limit = SIZE_MAX };

	CHECK(!arena_alloc(&a, SIZE_MAX));
	CHECK(!arena_alloc(&a, SIZE_MAX - 15));
	CHECK(!arena_array(&a, SIZE_MAX / 2, 3));
	CHECK(!arena_array(&a, 3, SIZE_MAX / 2));
	CHECK(!arena_copy(&a, "", SIZE_MAX));
	CHECK(arena_array(&a, 0, SIZE_MAX));
	CHECK(arena_array(&a, SIZE_MAX, 0));
	arena_free(&a);
}

TEST(arena_strings)
{
	struct arena a = { 0 };
	char *copy = arena_copy(&a, "hello", 3);

	CHECK_STR(copy, "hel");
	CHECK_STR(arena_copy(&a, NULL, 0), "");
	CHECK_STR(arena_printf(&a, "%s.%d", "rodata", 7), "rodata.7");
	CHECK_STR(copy, "hel");
	arena_free(&a);
	a.limit = 8;
	CHECK(!arena_printf(&a, "%s", "longer than that"));
	arena_free(&a);
}

TEST(first_message_wins)
{
	struct diag d = { 0 };

	CHECK_INT(fail(&d, -EINVAL, "elf header", "version %u", 7u), -EINVAL);
	CHECK_INT(fail(&d, -ENOENT, "later", "something else"), -ENOENT);
	CHECK_INT(d.code, -EINVAL);
	CHECK_STR(d.where, "elf header");
	CHECK_STR(d.msg, "version 7");
	CHECK_INT(fail(NULL, -EIO, "nobody", "listens"), -EIO);
	d = (struct diag){ 0 };
	CHECK_INT(fail_memory(&d, "btf"), -ENOMEM);
	CHECK_STR(d.msg, "out of memory, or past this object's limit of it");
}

TEST(message_is_one_line)
{
	char name[1000];
	struct diag d = { 0 };

	fail(&d, -EINVAL, "program a\nb", "section %s: \x7f", "x\n\033[2J\r");
	CHECK_STR(d.where, "program a?b");
	CHECK_STR(d.msg, "section x??[2J?: ?");
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	d = (struct diag){ 0 };
	fail(&d, -EINVAL, name, "%s", name);
	CHECK_INT(strlen(d.where), sizeof(d.where) - 1);
	CHECK_INT(strlen(d.msg), sizeof(d.msg) - 1);
}
