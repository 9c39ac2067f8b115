/*
 * Attaching for real: each hook runs its program as often as this process did the thing, not once more or less, and
 * never again once it is detached; and what cannot be attached says why.
 *
 * The programs are those of tests/objects/hits.bpf.c. On kernels without kprobes their tests say SKIP.
 *
 * Next: tests/kernel_sections.c
 */
#include <dirent.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "tests/spelling.h"
#include "uapi/perf_event.h"

/* A function that nobody else calls, with places for probes that are the same on every machine: nop is 4 or 1 bytes. */
long bpfwalk_hit(void);
__asm__(".text\n.globl bpfwalk_hit\n.type bpfwalk_hit, %function\nbpfwalk_hit:\n"
	"nop\nnop\nnop\nnop\nnop\nnop\nnop\nnop\nret\n.size bpfwalk_hit, .-bpfwalk_hit\n");

enum { HITS = 1000, PAGES = 100 };

static struct bw_object *obj;
static const struct bw_program *prog;
static struct bw_link *link_;
static struct bw_error err;
static char *pages;

static void have_tracefs(void)
{
	if (access("/sys/kernel/tracing/available_events", F_OK) == 0)
		return;
	/* A mount that nobody else sees and that ends with this process. */
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL))
		SKIP("tracefs cannot be mounted: %s", strerror(errno));
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

static uint64_t hits(void)
{
	static char section[4096];
	char name[64];
	uint64_t value, key = 0;
	const struct bw_global *g;

	snprintf(name, sizeof(name), "%s_hits", prog->name);
	g = global(name);
	CHECK(g->map->value_buffer_size <= sizeof(section));
	CHECK_INT(bw_map_lookup(obj, g->map, &key, section), 0);
	memcpy(&value, section + g->offset, sizeof(value));
	return value;
}

static void done(void)
{
	bw_close(obj);
	obj = NULL;
	munmap(pages, PAGES * (size_t)getpagesize());
}

/* Loads that one program, to count what `process` does. */
static void load(const char *name, pid_t process)
{
	size_t size = PAGES * (size_t)getpagesize();

	if (geteuid() != 0)
		SKIP("needs root");
	NOTE("program %s", name);
	bw_close(obj);	/* of a test that failed */
	obj = NULL;
	memset(&err, 0, sizeof(err));
	pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pages != MAP_FAILED);
	madvise(pages, size, MADV_NOHUGEPAGE);
	if (bw_open("build/tests/objects/hits.bpf.o", NULL, &obj, &err))
		FAIL("%s: %s", err.where, err.msg);
	prog = NULL;
	for (unsigned i = 0; i < obj->nprograms; i++) {
		if (strcmp(obj->programs[i].name, name) == 0)
			prog = &obj->programs[i];
		else
			bw_enable(obj, &obj->programs[i], false);
	}
	CHECK(prog);
	set("process", (uint64_t)process);
	set("getppid_nr", SYS_getppid);
	set("first_page", (uintptr_t)pages);
	set("last_page", (uintptr_t)pages + size);
	if (bw_load(obj, &err))
		FAIL("%s: %s", err.where, err.msg);
}

static int attach_with(const struct bw_attach_options *o)
{
	memset(&err, 0, sizeof(err));
	return bw_attach(obj, prog, o, &link_, &err);
}

static int attach_to(pid_t pid, uint64_t period)
{
	return attach_with(&(struct bw_attach_options){ .pid = pid, .period = period });
}

static void attach(void)
{
	if (attach_to(0, 0) == 0)
		return;
	if (strstr(err.msg, "has no kprobe PMU")) {
		done();
		SKIP("%s", err.msg);
	}
	FAIL("%s: %s", err.where, err.msg);
}

static void call_getppid(void)
{
	for (int i = 0; i < HITS; i++)
		syscall(SYS_getppid);
}

static void call_function(void)
{
	for (int i = 0; i < HITS; i++)
		bpfwalk_hit();
}

static void touch_pages(void)
{
	for (int i = 0; i < PAGES; i++)
		*(volatile char *)(pages + i * getpagesize()) = 1;
}

/* Before it is attached, while, and after: only what was done in between counts. */
static void counts(const char *name, void (*provoke)(void), unsigned expected, const char *target)
{
	load(name, getpid());
	provoke();
	attach();
	if (target)
		CHECK_STR(link_->target, target);
	provoke();
	CHECK_INT(hits(), expected);
	bw_detach(obj, link_);
	provoke();
	CHECK_INT(hits(), expected);
	done();
}

TEST(raw_tracepoint)
{
	counts("raw", call_getppid, HITS, "sys_enter");
}

TEST(tracepoint)
{
	have_tracefs();
	counts("tp", call_getppid, HITS, "syscalls/sys_enter_getppid");
}

