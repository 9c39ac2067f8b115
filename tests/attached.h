/*
 * Attaching one program over a pretend kernel: descriptor 5, in the section that the test names.
 *
 *	CHECK_INT(attach("raw_tp/sys_enter"), 0);
 *	CHECK_STR(fake.log, "BPF_RAW_TRACEPOINT_OPEN sys_enter prog=5 = 10\n");
 *	detach();
 *
 * What the machine has is in files[]; /bin/elf is the test itself, after need_elf().
 *
 * Next: tests/fake_attach.c
 */
#ifndef TESTS_ATTACHED_H
#define TESTS_ATTACHED_H

#include "loader/walk.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"
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

static inline void observe(void *ctx, const struct bw_event *e)
{
	(void)ctx;
	if (e->kind == BW_NOTE)
		snprintf(note, sizeof(note), "%s", e->text);
}

/* Attaches a program of that section, descriptor 5, to a fresh kernel. fake's other members may be set by `prepare`. */
static inline int attach_with(const struct fake_file *have, const char *section, int pid, uint64_t period, void (*prepare)(void))
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

static inline int attach(const char *section)
{
	return attach_with(files, section, 0, 0, NULL);
}

static inline void detach(void)
{
	bw_detach(&w.pub, link);
	CHECK_INT(fake.open, 0);
}

static const char *const functions[] = { "do_unlinkat", "__se_sys_execve", NULL };

static inline void know_functions(void)
{
	fake.functions = functions;
}

/* The pretend kernel's /bin/elf is this very program. */
static inline void need_elf(void)
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

/* ---- whichever call fails ------------------------------------------------- */

static unsigned fail_at;
static long fail_with;

static long (*fail_answer)(const struct call *c);	/* what else this kernel says, or NULL */

static inline void prepare_failure(void)
{
	fake.answer = fail_answer;
	fake.functions = functions;
	fake.fail_at = fail_at;
	fake.fail_with = fail_with;
}

static inline void fail_each_call(const char *section, long code)
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

#endif
