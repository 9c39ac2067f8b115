/*
 * tests/objects/extern_ksyms.bpf.c - variables of the kernel with their types: one for each CPU, and one that is missing.
 */
#include "uapi/bpf/bpf.h"

struct rq {
	unsigned cpu;
} __attribute__((preserve_access_index));

extern const struct rq runqueues __ksym;
extern const int no_such_variable __ksym __weak;

__u64 ran, has_missing;

SEC("raw_tracepoint/sys_enter")
int ksyms(void *ctx __unused)
{
	const struct rq *rq = bpf_per_cpu_ptr(&runqueues, 0);

	if (&no_such_variable)
		has_missing = 1;
	if (rq && rq->cpu == 0)
		__sync_fetch_and_add(&ran, 1);
	return 0;
}

LICENSE("GPL");
