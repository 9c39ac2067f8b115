/*
 * Reading for real: what a program sent is what the callback gets, each record once, in order, from every channel; what
 * was lost is counted; a slow stream is delivered at once and a fast one without a call for each record.
 *
 * The programs are those of tests/objects/stream.bpf.c: each getppid(2) of one thread sends `burst` numbered records.
 *
 * Next: tests/bench
 */
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loader/bpfwalk.h"
#include "tests/check.h"

enum { RECORD_SIZE = 64, FAST = 3000 };

struct record {
	uint64_t number, time, words[6];
};

static struct bw_object *obj;
static struct bw_reader *reader;
static struct bw_error err;

/* What the callback saw, and the door's calls of poll(2). */
static struct {
	uint64_t records, lost, wrong, lines;
	uint64_t next;			/* the number expected */
	bool gaps_allowed;
	int64_t delay_max, delay_sum;	/* ns between a record's birth and its delivery */
	unsigned polls;
	int cpu;			/* of the last record */
	size_t size;
} got;

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void take_line(const struct bw_record *r)
{
	char want[64];

	snprintf(want, sizeof(want), "bpfwalk test %d line %d", (int)gettid(), (int)got.lines);
	if (memmem(r->data, r->size, want, strlen(want)))
		got.lines++;
}

static void take(void *ctx, const struct bw_record *r)
{
	struct record rec;
	int64_t delay;

	CHECK(ctx == &got);
	if (r->kind == BW_TRACE) {
		take_line(r);
		return;
	}
	if (r->kind == BW_LOST) {
		got.lost += r->lost;
		return;
	}
	CHECK(r->size >= RECORD_SIZE);
	memcpy(&rec, r->data, sizeof(rec));
	got.wrong += got.gaps_allowed ? rec.number < got.next : rec.number != got.next;
	got.next = rec.number + 1;
	got.records++;
	got.cpu = r->cpu;
	got.size = r->size;
	delay = now() - (int64_t)rec.time;
	got.delay_sum += delay;
	if (delay > got.delay_max)
		got.delay_max = delay;
}

static void watch(void *ctx, const struct bw_event *e)
{
	(void)ctx;
	if (e->kind == BW_CALL && strcmp(e->call->name, "poll") == 0)
		got.polls++;
}

static const struct bw_global *global(const char *name)
{
	for (unsigned i = 0; i < obj->nglobals; i++)
		if (strcmp(obj->globals[i].name, name) == 0)
			return &obj->globals[i];
	FAIL("no variable %s", name);
}

static void set(const char *name, uint64_t value)
{
	if (bw_set_global(obj, global(name), &value, global(name)->size, &err))
		FAIL("%s: %s", err.where, err.msg);
}

static uint64_t get(const char *name)
{
	const struct bw_global *g = global(name);
	char section[4096];
	uint64_t value = 0, key = 0;

	CHECK(g->map->value_buffer_size <= sizeof(section));
	CHECK_INT(bw_map_lookup(obj, g->map, &key, section), 0);
	memcpy(&value, section + g->offset, g->size);
	return value;
}

static void open_reader(bool trace)
{
	int r = bw_reader_open(obj, trace, take, &got, &reader, &err);

	if (r == -EBUSY)
		SKIP("another program reads the trace pipe");
	if (r)
		FAIL("%s: %s", err.where, err.msg);
}

static const struct bw_program *enable_only(const char *program)
{
	const struct bw_program *found = NULL;

	for (unsigned i = 0; i < obj->nprograms; i++) {
		if (strcmp(obj->programs[i].name, program) == 0)
			found = &obj->programs[i];
		else
			bw_enable(obj, &obj->programs[i], false);
	}
	CHECK(found);
	return found;
}

