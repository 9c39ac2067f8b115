/*
 * tests/objects/functions.bpf.c - a program for every hook that is a function with a type, or many functions at once.
 *
 * Like tests/objects/hits.bpf.c: a program P counts in P_hits what one process did, and nobody else. Sessions run twice, at
 * entry and at return.
 */
#include "uapi/bpf/bpf.h"

#if defined(__TARGET_ARCH_arm64)	/* what it calls itself in the names of functions behind system calls */
#define MACHINE "arm64"
#elif defined(__TARGET_ARCH_riscv)
#define MACHINE "riscv"
#else
#define MACHINE "x64"
#endif
#define SYS "__" MACHINE "_sys_"

const volatile __u32 process;		/* whose hits count */
const volatile __u64 getpgid_nr;

static __always_inline bool hit(__u64 *hits)
{
	if (bpf_get_current_pid_tgid() >> 32 != process)
		return false;
	__sync_fetch_and_add(hits, 1);
	return true;
}

#define COUNT(section, name)		\
	__u64 name##_hits;		\
	SEC("?" section)		\
	int name(void *ctx __unused)	\
	{				\
		hit(&name##_hits);	\
		return 0;		\
	}

COUNT("fentry/" SYS "getpgid", fentry)
COUNT("fexit/" SYS "getpgid", fexit)
COUNT("fsession/" SYS "getpgid", fsession)
COUNT("fentry.multi/" SYS "getpg?d", fentry_multi)
COUNT("fexit.multi/" SYS "getpgid", fexit_multi)
COUNT("fsession.multi/" SYS "getpgi*", fsession_multi)
COUNT("fentry.multi/" SYS "nobody*", fentry_multi_none)
COUNT("kprobe.multi/" SYS "getpg*d", kprobe_multi)
COUNT("kprobe.multi/" SYS "getpgid", kprobe_multi_one)
COUNT("kretprobe.multi/*_" MACHINE "_sys_getpgid", kretprobe_multi)
COUNT("kprobe.session/" SYS "getpgi?", kprobe_session)
COUNT("kprobe.multi/" SYS "getpgidd", kprobe_multi_none)
COUNT("kprobe.multi/" SYS "nobody*", kprobe_multi_nobody)
COUNT("uprobe.multi//proc/self/exe:bpfwalk_h*", uprobe_multi)
COUNT("uretprobe.multi//proc/self/exe:bpfwalk_hit", uretprobe_multi)
COUNT("uprobe.session//proc/self/exe:bpfwalk_h?t", uprobe_session)
COUNT("uprobe.multi//proc/self/exe:nobody*", uprobe_multi_none)
COUNT("lsm/task_getpgid", lsm)

COUNT("fentry/do_sys_openat22", fentry_none)
COUNT("lsm/file_opne", lsm_none)
COUNT("tp_btf/sys_entre", tp_btf_none)
COUNT("iter/taks", iter_none)
COUNT("fentry/nomodule_xyz:open", module_none)
COUNT("fentry", fentry_nowhere)
COUNT("fentry/vmlinux:" SYS "getpgid", fentry_vmlinux)

__u64 lsm_cgroup_hits;

SEC("?lsm_cgroup/socket_bind")
int lsm_cgroup(void *ctx __unused)
{
	hit(&lsm_cgroup_hits);
	return 1;
}

__u64 tp_btf_hits;

SEC("?tp_btf/sys_enter")
int tp_btf(__u64 *ctx)
{
	if (ctx[1] == getpgid_nr)
		hit(&tp_btf_hits);
	return 0;
}

__u64 fmod_ret_hits;

SEC("?fmod_ret/bpf_modify_return_test")
int fmod_ret(void *ctx __unused)
{
	return hit(&fmod_ret_hits) ? 42 : 0;
}

__u64 sk_lookup_hits;

SEC("?sk_lookup")
int sk_lookup(void *ctx __unused)
{
	__sync_fetch_and_add(&sk_lookup_hits, 1);
	return 1;
}

SEC("?flow_dissector")
int flow_dissector(void *ctx __unused)
{
	return 0;
}

/* What the kernel gives an iterator, as far as it is used here. */
struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

__u64 iter_hits;

SEC("?iter/task")
int iter(struct bpf_iter__task *ctx)
{
	if (ctx->task) {
		__sync_fetch_and_add(&iter_hits, 1);
		bpf_seq_write(ctx->meta->seq, "task\n", 5);
	} else {
		bpf_seq_write(ctx->meta->seq, "end", 3);
	}
	return 0;
}

__u64 runs;

SEC("?syscall")
int run(void *ctx __unused)
{
	return (int)__sync_add_and_fetch(&runs, 1) + 40;
}

LICENSE("GPL");
