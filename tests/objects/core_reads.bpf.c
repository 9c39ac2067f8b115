/*
 * tests/objects/core_reads.bpf.c - is what CO-RE reads what the kernel itself says?
 *
 * For tests/kernel_core.sh: at each system call of a command, its process number and name are read from its task_struct
 * and compared with what helpers return. Kernels before 5.14 have `state`, later ones `__state`; each has one of them,
 * and the branch of the other is dead.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct task_struct {
	int tgid;
	char comm[16];
	struct task_struct *group_leader;
} __core;

struct task_struct___old { long state; } __core;
struct task_struct___new { unsigned int __state; } __core;
struct task_struct___never { int no_kernel_has_this; } __core;
struct no_kernel_has_this { int x; } __core;

enum pid_type { PIDTYPE_PID, PIDTYPE_NEVER = 77 };

const volatile char name[16];

__u64 right, wrong, states, running, dead, size;

static __noinline int tgid_of(struct task_struct *task)
{
	int tgid = 0;

	bpf_probe_read_kernel(&tgid, sizeof(tgid), &task->tgid);
	return tgid;
}

static __always_inline int is_named(struct task_struct *task)
{
	char comm[16] = "";

	bpf_probe_read_kernel(comm, sizeof(comm), &task->comm);
	for (int i = 0; i < 16; i++) {
		if (comm[i] != name[i])
			return 0;
		if (!comm[i])
			return 1;
	}
	return 1;
}

static __always_inline void state(struct task_struct *task)
{
	struct task_struct___old *old = (void *)task;
	struct task_struct___new *new = (void *)task;
	struct task_struct___never *never = (void *)task;
	unsigned int is = 99;

	if (bpf_core_field_exists(old->state)) {
		states++;
		bpf_probe_read_kernel(&is, sizeof(is), &old->state);
	}
	if (bpf_core_field_exists(new->__state)) {
		states++;
		bpf_probe_read_kernel(&is, sizeof(is), &new->__state);
	}
	if (bpf_core_field_exists(never->no_kernel_has_this) || bpf_core_type_exists(struct no_kernel_has_this) ||
	    bpf_core_enum_value_exists(enum pid_type, PIDTYPE_NEVER)) {
		dead++;
		bpf_probe_read_kernel(&is, sizeof(is), &never->no_kernel_has_this);
	}
	running += is == 0;
}

SEC("tracepoint/raw_syscalls/sys_enter")
int reads(void *ctx __unused)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task(), *leader = NULL;

	if (!is_named(task))
		return 0;
	bpf_probe_read_kernel(&leader, sizeof(leader), &task->group_leader);
	if ((__u64)tgid_of(task) == bpf_get_current_pid_tgid() >> 32 && leader == task)
		right++;
	else
		wrong++;
	size = bpf_core_type_size(struct task_struct);
	state(task);
	return 0;
}

LICENSE("GPL");
