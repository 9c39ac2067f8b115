/*
 * progs/minimal.bpf.c - the least a program can be.
 *
 * No map, no helper, no license, and compiled without BTF: two instructions. It
 * does nothing each time a process exits, and so shows what a loader cannot do
 * without: four system calls, BPF_PROG_LOAD, perf_event_open and two ioctls.
 *
 * Run:  strace -e bpf,perf_event_open,ioctl bpfwalk run --for 1 build/progs/minimal.bpf.o
 * See:  exactly those four
 * Next: progs/hello.bpf.c
 */
#include "uapi/bpf/types.h"

SEC("tracepoint/sched/sched_process_exit")
int minimal(void *ctx __unused)
{
	return 0;
}
