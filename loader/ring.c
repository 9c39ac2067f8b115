/*
 * The ring buffer: one ring for all CPUs, written in place by programs.
 *
 *	page 0              | consumer_pos: we read up to here; the one page we may write
 *	page 1              | producer_pos: programs have reserved up to here
 *	page 2 ...          | data
 *	                    | data again: the same memory, so that no record is cut at the end
 *
 *	a record:  | len, 32 bits | page offset, 32 bits | payload ... | padding to 8 |
 *	            bit 31 BUSY: reserved, not yet submitted; what follows must wait as well
 *	            bit 30 DISCARD: to be skipped
 *
 * The kernel wakes us when it submits the record at which we stand, that is when
 * we have read everything before it: each such wakeup costs the producer an
 * interrupt to its own CPU. So a reader that is faster than the stream makes the
 * stream slow. While a stream is busy we therefore stay one record behind: the
 * last one is handed out, but its place is given back later. The producer never
 * meets us and never has to wake anybody. ring_settle() catches up before we
 * wait; poll(2) then looks at both positions, so nothing is missed in between.
 *
 * producer_pos and len are read with acquire: the payload must not be read before
 * them. consumer_pos is written with release: the payload must have been read.
 *
 * In: a map's descriptor  Out: bw_record for each record
 * Kernel: kernel/bpf/ringbuf.c __bpf_ringbuf_reserve(), bpf_ringbuf_commit(), ringbuf_map_poll_kern()
 * Try:  bpfwalk run build/progs/ring.bpf.o
 * Next: loader/perf.c
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "loader/reader.h"

struct ring_source {
	struct source src;		/* first */
	struct ring ring;
	void *consumer, *producer;	/* the two mappings; NULL: not made */
	size_t producer_size;
};

static void tell(struct ring *r, unsigned long pos)
{
	__atomic_store_n(r->consumer_pos, pos, __ATOMIC_RELEASE);
	r->told = pos;
}

void ring_settle(struct ring *r)
{
	if (r->told != r->pos)
		tell(r, r->pos);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);	/* before poll(2) reads producer_pos */
}

/* The length word of the record at pos. */
static uint32_t length_at(const struct ring *r, unsigned long pos)
{
	const void *header = r->data + (pos & (r->size - 1));

	return __atomic_load_n((const uint32_t *)header, __ATOMIC_ACQUIRE);
}

static void hand_out(const struct ring *r, uint32_t len, const struct sink *out)
{
	const struct bw_record record = {
		.kind = BW_RECORD, .map = r->map, .cpu = -1, .size = len,
		.data = r->data + (r->pos & (r->size - 1)) + BPF_RINGBUF_HDR_SZ,
	};

	out->record(out->ctx, &record);
}

int ring_drain(struct ring *r, const struct sink *out, struct haul *h)
{
	unsigned long end = __atomic_load_n(r->producer_pos, __ATOMIC_ACQUIRE);
	unsigned long first = r->pos, last = r->told, records = 0;
	int result = 0;

	if (end - r->pos > r->size)
		return -EBADMSG;
	while (r->pos != end) {
		uint32_t word = length_at(r, r->pos);
		uint32_t len = word & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		unsigned long step = (len + BPF_RINGBUF_HDR_SZ + 7ul) & ~7ul;

		if (word & BPF_RINGBUF_BUSY_BIT)
			break;
		if (step > end - r->pos) {
			result = -EBADMSG;
			break;
		}
		if (!(word & BPF_RINGBUF_DISCARD_BIT)) {
			hand_out(r, len, out);
			records++;
		}
		last = r->pos;
		r->pos += step;
		if (r->pos - r->told > r->size / 4)
			tell(r, last);
	}
	if (r->pos - last > r->size / 16)
		last = r->pos;		/* too big to be kept from the producer */
	if (last != r->told)
		tell(r, last);
	haul_add(h, records, r->pos - first, r->size);
	return result;
}

static int source_read(const struct sys *s, struct source *src, const struct sink *out, struct haul *h)
{
	(void)s;
	return ring_drain(&((struct ring_source *)src)->ring, out, h);
}

static void source_settle(struct source *src)
{
	ring_settle(&((struct ring_source *)src)->ring);
}

static void source_close(const struct sys *s, struct source *src)
{
	struct ring_source *rs = (struct ring_source *)src;

	if (rs->consumer) {
		ring_settle(&rs->ring);
		sys_munmap(s, rs->consumer, page_size());
	}
	if (rs->producer)
		sys_munmap(s, rs->producer, rs->producer_size);
	free(rs);
}

static const struct source_kind ring_kind = { source_read, source_settle, source_close };

/* The two mappings. The kernel refuses to map anything but page 0 writable: EPERM. */
static int map_pages(struct walk *w, struct ring_source *rs, uint32_t size, struct diag *d)
{
	const struct bw_map *map = rs->ring.map;
	size_t page = page_size();
	long r;

	r = sys_mmap(&w->sys, page, PROT_READ | PROT_WRITE, MAP_SHARED, map->fd, 0, &rs->consumer);
	if (r < 0)
		return fail_kernel(d, r, "ring buffer", "mmap of %s, consumer page", map->name);
	if (size > (SIZE_MAX - page) / 2)
		return fail(d, -EFBIG, "ring buffer", "%s: %u bytes twice do not fit into the address space",
			    map->name, size);
	rs->producer_size = page + 2 * (size_t)size;
	r = sys_mmap(&w->sys, rs->producer_size, PROT_READ, MAP_SHARED, map->fd, (int64_t)page, &rs->producer);
	if (r < 0)
		return fail_kernel(d, r, "ring buffer", "mmap of %s, producer page and %u bytes twice", map->name, size);
	rs->ring.consumer_pos = rs->consumer;
	rs->ring.producer_pos = rs->producer;
	rs->ring.data = (const unsigned char *)rs->producer + page;
	rs->ring.size = size;
	rs->ring.pos = rs->ring.told = *rs->ring.consumer_pos;
	return 0;
}

int ring_open(struct walk *w, const struct bw_map *map, struct source **list, struct diag *d)
{
	struct ring_source *rs = calloc(1, sizeof(*rs));
	int r;

	if (!rs)
		return fail_memory(d, "ring buffer");
	rs->ring.map = map;
	r = map_pages(w, rs, map->max_entries, d);
	rs->src.fd = map->fd;
	rs->src.kind = &ring_kind;
	rs->src.next = *list;
	*list = &rs->src;
	return r;
}
