/*
 * A library that is nothing but a marker, with its semaphore, for tests/kernel_usdt.c, which maps it by itself: where it
 * runs there may be no dynamic linker. Its entry point: int passed(long, int), the value of the semaphore.
 *
 * Next: tests/kernel_reader.c
 */
#include "tests/marker.h"

__asm__(".text\n.globl passed\n.type passed, %function\npassed:\n"
	MARKER("bpfwalk", "shared", "shared_semaphore", "8@%rdi -4@%esi")
	"movzwl shared_semaphore(%rip), %eax\nret\n.size passed, .-passed\n" MARKER_BASE
	".pushsection .probes, \"aw\", %progbits\n.hidden shared_semaphore\nshared_semaphore: .2byte 0\n.popsection\n");