/* Loads and attaches that one program, to serve `thread`, and opens a reader. */
static void start(const char *program, pid_t thread, uint64_t burst, bool trace)
{
	struct bw_options options = { 0 };
	const struct bw_program *prog;
	struct bw_link *link;

	bw_observe(&options, watch, NULL);
	if (geteuid() != 0)
		SKIP("needs root");
	NOTE("%s, bursts of %u", program, (unsigned)burst);
	bw_close(obj);	/* of a test that failed */
	obj = NULL;
	memset(&got, 0, sizeof(got));
	memset(&err, 0, sizeof(err));
	if (bw_open("build/tests/objects/stream.bpf.o", &options, &obj, &err))
		FAIL("%s: %s", err.where, err.msg);
	prog = enable_only(program);
	set("thread", (uint64_t)thread);
	set("getppid_nr", SYS_getppid);
	set("burst", burst);
	if (bw_load(obj, &err))
		FAIL("%s: %s", err.where, err.msg);
	open_reader(trace);
	if (bw_attach(obj, prog, NULL, &link, &err))
		FAIL("%s: %s", err.where, err.msg);
}

static void done(void)
{
	bw_close(obj);
	obj = NULL;
}

static void send_bursts(int n)
{
	for (int i = 0; i < n; i++)
		syscall(SYS_getppid);
}

static int poll_once(int timeout_ms)
{
	int r = bw_reader_poll(reader, timeout_ms);

	if (r < 0)
		FAIL("bw_reader_poll: %s", bw_errno_name(r));
	return r;
}

/* Reads until nothing comes for a while. */
static void poll_all(void)
{
	while (poll_once(100) > 0)
		;
}

/* ---- every record, once, in order ------------------------------------------ */

TEST(ring_buffer)
{
	start("to_ring", gettid(), 100, false);
	for (int i = 0; i < 1000; i++) {
		send_bursts(10);
		poll_once(0);
	}
	poll_all();
	CHECK_INT(get("ring_refused"), 0);
	CHECK_INT(get("ring_sent"), 1000000 - 120000);	/* 12 of 100 are discarded */
	CHECK_INT(got.records, get("ring_sent"));
	CHECK_INT(got.wrong, 0);
	CHECK_INT(got.cpu, -1);
	CHECK_INT(got.size, RECORD_SIZE);
	done();
}

static void stay_on_one_cpu(cpu_set_t *before)
{
	cpu_set_t one;

	CHECK_INT(sched_getaffinity(0, sizeof(*before), before), 0);
	CPU_ZERO(&one);
	for (size_t cpu = 0; cpu < CPU_SETSIZE && !CPU_COUNT(&one); cpu++)
		if (CPU_ISSET(cpu, before))
			CPU_SET(cpu, &one);
	CHECK_INT(sched_setaffinity(0, sizeof(one), &one), 0);
}

TEST(perf_event_array)
{
	cpu_set_t before;

	stay_on_one_cpu(&before);	/* there is an order only on each CPU */
	start("to_perf", gettid(), 100, false);
	for (int i = 0; i < 500; i++) {
		send_bursts(10);
		poll_once(0);
	}
	poll_all();
	CHECK_INT(get("perf_refused"), 0);
	CHECK_INT(get("perf_sent"), 500000);
	CHECK_INT(got.records, 500000);
	CHECK_INT(got.wrong, 0);
	CHECK_INT(got.lost, 0);
	CHECK_INT(got.cpu, sched_getcpu());
	CHECK_INT(got.size, RECORD_SIZE + 4);	/* the kernel rounds size and record up to 8 bytes */
	sched_setaffinity(0, sizeof(before), &before);
	done();
}

TEST(perf_events_of_every_cpu)
{
	cpu_set_t all, one;
	unsigned ncpus = 0;

	CHECK_INT(sched_getaffinity(0, sizeof(all), &all), 0);
	start("to_perf", gettid(), 10, false);
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		CHECK_INT(sched_setaffinity(0, sizeof(one), &one), 0);
		send_bursts(10);
		poll_all();
		CHECK_INT(got.cpu, cpu);
		ncpus++;
	}
	CHECK_INT(got.records, ncpus * 100);
	CHECK_INT(got.wrong, 0);
	sched_setaffinity(0, sizeof(all), &all);
	done();
}

