/*
 * progs/vfs.bpf.c - which of the many? One program at all functions whose names begin with vfs_.
 *
 * kprobe.multi (5.18) attaches a program to every function that fits a pattern, with
 * one call: fifty kprobes would be fifty perf events. Which of them has been entered
 * the program asks with bpf_get_func_ip(); here it is counted for one command only,
 * whose name is set before the program is loaded.
 *
 * Run:  bpfwalk run build/progs/vfs.bpf.o --set 'who="cat"'    and run cat elsewhere
 * See:  the addresses of the functions, and how often each; grep /proc/kallsyms
 * Next: progs/no_open.bpf.c
 */
#include "uapi/bpf/bpf.h"

const volatile char who[16] = "cat";

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);	/* the function's address */
	__type(value, __u64);
} functions SEC(".maps");

__u64 all;

SEC("kprobe.multi/vfs_*")
int vfs(struct pt_regs *ctx)
{
	__u64 function = bpf_get_func_ip(ctx), one = 1, *count;
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	for (int i = 0; i < 16 && (comm[i] || who[i]); i++)
		if (comm[i] != who[i])
			return 0;
	__sync_fetch_and_add(&all, 1);
	count = bpf_map_lookup_elem(&functions, &function);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&functions, &function, &one, BPF_ANY);
	return 0;
}

LICENSE("GPL");
