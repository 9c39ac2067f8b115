/*
 * tests/objects/struct_ops.bpf.c - TCP congestion controls in BPF, of every form of section.
 *
 * The declaration here has three members this kernel may have at other places, one
 * of another loader's flavour, and one that no kernel has: as long as that is zero,
 * it does not matter. walk_old is registered without a link; walk_link with one;
 * walk_spare only if somebody asks for it, and so its program spare_ssthresh.
 */
#include "uapi/bpf/bpf.h"

struct sock;
struct rate_sample;

struct tcp_congestion_ops___walk {
	char name[16];
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	__u32 flags;
	__u32 no_kernel_has_this;
	void (*nor_this)(struct sock *sk);
};

__u64 asked;

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

SEC("struct_ops/cong_avoid")
void cong_avoid(__u64 *ctx __unused)
{
	__sync_fetch_and_add(&asked, 1);
}

SEC("struct_ops/ssthresh")
__u32 spare_ssthresh(__u64 *ctx __unused)
{
	return 3;
}

/* In no variable: what it would implement is said nowhere. */
SEC("?struct_ops/ssthresh")
__u32 forgotten(__u64 *ctx __unused)
{
	return 4;
}

SEC(".struct_ops")
struct tcp_congestion_ops___walk walk_old = {
	.ssthresh = (void *)ssthresh,
	.undo_cwnd = (void *)undo_cwnd,
	.cong_avoid = (void *)cong_avoid,
	.name = "bpfwalk_old",
};

SEC(".struct_ops.link")
struct tcp_congestion_ops___walk walk_link = {
	.ssthresh = (void *)ssthresh,
	.undo_cwnd = (void *)undo_cwnd,
	.cong_avoid = (void *)cong_avoid,
	.name = "bpfwalk_link",
};

SEC("?.struct_ops")
struct tcp_congestion_ops___walk walk_spare = {
	.ssthresh = (void *)spare_ssthresh,
	.undo_cwnd = (void *)undo_cwnd,
	.cong_avoid = (void *)cong_avoid,
	.name = "bpfwalk_spare",
};

LICENSE("GPL");
