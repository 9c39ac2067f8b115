/*
 * uapi/bpf/helpers.h - helper functions: how a program asks the kernel.
 *
 * There is no library to link with and nothing to resolve. A helper is a
 * number, and calling it is one instruction, `call 14` (85 00 00 00 0e 00 00 00).
 * C has no spelling for that, so the compiler is shown a function pointer whose
 * constant value is the number:
 *
 *	static __u64 (*const bpf_get_current_pid_tgid)(void) = (...) 14;
 *
 *	bpf_get_current_pid_tgid()     "call the function at address 14"
 *	call 14                        what the compiler makes of it
 *	call helper                    what the verifier turns it into, when
 *	                               this type of program may use number 14
 *
 * Arguments go in r1 to r5 (so there are never more than five), the result
 * comes back in r0, and r1 to r5 are gone afterwards. A pointer that is `const`
 * and has a known value never becomes a variable in the object file.
 *
 * In:     uapi/bpf/helpers.def, the list
 * Out:    bpf_map_lookup_elem(), bpf_get_current_comm(), ... bpf_printk()
 * Kernel: kernel/bpf/helpers.c, kernel/bpf/verifier.c check_helper_call()
 * Try:    llvm-objdump -d build/progs/hello.bpf.o
 * Next:   uapi/bpf/regs.h
 */
#ifndef UAPI_BPF_HELPERS_H
#define UAPI_BPF_HELPERS_H

#include "uapi/bpf/args.h"
#include "uapi/bpf/types.h"

/* Known to the kernel; a program that looks inside one declares it itself. */
struct __sk_buff; struct bpf_dynptr; struct bpf_fib_lookup; struct bpf_perf_event_data;
struct bpf_perf_event_value; struct bpf_pidns_info; struct bpf_redir_neigh;
struct bpf_sk_lookup; struct bpf_sock; struct bpf_sock_addr; struct bpf_sock_ops;
struct bpf_sock_tuple; struct bpf_spin_lock; struct bpf_sysctl; struct bpf_tcp_sock;
struct bpf_timer; struct bpf_tunnel_key; struct bpf_xfrm_state; struct btf_ptr;
struct cgroup; struct file; struct inode; struct iphdr; struct ipv6hdr; struct linux_binprm;
struct mptcp_sock; struct path; struct pt_regs; struct seq_file; struct sk_msg_md;
struct sk_reuseport_md; struct sock; struct sockaddr; struct socket; struct task_struct;
struct tcp6_sock; struct tcp_request_sock; struct tcp_sock; struct tcp_timewait_sock;
struct tcphdr; struct udp6_sock; struct unix_sock; struct xdp_md;

#define H(number, name, result, args) \
	static result (*const bpf_##name) args __unused = (result (*) args)number##L;
#include "uapi/bpf/helpers.def"
#undef H

/*
 * bpf_printk("pid %d opened %s", pid, name): a line in the kernel's one trace
 * pipe, /sys/kernel/tracing/trace_pipe, for debugging.
 *
 * The format is a constant in .rodata, which the loader makes a read-only map.
 * Define BPF_NO_GLOBAL_DATA before the #include to have it built on the stack:
 * no map, more instructions, at most three arguments. Kernels before 5.16 take
 * three at most in any case: bpf_trace_vprintk came then.
 */
#ifdef BPF_NO_GLOBAL_DATA
#define BPF_PRINTK_FORMAT char
#else
#define BPF_PRINTK_FORMAT static const char
#endif

#define BPF_AS_U64(x) (__u64)(x)

#define bpf_printk(text, ...)								\
({											\
	BPF_PRINTK_FORMAT bpf_format[] = text;						\
	__builtin_choose_expr(BPF_COUNT(__VA_ARGS__) <= 3,				\
		bpf_trace_printk(bpf_format, sizeof(bpf_format), ##__VA_ARGS__),	\
		({									\
			__u64 bpf_values[] = { BPF_EACH(BPF_AS_U64, ##__VA_ARGS__) };	\
			bpf_trace_vprintk(bpf_format, sizeof(bpf_format),		\
					  bpf_values, sizeof(bpf_values));		\
		}));									\
})

#endif
