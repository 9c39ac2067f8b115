/*
 * tests/objects/extern_module.bpf.c - functions of a module, nf_conntrack: its BTF is found, and named by a descriptor.
 */
#include "uapi/bpf/bpf.h"

struct nf_conn {
	int unused;
};

struct bpf_sock_tuple {
	__u32 saddr, daddr;
	__u16 sport, dport;
};

struct bpf_ct_opts {
	__s32 netns_id, error;
	__u8 l4proto, dir, reserved[2];
};

struct xdp_md {
	__u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};

extern struct nf_conn *bpf_xdp_ct_lookup(struct xdp_md *ctx, struct bpf_sock_tuple *tuple, __u32 tuple_size,
					 struct bpf_ct_opts *opts, __u32 opts_size) __ksym;
extern void bpf_ct_release(struct nf_conn *ct) __ksym;

__u64 found;

SEC("xdp")
int module(struct xdp_md *ctx)
{
	struct bpf_sock_tuple tuple = { .saddr = ctx->ingress_ifindex };
	struct bpf_ct_opts opts = { .netns_id = -1, .l4proto = 6 };
	struct nf_conn *ct = bpf_xdp_ct_lookup(ctx, &tuple, sizeof(tuple), &opts, sizeof(opts));

	if (ct) {
		found++;
		bpf_ct_release(ct);
	}
	return 2;			/* XDP_PASS */
}

LICENSE("GPL");
