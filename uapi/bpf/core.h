/*
 * uapi/bpf/core.h - code that adapts itself to the kernel it is loaded into (CO-RE).
 *
 * Declare of a structure of the kernel what you read of it, in any order, and
 * mark it with __core. The loader then puts the running kernel's offsets into
 * your instructions:
 *
 *	struct task_struct { int tgid; struct task_struct *real_parent; } __core;
 *
 *	task->tgid                              wherever this kernel has tgid
 *
 * What follows three underscores in a type's name is not compared, so two
 * declarations of one type, for an older and a newer kernel, can stand side by
 * side:
 *
 *	struct task_struct___old { long state; } __core;
 *
 *	if (bpf_core_field_exists(old->state))  is a constant when the program is
 *		... old->state                  verified; the other branch is dead
 *
 * All of these are questions whose answer the compiler leaves open: it writes
 * down which instruction is to hold it, and the loader fills it in.
 *
 * In:     clang 11 or newer; bpf_core_type_matches() 15
 * Out:    __core, bpf_core_*()
 * Kernel: none: the loader does it, or for some programs lib/bpf in the kernel
 * Try:    bpfwalk explain build/progs/parent.bpf.o
 * Next:   progs/minimal.bpf.c
 */
#ifndef UAPI_BPF_CORE_H
#define UAPI_BPF_CORE_H

#define __core __attribute__((preserve_access_index))

/* About a member, as an expression: task->comm */
#define bpf_core_field_offset(field)	__builtin_preserve_field_info(field, 0)
#define bpf_core_field_size(field)	__builtin_preserve_field_info(field, 1)
#define bpf_core_field_exists(field)	__builtin_preserve_field_info(field, 2)
#define bpf_core_field_signed(field)	__builtin_preserve_field_info(field, 3)
/* A bit-field ends up alone in a 64-bit register when what was loaded is shifted left by the one, then right by the other. */
#define bpf_core_field_lshift(field)	__builtin_preserve_field_info(field, 4)
#define bpf_core_field_rshift(field)	__builtin_preserve_field_info(field, 5)

/* About a type: struct task_struct. Its number in the object's own BTF, and in the kernel's. */
#define bpf_core_type_id_local(type)	__builtin_btf_type_id(*(__typeof__(type) *)0, 0)
#define bpf_core_type_id_kernel(type)	__builtin_btf_type_id(*(__typeof__(type) *)0, 1)
#define bpf_core_type_exists(type)	__builtin_preserve_type_info(*(__typeof__(type) *)0, 0)
#define bpf_core_type_size(type)	__builtin_preserve_type_info(*(__typeof__(type) *)0, 1)
#define bpf_core_type_matches(type)	__builtin_preserve_type_info(*(__typeof__(type) *)0, 2)

/* About a value of an enum: enum bpf_func_id, BPF_FUNC_loop */
#define bpf_core_enum_value_exists(type, value) __builtin_preserve_enum_value(*(__typeof__(type) *)value, 0)
#define bpf_core_enum_value(type, value) __builtin_preserve_enum_value(*(__typeof__(type) *)value, 1)

#endif
