/*
 * tests/objects/core_absent.bpf.c - reads a member that no kernel has, where it is reached. The verifier refuses it.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct task_struct { int no_kernel_has_this; } __core;

__u64 sum;

SEC("raw_tracepoint/sys_enter")
int absent(void *ctx __unused)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	int value = 0;

	bpf_probe_read_kernel(&value, sizeof(value), &task->no_kernel_has_this);
	sum += (__u64)value;
	return 0;
}

LICENSE("GPL");
