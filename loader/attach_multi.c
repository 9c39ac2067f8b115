/*
 * One program at many functions of the kernel, with one call.
 *
 *	kprobe.multi    BPF_LINK_CREATE { prog_fd, kprobe_multi = { cnt, addrs or syms } }	since 5.18
 *	fentry.multi    BPF_LINK_CREATE { prog_fd, tracing_multi = { cnt, ids } }		since 7.2
 *
 * A thousand kprobes are a thousand perf events, and a second or two. These are
 * one link: the kernel's function tracer goes through the list itself. A session
 * program runs at a function's entry and again at its return, and the first run
 * decides whether there is a second.
 *
 * One name alone is handed over as it is. A pattern is matched here: against the
 * tracer's list of functions, or for trampolines against the kernel's types,
 * of which only functions count whose arguments a trampoline can pass on.
 *
 * In: "vfs_*"  Out: a link; closing it detaches
 * Kernel: kernel/trace/bpf_trace.c bpf_kprobe_multi_link_attach(), bpf_tracing_multi_attach()
 * Try:  strace -e bpf bpfwalk run build/progs/vfs.bpf.o --for 2
 * Next: loader/library_path.h
 */
#include <errno.h>
#include <string.h>

#include "elf/glob.h"
#include "loader/functions.h"
#include "loader/symbols.h"
#include "loader/walk.h"

/* What an errno means for a list of functions. */
static const char *means(const struct link *l, long code)
{
	switch (code) {
	case -EINVAL:
		return ": this kernel is older than this kind of link, or a function's type does not fit the program";
	case -EOPNOTSUPP:
		return l->hook->pub.prog_type == BPF_PROG_TYPE_TRACING ?
			": on this machine this kernel cannot lead many functions to one program" :
			": this kernel was built without it (CONFIG_FPROBE)";
	case -ESRCH:
		return ": not all of them are functions that can be probed";
	case -E2BIG:
		return ": that is more than a link can have";
	}
	return "";
}

static int create(struct walk *w, struct link *l, struct bpf_link_create_attr *attr, uint32_t count, struct diag *d)
{
	long fd;

	attr->prog_fd = (uint32_t)l->prog_fd;
	attr->attach_type = l->hook->pub.attach_type;
	fd = sys_bpf(&w->sys, BPF_LINK_CREATE, attr, 0);
	if (fd < 0)
		return fail_kernel(d, fd, l->where, "BPF_LINK_CREATE at %u function%s (%s)%s", count, count == 1 ? "" : "s",
				   l->target, means(l, fd));
	link_say_target(l, "%s (%u function%s)", l->target, count, count == 1 ? "" : "s");
	return link_add_fd(w, l, (int)fd, d);
}

/* ---- kprobe.multi ----------------------------------------------------------- */

static int attach_functions(struct walk *w, struct link *l, const struct functions *f, struct diag *d)
{
	struct bpf_link_create_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.kprobe_multi.flags = l->hook->pub.section[1] == 'r' ? BPF_F_KPROBE_MULTI_RETURN : 0;	/* kretprobe.multi */
	attr.kprobe_multi.cnt = f->count;
	attr.kprobe_multi.addrs = (uintptr_t)f->addresses;
	attr.kprobe_multi.syms = (uintptr_t)f->names;
	return create(w, l, &attr, f->count, d);
}

/* The kernel says ESRCH for a name it does not know. */
static int attach_name(struct walk *w, struct link *l, struct diag *d)
{
	char *name = (char *)(uintptr_t)l->target, near[200];
	struct diag why = { 0 };
	struct symbols s = { .name = l->target };
	int r = attach_functions(w, l, &(struct functions){ .names = &name, .count = 1 }, &why);

	if (r >= 0)
		return r;
	nearest_start(&s.near, l->target);
	if (r != -ESRCH || symbols_read(w, &s) < 0)
		return fail(d, r, l->where, "%s", why.msg);
	if (s.functions)
		return fail(d, r, l->where, "/proc/kallsyms has a function %s, but no probe can be put there (BPF_LINK_CREATE:"
			    " ESRCH)", l->target);
	return fail(d, r, l->where, "no kernel function %s (BPF_LINK_CREATE: ESRCH)%s", l->target,
		    nearest_text(&s.near, near, sizeof(near)));
}

