/*
 * tests/objects/legacy_tails.bpf.c - programs in sections called by numbers, as iproute2 had them.
 *
 * Section "7/2" is element 2 of the map with id 7. What kind of program it is, its callers
 * say; `far` is called by `near` alone, through another map.
 */
#include "uapi/bpf/bpf.h"

struct bpf_elf_map {
	__u32 type, size_key, size_value, max_elem, flags;
	__u32 id, pinning, inner_id, inner_idx;
};

struct bpf_elf_map SEC("maps") jumps = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u32),
	.max_elem = 4,
	.id = 7,
	.pinning = 1,
};

struct bpf_elf_map SEC("maps") far_jumps = {
	.type = BPF_MAP_TYPE_PROG_ARRAY,
	.size_key = sizeof(__u32),
	.size_value = sizeof(__u32),
	.max_elem = 17,
	.id = 0x20,
};

SEC("32/0x10")
int far(void *ctx __unused)
{
	return 42;
}

SEC("7/2")
int near(void *ctx)
{
	bpf_tail_call(ctx, &far_jumps, 16);
	return 2;
}

SEC("7/0")
int other(void *ctx __unused)
{
	return 1;
}

SEC("raw_tracepoint/sys_enter")
int legacy_tails(__u64 *ctx)
{
	bpf_tail_call(ctx, &jumps, ctx[0]);
	return 3;
}

LICENSE("GPL");
