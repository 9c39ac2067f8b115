/*
 * Rewriting the types of functions that want the context; see elf/arg_ctx.h.
 *
 * Each function is cloned once, however many of its arguments are tagged, and
 * only if this program reaches it. Numbers of types that are there stay.
 *
 * In: tags in the object's BTF, what was linked  Out: BTF with more types, func_info
 * Kernel: kernel/bpf/btf.c btf_prepare_func_args(), btf_validate_prog_ctx_type()
 * Try:  bpfwalk explain build/tests/objects/arg_ctx.bpf.o, on 6.1
 * Next: elf/core.h
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "elf/arg_ctx.h"
#include "uapi/bpf_cmd.h"

static const char where[] = "btf";

/* What the context of each kind of program is called. The other kinds have none with a name. */
static const struct {
	uint32_t prog_type;
	const char *name;
} contexts[] = {
	{ BPF_PROG_TYPE_CGROUP_DEVICE, "bpf_cgroup_dev_ctx" },
	{ BPF_PROG_TYPE_CGROUP_SKB, "__sk_buff" },
	{ BPF_PROG_TYPE_CGROUP_SOCK, "bpf_sock" },
	{ BPF_PROG_TYPE_CGROUP_SOCK_ADDR, "bpf_sock_addr" },
	{ BPF_PROG_TYPE_CGROUP_SOCKOPT, "bpf_sockopt" },
	{ BPF_PROG_TYPE_CGROUP_SYSCTL, "bpf_sysctl" },
	{ BPF_PROG_TYPE_FLOW_DISSECTOR, "__sk_buff" },
	{ BPF_PROG_TYPE_KPROBE, "bpf_user_pt_regs_t" },
	{ BPF_PROG_TYPE_LWT_IN, "__sk_buff" },
	{ BPF_PROG_TYPE_LWT_OUT, "__sk_buff" },
	{ BPF_PROG_TYPE_LWT_SEG6LOCAL, "__sk_buff" },
	{ BPF_PROG_TYPE_LWT_XMIT, "__sk_buff" },
	{ BPF_PROG_TYPE_NETFILTER, "bpf_nf_ctx" },
	{ BPF_PROG_TYPE_PERF_EVENT, "bpf_perf_event_data" },
	{ BPF_PROG_TYPE_RAW_TRACEPOINT, "bpf_raw_tracepoint_args" },
	{ BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE, "bpf_raw_tracepoint_args" },
	{ BPF_PROG_TYPE_SCHED_ACT, "__sk_buff" },
	{ BPF_PROG_TYPE_SCHED_CLS, "__sk_buff" },
	{ BPF_PROG_TYPE_SK_LOOKUP, "bpf_sk_lookup" },
	{ BPF_PROG_TYPE_SK_MSG, "sk_msg_md" },
	{ BPF_PROG_TYPE_SK_REUSEPORT, "sk_reuseport_md" },
	{ BPF_PROG_TYPE_SK_SKB, "__sk_buff" },
	{ BPF_PROG_TYPE_SOCK_OPS, "bpf_sock_ops" },
	{ BPF_PROG_TYPE_SOCKET_FILTER, "__sk_buff" },
	{ BPF_PROG_TYPE_XDP, "xdp_md" },
};

struct rewriting {
	const struct btf *types;	/* the object's, with the tags */
	struct btf loaded;		/* the same numbers, as the kernel took them */
	uint32_t prog_type;
	const char *context;
	const struct linked *l;
	unsigned char *func_info;	/* the new one */
	uint32_t *words, nwords;	/* the new types */
	uint32_t ntypes, pointer;	/* how many; the number of the pointer, 0: not made yet */
	struct arena *arena;
};

static const char *context_of(uint32_t prog_type)
{
	for (size_t i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++)
		if (contexts[i].prog_type == prog_type)
			return contexts[i].name;
	return NULL;
}

/* ---- the new types ---------------------------------------------------------- */

static int add_words(struct rewriting *r, const uint32_t *words, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t *grown = array_grow(r->arena, r->words, r->nwords, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		r->words = grown;
		r->words[r->nwords++] = words[i];
	}
	return 0;
}

