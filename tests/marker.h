/*
 * Markers as <sys/sdt.h> makes them, for programs in assembler: one instruction that does nothing, and a note.
 *
 *	__asm__("passed: " MARKER("bpfwalk", "passed", "0", "-4@%edi 8@$7") "ret\n" MARKER_BASE);
 *
 * semaphore: the name of its counter, or "0". Where somebody has written it down for the machine, FIRST_ARGS says where a
 * function finds the first two of its own, and NOP what bytes that instruction has.
 *
 * Next: tests/unit_usdt.c
 */
#ifndef TESTS_MARKER_H
#define TESTS_MARKER_H

#if defined(__x86_64__)
#define FIRST_ARGS "8@%rdi 8@%rsi"
#define NOP { 0x90 }
#elif defined(__aarch64__)
#define FIRST_ARGS "8@x0 8@x1"
#define NOP { 0x1f, 0x20, 0x03, 0xd5 }
#elif defined(__riscv) && __riscv_xlen == 64
#define FIRST_ARGS "8@a0 8@a1"
#define NOP { 0x01, 0x00 }	/* the short one */
#endif

#define MARKER(provider, name, semaphore, args)			\
	"990: nop\n"						\
	".pushsection .note.stapsdt, \"\", %note\n"		\
	".balign 4\n"						\
	".4byte 992f - 991f, 994f - 993f, 3\n"			\
	"991: .asciz \"stapsdt\"\n"				\
	"992: .balign 4\n"					\
	"993: .8byte 990b, _.stapsdt.base, " semaphore "\n"	\
	".asciz \"" provider "\", \"" name "\", \"" args "\"\n"	\
	"994: .balign 4\n"					\
	".popsection\n"

/* Once a file: what tells whether the program has been moved. */
#define MARKER_BASE						\
	".ifndef _.stapsdt.base\n"				\
	".pushsection .stapsdt.base, \"aG\", %progbits, .stapsdt.base, comdat\n" \
	".weak _.stapsdt.base\n"				\
	".hidden _.stapsdt.base\n"				\
	"_.stapsdt.base: .space 1\n"				\
	".size _.stapsdt.base, 1\n"				\
	".popsection\n"						\
	".endif\n"

#endif
