/*
 * What a program is verified against, when that is a function with a type.
 *
 * A kprobe gets registers and has to guess what is in them. The programs here
 * get the function's own arguments, with their types, so the verifier must know
 * which function it is before it looks at the first instruction. Its name stands
 * in the section; BPF_PROG_LOAD takes its number:
 *
 *	SEC("fentry/do_unlinkat")       FUNC do_unlinkat           attach_btf_id 31337
 *	SEC("lsm/file_open")            FUNC bpf_lsm_file_open
 *	SEC("iter/task")                FUNC bpf_iter_task
 *	SEC("tp_btf/sys_enter")         TYPEDEF btf_trace_sys_enter
 *	SEC("fentry/nf_tables:nft_do_chain")   the same, in a module: attach_btf_obj_fd says which
 *
 * freplace replaces a function of another BPF program. That has types of its
 * own, and the descriptor of the program goes along: attach_prog_fd.
 *
 * All numbers are known before anything is made in the kernel. The names are
 * collected first (targets_want), so that one pass over the kernel's 126000
 * types answers for all programs, and for everybody else who asks. A name that
 * nobody has is an error when it is that program's turn to be loaded: whatever
 * is wrong with a map or a program before it is met first, as by libbpf.
 *
 * In: section names, the kernel's BTF  Out: struct target, one a function
 * Kernel: kernel/bpf/syscall.c bpf_prog_load(), kernel/bpf/verifier.c bpf_check_attach_target()
 * Try: bpfwalk explain --dry-run build/progs/open_time.bpf.o
 * Next: loader/target_prog.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/nearest.h"
#include "loader/walk.h"

enum { NAME_ROOM = 256 };		/* the kernel's own limit is KSYM_NAME_LEN, 512 with the prefix far away */

/* A target taken apart: "nf_tables:nft_do_chain" is module "nf_tables" and name "nft_do_chain". */
struct wanted {
	const struct stand_in *type;
	char module[64];		/* "": the kernel, or any module */
	char name[NAME_ROOM];		/* as BTF has it, with the prefix */
	const char *bare;		/* the same without the prefix: the end of name */
};

/* The types of the kernel that stand for functions and the like: their kind, and what their names begin with. */
static const struct stand_in {
	uint8_t kind;
	const char *prefix;		/* NULL: there are none */
} stand_ins[] = {
	[TARGET_FUNCTION] = { BTF_KIND_FUNC, "" },
	[TARGET_TRACEPOINT] = { BTF_KIND_TYPEDEF, "btf_trace_" },
	[TARGET_LSM_HOOK] = { BTF_KIND_FUNC, "bpf_lsm_" },
	[TARGET_ITERATOR] = { BTF_KIND_FUNC, "bpf_iter_" },
	[TARGET_MODULE] = { BTF_KIND_UNKN, NULL },
};

static const struct stand_in *stand_in_of(const struct bw_program *p)
{
	return &stand_ins[hook_of(p)->target];
}

static bool is_looked_up(const struct bw_program *p)
{
	return p->is_entry && p->enabled && p->hook && stand_in_of(p)->prefix;
}

static int take_apart(const struct bw_program *p, struct wanted *out, struct diag *d)
{
	const struct stand_in *type = stand_in_of(p);
	const char *colon = strchr(p->target, ':'), *name = colon ? colon + 1 : p->target;
	size_t module = colon ? (size_t)(colon - p->target) : 0;
	int len = snprintf(out->name, sizeof(out->name), "%s%s", type->prefix, name);

	if (!name[0])
		return fail(d, -EINVAL, "program", "%s: section %s does not say which: expected %s/%s", p->name, p->section,
			    p->hook->section, p->hook->takes);
	if (len >= (int)sizeof(out->name) || module >= sizeof(out->module))
		return fail(d, -ENAMETOOLONG, "program", "%s: section %s: no name in the kernel is that long", p->name,
			    p->section);
	memcpy(out->module, p->target, module);
	out->module[module] = 0;
	out->type = type;
	out->bare = out->name + strlen(type->prefix);
	return 0;
}

int targets_want(struct walk *w)
{
	struct diag later = { 0 };	/* targets_resolve() says it */
	struct wanted wanted;
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < w->pub.nprograms; i++)
		if (is_looked_up(&w->programs[i]) && take_apart(&w->programs[i], &wanted, &later) == 0)
			r = kernel_btf_want(w, wanted.type->kind, wanted.name);
	return r;
}

/* ---- nobody has it --------------------------------------------------------- */

static void see_types(struct nearest *near, const struct btf *b, const struct stand_in *type)
{
	size_t len = strlen(type->prefix);

	for (uint32_t id = b->first ? b->first : 1; id < b->count; id++) {
		const struct btf_type *t = btf_type(b, id);
		const char *name = btf_str(b, t->name_off);

		if (btf_kind(t) == type->kind && strncmp(name, type->prefix, len) == 0)
			nearest_see(near, name + len);
	}
}

