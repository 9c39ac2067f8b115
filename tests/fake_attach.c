/*
 * Attaching over a pretend kernel: which calls each family makes, in which order, what it says when one fails, and that
 * nothing stays open then, whichever call it was.
 */
#include "elf/usdt.h"
#include "loader/walk.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"
#include "tests/marker.h"
#include "tests/spelling.h"

static struct fake_file files[] = {
	{ "/sys/kernel/tracing/events/sched/sched_switch/id", "316\n", 0 },
	{ "/sys/kernel/tracing/available_events", "sched:sched_switch\nsched:sched_wakeup\nirq:irq_handler_entry\n", 0 },
	{ "/sys/bus/event_source/devices/kprobe/type", "8\n", 0 },
	{ "/sys/bus/event_source/devices/kprobe/format/retprobe", "config:0\n", 0 },
	{ "/sys/bus/event_source/devices/uprobe/type", "9\n", 0 },
	{ "/sys/bus/event_source/devices/uprobe/format/retprobe", "config:0\n", 0 },
	{ "/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset", "config:32-63\n", 0 },
	{ "/sys/devices/system/cpu/online", "0,2-3\n", 0 },
	{ "/proc/kallsyms", "ffff1 T do_unlinkat\nffff2 t do_unlink\nffff3 T __x64_sys_execve\nffff3 T __arm64_sys_execve\n"
			    "ffff4 D jiffies\nffff5 t lonely\t[mod]\n", 0 },
	{ "/proc/self/mounts", "proc /proc proc rw 0 0\ntracefs /sys/kernel/tracing tracefs rw 0 0\n", 0 },
	{ "/bin/elf", NULL, 0 },	/* this program: see know_functions() */
	{ NULL, NULL, 0 }
};
enum { NFILES = sizeof(files) / sizeof(files[0]) };

static struct walk w;
static struct bw_program prog;
static struct bw_error err;
static struct bw_link *link;
static char note[256];

static void observe(void *ctx, const struct bw_event *e)
{
	(void)ctx;
	if (e->kind == BW_NOTE)
		snprintf(note, sizeof(note), "%s", e->text);
}

/* Attaches a program of that section, descriptor 5, to a fresh kernel. fake's other members may be set by `prepare`. */
static int attach_with(const struct fake_file *have, const char *section, int pid, uint64_t period, void (*prepare)(void))
{
	struct bw_attach_options o = { .pid = pid, .period = period };
	const struct hook *hook = hook_find(section, &prog.target);

	CHECK(hook && hook->attach);
	prog.name = "test";
	prog.section = section;
	prog.hook = &hook->pub;
	prog.fd = 5;
	memset(&err, 0, sizeof(err));
	memset(&w, 0, sizeof(w));
	note[0] = 0;
	bw_observe(&w.options, observe, NULL);
	w.watched = true;
	fake_start(have);
	w.sys.kernel = fake_kernel;
	if (prepare)
		prepare();
	return bw_attach(&w.pub, &prog, &o, &link, &err);
}

static int attach(const char *section)
{
	return attach_with(files, section, 0, 0, NULL);
}

static void detach(void)
{
	bw_detach(&w.pub, link);
	CHECK_INT(fake.open, 0);
}

/* ---- the calls ------------------------------------------------------------ */

TEST(raw_tracepoint)
{
	CHECK_INT(attach("raw_tracepoint/sys_enter"), 0);
	CHECK_STR(fake.log, "BPF_RAW_TRACEPOINT_OPEN sys_enter prog=5 = 10\n");
	CHECK_STR(link->target, "sys_enter");
	CHECK_INT(link->nfds, 1);
	CHECK_INT(link->fds[0], 10);
	detach();
	CHECK_HAS(fake.log, "= 10\nclose 10\n");
}

TEST(tracepoint)
{
	CHECK_INT(attach("tp/sched/sched_switch"), 0);
	CHECK_STR(fake.log,
		  "open /sys/kernel/tracing/events/sched/sched_switch/id = 10\n"
		  "read 10 = 4\n"
		  "close 10\n"
		  "perf_event_open type=2 config=316 disabled pid=-1 cpu=0 = 10\n"
		  "ioctl 10 PERF_EVENT_IOC_SET_BPF 5 = 0\n"
		  "ioctl 10 PERF_EVENT_IOC_ENABLE 0 = 0\n");
	CHECK_STR(link->target, "sched/sched_switch");
	detach();
}

TEST(tracefs_in_debugfs)
{
	static const struct fake_file in_debugfs[] = {
		{ "/sys/kernel/debug/tracing/events/sched/sched_switch/id", "316\n", 0 }, { NULL, NULL, 0 }
	};

	CHECK_INT(attach_with(in_debugfs, "tp/sched/sched_switch", 0, 0, NULL), 0);
	CHECK_HAS(fake.log, "open /sys/kernel/tracing/events/sched/sched_switch/id = ENOENT\n"
			    "open /sys/kernel/debug/tracing/events/sched/sched_switch/id = 10\n");
	CHECK(!strstr(fake.log, "mounts"));
	detach();
}

