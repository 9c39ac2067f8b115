/*
 * progs/sockfilter.bpf.c - which protocols pass an interface, in and out?
 *
 * The first use of BPF: a filter in front of a socket that gets a copy of every
 * packet. tcpdump hands the kernel such a program, and only what the program
 * lets through is copied at all. Its result is how many bytes the socket shall
 * have. This one counts and says 0 each time, so nothing is copied to anybody.
 *
 * The names in the table come from the enum: BTF has them. A protocol without
 * a name is shown as its number, below 256 one of IP's, else one of Ethernet's.
 * What goes out on the loopback interface comes in on it again.
 *
 * Run:  bpfwalk run build/progs/sockfilter.bpf.o --iface eth0     and ^C after a while
 * See:  packets by protocol
 * Next: progs/xdp_drop.bpf.c
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/packet.h"

enum protocol {
	icmp = 1, igmp = 2, tcp = 6, udp = 17, icmpv6 = 58, sctp = 132,
	ip = ETH_P_IP, arp = ETH_P_ARP, ipv6 = ETH_P_IPV6
};

struct packets {
	__u64 in, out;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, enum protocol);
	__type(value, struct packets);
} packets SEC(".maps");

__u64 uncounted;	/* packets of protocols for which the map had no room */

SEC("socket")
int sockfilter(struct __sk_buff *skb)
{
	enum protocol protocol = bpf_ntohs(skb->protocol);
	struct packets *p, none = {};
	__u8 inner;

	/* A byte of the IP header says what is in it; it is another one in IPv6. */
	if (protocol == ip && !bpf_skb_load_bytes_relative(skb, 9, &inner, 1, BPF_HDR_START_NET))
		protocol = inner;
	else if (protocol == ipv6 && !bpf_skb_load_bytes_relative(skb, 6, &inner, 1, BPF_HDR_START_NET))
		protocol = inner;
	p = bpf_map_lookup_elem(&packets, &protocol);
	if (!p) {
		bpf_map_update_elem(&packets, &protocol, &none, BPF_NOEXIST);
		p = bpf_map_lookup_elem(&packets, &protocol);
	}
	__sync_fetch_and_add(!p ? &uncounted : skb->pkt_type == PACKET_OUTGOING ? &p->out : &p->in, 1);
	return 0;
}

LICENSE("GPL");
