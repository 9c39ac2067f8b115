/*
 * tests/bench/many.bpf.c - 169 programs that share functions, a map and variables: what a loader does for each program
 * it does 169 times. None is ever attached.
 *
 * Next: tests/bench/load.h
 */
#include "uapi/bpf/bpf.h"

struct entry {
	__u64 runs, last;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct entry);
} entries SEC(".maps");

const volatile __u32 limit = 100;
__u64 refused;

static __attribute__((noinline)) struct entry *entry_of(__u32 key)
{
	struct entry none = {};
	struct entry *e = bpf_map_lookup_elem(&entries, &key);

	if (e)
		return e;
	bpf_map_update_elem(&entries, &key, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&entries, &key);
}

static __attribute__((noinline)) int count(__u32 key)
{
	struct entry *e = entry_of(key);

	if (!e || e->runs >= limit) {
		__sync_fetch_and_add(&refused, 1);
		return 1;
	}
	e->runs++;
	e->last = bpf_ktime_get_ns();
	return 0;
}

#define PROGRAM(n)				\
	SEC("raw_tracepoint/sys_enter")		\
	int program_##n(void *ctx __unused)	\
	{					\
		return count(1##n);		\
	}
#define TEN(n) PROGRAM(n##0) PROGRAM(n##1) PROGRAM(n##2) PROGRAM(n##3) PROGRAM(n##4) \
	PROGRAM(n##5) PROGRAM(n##6) PROGRAM(n##7) PROGRAM(n##8) PROGRAM(n##9)

TEN(0) TEN(1) TEN(2) TEN(3) TEN(4) TEN(5) TEN(6) TEN(7) TEN(8) TEN(9)
TEN(10) TEN(11) TEN(12) TEN(13) TEN(14) TEN(15)
PROGRAM(160) PROGRAM(161) PROGRAM(162) PROGRAM(163) PROGRAM(164)
PROGRAM(165) PROGRAM(166) PROGRAM(167) PROGRAM(168)

LICENSE("GPL");
