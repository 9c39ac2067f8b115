/*
 * Programs for kernels that know fewer members of struct bpf_attr.
 *
 *	BPF_PROG_LOAD { ..., expected_attach_type, prog_btf_fd, func_info ... }	-> E2BIG
 *	without types and source lines						-> E2BIG
 *	without the expected attach type					-> a descriptor
 *
 * A kernel that is given more bytes than it knows insists that they are zero, and
 * says E2BIG when they are not. Some of them a program can do without, and those
 * are left out, the newest first, each with a note. What decides where a program
 * may be attached is never left out.
 *
 * In: the command's struct, refused  Out: a descriptor, or an errno
 * Kernel: kernel/bpf/syscall.c __sys_bpf(), bpf_check_uarg_tail_zero()
 * Next: loader/hooks.c
 */
#include <errno.h>
#include <string.h>

#include "elf/arg_ctx.h"
#include "loader/walk.h"

static bool drop_info(struct bpf_prog_load_attr *attr)
{
	bool had = attr->prog_btf_fd != 0;

	attr->prog_btf_fd = 0;
	attr->func_info = attr->line_info = 0;
	attr->func_info_cnt = attr->func_info_rec_size = attr->line_info_cnt = attr->line_info_rec_size = 0;
	return had;
}

/* These had no attach type in the beginning; others are what their attach type says. */
static const struct {
	uint32_t prog_type, attach_type;	/* 0: any */
} optional[] = {
	{ BPF_PROG_TYPE_XDP, BPF_XDP },
	{ BPF_PROG_TYPE_SOCK_OPS, 0 },
	{ BPF_PROG_TYPE_SK_SKB, 0 },
	{ BPF_PROG_TYPE_SK_MSG, 0 },
	{ BPF_PROG_TYPE_LIRC_MODE2, 0 },
	{ BPF_PROG_TYPE_FLOW_DISSECTOR, 0 },
	{ BPF_PROG_TYPE_CGROUP_SKB, 0 },
	{ BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE },
	{ BPF_PROG_TYPE_CGROUP_DEVICE, 0 },
};

static bool drop_attach_type(struct bpf_prog_load_attr *attr)
{
	for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++) {
		if (attr->prog_type != optional[i].prog_type || !attr->expected_attach_type ||
		    (optional[i].attach_type && attr->expected_attach_type != optional[i].attach_type))
			continue;
		attr->expected_attach_type = 0;
		return true;
	}
	return false;
}

static bool drop_name(struct bpf_prog_load_attr *attr)
{
	bool had = attr->prog_name[0] != 0;

	memset(attr->prog_name, 0, sizeof(attr->prog_name));
	return had;
}

/* What a program can do without, the newest first. */
static const struct {
	bool (*drop)(struct bpf_prog_load_attr *attr);	/* false: there was nothing to leave out */
	const char *text;
} extras[] = {
	{ drop_info, "its types and source lines (known since 5.0)" },
	{ drop_attach_type, "its expected attach type (known since 4.17)" },
	{ drop_name, "its name (known since 4.15)" },
};

/* E2BIG: there is something behind the end of what this kernel knows. It does not say what. */
long prog_load_older(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr)
{
	long r = -E2BIG;

	for (size_t i = 0; r == -E2BIG && i < sizeof(extras) / sizeof(extras[0]); i++) {
		if (!extras[i].drop(attr))
			continue;
		observe_note(w, "The kernel refused the description of %s (E2BIG), so it is loaded without %s.", w->o.funcs[func].name,
			     extras[i].text);
		r = sys_bpf(&w->sys, BPF_PROG_LOAD, attr, 0);
	}
	return r;
}

static long btf_load_for(struct walk *w, struct view bytes)
{
	struct bpf_btf_load_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes.base;
	attr.btf_size = (uint32_t)bytes.size;
	return sys_bpf(&w->sys, BPF_BTF_LOAD, &attr, 0);
}

long prog_load_context(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, long refusal, struct diag *d)
{
	const struct linked *l = &w->linked[func];
	struct view bytes;
	void *func_info;
	long btf, r = attr->func_info ?
		arg_ctx_rewrite(&w->o, l, attr->prog_type, w->btf_loaded, &w->arena, &bytes, &func_info, d) : 0;

	if (r <= 0)
		return r < 0 ? r : refusal;
	observe_note(w, "The kernel refused %s (%s). Before 6.8 it did not know the tag arg:ctx: functions with such an argument get"
		     " a type that says the same, in BTF of their own.", w->o.funcs[func].name, bw_errno_name((int)refusal));
	btf = btf_load_for(w, bytes);
	if (btf < 0)
		return refusal;
	attr->prog_btf_fd = (uint32_t)btf;
	attr->func_info = (uintptr_t)func_info;
	r = sys_bpf(&w->sys, BPF_PROG_LOAD, attr, 0);
	sys_close(&w->sys, (int)btf);
	if (r >= 0)
		return r;
	attr->prog_btf_fd = (uint32_t)w->btf_fd;	/* it was something else: the reason is to be about that */
	attr->func_info = (uintptr_t)l->func_info;
	return refusal;
}
