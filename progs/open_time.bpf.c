/*
 * progs/open_time.bpf.c - how long does it take to open a file? At a function's entry and at its return.
 *
 * A kprobe gets registers. An fentry program gets the function's arguments, and an
 * fexit program the result behind them: the kernel knows their types, and calls
 * the program from a trampoline, without a breakpoint. (do_sys_openat2 has three
 * arguments, so the result is ctx[3]: a descriptor, or a negative errno. It is
 * an int on some kernels, of which the upper half says nothing.)
 *
 * The two programs meet in a map, by the thread: one may open while another does.
 *
 * Run:  bpfwalk run build/progs/open_time.bpf.o      and ^C after a while
 * See:  for each command how often, how often in vain, and how many nanoseconds
 * Next: progs/renames.bpf.c
 */
#include "uapi/bpf/bpf.h"

struct command {
	char name[16];
};

struct opens {
	__u64 opened, failed, nanoseconds;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, __u64);	/* process and thread */
	__type(value, __u64);	/* when it began */
} starts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, struct command);
	__type(value, struct opens);
} commands SEC(".maps");

SEC("fentry/do_sys_openat2")
int open_begins(void *ctx __unused)
{
	__u64 thread = bpf_get_current_pid_tgid(), now = bpf_ktime_get_ns();

	bpf_map_update_elem(&starts, &thread, &now, BPF_ANY);
	return 0;
}

SEC("fexit/do_sys_openat2")
int open_ends(__u64 *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid(), *start = bpf_map_lookup_elem(&starts, &thread);
	struct opens *opens, none = { 0, 0, 0 };
	struct command key;

	if (!start)
		return 0;	/* it began before we were attached */
	bpf_get_current_comm(key.name, sizeof(key.name));
	bpf_map_update_elem(&commands, &key, &none, BPF_NOEXIST);
	opens = bpf_map_lookup_elem(&commands, &key);
	if (!opens)
		return 0;
	__sync_fetch_and_add((int)ctx[3] >= 0 ? &opens->opened : &opens->failed, 1);
	__sync_fetch_and_add(&opens->nanoseconds, bpf_ktime_get_ns() - *start);
	bpf_map_delete_elem(&starts, &thread);
	return 0;
}

LICENSE("GPL");
