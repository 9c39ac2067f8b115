/*
 * Fuzz target: an object is opened and relocated for a kernel, and nobody vouches for either. Input: four bytes n, an
 * object of n bytes, then the kernel's types. With n 0 both are made up of the rest, by tests/made_relocs.h: changed bytes
 * of an object seldom make two types that are nearly the same.
 *
 * They are read twice: as a file's, which is checked, and as the kernel's own, which is not, and must not be able to do
 * harm either.
 *
 * Next: tests/fuzz_symfile.c
 */
#include <errno.h>

#include "elf/btf_names.h"
#include "elf/core.h"
#include "elf/link.h"
#include "tests/fuzz.h"
#include "tests/made_relocs.h"

struct kernel {
	struct btf btf;
	struct arena *arena;
	uint32_t told;
};

static int find(void *ctx, uint32_t i, uint32_t kind, const char *name, struct core_source *out, struct diag *d)
{
	struct kernel *k = ctx;
	struct btf_names names = { 0 };
	const struct btf_name *found;

	if (i)
		return 0;
	if (btf_names_want(&names, kind, name, k->arena) < 0 || btf_names_scan(&names, &k->btf, k->arena) < 0)
		return fail_memory(d, "names");
	found = btf_names_get(&names, name);
	if (!found)		/* "" */
		return 0;
	*out = (struct core_source){ &k->btf, "fuzz", found->ids, found->nids };
	return 1;
}

static void tell(void *ctx, const struct core_result *r)
{
	((struct kernel *)ctx)->told++;
	fuzz_touch_string(r->what);
	fuzz_touch_string(r->text);
	PROMISE(*r->text && *r->what);
	PROMISE(r->slots == 1 || r->slots == 2);
	PROMISE((r->outcome == CORE_POISONED) == (r->after[0].code == BPF_INSN_CALL && r->after[0].imm == CORE_POISON));
	for (uint32_t i = 0; i < r->ncandidates && i < CORE_CANDIDATES; i++) {
		fuzz_touch_string(r->candidates[i].name);
		fuzz_touch_string(r->candidates[i].why);
		PROMISE(r->candidates[i].matches == !*r->candidates[i].why);
	}
}

/* The instructions as they were left, one after another. */
static uint64_t sum(const struct object *o)
{
	uint64_t h = 1;

	for (uint32_t i = 0; i < o->nfuncs; i++) {
		const unsigned char *p = (const void *)(o->funcs[i].relocated ? o->funcs[i].relocated : o->funcs[i].insns);

		for (size_t j = 0; j < o->funcs[i].count * sizeof(struct bpf_insn); j++)
			h = (h ^ p[j]) * 1099511628211u;
	}
	return h;
}

static void relocate(struct object *o, struct btf types)
{
	struct arena a = { .limit = 64 << 20 };
	struct kernel k = { .btf = types, .arena = &a };
	const struct core_kernel quiet = { .find = find, .ctx = &k }, telling = { .find = find, .tell = tell, .ctx = &k };
	struct diag d = { 0 }, again = { 0 };
	int r = fuzz_said(core_relocate(o, &quiet, &a, &d), &d);
	uint64_t made = sum(o);

	/* Who is told gets the same, though nothing is taken from what was found before. */
	if (r != -ENOMEM && fuzz_said(core_relocate(o, &telling, &a, &again), &again) != -ENOMEM) {
		PROMISE(again.code == d.code && strcmp(again.msg, d.msg) == 0);
		PROMISE(r < 0 || (made == sum(o) && k.told == o->ncore));
	}
	for (uint32_t i = 0; i < o->nfuncs; i++)
		o->funcs[i].relocated = NULL;
	arena_free(&a);
}

static void kernel_read(struct object *o, const uint8_t *types, size_t size, struct arena *a)
{
	struct diag d = { 0 };
	struct btf_names none = { 0 };
	struct btf btf;

	if (fuzz_said(btf_parse((struct view){ types, size }, a, &btf, &d), &d) == 0)
		relocate(o, btf);
	d.code = 0;
	d.msg[0] = d.where[0] = 0;
	if (fuzz_said(btf_index_names((struct view){ types, size }, NULL, &none, a, &btf, &d), &d) == 0)
		relocate(o, btf);
}

static void made_up(const uint8_t *data, size_t size, struct arena *a)
{
	static struct made m;
	struct numbers numbers = { data, size, 0 };
	struct core_relo relos[MADE_RELOCS];
	struct func f = { .name = "made", .section = "made", .insns = m.insns, .count = MADE_INSNS };
	struct object o = { .arena = a, .funcs = &f, .nfuncs = 1, .core = relos, .ncore = MADE_RELOCS };
	struct view object, kernel;
	struct diag d = { 0 };

	if (!make(&m, &numbers, a, &object, &kernel) || btf_parse(object, a, &o.btf, &d) < 0)
		return;
	for (uint32_t i = 0; i < MADE_RELOCS; i++)
		relos[i] = (struct core_relo){
			.insn = m.relocs[i].insn_off / (uint32_t)sizeof(struct bpf_insn), .number = i,
			.type_id = m.relocs[i].type_id, .kind = m.relocs[i].kind, .access_off = m.relocs[i].access_str_off,
		};
	kernel_read(&o, kernel.base, kernel.size, a);
}

static void opened(const uint8_t *data, size_t size, uint32_t n, struct arena *a)
{
	struct diag d = { 0 };
	struct object o;
	uint8_t *types = malloc(size - n + 1);	/* a block of its own: what reads behind it is seen */

	if (types && object_build((struct view){ data, n }, "fuzz", a, &o, &d) == 0 && o.ncore) {
		memcpy(types, data + n, size - n);
		for (uint32_t i = 0; i < o.ncore; i++) {
			char what[64];

			core_what(&o, &o.core[i], what, sizeof(what));
			fuzz_touch_string(what);
			PROMISE(object_core_at(&o, o.core[i].func, o.core[i].insn) < o.ncore);
		}
		kernel_read(&o, types, size - n, a);
	}
	free(types);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { .limit = 64 << 20 };
	uint32_t n;

	if (size < sizeof(n))
		return 0;
	memcpy(&n, data, sizeof(n));
	data += sizeof(n);
	size -= sizeof(n);
	if (!n)
		made_up(data, size, &a);
	else if (n <= size)
		opened(data, size, n, &a);
	arena_free(&a);
	return 0;
}
