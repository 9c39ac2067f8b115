/*
 * Inflate; see elf/inflate.h.
 *
 * A block of deflate is a stream of codes of 1 to 15 bits. A code is a byte, or
 * the beginning of "copy n bytes from d bytes ago", or the end of the block.
 * How long each code is stands at the head of the block, itself packed; from the
 * lengths alone follow the codes: in order of length, then of symbol.
 *
 *	symbol    A   B   C   D          table, by the next 3 bits of the stream
 *	length    2   1   3   3          (codes come with their first bit lowest)
 *	code     10   0  110 111         xx0: B   x01: A   011: C   111: D
 *
 * A table for the longest code answers each with one look, and a code that
 * nobody has answers with length 0.
 *
 * In: packed bytes  Out: unpacked bytes in an arena
 * Kernel: lib/zlib_inflate/inftrees.c zlib_inflate_table() builds smaller tables
 * Try:  bpfwalk explain --dry-run build/tests/objects/kconfig.bpf.o
 * Next: loader/kconfig.c
 */
#include <errno.h>
#include <string.h>

#include "elf/inflate.h"

enum { CODE_BITS = 15, LITERALS = 288, DISTANCES = 32, LENGTH_CODES = 19, END_OF_BLOCK = 256 };

struct table {
	unsigned bits;			/* of the longest code */
	uint16_t entry[1 << CODE_BITS];	/* by the next bits of the stream: symbol << 4 | length; 0: no code */
};

struct unpack {
	struct view in;
	size_t at;			/* next byte of in */
	uint32_t held;			/* bits taken from in and not used yet, the next one lowest */
	unsigned nheld;
	unsigned char *out;		/* in the arena */
	size_t used, room;
	size_t member;			/* where in out this member began: distances do not reach behind it */
	struct table *literals, *distances;
	struct arena *arena;
	struct diag *d;
	const char *name;
};

/* ---- bits ------------------------------------------------------------------ */

/* Holds at least n bits (up to 24), if the input has as many; behind its end there are zeros. */
static void hold(struct unpack *u, unsigned n)
{
	for (; u->nheld < n; u->nheld += 8)
		if (u->at++ < u->in.size)
			u->held |= (uint32_t)u->in.base[u->at - 1] << u->nheld;
}

static void drop(struct unpack *u, unsigned n)
{
	u->held >>= n;
	u->nheld -= n;
}

static uint32_t bits(struct unpack *u, unsigned n)
{
	uint32_t value;

	hold(u, n);
	value = u->held & ((1u << n) - 1);
	drop(u, n);
	return value;
}

/* True once bits were used that the input does not have. */
static bool is_over(const struct unpack *u)
{
	return u->at > u->in.size && (u->at - u->in.size) * 8 > u->nheld;
}

static int truncated(const struct unpack *u)
{
	return fail(u->d, -EINVAL, u->name, "the packed file ends too early, after %zu bytes", u->in.size);
}

/* What is wrong; or, where the zeros behind the end were read, that. */
#define UNPACK_FAIL(u, ...) (is_over(u) ? truncated(u) : fail((u)->d, -EINVAL, (u)->name, __VA_ARGS__))

/* To the next whole byte; what is held of the bytes behind goes back. */
static void align(struct unpack *u)
{
	drop(u, u->nheld % 8);
	u->at -= u->nheld / 8;
	u->held = u->nheld = 0;
}

/* ---- output ---------------------------------------------------------------- */

/* Room for n more bytes. */
static int room_for(struct unpack *u, size_t n)
{
	size_t room = u->room;
	unsigned char *bigger;

	if (n <= u->room - u->used)
		return 0;
	if (n > GUNZIP_MAX - u->used)
		return fail(u->d, -EFBIG, u->name, "more than %u bytes when unpacked", GUNZIP_MAX);
	while (room - u->used < n)
		room = room * 2 < GUNZIP_MAX ? room * 2 : GUNZIP_MAX;
	bigger = arena_alloc(u->arena, room);
	if (!bigger)
		return fail_memory(u->d, u->name);
	memcpy(bigger, u->out, u->used);
	u->out = bigger;
	u->room = room;
	return 0;
}

