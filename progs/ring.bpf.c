/*
 * progs/ring.bpf.c - who runs which program? Over one ring for all CPUs.
 *
 * A perf event array has a ring for each CPU, and the record is built on the stack
 * and copied. A ring buffer (5.8) is one ring for all, in order, and the program
 * writes straight into it: reserve a place, fill it, submit it. The verifier sees
 * to it that what is reserved is submitted or discarded on every path.
 *
 * The tracepoint fires after execve has worked, so the command has its new name.
 * The file's name has no fixed place in a tracepoint's record: see BPF_DATA_LOC().
 *
 * Run:  bpfwalk run build/progs/ring.bpf.o           and start something elsewhere
 * See:  time, process, user, command and file of every new program
 * Next: progs/parent.bpf.c
 */
#include "uapi/bpf/bpf.h"

struct exec_event {
	__u64 time;		/* nanoseconds since boot */
	__u32 pid;
	__u32 uid;
	char comm[16];
	char filename[128];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);	/* bytes: a power of two, whole pages */
	__ringbuf_record(struct exec_event);
} execs SEC(".maps");

__u64 missed;	/* records that found the ring full */

SEC("tracepoint/sched/sched_process_exec")
int ring(struct trace_event_raw_sched_process_exec *ctx)
{
	struct exec_event *event = bpf_ringbuf_reserve(&execs, sizeof(*event), 0);

	if (!event) {
		__sync_fetch_and_add(&missed, 1);
		return 0;
	}
	__builtin_memset(event, 0, sizeof(*event));	/* it holds an older record */
	event->time = bpf_ktime_get_ns();
	event->pid = bpf_get_current_pid_tgid() >> 32;
	event->uid = (__u32)bpf_get_current_uid_gid();
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	bpf_probe_read_kernel_str(event->filename, sizeof(event->filename),
				  BPF_DATA_LOC(ctx, filename));
	bpf_ringbuf_submit(event, 0);
	return 0;
}

LICENSE("GPL");
