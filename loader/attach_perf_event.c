/*
 * Clocks and counters: a program that runs every so often.
 *
 *	bpfwalk run OBJ				99 times a second, on each CPU
 *	bpfwalk run --event page-faults OBJ	at every page fault
 *
 * perf_event_open(2) knows many things to count; the program runs each time a
 * counter has gone up by the period. The software clock counts nanoseconds, and
 * a frequency may be asked for instead of a period: 99 Hz, because 100 would beat
 * in time with what the kernel itself does 100 times a second.
 *
 * The section is SEC("perf_event") and says no more: the event is the caller's
 * choice, by the names that perf(1) has. Without one it is the software clock,
 * since that is there on every machine.
 *
 * Here one event per CPU is right, unlike for tracepoints: each counts what
 * happens on its CPU. For one thread there is one event, which follows it; other
 * threads of its process are not counted.
 *
 * In: an event's name, or none  Out: perf events in the link, one for each CPU
 * Kernel: kernel/events/core.c perf_swevent_event(), cpu_clock_event_init(), bpf_overflow_handler()
 * Try:  bpfwalk run build/progs/profile.bpf.o --for 5
 * Next: loader/mounts.h
 */
#include <errno.h>
#include <string.h>

#include "elf/nearest.h"
#include "loader/walk.h"
#include "uapi/perf_event.h"

enum { DEFAULT_HZ = 99 };

static const struct event_name {
	const char *name;
	uint32_t config;
	bool is_clock;			/* counts nanoseconds, may be given as a frequency */
} names[] = {
	{ "cpu-clock",		PERF_COUNT_SW_CPU_CLOCK,	true },
	{ "task-clock",		PERF_COUNT_SW_TASK_CLOCK,	true },
	{ "page-faults",	PERF_COUNT_SW_PAGE_FAULTS,	false },
	{ "minor-faults",	PERF_COUNT_SW_PAGE_FAULTS_MIN,	false },
	{ "major-faults",	PERF_COUNT_SW_PAGE_FAULTS_MAJ,	false },
	{ "context-switches",	PERF_COUNT_SW_CONTEXT_SWITCHES,	false },
	{ "cpu-migrations",	PERF_COUNT_SW_CPU_MIGRATIONS,	false },
	{ "alignment-faults",	PERF_COUNT_SW_ALIGNMENT_FAULTS,	false },
	{ "emulation-faults",	PERF_COUNT_SW_EMULATION_FAULTS,	false },
	{ "cgroup-switches",	PERF_COUNT_SW_CGROUP_SWITCHES,	false },
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* What the caller names, else the clock. */
static const struct event_name *find_event(const struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	const char *name = o->event ? o->event : names[0].name;
	struct nearest near;
	char text[128];

	nearest_start(&near, name);
	for (unsigned i = 0; i < NAMES; i++) {
		if (strcmp(name, names[i].name) == 0)
			return &names[i];
		nearest_see(&near, names[i].name);
	}
	fail(d, -EINVAL, l->where, "no event %s; expected a clock or a counter in software, such as cpu-clock%s", name,
	     nearest_text(&near, text, sizeof(text)));
	return NULL;
}

static void fill_attr(struct perf_event_attr *attr, const struct event_name *e, uint64_t period)
{
	memset(attr, 0, sizeof(*attr));
	attr->type = PERF_TYPE_SOFTWARE;
	attr->config = e->config;
	if (period)
		attr->sample_period = period;
	else if (e->is_clock) {
		attr->freq = 1;
		attr->sample_freq = DEFAULT_HZ;
	} else {
		attr->sample_period = 1;
	}
}

struct opening {			/* what online_cpus() carries to open_on() */
	struct walk *w;
	struct link *l;
	struct perf_event_attr attr;
	int pid;
	struct diag *d;
};

static int open_on(void *ctx, int cpu)
{
	struct opening *o = ctx;
	int r = attach_event(o->w, o->l, &o->attr, o->pid, cpu, o->d);

	if (r == -ENOENT && !o->d->code)
		return fail_kernel(o->d, r, o->l->where, "this kernel does not count %s: perf_event_open",
				   o->l->pub.target);
	if (r < 0 && !o->d->code)
		return fail_kernel(o->d, r, o->l->where, "perf_event_open of %s, process %d, CPU %d",
				   o->l->pub.target, o->pid, cpu);
	return r;
}

int attach_perf_event(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct opening opening = { .w = w, .l = l, .pid = o->pid ? o->pid : -1, .d = d };
	const struct event_name *e = find_event(l, o, d);

	if (!e)
		return -EINVAL;
	fill_attr(&opening.attr, e, o->period);
	if (opening.attr.freq)
		link_say_target(l, "%s, %d Hz", e->name, DEFAULT_HZ);
	else
		link_say_target(l, "%s, period %llu", e->name, (unsigned long long)opening.attr.sample_period);
	if (o->pid)
		return open_on(&opening, -1);
	return online_cpus(w, open_on, &opening, l->where, d);
}
