/*
 * Unpacking what gzip(1) packed, and every way in which that can be broken.
 *
 * Next: tests/unit_object.c
 */
#include "elf/inflate.h"
#include "tests/check.h"

static struct arena a;
static struct diag d;
static struct view out;

static int unpack(const void *bytes, size_t size)
{
	arena_free(&a);
	memset(&d, 0, sizeof(d));
	return gunzip((struct view){ bytes, size }, "x.gz", &a, &out, &d);
}

/* What a command prints, in *size bytes. The caller frees them. */
static unsigned char *output_of(const char *command, size_t *size)
{
	FILE *f = popen(command, "r");
	unsigned char *bytes = malloc(8 << 20);

	CHECK(f && bytes);
	*size = fread(bytes, 1, 8 << 20, f);
	pclose(f);
	return bytes;
}

/*
 * Text, hard and hardly packed; noise, which is stored; one byte for long, whose copies overlap; short input, whose
 * codes are the fixed ones; several members; names and zeros behind the end, as tapes have them.
 */
TEST(what_gzip_packs)
{
	static const char *const commands[] = {
		"cat Makefile elf/*.c", "head -c 300000 /dev/urandom", "head -c 300000 /dev/zero", "printf x", "printf ''",
		"cat elf/*.h build/asan/tests/unit_inflate | head -c 2000000", "seq 100000", "yes abc | head -c 70000",
	};
	static const char *const packers[] = { "gzip -1", "gzip -6", "gzip -9", "gzip -n -c" };
	char command[256];

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		for (size_t j = 0; j < sizeof(packers) / sizeof(packers[0]); j++) {
			unsigned char *plain, *packed;
			size_t plain_size, size;

			NOTE("%s | %s", commands[i], packers[j]);
			/* The same input twice: random bytes go through a file. */
			snprintf(command, sizeof(command), "{ %s; } >${TMP:-/tmp}/unit_inflate.$PPID; cat ${TMP:-/tmp}/unit_inflate.$PPID",
				 commands[i]);
			plain = output_of(command, &plain_size);
			snprintf(command, sizeof(command), "%s <${TMP:-/tmp}/unit_inflate.$PPID; rm ${TMP:-/tmp}/unit_inflate.$PPID",
				 packers[j]);
			packed = output_of(command, &size);
			CHECK(size >= 18 && is_gzip((struct view){ packed, size }));
			CHECK_INT(unpack(packed, size), 0);
			CHECK_INT(out.size, plain_size);
			CHECK(memcmp(out.base, plain, plain_size) == 0);
			free(plain);
			free(packed);
		}
}

TEST(members)
{
	size_t size;
	unsigned char *packed = output_of("printf one | gzip; printf two | gzip -n; seq 3000 | gzip; head -c 512 /dev/zero", &size);

	CHECK_INT(unpack(packed, size), 0);
	CHECK(out.size > 6 && memcmp(out.base, "onetwo1\n2\n", 10) == 0);
	CHECK_INT(out.base[out.size - 2], '0');
	packed[size - 1] = 1;		/* no zeros: a member that is none */
	CHECK_INT(unpack(packed, size), -EINVAL);
	CHECK_HAS(d.msg, "no header of gzip with deflate");
	free(packed);
}

