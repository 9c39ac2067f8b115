/* The names that traffic control had first, which do not say which way; of each two, the second is asked after the first. */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/packet.h"

__u64 first, second;

SEC("tc")
int tc_one(struct __sk_buff *skb __unused)
{
	__sync_fetch_and_add(&first, 1);
	return TCX_NEXT;
}

SEC("classifier")
int tc_two(struct __sk_buff *skb __unused)
{
	__sync_fetch_and_add(&second, 1);
	return TCX_DROP;
}

LICENSE("GPL");
