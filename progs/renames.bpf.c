/*
 * progs/renames.bpf.c - who calls itself something else? A tracepoint whose arguments have types.
 *
 * A raw tracepoint gets numbers. The same tracepoint as tp_btf gets what the kernel
 * passed, with its types: here the task and its new name. So the verifier knows that
 * `task` is a struct task_struct, and lets the program read from it as C does,
 * without a helper; a mistyped member would be refused before it runs.
 *
 * The name itself is only a char *, which has no length: that still takes a helper.
 *
 * Run:  bpfwalk run build/progs/renames.bpf.o        and start something elsewhere
 * See:  process, old and new name: a shell's child becomes what it executes
 * Next: progs/vfs.bpf.c
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct task_struct {
	int tgid;
	char comm[16];
} __core;

struct rename {
	int pid;
	char from[16], to[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
	__ringbuf_record(struct rename);
} renames SEC(".maps");

SEC("tp_btf/task_rename")
int BPF_PROG(rename, struct task_struct *task, const char *name)
{
	struct rename *r = bpf_ringbuf_reserve(&renames, sizeof(*r), 0);

	if (!r)
		return 0;
	__builtin_memset(r, 0, sizeof(*r));
	r->pid = task->tgid;
	bpf_probe_read_kernel_str(r->from, sizeof(r->from), task->comm);
	bpf_probe_read_kernel_str(r->to, sizeof(r->to), name);
	bpf_ringbuf_submit(r, 0);
	return 0;
}

LICENSE("GPL");
