/*
 * The object's BTF, made fit for the kernel.
 *
 * The compiler writes BTF before anybody has put sections together, so a
 * DATASEC has size 0 and its global variables offset 0; BPF_BTF_LOAD refuses
 * both, and wants the variables in order. elf/datasec.c has found the numbers;
 * here they are written down, in a copy: what came from the file stays as it is.
 *
 * A function or variable that is global for the linker but hidden from others
 * becomes static, so that the verifier checks the function with its callers.
 *
 * Externs, which the kernel does not know, become variables in elf/btf_extern.c.
 *
 * In: struct object  Out: the bytes for BPF_BTF_LOAD
 * Kernel: kernel/bpf/btf.c btf_datasec_check_meta(), btf_func_check_meta()
 * Try: bpfwalk explain build/progs/syscount.bpf.o, the step BPF_BTF_LOAD
 * Next: elf/btf_extern.c
 */
#include <errno.h>
#include <string.h>

#include "elf/datasec.h"
#include "elf/object_parts.h"

/* The copy of type id in raw; a struct btf parsed from the same bytes has it at the same distance. */
static unsigned char *copy_of(const struct object *o, uint32_t id, unsigned char *raw)
{
	size_t types = (size_t)(o->btf.types.base - o->btf.raw.base);

	return raw + types + o->btf.offsets[id];
}

/* DATASECs of things the kernel has: they have no section here. */
static bool is_extern_section(const char *name)
{
	return strcmp(name, ".ksyms") == 0 || strcmp(name, ".kconfig") == 0;
}

static int datasec_fix(const struct object *o, uint32_t id, struct arena *a, unsigned char *raw, struct diag *d)
{
	struct btf_type *t = (struct btf_type *)(void *)copy_of(o, id, raw);
	struct btf_var_secinfo *infos = (struct btf_var_secinfo *)(void *)(t + 1);
	struct datasec sec;
	int r = datasec_read(o, id, a, &sec, d);

	if (r < 0)
		return r;
	t->size = sec.size;
	for (uint32_t i = 0; i < sec.nvars; i++) {
		const struct datasec_var *v = &sec.vars[i];
		struct btf_type *var = (struct btf_type *)(void *)copy_of(o, v->var_id, raw);

		infos[i] = (struct btf_var_secinfo){ .type = v->var_id, .offset = v->offset, .size = v->size };
		*(struct btf_var *)(void *)(var + 1) = (struct btf_var){ .linkage = v->linkage };
	}
	return 0;
}

/* Sub-programs only: of a program nobody is a caller. */
static bool is_hidden_func(const struct object *o, const char *name)
{
	for (uint32_t i = 0; i < o->nfuncs; i++)
		if (!o->funcs[i].is_program && !o->funcs[i].is_global && strcmp(o->funcs[i].name, name) == 0)
			return true;
	return false;
}

static void func_fix(const struct object *o, uint32_t id, unsigned char *raw)
{
	struct btf_type *t = (struct btf_type *)(void *)copy_of(o, id, raw);

	if (btf_vlen(t) == BTF_FUNC_GLOBAL && is_hidden_func(o, btf_name(&o->btf, id)))
		t->info = BTF_INFO_ENC(BTF_KIND_FUNC, 0, BTF_FUNC_STATIC);
}

int object_btf_for_kernel(const struct object *o, struct arena *a, struct view *out, struct diag *d)
{
	unsigned char *raw;
	int r = 0;

	*out = (struct view){ 0 };
	if (!o->btf.count)
		return 0;
	raw = arena_copy(a, o->btf.raw.base, o->btf.raw.size);
	if (!raw)
		return fail_memory(d, "btf");
	for (uint32_t id = 1; r >= 0 && id < o->btf.count; id++) {
		const struct btf_type *t = btf_type(&o->btf, id);

		if (btf_kind(t) == BTF_KIND_DATASEC && !is_extern_section(btf_name(&o->btf, id)))
			r = datasec_fix(o, id, a, raw, d);
		if (btf_kind(t) == BTF_KIND_FUNC)
			func_fix(o, id, raw);
	}
	if (r < 0)
		return r;
	return btf_without_externs(o, raw, a, out, d);
}
