/*
 * The ring of a perf event, over memory made by hand: what the kernel would have written, and what it never would.
 */
#include "loader/reader.h"
#include "tests/check.h"
#include "uapi/perf_event.h"

enum { SIZE = 4096 };

static struct {
	struct perf_event_mmap_page page;
	unsigned char data[SIZE];
	struct perf_ring ring;
	/* what the callback saw */
	unsigned calls;
	struct bw_record seen[300];
	unsigned char bytes[300][256];
	uint64_t tail_seen[300];
} mem;

static void record(void *ctx, const struct bw_record *r)
{
	CHECK(ctx == &mem);
	CHECK_INT(r->cpu, 3);
	CHECK(mem.calls < 300);
	mem.seen[mem.calls] = *r;
	if (r->data)
		memcpy(mem.bytes[mem.calls], r->data, r->size < 256 ? r->size : 256);
	mem.tail_seen[mem.calls] = mem.page.data_tail;
	mem.calls++;
}

static const struct sink out = { record, &mem };

static void start(uint64_t at)
{
	memset(&mem, 0, sizeof(mem));
	mem.page.data_head = mem.page.data_tail = at;
	mem.ring = (struct perf_ring){ .cpu = 3, .page = &mem.page, .data = mem.data, .size = SIZE, .tail = at };
}

static void poke(const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mem.data[mem.page.data_head++ % SIZE] = ((const unsigned char *)bytes)[i];
}

static void put_header(uint32_t type, unsigned size)
{
	struct perf_event_header h = { .type = type, .size = (uint16_t)size };

	poke(&h, sizeof(h));
}

/* A sample as bpf_perf_event_output() leaves it; raw and the padding behind it make a multiple of 8. */
static void put(uint32_t raw, unsigned char fill)
{
	put_header(PERF_RECORD_SAMPLE, 8 + 4 + raw);
	poke(&raw, 4);
	for (uint32_t i = 0; i < raw; i++)
		poke(&fill, 1);
}

static void put_lost(uint64_t lost)
{
	uint64_t id = 77;

	put_header(PERF_RECORD_LOST, 24);
	poke(&id, 8);
	poke(&lost, 8);
}

static int drain(struct haul *h)
{
	*h = (struct haul){0};
	return perf_drain(&mem.ring, &out, h);
}

TEST(empty)
{
	struct haul h;

	start(0);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 0);
	CHECK_INT(mem.calls, 0);
}

TEST(samples_in_order_and_the_room_given_back)
{
	struct haul h;

	start(0);
	put(4, 0x11);
	put(60, 0x22);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 2);
	CHECK_INT(h.used, 16 + 72);
	CHECK_INT(h.size, SIZE);
	CHECK(mem.seen[0].kind == BW_RECORD);
	CHECK_INT(mem.seen[0].size, 4);
	CHECK_INT(mem.bytes[0][3], 0x11);
	CHECK_INT(mem.seen[1].size, 60);
	CHECK_INT(mem.bytes[1][59], 0x22);
	CHECK_INT(mem.page.data_tail, mem.page.data_head);
	CHECK(mem.seen[1].data == mem.data + 16 + 12);	/* where it lies, not a copy */
}

TEST(lost_records_are_told)
{
	struct haul h;

	start(0);
	put(4, 1);
	put_lost(123456789012);
	put(4, 2);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 3);
	CHECK(mem.seen[1].kind == BW_LOST);
	CHECK_INT(mem.seen[1].lost, 123456789012);
	CHECK_INT(mem.seen[1].size, 0);
	CHECK_INT(mem.bytes[2][0], 2);
}

/* Other types (a throttled event, say) are stepped over. */
TEST(other_records_are_skipped)
{
	uint64_t zero = 0;
	struct haul h;

	start(0);
	put_header(PERF_RECORD_THROTTLE, 32);
	for (int i = 0; i < 3; i++)
		poke(&zero, 8);
	put_header(PERF_RECORD_SAMPLE, 8);	/* nothing behind the header: not a sample of ours */
	put_header(PERF_RECORD_LOST, 16);	/* a count is missing */
	poke(&zero, 8);
	put(4, 9);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, 1);
	CHECK_INT(mem.bytes[0][0], 9);
	CHECK_INT(mem.page.data_tail, mem.page.data_head);
}

/* A record may go on at the ring's start, with its header just before the end or cut anywhere behind it. */
TEST(over_the_end)
{
	for (unsigned at = 8; at <= 128; at += 8) {
		struct haul h;

		NOTE("%u bytes before the end", at);
		start(3 * SIZE - at);
		put(100, 0x44);
		put(4, 0x55);
		CHECK_INT(drain(&h), 0);
		CHECK_INT(h.records, 2);
		CHECK_INT(mem.seen[0].size, 100);
		for (unsigned i = 0; i < 100; i++)
			CHECK_INT(mem.bytes[0][i], 0x44);
		CHECK_INT(mem.bytes[1][0], 0x55);
		free(mem.ring.copy);
	}
}

TEST(room_comes_back_in_quarters)
{
	unsigned changes = 0;
	struct haul h;

	start(0);
	while (mem.page.data_head < SIZE)
		put(20, 1);
	CHECK_INT(drain(&h), 0);
	CHECK_INT(h.records, SIZE / 32);
	for (unsigned i = 1; i < mem.calls; i++) {
		changes += mem.tail_seen[i] != mem.tail_seen[i - 1];
		CHECK(32 * i - mem.tail_seen[i] <= SIZE / 4 + 32);
	}
	CHECK(changes >= 3 && changes <= 8);
}

static void lie(uint16_t size, uint32_t raw)
{
	struct perf_event_header h = { .type = PERF_RECORD_SAMPLE, .size = size };
	struct haul haul;

	NOTE("size %u, raw %u", size, raw);
	start(0);
	put(52, 1);
	put(52, 2);
	memcpy(mem.data, &h, sizeof(h));
	memcpy(mem.data + 8, &raw, sizeof(raw));
	CHECK_INT(drain(&haul), -EBADMSG);
	CHECK_INT(drain(&haul), -EBADMSG);
	CHECK_INT(mem.calls, 0);
}

/* What the kernel never writes must not lead out of the ring. */
TEST(lying_sizes)
{
	lie(0, 52);
	lie(7, 52);
	lie(20, 52);
	lie(20, 4);		/* no multiple of 8: the next header would be cut */
	lie(136, 52);		/* beyond data_head */
	lie(65528, 52);
	lie(64, 53);		/* beyond its record */
	lie(64, UINT32_MAX);
	lie(16, 5);
}

TEST(lying_head)
{
	struct haul h;

	start(64);
	mem.page.data_head = 64 + SIZE + 8;
	CHECK_INT(drain(&h), -EBADMSG);
	mem.page.data_head = 56;
	CHECK_INT(drain(&h), -EBADMSG);
	mem.page.data_head = 64 + 4;
	CHECK_INT(drain(&h), -EBADMSG);
	CHECK_INT(mem.calls, 0);
}
