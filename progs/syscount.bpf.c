/*
 * progs/syscount.bpf.c - who makes how many system calls?
 *
 * Every system call passes the raw tracepoint sys_enter, and for each the program
 * adds one to the count of the command that made it. Nothing is sent anywhere:
 * user space reads the map when it wants to know. With bpftrace this is
 * `tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }`.
 *
 * Each CPU has its own value under every key, so no two CPUs ever write to the
 * same one, and a plain ++ is enough: between the read and the write the kernel
 * runs the program for nobody else on this CPU. They are added up when they are
 * read. When the map is full, what has no room for its name is still counted.
 *
 * That nobody else is let in has a price where a program can be preempted, as
 * those of raw tracepoints can in Linux 7.x: while one task waits in the middle
 * of it, the calls of others on that CPU are not counted. On a busy machine that
 * can be a third of them. The kernel knows how many, and `run` says it at the
 * end: "syscount: not run N times". Without that line the counts are exact.
 *
 * Run:  bpfwalk run build/progs/syscount.bpf.o        and ^C after a while
 * See:  a table of commands and their system calls
 * Next: progs/open_tracepoint.bpf.c
 */
#include "uapi/bpf/bpf.h"

struct command {
	char comm[16];	/* zeros after the name: equal names must be equal keys */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 10240);
	__type(key, struct command);
	__type(value, __u64);
} counts SEC(".maps");

__u64 uncounted;	/* system calls of commands for which the map had no room */

SEC("raw_tracepoint/sys_enter")
int syscount(void *ctx __unused)
{
	struct command key = {};	/* not all kernels pad the name: 6.1 does not */
	__u64 *count, one = 1;

	bpf_get_current_comm(key.comm, sizeof(key.comm));
	count = bpf_map_lookup_elem(&counts, &key);
	if (!count) {
		/* A new name. Another CPU may be adding it this very moment. */
		if (!bpf_map_update_elem(&counts, &key, &one, BPF_NOEXIST))
			return 0;
		count = bpf_map_lookup_elem(&counts, &key);
	}
	if (count)
		(*count)++;
	else
		__sync_fetch_and_add(&uncounted, 1);
	return 0;
}

LICENSE("GPL");
