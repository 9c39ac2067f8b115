/*
 * The perf event array: a ring for each CPU, filled by copying.
 *
 *	map[cpu] = fd of a perf event that counts nothing and only has a ring
 *	bpf_perf_event_output(ctx, &map, BPF_F_CURRENT_CPU, data, size)
 *
 *	the ring of one CPU, 1 + 2^n pages:
 *	| perf_event_mmap_page | data                                |
 *	    data_head: the kernel wrote up to here
 *	    data_tail: we read up to here, and the kernel never overtakes it
 *
 *	a record:  | type, misc, size | u32 size | data | padding |	PERF_RECORD_SAMPLE
 *	           | type, misc, size | id | how many |			PERF_RECORD_LOST
 *
 * When a ring is full the kernel drops records and says how many with the next
 * one that fits. A record may begin at the end of the ring and go on at its
 * start; only then it is copied, all others are handed out where they lie.
 *
 * The kernel can wake us for every record, or when so many bytes have come. The
 * first makes a record five to ten times as expensive for the program; with the
 * second a record of a slow stream would wait for others to come. We take the
 * second, and look at the rings now and then by ourselves: see reader.c.
 *
 * data_head is read with acquire and data_tail written with release: between the
 * two, and only there, the bytes are ours.
 *
 * In: a map's descriptor  Out: bw_record for each record and each loss
 * Kernel: kernel/events/ring_buffer.c perf_output_begin(), kernel/trace/bpf_trace.c bpf_perf_event_output(),
 *         kernel/bpf/arraymap.c perf_event_fd_array_get_ptr()
 * Try:  bpfwalk run build/progs/comm_perf.bpf.o
 * Next: loader/trace_pipe.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "loader/reader.h"
#include "uapi/perf_event.h"

enum {
	RING_BYTES = 512 * 1024,	/* of data, for each CPU: what perf_event_mlock_kb allows everybody */
	WAKE_BYTES = 64 * 1024,
};

struct perf_source {
	struct source src;		/* first */
	struct perf_ring ring;
	void *mapped;			/* NULL: not yet */
	size_t mapped_size;
};

/* The record at tail, all of it in one piece. NULL: no memory for the copy. */
static const unsigned char *whole_record(struct perf_ring *p, size_t size)
{
	size_t at = (size_t)(p->tail & (p->size - 1)), before_end = (size_t)p->size - at;

	if (size <= before_end)
		return p->data + at;
	if (!p->copy)
		p->copy = malloc(PERF_RECORD_MAX);
	if (!p->copy)
		return NULL;
	memcpy(p->copy, p->data + at, before_end);
	memcpy(p->copy + before_end, p->data, size - before_end);
	return p->copy;
}

/* Hands out one record; of other types than the two there is nothing to say. False: its inner size is a lie. */
static bool hand_out(const struct perf_ring *p, const unsigned char *bytes, size_t size, const struct sink *out,
		     unsigned long *records)
{
	struct bw_record record = { .map = p->map, .cpu = p->cpu };
	struct perf_event_header header;
	struct perf_record_lost lost;
	uint32_t raw;

	memcpy(&header, bytes, sizeof(header));
	if (header.type == PERF_RECORD_SAMPLE && size >= sizeof(header) + sizeof(raw)) {
		memcpy(&raw, bytes + sizeof(header), sizeof(raw));
		record.kind = BW_RECORD;
		record.data = bytes + sizeof(header) + sizeof(raw);
		record.size = raw;
		if (raw > size - sizeof(header) - sizeof(raw))
			return false;
	} else if (header.type == PERF_RECORD_LOST && size >= sizeof(lost)) {
		memcpy(&lost, bytes, sizeof(lost));
		record.kind = BW_LOST;
		record.lost = lost.lost;
	} else {
		return true;
	}
	out->record(out->ctx, &record);
	++*records;
	return true;
}

/* Reads the record at tail and steps over it. 0, or what is wrong with it. */
static int read_record(struct perf_ring *p, uint64_t head, const struct sink *out, unsigned long *records)
{
	struct perf_event_header header;
	const unsigned char *bytes;

	/* Sizes are multiples of 8, so a header is never cut in two. */
	memcpy(&header, p->data + (p->tail & (p->size - 1)), sizeof(header));
	if (header.size < sizeof(header) || header.size % 8 || header.size > head - p->tail)
		return -EBADMSG;
	bytes = whole_record(p, header.size);
	if (!bytes)
		return -ENOMEM;
	if (!hand_out(p, bytes, header.size, out, records))
		return -EBADMSG;
	p->tail += header.size;
	return 0;
}

