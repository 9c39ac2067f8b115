/*
 * tests/objects/map_arena.bpf.c - memory that a program and user space share.
 *
 * `count` and `next` are variables in the arena. `next` is a pointer as user space
 * has it: the program follows it, to `chain`, whose address user space has written
 * there. Newer compilers know address spaces and write the casts by themselves;
 * here they are written out: the first register holds an address of user space, and
 * afterwards the kernel's of the same byte.
 */
#include "uapi/bpf/bpf.h"

#define __arena __attribute__((section(".addr_space.1")))
#define cast_kern(p) asm volatile(".byte 0xbf, 0x11, 1, 0, 1, 0, 0, 0" : "+r"(p))

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4);
} arena SEC(".maps");

__arena __u64 count = 5;
__arena __u64 chain = 100;
__arena __u64 next;

SEC("raw_tracepoint/sys_enter")
int map_arena(void *ctx __unused)
{
	register __u64 *p asm("r1") = &count;
	__u64 address;

	cast_kern(p);
	*p += 1;
	p = &next;
	cast_kern(p);
	address = *p;
	if (!address)
		return 0;
	p = (__u64 *)address;
	cast_kern(p);
	*p += 10;
	return 1;
}

LICENSE("GPL");