/* A record without what trails it; *id its number. */
static int add_type(struct rewriting *r, uint32_t name, uint32_t info, uint32_t size_or_type, uint32_t *id)
{
	*id = r->loaded.count + r->ntypes++;
	return add_words(r, (const uint32_t[]){ name, info, size_or_type }, 3);
}

/* STRUCT and PTR, once. The name will stand behind all others. */
static int pointer_make(struct rewriting *r)
{
	uint32_t id;
	int e = 0;

	if (r->pointer)
		return 0;
	e = add_type(r, (uint32_t)r->loaded.strings.size, BTF_INFO_ENC(BTF_KIND_STRUCT, 0, 0), 0, &id);
	return e < 0 ? e : add_type(r, 0, BTF_INFO_ENC(BTF_KIND_PTR, 0, 0), id, &r->pointer);
}

/* FUNC_PROTO and FUNC again, and the record in func_info points to them. */
static int func_clone(struct rewriting *r, uint32_t func, unsigned char *record)
{
	const struct btf_type *f = btf_type(&r->loaded, func), *proto = btf_type(&r->loaded, f->type);
	uint32_t id, clone;
	int e = add_type(r, proto->name_off, proto->info, proto->type, &id);

	if (e == 0)
		e = add_words(r, (const uint32_t *)(const void *)btf_params(proto), btf_vlen(proto) * 2);
	if (e == 0)
		e = add_type(r, f->name_off, f->info, id, &clone);
	if (e == 0)
		memcpy(record + offsetof(struct bpf_func_info, type_id), &clone, sizeof(clone));
	return e;
}

/* The words of a type that was added. */
static uint32_t *added(struct rewriting *r, uint32_t id)
{
	uint32_t at = 0;

	for (uint32_t n = r->loaded.count; n < id; n++) {
		uint32_t info = r->words[at + 1];

		at += 3 + (BTF_INFO_KIND(info) == BTF_KIND_FUNC_PROTO ? BTF_INFO_VLEN(info) * 2 : 0);
	}
	return r->words + at;
}

/* ---- which arguments -------------------------------------------------------- */

static bool is_struct_called(const struct btf *b, const struct btf_type *t, const char *name)
{
	return btf_kind(t) == BTF_KIND_STRUCT && strcmp(btf_str(b, t->name_off), name) == 0;
}

/* Is the argument's type one that stands for the context without being it? */
static bool stands_in(const struct rewriting *r, uint32_t type)
{
	const struct btf *b = r->types;
	const struct btf_type *t = btf_type(b, btf_skip_modifiers(b, type)), *to;
	bool registers = r->prog_type == BPF_PROG_TYPE_KPROBE || r->prog_type == BPF_PROG_TYPE_PERF_EVENT;

	if (!t || btf_kind(t) != BTF_KIND_PTR)
		return false;
	to = btf_type(b, t->type);
	if (to && registers && btf_kind(to) == BTF_KIND_TYPEDEF && strcmp(btf_str(b, to->name_off), "bpf_user_pt_regs_t") == 0)
		return false;		/* as the kernel wants it */
	to = btf_type(b, btf_skip_modifiers(b, t->type));
	if (!to)
		return true;		/* void * */
	if (registers)
		return is_struct_called(b, to, "pt_regs") || is_struct_called(b, to, "user_pt_regs") ||
		       is_struct_called(b, to, "user_regs_struct");
	if (r->prog_type == BPF_PROG_TYPE_RAW_TRACEPOINT || r->prog_type == BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE)
		return btf_kind(to) == BTF_KIND_INT && to->size == 8;
	return false;
}