/* A file cut anywhere is an error. A bit turned anywhere is one too, or makes no difference: its time, the rest of a byte. */
TEST(broken)
{
	size_t size, plain_size;
	unsigned char *packed = output_of("{ seq 300; head -c 200 /bin/sh; } | gzip -n -6", &size);
	unsigned char *plain = output_of("seq 300; head -c 200 /bin/sh", &plain_size);

	for (size_t n = 0; n < size; n++) {
		unsigned char *copy = malloc(n + 1);	/* so that a sanitizer sees a byte too many */

		NOTE("%zu bytes of %zu", n, size);
		CHECK(copy != NULL);
		memcpy(copy, packed, n);
		CHECK_INT(unpack(copy, n), -EINVAL);
		CHECK_HAS(d.msg, n < 4 ? "" : "ends too early");
		free(copy);
	}
	for (size_t i = 0; i < size * 8; i++) {
		packed[i / 8] ^= (unsigned char)(1 << i % 8);
		NOTE("bit %zu", i);
		if (unpack(packed, size) == 0)
			CHECK(out.size == plain_size && memcmp(out.base, plain, plain_size) == 0);
		packed[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	free(plain);
	free(packed);
}

/* Bytes of a deflate stream behind a header. */
#define GZIP(...) { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, __VA_ARGS__ }

TEST(hand_made)
{
	static const struct { unsigned char bytes[32]; size_t size; const char *why; } cases[] = {
		{ GZIP(7), 11, "a block of kind 3, expected 0, 1 or 2" },
		{ GZIP(1, 1, 0, 0xfe, 0xfe), 15, "a stored block of 1 bytes, and the check says 257" },
		{ GZIP(1, 2, 0, 0xfd, 0xff, 'x'), 16, "ends too early" },
		{ GZIP(0x03, 0x02, 0), 13, "copies from 1 bytes before, where there are 0" },
		{ GZIP(0x1b, 0x03, 0), 13, "bits that are no code" },		/* literal 286 */
		{ GZIP(0xfd, 0xff, 0xff), 13, "288 and 32 codes, expected at most 286 and 30" },
		{ GZIP(0x05, 0xe0, 0x01, 0, 0, 0, 0), 17, "ends too early" },
		{ GZIP(0x05, 0xe0, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 24, "no code" },
		{ { 0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 20, "no header of gzip with deflate" },
		{ { 0x1f, 0x8b, 8, 0xe0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 20, "no header of gzip with deflate" },
		{ GZIP(3, 0, 0, 0, 0, 0, 1, 0, 0, 0), 20, "unpacked to 0 bytes, expected 1; or the checksum is wrong" },
		{ GZIP(3, 0, 1, 0, 0, 0, 0, 0, 0, 0), 20, "or the checksum is wrong" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NOTE("case %zu", i);
		CHECK_INT(unpack(cases[i].bytes, cases[i].size), -EINVAL);
		CHECK_HAS(d.msg, cases[i].why);
	}
	/* Every field a header can have, and nothing in it. */
	static const unsigned char full[] = { 0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 'x', 'y', 'n', 0, 'c', 0, 1, 2,
					      3, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	CHECK_INT(unpack(full, sizeof(full)), 0);
	CHECK_INT(out.size, 0);
}

/* "aaa" by copying what another member ends with: checksum and size are right, and yet it is none of its own bytes. */
TEST(a_member_begins_with_nothing)
{
	static const unsigned char two[] = {
		0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 1, 0, 0xfe, 0xff, 'a', 0x43, 0xbe, 0xb7, 0xe8, 1, 0, 0, 0,
		0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 2, 0, 0x1d, 0x73, 0x07, 0xf0, 3, 0, 0, 0,
	};

	CHECK_INT(unpack(two, 24), 0);
	CHECK(out.size == 1 && *out.base == 'a');
	CHECK_INT(unpack(two, sizeof(two)), -EINVAL);
	CHECK_HAS(d.msg, "copies from 1 bytes before, where there are 0");
}

/* 17 MB of zeros are 17 kB packed: more than we want to hold. */
TEST(too_much)
{
	size_t size;
	unsigned char *packed = output_of("head -c 17000000 /dev/zero | gzip -9", &size);

	CHECK_INT(unpack(packed, size), -EFBIG);
	CHECK_STR(d.msg, "more than 16777216 bytes when unpacked");
	free(packed);
	packed = output_of("head -c 16777216 /dev/zero | gzip -9", &size);
	CHECK_INT(unpack(packed, size), 0);
	CHECK_INT(out.size, 16777216);
	free(packed);
}
