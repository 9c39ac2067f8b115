/*
 * tests/objects/unknown_section.bpf.c - "kprobes" is not a hook; "kprobe" is.
 */
#include "uapi/bpf/bpf.h"

SEC("kprobes/do_unlinkat")
int unknown_section(void *ctx __unused)
{
	return 0;
}

LICENSE("GPL");
