/*
 * progs/uprobe.bpf.c - who looks up which host, and how long does it take?
 *
 * A uprobe is a breakpoint in a function of user space, for every process that
 * maps the file. The section says which file and which symbol; a name without a
 * slash is looked for where libraries are. The host is known at the entry and the
 * result at the return: two programs, and a map remembers what a thread is doing.
 *
 * Run:  bpfwalk run build/progs/uprobe.bpf.o     elsewhere: getent ahosts localhost
 * See:  process, command, host, result (0: found) and microseconds
 * Next: progs/throw.bpf.c
 */
#include "uapi/bpf/bpf.h"

struct lookup_event {
	__u32 pid;
	int result;
	__u64 microseconds;
	char comm[16];
	char host[80];
};

struct pending {
	const char *host;	/* in the caller's memory */
	__u64 since;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__perf_record(struct lookup_event);
} lookups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct pending);
} pending SEC(".maps");

SEC("uprobe/libc.so.6:getaddrinfo")
int BPF_UPROBE(lookup_begins, const char *host)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pending p = { .host = host, .since = bpf_ktime_get_ns() };

	bpf_map_update_elem(&pending, &thread, &p, BPF_ANY);
	return 0;
}

SEC("uretprobe/libc.so.6:getaddrinfo")
int BPF_URETPROBE(lookup_ends, int result)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pending *p = bpf_map_lookup_elem(&pending, &thread);
	struct lookup_event event = { .pid = thread >> 32, .result = result };

	if (!p)
		return 0;	/* it began before we were here */
	event.microseconds = (bpf_ktime_get_ns() - p->since) / 1000;
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	bpf_probe_read_user_str(event.host, sizeof(event.host), p->host);
	bpf_map_delete_elem(&pending, &thread);
	bpf_perf_event_output(ctx, &lookups, BPF_F_CURRENT_CPU, &event, sizeof(event));
	return 0;
}

LICENSE("GPL");
