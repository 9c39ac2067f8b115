/*
 * What we would give the kernel for each program of an object, as text: instructions, func_info, line_info.
 *
 *	link_dump OBJECT [BTF] >OURS; link_dump_libbpf OBJECT [BTF] >THEIRS; diff OURS THEIRS
 *
 *	program hello			15 letters of its name, as the kernel takes them
 *	insn 0 18 1 1 0 .rodata		code, dst, src, off, and imm: the map's name where a map is meant
 *	func 0 12			the words of a record
 *
 * An instruction that we cannot finish yet (an extern) has * for all its fields. What CO-RE relocations say is looked up
 * in BTF, an ELF file or not; without it, in the running kernel's.
 *
 * Next: tests/link_dump_libbpf.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/btf_names.h"
#include "elf/core.h"
#include "elf/link.h"

static struct view read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	unsigned char *bytes;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 || !(bytes = malloc((size_t)size + 1))) {
		perror(path);
		exit(1);
	}
	rewind(f);
	size = (long)fread(bytes, 1, (size_t)size, f);
	fclose(f);
	return (struct view){ bytes, (size_t)size };
}

/* Sets open[i] for each instruction of the linked array that is not finished. */
static void find_open(const struct object *o, const struct linked *l, bool *open)
{
	for (uint32_t p = 0; p < l->nplaced; p++) {
		const struct func *f = &o->funcs[l->placed[p].func];
		bool *own = open + l->placed[p].start;

		for (uint32_t i = 0; i < f->nrelocs; i++)
			if (f->relocs[i].kind == RELOC_REFUSED)
				own[f->relocs[i].insn] = true;
	}
	for (uint32_t i = l->count; i-- > 1;)	/* both halves of an ld_imm64 */
		if (open[i - 1] && l->insns[i - 1].code == BPF_INSN_LD_IMM64)
			open[i] = true;
}

static void dump_insns(const struct object *o, const struct linked *l)
{
	bool *open = calloc(l->count + 1, sizeof(*open));

	if (!open)
		exit(1);
	find_open(o, l, open);
	for (uint32_t i = 0; i < l->count; i++) {
		const struct bpf_insn *in = &l->insns[i];

		if (open[i])
			printf("insn %u *\n", i);
		else if (in->code == BPF_INSN_LD_IMM64 &&
			 (in->src_reg == BPF_PSEUDO_MAP_FD || in->src_reg == BPF_PSEUDO_MAP_VALUE))
			printf("insn %u %02x %u %u %d %s\n", i, in->code, in->dst_reg, in->src_reg, in->off,
			       o->maps[in->imm].name);
		else
			printf("insn %u %02x %u %u %d %d\n", i, in->code, in->dst_reg, in->src_reg, in->off, in->imm);
	}
	free(open);
}

static void dump_words(const char *what, const void *records, uint32_t count, uint32_t size)
{
	const uint32_t *words = records;

	for (uint32_t i = 0; i < count; i++) {
		fputs(what, stdout);
		for (uint32_t j = 0; j < size / 4; j++)
			printf(" %u", *words++);
		putchar('\n');
	}
}

static int dump_program(const struct object *o, uint32_t func, const int *fds, struct diag *d)
{
	struct linked l;
	int r = link_program(o, func, o->arena, &l, d);

	if (r < 0)
		return r;
	patch_program(o, &l, fds, NULL);
	printf("program %.15s\n", o->funcs[func].name);
	dump_insns(o, &l);
	dump_words("func", l.func_info, l.func_info_cnt, l.func_info_rec_size);
	dump_words("line", l.line_info, l.line_info_cnt, l.line_info_rec_size);
	return 0;
}

/* ---- the kernel's types ----------------------------------------------------- */

struct kernel {
	struct arena arena;
	struct btf btf;
};

static struct view btf_section(struct view file, struct arena *a, struct diag *d)
{
	struct elf elf;

	if (file.size < 4 || memcmp(file.base, "\177ELF", 4) != 0)
		return file;
	if (elf_parse(file, a, &elf, d) == 0)
		for (uint32_t i = 1; i < elf.nsections; i++)
			if (strcmp(elf.sections[i].name, ".BTF") == 0)
				return elf.sections[i].bytes;
	return (struct view){ file.base, 0 };
}

static int find(void *ctx, uint32_t i, const char *name, struct core_source *out, struct diag *d)
{
	struct kernel *k = ctx;
	struct btf_names names = { 0 };
	const struct btf_name *found;

	if (i)
		return 0;
	if (btf_names_want(&names, name, &k->arena) < 0 || btf_names_scan(&names, &k->btf, &k->arena) < 0)
		return fail_memory(d, "names");
	found = btf_names_get(&names, name);
	*out = (struct core_source){ &k->btf, "vmlinux", found->ids, found->nids };
	return 1;
}

static int relocate(struct object *o, const char *path, struct diag *d)
{
	struct kernel k = { 0 };
	struct view file = { 0 };
	int r = 0;

	if (!o->ncore)
		return 0;
	file = read_file(path);
	r = btf_parse(btf_section(file, &k.arena, d), &k.arena, &k.btf, d);
	if (r == 0)
		r = core_relocate(o, &(struct core_kernel){ .find = find, .ctx = &k }, o->arena, d);
	arena_free(&k.arena);
	free((void *)file.base);
	return r;
}

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	struct diag d = { 0 };
	struct object o;
	int *fds, r;

	if (argc != 2 && argc != 3)
		return 2;
	const struct view file = read_file(argv[1]);
	r = object_build(file, argv[1], &arena, &o, &d);
	if (r == 0)
		r = relocate(&o, argc == 3 ? argv[2] : "/sys/kernel/btf/vmlinux", &d);
	fds = r < 0 ? NULL : calloc(o.nmaps + 1, sizeof(*fds));
	for (uint32_t i = 0; fds && i < o.nmaps; i++)
		fds[i] = (int)i;	/* a number to know the map by */
	for (uint32_t i = 0; fds && r == 0 && i < o.nfuncs; i++)
		if (o.funcs[i].is_program)
			r = dump_program(&o, i, fds, &d);
	if (r < 0)
		fprintf(stderr, "%s: %s: %s\n", argv[1], d.where, d.msg);
	free(fds);
	arena_free(&arena);
	free((void *)file.base);
	return r < 0 || !fds;
}
