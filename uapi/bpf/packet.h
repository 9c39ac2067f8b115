/*
 * uapi/bpf/packet.h - what a program of a socket or an interface is called with.
 *
 *	socket, cgroup_skb/..., tcx/...	struct __sk_buff	the kernel's idea of a packet
 *	xdp				struct xdp_md		where its bytes begin and end
 *
 * Neither is what the kernel has in memory. The verifier rewrites each access,
 * so these structures stay the same while the kernel's own ones change.
 *
 * An XDP program reads the packet itself, and must show before each access that
 * it is inside: `if ((void *)(ip + 1) > end) return XDP_PASS;`. Others ask for
 * bytes by bpf_skb_load_bytes(), which also finds what is not in one piece.
 *
 * In:     uapi/bpf/types.h
 * Out:    contexts, headers of packets, what a program may answer
 * Kernel: include/uapi/linux/bpf.h, if_ether.h, ip.h; net/core/filter.c sk_filter_is_valid_access()
 * Next:   uapi/bpf/core.h
 */
#ifndef UAPI_BPF_PACKET_H
#define UAPI_BPF_PACKET_H

#include "uapi/bpf/types.h"

struct __sk_buff {
	__u32 len;
	__u32 pkt_type;			/* PACKET_* */
	__u32 mark;
	__u32 queue_mapping;
	__u32 protocol;			/* of the Ethernet header, in network byte order */
	__u32 vlan_present, vlan_tci, vlan_proto;
	__u32 priority;
	__u32 ingress_ifindex;
	__u32 ifindex;
	__u32 tc_index;
	__u32 cb[5];			/* the program's own */
	__u32 hash;
	__u32 tc_classid;
	__u32 data, data_end;		/* addresses, for those that may read the packet itself */
	__u32 napi_id;
	__u32 family;
	__be32 remote_ip4, local_ip4;
	__be32 remote_ip6[4], local_ip6[4];
	__be32 remote_port;
	__u32 local_port;		/* in our byte order */
};

struct xdp_md {
	__u32 data, data_end;		/* addresses: (void *)(long)ctx->data */
	__u32 data_meta;
	__u32 ingress_ifindex;
	__u32 rx_queue_index;
	__u32 egress_ifindex;
};

enum { PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHERHOST, PACKET_OUTGOING };

enum bpf_hdr_start_off {		/* where bpf_skb_load_bytes_relative() counts from */
	BPF_HDR_START_MAC,
	BPF_HDR_START_NET
};

enum xdp_action { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX, XDP_REDIRECT };
enum tcx_action_base { TCX_NEXT = -1, TCX_PASS = 0, TCX_DROP = 2, TCX_REDIRECT = 7 };

enum { ETH_P_IP = 0x0800, ETH_P_ARP = 0x0806, ETH_P_IPV6 = 0x86dd };

struct ethhdr {
	__u8 h_dest[6], h_source[6];
	__be16 h_proto;
} __packed;

struct iphdr {				/* IPv4; options may follow, ihl says how many words there are in all */
	__u8 ihl_version;		/* in the kernel two bit-fields: ihl is the lower half */
	__u8 tos;
	__be16 tot_len, id, frag_off;
	__u8 ttl, protocol;
	__u16 check;
	__be32 saddr, daddr;
};

#define bpf_htons(n) __builtin_bswap16(n)
#define bpf_ntohs(n) __builtin_bswap16(n)

#endif