TEST(tracefs_elsewhere)
{
	static const struct fake_file elsewhere[] = {
		{ "/proc/self/mounts", "proc /proc proc rw 0 0\nnone /trace tracefs rw 0 0\n", 0 },
		{ "/trace/events/sched/sched_switch/id", "316\n", 0 }, { NULL, NULL, 0 }
	};

	CHECK_INT(attach_with(elsewhere, "tp/sched/sched_switch", 0, 0, NULL), 0);
	CHECK_HAS(fake.log, "open /trace/events/sched/sched_switch/id = 10\n");
	detach();
}

/* A place with a blank and a backslash in its name, as /proc/self/mounts writes it. */
TEST(tracefs_in_a_place_with_a_blank)
{
	static const struct fake_file elsewhere[] = {
		{ "/proc/self/mounts", "none /my\\040tr\\134ace tracefs rw 0 0\n", 0 },
		{ "/my tr\\ace/events/sched/sched_switch/id", "316\n", 0 }, { NULL, NULL, 0 }
	};

	CHECK_INT(attach_with(elsewhere, "tp/sched/sched_switch", 0, 0, NULL), 0);
	detach();
}

static const char *const functions[] = { "do_unlinkat", "__se_sys_execve", NULL };

static void know_functions(void)
{
	fake.functions = functions;
}

static int count_cpu(void *ctx, int cpu)
{
	(void)cpu;
	++*(unsigned *)ctx;
	return 0;
}

/* Every second one of many is switched off: then the list is long. */
TEST(many_cpus_with_holes)
{
	static char list[4000];
	const struct fake_file online[] = { { "/sys/devices/system/cpu/online", list, 0 }, { NULL, NULL, 0 } };
	struct diag d = { 0 };
	unsigned cpus = 0;
	size_t len = 0;

	for (unsigned cpu = 0; cpu < 1500; cpu += 2)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%u", cpu ? "," : "", cpu);
	memset(&w, 0, sizeof(w));
	fake_start(online);
	w.sys.kernel = fake_kernel;
	CHECK_INT(online_cpus(&w, count_cpu, &cpus, "test", &d), 0);
	CHECK_INT(cpus, 750);
	CHECK_INT(fake.open, 0);
	fake_start(online);
	fake.fail_at = 2;		/* the first read(2): a signal came, and it is read again */
	fake.fail_with = -EINTR;
	CHECK_INT(online_cpus(&w, count_cpu, &cpus, "test", &d), 0);
	CHECK_INT(cpus, 1500);
	fake_start((const struct fake_file[]){ { "/sys/devices/system/cpu/online", "0-x\n", 0 }, { NULL, NULL, 0 } });
	CHECK_INT(online_cpus(&w, count_cpu, &cpus, "test", &d), -EINVAL);
	CHECK_STR(d.msg, "/sys/devices/system/cpu/online does not hold a list like 0-3: 0-x");
	CHECK_INT(parse_cpu_list("65535", NULL, NULL), 65536);
	CHECK_INT(parse_cpu_list("65536", NULL, NULL), -EINVAL);
	CHECK_INT(parse_cpu_list("3-2", NULL, NULL), -EINVAL);
	CHECK_INT(parse_cpu_list("2-2", NULL, NULL), 3);
}

/* The pretend kernel's /bin/elf is this very program. */
static void need_elf(void)
{
	struct fake_file *f = &files[NFILES - 2];
	static char bytes[32 << 20];
	FILE *self = fopen("/proc/self/exe", "r");

	CHECK(self);
	f->text = bytes;
	f->size = fread(bytes, 1, sizeof(bytes), self);
	fclose(self);
	CHECK(f->size > 1000 && f->size < sizeof(bytes));
}

TEST(kprobe)
{
	CHECK_INT(attach_with(files, "kprobe/do_unlinkat+0x10", 0, 0, know_functions), 0);
	CHECK_STR(fake.log,
		  "open /sys/bus/event_source/devices/kprobe/type = 10\n"
		  "read 10 = 2\nread 10 = 0\nclose 10\n"
		  "perf_event_open type=8 config=0 do_unlinkat+0x10 disabled pid=-1 cpu=0 = 10\n"
		  "ioctl 10 PERF_EVENT_IOC_SET_BPF 5 = 0\n"
		  "ioctl 10 PERF_EVENT_IOC_ENABLE 0 = 0\n");
	CHECK_STR(link->target, "do_unlinkat+0x10");
	CHECK_STR(note, "");
	detach();
}

TEST(kretprobe)
{
	CHECK_INT(attach_with(files, "kretprobe/do_unlinkat", 0, 0, know_functions), 0);
	CHECK_HAS(fake.log, "perf_event_open type=8 config=1 do_unlinkat+0x0 disabled pid=-1 cpu=0 = 10\n");
	detach();
	CHECK_INT(attach_with(files, "kretprobe/do_unlinkat+4", 0, 0, know_functions), -EINVAL);
	CHECK_HAS(err.msg, "do_unlinkat+4: a return probe stands at a function");
	CHECK_STR(fake.log, "");
}

