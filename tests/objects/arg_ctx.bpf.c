/*
 * tests/objects/arg_ctx.bpf.c - global functions that want the program's context, and say so with a tag.
 *
 * Kernels before 6.8 do not read the tag, and refuse a void * in a global function unless its type says what it is.
 */
#include "uapi/bpf/bpf.h"

#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))

__u64 number;
__u64 twice;

__noinline int from_void(int add, void *ctx __arg_ctx)
{
	struct bpf_raw_tracepoint_args *args = ctx;

	number = args->args[1];
	return add;
}

__noinline int from_numbers(__u64 *ctx __arg_ctx, void *again __arg_ctx)
{
	struct bpf_raw_tracepoint_args *args = again;

	twice = ctx[1] + args->args[1];
	return 2;
}

SEC("raw_tracepoint/sys_enter")
int arg_ctx(void *ctx)
{
	return from_void(1, ctx) + from_numbers(ctx, ctx);
}

SEC("raw_tracepoint/sys_exit")
int arg_ctx_again(void *ctx)
{
	return from_void(3, ctx);
}

LICENSE("GPL");
