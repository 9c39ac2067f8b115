/*
 * tests/objects/new_btf.bpf.c - types of all kinds that came after Linux 5.10: FLOAT, DECL_TAG, TYPE_TAG, ENUM64 (where the
 * compiler writes it), and a section that begins with '?'.
 *
 * None of it does anything. An older kernel refuses BTF in which it is, so it gets one without.
 */
#include "uapi/bpf/bpf.h"

#define __tag(x) __attribute__((btf_decl_tag(x)))
#define __typed(x) __attribute__((btf_type_tag(x)))

enum wide { WIDE = 1ULL << 40, WIDER = -1LL };
enum sign { MINUS = -1, PLUS = 1 };

struct everything {
	float half;
	double whole;
	int __typed("user") *pointer;
	enum wide wide;
	enum sign sign;
	int tagged __tag("a member");
} __tag("a struct");

struct everything all;
__u64 runs;

__noinline int counted(int by) __tag("a function");
__noinline int counted(int by)
{
	runs += (__u32)by;
	return by;
}

SEC("raw_tracepoint/sys_enter")
int new_btf(__u64 *ctx)
{
	all.tagged = 1;
	return counted((int)ctx[1]);
}

LICENSE("GPL");
