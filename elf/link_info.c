/*
 * The notes that go with the instructions: func_info and line_info, from byte
 * offsets in ELF sections to indexes in the linked array.
 *
 *	.BTF.ext, section .text           linked       [ main | b  ]
 *	   0  type 7   function a                         0      12
 *	  40  type 9   function b   ---cut, renumber--->  12  type 9
 *
 * The records of a function are neighbours in the list of its section, so each
 * function takes one run of them, found by binary search.
 *
 * It is all or nothing: the kernel wants a func_info for every sub-program, and
 * for each a line_info at its first instruction. A program that has none itself
 * gets none at all; one that has them may not call a function that has not.
 * libbpf decides the same.
 *
 * In: struct object, what link_program() placed  Out: func_info, line_info of struct linked
 * Kernel: kernel/bpf/check_btf.c check_btf_func(), check_btf_line()
 * Try: bpfwalk disasm, which shows the lines
 * Next: elf/jump_tables.c
 */
#include <errno.h>
#include <string.h>

#include "elf/link.h"
#include "uapi/bpf_cmd.h"

/* A run of records of one group. */
struct run {
	const unsigned char *base;
	uint32_t count;
};

/* All records start with the instruction they are about: bytes in a file, an index once linked. */
static uint32_t record_insn(const unsigned char *record)
{
	uint32_t insn;

	memcpy(&insn, record, sizeof(insn));
	return insn;
}

/* How many records are about instructions before key; they ascend. */
static uint32_t records_before(const unsigned char *base, uint32_t count, uint32_t rec_size, uint64_t key)
{
	uint32_t from = 0;

	while (from < count) {
		uint32_t middle = from + (count - from) / 2;

		if (record_insn(base + (size_t)middle * rec_size) < key)
			from = middle + 1;
		else
			count = middle;
	}
	return from;
}

static struct run run_of(const struct ext_table *t, const struct func *f)
{
	const struct ext_group *g = t->rec_size ? ext_group_of(t, f->section) : NULL;
	uint64_t first = f->first * (uint64_t)sizeof(struct bpf_insn);
	uint64_t end = first + f->count * (uint64_t)sizeof(struct bpf_insn);
	uint32_t from, to;

	if (!g)
		return (struct run){ NULL, 0 };
	from = records_before(g->records.base, g->count, t->rec_size, first);
	to = records_before(g->records.base, g->count, t->rec_size, end);
	if (to <= from)		/* < only if the file's records do not ascend */
		return (struct run){ NULL, 0 };
	return (struct run){ g->records.base + (size_t)from * t->rec_size, to - from };
}

/* Counts the records of all functions; 0 if the program has none. */
static int count_records(const struct object *o, const struct linked *l, const struct ext_table *t, const char *what,
			 uint32_t *count, struct diag *d)
{
	*count = 0;
	for (uint32_t i = 0; i < l->nplaced; i++) {
		const struct func *f = &o->funcs[l->placed[i].func];
		struct run run = run_of(t, f);

		if (!run.count && !i)
			return 0;
		if (!run.count)
			return fail(d, -EINVAL, "link", "function %s in %s has no %s, but program %s, which calls it, has",
				    f->name, f->section, what, o->funcs[l->placed[0].func].name);
		if (run.count > UINT32_MAX - *count)
			return fail(d, -EINVAL, "link", "more than %u records of %s", UINT32_MAX, what);
		*count += run.count;
	}
	return 0;
}

/* Copies the run to out, so that it counts instructions from the start of the linked array. */
static void copy_run(struct run run, uint32_t rec_size, const struct func *f, uint32_t start, unsigned char *out)
{
	memcpy(out, run.base, (size_t)run.count * rec_size);
	for (uint32_t i = 0; i < run.count; i++, out += rec_size) {
		uint32_t insn = record_insn(out) / (uint32_t)sizeof(struct bpf_insn) - f->first + start;

		memcpy(out, &insn, sizeof(insn));
	}
}

static int join(const struct object *o, const struct linked *l, const struct ext_table *t, const char *what,
		struct arena *a, void **records, uint32_t *count, struct diag *d)
{
	unsigned char *out;
	int r = count_records(o, l, t, what, count, d);

	if (r < 0 || !*count)
		return r;
	*records = out = arena_array(a, *count, t->rec_size);
	if (!out)
		return fail_memory(d, "link");
	for (uint32_t i = 0; i < l->nplaced; i++) {
		const struct func *f = &o->funcs[l->placed[i].func];
		struct run run = run_of(t, f);

		copy_run(run, t->rec_size, f, l->placed[i].start, out);
		out += (size_t)run.count * t->rec_size;
	}
	return 0;
}

int link_info(const struct object *o, struct arena *a, struct linked *l, struct diag *d)
{
	int r = join(o, l, &o->ext.func_info, "func_info", a, &l->func_info, &l->func_info_cnt, d);

	if (r == 0)
		r = join(o, l, &o->ext.line_info, "line_info", a, &l->line_info, &l->line_info_cnt, d);
	if (r < 0)
		return r;
	l->func_info_rec_size = l->func_info ? o->ext.func_info.rec_size : 0;
	l->line_info_rec_size = l->line_info ? o->ext.line_info.rec_size : 0;
	return 0;
}

static struct source_line source_line_read(const struct object *o, const unsigned char *record)
{
	struct bpf_line_info info;

	memcpy(&info, record, sizeof(info));
	return (struct source_line){
		.file = btf_str(&o->btf, info.file_name_off),
		.text = btf_str(&o->btf, info.line_off),
		.line = BPF_LINE_INFO_LINE_NUM(info.line_col),
		.column = BPF_LINE_INFO_LINE_COL(info.line_col),
	};
}

bool source_line_at(const struct object *o, const struct linked *l, uint32_t insn, struct source_line *out)
{
	uint32_t n = records_before(l->line_info, l->line_info_cnt, l->line_info_rec_size, (uint64_t)insn + 1);

	if (!n)
		return false;
	*out = source_line_read(o, (const unsigned char *)l->line_info + (size_t)(n - 1) * l->line_info_rec_size);
	out->record = n - 1;
	return true;
}

bool source_line_in_file(const struct object *o, uint32_t func, uint32_t insn, struct source_line *out)
{
	const struct func *f = &o->funcs[func];
	const struct ext_table *t = &o->ext.line_info;
	const struct ext_group *g = ext_group_of(t, f->section);
	uint64_t at = ((uint64_t)f->first + insn) * sizeof(struct bpf_insn);
	uint32_t n = g ? records_before(g->records.base, g->count, t->rec_size, at + 1) : 0;

	if (!n)
		return false;
	*out = source_line_read(o, g->records.base + (size_t)(n - 1) * t->rec_size);
	out->record = n - 1;
	return true;
}
