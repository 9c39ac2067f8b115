/*
 * progs/open_tracepoint.bpf.c - who opens which file?
 *
 * A tracepoint is a place the kernel's authors marked for others to look at. Its
 * fields are listed in tracefs, and the program gets them as a struct:
 *
 *	/sys/kernel/tracing/events/syscalls/sys_enter_openat/format
 *	    offset 8   int __syscall_nr          ctx->nr
 *	    offset 16  int dfd                   ctx->args[0]
 *	    offset 24  const char *filename      ctx->args[1]
 *
 * The name is not in there, only its address in the caller's memory. A helper
 * copies it, as long as that page is present: a program may not wait for a disk.
 * A name that was never touched before can therefore come out empty.
 *
 * Run:  bpfwalk run build/progs/open_tracepoint.bpf.o
 * See:  process, command and file name of every openat
 * Next: progs/uprobe.bpf.c
 */
#include "uapi/bpf/bpf.h"

struct open_event {
	__u32 pid;
	char comm[16];
	char filename[128];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__perf_record(struct open_event);
} opens SEC(".maps");

SEC("tracepoint/syscalls/sys_enter_openat")
int open_tracepoint(struct syscall_trace_enter *ctx)
{
	struct open_event event = {};

	event.pid = bpf_get_current_pid_tgid() >> 32;	/* the thread is in the lower half */
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	bpf_probe_read_user_str(event.filename, sizeof(event.filename), (void *)ctx->args[1]);
	bpf_perf_event_output(ctx, &opens, BPF_F_CURRENT_CPU, &event, sizeof(event));
	return 0;
}

LICENSE("GPL");
