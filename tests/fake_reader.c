/*
 * Opening a reader over a pretend kernel: which calls it makes, and that nothing stays open or mapped whichever of them
 * fails. What comes out of the rings is tests/unit_ring.c, unit_perf.c and kernel_reader.c.
 */
#include <poll.h>
#include <unistd.h>

#include "loader/walk.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"

static const struct fake_file files[] = {
	{ "/sys/kernel/tracing/trace_pipe", " a-1 [000] 1.0: bpf_trace_printk: one\n a-1 [000] 1.1: bpf_trace_printk: tw", 0 },
	{ "/sys/devices/system/cpu/online", "0,2-3\n", 0 },
	{ NULL, NULL, 0 }
};

static struct bw_map maps[] = {
	{ .name = "events", .type = BPF_MAP_TYPE_PERF_EVENT_ARRAY, .max_entries = 3, .fd = 6 },
	{ .name = "counts", .type = BPF_MAP_TYPE_HASH, .max_entries = 3, .fd = 7 },
	{ .name = "ring", .type = BPF_MAP_TYPE_RINGBUF, .max_entries = 65536, .fd = 8 },
};

static struct walk w;
static struct bw_error err;
static struct bw_reader *reader;
static char seen[512], notes[256];
static unsigned records;

static void record(void *ctx, const struct bw_record *r)
{
	CHECK(ctx == &w);
	if (r->kind == BW_RECORD) {
		records++;
		return;
	}
	CHECK(r->kind == BW_TRACE);
	snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%.*s|", (int)r->size, (const char *)r->data);
}

static void observe(void *ctx, const struct bw_event *e)
{
	(void)ctx;
	if (e->kind == BW_NOTE)
		snprintf(notes, sizeof(notes), "%s", e->text);
}

/* A reader of maps [first, first + n), and of the trace pipe. */
static int open_reader(unsigned first, unsigned n, bool trace, unsigned fail_at, long fail_with)
{
	fake_start(files);
	fake.fail_at = fail_at;
	fake.fail_with = fail_with;
	memset(&w, 0, sizeof(w));
	memset(&err, 0, sizeof(err));
	seen[0] = notes[0] = 0;
	w.sys.kernel = fake_kernel;
	bw_observe(&w.options, observe, NULL);
	w.watched = true;
	w.maps = maps + first;
	w.o.nmaps = n;
	return bw_reader_open(&w.pub, trace, record, &w, &reader, &err);
}

static void close_all(void)
{
	readers_close(&w);
	CHECK_INT(fake.open, 0);
	CHECK_INT(fake.mapped, 0);
	CHECK(!strstr(fake.log, "not "));
}

/* %P stands for the size of a page, %D and %R for the mappings of a perf ring and of the ring buffer's data. */
static const char *expand(const char *text)
{
	static char out[2048];
	long page = sysconf(_SC_PAGESIZE);
	size_t used = 0;

	for (; *text; text++) {
		long n = page;

		if (*text != '%') {
			out[used++] = *text;
			continue;
		}
		if (*++text == 'D')
			n += 512 * 1024;
		else if (*text == 'R')
			n += 2 * 65536;
		used += (size_t)sprintf(out + used, "%ld", n);
	}
	out[used] = 0;
	return out;
}

TEST(ring_buffer)
{
	CHECK_INT(open_reader(2, 1, false, 0, 0), 0);
	CHECK_STR(fake.log, expand("mmap fd=8 size=%P prot=3 offset=0\nmmap fd=8 size=%R prot=1 offset=%P\n"));
	close_all();
}

/* An event, its ring and a place in the map for each CPU that is online; the map has no entry for the third. */
TEST(perf_event_array)
{
	CHECK_INT(open_reader(0, 1, false, 0, 0), 0);
	CHECK_STR(fake.log, expand(
		  "open /sys/devices/system/cpu/online = 10\n"
		  "read 10 = 6\nread 10 = 0\nclose 10\n"
		  "perf_event_open type=1 config=10 pid=-1 cpu=0 = 10\n"
		  "mmap fd=10 size=%D prot=3 offset=0\n"
		  "BPF_MAP_UPDATE_ELEM map=6 key=0 value=10 = 0\n"
		  "perf_event_open type=1 config=10 pid=-1 cpu=2 = 11\n"
		  "mmap fd=11 size=%D prot=3 offset=0\n"
		  "BPF_MAP_UPDATE_ELEM map=6 key=2 value=11 = 0\n"));
	CHECK_STR(notes, "events has 3 entries: records of CPU 3 cannot be received");
	close_all();
}

TEST(trace_pipe_line_by_line)
{
	CHECK_INT(open_reader(1, 1, true, 0, 0), 0);
	CHECK_STR(fake.log, "open /sys/kernel/tracing/trace_pipe = 10\n");
	CHECK_INT(bw_reader_poll(reader, 0), 2);
	CHECK_STR(seen, " a-1 [000] 1.0: bpf_trace_printk: one| a-1 [000] 1.1: bpf_trace_printk: tw|");
	close_all();
}

TEST(nothing_to_read)
{
	CHECK_INT(open_reader(1, 1, false, 0, 0), -ENOENT);
	CHECK_STR(err.where, "reader");
	CHECK(!reader);
	CHECK_STR(err.msg, "no ring buffer, no perf event array, and no trace pipe to read");
	CHECK_STR(fake.log, "");
	bw_reader_close(NULL);
}

