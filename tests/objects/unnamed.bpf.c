/*
 * tests/objects/unnamed.bpf.c - constants without a name.
 *
 * A local table that clang moves to .rodata, a literal in .rodata.str1.1, a struct
 * of 32 bytes in .rodata.cst32: three maps, and relocations against the symbols of
 * sections. BTF has a DATASEC for .rodata without a single variable, which kernels
 * before 5.13 refuse ("vlen == 0").
 */
#include "uapi/bpf/bpf.h"

struct event {
	__u32 number;
	char text[20];
	__u64 big;
};

struct event seen;
__u32 picked;
char letters[8];

SEC("raw_tracepoint/sys_enter")
int unnamed(struct bpf_raw_tracepoint_args *ctx)
{
	const __u32 table[6] = { 10, 21, 32, 43, 54, 65 };
	struct event e = { .number = 0x01020304, .text = "copied", .big = 0x1122334455667788ULL };
	const char *literal = "literal";
	__u64 number = ctx->args[1];

	if (number >= 6)
		number = 5;
	picked = table[number];
	seen = e;
	bpf_probe_read_kernel(letters, sizeof(letters), literal);
	return 0;
}

LICENSE("GPL");
