/*
 * tests/bench/burst.bpf.c - numbered records, as many as BPF_PROG_TEST_RUN asks for in its first argument.
 *
 * Neither program is ever attached: a run is the only event. A number is taken when the record has found room.
 *
 * Next: tests/bench/read.c
 */
#include "uapi/bpf/bpf.h"

struct record {
	__u64 number;
	__u64 time;		/* CLOCK_MONOTONIC, nanoseconds */
	__u64 words[6];		/* 64 bytes with the two above */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 * 1024 * 1024);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(int));
} perf SEC(".maps");

__u64 ring_sent, ring_refused;
__u64 perf_sent, perf_refused;

static long one_to_ring(__u32 i __unused, void *ctx __unused)
{
	struct record *r = bpf_ringbuf_reserve(&ring, sizeof(*r), 0);

	if (!r) {
		ring_refused++;
		return 0;
	}
	r->number = ring_sent++;
	r->time = bpf_ktime_get_ns();
	bpf_ringbuf_submit(r, 0);
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int to_ring(struct bpf_raw_tracepoint_args *ctx)
{
	bpf_loop((__u32)ctx->args[0], one_to_ring, NULL, 0);
	return 0;
}

static long one_to_perf(__u32 i __unused, void **ctx)
{
	struct record r = { .number = perf_sent, .time = bpf_ktime_get_ns() };

	if (bpf_perf_event_output(*ctx, &perf, BPF_F_CURRENT_CPU, &r, sizeof(r)))
		perf_refused++;
	else
		perf_sent++;
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int to_perf(struct bpf_raw_tracepoint_args *ctx)
{
	void *context = ctx;

	bpf_loop((__u32)ctx->args[0], one_to_perf, &context, 0);
	return 0;
}

LICENSE("GPL");
