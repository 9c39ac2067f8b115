/*
 * progs/hello.bpf.c - hello world, in the kernel.
 *
 * A function the kernel runs each time a process executes a new program. The
 * section's name says so: a kprobe, at the entry of the execve system call.
 *
 * Run:  bpfwalk run build/progs/hello.bpf.o      and start something elsewhere
 * See:  a line in the trace pipe for every new program:
 *           bash-812 [000] ....1 93.104427: bpf_trace_printk: Hello World!
 * Next: progs/hello_perf.bpf.c
 */
#include "uapi/bpf/bpf.h"

SEC("kprobe/sys_execve")
int hello(void *ctx __unused)
{
	bpf_printk("Hello World!");
	return 0;
}

LICENSE("GPL");	/* bpf_trace_printk() is for GPL programs only */
