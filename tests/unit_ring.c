/*
 * The ring buffer, over memory made by hand: what the kernel would have written, and what it never would.
 */
#include "loader/reader.h"
#include "tests/check.h"
#include "uapi/bpf_cmd.h"

enum { SIZE = 4096 };

static struct {
	unsigned char data[2 * SIZE];
	unsigned long consumer, producer;
	struct ring ring;
	/* what the callback saw */
	unsigned calls;
	size_t sizes[600];
	unsigned char first[600];
	unsigned long consumer_seen[600];
} mem;

static void record(void *ctx, const struct bw_record *r)
{
	CHECK(ctx == &mem);
	CHECK(r->kind == BW_RECORD && r->cpu == -1);
	CHECK(mem.calls < 600);
	mem.sizes[mem.calls] = r->size;
	mem.first[mem.calls] = r->size ? *(const unsigned char *)r->data : 0;
	mem.consumer_seen[mem.calls] = mem.consumer;
	mem.calls++;
}

static const struct sink out = { record, &mem };

static void start(unsigned long at)
{
	memset(&mem, 0, sizeof(mem));
	mem.consumer = mem.producer = at;
	mem.ring = (struct ring){ .consumer_pos = &mem.consumer, .producer_pos = &mem.producer, .data = mem.data,
				.size = SIZE, .pos = at, .told = at };
}

/* A byte of the ring is seen at two addresses. */
static void poke(unsigned long at, unsigned char byte)
{
	mem.data[at % SIZE] = mem.data[at % SIZE + SIZE] = byte;
}

static void put_word(unsigned long at, uint32_t word)
{
	for (unsigned i = 0; i < 4; i++)
		poke(at + i, (unsigned char)(word >> 8 * i));
}

/* A record as programs leave it: header, then `len` bytes of value `fill`. */
static unsigned long put(uint32_t len, uint32_t bits, unsigned char fill)
{
	unsigned long at = mem.producer;

	put_word(at, len | bits);
	for (unsigned i = 0; i < len; i++)
		poke(at + 8 + i, fill);
	mem.producer += (len + 8 + 7) & ~7ul;
	return at;
}

static int drain(struct haul *h)
{
	*h = (struct haul){0};
	return ring_drain(&mem.ring, &out, h);
}

TEST(empty)
{
	struct haul h;

	start(0);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 0);
	CHECK_INT(mem.calls, 0);
	CHECK_INT(mem.consumer, 0);
}

TEST(in_order_with_their_bytes)
{
	struct haul h;

	start(0);
	put(1, 0, 0x11);
	put(16, 0, 0x22);
	put(0, 0, 0);
	put(100, 0, 0x33);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 4);
	CHECK_INT(h.used, mem.producer);
	CHECK_INT(h.size, SIZE);
	CHECK_INT(mem.sizes[0], 1);
	CHECK_INT(mem.first[0], 0x11);
	CHECK_INT(mem.sizes[1], 16);
	CHECK_INT(mem.first[1], 0x22);
	CHECK_INT(mem.sizes[2], 0);
	CHECK_INT(mem.sizes[3], 100);
	CHECK_INT(mem.first[3], 0x33);
}

/* While records come, the consumer stays one behind; settled, it is where the producer is. */
TEST(one_behind_until_settled)
{
	unsigned long last;
	struct haul h;

	start(0);
	put(8, 0, 1);
	last = put(8, 0, 2);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(mem.consumer, last);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 0);
	CHECK_INT(mem.consumer, last);
	ring_settle(&mem.ring);
	CHECK_INT(mem.consumer, mem.producer);
	CHECK_INT(mem.calls, 2);
}

/* A record that fills much of the ring is given back at once: the producer may need its room. */
TEST(a_big_record_is_given_back_at_once)
{
	struct haul h;

	start(0);
	put(SIZE / 2, 0, 1);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(mem.consumer, mem.producer);
}

TEST(busy_stops_also_what_follows)
{
	unsigned long busy;
	struct haul h;

	start(0);
	put(8, 0, 1);
	busy = put(8, BPF_RINGBUF_BUSY_BIT, 2);
	put(8, 0, 3);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 1);
	ring_settle(&mem.ring);
	CHECK_INT(mem.consumer, busy);
	put_word(busy, 8);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 2);
	CHECK_INT(mem.first[1], 2);
	CHECK_INT(mem.first[2], 3);
}