/* On every CPU, although the event was opened on one. */
TEST(on_every_cpu)
{
	cpu_set_t all, one;
	unsigned ncpus = 0;

	CHECK_INT(sched_getaffinity(0, sizeof(all), &all), 0);
	for (int what = 0; what < 2; what++) {
		load(what ? "tp" : "raw", getpid());
		attach();
		ncpus = 0;
		for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
			if (!CPU_ISSET(cpu, &all))
				continue;
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			CHECK_INT(sched_setaffinity(0, sizeof(one), &one), 0);
			call_getppid();
			ncpus++;
		}
		sched_setaffinity(0, sizeof(all), &all);
		CHECK_INT(hits(), ncpus * HITS);
		done();
	}
}

#ifdef SYS
#define GETPPID SYS "getppid+0x0"
#else
#define GETPPID NULL
#endif

TEST(kprobe_on_a_system_call)
{
	counts("kp", call_getppid, HITS, GETPPID);
}

TEST(kretprobe_on_a_system_call)
{
	counts("kret", call_getppid, HITS, GETPPID);
}

TEST(kprobe_in_the_spelling_of_another_machine)
{
	counts("kp_other_arch", call_getppid, HITS, GETPPID);
}

TEST(ksyscall)
{
	counts("ksys", call_getppid, HITS, GETPPID);
}

TEST(kretsyscall)
{
	counts("kretsys", call_getppid, HITS, GETPPID);
}

TEST(uprobe)
{
	counts("up", call_function, HITS, NULL);
}

TEST(uprobe_behind_the_start)
{
	counts("up_offset", call_function, HITS, NULL);
}

TEST(uretprobe)
{
	counts("uret", call_function, HITS, NULL);
}

/* A child that does the thing when told to and again until it is killed. */
static pid_t start_child(void (*provoke)(void), int go[2])
{
	pid_t child;
	char byte;

	CHECK_INT(pipe(go), 0);
	child = fork();
	CHECK(child >= 0);
	if (child)
		return child;
	close(go[1]);
	while (read(go[0], &byte, 1) == 1)
		provoke();
	_exit(0);
}

static void end_child(pid_t child, int go[2])
{
	int status;

	CHECK_INT(write(go[1], "x", 1), 1);
	close(go[1]);
	close(go[0]);
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK_INT(status, 0);
}

/* Only that process: the program counts two processes, one at a time, and the event is for the child alone. */
TEST(uprobe_of_one_process)
{
	int go[2];
	pid_t child = start_child(call_function, go);

	load("up", getpid());
	if (attach_to(child, 0))
		FAIL("%s: %s", err.where, err.msg);
	call_function();
	end_child(child, go);
	CHECK_INT(hits(), 0);
	done();

	child = start_child(call_function, go);
	load("up", child);
	if (attach_to(child, 0))
		FAIL("%s: %s", err.where, err.msg);
	call_function();
	end_child(child, go);
	CHECK_INT(hits(), HITS);
	done();
}

/* An event for process 1 alone, by hand, that runs our program. */
static int event_of_init(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = PERF_ATTR_SIZE_VER0 };
	FILE *f = fopen("/sys/kernel/tracing/events/syscalls/sys_enter_getppid/id", "r");
	unsigned id = 0;
	long fd;

	CHECK(f);
	CHECK_INT(fscanf(f, "%u", &id), 1);
	fclose(f);
	attr.config = id;
	fd = syscall(SYS_perf_event_open, &attr, 1, -1, -1, PERF_FLAG_FD_CLOEXEC);
	CHECK(fd >= 0);
	CHECK_INT(ioctl((int)fd, PERF_EVENT_IOC_SET_BPF, prog->fd), 0);
	return (int)fd;
}

/* Why this is refused: the program of such an event runs all the same for this process, which is not process 1. */
TEST(tracepoint_of_one_process)
{
	int fd;

	have_tracefs();
	load("tp", getpid());
	fd = event_of_init();
	call_getppid();
	CHECK_INT(hits(), HITS);
	close(fd);

	CHECK_INT(attach_to(1, 0), -EINVAL);
	CHECK_HAS(err.msg, "process 1 alone cannot be watched");
	done();
	load("raw", getpid());
	CHECK_INT(attach_to(1, 0), -EINVAL);
	done();
}

TEST(page_faults)
{
	load("faults", getpid());
	CHECK_INT(attach_with(&(struct bw_attach_options){ .event = "page-faults" }), 0);
	CHECK_STR(link_->target, "page-faults, period 1");
	touch_pages();
	CHECK_INT(hits(), PAGES);
	bw_detach(obj, link_);
	madvise(pages, PAGES * (size_t)getpagesize(), MADV_DONTNEED);
	touch_pages();
	CHECK_INT(hits(), PAGES);
	done();
}

