/*
 * Attaching over a pretend kernel that refuses: what is said then, family by family.
 *
 * Next: tests/fake_usdt.c
 */
#include "tests/attached.h"

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