/* The plain name first, and only then, on ENOENT alone, other spellings; the last of these is known here. */
TEST(the_name_of_a_system_call)
{
	CHECK_INT(attach_with(files, "kprobe/sys_execve", 0, 0, know_functions), 0);
	CHECK_HAS(fake.log, " sys_execve+0x0 disabled pid=-1 cpu=0 = ENOENT\n");
	CHECK_HAS(fake.log, " __se_sys_execve+0x0 disabled pid=-1 cpu=0 = 10\n");
	CHECK_STR(link->target, "__se_sys_execve+0x0");
	CHECK_STR(note, "sys_execve: this kernel's name for it is __se_sys_execve");
	CHECK(!strstr(fake.log, "kallsyms"));
	detach();
}

TEST(the_spelling_of_another_machine)
{
	static const char *const others[] = { "kprobe/__mine_sys_execve", "kprobe/__arm64_sys_execve",
					      "kprobe/__s390x_sys_execve", "kprobe/SyS_execve" };

	CHECK_INT(attach_with(files, others[0], 0, 0, know_functions), -ENOENT);
	for (unsigned i = 1; i < 4; i++) {
		NOTE("%s", others[i]);
		CHECK_INT(attach_with(files, others[i], 0, 0, know_functions), 0);
		CHECK_STR(link->target, "__se_sys_execve+0x0");
		detach();
	}
}

#ifdef SYS
TEST(the_spelling_of_this_machine)
{
	static const char *const spelled[] = { SYS "execve", NULL };

	attach_with(files, "kprobe/sys_execve", 0, 0, know_functions);
	detach();
	fake_start(files);
	fake.functions = spelled;
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_attach(&w.pub, &prog, NULL, &link, &err), 0);
	CHECK_STR(link->target, SYS "execve+0x0");
	detach();
}
#endif

TEST(ksyscall_asks_for_the_spelling_at_once)
{
	CHECK_INT(attach_with(files, "kretsyscall/execve", 0, 0, know_functions), 0);
	CHECK_STR(link->target, "__se_sys_execve+0x0");
	CHECK(!strstr(fake.log, " execve+0x0"));
	CHECK_HAS(fake.log, "config=1 ");
	detach();
}

TEST(uprobe_at_an_offset)
{
	CHECK_INT(attach("uretprobe//bin/some:0x1234"), 0);
	CHECK_STR(fake.log,
		  "open /sys/bus/event_source/devices/uprobe/type = 10\n"
		  "read 10 = 2\nread 10 = 0\nclose 10\n"
		  "open /sys/bus/event_source/devices/uprobe/format/retprobe = 10\n"
		  "read 10 = 9\nread 10 = 0\nclose 10\n"
		  "perf_event_open type=9 config=1 /bin/some+0x1234 disabled pid=-1 cpu=0 = 10\n"
		  "ioctl 10 PERF_EVENT_IOC_SET_BPF 5 = 0\n"
		  "ioctl 10 PERF_EVENT_IOC_ENABLE 0 = 0\n");
	detach();
}

/* A symbol: the file is looked at, let go, and what the kernel is given is an offset. */
TEST(uprobe_at_a_function)
{
	unsigned long long main_at, behind;
	const char *at;

	need_elf();
	CHECK_INT(attach("uprobe//bin/elf:main"), 0);
	CHECK_HAS(fake.log, "open /bin/elf = 10\nfstat 10 = 0\nmmap fd=10 size=");
	CHECK_HAS(fake.log, " prot=1 offset=0\nclose 10\nmunmap ");
	CHECK_HAS(fake.log, "\nopen /sys/bus/event_source/devices/uprobe/type = 10\n");
	at = strstr(fake.log, "/bin/elf+0x");
	CHECK(at);
	CHECK_INT(sscanf(at, "/bin/elf+0x%llx disabled", &main_at), 1);
	CHECK(main_at > 0);
	CHECK_STR(link->target, "/bin/elf:main+0x0");
	CHECK_INT(fake.mapped, 0);
	detach();
	CHECK_INT(attach("uprobe//bin/elf:main+5"), 0);
	CHECK_STR(link->target, "/bin/elf:main+0x5");
	CHECK_INT(sscanf(strstr(fake.log, "/bin/elf+0x"), "/bin/elf+0x%llx disabled", &behind), 1);
	CHECK_INT(behind, main_at + 5);
	detach();
	CHECK_INT(attach("uprobe//bin/elf:maim"), -ENOENT);
	CHECK_STR(err.where, "attach test");
	CHECK_HAS(err.msg, "/bin/elf: ");
	CHECK_HAS(err.msg, "maim");
	CHECK_HAS(err.msg, "main");
	CHECK_INT(fake.open + fake.mapped, 0);
	CHECK_INT(attach("uprobe//proc/mounts:main"), -ENOENT);
	CHECK_STR(err.msg, "looking for main: reading /proc/mounts: ENOENT");
	CHECK_INT(attach("uprobe//proc/self/mounts:main"), -EINVAL);
	CHECK_HAS(err.msg, "/proc/self/mounts: ");
	CHECK_INT(fake.open + fake.mapped, 0);
}

