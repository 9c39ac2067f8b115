/*
 * CO-RE: compile once, run everywhere.
 *
 * A program reads task->tgid as "the four bytes at 2492". Where tgid really is
 * depends on the kernel: its version, its configuration. So clang notes for
 * each such instruction which member of which type it is about, and the loader
 * looks the type up in the kernel's BTF and writes the number that is true there:
 *
 *	object's BTF     struct task_struct { int tgid; }        compiled: at 0
 *	core_relo        instruction 3: task_struct, "0:0"
 *	kernel's BTF     struct task_struct { ...; pid_t tgid; }  there: at 2500
 *	instruction 3    r1 = *(u32 *)(r0 + 0)  ->  r1 = *(u32 *)(r0 + 2500)
 *
 * Besides offsets one can ask for sizes, for how to read a bit-field, for
 * values of enums, and whether a member, a type or a value exists at all: 13
 * kinds, enum bpf_core_relo_kind.
 *
 *	path         "0:1:2" -> task_struct.cpus_mask.bits        elf/core_path.c
 *	candidates   types of that name, "task_struct___old" too  elf/core.c
 *	match        the same path in each candidate              elf/core_match.c elf/core_types.c
 *	value        offset, size, ... there                      elf/core_value.c
 *	patch        into the instruction                         elf/core_patch.c
 *	record       what was done and why, in words              elf/core_say.c
 *
 * All candidates in which the path exists must agree. If there is none, the
 * answer to "does it exist" is 0; any other instruction is replaced by a call of
 * a function that does not exist ("poisoned"), because it may be dead code on
 * this kernel. The verifier refuses it only where it is reached.
 *
 * A kernel type may have many namesakes, so whatever did not match once is left
 * out for later relocations of the same type of the object, as libbpf does.
 *
 * Kernel: tools/lib/bpf/relo_core.c is the usual implementation, lib/bpf in the kernel shares it
 * Next: elf/core.c
 */
#ifndef ELF_CORE_H
#define ELF_CORE_H

#include "elf/btf.h"
#include "elf/object.h"

struct text;

/* What the poisoned instruction calls: 0xbad2310. libbpf's number, so that everybody's tools know it. */
#define CORE_POISON	195896080

/* Types that may be the one: those with its name, in the kernel's BTF or that of a module. */
struct core_source {
	const struct btf *btf;
	const char *name;		/* "vmlinux", "nf_conntrack" */
	const uint32_t *ids;
	uint32_t nids;
};

enum core_outcome {
	CORE_KEPT,			/* the instruction was right as it was */
	CORE_CHANGED,
	CORE_POISONED,			/* this kernel has no such thing: fails where it is reached */
};

struct core_candidate {
	const char *in;			/* core_source.name */
	uint32_t id;
	const char *name;		/* "task_struct___old" */
	bool matches;
	uint64_t value;			/* if it matches */
	char why[192];			/* if not: "has no member tgid" */
};

enum { CORE_CANDIDATES = 8 };		/* so many are described; there may be more */

/* The explanation record. Lives as long as the call that shows it. */
struct core_result {
	const struct core_relo *relo;
	enum core_outcome outcome;
	char what[192];			/* "task_struct.tgid", or what else it is about: "size of task_struct.comm" */
	char text[448];			/* "compiled for task_struct.tgid at 2492; this kernel has it at 2500" */
	uint64_t compiled, value;	/* in the object, in the kernel; value is 0 when poisoned */
	uint32_t slots;			/* 1, or 2 for ld_imm64 */
	struct bpf_insn before[2], after[2];
	struct core_candidate candidates[CORE_CANDIDATES];
	uint32_t ncandidates;		/* all of them */
};

/* The kernel an object is relocated for. */
struct core_kernel {
	/*
	 * The types called `name`, or a flavour of it, in BTF number i: 0 is the
	 * kernel's own, then come the modules. Only those of that kind are needed
	 * (or either kind of enum). 1, 0: there is no such BTF, or a failure.
	 */
	int (*find)(void *ctx, uint32_t i, uint32_t kind, const char *name, struct core_source *out, struct diag *d);
	/* Is told of each relocation; NULL: nobody wants to know, which is faster. */
	void (*tell)(void *ctx, const struct core_result *result);
	/* False: leave this function as it is. NULL: relocate all. */
	bool (*wanted)(void *ctx, uint32_t func);
	void *ctx;
};

/*
 * Relocates all wanted functions: fills func.relocated where a function has
 * relocations. Memory from a. 0; -EINVAL for what libbpf refuses, too: an
 * instruction that does not hold the value that was compiled, candidates that
 * disagree, a path that leads nowhere in the object's own types; -ERANGE for an
 * offset that an instruction cannot hold; or a failure of find().
 */
int core_relocate(struct object *o, const struct core_kernel *k, struct arena *a, struct diag *d);

/* Does relocation r take a look at the kernel's types? All do but those for the object's own type numbers. */
bool core_needs_kernel(const struct core_relo *r);

/* The machine whose registers the object was compiled to read: "x86", "arm64"; NULL: none. elf/registers.c */
const char *registers_of_object(const struct object *o);
/* The machine that has this register in a struct of this name; NULL: none, or several. */
const char *registers_machine(const char *type, const char *member);

/* What relocation r is about, without a kernel: "task_struct.tgid"; "type 7, 0:9" where the path is wrong. */
void core_what(const struct object *o, const struct core_relo *r, char *out, size_t size);

/*
 * Can a type of the object stand for one of the kernel? Kinds must agree, of
 * what pointers, arrays and functions lead to as well; names and sizes need not.
 * CO-RE asks it when a type must exist, and for what __ksym declares. Else why
 * it cannot is in *why (if not NULL).
 */
bool core_types_agree(const struct btf *local, uint32_t id, const struct btf *target, uint32_t target_id, struct text *why);

#endif
