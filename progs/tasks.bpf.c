/*
 * progs/tasks.bpf.c - ps, written in the kernel. Nothing happens; somebody reads a list.
 *
 * An iterator walks through the kernel's own list of processes and hands each to the
 * program, which writes text about it: whoever reads the file that the iterator is
 * gets that text. No /proc, no parsing; and the program chooses what is worth a line.
 * At the end it is called once more, without a task.
 *
 * bpf_seq_printf() wants its numbers in an array; the verifier reads the format.
 *
 * Run:  bpfwalk run build/progs/tasks.bpf.o
 * See:  thread, process and command of every thread, then how many there are
 * Next: progs/device.bpf.c
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct seq_file;

struct task_struct {
	int pid, tgid;
	char comm[16];
} __core;

struct bpf_iter_meta {
	struct seq_file *seq;	/* where the text goes */
	__u64 session_id, seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

__u64 threads;

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	static const char line[] = "%6d %6d %s\n", last[] = "%6d threads\n";
	struct task_struct *task = ctx->task;
	__u64 values[3];

	if (!task) {
		values[0] = threads;
		bpf_seq_printf(ctx->meta->seq, last, sizeof(last), values, 8);
		return 0;
	}
	threads++;
	values[0] = (__u32)task->pid;
	values[1] = (__u32)task->tgid;
	values[2] = (__u64)task->comm;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), values, sizeof(values));
	return 0;
}

LICENSE("GPL");