/* The length of a busy record may be anything: nobody looks at it. */
TEST(busy_before_length)
{
	struct haul h;

	start(0);
	put_word(put(8, 0, 1), BPF_RINGBUF_BUSY_BIT | 0x3fffffff);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(mem.calls, 0);
}

TEST(discarded_is_skipped_and_given_back)
{
	struct haul h;

	start(0);
	put(24, BPF_RINGBUF_DISCARD_BIT, 1);
	put(8, 0, 2);
	put(24, BPF_RINGBUF_DISCARD_BIT, 3);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 1);
	CHECK_INT(mem.first[0], 2);
	ring_settle(&mem.ring);
	CHECK_INT(mem.consumer, mem.producer);
}

/* The second mapping of the data makes a record that goes over the end one piece. */
TEST(over_the_end)
{
	struct haul h;

	start(SIZE - 16);
	put(100, 0, 0x44);
	put(8, 0, 0x55);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(mem.sizes[0], 100);
	CHECK_INT(mem.first[0], 0x44);
	CHECK_INT(mem.first[1], 0x55);
}

/* Positions are unsigned long and wrap, on 32-bit machines after 4 GiB. */
TEST(positions_wrap)
{
	struct haul h;

	start(0ul - 32);
	for (unsigned char i = 0; i < 8; i++)
		put(8, 0, i);
	CHECK(mem.producer < SIZE);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 8);
	CHECK_INT(mem.first[7], 7);
}

/* Room is given back while a full ring is read, not only at its end, and not for each record. */
TEST(room_comes_back_in_quarters)
{
	unsigned changes = 0;
	struct haul h;

	start(0);
	while (mem.producer < SIZE)
		put(8, 0, 1);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, SIZE / 16);
	for (unsigned i = 1; i < mem.calls; i++) {
		unsigned long read = 16ul * i;

		changes += mem.consumer_seen[i] != mem.consumer_seen[i - 1];
		CHECK(read - mem.consumer_seen[i] <= SIZE / 4 + 32);
	}
	CHECK(changes >= 3 && changes <= 8);
}

/* The same records over and over, at every offset of the ring. */
TEST(a_long_stream)
{
	unsigned long sum = 0, n = 0;
	struct haul h;

	start(0);
	for (unsigned i = 0; i < 5000; i++) {
		put(i % 97, i % 7 == 0 ? BPF_RINGBUF_DISCARD_BIT : 0, (unsigned char)i);
		if (i % 7) {
			n++;
			sum += i % 97;
		}
		if (i % 11 == 0) {
			CHECK_INT(drain(&h), 0);
			for (unsigned k = 0; k < mem.calls; k++) {
				sum -= mem.sizes[k];
				n--;
			}
			mem.calls = 0;
			CHECK(mem.producer - mem.consumer <= SIZE);
		}
	}
	CHECK_INT(drain(&h), 0);
	for (unsigned k = 0; k < mem.calls; k++, n--)
		sum -= mem.sizes[k];
	CHECK_INT(n, 0);
	CHECK_INT(sum, 0);
}

/* What the kernel never writes must not lead out of the ring, and says so each time. */
TEST(lying_length)
{
	unsigned long liar;
	struct haul h;

	start(0);
	put(8, 0, 1);
	liar = put(8, 0, 2);
	put_word(liar, 9);	/* a byte more than was reserved */
	CHECK_INT(drain(&h), -EBADMSG);
	CHECK_INT(h.records, 1);
	put_word(liar, 0x3fffffff);
	CHECK_INT(drain(&h), -EBADMSG);
	CHECK_INT(h.records, 0);
	put_word(liar, 0x3fffffff | BPF_RINGBUF_DISCARD_BIT);
	CHECK_INT(drain(&h), -EBADMSG);
	CHECK_INT(mem.calls, 1);
}

TEST(lying_producer)
{
	struct haul h;

	start(64);
	mem.producer = 64 + SIZE + 8;
	CHECK_INT(drain(&h), -EBADMSG);
	mem.producer = 56;	/* behind the consumer */
	CHECK_INT(drain(&h), -EBADMSG);
	mem.producer = 64 + 4;	/* inside a header */
	put_word(64, 0);
	CHECK_INT(drain(&h), -EBADMSG);
	CHECK_INT(mem.calls, 0);
}
