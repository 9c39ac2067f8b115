/*
 * Reading records: how fast, and how soon.
 *
 *	read OBJECT		tests/bench/burst.bpf.c
 *
 *	drain    the ring is filled, then read empty: what a record costs the reader
 *	stream   a thread on another CPU sends as fast as it can, records are read meanwhile: none may be lost as long as
 *	         the reader keeps up; what the reader does costs the sender, too
 *	slow     a record every 20 ms: how long after it was sent is it in the callback?
 *
 * Both libraries read what the same program sends, each from an object of its own, taking turns.
 *
 * Next: docs/bench.md
 */
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "loader/bpfwalk.h"
#include "tests/bench/bench.h"
#include "tests/bench/read.h"
#include "uapi/bpf_cmd.h"

enum { ROUNDS = 40, STREAMS = 5, STREAM_MS = 300, SLOW_RECORDS = 50, SLOW_MS = 20 };

/* What the callback saw. */
static struct {
	uint64_t records, next, out_of_order;
	struct samples *delay;		/* NULL: not wanted */
} seen;

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void see(const void *data, size_t size)
{
	const uint64_t *word = data;

	if (size < 64)
		give_up("record", "it is too short");
	seen.out_of_order += word[0] != seen.next;
	seen.next = word[0] + 1;
	seen.records++;
	if (seen.delay)
		sample_add(seen.delay, (double)(now_ns(CLOCK_MONOTONIC) - (int64_t)word[1]) / 1000);
}

static const struct sink sink = { see };

/* A channel of one object and what reads it. */
struct channel {
	const struct how *how;
	const char *program, *map, *sent, *refused;
	unsigned fill;			/* records that fit */
	struct bw_object *obj;
	void *reader;
	int prog_fd;
	struct samples drain, rate, cpu, delay;
	uint64_t lost;
};

static void see_record(void *ctx, const struct bw_record *r)
{
	(void)ctx;
	if (r->kind == BW_RECORD)
		see(r->data, r->size);
}

static int bpfwalk_poll(void *reader, int timeout_ms)
{
	return bw_reader_poll(reader, timeout_ms);
}

static const struct how bpfwalk = { "bpfwalk", NULL, bpfwalk_poll, NULL };

/* The object has both programs; the reader must find only the map of this channel. */
static void channel_open(struct channel *c, const char *path)
{
	struct bw_error err = { 0 };
	struct bw_reader *reader;

	if (bw_open(path, NULL, &c->obj, &err) || bw_load(c->obj, &err))
		give_up(err.where, err.msg);
	c->prog_fd = bw_find_program(c->obj, c->program)->fd;
	if (c->how->open) {
		c->reader = c->how->open(bw_find_map(c->obj, c->map)->fd, &sink);
	} else {
		if (bw_reader_open(c->obj, false, see_record, NULL, &reader, &err))
			give_up(err.where, err.msg);
		c->reader = reader;
	}
	if (!c->reader)
		give_up(c->how->name, "its reader cannot be opened");
}

static uint64_t global_now(const struct channel *c, const char *name)
{
	const struct bw_global *g = bw_find_global(c->obj, name);
	unsigned char value[256];
	uint64_t n;

	if (g->map->value_size > sizeof(value) || bw_map_lookup(c->obj, g->map, &(uint32_t){ 0 }, value))
		give_up(name, "cannot be read");
	memcpy(&n, value + g->offset, sizeof(n));
	return n;
}

static void send(const struct channel *c, uint64_t records)
{
	struct bpf_prog_test_run_attr attr = { 0 };

	attr.prog_fd = (uint32_t)c->prog_fd;
	attr.ctx_in = (uintptr_t)&records;
	attr.ctx_size_in = sizeof(records);
	if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)) < 0)
		give_up(c->program, "BPF_PROG_TEST_RUN failed");
}

static void drain(struct channel *c, uint64_t expected)
{
	while (seen.records < expected)
		if (c->how->poll(c->reader, 0) < 0)
			give_up(c->how->name, "poll failed");
}

static void measure_drain(struct channel *c)
{
	int64_t start;

	send(c, c->fill);
	seen.records = 0;
	seen.next = global_now(c, c->sent) - c->fill;
	start = now_ns(CLOCK_THREAD_CPUTIME_ID);
	drain(c, c->fill);
	sample_add(&c->drain, (double)(now_ns(CLOCK_THREAD_CPUTIME_ID) - start) / c->fill);
}

struct sender {
	struct channel *channel;
	volatile bool stop;
	unsigned records, pause_ms, times;	/* pause 0: until stop */
};

