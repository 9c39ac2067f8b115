/*
 * tests/objects/stream.bpf.c - numbered records, as many as the test asks for, through each channel.
 *
 * Each getppid(2) of one thread sends `burst` records, numbered from 0 on without a gap: a number is taken when the
 * record has found room. What found none is counted as refused.
 */
#include "uapi/bpf/bpf.h"

struct record {
	__u64 number;
	__u64 time;		/* CLOCK_MONOTONIC, nanoseconds */
	__u64 words[6];		/* 64 bytes with the two above */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1024 * 1024);
	__ringbuf_record(struct record);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__perf_record(struct record);
} perf SEC(".maps");

const volatile __u32 thread;
const volatile __u64 getppid_nr;
__u32 burst = 1;

__u64 ring_sent, ring_refused;
__u64 perf_sent, perf_refused;
__u64 printed;

static __always_inline bool asked(struct bpf_raw_tracepoint_args *ctx)
{
	return ctx->args[1] == getppid_nr && (__u32)bpf_get_current_pid_tgid() == thread;
}

SEC("raw_tracepoint/sys_enter")
int to_ring(struct bpf_raw_tracepoint_args *ctx)
{
	if (!asked(ctx))
		return 0;
	for (__u32 i = 0; i < 1000 && i < burst; i++) {
		struct record *r = bpf_ringbuf_reserve(&ring, sizeof(*r), 0);

		if (!r) {
			ring_refused++;
			continue;
		}
		r->number = ring_sent++;
		r->time = bpf_ktime_get_ns();
		/* Every eighth is thrown away and its number given to the next. */
		if (i % 8 == 7) {
			ring_sent--;
			bpf_ringbuf_discard(r, 0);
		} else {
			bpf_ringbuf_submit(r, 0);
		}
	}
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int to_perf(struct bpf_raw_tracepoint_args *ctx)
{
	struct record r = {};

	if (!asked(ctx))
		return 0;
	for (__u32 i = 0; i < 1000 && i < burst; i++) {
		r.number = perf_sent;
		r.time = bpf_ktime_get_ns();
		if (bpf_perf_event_output(ctx, &perf, BPF_F_CURRENT_CPU, &r, sizeof(r)))
			perf_refused++;
		else
			perf_sent++;
	}
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int to_trace_pipe(struct bpf_raw_tracepoint_args *ctx)
{
	if (!asked(ctx))
		return 0;
	bpf_printk("bpfwalk test %d line %d", thread, printed++);
	return 0;
}

LICENSE("GPL");
