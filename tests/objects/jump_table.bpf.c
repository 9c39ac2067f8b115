/*
 * tests/objects/jump_table.bpf.c - a switch as a table of instructions.
 *
 * clang 22 writes this by itself for the newest instruction set. Here it is written
 * out: `jumps` loads entry (second argument & 1) of `table` and goes there. It is not
 * the first program of its section, and the table counts from the section's start.
 */
#include "uapi/bpf/bpf.h"

SEC("raw_tp")
int before(void *ctx __unused)
{
	return 1;
}

SEC("raw_tp")
__attribute__((naked)) int jumps(void)	/* clang 14 forgets the names of a naked function's parameters */
{
	asm volatile(
		".pushsection .jumptables,\"\",@progbits\n"
		".global table\n"
		".size table, 16\n"
	"table:	.quad table_0 - raw_tp\n"
		".quad table_1 - raw_tp\n"
		".popsection\n"
		"r1 = *(u64 *)(r1 + 8)\n"
		"r1 &= 1\n"
		"r1 <<= 3\n"
		"r0 = table ll\n"
		"r0 += r1\n"
		"r0 = *(u64 *)(r0 + 0)\n"
		".8byte 0x0d\n"			/* gotox r0 */
	"table_0: r0 = 70\n"
		"exit\n"
	"table_1: r0 = 71\n"
		"exit\n"
		: : : "memory");
}

LICENSE("GPL");
