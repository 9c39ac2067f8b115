/*
 * tests/objects/ksym.bpf.c - needs a kernel variable and a kernel function.
 */
#include "uapi/bpf/bpf.h"

/* Only named is not enough: a kfunc's types are compared, and a FWD is no STRUCT. */
struct task_struct {
	int pid;
};

extern const int bpf_prog_active __ksym;
extern struct task_struct *bpf_task_from_pid(__s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;

__u64 seen;

SEC("syscall")
int ksym(void *ctx __unused)
{
	struct task_struct *task = bpf_task_from_pid(1);
	const int *active = bpf_per_cpu_ptr(&bpf_prog_active, 0);

	if (active)
		seen = (__u64)*active;
	if (task)
		bpf_task_release(task);
	return 0;
}

LICENSE("GPL");
