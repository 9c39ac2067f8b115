/*
 * BTF for kernels that are older than the compiler.
 *
 * Each kind of type came with some kernel, and an older one refuses the whole of
 * the BTF because of it. So it is written as a kind that every kernel knows and
 * that has the same length, and all numbers of types stay what they are:
 *
 *	"?.struct_ops"             "_.struct_ops"        before 6.9
 *	ENUM64                     UNION                 before 6.0
 *	TYPE_TAG                   CONST                 before 5.17
 *	DECL_TAG                   INT of one byte       before 5.16
 *	DATASEC without variables  STRUCT                5.10 refuses it
 *	FLOAT                      STRUCT                before 5.13
 *	FUNC, global               FUNC, static          before 5.6
 *	DATASEC, VAR               STRUCT, INT           before 5.2
 *	FUNC, FUNC_PROTO           TYPEDEF, ENUM         before 5.0
 *
 * What is lost is lost only to readers of the BTF. Nobody asks the kernel what it
 * knows: it refuses, one step is taken, and it is asked again. From then on it is
 * asked for its reasons, too: they tell which step it wants, or that none helps.
 *
 * Next: elf/btf_downgrade.c
 */
#ifndef ELF_BTF_DOWNGRADE_H
#define ELF_BTF_DOWNGRADE_H

#include "elf/btf.h"

enum btf_step {				/* in the order in which they are tried */
	BTF_STEP_QUESTION, BTF_STEP_ENUM64, BTF_STEP_TYPE_TAG, BTF_STEP_DECL_TAG, BTF_STEP_EMPTY_DATASEC,
	BTF_STEP_FLOAT, BTF_STEP_GLOBAL_FUNC, BTF_STEP_DATASEC, BTF_STEP_FUNC,
	BTF_STEPS
};

/* "ENUM64 become UNION (ENUM64 came with Linux 6.0)". */
const char *btf_step_text(enum btf_step step);

/* Whether that is the step the kernel wants when this is the last line it wrote about the BTF it refuses. */
bool btf_step_is_meant(enum btf_step step, const char *line);

/*
 * Takes the step in bytes: what BPF_BTF_LOAD would get, writable and aligned to
 * 4. Each step is taken once. 1: something has changed, 0: there was
 * nothing of that kind, -EINVAL: that is no BTF, -ENOMEM.
 */
int btf_step_take(enum btf_step step, void *bytes, size_t size, struct arena *a, struct diag *d);

#endif
