/*
 * tests/objects/arguments.bpf.c - the macros that fetch arguments from registers.
 *
 * A test calls prctl(0x42, 1, 2, 3, 4): `seen` is then what each hook was given.
 */
#include "uapi/bpf/bpf.h"

#define CODE 0x42

__u64 seen_ksyscall[5], seen_kret, seen_raw[2];

SEC("ksyscall/prctl")
int BPF_KSYSCALL(ksyscall, int option, unsigned long a, unsigned long b, unsigned long c,
		 unsigned long d)
{
	if (option != CODE)
		return 0;
	seen_ksyscall[0] = (__u64)option;
	seen_ksyscall[1] = a;
	seen_ksyscall[2] = b;
	seen_ksyscall[3] = c;
	seen_ksyscall[4] = d;
	return 0;
}

SEC("kretsyscall/prctl")
int BPF_KRETPROBE(kretsyscall, long result)
{
	if (result == -22)	/* -EINVAL: there is no such option */
		seen_kret = (__u64)result;
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int BPF_PROG(raw, struct pt_regs *regs, long id)
{
	if (PT_REGS_PARM1_CORE_SYSCALL(regs) != CODE)
		return 0;
	seen_raw[0] = (__u64)id;
	seen_raw[1] = PT_REGS_PARM4_CORE_SYSCALL(regs);
	return 0;
}

LICENSE("GPL");