/* What did not fit is told, and nothing is told twice: sent and lost make up all there was. */
TEST(lost_perf_events_are_counted)
{
	cpu_set_t before;

	stay_on_one_cpu(&before);
	start("to_perf", gettid(), 1000, false);
	got.gaps_allowed = true;
	send_bursts(20);		/* 88 bytes each: three times the ring */
	poll_all();
	CHECK(get("perf_refused") > 0);
	send_bursts(1);			/* the loss is reported with the next record that fits */
	poll_all();
	CHECK_INT(get("perf_sent") + get("perf_refused"), 21000);
	CHECK_INT(got.records, get("perf_sent"));
	CHECK_INT(got.lost, get("perf_refused"));
	CHECK_INT(got.wrong, 0);
	sched_setaffinity(0, sizeof(before), &before);
	done();
}

TEST(a_full_ring_buffer_refuses_and_goes_on)
{
	start("to_ring", gettid(), 1000, false);
	send_bursts(20);		/* 72 bytes each: more than the ring */
	poll_all();
	CHECK(get("ring_refused") > 0);
	CHECK_INT(got.records, get("ring_sent"));
	send_bursts(1);
	poll_all();
	CHECK_INT(got.records, get("ring_sent"));
	CHECK_INT(got.wrong, 0);
	done();
}

/* ---- another thread's stream ----------------------------------------------- */

/* A child that sends n bursts once it is told to, pausing between them. */
static pid_t start_child(int n, unsigned pause_us, int go[2])
{
	pid_t child;
	char byte;

	CHECK_INT(pipe(go), 0);
	child = fork();
	CHECK(child >= 0);
	if (child)
		return child;
	close(go[1]);
	if (read(go[0], &byte, 1) == 1)
		for (int i = 0; i < n; i++) {
			syscall(SYS_getppid);
			if (pause_us)
				usleep(pause_us);
		}
	_exit(0);
}

/* Lets the child send, and reads until it has ended. */
static void read_child(pid_t child, int go[2])
{
	int status;

	CHECK_INT(write(go[1], "x", 1), 1);
	while (waitpid(child, &status, WNOHANG) == 0)
		poll_once(50);
	CHECK_INT(status, 0);
	poll_all();
	close(go[0]);
	close(go[1]);
}

/* Records that come one by one are delivered at once: what can be seen begins at a tenth of a second. */
static void slow_stream(const char *program)
{
	int go[2];
	pid_t child = start_child(20, 30000, go);

	start(program, child, 1, false);
	got.gaps_allowed = true;	/* a child may move to another CPU */
	read_child(child, go);
	CHECK_INT(got.records, 20);
	if (got.delay_sum / 20 > 30 * 1000000)
		FAIL("%lld us between a record and its delivery on average", (long long)got.delay_sum / 20000);
	done();
}

TEST(a_slow_ring_buffer_is_delivered_at_once)
{
	slow_stream("to_ring");
}

TEST(a_slow_perf_event_array_is_delivered_at_once)
{
	slow_stream("to_perf");
}

/*
 * A stream of a record each 100 us or so costs a call of poll(2) now and then, not for each record, although the reader
 * has read each long before the next one comes.
 */
static void fast_stream(const char *program, const char *sent, const char *refused)
{
	int go[2];
	pid_t child = start_child(FAST, 50, go);

	start(program, child, 1, false);
	got.gaps_allowed = true;
	read_child(child, go);
	CHECK_INT(got.records, get(sent));
	CHECK_INT(got.records, FAST);
	CHECK_INT(get(refused) + got.lost, 0);
	if (got.polls > FAST / 2)
		FAIL("%u calls of poll for %u records", got.polls, (unsigned)got.records);
	done();
}

TEST(a_fast_ring_buffer_is_read_in_batches)
{
	fast_stream("to_ring", "ring_sent", "ring_refused");
}