/* The function and the argument that a tag is on, if it is one of ours: true. */
static bool tag_read(const struct rewriting *r, uint32_t id, uint32_t *func, uint32_t *arg)
{
	const struct btf_type *tag = btf_type(r->types, id), *f, *proto, *known;
	struct btf_decl_tag where_on;

	if (btf_kind(tag) != BTF_KIND_DECL_TAG || strcmp(btf_str(r->types, tag->name_off), "arg:ctx") != 0)
		return false;
	memcpy(&where_on, tag + 1, sizeof(where_on));
	f = btf_type(r->types, tag->type);
	known = btf_type(&r->loaded, tag->type);
	if (!f || btf_kind(f) != BTF_KIND_FUNC || !known || btf_kind(known) != BTF_KIND_FUNC ||
	    btf_vlen(known) != BTF_FUNC_GLOBAL)
		return false;
	proto = btf_type(r->types, f->type);
	if (where_on.component_idx < 0 || (uint32_t)where_on.component_idx >= btf_vlen(proto))
		return false;
	*func = tag->type;
	*arg = (uint32_t)where_on.component_idx;
	return stands_in(r, btf_params(proto)[*arg].type);
}

/* The record about the function, in the new func_info; NULL: this program does not reach it. */
static unsigned char *record_of(const struct rewriting *r, uint32_t func)
{
	for (uint32_t i = 0; i < r->l->func_info_cnt; i++) {
		const unsigned char *old = (const unsigned char *)r->l->func_info + (size_t)i * r->l->func_info_rec_size;
		struct bpf_func_info info;

		memcpy(&info, old, sizeof(info));
		if (info.type_id == func)
			return r->func_info + (size_t)i * r->l->func_info_rec_size;
	}
	return NULL;
}

static int rewrite(struct rewriting *r, uint32_t func, uint32_t arg, unsigned char *record)
{
	struct bpf_func_info info;
	uint32_t *proto;
	int e = pointer_make(r);

	memcpy(&info, record, sizeof(info));
	if (e == 0 && info.type_id == func)
		e = func_clone(r, func, record);
	if (e < 0)
		return e;
	memcpy(&info, record, sizeof(info));
	proto = added(r, added(r, info.type_id)[2]);
	proto[3 + arg * 2 + 1] = r->pointer;
	return 0;
}

/* ---- all together ----------------------------------------------------------- */

/* Header, the types there are and the new ones, the strings there are and the new one. */
static int assemble_btf(const struct rewriting *r, struct view *out)
{
	const struct btf *b = &r->loaded;
	size_t name = strlen(r->context) + 1;
	struct btf_header h = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(h) };
	unsigned char *at;

	h.type_len = (uint32_t)(b->types.size + r->nwords * sizeof(*r->words));
	h.str_off = h.type_len;
	h.str_len = (uint32_t)(b->strings.size + name);
	at = arena_alloc(r->arena, sizeof(h) + h.type_len + h.str_len);
	if (!at)
		return -ENOMEM;
	*out = (struct view){ at, sizeof(h) + h.type_len + h.str_len };
	memcpy(at, &h, sizeof(h));
	at += sizeof(h);
	memcpy(at, b->types.base, b->types.size);
	memcpy(at + b->types.size, r->words, r->nwords * sizeof(*r->words));
	at += h.type_len;
	memcpy(at, b->strings.base, b->strings.size);
	memcpy(at + b->strings.size, r->context, name);
	return 0;
}

int arg_ctx_rewrite(const struct object *o, const struct linked *l, uint32_t prog_type, struct view loaded,
		    struct arena *a, struct view *btf, void **func_info, struct diag *d)
{
	struct rewriting r = { .types = &o->btf, .prog_type = prog_type, .context = context_of(prog_type), .l = l, .arena = a };
	int e;

	if (!r.context || !l->func_info_cnt)
		return 0;
	e = btf_index(loaded, a, &r.loaded, d);
	if (e < 0)
		return e;
	r.func_info = arena_copy(a, l->func_info, (size_t)l->func_info_cnt * l->func_info_rec_size);
	if (!r.func_info)
		return fail_memory(d, where);
	for (uint32_t id = 1; e == 0 && id < o->btf.count; id++) {
		uint32_t func, arg;
		unsigned char *record = tag_read(&r, id, &func, &arg) ? record_of(&r, func) : NULL;

		if (record)
			e = rewrite(&r, func, arg, record);
	}
	if (e == 0 && r.nwords)
		e = assemble_btf(&r, btf);
	if (e < 0)
		return fail_memory(d, where);
	*func_info = r.func_info;
	return r.nwords != 0;
}
