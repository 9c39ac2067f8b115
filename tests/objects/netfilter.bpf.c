/* A program for netfilter that counts packets, and drops them when it is told to. */
#include "uapi/bpf/bpf.h"

struct bpf_nf_ctx;

enum { NF_DROP, NF_ACCEPT };

const volatile bool drop;
__u64 packets;

SEC("netfilter")
int meet(struct bpf_nf_ctx *ctx __unused)
{
	__sync_fetch_and_add(&packets, 1);
	return drop ? NF_DROP : NF_ACCEPT;
}

LICENSE("GPL");
