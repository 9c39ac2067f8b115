/*
 * uapi/bpf/tracing.h - what a program is called with, hook by hook.
 *
 * Every program has one argument, a pointer to its context, and what it points
 * to depends on the hook and on nothing else:
 *
 *	kprobe, uprobe    struct pt_regs, the CPU's registers   uapi/bpf/regs.h
 *	tracepoint        the record that tracefs calls `format`: an 8-byte
 *	                  header, then the fields, each event its own
 *	raw_tracepoint    an array of __u64: the arguments of the kernel's trace
 *	                  call, unprocessed (sys_enter: registers, number)
 *	perf_event        struct bpf_perf_event_data
 *
 * The layout of a tracepoint is in /sys/kernel/tracing/events/X/Y/format. Those
 * below are the ones progs/ uses. The verifier checks that nothing is read beyond
 * the end, but for a tracepoint it does so when the program is attached.
 *
 * BPF_KPROBE() and its relatives are for comfort. They define two functions: the
 * one the kernel calls, with the context, and inside it one with the arguments
 * you wrote, taken from the registers. They are named as in libbpf.
 *
 * In:     uapi/bpf/regs.h uapi/bpf/args.h
 * Out:    contexts, BPF_PROG() BPF_KPROBE() BPF_KRETPROBE() BPF_KSYSCALL()
 * Kernel: kernel/trace/bpf_trace.c, the *_is_valid_access() functions
 * Try:    cat /sys/kernel/tracing/events/raw_syscalls/sys_enter/format
 * Next:   uapi/bpf/usdt.h
 */
#ifndef UAPI_BPF_TRACING_H
#define UAPI_BPF_TRACING_H

#include "uapi/bpf/args.h"
#include "uapi/bpf/regs.h"

struct bpf_raw_tracepoint_args {
	__u64 args[0];
};

struct bpf_perf_event_data {
	bpf_user_pt_regs_t regs;
	__u64 sample_period;
	__u64 addr;
};

struct bpf_perf_event_value {
	__u64 counter;
	__u64 enabled;
	__u64 running;
};

struct trace_entry {
	unsigned short type;
	unsigned char flags;
	unsigned char preempt_count;
	int pid;
};

/* tracepoint/raw_syscalls/sys_enter and sys_exit: every system call */
struct trace_event_raw_sys_enter {
	struct trace_entry ent;
	long id;
	unsigned long args[6];
};

struct trace_event_raw_sys_exit {
	struct trace_entry ent;
	long id;
	long ret;
};

/* tracepoint/syscalls/sys_enter_NAME and sys_exit_NAME: one system call each */
struct syscall_trace_enter {
	struct trace_entry ent;
	int nr;
	unsigned long args[];
};

struct syscall_trace_exit {
	struct trace_entry ent;
	int nr;
	long ret;
};

/*
 * tracepoint/sched/sched_process_exec. The file name has no fixed length and so
 * no fixed place: the low half of __data_loc is its offset from the context.
 */
struct trace_event_raw_sched_process_exec {
	struct trace_entry ent;
	__u32 __data_loc_filename;
	int pid;
	int old_pid;
};