TEST(messages)
{
	static const struct fake_file bare[] = {
		{ "/proc/self/mounts", "tracefs /sys/kernel/tracing tracefs rw 0 0\n", 0 }, { NULL, NULL, 0 }
	};

	CHECK_INT(open_reader(0, 1, false, 4, -EACCES), -EACCES);
	CHECK_STR(err.where, "perf event array");
	CHECK_STR(err.msg, "perf_event_open of a ring on CPU 0 for events: EACCES");
	CHECK_INT(open_reader(0, 1, false, 5, -EPERM), -EPERM);
	CHECK_HAS(err.msg, "mmap of the ring of CPU 0 for events, ");
	CHECK_INT(open_reader(0, 1, false, 6, -E2BIG), -E2BIG);
	CHECK_STR(err.msg, "BPF_MAP_UPDATE_ELEM of events, CPU 0: E2BIG");
	CHECK_INT(open_reader(2, 1, false, 1, -EPERM), -EPERM);
	CHECK_STR(err.msg, "mmap of ring, consumer page: EPERM");
	CHECK_INT(open_reader(2, 1, false, 2, -ENOMEM), -ENOMEM);
	CHECK_STR(err.msg, "mmap of ring, producer page and 65536 bytes twice: ENOMEM");
	CHECK_INT(open_reader(1, 1, true, 1, -EBUSY), -EBUSY);
	CHECK_STR(err.msg, "opening /sys/kernel/tracing/trace_pipe: EBUSY");
	open_reader(1, 1, false, 0, 0);
	fake_start(bare);
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_reader_open(&w.pub, true, record, &w, &reader, &err), -ENODEV);
	CHECK_INT(err.code, -ENODEV);
	CHECK_STR(err.msg, "tracefs has no trace_pipe (/sys/kernel/tracing/trace_pipe: ENOENT)");
}

/* The kernel's own errors come back: a signal at once. */
TEST(poll_returns_what_the_kernel_says)
{
	CHECK_INT(open_reader(2, 1, false, 3, -EINTR), 0);
	CHECK_INT(bw_reader_poll(reader, -1), -EINTR);
	CHECK_INT(bw_reader_poll(reader, 10), 0);
	CHECK_HAS(fake.log, "poll = EINTR\npoll n=1 timeout=10 = 0\n");
	close_all();
}

/* A perf ring does not wake us for each record, so poll(2) ticks. */
TEST(perf_rings_are_looked_at)
{
	CHECK_INT(open_reader(0, 1, false, 0, 0), 0);
	fake.used = 0;
	CHECK_INT(bw_reader_poll(reader, 50), 0);
	CHECK_STR(fake.log, "poll n=2 timeout=20 = 0\npoll n=2 timeout=20 = 0\npoll n=2 timeout=10 = 0\n");
	close_all();
}

/* A program sends a record of 8 bytes: the ring's first two mappings are our page and its own. */
static void send_record(void)
{
	unsigned char *producer = fake.mmaps[1].at;
	unsigned long at;
	uint32_t len = 8;

	memcpy(&at, producer, sizeof(at));
	memcpy(producer + sysconf(_SC_PAGESIZE) + at % 65536, &len, sizeof(len));
	at += 16;
	memcpy(producer, &at, sizeof(at));
}

/* The first record for a long time is nothing to rest after; one right behind another is. */
TEST(busy_and_slow_streams)
{
	bool rested = false;

	CHECK_INT(open_reader(2, 1, false, 0, 0), 0);
	records = 0;
	send_record();
	CHECK_INT(bw_reader_poll(reader, 5), 1);
	fake.used = 0;
	CHECK_INT(bw_reader_poll(reader, 5), 0);
	CHECK_STR(fake.log, "poll n=1 timeout=5 = 0\n");
	for (unsigned i = 0; i < 1000 && !rested; i++) {	/* unless we are kept from running for a millisecond each time */
		send_record();
		fake.used = 0;
		CHECK_INT(bw_reader_poll(reader, 5), 1);
		rested = strstr(fake.log, "poll n=0 timeout=") != NULL;
	}
	CHECK(rested);
	CHECK(records > 2);
	close_all();
}

static int polled_fd;

static long hang_up(const struct call *c)
{
	struct pollfd *fds = (void *)c->arg[0];

	if (c->nr != CALL_POLL || !c->arg[1])
		return FAKE_OURS;
	polled_fd = fds[0].fd;
	fds[0].revents = POLLHUP;
	return fds[0].fd >= 0;
}

/* What has failed for good would make poll(2) return at once for ever: it is asked once. */
TEST(a_source_that_hangs_up)
{
	CHECK_INT(open_reader(2, 1, false, 0, 0), 0);
	fake.answer = hang_up;
	CHECK_INT(bw_reader_poll(reader, 5), 0);
	CHECK_INT(polled_fd, 8);
	CHECK_INT(bw_reader_poll(reader, 5), 0);
	CHECK_INT(polled_fd, -1);
	close_all();
}

TEST(whichever_call_fails)
{
	static const long codes[] = { -ENOMEM, -EPERM, -ENOENT, -EINTR };

	for (unsigned i = 0; i < 4; i++) {
		unsigned n = 0;

		do {
			int r = open_reader(0, 3, true, ++n, codes[i]);

			NOTE("call %u is %s", n, errno_name(codes[i]));
			if (r < 0)
				CHECK(err.code == r && err.msg[0] && !reader);
			close_all();
		} while (fake.calls >= n);
		CHECK(n > 9);
	}
}
