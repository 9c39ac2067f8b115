/*
 * progs/hello_perf.bpf.c - hello world, over a channel of its own.
 *
 * There is one trace pipe for everybody. A perf event array is private: user
 * space makes one ring buffer for each CPU and puts its descriptor into the map
 * under the CPU's number, and bpf_perf_event_output() appends a record to the
 * ring in the slot it is told, here that of the CPU the program runs on.
 *
 *	map[0] = fd ----> ring of CPU 0   | record | record |       |
 *	map[1] = fd ----> ring of CPU 1   | record |                |
 *
 * The map says nothing of the number of slots: the loader makes one per CPU.
 *
 * Run:  bpfwalk run build/progs/hello_perf.bpf.o    and start something elsewhere
 * See:  a record of eight bytes for every new program, the number 42
 * Next: progs/comm_perf.bpf.c
 */
#include "uapi/bpf/bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__perf_record(__u64);
} numbers SEC(".maps");

SEC("kprobe/sys_execve")
int hello(void *ctx)
{
	__u64 number = 42;

	bpf_perf_event_output(ctx, &numbers, BPF_F_CURRENT_CPU, &number, sizeof(number));
	return 0;
}

LICENSE("GPL");