int attach_kprobe_multi(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct arena scratch = { 0 };
	struct functions found;
	int r = refuse_pid(l, o, d);

	if (r < 0)
		return r;
	if (!glob_has_wildcard(l->target))
		return attach_name(w, l, d);
	r = functions_match(w, &scratch, l->target, &found, l->where, d);
	if (r == 0)
		r = attach_functions(w, l, &found, d);
	arena_free(&scratch);
	return r;
}

/* ---- fentry.multi ----------------------------------------------------------- */

/* A trampoline passes twelve arguments of at most 16 bytes, and no more than it knows of. */
static bool can_be_traced(const struct btf *b, const struct btf_type *func)
{
	const struct btf_type *proto = btf_type(b, func->type), *ret;
	const struct btf_param *params;

	if (!proto || btf_kind(proto) != BTF_KIND_FUNC_PROTO || btf_vlen(proto) > 12)
		return false;
	ret = btf_type(b, btf_skip_modifiers(b, proto->type));
	if (ret && (btf_kind(ret) == BTF_KIND_STRUCT || btf_kind(ret) == BTF_KIND_UNION || btf_kind(ret) == BTF_KIND_FLOAT))
		return false;
	params = btf_params(proto);
	for (uint32_t i = 0; i < btf_vlen(proto); i++) {
		int64_t size = btf_size(b, params[i].type);

		if (size <= 0 || size > 16)	/* 0: "..." */
			return false;
	}
	return true;
}

/* The numbers of all functions that fit; ids NULL: only counts them. */
static uint32_t match_types(const struct btf *b, const char *pattern, uint32_t *ids)
{
	uint32_t n = 0;

	for (uint32_t id = b->first ? b->first : 1; id < b->count; id++) {
		const struct btf_type *t = btf_type(b, id);

		if (btf_kind(t) != BTF_KIND_FUNC || !glob_match(pattern, btf_str(b, t->name_off)) || !can_be_traced(b, t))
			continue;
		if (ids)
			ids[n] = id;
		n++;
	}
	return n;
}

/* The types that the program was verified for: the kernel's, or of the module before the colon. */
static const struct btf *types_of(struct walk *w, const struct link *l, struct diag *d)
{
	const char *colon = strchr(l->target, ':');

	if (kernel_btf_open(w, d) < 0)
		return NULL;
	for (uint32_t i = 0; colon && i < w->kernel_btf.nmodules; i++)
		if (strncmp(w->kernel_btf.modules[i].name, l->target, (size_t)(colon - l->target)) == 0 &&
		    !w->kernel_btf.modules[i].name[colon - l->target])
			return &w->kernel_btf.modules[i].btf;
	return &w->kernel_btf.vmlinux->btf;
}

static int attach_ids(struct walk *w, struct link *l, struct arena *a, const struct btf *b, struct diag *d)
{
	const char *colon = strchr(l->target, ':'), *pattern = colon ? colon + 1 : l->target;
	uint32_t count = match_types(b, pattern, NULL), *ids = arena_array(a, count, sizeof(*ids));
	struct bpf_link_create_attr attr;

	if (!ids)
		return fail_memory(d, l->where);
	if (!count)
		return fail(d, -ENOENT, l->where, "%s fits no function of the kernel's types that can be traced", pattern);
	match_types(b, pattern, ids);
	memset(&attr, 0, sizeof(attr));
	attr.tracing_multi.ids = (uintptr_t)ids;
	attr.tracing_multi.cnt = count;
	return create(w, l, &attr, count, d);
}

int attach_tracing_multi(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct arena scratch = { 0 };
	const struct btf *b;
	int r = refuse_pid(l, o, d);

	if (r < 0)
		return r;
	b = types_of(w, l, d);
	r = b ? attach_ids(w, l, &scratch, b, d) : d->code;
	arena_free(&scratch);
	return r;
}
