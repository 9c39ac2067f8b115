/*
 * tests/objects/extern_address.bpf.c - the addresses of kernel symbols, from the kernel's list of them; types are not asked.
 */
#include "uapi/bpf/bpf.h"

extern const void _stext __ksym;
extern const void bpf_prog_put __ksym;
extern const void no_such_symbol __ksym __weak;

__u64 ran, text, put, missing, same;

static __attribute__((noinline)) int in_a_function(void)
{
	return &_stext == (void *)text;
}

SEC("raw_tracepoint/sys_enter")
int address(void *ctx __unused)
{
	text = (__u64)&_stext;
	put = (__u64)&bpf_prog_put;
	missing = (__u64)&no_such_symbol;
	same = (__u64)in_a_function();
	__sync_fetch_and_add(&ran, 1);
	return 0;
}

LICENSE("GPL");
