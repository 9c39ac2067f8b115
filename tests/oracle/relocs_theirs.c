/*
 * CO-RE as libbpf does it, one relocation at a time: what tests/oracle/relocs.c compares ours with.
 *
 * The two functions that do the work are hidden from who uses the library, but in the archive they can be linked. Their
 * declarations, and those of what they take, stand here as libbpf 1.7 has them. How candidates are found is told again:
 * that function wants a whole object.
 *
 * Next: tests/all_oracle.sh
 */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES = 64 };			/* more than are made */

struct bpf_core_cand { const struct btf *btf; __u32 id; };
struct bpf_core_cand_list { struct bpf_core_cand *cands; int len; };
struct bpf_core_relo_res {
	__u64 orig_val, new_val;
	bool poison, validate, fail_memsz_adjust;
	__u32 orig_sz, orig_type_id, new_sz, new_type_id;
};

size_t bpf_core_essential_name_len(const char *name);
int bpf_core_calc_relo_insn(const char *prog, const struct bpf_core_relo *relo, int n, const struct btf *local,
			    struct bpf_core_cand_list *cands, void *scratch, struct bpf_core_relo_res *res);
int bpf_core_patch_insn(const char *prog, struct bpf_insn *insn, int at, const struct bpf_core_relo *relo, int n,
			const struct bpf_core_relo_res *res);

int their_relocate(const void *object, size_t object_size, const void *kernel, size_t kernel_size, const void *relocs, int n,
		   void *insns);

static struct { struct bpf_core_cand_list list; struct bpf_core_cand cands[TYPES]; bool known; } of[TYPES];

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level, (void)fmt, (void)ap;
	return 0;
}

static int plain_kind(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_ENUM64 ? BTF_KIND_ENUM : btf_kind(t);
}

static struct bpf_core_cand_list *candidates(const struct btf *object, const struct btf *kernel, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(object, id);
	const char *name = btf__name_by_offset(object, t->name_off);
	size_t len = bpf_core_essential_name_len(name);

	for (__u32 i = 1; !of[id].known && i < btf__type_cnt(kernel); i++) {
		const struct btf_type *k = btf__type_by_id(kernel, i);
		const char *their = btf__name_by_offset(kernel, k->name_off);

		if (*their && plain_kind(k) == plain_kind(t) && bpf_core_essential_name_len(their) == len &&
		    strncmp(their, name, len) == 0)
			of[id].cands[of[id].list.len++] = (struct bpf_core_cand){ kernel, i };
	}
	of[id].list.cands = of[id].cands;
	of[id].known = true;
	return &of[id].list;
}

static int relocate(const struct btf *object, const struct btf *kernel, const struct bpf_core_relo *r, int n,
		    struct bpf_insn *insns)
{
	static __u64 scratch[1 << 13];	/* three paths */
	int at = (int)(r->insn_off / sizeof(*insns)), err;
	struct bpf_core_cand_list *list = NULL;
	struct bpf_core_relo_res res;

	if (r->kind != BPF_CORE_TYPE_ID_LOCAL)
		list = candidates(object, kernel, r->type_id);
	err = bpf_core_calc_relo_insn("made", r, n, object, list, scratch, &res);
	return err ? err : bpf_core_patch_insn("made", &insns[at], at, r, n, &res);
}

/* 1: it reads no such BTF, 0, or the negative errno of the first relocation that fails. */
int their_relocate(const void *object, size_t object_size, const void *kernel, size_t kernel_size, const void *relocs, int n,
		   void *insns)
{
	struct btf *o, *k;
	int err = 1;

	libbpf_set_print(quiet);
	o = btf__new(object, (__u32)object_size);
	k = btf__new(kernel, (__u32)kernel_size);
	memset(of, 0, sizeof(of));
	if (o && k) {
		btf__set_pointer_size(o, 8);	/* as libbpf does for every object */
		btf__set_pointer_size(k, 8);
		err = 0;
		for (int i = 0; err == 0 && i < n; i++)
			err = relocate(o, k, (const struct bpf_core_relo *)relocs + i, i, insns);
	}
	btf__free(o);
	btf__free(k);
	return err;
}
