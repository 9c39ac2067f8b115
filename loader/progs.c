/*
 * Loading the programs: link, patch, BPF_PROG_LOAD.
 *
 *	link   the program and the sub-programs it calls become one array
 *	patch  map descriptors go into the ld_imm64 instructions
 *	load   the kernel verifies it and answers with a descriptor
 *
 * In: struct func[], map descriptors  Out: bw_program.fd
 * Kernel: kernel/bpf/syscall.c bpf_prog_load()
 * Try: bpfwalk explain --dry-run build/progs/syscount.bpf.o
 * Next: loader/jump_tables.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"

/* struct bw_insn is the public face of struct bpf_insn. */
_Static_assert(sizeof(struct bw_insn) == sizeof(struct bpf_insn), "both are eight bytes");

static int *map_fds(struct walk *w)
{
	int *fds = arena_array(&w->arena, w->o.nmaps, sizeof(*fds));

	for (uint32_t i = 0; fds && i < w->o.nmaps; i++)
		fds[i] = w->maps[i].fd;
	return fds;
}

/* Links func and puts the descriptors in, telling about each instruction that changes. */
static int make_insns(struct walk *w, uint32_t func, const int *fds, struct diag *d)
{
	struct linked *l = &w->linked[func];
	struct patch *patches;
	int r = link_program(&w->o, func, &w->arena, l, d);

	if (r < 0)
		return r;
	if (l->npatches) {
		observe_step(w, "link", w->o.funcs[func].name);
		observe_patches(w, &w->programs[func], l->patches, l->npatches);
	}
	r = jump_tables_make(w, func, d);
	if (r < 0)
		return r;
	patches = w->watched ? arena_array(&w->arena, l->nrelocs, sizeof(*patches)) : NULL;
	patch_program(&w->o, l, fds, patches);
	if (patches && l->nrelocs) {
		observe_step(w, "patch", w->o.funcs[func].name);
		observe_patches(w, &w->programs[func], patches, l->nrelocs);
	}
	w->programs[func].insns = (const struct bw_insn *)(const void *)l->insns;
	w->programs[func].loaded_insn_count = l->count;
	return 0;
}

/* A kernel object's name: letters, digits, '_' and '.', at most 15 of them. */
static void kernel_name(char out[16], const char *name)
{
	size_t i;

	for (i = 0; name[i] && i < 15; i++) {
		char c = name[i];
		bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';

		out[i] = ok ? c : '_';
	}
	out[i] = 0;
}

static void fill_attr(const struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr)
{
	const struct bw_hook *hook = w->programs[func].hook;
	const struct linked *l = &w->linked[func];
	const struct target *t = &w->targets[func];

	memset(attr, 0, sizeof(*attr));
	attr->prog_type = hook->prog_type;
	attr->expected_attach_type = t->attach_type ? t->attach_type : hook->attach_type;
	attr->prog_flags = hook->prog_flags;
	attr->attach_btf_id = t->btf_id;
	attr->attach_btf_obj_fd = t->fd >= 0 ? (uint32_t)t->fd : 0;	/* attach_prog_fd for freplace: the same member */
	attr->insns = (uintptr_t)l->insns;
	attr->insn_cnt = l->count;
	attr->license = (uintptr_t)w->o.license;
	attr->kern_version = w->o.kern_version;
	attr->fd_array = (uintptr_t)w->fd_array;
	kernel_name(attr->prog_name, w->o.funcs[func].name);
	if (w->btf_fd < 0 || w->btf_without_funcs)
		return;
	attr->prog_btf_fd = (uint32_t)w->btf_fd;
	if (!l->func_info_cnt)
		return;
	attr->func_info = (uintptr_t)l->func_info;
	attr->func_info_cnt = l->func_info_cnt;
	attr->func_info_rec_size = l->func_info_rec_size;
	attr->line_info = (uintptr_t)l->line_info;
	attr->line_info_cnt = l->line_info_cnt;
	attr->line_info_rec_size = l->line_info_cnt ? l->line_info_rec_size : 0;
}

static int load_one(struct walk *w, uint32_t func, const int *fds, struct diag *d)
{
	struct bpf_prog_load_attr attr;
	int r = target_check(w, func, d);

	if (r == 0)
		r = make_insns(w, func, fds, d);

	if (r == 0) {
		observe_step(w, "prog_load", w->o.funcs[func].name);
		fill_attr(w, func, &attr);
		r = prog_load(w, func, &attr, d);
	}
	jump_tables_close(w, func);
	if (r < 0)
		return r;
	w->programs[func].fd = r;
	return 0;
}

int progs_load(struct walk *w, struct diag *d)
{
	const int *fds = map_fds(w);
	int r = 0;

	if (!fds)
		return fail_memory(d, "program load");
	for (uint32_t i = 0; r == 0 && i < w->o.nfuncs; i++)
		if (w->programs[i].is_entry && w->programs[i].enabled)
			r = left_out_optional(w, i, load_one(w, i, fds, d), d);
	return r;
}
