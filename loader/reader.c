/*
 * The reader: when to look at the rings, and how long to wait.
 *
 * A record costs a program some tens of nanoseconds. A wakeup of user space
 * costs a hundred times as much: an interrupt, two switches of tasks, a poll(2).
 * Whoever wants a record at once and every record cheap must tell two kinds of
 * streams apart:
 *
 *	slow	wait in poll(2); the record that comes is handed out at once
 *	busy	records come faster than one in a millisecond: look, rest a little
 *		without asking to be woken, look again
 *
 * How long a rest may be follows from what the last look found: at the same
 * rate, the fullest ring may fill to an eighth meanwhile, and no rest is longer
 * than REST_MAX_MS, which nobody sees. A stream that leaves no time for
 * any rest is looked at again and again. The first look that finds nothing makes
 * the stream slow again.
 *
 *	poll() {  busy? rest   look: records? -> decide busy or slow, return
 *	          wait in poll(2)   look -> decide, return  }
 *
 * A ring buffer wakes us for its first record (see ring.c). A perf ring would do
 * so for every record, so it is told to wait for many: while there is one, poll(2)
 * returns every TICK_MS, and we look by ourselves.
 *
 * The callback runs inside bw_reader_poll(), the bytes it gets are the ring's
 * own, and room is given back to the kernel after it has seen them.
 *
 * In: maps with descriptors  Out: bw_record, one by one
 * Kernel: kernel/bpf/ringbuf.c bpf_ringbuf_commit(), kernel/events/ring_buffer.c perf_output_wakeup()
 * Try:  strace -c bpfwalk run build/progs/ring.bpf.o
 * Next: loader/ring.c
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "loader/reader.h"

enum {
	REST_MAX_MS = 4,
	TICK_MS = 20,
	MS = 1000000,			/* nanoseconds */
};

struct bw_reader {
	struct walk *w;
	struct bw_reader *next;
	struct sink out;
	struct source *sources;
	struct pollfd *fds;		/* one for each source, in their order */
	unsigned long nfds;
	bool ticks;			/* a source does not wake us for each record */
	int rest_ms;			/* before the next look; see decide() */
	bool busy;
	int64_t looked;			/* when records were last found, ns */
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 * MS + t.tv_nsec;
}

/* One look at all sources. 0 or a negative errno. */
static int look(struct bw_reader *r, struct haul *h)
{
	int result = 0;

	*h = (struct haul){0};
	for (struct source *s = r->sources; s; s = s->next) {
		int one = s->kind->read(&r->w->sys, s, &r->out, h);

		result = result ? result : one;
	}
	return result;
}

/*
 * After a look that found something: is the stream busy, and how long may we
 * rest? Since the last such look h->used bytes came; size / 8 may come.
 */
static void decide(struct bw_reader *r, const struct haul *h)
{
	int64_t t = now(), took = t - r->looked, ms = REST_MAX_MS;

	r->looked = t;
	r->busy = took < (int64_t)(r->rest_ms + 1) * MS;
	if (r->busy && h->used)
		ms = took * (int64_t)(h->size / 8) / (int64_t)h->used / MS;
	r->rest_ms = !r->busy ? 0 : ms < REST_MAX_MS ? (int)ms : REST_MAX_MS;
}

/* Sleeps through the rest of a busy stream, at most timeout_ms (-1: no limit). 0 or -EINTR. */
static int rest(struct bw_reader *r, int timeout_ms)
{
	int ms = timeout_ms >= 0 && timeout_ms < r->rest_ms ? timeout_ms : r->rest_ms;

	return ms ? (int)sys_poll(&r->w->sys, NULL, 0, ms) : 0;
}

/* A source that failed for good would make poll(2) return at once for ever. */
static void drop_broken(struct bw_reader *r)
{
	for (unsigned long i = 0; i < r->nfds; i++)
		if (r->fds[i].revents & (POLLERR | POLLHUP | POLLNVAL))
			r->fds[i].fd = -1;
}

