/*
 * Code with markers, in each machine's own assembler: that of tests/kernel_usdt.c (MARKS), and that of the library
 * tests/markers.c (LIBRARY). Where there is no MARKS, nobody has written it for that machine yet.
 *
 *	mark_all(a, b, c, d, 2)		has values in each kind of place; nothing that it saves is read again
 *	mark_plain(a, b, c)		the same without what only new headers can describe
 *	mark_twice(a, b)		the same marker at two places, where its arguments are not the same
 *
 * The arguments' values are the same for each machine, so that tests/kernel_usdt.c need not know where they were.
 *
 * Next: tests/markers.c
 */
#ifndef TESTS_MARKS_H
#define TESTS_MARKS_H

#include "tests/marker.h"

#define FUNCTION(name)	".text\n.globl " name "\n.type " name ", %function\n" name ":\n"
#define END(name)	".size " name ", .-" name "\n"

#if defined(__x86_64__)

#define UNREADABLE "8@%rdi 8f@%xmm0"
#define MARKS												\
	FUNCTION("mark_all")										\
	"push %rbp\nmov %rsp, %rbp\nsub $128, %rsp\n"							\
	"mov %rdi, -16(%rbp)\nmov %esi, -24(%rbp)\nmov %dl, -25(%rbp)\nmovq $0x55, (%rsp)\n"		\
	"movl $0xfeedface, -56(%rbp)\nmovb $0x81, -96(%rbp)\n"						\
	MARKER("bpfwalk", "all", "0", "8@%rdi -4@%esi 1@%dl -2@%cx 8@$77 -4@$-9 8@-16(%rbp) -4@-24(%rbp)"\
	       " 1@-25(%rbp) 8@(%rsp) 4@-64(%rbp,%r8,4) -1@-96(%rbp)")					\
	"leave\nret\n" END("mark_all")									\
	FUNCTION("mark_plain")										\
	"push %rbp\nmov %rsp, %rbp\nsub $32, %rsp\nmov %rdx, -16(%rbp)\n"				\
	MARKER("bpfwalk", "plain", "0", "8@%rdi -4@%esi 2@$65535 -2@-16(%rbp) 8@-16(%rbp)")		\
	"leave\nret\n" END("mark_plain")								\
	FUNCTION("mark_twice")										\
	MARKER("bpfwalk", "twice", "twice_semaphore", "8@%rdi -4@%esi")					\
	"xchg %rdi, %rsi\n"										\
	MARKER("bpfwalk", "twice", "twice_semaphore", "8@%rsi -4@%edi")					\
	"ret\n" END("mark_twice")									\
	MARKER("bpfwalk", "unreadable", "0", UNREADABLE) "ret\n"
#define LIBRARY												\
	FUNCTION("passed")										\
	MARKER("bpfwalk", "shared", "shared_semaphore", "8@%rdi -4@%esi")				\
	"movzwl shared_semaphore(%rip), %eax\nret\n" END("passed")

#elif defined(__aarch64__)

/* gcc writes x1 for 4 bytes of it, too. */
#define UNREADABLE "8@x0 8f@%xmm0"
#define MARKS												\
	FUNCTION("mark_all")										\
	"stp x29, x30, [sp, -16]!\nmov x29, sp\nsub sp, sp, 128\n"					\
	"stur x0, [x29, -16]\nstur w1, [x29, -24]\nsturb w2, [x29, -25]\nmov x9, 0x55\nstr x9, [sp]\n"	\
	"ldr w9, =0xfeedface\nstur w9, [x29, -56]\nmov w9, 0x81\nsturb w9, [x29, -96]\n"		\
	MARKER("bpfwalk", "all", "0", "8@x0 -4@x1 1@x2 -2@x3 8@77 -4@-9 8@[x29, -16] -4@[x29, -24]"	\
	       " 1@[x29, -25] 8@[sp] 4@[x29, -56] -1@[x29,-96]")					\
	"mov sp, x29\nldp x29, x30, [sp], 16\nret\n.ltorg\n" END("mark_all")				\
	FUNCTION("mark_plain")										\
	"sub sp, sp, 32\nstr x2, [sp, 16]\n"								\
	MARKER("bpfwalk", "plain", "0", "8@x0 -4@x1 2@65535 -2@[sp, 16] 8@[sp, 16]")			\
	"add sp, sp, 32\nret\n" END("mark_plain")							\
	FUNCTION("mark_twice")										\
	MARKER("bpfwalk", "twice", "twice_semaphore", "8@x0 -4@x1")					\
	"mov x9, x0\nmov x0, x1\nmov x1, x9\n"								\
	MARKER("bpfwalk", "twice", "twice_semaphore", "8@x1 -4@x0")					\
	"ret\n" END("mark_twice")									\
	MARKER("bpfwalk", "unreadable", "0", UNREADABLE) "ret\n"
#define LIBRARY												\
	FUNCTION("passed")										\
	MARKER("bpfwalk", "shared", "shared_semaphore", "8@x0 -4@x1")					\
	"adrp x0, shared_semaphore\nldrh w0, [x0, :lo12:shared_semaphore]\nret\n" END("passed")

#elif defined(__riscv) && __riscv_xlen == 64

#define UNREADABLE "8@a0 8f@%xmm0"
#define MARKS												\
	FUNCTION("mark_all")										\
	"addi sp, sp, -144\nsd s0, 136(sp)\naddi s0, sp, 128\n"						\
	"sd a0, -16(s0)\nsw a1, -24(s0)\nsb a2, -25(s0)\nli t0, 0x55\nsd t0, 0(sp)\n"			\
	"li t0, 0xfeedface\nsw t0, -56(s0)\nli t0, 0x81\nsb t0, -96(s0)\n"				\
	MARKER("bpfwalk", "all", "0", "8@a0 -4@a1 1@a2 -2@a3 8@77 -4@-9 8@-16(s0) -4@-24(s0)"		\
	       " 1@-25(s0) 8@0(sp) 4@-56(s0) -1@-96(s0)")						\
	"ld s0, 136(sp)\naddi sp, sp, 144\nret\n" END("mark_all")					\
	FUNCTION("mark_plain")										\
	"addi sp, sp, -32\nsd a2, 16(sp)\n"								\
	MARKER("bpfwalk", "plain", "0", "8@a0 -4@a1 2@65535 -2@16(sp) 8@16(sp)")			\
	"addi sp, sp, 32\nret\n" END("mark_plain")							\
	FUNCTION("mark_twice")										\
	MARKER("bpfwalk", "twice", "twice_semaphore", "8@a0 -4@a1")					\
	"mv t0, a0\nmv a0, a1\nmv a1, t0\n"								\
	MARKER("bpfwalk", "twice", "twice_semaphore", "8@a1 -4@a0")					\
	"ret\n" END("mark_twice")									\
	MARKER("bpfwalk", "unreadable", "0", UNREADABLE) "ret\n"
#define LIBRARY												\
	FUNCTION("passed")										\
	MARKER("bpfwalk", "shared", "shared_semaphore", "8@a0 -4@a1")					\
	"lla a0, shared_semaphore\nlhu a0, 0(a0)\nret\n" END("passed")

#endif

#endif
