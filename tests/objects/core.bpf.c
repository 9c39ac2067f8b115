/*
 * tests/objects/core.bpf.c - needs CO-RE: the offset of tgid is up to the kernel.
 */
#include "uapi/bpf/bpf.h"

struct task_struct {
	int tgid;
} __attribute__((preserve_access_index));

__u64 tgid;

SEC("raw_tracepoint/sys_enter")
int core(void *ctx __unused)
{
	struct task_struct *task = bpf_get_current_task_btf();

	tgid = (__u64)task->tgid;
	return 0;
}

LICENSE("GPL");
