/*
 * Externs in the BTF for the kernel, which has no such thing.
 *
 *	.kconfig   VAR CONFIG_HZ, extern      ->  a variable of the map .kconfig, at its offset
 *	.ksyms     VAR runqueues, extern      ->  an int, the n-th
 *	           FUNC bpf_rcu_read_lock     ->  a global function; in the section an int in its place
 *
 * Nothing looks at the variables of .ksyms any more, but the kernel checks
 * them: sizes, offsets, that a section holds variables and no functions, that a
 * global function's arguments have names. So a variable called dummy_ksym stands
 * for each function, and gives its name to arguments without one; if the object
 * has no int of 32 bits, one is added too. All of it as libbpf does it, so that
 * the kernel gets the same bytes from both.
 *
 *	| header | types ... + INT + VAR dummy_ksym | strings ... + "int" + "dummy_ksym" |
 *
 * In: struct object, a copy of its BTF  Out: that, or a larger one
 * Kernel: kernel/bpf/btf.c btf_datasec_check_meta(), btf_func_proto_check()
 * Try: bpfwalk explain --dry-run build/tests/objects/ksym.bpf.o, the step BPF_BTF_LOAD
 * Next: elf/btf_downgrade.h
 */
#include <stdlib.h>
#include <string.h>

#include "elf/object_parts.h"

static const char dummy_name[] = "dummy_ksym", int_name[] = "int";

/* What is added behind the types and strings. */
struct addition {
	uint32_t ids;			/* the next type id */
	uint32_t words[8], nwords;	/* at most two records */
	char strings[sizeof(dummy_name) + sizeof(int_name)];
	uint32_t nstrings;
	uint32_t int_id;
	uint32_t dummy_id, dummy_off;	/* 0: no function in .ksyms */
};

static struct btf_type *type_in(const struct object *o, unsigned char *raw, uint32_t id)
{
	return (struct btf_type *)(void *)(raw + (o->btf.types.base - o->btf.raw.base) + o->btf.offsets[id]);
}

/* The offset of a string: where BTF has it, or at the end. */
static uint32_t string_add(const struct object *o, struct addition *add, const char *s)
{
	struct view strings = o->btf.strings;
	size_t len = strlen(s) + 1;
	uint32_t off = (uint32_t)strings.size + add->nstrings;

	for (size_t at = 0; at + len <= strings.size; at += strlen((const char *)strings.base + at) + 1)
		if (memcmp(strings.base + at, s, len) == 0)
			return (uint32_t)at;
	memcpy(add->strings + add->nstrings, s, len);
	add->nstrings += (uint32_t)len;
	return off;
}

static uint32_t type_add(struct addition *add, const uint32_t record[4])
{
	memcpy(add->words + add->nwords, record, 4 * sizeof(*record));
	add->nwords += 4;
	return add->ids++;
}

static void int_find(const struct object *o, struct addition *add)
{
	uint32_t record[4] = { 0, BTF_INFO_ENC(BTF_KIND_INT, 0, 0), 4, 32 };

	for (uint32_t id = 1; id < o->btf.count; id++) {
		const struct btf_type *t = btf_type(&o->btf, id);

		if (btf_kind(t) == BTF_KIND_INT && BTF_INT_BITS(btf_int_data(t)) == 32) {
			add->int_id = id;
			return;
		}
	}
	record[0] = string_add(o, add, int_name);
	add->int_id = type_add(add, record);
}

static void dummy_add(const struct object *o, struct addition *add)
{
	uint32_t record[4] = { 0, BTF_INFO_ENC(BTF_KIND_VAR, 0, 0), add->int_id, BTF_VAR_GLOBAL_ALLOCATED };

	record[0] = add->dummy_off = string_add(o, add, dummy_name);
	add->dummy_id = type_add(add, record);
}

static void func_fix(const struct object *o, unsigned char *raw, struct btf_type *func, const struct addition *add)
{
	struct btf_type *proto = type_in(o, raw, func->type);
	struct btf_param *params = (struct btf_param *)(void *)(proto + 1);

	func->info = BTF_INFO_ENC(BTF_KIND_FUNC, 0, BTF_FUNC_GLOBAL);
	for (uint32_t i = 0; i < btf_vlen(proto); i++)
		if (params[i].type && !params[i].name_off)
			params[i].name_off = add->dummy_off;
}

