/*
 * RLIMIT_MEMLOCK: before 5.11 the kernel charged maps and programs to it.
 *
 * The default of 64 KiB is then too small for an ordinary hash map, and the
 * kernel says so with EPERM, the errno of a dozen other reasons. Newer kernels
 * charge the memory cgroup and need nothing. So the limit is left alone until
 * an EPERM comes, is raised then, and the refused call is made once more: one
 * visible step of the story, at most once per object.
 *
 * In: a call that makes something  Out: its answer, the second one after an EPERM
 * Kernel: kernel/bpf/syscall.c bpf_map_charge_init(), gone in 5.11
 * Next: loader/cpus.c
 */
#include <errno.h>
#include <sys/resource.h>

#include "loader/walk.h"

static bool raise(struct walk *w)
{
	const uint64_t all[2] = { ~0ULL, ~0ULL };	/* RLIM_INFINITY, soft and hard */
	uint64_t now[2];

	if (w->memlock_raised)
		return false;
	w->memlock_raised = true;
	if (sys_prlimit(&w->sys, RLIMIT_MEMLOCK, NULL, now) < 0 || now[0] == all[0])
		return false;
	if (sys_prlimit(&w->sys, RLIMIT_MEMLOCK, all, NULL) < 0) {
		/* Without CAP_SYS_RESOURCE the soft limit can still rise to the hard one. */
		const uint64_t most[2] = { now[1], now[1] };

		if (now[0] == now[1] || sys_prlimit(&w->sys, RLIMIT_MEMLOCK, most, NULL) < 0)
			return false;
	}
	observe_note(w, "EPERM: raised RLIMIT_MEMLOCK, which kernels before 5.11 charge maps and programs to");
	return true;
}

long bpf_charged(struct walk *w, enum bpf_cmd cmd, void *attr, size_t min_size)
{
	long r = sys_bpf(&w->sys, cmd, attr, min_size);

	return r == -EPERM && raise(w) ? sys_bpf(&w->sys, cmd, attr, min_size) : r;
}
