/* The four names of tcx programs: two that count what comes in, and two for what goes out, of which the last drops it. */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/packet.h"

__u64 in, in_too, out, dropped;

SEC("tcx/ingress")
int tcx_in(struct __sk_buff *skb __unused)
{
	__sync_fetch_and_add(&in, 1);
	return TCX_NEXT;
}

SEC("tc/ingress")
int tc_in(struct __sk_buff *skb __unused)
{
	__sync_fetch_and_add(&in_too, 1);
	return TCX_NEXT;
}

SEC("tcx/egress")
int tcx_out(struct __sk_buff *skb __unused)
{
	__sync_fetch_and_add(&out, 1);
	return TCX_NEXT;
}

SEC("tc/egress")
int tc_out(struct __sk_buff *skb __unused)
{
	__sync_fetch_and_add(&dropped, 1);
	return TCX_DROP;
}

LICENSE("GPL");