static void ksyms_fix(const struct object *o, unsigned char *raw, struct btf_type *sec, struct addition *add)
{
	struct btf_var_secinfo *infos = (struct btf_var_secinfo *)(void *)(sec + 1);
	uint32_t n = btf_vlen(sec);

	int_find(o, add);
	for (uint32_t i = 0; i < n && !add->dummy_id; i++)
		if (btf_kind(btf_type(&o->btf, infos[i].type)) == BTF_KIND_FUNC)
			dummy_add(o, add);
	for (uint32_t i = 0; i < n; i++) {
		struct btf_type *t = type_in(o, raw, infos[i].type);

		if (btf_kind(t) == BTF_KIND_FUNC) {
			func_fix(o, raw, t, add);
			infos[i].type = add->dummy_id;
		} else {
			((struct btf_var *)(void *)(t + 1))->linkage = BTF_VAR_GLOBAL_ALLOCATED;
			t->type = add->int_id;
		}
		infos[i].offset = i * (uint32_t)sizeof(uint32_t);
		infos[i].size = sizeof(uint32_t);
	}
	sec->size = n * (uint32_t)sizeof(uint32_t);
}

static int by_offset(const void *a, const void *b)
{
	const struct btf_var_secinfo *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* A place in the map for each, and the list in order of place. */
static void kconfig_fix(const struct object *o, unsigned char *raw, struct btf_type *sec)
{
	struct btf_var_secinfo *infos = (struct btf_var_secinfo *)(void *)(sec + 1);

	for (uint32_t i = 0; i < btf_vlen(sec); i++) {
		const char *name = btf_name(&o->btf, infos[i].type);
		const struct external *e = external_named(o, name, strlen(name));

		if (!e)
			continue;
		((struct btf_var *)(void *)(type_in(o, raw, infos[i].type) + 1))->linkage = BTF_VAR_GLOBAL_ALLOCATED;
		infos[i].offset = e->offset;
	}
	qsort(infos, btf_vlen(sec), sizeof(*infos), by_offset);
	sec->size = o->maps[o->kconfig_map].value_size;
}

/* The header, the types and the new ones, the strings and the new ones. */
static int append(const struct object *o, const struct addition *add, struct arena *a, struct view *raw, struct diag *d)
{
	const unsigned char *types = raw->base + (o->btf.types.base - o->btf.raw.base);
	uint32_t type_len = (uint32_t)o->btf.types.size, str_len = (uint32_t)o->btf.strings.size;
	uint32_t new_types = add->nwords * (uint32_t)sizeof(*add->words);
	struct btf_header h;
	unsigned char *out;
	size_t size;

	memcpy(&h, raw->base, sizeof(h));
	h.type_off = 0;
	h.type_len = h.str_off = type_len + new_types;
	h.str_len = str_len + add->nstrings;
	size = h.hdr_len + (size_t)h.type_len + h.str_len;
	out = arena_alloc(a, size);
	if (!out)
		return fail_memory(d, "btf");
	memcpy(out, raw->base, h.hdr_len);
	memcpy(out, &h, sizeof(h));
	memcpy(out + h.hdr_len, types, type_len);
	memcpy(out + h.hdr_len + type_len, add->words, new_types);
	memcpy(out + h.hdr_len + h.str_off, o->btf.strings.base, str_len);
	memcpy(out + h.hdr_len + h.str_off + str_len, add->strings, add->nstrings);
	*raw = (struct view){ out, size };
	return 0;
}

int btf_without_externs(const struct object *o, unsigned char *raw, struct arena *a, struct view *out, struct diag *d)
{
	struct addition add = { .ids = o->btf.count };
	bool config = false, ksyms = false;

	*out = (struct view){ raw, o->btf.raw.size };
	for (uint32_t i = 0; i < o->nexternals; i++) {
		config |= o->externals[i].kind == EXTERN_KCONFIG;
		ksyms |= o->externals[i].kind != EXTERN_KCONFIG;
	}
	if (config)
		kconfig_fix(o, raw, type_in(o, raw, btf_find(&o->btf, BTF_KIND_DATASEC, ".kconfig")));
	if (ksyms)
		ksyms_fix(o, raw, type_in(o, raw, btf_find(&o->btf, BTF_KIND_DATASEC, ".ksyms")), &add);
	return add.nwords ? append(o, &add, a, out, d) : 0;
}
