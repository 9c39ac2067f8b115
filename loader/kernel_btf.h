/*
 * The types of the kernel a program is loaded into.
 *
 * Three kinds of questions are answered from them: where a member is in this
 * kernel (CO-RE), which number a function or a hook has (attach_btf_id), and
 * what the kernel offers to programs (ksyms, kfuncs, struct_ops).
 *
 *	/sys/kernel/btf/vmlinux      126000 types, mapped or read once, when first asked
 *	each module's BTF            goes on where that ends; only for names vmlinux does not have
 *
 * An object that asks nothing never opens them. bw_options.kernel_btf names a
 * file to take instead, for a kernel that is not the one running; then there
 * are no modules.
 *
 * Next: loader/kernel_btf.c
 */
#ifndef LOADER_KERNEL_BTF_H
#define LOADER_KERNEL_BTF_H

#include "elf/btf_names.h"
#include "elf/diag.h"

struct walk;

/* BTF of the kernel or of one module. */
struct kernel_types {
	struct btf btf;
	const char *name;		/* "vmlinux", "nf_conntrack" */
	int fd;				/* a module's BTF object, for attach_btf_obj_fd and fd_array; -1: vmlinux needs none */
	struct btf_names found;		/* which of its types have the names that were wanted; ids count as in btf */
};

struct kernel_btf {			/* hangs off the walk; all NULL before the first question */
	struct kernel_types *vmlinux;
	struct kernel_types *modules;
	uint32_t nmodules;
	bool modules_asked;
	void *mapped;			/* the file, to unmap; or NULL */
	size_t mapped_size;
	struct btf_names wanted;	/* everything anybody has wanted so far */
};

/* A type of the kernel. */
struct kernel_type {
	const struct kernel_types *in;
	uint32_t id;
};

/* Opens vmlinux BTF if it is not open yet. 0, -ENOENT (this kernel has none), or another failure; all said in d. */
int kernel_btf_open(struct walk *w, struct diag *d);

/*
 * Says that a type of this kind and name will be asked for: one pass then
 * answers for all that was said so far. It looks only at kinds that somebody
 * wants. Asking without saying works too, and costs a pass of its own. Call it
 * from a function in the list at the top of kernel_btf.c. 0 or -ENOMEM.
 */
int kernel_btf_want(struct walk *w, uint32_t kind, const char *name);

/*
 * The types with that name or a flavour of it, of that kind or others too, in
 * BTF number i: 0 is vmlinux, 1 is the first module, ... 1: *out is that BTF and
 * *found what it has (ids count in out->btf; nids may be 0); 0: there is no such
 * BTF; or a failure.
 */
int kernel_btf_named_in(struct walk *w, uint32_t i, uint32_t kind, const char *name, const struct kernel_types **out,
			const struct btf_name **found, struct diag *d);

/* The BTF of all modules, on first need. Without the privilege to list them there are none (and a note says so). */
int kernel_btf_modules(struct walk *w, struct diag *d);

/* The type of that kind and exact name, in vmlinux or else in a module. 1 found, 0 nobody has it, or a failure. */
int kernel_btf_find(struct walk *w, uint32_t kind, const char *name, struct kernel_type *out, struct diag *d);

/* The same in that module alone, or in "vmlinux" alone. */
int kernel_btf_find_in(struct walk *w, const char *module, uint32_t kind, const char *name, struct kernel_type *out,
		       struct diag *d);

/* Closes the descriptors and unmaps the file. */
void kernel_btf_close(struct walk *w);

#endif
