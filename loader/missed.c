/*
 * How often a program was not run though its event happened.
 *
 * While a program runs on a CPU, the kernel leaves it out for whatever else
 * happens there: an interrupt, or its own doings. And where programs can be
 * preempted, as those of raw tracepoints are in Linux 7.3 and not yet in 6.18,
 * it is left out for all tasks of that CPU until the one in the middle of it
 * goes on. Counts are then short by as much. The kernel counts it, too:
 *
 *	/proc/self/fdinfo/6:	prog_type:	17
 *				...
 *				recursion_misses:	25946
 *
 * Reading this file needs neither bpf(2) nor privilege.
 *
 * In: a loaded program  Out: a number
 * Kernel: kernel/bpf/syscall.c bpf_prog_show_fdinfo() (5.12), kernel/trace/bpf_trace.c __bpf_trace_run()
 * Try:  cat /proc/$(pidof bpfwalk)/fdinfo/6
 * Next: loader/tell.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/walk.h"

int bw_missed_runs(struct bw_object *obj, const struct bw_program *prog, uint64_t *runs)
{
	static const char name[] = "\nrecursion_misses:";
	struct walk *w = walk_of(obj);
	char path[64], info[2048];
	const char *at;
	long n;

	*runs = 0;
	if (prog->fd < 0)
		return -EINVAL;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", prog->fd);
	n = read_small_file(&w->sys, path, info, sizeof(info));
	if (n < 0)
		return (int)n;
	at = strstr(info, name);
	if (at)
		*runs = strtoull(at + sizeof(name) - 1, NULL, 10);
	return 0;
}
