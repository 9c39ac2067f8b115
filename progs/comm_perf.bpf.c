/*
 * progs/comm_perf.bpf.c - who starts programs? Records of a type of their own.
 *
 * The record is a C struct, built on the program's stack and copied to the ring.
 * Its type is in the object's BTF, so user space needs no copy of this file to
 * take the record apart. At the entry of execve the name is still the old one,
 * that of the command which is about to become another.
 *
 * Run:  bpfwalk run build/progs/comm_perf.bpf.o     and start something elsewhere
 * See:  a record for every new program: the user's number, the command's name
 * Next: progs/talk.bpf.c
 */
#include "uapi/bpf/bpf.h"

struct comm_event {
	__u64 uid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__perf_record(struct comm_event);
} events SEC(".maps");

SEC("kprobe/sys_execve")
int comm_perf(void *ctx)
{
	struct comm_event event = {};

	event.uid = (__u32)bpf_get_current_uid_gid();	/* the group is in the upper half */
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
	return 0;
}

LICENSE("GPL");
