/*
 * The CPUs that are online: clocks and perf rings exist once on each of them.
 *
 * In: /sys/devices/system/cpu/online, "0-3,5"  Out: a callback for each
 * Kernel: drivers/base/cpu.c
 * Next: loader/attach_perf_event.c
 */
#include <string.h>

#include "loader/walk.h"

struct visit {
	int (*each)(void *ctx, int cpu);
	void *ctx;
	int r;				/* the first failure ends the visits */
};

static void visit_cpu(void *ctx, unsigned cpu)
{
	struct visit *v = ctx;

	if (v->r >= 0)
		v->r = v->each(v->ctx, (int)cpu);
}

int online_cpus(struct walk *w, int (*each)(void *ctx, int cpu), void *ctx, const char *where, struct diag *d)
{
	static const char path[] = "/sys/devices/system/cpu/online";
	struct visit v = { each, ctx, 0 };
	char list[CPU_LIST];
	long n = read_small_file(&w->sys, path, list, sizeof(list));

	if (n < 0)
		return fail_kernel(d, n, where, "reading %s", path);
	n = parse_cpu_list(list, visit_cpu, &v);
	if (n < 0)
		return fail(d, (int)n, where, "%s does not hold a list like 0-3: %.*s", path, (int)strcspn(list, "\n"), list);
	return v.r;
}
