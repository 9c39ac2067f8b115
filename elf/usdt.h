/*
 * Markers that programs carry for whoever wants to watch them (USDT).
 *
 *	the program's source		its code		a note in its file
 *	PROBE2(shop, sold, id, price)	nop			{ address of the nop, "shop", "sold", "-4@%edi 8@-16(%rbp)" }
 *
 * A marker is one instruction that does nothing, and a note beside the program
 * that says where it is, what it is called and where its arguments are at that
 * moment. So a marker costs nothing until a uprobe is put there, and has a name
 * and arguments that stay when the functions around it change. (USDT: user space,
 * statically defined, tracing. The notes are those of SystemTap's <sys/sdt.h>.)
 *
 * Where arguments take work to prepare, a program may ask first whether anybody
 * listens: a 16-bit counter, the semaphore, which the kernel raises as long as
 * there is a uprobe that names it.
 *
 * Kernel: none, it knows places and counters in files: kernel/events/uprobes.c uprobe_register(), update_ref_ctr()
 * Next: elf/usdt.c
 */
#ifndef ELF_USDT_H
#define ELF_USDT_H

#include "elf/symfile.h"

enum { USDT_ARGS = 12 };		/* as many as programs can ask for */

/* One place of a marker: a function with a marker in it that is inlined twice has two. */
struct usdt_place {
	uint64_t address;		/* as the file counts */
	uint64_t file_offset;		/* for a uprobe */
	uint64_t semaphore;		/* where in the file its counter is; 0: it has none */
	const char *args;		/* "-4@%edi 8@-16(%rbp)", in the file's bytes; "" none */
};

/*
 * The places of marker provider:name, each once, by their offsets. -ENOENT:
 * there is no such marker; the message has the nearest, or says that the file has
 * none at all. -EINVAL: notes that do not end, or an address in no part of the
 * file. -ENOMEM.
 */
int usdt_find(const struct symfile *s, const char *provider, const char *name, struct arena *a, struct usdt_place **out,
	      uint32_t *count, struct diag *d);

enum usdt_arg_type { USDT_CONSTANT, USDT_REGISTER, USDT_MEMORY, USDT_INDEXED };	/* the numbers are those of usdt.bpf.h */

struct usdt_arg {
	enum usdt_arg_type type;
	uint64_t number;		/* the constant; what is added to the register */
	uint16_t reg, index;		/* registers: bytes into struct pt_regs */
	uint8_t scale_shift;		/* the index is multiplied by 1 << this */
	bool is_signed;
	uint8_t size;			/* bytes: 1, 2, 4 or 8 */
};

struct usdt_args {
	struct usdt_arg arg[USDT_ARGS];
	uint32_t count;
};

/* Reads usdt_place.args, written for machine (EM_...). -EINVAL, -E2BIG: more than USDT_ARGS. */
int usdt_args_parse(uint16_t machine, const char *text, struct usdt_args *out, struct diag *d);

/*
 * The arguments as struct __bpf_usdt_spec of the header usdt.bpf.h, which is the
 * value of the map __bpf_usdt_specs; programs find their arguments with it. It
 * comes in two layouts, told apart by their size. -EINVAL: it is none of them, or
 * the older, which has no room for an index register.
 */
enum { USDT_SPEC_OLD = 208, USDT_SPEC = 304 };		/* bytes: before libbpf 1.7, since */
int usdt_spec_write(const struct usdt_args *args, unsigned char *value, size_t size, struct diag *d);

#endif
