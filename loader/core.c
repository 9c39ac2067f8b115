/*
 * CO-RE: the object meets the kernel's types.
 *
 *	elf/core.c       which types may be the one?    loader/kernel_btf.c
 *	   "task_struct"  -------------------------->   vmlinux, else every module
 *	   result         -------------------------->   whoever observes
 *
 * All names the relocations are about are said in advance, so one pass through
 * the kernel's types finds them all. An object without relocations, or whose
 * programs are all switched off, never opens them.
 *
 * In: struct object, the kernel's types  Out: instructions for this kernel
 * Kernel: kernel/bpf/btf.c bpf_core_apply() does it for loaders inside the kernel
 * Try:  bpfwalk explain build/progs/parent.bpf.o
 * Next: loader/btf_load.c
 */
#include <errno.h>
#include <string.h>

#include "elf/core.h"
#include "elf/text.h"
#include "elf/link.h"
#include "loader/walk.h"

/* A program that will not be loaded, under none of its names, is left as it is. Sub-programs belong to all. */
static bool wanted(void *ctx, uint32_t func)
{
	const struct walk *w = ctx;

	while (w->programs[func].is_entry && !w->programs[func].enabled)
		if (!func || !func_is_alias(&w->o, --func))
			return false;
	return true;
}

static bool asks_kernel(const struct walk *w, const struct core_relo *r)
{
	return core_needs_kernel(r) && wanted((void *)(uintptr_t)w, r->func);
}

/* Of the type it is about; a candidate is of the same. */
static uint32_t kind_of(const struct walk *w, const struct core_relo *r)
{
	const struct btf_type *t = btf_type(&w->o.btf, r->type_id);

	return t ? btf_kind(t) : BTF_KIND_UNKN;
}

int core_want(struct walk *w)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < w->o.ncore; i++)
		if (asks_kernel(w, &w->o.core[i]))
			r = kernel_btf_want(w, kind_of(w, &w->o.core[i]),
						 btf_name(&w->o.btf, w->o.core[i].type_id));
	return r;
}

static int find(void *ctx, uint32_t i, uint32_t kind, const char *name, struct core_source *out, struct diag *d)
{
	const struct kernel_types *in;
	const struct btf_name *found;
	int r = kernel_btf_named_in(ctx, i, kind, name, &in, &found, d);

	if (r == 1)
		*out = (struct core_source){ &in->btf, in->name, found->ids, found->nids };
	return r;
}

static void tell(void *ctx, const struct core_result *result)
{
	observe_core(ctx, result);
}

/* ---- what stands in the way -------------------------------------------------- */

/* This machine, as registers_of_object() calls it; NULL: one it does not know. */
static const char *this_machine(void)
{
#if defined(__x86_64__)
	return "x86";
#elif defined(__aarch64__)
	return "arm64";
#elif defined(__riscv)
	return "riscv";
#else
	return NULL;
#endif
}

const char *core_other_machine(const struct walk *w)
{
	const char *theirs = registers_of_object(&w->o), *ours = this_machine();

	return theirs && ours && !w->options.kernel_btf && strcmp(theirs, ours) != 0 ? theirs : NULL;
}

/* The relocation that is looked for, and what is said of it. */
struct question {
	struct walk *w;
	const struct core_relo *relo;
	struct text *out;
};

static int question_find(void *ctx, uint32_t i, uint32_t kind, const char *name, struct core_source *out, struct diag *d)
{
	return find(((struct question *)ctx)->w, i, kind, name, out, d);
}

static bool question_wanted(void *ctx, uint32_t func)
{
	return wanted(((struct question *)ctx)->w, func);
}

static void question_answer(void *ctx, const struct core_result *result)
{
	struct question *q = ctx;

	if (result->relo != q->relo || result->outcome != CORE_POISONED)
		return;
	text_add(q->out, "%s", result->text);
	if (result->ncandidates && !result->candidates[0].matches)
		text_add(q->out, " (%s: %s)", result->candidates[0].in, result->candidates[0].why);
}

bool core_why_poisoned(struct walk *w, uint32_t func, uint32_t insn, struct text *out)
{
	const struct linked *l = &w->linked[func];
	struct question q = { .w = w, .out = out };
	const struct core_kernel kernel = {
		.find = question_find, .tell = question_answer, .wanted = question_wanted, .ctx = &q,
	};
	struct diag d = { 0 };
	uint32_t at;

	if (insn >= l->count || l->insns[insn].code != BPF_INSN_CALL || l->insns[insn].imm != CORE_POISON)
		return false;
	for (uint32_t i = 0; i < l->nplaced; i++) {
		if (insn - l->placed[i].start >= l->placed[i].count)
			continue;
		at = object_core_at(&w->o, l->placed[i].func, insn - l->placed[i].start);
		if (at < w->o.ncore)
			q.relo = &w->o.core[w->o.core_order[at]];
	}
	return q.relo && core_relocate(&w->o, &kernel, &w->arena, &d) == 0 && out->length;
}

/* ---- relocating -------------------------------------------------------------- */

int core_apply(struct walk *w, struct diag *d)
{
	const struct core_kernel kernel = {
		.find = find, .tell = w->watched ? tell : NULL, .wanted = wanted, .ctx = w,
	};
	const char *machine = core_other_machine(w);
	uint32_t needed = 0, count = 0;
	int r = 0;

	if (machine)
		observe_note(w, "The object was compiled to read the registers of another machine: %s.", machine);
	for (uint32_t i = 0; i < w->o.ncore; i++) {
		count += wanted(w, w->o.core[i].func);
		needed += asks_kernel(w, &w->o.core[i]);
	}
	if (!count)
		return 0;
	if (needed)
		r = kernel_btf_open(w, d);
	if (r < 0)
		return r;
	observe_step(w, "core", w->pub.name);
	return core_relocate(&w->o, &kernel, &w->arena, d);
}