/* Byte for byte: a distance shorter than the length repeats what it has just written. */
static int copy(struct unpack *u, unsigned length, unsigned distance)
{
	int r;

	if (distance > u->used - u->member)
		return UNPACK_FAIL(u, "byte %zu: copies from %u bytes before, where there are %zu", u->used, distance,
				   u->used - u->member);
	r = room_for(u, length);
	for (unsigned i = 0; r == 0 && i < length; i++, u->used++)
		u->out[u->used] = u->out[u->used - distance];
	return r;
}

/* ---- codes ----------------------------------------------------------------- */

static uint32_t reversed(uint32_t code, unsigned length)
{
	uint32_t r = 0;

	for (; length; length--, code >>= 1)
		r = r << 1 | (code & 1);
	return r;
}

/*
 * The table for these code lengths. A set with more codes than its bits can tell
 * apart is refused; one with fewer only where a single code of one bit, or none,
 * is all there is: that is how an unused set is written.
 */
static int table_make(const struct unpack *u, struct table *t, const uint8_t *lengths, unsigned n)
{
	uint32_t count[CODE_BITS + 1] = { 0 }, next[CODE_BITS + 2] = { 0 }, space = 0, used = 0;

	t->bits = 1;
	for (unsigned i = 0; i < n; i++)
		count[lengths[i]]++;
	for (unsigned length = 1; length <= CODE_BITS; length++) {
		next[length + 1] = (next[length] + count[length]) << 1;
		space += count[length] << (CODE_BITS - length);
		used += count[length];
		if (count[length])
			t->bits = length;
	}
	if (space > 1u << CODE_BITS || (space < 1u << CODE_BITS && (used > 1 || t->bits > 1)))
		return UNPACK_FAIL(u, "byte %zu: code lengths that make no code", u->at);
	memset(t->entry, 0, sizeof(*t->entry) << t->bits);
	for (unsigned i = 0; i < n; i++) {
		unsigned length = lengths[i];

		if (length)
			for (uint32_t at = reversed(next[length]++, length); at < 1u << t->bits; at += 1u << length)
				t->entry[at] = (uint16_t)(i << 4 | length);
	}
	return 0;
}

/* The next symbol, or -1: no code. */
static int symbol(struct unpack *u, const struct table *t)
{
	unsigned entry;

	hold(u, t->bits);
	entry = t->entry[u->held & ((1u << t->bits) - 1)];
	drop(u, entry & 15);
	return entry ? (int)(entry >> 4) : -1;
}

static int no_code(const struct unpack *u)
{
	return UNPACK_FAIL(u, "byte %zu: bits that are no code", u->at);
}

/* ---- blocks ---------------------------------------------------------------- */

static int stored(struct unpack *u)
{
	unsigned length, check;
	int r;

	align(u);
	length = bits(u, 16);
	check = bits(u, 16);
	if ((length ^ check) != 0xffff)
		return UNPACK_FAIL(u, "byte %zu: a stored block of %u bytes, and the check says %u", u->at, length,
				   check ^ 0xffff);
	if (is_over(u) || length > u->in.size - u->at)
		return truncated(u);
	r = room_for(u, length);
	if (r == 0 && length) {
		memcpy(u->out + u->used, u->in.base + u->at, length);
		u->used += length;
		u->at += length;
	}
	return r;
}