/* Every second fault, and only this process's. */
TEST(page_faults_of_one_process_with_a_period)
{
	uint64_t n;

	load("faults", getpid());
	if (attach_with(&(struct bw_attach_options){ .event = "page-faults", .pid = getpid(), .period = 2 }))
		FAIL("%s: %s", err.where, err.msg);
	CHECK_INT(link_->nfds, 1);
	touch_pages();
	n = hits();
	if (n < PAGES / 2 - 1 || n > PAGES / 2 + 1)
		FAIL("%u hits of %d faults", (unsigned)n, PAGES);
	done();
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void burn(double seconds)
{
	for (double end = cpu_seconds() + seconds; cpu_seconds() < end;)
		;
}

TEST(clock_on_each_cpu)
{
	uint64_t n;

	load("clock", getpid());
	attach();
	CHECK_STR(link_->target, "cpu-clock, 99 Hz");
	CHECK_INT(link_->nfds, sysconf(_SC_NPROCESSORS_ONLN));
	burn(0.5);
	n = hits();
	if (n < 20 || n > 99)		/* 49.5; a virtual CPU may stand still meanwhile */
		FAIL("%u samples in half a second at 99 Hz", (unsigned)n);
	done();
}

/* Where the CPUs are emulated and their machine is busy, they stand still so often that a second try may be due. */
TEST(clock_with_a_period)
{
	uint64_t n = 0;

	for (int tries = 0; tries < 5 && n < 50; tries++) {
		load("clock", getpid());
		if (attach_to(0, 5000000))	/* 5 ms; a slow machine throttles what comes more often */
			FAIL("%s: %s", err.where, err.msg);
		burn(0.5);
		n = hits();
		done();
	}
	if (n < 50 || n > 160)
		FAIL("%u samples in 500 ms, one each 5 ms", (unsigned)n);
}

/* ---- what cannot be ------------------------------------------------------- */

static const char *refused(const char *name, int code)
{
	static char msg[sizeof(err.msg)];
	char where[80];

	load(name, getpid());
	CHECK_INT(attach_to(0, 0), code);
	snprintf(where, sizeof(where), "attach %s", name);
	CHECK_STR(err.where, where);
	snprintf(msg, sizeof(msg), "%s", err.msg);
	done();
	return msg;
}

TEST(a_tracepoint_whose_record_is_shorter)
{
	have_tracefs();
	CHECK_STR(refused("too_far", -EACCES), "PERF_EVENT_IOC_SET_BPF at syscalls/sys_enter_getppid: the program reads past"
		  " the end of the event's record: EACCES");
}

TEST(a_raw_tracepoint_with_fewer_arguments)
{
	CHECK_HAS(refused("too_many", -EINVAL), "BPF_RAW_TRACEPOINT_OPEN of sys_enter: the program uses more arguments");
}

TEST(no_such_tracepoint)
{
	have_tracefs();
	CHECK_HAS(refused("raw_none", -ENOENT), "no raw tracepoint sys_entre (BPF_RAW_TRACEPOINT_OPEN: ENOENT); the nearest: "
		  "sys_enter");
	CHECK_HAS(refused("tp_none", -ENOENT), "ENOENT); the nearest: syscalls/sys_enter_getppid");
}

static bool has_kprobes(void)
{
	return access("/sys/bus/event_source/devices/kprobe/type", F_OK) == 0;
}

TEST(no_such_function)
{
	if (!has_kprobes()) {
		CHECK_STR(refused("kp_none", -ENOENT),
			  "this kernel has no kprobe PMU (/sys/bus/event_source/devices/kprobe/type: ENOENT)");
		SKIP("this kernel has no kprobe PMU");
	}
	CHECK_HAS(refused("kp_none", -ENOENT), "no kernel function do_sys_openat22 (perf_event_open: ENOENT); the nearest: "
		  "do_sys_openat2");
}

/* x86: one byte behind the start is inside an instruction; elsewhere as well, where instructions have four. */
TEST(inside_an_instruction)
{
	int r;

	if (!has_kprobes())
		SKIP("this kernel has no kprobe PMU");
	load("kp_inside", getpid());
	r = attach_to(0, 0);
	CHECK(r == -EILSEQ || r == -EINVAL);
	CHECK_HAS(err.msg, "inside an instruction");
	done();
}

TEST(no_such_user_function)
{
	CHECK_HAS(refused("up_none", -ENOENT), "bpfwalk_hit");
	CHECK_HAS(refused("up_nofile", -ENOENT), "/proc/self/nofile");
	CHECK_HAS(refused("up_outside", -EINVAL), "perf_event_open of a uprobe at offset 0x7fffffffff of /proc/self/exe");
}

/* One program at one event: a second time it would count twice, and the kernel refuses it. */
TEST(twice_at_one_tracepoint)
{
	have_tracefs();
	load("tp", getpid());
	attach();
	CHECK_INT(attach_to(0, 0), -EEXIST);
	CHECK_HAS(err.msg, "the event runs this program already: EEXIST");
	call_getppid();
	CHECK_INT(hits(), HITS);
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

TEST(nothing_stays_open)
{
	static const char *const names[] = { "raw", "tp", "up", "clock", "too_far", "tp_none", "up_none", "kp", "kp_none" };
	unsigned before;

	if (geteuid() != 0)
		SKIP("needs root");
	have_tracefs();
	before = count_fds();
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		load(names[i], getpid());
		attach_to(0, 0);
		done();
		CHECK_INT(count_fds(), before);
	}
}
