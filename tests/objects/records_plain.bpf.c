/*
 * tests/objects/records_plain.bpf.c - saying it with the record's type as value.
 *
 * libbpf takes the size of the type for the map's value size, and the kernel then
 * refuses the map. bpfwalk knows what is meant.
 */
#include "uapi/bpf/bpf.h"

struct event {
	__u32 number;
	char text[12];
	__u64 big;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, __u32);
	__type(value, struct event);
} perf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct event);
} ring SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int records_plain(void *ctx)
{
	struct event e = {};

	e.number = 0x01020304;
	e.big = 0x1122334455667788ULL;
	__builtin_memcpy(e.text, "hello", 6);
	bpf_perf_event_output(ctx, &perf, BPF_F_CURRENT_CPU, &e, sizeof(e));
	bpf_ringbuf_output(&ring, &e, sizeof(e), 0);
	return 0;
}

LICENSE("GPL");