/* "copy": the symbol says a length, more bits add to it; then the same for the distance. */
static int copy_coded(struct unpack *u, unsigned code)
{
	static const uint16_t lengths[] = {
		3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
		227, 258,
	};
	static const uint16_t distances[] = {
		1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
		4097, 6145, 8193, 12289, 16385, 24577,
	};
	enum { NLENGTHS = sizeof(lengths) / sizeof(*lengths), NDISTANCES = sizeof(distances) / sizeof(*distances) };
	unsigned length, far;
	int next;

	if (code >= NLENGTHS)
		return no_code(u);
	length = lengths[code] + (code < 8 || code == NLENGTHS - 1 ? 0 : bits(u, code / 4 - 1));
	next = symbol(u, u->distances);
	if (next < 0 || next >= NDISTANCES)
		return no_code(u);
	far = distances[next] + (next < 4 ? 0 : bits(u, (unsigned)next / 2 - 1));
	return copy(u, length, far);
}

static int coded(struct unpack *u)
{
	for (;;) {
		int r = 0, next = symbol(u, u->literals);

		if (next < 0)
			return no_code(u);
		if (is_over(u))
			return truncated(u);
		if (next == END_OF_BLOCK)
			return 0;
		if (next > END_OF_BLOCK)
			r = copy_coded(u, (unsigned)next - END_OF_BLOCK - 1);
		else if ((r = room_for(u, 1)) == 0)
			u->out[u->used++] = (unsigned char)next;
		if (r < 0)
			return r;
	}
}

/* The two codes that need not be sent. */
static int fixed_tables(struct unpack *u)
{
	uint8_t lengths[LITERALS];
	int r;

	for (unsigned i = 0; i < LITERALS; i++)
		lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
	r = table_make(u, u->literals, lengths, LITERALS);
	memset(lengths, 5, DISTANCES);
	return r < 0 ? r : table_make(u, u->distances, lengths, DISTANCES);
}

/* Code lengths are packed too: 16 repeats the one before, 17 and 18 are many zeros. */
static int lengths_read(struct unpack *u, uint8_t *lengths, unsigned n)
{
	for (unsigned i = 0; i < n; ) {
		int next = symbol(u, u->literals);
		unsigned times = 1;
		uint8_t length = (uint8_t)next;

		if (next < 0 || is_over(u) || (next == 16 && !i))
			return no_code(u);
		if (next >= 16) {
			length = next == 16 ? lengths[i - 1] : 0;
			times = next == 16 ? 3 + bits(u, 2) : next == 17 ? 3 + bits(u, 3) : 11 + bits(u, 7);
		}
		if (times > n - i)
			return UNPACK_FAIL(u, "byte %zu: more code lengths than the %u it announced", u->at, n);
		memset(lengths + i, length, times);
		i += times;
	}
	return 0;
}

static int sent_tables(struct unpack *u)
{
	static const uint8_t order[LENGTH_CODES] = { 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
	uint8_t lengths[LITERALS + DISTANCES] = { 0 };
	unsigned literals = 257 + bits(u, 5), distances = 1 + bits(u, 5), n = 4 + bits(u, 4);
	int r;

	if (literals > 286 || distances > 30)
		return UNPACK_FAIL(u, "byte %zu: %u and %u codes, expected at most 286 and 30", u->at, literals, distances);
	for (unsigned i = 0; i < n; i++)
		lengths[order[i]] = (uint8_t)bits(u, 3);
	r = table_make(u, u->literals, lengths, LENGTH_CODES);
	memset(lengths, 0, LENGTH_CODES);
	if (r == 0)
		r = lengths_read(u, lengths, literals + distances);
	if (r == 0 && !lengths[END_OF_BLOCK])
		r = UNPACK_FAIL(u, "byte %zu: a block without a code for its end", u->at);
	if (r == 0)
		r = table_make(u, u->literals, lengths, literals);
	return r < 0 ? r : table_make(u, u->distances, lengths + literals, distances);
}

static int block(struct unpack *u, bool *is_last)
{
	unsigned kind;
	int r;

	*is_last = bits(u, 1);
	kind = bits(u, 2);
	if (is_over(u))
		return truncated(u);
	if (kind == 0)
		return stored(u);
	if (kind == 3)
		return UNPACK_FAIL(u, "byte %zu: a block of kind 3, expected 0, 1 or 2", u->at);
	r = kind == 1 ? fixed_tables(u) : sent_tables(u);
	return r < 0 ? r : coded(u);
}

/* ---- members --------------------------------------------------------------- */

static uint32_t crc32_of(const unsigned char *bytes, size_t n)
{
	uint32_t table[256], crc = 0xffffffffu;

	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
	}
	for (size_t i = 0; i < n; i++)
		crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
	return ~crc;
}