/* Where the string is that a __data_loc member stands for. */
#define BPF_DATA_LOC(ctx, member) \
	((const char *)(ctx) + ((ctx)->__data_loc_##member & 0xffff))

/*
 * int BPF_PROG(f, struct pt_regs *regs, long id): a raw tracepoint, or any other
 * context that is an array of __u64. Arguments cast from there to what you wrote.
 */
#define BPF_CTX0
#define BPF_CTX1 , (void *)ctx[0]
#define BPF_CTX2 BPF_CTX1, (void *)ctx[1]
#define BPF_CTX3 BPF_CTX2, (void *)ctx[2]
#define BPF_CTX4 BPF_CTX3, (void *)ctx[3]
#define BPF_CTX5 BPF_CTX4, (void *)ctx[4]
#define BPF_CTX6 BPF_CTX5, (void *)ctx[5]
#define BPF_CTX7 BPF_CTX6, (void *)ctx[6]
#define BPF_CTX8 BPF_CTX7, (void *)ctx[7]

#define BPF_PARM0
#define BPF_PARM1 , (void *)PT_REGS_PARM1(ctx)
#define BPF_PARM2 BPF_PARM1, (void *)PT_REGS_PARM2(ctx)
#define BPF_PARM3 BPF_PARM2, (void *)PT_REGS_PARM3(ctx)
#define BPF_PARM4 BPF_PARM3, (void *)PT_REGS_PARM4(ctx)
#define BPF_PARM5 BPF_PARM4, (void *)PT_REGS_PARM5(ctx)
#define BPF_PARM6 BPF_PARM5, (void *)PT_REGS_PARM6(ctx)

#define BPF_RC0
#define BPF_RC1 , (void *)PT_REGS_RC(ctx)

#define BPF_SYS0
#define BPF_SYS1 , (void *)PT_REGS_PARM1_CORE_SYSCALL(PT_REGS_SYSCALL_REGS(ctx))
#define BPF_SYS2 BPF_SYS1, (void *)PT_REGS_PARM2_CORE_SYSCALL(PT_REGS_SYSCALL_REGS(ctx))
#define BPF_SYS3 BPF_SYS2, (void *)PT_REGS_PARM3_CORE_SYSCALL(PT_REGS_SYSCALL_REGS(ctx))
#define BPF_SYS4 BPF_SYS3, (void *)PT_REGS_PARM4_CORE_SYSCALL(PT_REGS_SYSCALL_REGS(ctx))
#define BPF_SYS5 BPF_SYS4, (void *)PT_REGS_PARM5_CORE_SYSCALL(PT_REGS_SYSCALL_REGS(ctx))
#define BPF_SYS6 BPF_SYS5, (void *)PT_REGS_PARM6_CORE_SYSCALL(PT_REGS_SYSCALL_REGS(ctx))

/*
 * The pair of functions. A register becomes whatever type the argument has: that
 * is the one place where a pointer may turn into an int without a warning.
 */
#define BPF_TWO_FUNCTIONS(name, ctx_type, from, ...)					\
	name(ctx_type *ctx);								\
	static __always_inline __typeof__(name(0))					\
	____##name(ctx_type *ctx __unused, ##__VA_ARGS__);				\
	__typeof__(name(0)) name(ctx_type *ctx)						\
	{										\
		_Pragma("GCC diagnostic push")						\
		_Pragma("GCC diagnostic ignored \"-Wint-conversion\"")			\
		return ____##name(ctx BPF_CAT(from, BPF_COUNT(__VA_ARGS__)));		\
		_Pragma("GCC diagnostic pop")						\
	}										\
	static __always_inline __typeof__(name(0))					\
	____##name(ctx_type *ctx __unused, ##__VA_ARGS__)

#define BPF_PROG(name, ...) \
	BPF_TWO_FUNCTIONS(name, unsigned long long, BPF_CTX, ##__VA_ARGS__)

/* int BPF_KPROBE(f, struct file *file, int flags): the function's arguments. */
#define BPF_KPROBE(name, ...) \
	BPF_TWO_FUNCTIONS(name, struct pt_regs, BPF_PARM, ##__VA_ARGS__)
#define BPF_UPROBE(name, ...) BPF_KPROBE(name, ##__VA_ARGS__)

/* int BPF_KRETPROBE(f, long ret): the function's result, or nothing. */
#define BPF_KRETPROBE(name, ...) \
	BPF_TWO_FUNCTIONS(name, struct pt_regs, BPF_RC, ##__VA_ARGS__)
#define BPF_URETPROBE(name, ...) BPF_KRETPROBE(name, ##__VA_ARGS__)

/* int BPF_KSYSCALL(f, int dirfd, const char *path): a system call's arguments. */
#define BPF_KSYSCALL(name, ...) \
	BPF_TWO_FUNCTIONS(name, struct pt_regs, BPF_SYS, ##__VA_ARGS__)

#endif