static void give_back(struct perf_ring *p)
{
	__atomic_store_n(&p->page->data_tail, p->tail, __ATOMIC_RELEASE);
}

int perf_drain(struct perf_ring *p, const struct sink *out, struct haul *h)
{
	uint64_t head = __atomic_load_n(&p->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t first = p->tail, given = p->tail;
	unsigned long records = 0;
	int r = 0;

	if (head - p->tail > p->size || (head - p->tail) % 8)
		return -EBADMSG;
	while (p->tail != head && r == 0) {
		r = read_record(p, head, out, &records);
		if (p->tail - given > p->size / 4) {
			give_back(p);
			given = p->tail;
		}
	}
	if (p->tail != given)
		give_back(p);
	haul_add(h, records, p->tail - first, p->size);
	return r;
}

static int source_read(const struct sys *s, struct source *src, const struct sink *out, struct haul *h)
{
	(void)s;
	return perf_drain(&((struct perf_source *)src)->ring, out, h);
}

static void source_close(const struct sys *s, struct source *src)
{
	struct perf_source *ps = (struct perf_source *)src;

	if (ps->mapped)
		sys_munmap(s, ps->mapped, ps->mapped_size);
	sys_close(s, src->fd);		/* the map holds the event, without its ring, until it is closed itself */
	free(ps->ring.copy);
	free(ps);
}

static const struct source_kind perf_kind = { source_read, NULL, source_close };

static long open_event(struct walk *w, int cpu)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_BPF_OUTPUT;
	attr.sample_type = PERF_SAMPLE_RAW;
	attr.watermark = 1;
	attr.wakeup_watermark = WAKE_BYTES;
	return sys_perf_event_open(&w->sys, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static long map_ring(struct walk *w, struct perf_source *ps)
{
	size_t page = page_size();
	long r;

	ps->mapped_size = page + RING_BYTES;
	r = sys_mmap(&w->sys, ps->mapped_size, PROT_READ | PROT_WRITE, MAP_SHARED, ps->src.fd, 0, &ps->mapped);
	if (r < 0)
		return r;
	ps->ring.page = ps->mapped;
	ps->ring.data = (const unsigned char *)ps->mapped + page;
	ps->ring.size = RING_BYTES;
	ps->ring.tail = ps->ring.page->data_tail;
	return 0;
}

static long put_into_map(struct walk *w, const struct bw_map *map, int cpu, int fd)
{
	struct bpf_map_elem_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map->fd;
	attr.key = (uintptr_t)&cpu;
	attr.value = (uintptr_t)&fd;
	return sys_bpf_elem(&w->sys, BPF_MAP_UPDATE_ELEM, &attr, sizeof(cpu), sizeof(fd));
}

struct opening {			/* what online_cpus() carries to open_on() */
	struct walk *w;
	const struct bw_map *map;
	struct source **list;
	struct diag *d;
};

static int open_on(void *ctx, int cpu)
{
	static const char where[] = "perf event array";
	struct opening *o = ctx;
	struct perf_source *ps;
	long r;

	if ((uint32_t)cpu >= o->map->max_entries) {
		observe_note(o->w, "%s has %u entries: records of CPU %d cannot be received", o->map->name,
			     o->map->max_entries, cpu);
		return 0;
	}
	ps = calloc(1, sizeof(*ps));
	if (!ps)
		return fail_memory(o->d, where);
	*ps = (struct perf_source){ .src = { -1, &perf_kind, *o->list }, .ring = { .map = o->map, .cpu = cpu } };
	*o->list = &ps->src;
	r = open_event(o->w, cpu);
	if (r < 0)
		return fail_kernel(o->d, r, where, "perf_event_open of a ring on CPU %d for %s", cpu, o->map->name);
	ps->src.fd = (int)r;
	r = map_ring(o->w, ps);
	if (r < 0)
		return fail_kernel(o->d, r, where, "mmap of the ring of CPU %d for %s, %zu bytes", cpu, o->map->name,
				   ps->mapped_size);
	r = put_into_map(o->w, o->map, cpu, ps->src.fd);
	if (r < 0)
		return fail_kernel(o->d, r, where, "BPF_MAP_UPDATE_ELEM of %s, CPU %d", o->map->name, cpu);
	return 0;
}

int perf_open(struct walk *w, const struct bw_map *map, struct source **list, struct diag *d)
{
	struct opening o = { w, map, list, d };

	return online_cpus(w, open_on, &o, "perf event array", d);
}
