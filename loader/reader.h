/*
 * What a reader reads from: sources, one for each ring and one for the trace
 * pipe. Each knows how to hand out what has come, and reader.c knows when.
 *
 *	reader.c    when to look, how long to wait
 *	ring.c      BPF_MAP_TYPE_RINGBUF: one ring for all CPUs
 *	perf.c      BPF_MAP_TYPE_PERF_EVENT_ARRAY: a ring for each CPU
 *	trace_pipe.c  what bpf_printk() wrote: text
 *
 * Next: loader/reader.c
 */
#ifndef LOADER_READER_H
#define LOADER_READER_H

#include "elf/diag.h"
#include "loader/bpfwalk.h"
#include "loader/walk.h"

/* Where records go. */
struct sink {
	void (*record)(void *ctx, const struct bw_record *record);
	void *ctx;
};

/* What one look at the sources found. */
struct haul {
	unsigned long records;
	uint64_t used;			/* the fullest ring: bytes that were waiting ... */
	uint64_t size;			/* ... of so many */
};

struct source {
	int fd;				/* becomes readable when something has come */
	const struct source_kind *kind;
	struct source *next;
};

struct source_kind {
	/* Hands out what is there, adds to *h. 0 or a negative errno. */
	int (*read)(const struct sys *s, struct source *src, const struct sink *out, struct haul *h);
	/* About to wait: the kernel must know exactly how far we are. NULL: it always does. */
	void (*settle)(struct source *src);
	/* Lets go of everything, also of src itself. */
	void (*close)(const struct sys *s, struct source *src);
};

/* Keeps the fullest ring in h. */
static inline void haul_add(struct haul *h, unsigned long records, uint64_t used, uint64_t size)
{
	h->records += records;
	if (!h->size || used * h->size > h->used * size) {
		h->used = used;
		h->size = size;
	}
}

/* Each puts its sources in front of *list; on failure what it made before stays there, to be closed by the caller. */
int ring_open(struct walk *w, const struct bw_map *map, struct source **list, struct diag *d);
int perf_open(struct walk *w, const struct bw_map *map, struct source **list, struct diag *d);
int trace_pipe_open(struct walk *w, struct source **list, struct diag *d);

/* ---- the rings themselves, apart from how they were mapped: for tests ----- */

/*
 * A BPF ring buffer as it lies in memory. Positions count bytes since the ring
 * was made and wrap with unsigned long; data is there twice, one after the other.
 */
struct ring {
	const struct bw_map *map;
	unsigned long *consumer_pos;		/* ours to write */
	const unsigned long *producer_pos;
	const unsigned char *data;
	unsigned long size;			/* a power of two */
	unsigned long pos;			/* read up to here */
	unsigned long told;			/* what *consumer_pos says: at most pos */
};
int ring_drain(struct ring *r, const struct sink *out, struct haul *h);
void ring_settle(struct ring *r);

struct perf_event_mmap_page;

#define PERF_RECORD_MAX	65536			/* the size of a record is a 16-bit number */

struct perf_ring {
	const struct bw_map *map;
	int cpu;
	struct perf_event_mmap_page *page;
	const unsigned char *data;
	uint64_t size;				/* a power of two */
	uint64_t tail;				/* read up to here */
	unsigned char *copy;			/* PERF_RECORD_MAX bytes for records that wrap; allocated when one does */
};
int perf_drain(struct perf_ring *p, const struct sink *out, struct haul *h);

#endif
