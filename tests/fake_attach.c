/*
 * Attaching over a pretend kernel: which calls each family makes, in which order, and that nothing stays open when one fails,
 * whichever call it was.
 *
 * Next: tests/fake_attach_says.c
 */
#include "tests/attached.h"

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
/* Two names of one place. */
__attribute__((used)) void bpfwalk_place(void);
__attribute__((used)) void bpfwalk_place(void) {}
__attribute__((used, alias("bpfwalk_place"))) void bpfwalk_placf(void);

static uint32_t places;

static long link_places(const struct call *c)
{
	if (c->nr != CALL_BPF || c->arg[0] != BPF_LINK_CREATE)
		return FAKE_OURS;
	places = ((const struct bpf_link_create_attr *)c->arg[1])->uprobe_multi.cnt;
	return fake_fd(NULL, 0);
}

static void prepare_places(void)
{
	fake.answer = link_places;
}

TEST(uprobe_multi_meets_each_place_once)
{
	need_elf();
	CHECK_INT(attach_with(files, "uprobe.multi//bin/elf:bpfwalk_plac?", 0, 0, prepare_places), 0);
	CHECK_INT(places, 1);
	CHECK_STR(link->target, "/bin/elf:bpfwalk_plac? (1 place)");
	detach();
}

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