TEST(uprobe_of_one_process)
{
	CHECK_INT(attach_with(files, "uprobe//bin/some:0x1234", 77, 0, NULL), 0);
	CHECK_HAS(fake.log, "/bin/some+0x1234 disabled pid=77 cpu=-1 = 10\n");
	detach();
}

/* One event for each CPU that is online; CPU 1 is not. */
TEST(perf_event_is_a_clock_on_each_cpu)
{
	CHECK_INT(attach("perf_event"), 0);
	CHECK_STR(fake.log,
		  "open /sys/devices/system/cpu/online = 10\n"
		  "read 10 = 6\nread 10 = 0\nclose 10\n"
		  "perf_event_open type=1 config=0 disabled pid=-1 cpu=0 = 10\n"
		  "ioctl 10 PERF_EVENT_IOC_SET_BPF 5 = 0\n"
		  "ioctl 10 PERF_EVENT_IOC_ENABLE 0 = 0\n"
		  "perf_event_open type=1 config=0 disabled pid=-1 cpu=2 = 11\n"
		  "ioctl 11 PERF_EVENT_IOC_SET_BPF 5 = 0\n"
		  "ioctl 11 PERF_EVENT_IOC_ENABLE 0 = 0\n"
		  "perf_event_open type=1 config=0 disabled pid=-1 cpu=3 = 12\n"
		  "ioctl 12 PERF_EVENT_IOC_SET_BPF 5 = 0\n"
		  "ioctl 12 PERF_EVENT_IOC_ENABLE 0 = 0\n");
	CHECK_INT(link->nfds, 3);
	CHECK_STR(link->target, "cpu-clock, 99 Hz");
	detach();
}

static uint64_t seen_period, seen_freq;

static long see_period(const struct call *c)
{
	const struct perf_event_attr *attr = (const void *)c->arg[0];

	if (c->nr == CALL_PERF_EVENT_OPEN) {
		seen_period = attr->sample_period;
		seen_freq = attr->freq;
	}
	return FAKE_OURS;
}

static void watch_period(void)
{
	fake.answer = see_period;
}

TEST(perf_event_period)
{
	CHECK_INT(attach_with(files, "perf_event", 77, 0, watch_period), 0);
	CHECK_INT(seen_period, 99);
	CHECK_INT(seen_freq, 1);
	CHECK_STR(fake.log, "perf_event_open type=1 config=0 disabled pid=77 cpu=-1 = 10\n"
			    "ioctl 10 PERF_EVENT_IOC_SET_BPF 5 = 0\nioctl 10 PERF_EVENT_IOC_ENABLE 0 = 0\n");
	detach();
	CHECK_INT(attach_with(files, "perf_event", 77, 1000000, watch_period), 0);
	CHECK_INT(seen_period, 1000000);
	CHECK_INT(seen_freq, 0);
	CHECK_STR(link->target, "cpu-clock, period 1000000");
	detach();
	CHECK_INT(attach_with(files, "perf_event", 77, 1, watch_period), 0);
	CHECK_INT(seen_period, 1);
	CHECK_INT(seen_freq, 0);
	detach();
}

/* The section says what the program is, the caller names the event. */
TEST(perf_event_by_name)
{
	const struct bw_attach_options o = { .event = "page-faults", .pid = 77 }, wrong = { .event = "page-fault" };

	CHECK_INT(attach_with(files, "perf_event", 77, 0, watch_period), 0);
	detach();
	CHECK_INT(bw_attach(&w.pub, &prog, &o, &link, &err), 0);
	CHECK_STR(link->target, "page-faults, period 1");
	CHECK_INT(seen_period, 1);
	CHECK_INT(seen_freq, 0);
	CHECK_HAS(fake.log, "type=1 config=2 ");
	detach();
	CHECK_INT(bw_attach(&w.pub, &prog, &wrong, &link, &err), -EINVAL);
	CHECK_HAS(err.msg, "no event page-fault; expected a clock or a counter in software, such as cpu-clock"
		  "; the nearest: page-faults");
}

#ifdef FIRST_ARGS
/* Never run. */
__asm__(".text\n" MARKER("fake", "plain", "0", "") MARKER("fake", "two", "fake_semaphore", "") MARKER("fake", "two", "0", "")
	MARKER_BASE
	".pushsection .probes, \"aw\", %progbits\nfake_semaphore: .2byte 0\n.popsection\n");

static struct {
	uint32_t cnt, pid;
	bool has_semaphores, has_cookies;
	uint64_t offsets[2];
} asked;

/* A kernel with links for many places. */
static long link_many(const struct call *c)
{
	const struct bpf_link_create_attr *attr = (const void *)c->arg[1];

	if (c->nr != CALL_BPF || c->arg[0] != BPF_LINK_CREATE)
		return FAKE_OURS;
	CHECK_INT(attr->attach_type, BPF_TRACE_UPROBE_MULTI);
	asked.cnt = attr->uprobe_multi.cnt;
	asked.pid = attr->uprobe_multi.pid;
	asked.has_semaphores = attr->uprobe_multi.ref_ctr_offsets;
	asked.has_cookies = attr->uprobe_multi.cookies;
	memcpy(asked.offsets, (const void *)(uintptr_t)attr->uprobe_multi.offsets, asked.cnt * sizeof(uint64_t));
	return fake_fd(NULL, 0);
}

