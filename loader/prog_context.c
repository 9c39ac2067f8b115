/*
 * Programs whose types an older kernel reads in another way.
 *
 *	int twice(void *ctx __arg_ctx)		the tag arg:ctx, read since 6.8
 *	int twice(struct __sk_buff *ctx)	what says the same to kernels before
 *
 * The tag is in BTF, and the kernel that does not read it sees a global function
 * with an argument that may be anything. Its BTF gets a type that it knows.
 *
 * Other tags had to be left out of the BTF altogether, since the kernel refused
 * them. Then a global function is checked with less knowledge than its author
 * meant; without any types the verifier follows each call instead.
 *
 * In: a refused program  Out: a descriptor, or the refusal
 * Kernel: kernel/bpf/btf.c btf_prepare_func_args()
 * Next: loader/hooks.def
 */
#include <errno.h>
#include <string.h>

#include "elf/arg_ctx.h"
#include "loader/walk.h"

static long btf_load_for(struct walk *w, struct view bytes)
{
	struct bpf_btf_load_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes.base;
	attr.btf_size = (uint32_t)bytes.size;
	return bpf_charged(w, BPF_BTF_LOAD, &attr, 0);
}

/* refusal 0: it was not tried otherwise, as the kernel is known not to read the tag. */
long prog_load_context(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, long refusal, struct diag *d)
{
	const struct linked *l = &w->linked[func];
	struct view bytes;
	void *func_info;
	long btf, r = attr->func_info ?
		arg_ctx_rewrite(&w->o, l, attr->prog_type, w->btf_loaded, &w->arena, &bytes, &func_info, d) : 0;

	if (r <= 0)
		return r < 0 ? r : refusal;
	if (refusal)
		observe_note(w, "The kernel refused %s (%s). Before 6.8 it did not know the tag arg:ctx: functions with such an"
			     " argument get a type that says the same, in BTF of their own.", w->o.funcs[func].name,
			     bw_errno_name((int)refusal));
	btf = btf_load_for(w, bytes);
	if (btf < 0)
		return refusal;
	attr->prog_btf_fd = (uint32_t)btf;
	attr->func_info = (uintptr_t)func_info;
	r = bpf_charged(w, BPF_PROG_LOAD, attr, 0);
	sys_close(&w->sys, (int)btf);
	if (r >= 0) {
		w->missing |= 1u << EXTRA_CONTEXT_TAG;
		return r;
	}
	attr->prog_btf_fd = (uint32_t)w->btf_fd;	/* it was something else: the reason is to be about that */
	attr->func_info = (uintptr_t)l->func_info;
	return refusal;
}

/*
 * Tags say what an argument of a global function points to. A kernel that knows tags may still refuse where a newer
 * compiler puts them; without them it verifies such a function by itself and refuses its callers. With no types at all
 * it follows each call.
 */
long prog_load_untyped(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, long refusal)
{
	struct bpf_prog_load_attr plain = *attr;
	long r;

	if (!w->btf_without_tags || !attr->prog_btf_fd)
		return refusal;
	plain.prog_btf_fd = 0;
	plain.func_info = plain.line_info = 0;
	plain.func_info_cnt = plain.func_info_rec_size = plain.line_info_cnt = plain.line_info_rec_size = 0;
	r = bpf_charged(w, BPF_PROG_LOAD, &plain, 0);
	if (r < 0)
		return refusal;
	if (!is_missing(w, EXTRA_LESS_TAGS))
		observe_note(w, "Without the tags of its types the kernel refused %s, so it is loaded without types.",
			     w->o.funcs[func].name);
	w->missing |= 1u << EXTRA_LESS_TAGS;
	return r;
}