/* Waits until records come and have been handed out, or time is over. How many, or a negative errno. */
static int wait(struct bw_reader *r, int timeout_ms, struct haul *h)
{
	for (;;) {
		int ms = r->ticks && (timeout_ms < 0 || timeout_ms > TICK_MS) ? TICK_MS : timeout_ms, found;
		long ready = sys_poll(&r->w->sys, r->fds, r->nfds, ms);

		if (ready < 0)
			return (int)ready;
		found = look(r, h);
		if (found < 0)
			return found;
		if (h->records) {
			decide(r, h);
			return (int)h->records;
		}
		if (ready > 0) {
			/* A record that is reserved but not submitted. It will not be long. */
			drop_broken(r);
			r->busy = true;
			r->rest_ms = 1;
			return 0;
		}
		if (ms == timeout_ms)
			return 0;
		timeout_ms -= timeout_ms < 0 ? 0 : ms;
	}
}

int bw_reader_poll(struct bw_reader *r, int timeout_ms)
{
	struct haul h;
	int result = r->busy ? rest(r, timeout_ms) : 0;

	if (result < 0)
		return result;
	result = look(r, &h);
	if (result < 0)
		return result;
	if (h.records) {
		decide(r, &h);
		return (int)h.records;
	}
	r->busy = false;
	r->rest_ms = 0;
	for (struct source *s = r->sources; s; s = s->next)
		if (s->kind->settle)
			s->kind->settle(s);
	return wait(r, timeout_ms, &h);
}

static int open_sources(struct bw_reader *r, bool trace, struct diag *d)
{
	struct walk *w = r->w;
	int result = 0;

	for (uint32_t i = 0; i < w->o.nmaps && result >= 0; i++) {
		const struct bw_map *map = &w->maps[i];

		if (map->fd < 0 || (map->type != BPF_MAP_TYPE_RINGBUF && map->type != BPF_MAP_TYPE_PERF_EVENT_ARRAY))
			continue;
		observe_step(w, "reader_open", map->name);
		if (map->type == BPF_MAP_TYPE_RINGBUF) {
			result = ring_open(w, map, &r->sources, d);
		} else {
			result = perf_open(w, map, &r->sources, d);
			r->ticks = true;
		}
	}
	if (trace && result >= 0) {
		observe_step(w, "reader_open", "trace_pipe");
		result = trace_pipe_open(w, &r->sources, d);
	}
	if (result == -ENOENT)
		return -ENODEV;		/* a file of /sys is missing: not the same as nothing to read */
	if (result >= 0 && !r->sources)
		return fail(d, -ENOENT, "reader", "no ring buffer, no perf event array, and no trace pipe to read");
	return result;
}

static int make_pollfds(struct bw_reader *r, struct diag *d)
{
	unsigned long i = 0;

	for (struct source *s = r->sources; s; s = s->next)
		r->nfds++;
	r->fds = calloc(r->nfds, sizeof(*r->fds));
	if (!r->fds)
		return fail_memory(d, "reader");
	for (struct source *s = r->sources; s; s = s->next)
		r->fds[i++] = (struct pollfd){ .fd = s->fd, .events = POLLIN };
	return 0;
}

static void reader_free(struct bw_reader *r)
{
	struct source *next;

	for (struct source *s = r->sources; s; s = next) {
		next = s->next;
		s->kind->close(&r->w->sys, s);
	}
	free(r->fds);
	free(r);
}

int bw_reader_open(struct bw_object *obj, bool trace, void (*record)(void *ctx, const struct bw_record *),
		   void *ctx, struct bw_reader **out, struct bw_error *err)
{
	struct bw_reader *r = calloc(1, sizeof(*r));
	struct walk *w = walk_of(obj);
	struct diag d = {0};
	int result;

	*out = NULL;
	if (!r)
		return error_out(&d, fail_memory(&d, "reader"), err);
	r->w = w;
	r->out = (struct sink){ record, ctx };
	result = open_sources(r, trace, &d);
	if (result >= 0)
		result = make_pollfds(r, &d);
	if (result < 0) {
		reader_free(r);
		return error_out(&d, result, err);
	}
	r->next = w->readers;
	w->readers = r;
	*out = r;
	return 0;
}

void bw_reader_close(struct bw_reader *r)
{
	struct bw_reader **at;

	if (!r)
		return;
	for (at = &r->w->readers; *at != r; at = &(*at)->next)
		;
	*at = r->next;
	reader_free(r);
}

void readers_close(struct walk *w)
{
	while (w->readers)
		bw_reader_close(w->readers);
}
