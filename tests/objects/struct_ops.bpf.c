/*
 * tests/objects/struct_ops.bpf.c - a kernel interface implemented in BPF.
 */
#include "uapi/bpf/bpf.h"

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
};

SEC("struct_ops/ssthresh")
__u32 ssthresh(__u64 *ctx __unused)
{
	return 2;
}

SEC("struct_ops/undo_cwnd")
__u32 undo_cwnd(__u64 *ctx __unused)
{
	return 2;
}

SEC(".struct_ops")
struct tcp_congestion_ops walk = {
	.ssthresh = (void *)ssthresh,
	.undo_cwnd = (void *)undo_cwnd,
	.name = "bpfwalk",
};

LICENSE("GPL");
