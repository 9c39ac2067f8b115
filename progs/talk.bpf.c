/*
 * progs/talk.bpf.c - the two programs of the talk, as they were published.
 *
 * One object, two programs: hello at the entry of execve, and one at the raw
 * tracepoint that every system call passes, which sends the name of the calling
 * command to user space through a perf event array. User space counts names.
 *
 * The map is in the old spelling: five numbers in section "maps", no types. So
 * nobody can know what the 100 bytes mean, and bpfwalk shows hex and text.
 * The format string is on the stack, as it had to be before the kernel had
 * read-only data (5.2): the first instructions of hello write it there.
 *
 * Run:  bpfwalk run build/progs/talk.bpf.o
 * See:  a record for every system call, its first bytes the command's name
 * Next: progs/syscount.bpf.c
 */
#define BPF_NO_GLOBAL_DATA
#include "uapi/bpf/bpf.h"

struct bpf_map_def SEC("maps") events = {
	.type = BPF_MAP_TYPE_PERF_EVENT_ARRAY,
	.key_size = sizeof(int),
	.value_size = sizeof(__u32),
};

SEC("kprobe/sys_execve")
int hello(void *ctx __unused)
{
	bpf_printk("Hello World!");
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int sys_enter(void *ctx)
{
	char data[100] = {};

	bpf_get_current_comm(data, sizeof(data));
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, data, sizeof(data));
	return 0;
}

LICENSE("GPL");