static void *sender_run(void *arg)
{
	struct sender *s = arg;

	stay_on(1);
	for (unsigned i = 0; !s->stop && (!s->pause_ms || i < s->times); i++) {
		send(s->channel, s->records);
		if (s->pause_ms)
			nanosleep(&(struct timespec){ .tv_nsec = (long)s->pause_ms * 1000000 }, NULL);
	}
	s->stop = true;
	return NULL;
}

static void measure_stream(struct channel *c)
{
	struct sender s = { .channel = c, .records = 500 };
	uint64_t sent = global_now(c, c->sent), refused = global_now(c, c->refused);
	int64_t start, cpu, end;
	pthread_t thread;

	seen.records = 0;
	seen.next = sent;
	pthread_create(&thread, NULL, sender_run, &s);
	start = now_ns(CLOCK_MONOTONIC);
	cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
	do {
		if (c->how->poll(c->reader, 100) < 0)
			give_up(c->how->name, "poll failed");
		end = now_ns(CLOCK_MONOTONIC);
	} while (end - start < STREAM_MS * 1000000ll);
	cpu = now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu;
	sample_add(&c->rate, (double)seen.records * 1000 / (double)(end - start));
	sample_add(&c->cpu, (double)cpu / (double)(seen.records ? seen.records : 1));
	s.stop = true;
	pthread_join(thread, NULL);
	drain(c, global_now(c, c->sent) - sent);
	c->lost += global_now(c, c->refused) - refused;
}

static void measure_slow(struct channel *c)
{
	struct sender s = { .channel = c, .records = 1, .pause_ms = SLOW_MS, .times = SLOW_RECORDS };
	pthread_t thread;

	/* Away from what the stream before taught the reader. */
	while (c->how->poll(c->reader, 50) > 0)
		;
	seen.next = global_now(c, c->sent);
	seen.delay = &c->delay;
	pthread_create(&thread, NULL, sender_run, &s);
	while (!s.stop)
		if (c->how->poll(c->reader, 100) < 0)
			give_up(c->how->name, "poll failed");
	pthread_join(thread, NULL);
	while (c->how->poll(c->reader, 50) > 0)
		;
	seen.delay = NULL;
}

static void report(const char *title, struct channel *c, unsigned n)
{
	double first = 1000 / least(&c[0].drain);

	printf("  %-22s %9s %6s  %9s %9s %9s  %9s %9s\n", title, "drain M/s", "", "stream M/s", "CPU ns", "refused", "delay us",
	       "95 %");
	for (unsigned i = 0; i < n; i++) {
		double speed = 1000 / least(&c[i].drain);

		printf("  %-22s %9.1f x%-5.2f  %9.1f %9.1f %9llu  %9.1f %9.1f\n", c[i].how->name, speed, speed / first,
		       quantile(&c[i].rate, 1), least(&c[i].cpu), (unsigned long long)c[i].lost, middle(&c[i].delay),
		       quantile(&c[i].delay, 0.95));
	}
}

static void measure(const char *title, const char *path, struct channel *c, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		channel_open(&c[i], path);
	for (unsigned i = 0; i < ROUNDS * n; i++)
		measure_drain(&c[i % n]);
	for (unsigned i = 0; i < STREAMS * n; i++)
		measure_stream(&c[i % n]);
	for (unsigned i = 0; i < n; i++)
		measure_slow(&c[i]);
	report(title, c, n);
	for (unsigned i = 0; i < n; i++) {
		if (c[i].how->close)
			c[i].how->close(c[i].reader);
		bw_close(c[i].obj);
	}
}

int main(int argc, char **argv)
{
	static struct channel rings[] = {
		{ .how = &libbpf_ring, .program = "to_ring", .map = "ring", .sent = "ring_sent", .refused = "ring_refused",
		  .fill = 200000 },
		{ .how = &bpfwalk, .program = "to_ring", .map = "ring", .sent = "ring_sent", .refused = "ring_refused",
		  .fill = 200000 },
	};
	static struct channel perfs[] = {
		{ .how = &libbpf_perf, .program = "to_perf", .map = "perf", .sent = "perf_sent", .refused = "perf_refused",
		  .fill = 5000 },
		{ .how = &bpfwalk, .program = "to_perf", .map = "perf", .sent = "perf_sent", .refused = "perf_refused",
		  .fill = 5000 },
	};

	if (argc < 2)
		give_up("usage", "read OBJECT");
	stay_on(0);
	measure("ring buffer", argv[1], rings, 2);
	measure("perf event array", argv[1], perfs, 2);
	if (seen.out_of_order)
		give_up("records", "some were out of order, or missing without having been refused");
	return 0;
}