static void prepare_many(void)
{
	fake.answer = link_many;
}

TEST(usdt)
{
	need_elf();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 77, 0, prepare_many), 0);
	CHECK_STR(link->target, "/bin/elf:fake:two (2 places)");
	CHECK_INT(asked.cnt, 2);
	CHECK_INT(asked.pid, 77);
	CHECK(asked.has_semaphores && !asked.has_cookies && asked.offsets[0] < asked.offsets[1]);
	CHECK_INT(link->nfds, 1);
	detach();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:plain", 0, 0, prepare_many), 0);
	CHECK_INT(asked.cnt, 1);
	CHECK(!asked.has_semaphores);
	detach();
}

/* A kernel before 6.6: an event for each place. */
static long link_none(const struct call *c)
{
	return c->nr == CALL_BPF && c->arg[0] == BPF_LINK_CREATE ? -EINVAL : FAKE_OURS;
}

static void prepare_none(void)
{
	fake.answer = link_none;
}

TEST(usdt_by_events)
{
	char want[256];

	need_elf();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 0, 0, prepare_many), 0);
	detach();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 0, 0, prepare_none), 0);
	CHECK_HAS(note, "this kernel has no link for many places in user programs");
	snprintf(want, sizeof(want), "/bin/elf+0x%llx disabled pid=-1 cpu=0", (unsigned long long)asked.offsets[0]);
	CHECK_HAS(fake.log, want);
	snprintf(want, sizeof(want), "perf_event_open type=9 config=0 /bin/elf+0x%llx disabled pid=-1 cpu=0",
		 (unsigned long long)asked.offsets[1]);		/* the one without a semaphore */
	CHECK_HAS(fake.log, want);
	CHECK_HAS(fake.log, "format/ref_ctr_offset");
	CHECK_INT(link->nfds, 2);
	detach();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:plain", 77, 0, prepare_none), 0);
	CHECK_HAS(fake.log, "perf_event_open type=9 config=0 /bin/elf+0x");
	CHECK_HAS(fake.log, " pid=77 cpu=-1");
	CHECK(!strstr(fake.log, "ref_ctr_offset"));
	detach();
}

/* The map of an object that is made wrong: of each key the kernel reads as many bytes as the map says. */
static struct bw_map specs = { .name = "__bpf_usdt_specs", .key_size = 64, .value_size = USDT_SPEC, .max_entries = 4, .fd = 7 };

static void prepare_specs(void)
{
	w.pub.maps = &specs;
	w.pub.nmaps = 1;
	prepare_many();
}

TEST(usdt_with_a_map_that_is_none)
{
	need_elf();
	CHECK_INT(attach_with(files, "usdt//bin/elf:fake:two", 77, 0, prepare_specs), -EINVAL);
	CHECK_HAS(err.msg, "the map __bpf_usdt_specs has keys of 64 bytes, expected 4");
	CHECK(!strstr(fake.log, "BPF_MAP_UPDATE_ELEM"));
	CHECK_INT(fake.open + fake.mapped, 0);
}

TEST(usdt_refused)
{
	need_elf();
	CHECK_INT(attach("usdt//bin/elf:fake"), -EINVAL);
	CHECK_HAS(err.msg, "/bin/elf:fake: expected PATH:PROVIDER:NAME");
	CHECK_INT(attach("usdt//bin/elf:fake:"), -EINVAL);
	CHECK_INT(attach("usdt//bin/elf::two"), -EINVAL);
	CHECK_INT(attach("usdt//bin/elf:fake:two:three"), -EINVAL);
	CHECK_INT(attach("usdt//bin/nothing:fake:two"), -ENOENT);
	CHECK_HAS(err.msg, "looking for the marker fake:two: reading /bin/nothing: ENOENT");
	CHECK_INT(attach("usdt//bin/elf:fake:tow"), -ENOENT);
	CHECK_HAS(err.msg, "/bin/elf: fake:tow is none of its 3 markers; the nearest: fake:two");
	CHECK_INT(fake.open + fake.mapped, 0);
}
#endif

/* ---- what is said --------------------------------------------------------- */

static long refuse_with;
static enum call_nr refuse_nr;
static long refuse_arg;			/* of an ioctl: its request; else 0 */

static long refuse(const struct call *c)
{
	return c->nr == refuse_nr && (!refuse_arg || c->arg[1] == refuse_arg) ? refuse_with : FAKE_OURS;
}

static void prepare_refusal(void)
{
	fake.answer = refuse;
}

