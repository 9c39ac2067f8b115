/*
 * progs/xdp_drop.bpf.c - throw away what comes from some addresses.
 *
 * An XDP program sees a packet before the kernel has made anything of it, as
 * bytes: an Ethernet header, an IP header. The verifier does not believe that
 * they are there until the program has compared them with the packet's end.
 * XDP_DROP is the cheapest end that a packet can have.
 *
 * The addresses are the keys of a map. Whoever loads the program puts them in,
 * and anybody who has the map may change them while it runs. The value counts
 * what was dropped.
 *
 * Run:  bpfwalk run build/progs/xdp_drop.bpf.o --iface lo --put blocked:127.0.0.1
 *       ping 127.0.0.1        in a shell elsewhere
 * See:  no answer; at ^C how many packets were dropped
 * Next: README.md
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/packet.h"

typedef __u8 ip4_address[4];

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, ip4_address);
	__type(value, __u64);
} blocked SEC(".maps");

__u64 passed;

SEC("xdp")
int xdp_drop(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	__u64 *dropped = NULL;

	if ((void *)(ip + 1) <= end && eth->h_proto == bpf_htons(ETH_P_IP))
		dropped = bpf_map_lookup_elem(&blocked, &ip->saddr);
	__sync_fetch_and_add(dropped ? dropped : &passed, 1);
	return dropped ? XDP_DROP : XDP_PASS;
}

LICENSE("GPL");
