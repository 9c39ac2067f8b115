/*
 * progs/profile.bpf.c - who is using the CPU?
 *
 * The program runs on a clock: user space opens a perf event on each CPU that
 * fires some hundred times a second, and whoever is interrupted is counted. A
 * command with half of the samples had half of the time.
 *
 * The clock may strike anywhere, inside the kernel's memory allocator too. So the
 * map must have all its elements in advance, as hash maps do unless told otherwise
 * (BPF_F_NO_PREALLOC here would be refused by the verifier).
 *
 * Two threads of a process can be counted on two CPUs at once: __sync_fetch_and_add
 * is one atomic instruction.
 *
 * Run:  bpfwalk run build/progs/profile.bpf.o        and ^C after a while
 * See:  a table of processes and their samples
 * Next: progs/ring.bpf.c
 */
#include "uapi/bpf/bpf.h"

struct process {
	__u32 pid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, struct process);
	__type(value, __u64);
} samples SEC(".maps");

__u64 idle;	/* samples that found nobody */
__u64 lost;	/* samples for which the map had no room */

SEC("perf_event")
int profile(struct bpf_perf_event_data *ctx __unused)
{
	struct process key = { .pid = bpf_get_current_pid_tgid() >> 32 };
	__u64 *count, zero = 0;

	if (!key.pid) {
		__sync_fetch_and_add(&idle, 1);
		return 0;
	}
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	bpf_map_update_elem(&samples, &key, &zero, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&samples, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		__sync_fetch_and_add(&lost, 1);
	return 0;
}

LICENSE("GPL");
