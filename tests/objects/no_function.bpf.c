/*
 * tests/objects/no_function.bpf.c - a kprobe on a function that no kernel has.
 */
#include "uapi/bpf/bpf.h"

SEC("kprobe/do_unlinkatt")
int no_function(void *ctx __unused)
{
	return 0;
}

LICENSE("GPL");
