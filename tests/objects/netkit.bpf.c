/* Programs at both ends of a netkit pair: each counts what leaves its end. */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/packet.h"

__u64 primary_out, peer_out;

SEC("netkit/primary")
int primary(struct __sk_buff *skb __unused)
{
	__sync_fetch_and_add(&primary_out, 1);
	return TCX_NEXT;
}

SEC("netkit/peer")
int peer(struct __sk_buff *skb __unused)
{
	__sync_fetch_and_add(&peer_out, 1);
	return TCX_NEXT;
}

LICENSE("GPL");
