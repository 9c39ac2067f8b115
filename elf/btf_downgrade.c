/*
 * One step at a time, in place; see elf/btf_downgrade.h.
 *
 * The records keep their lengths, as these trailers are equally long:
 *
 *	INT  VAR  DECL_TAG                4 bytes
 *	member  btf_enum64  secinfo      12 bytes each
 *	param  btf_enum                   8 bytes each
 *
 * In: the bytes of BTF, completed  Out: the same, for an older kernel
 * Kernel: kernel/bpf/btf.c btf_check_meta(), kind_ops[]
 * Try:  tests/vm/run.sh 5.10 --files DIR -- bpfwalk explain OBJ
 * Next: elf/arg_ctx.h
 */
#include <errno.h>
#include <string.h>

#include "elf/btf_downgrade.h"

struct taking {
	struct btf b;
	uint32_t small;			/* BTF_STEP_ENUM64: the type of a union's members */
};

/* The same record, to be written to: the bytes are the caller's. */
static struct btf_type *writable(const struct btf *b, uint32_t id)
{
	return (struct btf_type *)(uintptr_t)btf_type(b, id);
}

static char *name_of_type(const struct btf *b, const struct btf_type *t)
{
	return (char *)(uintptr_t)btf_str(b, t->name_off);
}

static bool question(const struct taking *s, struct btf_type *t)
{
	char *name = name_of_type(&s->b, t);

	if (btf_kind(t) != BTF_KIND_DATASEC || name[0] != '?')
		return false;
	name[0] = '_';
	return true;
}

/* A type that a member can have that is as small as any: the member has to lie inside. */
static uint32_t smallest_int(const struct btf *b)
{
	uint32_t best = 0, size = UINT32_MAX;

	for (uint32_t id = 1; id < b->count; id++) {
		const struct btf_type *t = btf_type(b, id);

		if (btf_kind(t) == BTF_KIND_INT && t->size < size && BTF_INT_BITS(btf_int_data(t)) == t->size * 8) {
			best = id;
			size = t->size;
		}
	}
	return best;
}

static bool enum64(const struct taking *s, struct btf_type *t)
{
	struct btf_member *m = (struct btf_member *)(void *)(t + 1);

	if (btf_kind(t) == BTF_KIND_ENUM && btf_kflag(t)) {	/* the sign of its values: as new as ENUM64 */
		t->info = BTF_INFO_ENC(BTF_KIND_ENUM, 0, btf_vlen(t));
		return true;
	}
	if (btf_kind(t) != BTF_KIND_ENUM64 || !s->small)
		return false;
	t->info = BTF_INFO_ENC(BTF_KIND_UNION, 0, btf_vlen(t));
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		m[i].type = s->small;
		m[i].offset = 0;
	}
	return true;
}

static bool type_tag(const struct taking *s, struct btf_type *t)
{
	(void)s;
	if (btf_kind(t) != BTF_KIND_TYPE_TAG)
		return false;
	t->name_off = 0;
	t->info = BTF_INFO_ENC(BTF_KIND_CONST, 0, 0);
	return true;
}

/* One byte: what it stands in for may be as small as that, and a struct may have it as a member. */
static void make_int(struct btf_type *t)
{
	const uint32_t bits = 8;

	t->info = BTF_INFO_ENC(BTF_KIND_INT, 0, 0);
	t->size = 1;
	memcpy(t + 1, &bits, sizeof(bits));
}

static bool decl_tag(const struct taking *s, struct btf_type *t)
{
	(void)s;
	if (btf_kind(t) != BTF_KIND_DECL_TAG)
		return false;
	make_int(t);
	return true;
}

/* The name of a section as that of a struct: its letters must do for C. */
static void make_struct_name(char *name)
{
	for (; *name; name++)
		if (*name == '.' || *name == '?')
			*name = '_';
}

static void make_struct(const struct btf *b, struct btf_type *t)
{
	const struct btf_var_secinfo *v = btf_secinfos(t);
	struct btf_member *m = (struct btf_member *)(void *)(t + 1);

	make_struct_name(name_of_type(b, t));
	t->info = BTF_INFO_ENC(BTF_KIND_STRUCT, 0, btf_vlen(t));
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		struct btf_var_secinfo var = v[i];	/* which m[i] takes the place of */

		m[i] = (struct btf_member){ .name_off = btf_type(b, var.type) ? btf_type(b, var.type)->name_off : 0,
					    .type = var.type, .offset = var.offset * 8 };
	}
}

static bool empty_datasec(const struct taking *s, struct btf_type *t)
{
	if (btf_kind(t) != BTF_KIND_DATASEC || btf_vlen(t))
		return false;
	make_struct(&s->b, t);
	return true;
}

