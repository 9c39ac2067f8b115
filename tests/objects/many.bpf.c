/*
 * tests/objects/many.bpf.c - ten maps and twenty programs, for kernels that know less.
 *
 * Each of them has something that some older kernel refuses: variables that user space
 * may map, constants, types, an attach type, a helper, a version that is anybody's. What
 * is refused is refused once and not ten or twenty times.
 *
 * many_plain.bpf.c is the same without variables, which came with 5.2.
 */
#include "uapi/bpf/bpf.h"
#include "uapi/bpf/packet.h"

#define MAP(map_name, map_type, entries)			\
	struct {						\
		__uint(type, BPF_MAP_TYPE_##map_type);		\
		__type(key, __u32);				\
		__type(value, __u64);				\
		__uint(max_entries, entries);			\
	} map_name SEC(".maps")

MAP(first, HASH, 8);
MAP(second, HASH, 8);
MAP(third, ARRAY, 4);
MAP(fourth, ARRAY, 4);
MAP(fifth, ARRAY, 4);
MAP(sixth, LRU_HASH, 16);
MAP(seventh, PERCPU_ARRAY, 1);

#ifdef WITHOUT_VARIABLES
MAP(eighth, PERCPU_ARRAY, 1);
MAP(ninth, ARRAY, 1);
MAP(tenth, ARRAY, 1);
#define WITHIN_LIMIT(n) ((n) < 100)
#else
int counter = 5;			/* .data */
int total;				/* .bss */
const volatile int limit = 100;		/* .rodata */
#define WITHIN_LIMIT(n) (__sync_fetch_and_add(&total, 1), counter + (int)(n) < limit)
#endif

static __always_inline int count(void *map)
{
	__u32 key = 1;
	__u64 *value = bpf_map_lookup_elem(map, &key);

	if (!value)
		return 0;
	*value += 1;
	return WITHIN_LIMIT(*value);
}

#define KPROBE(n, map)							\
	SEC("kprobe/do_unlinkat")					\
	int kprobe_##n(void *ctx)					\
	{								\
		__u64 word = 0;						\
									\
		bpf_probe_read_kernel(&word, sizeof(word), ctx);	\
		return count(&map) + (int)word;				\
	}

#define XDP(n, map)							\
	SEC("xdp")							\
	int xdp_##n(struct xdp_md *ctx __unused)			\
	{								\
		return count(&map) ? XDP_PASS : XDP_DROP;		\
	}

#define SKB(n, map)							\
	SEC("cgroup_skb/egress")					\
	int skb_##n(struct __sk_buff *ctx __unused)			\
	{								\
		return count(&map) & 1;					\
	}

KPROBE(1, first) KPROBE(2, second) KPROBE(3, third) KPROBE(4, fourth) KPROBE(5, fifth) KPROBE(6, sixth) KPROBE(7, seventh)
XDP(1, first) XDP(2, second) XDP(3, third) XDP(4, fourth) XDP(5, fifth) XDP(6, sixth) XDP(7, seventh)
SKB(1, first) SKB(2, second) SKB(3, third) SKB(4, fourth) SKB(5, fifth) SKB(6, sixth)

LICENSE("GPL");