TEST(a_fast_perf_event_array_is_read_in_batches)
{
	fast_stream("to_perf", "perf_sent", "perf_refused");
}

/* ---- the trace pipe --------------------------------------------------------- */

static void have_tracefs(void)
{
	if (access("/sys/kernel/tracing/trace_pipe", F_OK) == 0)
		return;
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL))
		SKIP("tracefs cannot be mounted: %s", strerror(errno));
}

/*
 * Loading a program that prints switches the event of printing on; recent kernels leave that to a worker thread, and
 * what is printed before it has run is lost.
 */
static void wait_for_printing(void)
{
	char on = '0';

	for (int i = 0; i < 200 && on != '1'; i++) {
		FILE *f = fopen("/sys/kernel/tracing/events/bpf_trace/bpf_trace_printk/enable", "r");

		CHECK(f);
		on = (char)fgetc(f);
		fclose(f);
		if (on != '1')
			usleep(10000);
	}
	CHECK_INT(on, '1');
}

TEST(trace_pipe)
{
	if (geteuid() != 0)
		SKIP("needs root");
	have_tracefs();
	start("to_trace_pipe", gettid(), 1, true);
	CHECK(bw_uses_trace_pipe(obj));
	wait_for_printing();
	for (int i = 0; i < 200; i++) {
		send_bursts(10);
		poll_once(0);
	}
	poll_all();
	CHECK_INT(get("printed"), 2000);
	CHECK_INT(got.lines, 2000);
	done();
}

TEST(who_uses_the_trace_pipe)
{
	start("to_ring", gettid(), 1, false);
	CHECK(!bw_uses_trace_pipe(obj));
	done();
}

/* ---- waiting, and ending ------------------------------------------------------ */

static void on_alarm(int sig)
{
	(void)sig;
}

static void interrupted(const char *program)
{
	const struct sigaction action = { .sa_handler = on_alarm };
	const struct itimerval in = { .it_value = { 0, 100000 } };
	int64_t from;
	int r = 0;

	start(program, gettid(), 1, false);
	sigaction(SIGALRM, &action, NULL);
	from = now();
	setitimer(ITIMER_REAL, &in, NULL);
	r = bw_reader_poll(reader, 5000);
	CHECK_INT(r, -EINTR);
	CHECK(now() - from < 2000000000);
	done();
}

TEST(a_signal_ends_the_wait)
{
	interrupted("to_ring");
	interrupted("to_perf");
}

TEST(timeouts)
{
	int64_t from;

	start("to_perf", gettid(), 1, false);
	from = now();
	CHECK_INT(poll_once(0), 0);
	CHECK(now() - from < 50000000);
	from = now();
	CHECK_INT(poll_once(70), 0);
	CHECK(now() - from >= 69000000);
	done();
}

/* The place where one reader ended is where the next begins: nothing is lost, nothing comes twice. */
TEST(one_reader_after_another)
{
	start("to_ring", gettid(), 4, false);
	send_bursts(1);
	poll_once(0);
	CHECK_INT(got.records, 4);
	bw_reader_close(reader);
	send_bursts(1);
	open_reader(false);
	poll_once(0);
	CHECK_INT(got.records, 8);
	CHECK_INT(got.wrong, 0);
	done();
}

static unsigned count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	CHECK(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static unsigned count_rings(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512];
	unsigned n = 0;

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		n += strstr(line, "[perf_event]") || strstr(line, "bpf-map");
	fclose(f);
	return n;
}

TEST(nothing_stays_open)
{
	unsigned fds;

	if (geteuid() != 0)
		SKIP("needs root");
	fds = count_fds();
	for (int i = 0; i < 3; i++) {
		start("to_perf", gettid(), 1, false);
		CHECK(count_rings() >= 3);
		if (i == 1)
			bw_reader_close(reader);
		done();
		CHECK_INT(count_fds(), fds);
		CHECK_INT(count_rings(), 0);
	}
}
