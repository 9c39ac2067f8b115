/*
 * tests/objects/printk.bpf.c - bpf_printk() with none, three and twelve arguments.
 *
 * The last needs bpf_trace_vprintk(), 5.16. Arguments are evaluated once: `n`
 * grows by one for each line.
 */
#include "uapi/bpf/bpf.h"

__u64 n;

SEC("tracepoint/raw_syscalls/sys_enter")
int printk(struct trace_event_raw_sys_enter *ctx)
{
	const char *text = "text";

	if (ctx->id != 0x7fff)	/* a number the test calls and nobody else does */
		return 0;
	bpf_printk("none");
	bpf_printk("three %d %s %llx", -1, text, ++n);
	bpf_printk("twelve %d %d %d %d %d %d %d %d %d %d %s %llu",
		   1, 2, 3, 4, 5, 6, 7, 8, 9, 10, text, ++n);
	return 0;
}

LICENSE("GPL");