static bool float_(const struct taking *s, struct btf_type *t)
{
	(void)s;
	if (btf_kind(t) != BTF_KIND_FLOAT)
		return false;
	t->name_off = 0;
	t->info = BTF_INFO_ENC(BTF_KIND_STRUCT, 0, 0);
	return true;
}

static bool global_func(const struct taking *s, struct btf_type *t)
{
	(void)s;
	if (btf_kind(t) != BTF_KIND_FUNC || btf_vlen(t) != BTF_FUNC_GLOBAL)
		return false;
	t->info = BTF_INFO_ENC(BTF_KIND_FUNC, 0, BTF_FUNC_STATIC);
	return true;
}

static bool datasec(const struct taking *s, struct btf_type *t)
{
	if (btf_kind(t) == BTF_KIND_VAR)
		make_int(t);
	else if (btf_kind(t) == BTF_KIND_DATASEC)
		make_struct(&s->b, t);
	else
		return false;
	return true;
}

static bool func(const struct taking *s, struct btf_type *t)
{
	(void)s;
	if (btf_kind(t) == BTF_KIND_FUNC) {
		t->info = BTF_INFO_ENC(BTF_KIND_TYPEDEF, 0, 0);
	} else if (btf_kind(t) == BTF_KIND_FUNC_PROTO) {
		t->info = BTF_INFO_ENC(BTF_KIND_ENUM, 0, btf_vlen(t));
		t->size = sizeof(uint32_t);
	} else {
		return false;
	}
	return true;
}

/* Before 5.13 kinds had four bits, and a kernel saw a bit too many where a newer one sees a kind it does not know. */
enum { SAYINGS = 4 };

static const struct step {
	bool (*take)(const struct taking *s, struct btf_type *t);
	const char *text;
	const char *said[SAYINGS];	/* how kernels put it that they do not know it: words of kernel/bpf/btf.c */
} steps[BTF_STEPS] = {
	[BTF_STEP_QUESTION] = { question, "names of sections that begin with '?' get a '_' (taken since 6.9)",
		{ "Invalid name" } },
	[BTF_STEP_ENUM64] = { enum64, "ENUM64 becomes UNION, enums lose their sign (known since 6.0)",
		{ "Invalid kind:19", "Invalid btf_info:13", "Invalid btf_info:93", "kind_flag" } },
	[BTF_STEP_TYPE_TAG] = { type_tag, "TYPE_TAG becomes CONST (known since 5.17)",
		{ "Invalid kind:18", "Invalid btf_info:12", "Invalid btf_info:92", "Type tags" } },
	[BTF_STEP_DECL_TAG] = { decl_tag, "DECL_TAG becomes INT (known since 5.16)",
		{ "Invalid kind:17", "Invalid btf_info:11", "Invalid btf_info:91" } },
	[BTF_STEP_EMPTY_DATASEC] = { empty_datasec, "DATASEC without variables becomes STRUCT (refused by 5.10)",
		{ "vlen == 0" } },
	[BTF_STEP_FLOAT] = { float_, "FLOAT becomes STRUCT (known since 5.13)",
		{ "Invalid kind:16", "Invalid btf_info:10" } },
	[BTF_STEP_GLOBAL_FUNC] = { global_func, "global FUNC becomes static (known since 5.6)",
		{ "vlen != 0" } },
	[BTF_STEP_DATASEC] = { datasec, "DATASEC becomes STRUCT, VAR becomes INT (known since 5.2)",
		{ "Invalid kind:14", "Invalid kind:15" } },
	[BTF_STEP_FUNC] = { func, "FUNC becomes TYPEDEF, FUNC_PROTO becomes ENUM (known since 5.0)",
		{ "Invalid kind:12", "Invalid kind:13" } },
};

const char *btf_step_text(enum btf_step step)
{
	return steps[step].text;
}

bool btf_step_is_meant(enum btf_step step, const char *line)
{
	for (size_t i = 0; i < SAYINGS; i++)
		if (steps[step].said[i] && strstr(line, steps[step].said[i]))
			return true;
	return false;
}

int btf_step_take(enum btf_step step, void *bytes, size_t size, struct arena *a, struct diag *d)
{
	struct taking s = { .small = 0 };
	bool changed = false;
	int r = btf_index((struct view){ bytes, size }, a, &s.b, d);

	if (r < 0)
		return r;
	if (step == BTF_STEP_ENUM64)
		s.small = smallest_int(&s.b);
	for (uint32_t id = 1; id < s.b.count; id++)
		changed |= steps[step].take(&s, writable(&s.b, id));
	return changed;
}
