/*
 * How many CPUs: the possible ones, not those that are online.
 *
 * A per-CPU map has one value for every CPU that could ever be plugged in, and
 * the kernel writes all of them on a lookup. A buffer sized by the CPUs that
 * are online would be overrun. libc's sysconf() answers a different question;
 * the kernel's list is the truth.
 *
 * The list may have holes: then there are fewer values than the highest number
 * says, one after the other, and yet an array that has an element for each CPU
 * needs room for the highest number.
 *
 * In: "0-3,5"  Out: 5 CPUs, with numbers below 6
 * Kernel: kernel/bpf/syscall.c bpf_map_value_size(), drivers/base/cpu.c
 * Next: loader/struct_ops.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"

enum { CPUS_MAX = 1 << 16 };

static long parse_number(const char **s)
{
	long n = 0;

	if (**s < '0' || **s > '9')
		return -EINVAL;
	for (; **s >= '0' && **s <= '9'; ++*s) {
		n = n * 10 + (**s - '0');
		if (n >= CPUS_MAX)
			return -EINVAL;
	}
	return n;
}

long parse_cpu_list(const char *list, void (*each)(void *ctx, unsigned cpu), void *ctx)
{
	long first, last;

	for (;;) {
		first = last = parse_number(&list);
		if (first >= 0 && *list == '-') {
			list++;
			last = parse_number(&list);
		}
		if (first < 0 || last < first)
			return -EINVAL;
		for (long cpu = first; each && cpu <= last; cpu++)
			each(ctx, (unsigned)cpu);
		if (*list != ',')
			break;
		list++;
	}
	return *list == 0 || *list == '\n' ? last + 1 : -EINVAL;
}

static void count(void *ctx, unsigned cpu)
{
	(void)cpu;
	++*(uint32_t *)ctx;
}

int possible_cpus(struct walk *w, struct diag *d)
{
	static const char path[] = "/sys/devices/system/cpu/possible";
	uint32_t cpus = 0;
	char list[CPU_LIST];
	long n;

	if (w->possible_cpus)
		return 0;
	n = read_small_file(&w->sys, path, list, sizeof(list));
	if (n < 0)
		return fail_kernel(d, n, "possible CPUs", "reading %s", path);
	n = parse_cpu_list(list, count, &cpus);
	if (n < 0)
		return fail(d, -EINVAL, "possible CPUs", "%s does not hold a list like 0-3: %.*s", path,
			    (int)strcspn(list, "\n"), list);
	w->possible_cpus = cpus;
	w->cpu_numbers = (uint32_t)n;
	return 0;
}
