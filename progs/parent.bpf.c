/*
 * progs/parent.bpf.c - who starts which program? Read from structures of the kernel, wherever it has them (CO-RE).
 *
 * No helper tells who the parent of a process is, but the kernel's own task_struct
 * does. Where in it real_parent and comm are depends on the kernel, so what is
 * declared here is only what they are called; everything between is left out. The
 * compiler notes which instructions depend on it (__core), and the loader puts in
 * the offsets of the kernel it meets.
 *
 * The parent is somebody else's memory: bpf_probe_read_kernel() reads it, or fails.
 *
 * Run:  bpfwalk run build/progs/parent.bpf.o         and start something elsewhere
 *       bpfwalk explain build/progs/parent.bpf.o     to see what was put in
 * See:  the commands that started others, and how often
 * Next: progs/open_time.bpf.c
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct task_struct {
	struct task_struct *real_parent;
	char comm[16];
} __core;

struct family {
	char parent[16];
	char child[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct family);
	__type(value, __u64);
} starts SEC(".maps");

SEC("raw_tracepoint/sched_process_exec")
int parent(void *ctx __unused)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task(), *by = NULL;
	struct family key = { .parent = "", .child = "" };
	__u64 one = 1, *count;

	bpf_probe_read_kernel(&by, sizeof(by), &task->real_parent);
	bpf_probe_read_kernel(key.parent, sizeof(key.parent), &by->comm);
	bpf_probe_read_kernel(key.child, sizeof(key.child), &task->comm);
	count = bpf_map_lookup_elem(&starts, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&starts, &key, &one, BPF_ANY);
	return 0;
}

LICENSE("GPL");