/* The message when call nr is answered with `code`. */
static const char *message(const char *section, enum call_nr nr, long request, int code)
{
	refuse_nr = nr;
	refuse_arg = request;
	refuse_with = code;
	NOTE("%s", section);
	CHECK_INT(attach_with(files, section, 0, 0, prepare_refusal), code);
	CHECK_INT(fake.open, 0);
	CHECK_INT(err.code, code);
	CHECK_STR(err.where, "attach test");
	return err.msg;
}

TEST(messages_of_set_bpf)
{
	static const char tp[] = "tp/sched/sched_switch";
	const long set_bpf = PERF_EVENT_IOC_SET_BPF;

	CHECK_STR(message(tp, CALL_IOCTL, set_bpf, -EACCES), "PERF_EVENT_IOC_SET_BPF at sched/sched_switch: the program"
		  " reads past the end of the event's record: EACCES");
	CHECK_HAS(message(tp, CALL_IOCTL, set_bpf, -EEXIST), "the event runs this program already: EEXIST");
	CHECK_HAS(message(tp, CALL_IOCTL, set_bpf, -EINVAL), "this kind of program cannot run at this event: EINVAL");
	CHECK_HAS(message(tp, CALL_IOCTL, set_bpf, -E2BIG), ": E2BIG");
	CHECK_STR(message(tp, CALL_IOCTL, set_bpf, -EPERM), "PERF_EVENT_IOC_SET_BPF at sched/sched_switch: EPERM");
	CHECK_STR(message(tp, CALL_IOCTL, PERF_EVENT_IOC_ENABLE, -EPERM),
		  "PERF_EVENT_IOC_ENABLE at sched/sched_switch: EPERM");
}

TEST(messages_of_open)
{
	CHECK_STR(message("raw_tp/sys_enter", CALL_BPF, 0, -EPERM), "BPF_RAW_TRACEPOINT_OPEN of sys_enter: EPERM");
	CHECK_HAS(message("raw_tp/sys_enter", CALL_BPF, 0, -EINVAL), "uses more arguments");
	CHECK_STR(message("raw_tp/sched_swich", CALL_BPF, 0, -ENOENT), "no raw tracepoint sched_swich"
		  " (BPF_RAW_TRACEPOINT_OPEN: ENOENT); the nearest: sched_switch, sched_wakeup");
	CHECK_STR(message("tp/sched/sched_switch", CALL_PERF_EVENT_OPEN, 0, -EACCES),
		  "perf_event_open of tracepoint sched/sched_switch, number 316: EACCES");
	CHECK_STR(message("tp/sched/sched_switch", CALL_OPENAT, 0, -EACCES),
		  "opening /sys/kernel/tracing/events/sched/sched_switch/id: EACCES");
	CHECK_STR(message("tp/sched/sched_switch", CALL_READ, 0, -EIO),
		  "reading /sys/kernel/tracing/events/sched/sched_switch/id: EIO");
	CHECK_STR(message("kprobe/x", CALL_PERF_EVENT_OPEN, 0, -EPERM),
		  "perf_event_open of a kprobe at x+0x0: EPERM");
	CHECK_HAS(message("kprobe/x", CALL_PERF_EVENT_OPEN, 0, -EINVAL), "notrace, a blacklist");
	CHECK_HAS(message("kretprobe/x", CALL_PERF_EVENT_OPEN, 0, -EADDRNOTAVAIL), "several functions have this name");
	CHECK_HAS(message("uprobe//bin/some:0x10", CALL_PERF_EVENT_OPEN, 0, -EINVAL),
		  "perf_event_open of a uprobe at offset 0x10 of /bin/some: not a regular file");
	CHECK_STR(message("perf_event", CALL_PERF_EVENT_OPEN, 0, -EACCES),
		  "perf_event_open of cpu-clock, 99 Hz, process -1, CPU 0: EACCES");
}

TEST(no_such_tracepoint)
{
	CHECK_INT(attach("tp/sched/sched_swich"), -ENOENT);
	CHECK_STR(err.msg, "no tracepoint sched/sched_swich (/sys/kernel/tracing/events/sched/sched_swich/id: ENOENT)"
		  "; the nearest: sched/sched_switch, sched/sched_wakeup");
	CHECK_INT(fake.open, 0);
	CHECK_INT(attach("tp/sched_switch"), -EINVAL);
	CHECK_STR(err.msg, "tracepoint sched_switch: expected CATEGORY/NAME");
	CHECK_INT(attach("tp/../../etc/x"), -EINVAL);
	CHECK_STR(fake.log, "");
}

TEST(tracefs_not_mounted)
{
	static const struct fake_file bare[] = { { "/proc/self/mounts", "proc /proc proc rw 0 0\n", 0 }, { NULL, NULL, 0 } };

	CHECK_INT(attach_with(bare, "tp/sched/sched_switch", 0, 0, NULL), -ENOENT);
	CHECK_HAS(err.msg, "tracefs is not mounted: events/sched/sched_switch/id is neither in /sys/kernel/tracing nor in"
		  " /sys/kernel/debug/tracing (ENOENT)");
}

