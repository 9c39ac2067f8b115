/* Programs that say no to something a test can do: connect to port 9 of 127.0.0.1, send a datagram to that port, get any
   datagram, write a sysctl. Everything else is allowed. And one that is for no cgroup. */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/cgroup.h"
#include "uapi/bpf/packet.h"

#define LOCALHOST __builtin_bswap32(0x7f000001)
#define PORT_9 __builtin_bswap16(9)

SEC("cgroup/connect4")
int no_connect(const struct bpf_sock_addr *ctx)
{
	return !(ctx->user_ip4 == LOCALHOST && ctx->user_port == PORT_9);
}

/* The packet begins with the IP header; UDP's ports are the first of what follows. */
SEC("cgroup_skb/egress")
int no_egress(struct __sk_buff *skb)
{
	__u8 first, protocol;
	__u16 port;

	if (bpf_skb_load_bytes(skb, 0, &first, 1) || first != 0x45 ||
	    bpf_skb_load_bytes(skb, 9, &protocol, 1) || protocol != 17 || bpf_skb_load_bytes(skb, 22, &port, 2))
		return 1;
	return port != PORT_9;
}

SEC("cgroup_skb/ingress")
int no_ingress(struct __sk_buff *skb)
{
	__u8 protocol;

	return bpf_skb_load_bytes(skb, 9, &protocol, 1) || protocol != 17;
}

SEC("cgroup/sysctl")
int no_write(const struct bpf_sysctl *ctx)
{
	return !ctx->write;
}

SEC("raw_tracepoint/sys_enter")
int elsewhere(void *ctx __unused)
{
	return 0;
}

LICENSE("GPL");