static uint32_t word(struct unpack *u)
{
	uint32_t low = bits(u, 16);

	return low | bits(u, 16) << 16;
}

/* A name or a comment. */
static void skip_string(struct unpack *u)
{
	while (bits(u, 8) && !is_over(u))
		;
}

static int header(struct unpack *u)
{
	enum { HEADER_CRC = 2, EXTRA = 4, NAME = 8, COMMENT = 16, RESERVED = 0xe0 };
	unsigned magic = bits(u, 16), method = bits(u, 8), flags = bits(u, 8);

	if (magic != 0x8b1f || method != 8 || flags & RESERVED)
		return UNPACK_FAIL(u, "byte %zu: no header of gzip with deflate", u->at - 4);
	word(u);			/* when it was made */
	bits(u, 16);			/* how hard it was tried, and on which system */
	if (flags & EXTRA)
		for (unsigned n = bits(u, 16); n && !is_over(u); n--)
			bits(u, 8);
	if (flags & NAME)
		skip_string(u);
	if (flags & COMMENT)
		skip_string(u);
	if (flags & HEADER_CRC)
		bits(u, 16);
	return is_over(u) ? truncated(u) : 0;
}

static int member(struct unpack *u)
{
	bool is_last = false;
	uint32_t crc, size;
	int r = header(u);

	u->member = u->used;
	while (r == 0 && !is_last)
		r = block(u, &is_last);
	if (r < 0)
		return r;
	align(u);
	crc = word(u);
	size = word(u);
	if (is_over(u))
		return truncated(u);
	if (size != (uint32_t)(u->used - u->member) || crc != crc32_of(u->out + u->member, u->used - u->member))
		return UNPACK_FAIL(u, "unpacked to %zu bytes, expected %u; or the checksum is wrong", u->used - u->member, size);
	return 0;
}

bool is_gzip(struct view bytes)
{
	return bytes.size >= 2 && bytes.base[0] == 0x1f && bytes.base[1] == 0x8b;
}

/* The size at the end is right for a file of one member, and only a guess: the file may be anything. */
static size_t guess(struct view bytes)
{
	enum { LEAST = 4096, RATIO_MAX = 1032 };
	uint32_t size = 0;

	if (bytes.size >= 18)
		for (int i = 1; i <= 4; i++)
			size = size << 8 | bytes.base[bytes.size - (size_t)i];
	return size > LEAST && size <= GUNZIP_MAX && size / RATIO_MAX <= bytes.size ? size : LEAST;
}

static bool is_padding(const struct unpack *u)
{
	size_t i = u->at;

	while (i < u->in.size && !u->in.base[i])
		i++;
	return i == u->in.size;
}

int gunzip(struct view bytes, const char *name, struct arena *a, struct view *out, struct diag *d)
{
	struct unpack u = { .in = bytes, .room = guess(bytes), .arena = a, .d = d, .name = name };
	int r;

	u.out = arena_alloc(a, u.room);
	u.literals = arena_alloc(a, sizeof(*u.literals));
	u.distances = arena_alloc(a, sizeof(*u.distances));
	if (!u.out || !u.literals || !u.distances)
		return fail_memory(d, name);
	do
		r = member(&u);
	while (r == 0 && !is_padding(&u));
	*out = (struct view){ u.out, u.used };
	return r;
}