static int fail_module(const struct walk *w, const struct bw_program *p, const struct wanted *want, struct diag *d)
{
	char names[200];
	struct nearest near;

	nearest_start(&near, want->module);
	for (uint32_t i = 0; i < w->kernel_btf.nmodules; i++)
		nearest_see(&near, w->kernel_btf.modules[i].name);
	return fail(d, -ESRCH, "program", "%s: section %s: module %s is not loaded, or has no BTF%s", p->name, p->section,
		    want->module, nearest_text(&near, names, sizeof(names)));
}

static int fail_nobody(const struct walk *w, const struct bw_program *p, const struct wanted *want, struct diag *d)
{
	const struct kernel_btf *k = &w->kernel_btf;
	char names[200];
	struct nearest near;

	nearest_start(&near, want->bare);
	if (!want->module[0])
		see_types(&near, &k->vmlinux->btf, want->type);
	for (uint32_t i = 0; i < k->nmodules; i++)
		if (!want->module[0] || strcmp(k->modules[i].name, want->module) == 0)
			see_types(&near, &k->modules[i].btf, want->type);
	return fail(d, -ESRCH, "program", "%s: section %s: %s has no %s %s in its types%s", p->name, p->section,
		    want->module[0] ? want->module : "this kernel",
		    want->type->kind == BTF_KIND_FUNC ? "function" : "typedef", want->name, nearest_text(&near, names, sizeof(names)));
}

/* ---- finding --------------------------------------------------------------- */

static bool module_is_there(const struct walk *w, const char *module)
{
	for (uint32_t i = 0; i < w->kernel_btf.nmodules; i++)
		if (strcmp(w->kernel_btf.modules[i].name, module) == 0)
			return true;
	return false;
}

static int find_in_kernel(struct walk *w, const struct bw_program *p, struct target *out, struct diag *d)
{
	bool in_module;
	struct kernel_type type;
	struct wanted want;
	int r = take_apart(p, &want, d);

	if (r < 0)
		return r;
	in_module = want.module[0] && strcmp(want.module, "vmlinux") != 0;
	r = in_module ? kernel_btf_find_in(w, want.module, want.type->kind, want.name, &type, d) :
		kernel_btf_find(w, want.type->kind, want.name, &type, d);
	if (r < 0)
		return r;
	if (r == 0)
		return in_module && !module_is_there(w, want.module) ? fail_module(w, p, &want, d) :
			fail_nobody(w, p, &want, d);
	out->btf_id = type.id;
	out->fd = type.in->fd;
	return 0;
}

/* Programs for many functions are verified as such, and meet them when they are attached; only a module is named now. */
static int find_module(struct walk *w, const struct bw_program *p, struct target *out, struct diag *d)
{
	const char *colon = strchr(p->target, ':');
	struct wanted want = { 0 };
	int r;

	if (!colon)
		return 0;
	snprintf(want.module, sizeof(want.module), "%.*s", (int)(colon - p->target), p->target);
	r = kernel_btf_open(w, d);
	if (r == 0)
		r = kernel_btf_modules(w, d);
	for (uint32_t i = 0; r == 0 && i < w->kernel_btf.nmodules; i++)
		if (strcmp(w->kernel_btf.modules[i].name, want.module) == 0)
			out->fd = w->kernel_btf.modules[i].fd;
	return r == 0 && out->fd < 0 ? fail_module(w, p, &want, d) : r;
}

static int find_one(struct walk *w, const struct bw_program *p, struct target *out, struct diag *d)
{
	if (p->hook->prog_type == BPF_PROG_TYPE_EXT)
		return target_in_program(w, p, out, d);
	if (stand_in_of(p)->prefix)
		return find_in_kernel(w, p, out, d);
	return hook_of(p)->target == TARGET_MODULE ? find_module(w, p, out, d) : 0;
}

int targets_resolve(struct walk *w, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < w->pub.nprograms; i++) {
		const struct bw_program *p = &w->programs[i];

		w->targets[i] = (struct target){ .fd = -1 };
		if (p->is_entry && p->enabled)
			r = find_one(w, p, &w->targets[i], d);
		/* What somebody has said of freplace's target is told at once. */
		if ((r == -ESRCH || r == -EINVAL) && !(p->hook->prog_type == BPF_PROG_TYPE_EXT && w->options.target)) {
			w->targets[i].is_missing = true;
			memset(d, 0, sizeof(*d));
			r = 0;
		}
	}
	return r;
}

int target_check(struct walk *w, uint32_t func, struct diag *d)
{
	const struct bw_program *p = &w->programs[func];

	if (w->targets[func].is_missing)
		return find_one(w, p, &w->targets[func], d);
	/* What a struct_ops program implements is said by the maps that have it. */
	if (p->hook->prog_type == BPF_PROG_TYPE_STRUCT_OPS && !w->targets[func].btf_id)
		return fail(d, -EINVAL, "program", "%s: section %s: no variable of a section .struct_ops has it in a member",
			    p->name, p->section);
	return 0;
}
