/*
 * How something fails: a code, a place and one sentence.
 *
 *	if (shentsize != 64)
 *		return fail(d, -EINVAL, "elf header", "section headers of %u bytes, expected 64", shentsize);
 *
 * The first message wins. A caller that fails because its callee failed just
 * returns the code; a caller that must add something says it before it calls.
 * The message says what was found and what was expected, with the user's own
 * names and numbers; advice ("try as root") is left to whoever prints it.
 *
 * Kernel: the code is a negative errno as the kernel defines it.
 * Next: elf/diag.c
 */
#ifndef ELF_DIAG_H
#define ELF_DIAG_H

struct diag {
	int code;			/* 0: nothing failed yet, else a negative errno */
	char where[64];			/* the step: "elf sections", "program hello" */
	char msg[448];			/* one line, without a newline */
};

/* Stores the message unless one is there already; returns code, so that it can be returned. d may be NULL. */
__attribute__((format(printf, 4, 5)))
int fail(struct diag *d, int code, const char *where, const char *fmt, ...);

/* The failure every allocation shares. */
int fail_memory(struct diag *d, const char *where);

#endif
