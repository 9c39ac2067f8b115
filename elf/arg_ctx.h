/*
 * A global function that wants the context: for kernels before 6.8.
 *
 *	__noinline int helper(void *ctx __arg_ctx) { ... ctx is what the program got ... }
 *
 * The verifier checks a global function by itself, so it must be told by types
 * what the argument is. Since 6.8 it reads the declaration tag "arg:ctx". Before,
 * it only knew a pointer to the structure of that kind of program: struct
 * __sk_buff *, struct xdp_md *. So such a function gets another type, in BTF that
 * goes on where the object's own ends:
 *
 *	FUNC helper -> FUNC_PROTO (void *)		stays, for others
 *	STRUCT __sk_buff, PTR to it
 *	FUNC_PROTO (struct __sk_buff *), FUNC helper	func_info points to this one
 *
 * Next: elf/arg_ctx.c
 */
#ifndef ELF_ARG_CTX_H
#define ELF_ARG_CTX_H

#include "elf/link.h"

/*
 * loaded: the object's BTF as the kernel took it. 1: *btf is to be loaded for this
 * program, and *func_info (l->func_info_cnt records) given with it. 0: it has no
 * such function, or all have the right type. -ENOMEM, -EINVAL.
 */
int arg_ctx_rewrite(const struct object *o, const struct linked *l, uint32_t prog_type, struct view loaded,
		    struct arena *a, struct view *btf, void **func_info, struct diag *d);

#endif