TEST(a_number_that_is_none)
{
	static const struct fake_file odd[] = {
		{ "/sys/kernel/tracing/events/sched/sched_switch/id", "none\n", 0 },
		{ "/sys/bus/event_source/devices/kprobe/type", "8\n", 0 },
		{ "/sys/bus/event_source/devices/kprobe/format/retprobe", "config1:0\n", 0 },
		{ "/sys/devices/system/cpu/online", "0-\n", 0 },
		{ NULL, NULL, 0 }
	};

	CHECK_INT(attach_with(odd, "tp/sched/sched_switch", 0, 0, NULL), -EINVAL);
	CHECK_HAS(err.msg, "holds \"none\", expected a number");
	CHECK_INT(attach_with(odd, "kretprobe/x", 0, 0, NULL), -EINVAL);
	CHECK_STR(err.msg, "the retprobe format of the kprobe PMU is \"config1:0\", expected config:BIT");
	CHECK_INT(attach_with(odd, "perf_event", 0, 0, NULL), -EINVAL);
	CHECK_HAS(err.msg, "/sys/devices/system/cpu/online does not hold a list");
	CHECK_INT(fake.open, 0);
}

TEST(no_kprobes_in_this_kernel)
{
	static const struct fake_file none[] = { { NULL, NULL, 0 } };

	CHECK_INT(attach_with(none, "kprobe/x", 0, 0, NULL), -ENOENT);
	CHECK_STR(err.msg, "this kernel has no kprobe PMU (/sys/bus/event_source/devices/kprobe/type: ENOENT)");
}

TEST(no_such_function)
{
	CHECK_INT(attach_with(files, "kprobe/do_unlinkatt", 0, 0, know_functions), -ENOENT);
	CHECK_STR(err.msg, "no kernel function do_unlinkatt (perf_event_open: ENOENT); the nearest: do_unlinkat, do_unlink");
	CHECK_INT(fake.open, 0);
	CHECK_INT(attach_with(files, "kprobe/lonely", 0, 0, know_functions), -ENOENT);
	CHECK_STR(err.msg, "/proc/kallsyms has a function lonely [mod], but no probe can be put there"
		  " (perf_event_open: ENOENT)");
	CHECK_INT(attach_with(files, "kprobe/sys_execv", 0, 0, know_functions), -ENOENT);
	CHECK_HAS(err.msg, "no kernel function sys_execv (perf_event_open: ENOENT, in every spelling); the nearest: __");
	CHECK_INT(attach_with(files, "ksyscall/execv", 0, 0, know_functions), -ENOENT);
	CHECK_HAS(err.msg, "no kernel function execv (perf_event_open: ENOENT, in every spelling); the nearest: __");
	CHECK_INT(attach_with(files + 2, "kprobe/x+y", 0, 0, know_functions), -EINVAL);
	CHECK_HAS(err.msg, "x+y: expected a number after the +");
	CHECK_INT(attach_with(files, "kprobe/0x1234", 0, 0, know_functions), -EINVAL);
	CHECK_HAS(err.msg, "expected the name of a function");
}

/* Their programs run for every process, whatever the event was opened for. */
TEST(one_process_where_it_cannot_be)
{
	static const char *const all[] = { "tp/sched/sched_switch", "raw_tp/sys_enter", "kprobe/x", "ksyscall/x" };

	for (unsigned i = 0; i < 4; i++) {
		NOTE("%s", all[i]);
		CHECK_INT(attach_with(files, all[i], 77, 0, NULL), -EINVAL);
		CHECK_HAS(err.msg, "process 77 alone cannot be watched");
		CHECK_STR(fake.log, "");
	}
}

TEST(a_maps_link_is_not_there_to_be_read)
{
	const struct bw_link of_map = { .name = "walk" };

	memset(&w, 0, sizeof(w));
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_iterate(&w.pub, &of_map, NULL, NULL, &err), -EINVAL);
	CHECK_STR(err.msg, "walk: a map's link is not there to be read");
}

TEST(no_such_library)
{
	unsetenv("LD_LIBRARY_PATH");
	CHECK_INT(attach("uprobe/libnone.so.1:0x10"), -ENOENT);
	CHECK_HAS(err.msg, "libnone.so.1 is neither in $LD_LIBRARY_PATH nor in /lib64:");
	CHECK_INT(attach("uprobe/libnone.so.1"), -EINVAL);
	CHECK_HAS(err.msg, "expected PATH:FUNCTION");
	CHECK_INT(attach("uprobe/:0x10"), -EINVAL);
	CHECK_INT(attach("uprobe//bin/some:"), -EINVAL);
}

