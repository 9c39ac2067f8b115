/* Iterators over a part of a list: the elements of a map, the threads of a process, a cgroup and those below it. */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/core.h"

struct bpf_map;
struct cgroup;

struct task_struct {
	int pid, tgid;
} __core;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id, seq_num;
};

struct bpf_iter__bpf_map_elem {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
	void *key, *value;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__cgroup {
	struct bpf_iter_meta *meta;
	struct cgroup *cgroup;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u32);
} narrow SEC(".maps");

SEC("?iter/bpf_map_elem")
int elements(struct bpf_iter__bpf_map_elem *ctx)
{
	static const char line[] = "%u %u\n";
	__u32 *key = ctx->key;
	__u64 *value = ctx->value, values[2];

	if (!key || !value)
		return 0;
	values[0] = *key;
	values[1] = *value;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), values, sizeof(values));
	return 0;
}

SEC("?iter/task")
int threads(struct bpf_iter__task *ctx)
{
	static const char line[] = "%d\n";
	struct task_struct *task = ctx->task;
	__u64 value;

	if (!task)
		return 0;
	value = (__u32)task->pid;
	bpf_seq_printf(ctx->meta->seq, line, sizeof(line), &value, sizeof(value));
	return 0;
}

SEC("?iter/cgroup")
int groups(struct bpf_iter__cgroup *ctx)
{
	if (ctx->cgroup)
		bpf_seq_write(ctx->meta->seq, "cgroup\n", 7);
	return 0;
}

LICENSE("GPL");
