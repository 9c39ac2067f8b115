/*
 * uapi/bpf/regs.h - the registers at the moment a probe fired.
 *
 * The context of a kprobe or uprobe is the CPU's registers, and the arguments of
 * the probed function are in the registers its calling convention says. So this
 * one thing differs between machines, and the compiler has to be told which one
 * the object is for: -D__TARGET_ARCH_x86, _arm64 or _riscv.
 *
 * A system call's arguments are one step further away. Since 4.17 the function
 * behind it (__x64_sys_openat) has one argument: a pointer to the registers that
 * user space came in with.
 *
 *	ctx ----> di ----> struct pt_regs of user space ----> di si dx r10 r8 r9
 *	PARM1(ctx)         PT_REGS_SYSCALL_REGS(ctx)          PARMn_SYSCALL(regs)
 *
 * The first struct is the program's own context. The second is plain kernel
 * memory and has to be read by a helper; the macros named _CORE do that.
 *
 * In:     uapi/bpf/helpers.h
 * Out:    struct pt_regs, PT_REGS_PARM1() ... PT_REGS_RC()
 * Kernel: arch/ARCH/include/asm/ptrace.h, struct pt_regs
 * Next:   uapi/bpf/args.h
 */
#ifndef UAPI_BPF_REGS_H
#define UAPI_BPF_REGS_H

#include "uapi/bpf/helpers.h"

#if defined(__TARGET_ARCH_x86)

struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx;
	unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax, ip, cs, flags, sp, ss;
};
typedef struct pt_regs bpf_user_pt_regs_t;

#define PT_REGS_PARM1(x) ((x)->di)
#define PT_REGS_PARM2(x) ((x)->si)
#define PT_REGS_PARM3(x) ((x)->dx)
#define PT_REGS_PARM4(x) ((x)->cx)
#define PT_REGS_PARM5(x) ((x)->r8)
#define PT_REGS_PARM6(x) ((x)->r9)
#define PT_REGS_RC(x)    ((x)->ax)
#define PT_REGS_FP(x)    ((x)->bp)
#define PT_REGS_SP(x)    ((x)->sp)
#define PT_REGS_IP(x)    ((x)->ip)
#define PT_REGS_RET(x)   ((x)->sp)	/* the address to return to is up there */
#define PT_REGS_PARM1_SYSCALL(x) PT_REGS_PARM1(x)
#define PT_REGS_PARM4_SYSCALL(x) ((x)->r10)	/* `syscall` overwrites cx */

#elif defined(__TARGET_ARCH_arm64)

struct user_pt_regs {
	__u64 regs[31], sp, pc, pstate;
};
typedef struct user_pt_regs bpf_user_pt_regs_t;

struct pt_regs {
	__u64 regs[31], sp, pc, pstate;
	__u64 orig_x0;
};

#define PT_REGS_PARM1(x) ((x)->regs[0])
#define PT_REGS_PARM2(x) ((x)->regs[1])
#define PT_REGS_PARM3(x) ((x)->regs[2])
#define PT_REGS_PARM4(x) ((x)->regs[3])
#define PT_REGS_PARM5(x) ((x)->regs[4])
#define PT_REGS_PARM6(x) ((x)->regs[5])
#define PT_REGS_RC(x)    ((x)->regs[0])
#define PT_REGS_FP(x)    ((x)->regs[29])
#define PT_REGS_SP(x)    ((x)->sp)
#define PT_REGS_IP(x)    ((x)->pc)
#define PT_REGS_RET(x)   ((x)->regs[30])
#define PT_REGS_PARM1_SYSCALL(x) ((x)->orig_x0)	/* x0 holds the result by now */
#define PT_REGS_PARM4_SYSCALL(x) PT_REGS_PARM4(x)

#elif defined(__TARGET_ARCH_riscv)

struct user_regs_struct {
	unsigned long pc, ra, sp, gp, tp, t0, t1, t2, s0, s1;
	unsigned long a0, a1, a2, a3, a4, a5, a6, a7;
	unsigned long s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6;
};
typedef struct user_regs_struct bpf_user_pt_regs_t;

struct pt_regs {
	unsigned long epc, ra, sp, gp, tp, t0, t1, t2, s0, s1;
	unsigned long a0, a1, a2, a3, a4, a5, a6, a7;
	unsigned long s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6;
	unsigned long status, badaddr, cause, orig_a0;
};

#define PT_REGS_PARM1(x) ((x)->a0)
#define PT_REGS_PARM2(x) ((x)->a1)
#define PT_REGS_PARM3(x) ((x)->a2)
#define PT_REGS_PARM4(x) ((x)->a3)
#define PT_REGS_PARM5(x) ((x)->a4)
#define PT_REGS_PARM6(x) ((x)->a5)
#define PT_REGS_RC(x)    ((x)->a0)
#define PT_REGS_FP(x)    ((x)->s0)
#define PT_REGS_SP(x)    ((x)->sp)
#define PT_REGS_IP(x)    ((x)->epc)
#define PT_REGS_RET(x)   ((x)->ra)
#define PT_REGS_PARM1_SYSCALL(x) ((x)->orig_a0)
#define PT_REGS_PARM4_SYSCALL(x) PT_REGS_PARM4(x)

#else
#error "say what machine the probes are for: -D__TARGET_ARCH_x86, _arm64 or _riscv"
#endif

#define PT_REGS_PARM2_SYSCALL(x) PT_REGS_PARM2(x)
#define PT_REGS_PARM3_SYSCALL(x) PT_REGS_PARM3(x)
#define PT_REGS_PARM5_SYSCALL(x) PT_REGS_PARM5(x)
#define PT_REGS_PARM6_SYSCALL(x) PT_REGS_PARM6(x)

/*
 * The registers user space came in with. riscv has them one step away only since
 * 6.6: define BPF_NO_SYSCALL_WRAPPER for a kernel where they are the context.
 */
#ifdef BPF_NO_SYSCALL_WRAPPER
#define PT_REGS_SYSCALL_REGS(ctx) (ctx)
#else
#define PT_REGS_SYSCALL_REGS(ctx) ((struct pt_regs *)PT_REGS_PARM1(ctx))
#endif

/* The value at a place in kernel memory, 0 if it cannot be read. */
#define BPF_PEEK(place)								\
({										\
	__typeof__(place) bpf_value = 0;					\
	bpf_probe_read_kernel(&bpf_value, sizeof(bpf_value), &(place));		\
	bpf_value;								\
})

#define PT_REGS_PARM1_CORE_SYSCALL(x) BPF_PEEK(PT_REGS_PARM1_SYSCALL(x))
#define PT_REGS_PARM2_CORE_SYSCALL(x) BPF_PEEK(PT_REGS_PARM2_SYSCALL(x))
#define PT_REGS_PARM3_CORE_SYSCALL(x) BPF_PEEK(PT_REGS_PARM3_SYSCALL(x))
#define PT_REGS_PARM4_CORE_SYSCALL(x) BPF_PEEK(PT_REGS_PARM4_SYSCALL(x))
#define PT_REGS_PARM5_CORE_SYSCALL(x) BPF_PEEK(PT_REGS_PARM5_SYSCALL(x))
#define PT_REGS_PARM6_CORE_SYSCALL(x) BPF_PEEK(PT_REGS_PARM6_SYSCALL(x))

#endif