TEST(libraries_and_programs_are_looked_for)
{
	static const struct fake_file here[] = {
		{ "/opt/b/libx.so", "", 0 }, { "/usr/lib/liby.so.2", "", 0 }, { "/usr/sbin/prog", "", 0 },
		{ "/sys/bus/event_source/devices/uprobe/type", "9\n", 0 }, { NULL, NULL, 0 }
	};

	setenv("LD_LIBRARY_PATH", "/opt/a::/opt/b", 1);
	CHECK_INT(attach_with(here, "uprobe/libx.so:0x10", 0, 0, NULL), 0);
	CHECK_HAS(fake.log, "open /opt/a/libx.so = ENOENT\nopen /opt/b/libx.so = 10\nclose 10\n");
	CHECK_STR(link->target, "/opt/b/libx.so:+0x10");
	detach();
	CHECK_INT(attach_with(here, "uprobe/liby.so.2:0x10", 0, 0, NULL), 0);
	CHECK_HAS(fake.log, " /usr/lib/liby.so.2+0x10 ");
	detach();
	CHECK_INT(attach_with(here, "uprobe/prog:0x10", 0, 0, NULL), 0);
	CHECK_HAS(fake.log, " /usr/sbin/prog+0x10 ");
	detach();
	unsetenv("LD_LIBRARY_PATH");
}

/* ---- whichever call fails ------------------------------------------------- */

static unsigned fail_at;
static long fail_with;

static long (*fail_answer)(const struct call *c);	/* what else this kernel says, or NULL */

static void prepare_failure(void)
{
	fake.answer = fail_answer;
	fake.functions = functions;
	fake.fail_at = fail_at;
	fake.fail_with = fail_with;
}

static void fail_each_call(const char *section, long code)
{
	for (fail_at = 1;; fail_at++) {
		int r;

		NOTE("%s, call %u", section, fail_at);
		fail_with = code;
		r = attach_with(files, section, 0, 0, prepare_failure);
		if (r < 0)
			CHECK(err.msg[0] && err.where[0] && err.code == r);
		else
			detach();
		CHECK_INT(fake.open + fake.mapped, 0);
		CHECK(!strstr(fake.log, "not "));
		if (fake.calls < fail_at)
			break;
	}
	CHECK(fail_at > 1);
}

TEST(nothing_stays_open)
{
	static const char *const sections[] = {
		"raw_tp/sys_enter", "tp/sched/sched_switch", "tp/sched/no_such", "kprobe/do_unlinkat", "kprobe/sys_execve",
		"kretprobe/do_unlinkat", "ksyscall/execve", "kprobe/no_such", "uprobe//bin/some:0x10",
		"uretprobe//bin/some:0x10", "uprobe//bin/elf:main", "perf_event",
	};
	static const long codes[] = { -ENOMEM, -EPERM, -ENOENT, -EINTR };

	need_elf();
	for (unsigned i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		for (unsigned k = 0; k < 4; k++)
			fail_each_call(sections[i], codes[k]);
#ifdef FIRST_ARGS
	for (unsigned k = 0; k < 4; k++) {
		fail_answer = link_many;
		fail_each_call("usdt//bin/elf:fake:two", codes[k]);
		fail_answer = link_none;
		fail_each_call("usdt//bin/elf:fake:two", codes[k]);
	}
	fail_answer = NULL;
#endif
}

/* ---- what Android calls sections -------------------------------------------------- */

static const char *android(const char *section, bool is_android)
{
	static char text[128];
	const char *target = "";
	const struct hook *hook = hook_find_android(section, is_android, &target);

	snprintf(text, sizeof(text), "%s %s", hook ? hook->pub.section : "none", target);
	return text;
}

TEST(sections_of_android)
{
	static const char *const all[] = {
		"bind4", "bind6", "cgroupskb", "cgroupsock", "cgroupsockcreate", "cgroupsockrelease", "connect4", "connect6", "egress",
		"getsockopt", "ingress", "lwt_in", "lwt_out", "lwt_seg6local", "lwt_xmit", "perf_event", "postbind4", "postbind6",
		"recvmsg4", "recvmsg6", "schedact", "schedcls", "sendmsg4", "sendmsg6", "setsockopt", "skfilter", "sockops", "sysctl",
		"xdp",
	};
	char section[64];

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		NOTE("%s", all[i]);
		snprintf(section, sizeof(section), "%s/x", all[i]);
		CHECK(strncmp(android(section, true), "none", 4) != 0);
	}
	CHECK_STR(android("skfilter/egress/xtbpf", false), "socket egress/xtbpf");
	CHECK_STR(android("?schedcls/ingress/tether$v4", false), "tc ingress/tether$v4");
	CHECK_STR(android("cgroupskb/egress/stats", false), "cgroup_skb/egress stats");
	CHECK_STR(android("cgroupskb/stats", false), "cgroup/skb stats");
	CHECK_STR(android("cgroupsockrelease/x", false), "cgroup/sock_release x");
	CHECK_STR(android("connect4/inet4_connect", false), "cgroup/connect4 inet4_connect");
	CHECK_STR(android("sysctl/x", true), "cgroup/sysctl x");
	/* Without a name behind it, or with more letters, it is nothing of Android's. */
	CHECK_STR(android("skfilter", true), "none ");
	CHECK_STR(android("skfilters/x", true), "none ");
	/* A slip of the pen elsewhere. */
	CHECK_STR(android("xdp/devmpa", false), "none ");
	CHECK_STR(android("xdp/devmpa", true), "xdp devmpa");
	CHECK_STR(android("ingress/stats$4_19", false), "none ");
	CHECK_STR(android("ingress/stats$4_19", true), "cgroup_skb/ingress stats$4_19");
}
