/*
 * uapi/bpf/usdt.h - the arguments of a marker in a user program.
 *
 *	SEC("usdt/libstdc++.so.6:libstdcxx:throw")
 *	int BPF_USDT(thrown, void *object, struct type_info *type)
 *
 * A uprobe program gets the registers, and which of them (or which place in
 * memory) holds an argument is different at each place of a marker. The loader
 * has read it from the notes of the file, and left a description in the map
 * __bpf_usdt_specs; its number came along as the cookie of the uprobe.
 *
 *	bpf_get_attach_cookie(ctx) -> 0 -> __bpf_usdt_specs[0] = { arg 0: register, 112 bytes into ctx ... } -> value
 *
 * Kernels before 5.15 have no cookies: the number is found by the address of the
 * marker. LINUX_HAS_BPF_COOKIE is a constant by the time the verifier reads the
 * program, so it never sees the half that this kernel cannot do.
 *
 * The maps and what is in them are as in libbpf 1.7, so that it loads such programs, too.
 *
 * In:     uapi/bpf/helpers.h, uapi/bpf/map.h, uapi/bpf/tracing.h
 * Out:    BPF_USDT(), bpf_usdt_arg(), bpf_usdt_arg_cnt()
 * Kernel: kernel/trace/bpf_trace.c bpf_get_attach_cookie_trace(), bpf_get_attach_cookie_uprobe_multi()
 * Next:   uapi/bpf/cgroup.h
 */
#ifndef UAPI_BPF_USDT_H
#define UAPI_BPF_USDT_H

#include "uapi/bpf/helpers.h"
#include "uapi/bpf/map.h"
#include "uapi/bpf/tracing.h"

#define BPF_USDT_ARGS 12

enum bpf_usdt_kind { BPF_USDT_CONSTANT, BPF_USDT_REGISTER, BPF_USDT_MEMORY, BPF_USDT_INDEXED };

struct bpf_usdt_place {
	__u64 number;		/* the constant, or what is added to the register */
	__u8 kind;
	__u16 index;		/* of its register: bytes into ctx in 12 bits, above them by how many bits it is shifted */
	__u16 reserved, reg;	/* reg: bytes into ctx */
	__u8 is_signed;
	__u8 unused_bits;	/* 64, less those the argument has */
};

struct bpf_usdt_spec {
	struct bpf_usdt_place arg[BPF_USDT_ARGS];
	__u64 cookie;
	__u16 count;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct bpf_usdt_spec);
} __bpf_usdt_specs SEC(".maps") __weak;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u32);
} __bpf_usdt_ip_to_spec_id SEC(".maps") __weak;

extern const _Bool LINUX_HAS_BPF_COOKIE __kconfig;

static __always_inline struct bpf_usdt_spec *bpf_usdt_spec(struct pt_regs *ctx)
{
	__u64 address = PT_REGS_IP(ctx);
	__u32 number, *found;

	if (LINUX_HAS_BPF_COOKIE) {
		number = bpf_get_attach_cookie(ctx);
		return bpf_map_lookup_elem(&__bpf_usdt_specs, &number);
	}
	found = bpf_map_lookup_elem(&__bpf_usdt_ip_to_spec_id, &address);
	return found ? bpf_map_lookup_elem(&__bpf_usdt_specs, found) : 0;
}

/* How many arguments the marker has; negative: it is not known. */
static __always_inline int bpf_usdt_arg_cnt(struct pt_regs *ctx)
{
	struct bpf_usdt_spec *spec = bpf_usdt_spec(ctx);

	return spec ? spec->count : -3;		/* ESRCH */
}

static __always_inline long bpf_usdt_register(struct pt_regs *ctx, __u16 at, __u64 *value)
{
	return bpf_probe_read_kernel(value, sizeof(*value), (void *)ctx + at);
}

static __always_inline long bpf_usdt_fetch(struct pt_regs *ctx, const struct bpf_usdt_place *p, __u64 *value)
{
	__u64 index = 0;

	*value = p->number;
	if (p->kind == BPF_USDT_CONSTANT)
		return 0;
	if (bpf_usdt_register(ctx, p->reg, value))
		return -14;			/* EFAULT */
	if (p->kind == BPF_USDT_REGISTER)
		return 0;
	if (p->kind == BPF_USDT_INDEXED && bpf_usdt_register(ctx, p->index & 0xfff, &index))
		return -14;
	return bpf_probe_read_user(value, sizeof(*value), (void *)(*value + p->number + (index << (p->index >> 12))));
}

/* Argument n, from 0, as 64 bits; 0 when it fails: no such argument (ENOENT), not known (ESRCH), not in memory (EFAULT). */
static __noinline __unused long bpf_usdt_arg(struct pt_regs *ctx, __u64 n, long *value)
{
	struct bpf_usdt_spec *spec = bpf_usdt_spec(ctx);
	const struct bpf_usdt_place *p;
	__u64 bits = 0;
	long r;

	*value = 0;
	if (!spec)
		return -3;
	if (n >= BPF_USDT_ARGS)
		return -2;
	__asm__ volatile("" : "+r"(n));		/* the verifier wants to see this comparison, and the compiler would merge it */
	if (n >= spec->count)
		return -2;
	p = &spec->arg[n];
	r = bpf_usdt_fetch(ctx, p, &bits);
	if (r)
		return r;
	bits <<= p->unused_bits & 63;
	*value = p->is_signed ? (long)bits >> (p->unused_bits & 63) : (long)(bits >> (p->unused_bits & 63));
	return 0;
}

#define BPF_USDT_GET(n) ({ long bpf_arg; bpf_usdt_arg(ctx, n, &bpf_arg); (void *)bpf_arg; })
#define BPF_MARK0
#define BPF_MARK1 , BPF_USDT_GET(0)
#define BPF_MARK2 BPF_MARK1, BPF_USDT_GET(1)
#define BPF_MARK3 BPF_MARK2, BPF_USDT_GET(2)
#define BPF_MARK4 BPF_MARK3, BPF_USDT_GET(3)
#define BPF_MARK5 BPF_MARK4, BPF_USDT_GET(4)
#define BPF_MARK6 BPF_MARK5, BPF_USDT_GET(5)
#define BPF_MARK7 BPF_MARK6, BPF_USDT_GET(6)
#define BPF_MARK8 BPF_MARK7, BPF_USDT_GET(7)
#define BPF_MARK9 BPF_MARK8, BPF_USDT_GET(8)
#define BPF_MARK10 BPF_MARK9, BPF_USDT_GET(9)
#define BPF_MARK11 BPF_MARK10, BPF_USDT_GET(10)
#define BPF_MARK12 BPF_MARK11, BPF_USDT_GET(11)

/* int BPF_USDT(f, int id, const char *name): the marker's arguments. */
#define BPF_USDT(name, ...) \
	BPF_TWO_FUNCTIONS(name, struct pt_regs, BPF_MARK, ##__VA_ARGS__)

#endif
