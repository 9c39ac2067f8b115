/*
 * Names become numbers: the end of assembling.
 *
 *	goto yes		the distance; nothing is left to do
 *	call twice		static, and in this section: the distance
 *				static, elsewhere: a relocation for the section, imm = its place there - 1
 *				else: a relocation for the function, imm = -1
 *	call bpf_ktime_get_ns	no such function: the helper's number
 *	r1 = &limit+4		static: a relocation for the section, imm = its place there + 4
 *				else: a relocation for the variable, imm = 4
 *
 * Compilers do the same: a name that nobody else may see does not have to be in
 * the relocation, and what the linker cannot move needs none.
 *
 * In: waits, labels, symbols  Out: instructions, relocations
 * Kernel: Documentation/bpf/llvm_reloc.rst
 * Try: bpfwalk asm FILE.s -o OUT; bpfwalk inspect OUT
 * Next: elf/asm_btf.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/asm_parts.h"
#include "uapi/names.h"

enum { INSN = sizeof(struct bpf_insn) };

struct linking {
	struct assembly *s;
	const struct asm_label **labels;	/* sorted by function and name */
	const struct asm_symbol **symbols;	/* sorted by name */
};

static int label_compare(const void *a, const void *b)
{
	const struct asm_label *x = *(const struct asm_label *const *)a, *y = *(const struct asm_label *const *)b;

	if (x->func != y->func)
		return x->func < y->func ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int symbol_compare(const void *a, const void *b)
{
	return strcmp((*(const struct asm_symbol *const *)a)->name, (*(const struct asm_symbol *const *)b)->name);
}

static int labels_sort(struct linking *k)
{
	uint32_t n = k->s->nlabels;

	k->labels = arena_array(k->s->arena, n, sizeof(*k->labels));
	if (!k->labels)
		return asm_no_memory(k->s);
	for (uint32_t i = 0; i < n; i++)
		k->labels[i] = &k->s->labels[i];
	qsort(k->labels, n, sizeof(*k->labels), label_compare);
	for (uint32_t i = 1; i < n; i++)
		if (label_compare(&k->labels[i - 1], &k->labels[i]) == 0)
			return asm_fail(k->s, k->labels[i]->line, "label %s stands at line %u too, in the same function",
					 k->labels[i]->name, k->labels[i - 1]->line);
	return 0;
}

static int symbols_sort(struct linking *k)
{
	uint32_t n = k->s->nsymbols;

	k->symbols = arena_array(k->s->arena, n, sizeof(*k->symbols));
	if (!k->symbols)
		return asm_no_memory(k->s);
	for (uint32_t i = 0; i < n; i++)
		k->symbols[i] = &k->s->symbols[i];
	qsort(k->symbols, n, sizeof(*k->symbols), symbol_compare);
	for (uint32_t i = 1; i < n; i++)
		if (symbol_compare(&k->symbols[i - 1], &k->symbols[i]) == 0)
			return asm_fail(k->s, k->symbols[i]->line, "%s is defined at line %u too", k->symbols[i]->name,
					 k->symbols[i - 1]->line);
	return 0;
}

static const struct asm_label *label_find(const struct linking *k, const struct asm_wait *w)
{
	const struct asm_label key = { .name = w->name, .func = w->func }, *want = &key;
	const struct asm_label **found = bsearch(&want, k->labels, k->s->nlabels, sizeof(*k->labels), label_compare);

	return found ? *found : NULL;
}

static const struct asm_symbol *symbol_find(const struct linking *k, const char *name)
{
	const struct asm_symbol key = { .name = name }, *want = &key;
	const struct asm_symbol **found = bsearch(&want, k->symbols, k->s->nsymbols, sizeof(*k->symbols), symbol_compare);

	return found ? *found : NULL;
}

static int jump_link(struct linking *k, const struct asm_wait *w, struct bpf_insn *insn)
{
	const struct asm_label *label = label_find(k, w);
	int64_t distance;

	if (!label)
		return asm_fail(k->s, w->line, "no label %s in this function", w->name);
	distance = (int64_t)label->insn - (w->offset / INSN + 1);
	if (w->kind == WAITS_IMM) {
		insn->imm = (int32_t)distance;
		return 0;
	}
	if (distance < INT16_MIN || distance > INT16_MAX)
		return asm_fail(k->s, w->line, "%s is %lld instructions away, expected -32768 to 32767; gotol goes further",
				 w->name, (long long)distance);
	insn->off = (int16_t)distance;
	return 0;
}

/* symbol NULL: section `target` itself. */
static int reloc_add(struct linking *k, const struct asm_wait *w, uint32_t type, const struct asm_symbol *symbol,
		     uint32_t target)
{
	struct assembly *s = k->s;
	struct asm_reloc *relocs = array_grow(s->arena, s->relocs, s->nrelocs, sizeof(*relocs));

	if (!relocs)
		return asm_no_memory(s);
	s->relocs = relocs;
	relocs[s->nrelocs++] = (struct asm_reloc){
		w->section, w->offset, type, w->name, symbol ? (uint32_t)(symbol - s->symbols) : NO_INDEX, target, w->line,
	};
	s->sections[w->section].nrelocs++;
	return 0;
}

static int helper_link(struct linking *k, const struct asm_wait *w, struct bpf_insn *insn)
{
	uint64_t number;

	if (!name_value(NAMES_HELPER, w->name, &number))
		return asm_fail(k->s, w->line, "call of %s: no .func, no .extern and no helper has this name", w->name);
	insn->src_reg = 0;
	insn->imm = (int32_t)number;
	return 0;
}

static int call_link(struct linking *k, const struct asm_wait *w, struct bpf_insn *insn)
{
	const struct asm_symbol *f = symbol_find(k, w->name);

	if (!f)
		return helper_link(k, w, insn);
	if (f->section && f->type != STT_FUNC)
		return asm_fail(k->s, w->line, "call of %s, which is a variable, expected a function", w->name);
	if (f->bind != STB_LOCAL) {
		insn->imm = -1;
		return reloc_add(k, w, R_BPF_64_32, f, 0);
	}
	if (f->section != w->section) {
		insn->imm = (int32_t)(f->value / INSN) - 1;
		return reloc_add(k, w, R_BPF_64_32, NULL, f->section);
	}
	insn->imm = (int32_t)((int64_t)(f->value / INSN) - (w->offset / INSN + 1));
	return 0;
}

static int address_link(struct linking *k, const struct asm_wait *w, struct bpf_insn *insn)
{
	const struct asm_symbol *v = symbol_find(k, w->name);
	uint32_t section = v ? v->section : asm_section_find(k->s, w->name);
	int64_t imm;

	if (!v && !section)
		return asm_fail(k->s, w->line, "&%s: no .func, .var, .map, .extern or .section has this name", w->name);
	if (v && v->bind != STB_LOCAL)
		return reloc_add(k, w, R_BPF_64_64, v, 0);
	imm = insn->imm + (v ? (int64_t)v->value : 0);
	if (imm > INT32_MAX)
		return asm_fail(k->s, w->line, "&%s%+d is beyond what an address in an object can be", w->name, insn->imm);
	insn->imm = (int32_t)imm;
	return reloc_add(k, w, R_BPF_64_64, NULL, section);
}

static int wait_link(struct linking *k, const struct asm_wait *w)
{
	unsigned char *at = k->s->sections[w->section].bytes.at + w->offset;
	struct bpf_insn insn;
	int r;

	memcpy(&insn, at, sizeof(insn));
	r = w->kind == WAITS_CALL ? call_link(k, w, &insn) :
	    w->kind == WAITS_ADDRESS ? address_link(k, w, &insn) : jump_link(k, w, &insn);
	memcpy(at, &insn, sizeof(insn));
	return r;
}

/* What .reloc names: a symbol, or a section. */
static int reloc_link(struct linking *k, struct asm_reloc *r)
{
	const struct asm_symbol *symbol = symbol_find(k, r->name);

	r->symbol = symbol ? (uint32_t)(symbol - k->s->symbols) : NO_INDEX;
	r->target = symbol ? 0 : asm_section_find(k->s, r->name);
	if (!symbol && !r->target)
		return asm_fail(k->s, r->line, ".reloc: no symbol and no section is called %s", r->name);
	return 0;
}

int asm_link(struct assembly *s)
{
	struct linking k = { .s = s };
	uint32_t written = s->nrelocs;
	int r = labels_sort(&k);

	if (r == 0)
		r = symbols_sort(&k);
	for (uint32_t i = 0; r == 0 && i < written; i++)
		r = reloc_link(&k, &s->relocs[i]);
	for (uint32_t i = 0; r == 0 && i < s->nwaits; i++)
		r = wait_link(&k, &s->waits[i]);
	return r;
}
