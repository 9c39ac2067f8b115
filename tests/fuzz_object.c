/*
 * Fuzz target: all that happens to an object before the kernel is asked. Input: a file.
 *
 * Next: tests/made_relocs.h
 */
#include <errno.h>

#include "elf/arg_ctx.h"
#include "elf/disasm.h"
#include "elf/link.h"
#include "tests/fuzz.h"
#include "uapi/bpf_cmd.h"

static void touch_insns(const struct object *o, const struct linked *l)
{
	char text[128];
	int64_t target;

	for (uint32_t i = 0, step; i < l->count; i += step) {
		struct source_line line;

		step = disasm(l->insns, i, l->count - i, text, sizeof(text));
		PROMISE(step == 1 || (step == 2 && i + 1 < l->count));
		PROMISE(strlen(text) > 0);
		disasm_known(l->insns[i]);
		disasm_target(l->insns[i], i, &target);
		if (source_line_at(o, l, i, &line)) {
			fuzz_touch_string(line.file);
			fuzz_touch_string(line.text);
		}
	}
}

/* What the kernel will be given holds together: nothing points outside the program, or at a map that is not there. */
static void check_linked(const struct object *o, const struct linked *l)
{
	uint32_t next = 0;

	PROMISE(l->count > 0 && l->nplaced > 0);
	for (uint32_t i = 0; i < l->nplaced; i++) {
		PROMISE(l->placed[i].start == next && l->placed[i].func < o->nfuncs);
		next += l->placed[i].count;
	}
	PROMISE(next == l->count);
	for (uint32_t i = 0; i < l->nrelocs; i++) {
		PROMISE(l->relocs[i].insn + 1 < l->count);
		PROMISE(l->relocs[i].map < (l->relocs[i].kind == RELOC_JUMPS ? l->ntables : o->nmaps));
		PROMISE(l->insns[l->relocs[i].insn].code == BPF_INSN_LD_IMM64);
	}
	for (uint32_t i = 0; i < l->ntables; i++)
		fuzz_touch(l->tables[i].targets, l->tables[i].count * sizeof(*l->tables[i].targets));
	for (uint32_t i = 0; i < l->npatches; i++)
		PROMISE(l->patches[i].insn + l->patches[i].slots <= l->count);
	fuzz_touch(l->func_info, (size_t)l->func_info_cnt * l->func_info_rec_size);
	fuzz_touch(l->line_info, (size_t)l->line_info_cnt * l->line_info_rec_size);
}

/* Types for arguments that are the context must be BTF, too, and func_info as long as it was. */
static void check_context(const struct object *o, const struct linked *l, struct arena *a)
{
	static const uint32_t kinds[] = { BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_PROG_TYPE_KPROBE, BPF_PROG_TYPE_XDP };
	struct diag d = { 0 };
	struct view raw, btf;
	void *info;
	struct btf b;

	if (fuzz_said(object_btf_for_kernel(o, a, &raw, &d), &d) < 0 || !raw.size)
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct diag again = { 0 };

		d = (struct diag){ 0 };
		if (fuzz_said(arg_ctx_rewrite(o, l, kinds[i], raw, a, &btf, &info, &d), &d) != 1)
			continue;
		fuzz_touch(info, (size_t)l->func_info_cnt * l->func_info_rec_size);
		PROMISE(fuzz_said(btf_parse(btf, a, &b, &again), &again) != -EINVAL);
	}
}

static void link_one(const struct object *o, uint32_t func, struct arena *a)
{
	struct diag d = { 0 };
	struct linked l;
	struct patch *patches;
	int *fds;

	if (fuzz_said(link_program(o, func, a, &l, &d), &d) < 0)
		return;
	check_linked(o, &l);
	fds = arena_array(a, o->nmaps, sizeof(*fds));
	patches = arena_array(a, l.nrelocs, sizeof(*patches));
	if (!fds || !patches)
		return;
	for (uint32_t i = 0; i < o->nmaps; i++)
		fds[i] = (int)i + 3;
	check_context(o, &l, a);
	patch_program(o, &l, fds, patches);
	touch_insns(o, &l);
}

static void touch_maps(const struct object *o)
{
	for (uint32_t i = 0; i < o->nmaps; i++) {
		const struct map *m = &o->maps[i];

		fuzz_touch_string(m->name);
		PROMISE(memchr(m->kernel_name, 0, sizeof(m->kernel_name)));
		PROMISE(m->inner == NO_INDEX || m->inner < o->nmaps);
		PROMISE(m->key_type_id < o->btf.count || !m->key_type_id);
		PROMISE(m->value_type_id < o->btf.count || !m->value_type_id);
		if (m->data)
			fuzz_touch(m->data, m->data_size < 65536 ? m->data_size : 65536);
		for (uint32_t j = 0; j < m->nslots; j++)
			PROMISE(m->slots[j].target < (m->type == BPF_MAP_TYPE_PROG_ARRAY || m->origin == MAP_STRUCT_OPS ?
						      o->nfuncs : o->nmaps));
	}
	for (uint32_t i = 0; i < o->nglobals; i++) {
		const struct global *g = &o->globals[i];

		fuzz_touch_string(g->name);
		PROMISE(g->map < o->nmaps && g->offset <= o->maps[g->map].data_size &&
			g->size <= o->maps[g->map].data_size - g->offset);
	}
}

/* Our own repair of an object's BTF must be BTF. */
static void check_btf(const struct object *o, struct arena *a)
{
	struct diag d = { 0 }, again = { 0 };
	struct view raw;
	struct btf b;

	if (fuzz_said(object_btf_for_kernel(o, a, &raw, &d), &d) == 0 && raw.size)
		PROMISE(fuzz_said(btf_parse(raw, a, &b, &again), &again) != -EINVAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { .limit = 64 << 20 };
	struct diag d = { 0 };
	struct object o;

	if (fuzz_said(object_build((struct view){ data, size }, "fuzz", &a, &o, &d), &d) == 0) {
		fuzz_touch_string(o.license);
		touch_maps(&o);
		for (uint32_t i = 0; i < o.nfuncs; i++) {
			fuzz_touch_string(o.funcs[i].name);
			PROMISE(o.funcs[i].tail_of == NO_INDEX || (o.funcs[i].tail_of < o.nmaps &&
				o.maps[o.funcs[i].tail_of].type == BPF_MAP_TYPE_PROG_ARRAY));
			if (o.funcs[i].is_program)
				link_one(&o, i, &a);
		}
		check_btf(&o, &a);
	}
	arena_free(&a);
	return 0;
}
