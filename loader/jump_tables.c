/*
 * The jump tables of a program: a map each, of instructions.
 *
 *	BPF_MAP_CREATE insn array, 4 entries	-> fd
 *	BPF_MAP_UPDATE_ELEM 0: instruction 6	for each entry
 *	BPF_MAP_FREEZE				now the verifier may follow it
 *
 * When the program is loaded the kernel adds where each instruction is in what it
 * made of them. The map belongs to this program alone, and lives as long.
 *
 * In: linked.tables  Out: a descriptor each, for the instructions; closed when the program is loaded
 * Kernel: kernel/bpf/bpf_insn_array.c insn_array_alloc(), insn_array_update_elem()
 * Next: loader/verifier.c
 */
#include <string.h>

#include "loader/walk.h"

static const char where[] = "jump table";

/* What BPF_MAP_UPDATE_ELEM is given for each entry. */
struct bpf_insn_array_value {
	uint32_t orig_off;		/* instruction, as it is loaded */
	uint32_t xlated_off;		/* out: after the verifier's changes */
	uint32_t jitted_off;		/* out: bytes into the machine code */
	uint32_t unused;
};

static int fill(struct walk *w, const struct jump_table *t, const char *program, struct diag *d)
{
	struct bpf_map_elem_attr attr;
	long r = 0;

	for (uint32_t i = 0; r == 0 && i < t->count; i++) {
		struct bpf_insn_array_value value = { .orig_off = t->targets[i] };

		memset(&attr, 0, sizeof(attr));
		attr.map_fd = (uint32_t)t->fd;
		attr.key = (uintptr_t)&i;
		attr.value = (uintptr_t)&value;
		r = sys_bpf_elem(&w->sys, BPF_MAP_UPDATE_ELEM, &attr, sizeof(i), sizeof(value));
		if (r < 0)
			return fail_kernel(d, r, where, "BPF_MAP_UPDATE_ELEM: entry %u of a table of %s", i, program);
	}
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)t->fd;
	r = sys_bpf(&w->sys, BPF_MAP_FREEZE, &attr, 0);
	return r < 0 ? fail_kernel(d, r, where, "BPF_MAP_FREEZE of a table of %s", program) : 0;
}

static int make(struct walk *w, struct jump_table *t, const char *program, struct diag *d)
{
	struct bpf_map_create_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_INSN_ARRAY;
	attr.key_size = 4;
	attr.value_size = sizeof(struct bpf_insn_array_value);
	attr.max_entries = t->count;
	memcpy(attr.map_name, ".jumptables", sizeof(".jumptables"));
	fd = sys_bpf(&w->sys, BPF_MAP_CREATE, &attr, 0);
	if (fd < 0)
		return fail_kernel(d, fd, where, "BPF_MAP_CREATE of a table of %s (BPF_MAP_TYPE_INSN_ARRAY, %u entries)", program,
				   t->count);
	t->fd = (int)fd;
	return fill(w, t, program, d);
}

int jump_tables_make(struct walk *w, uint32_t func, struct diag *d)
{
	struct linked *l = &w->linked[func];
	int r = 0;

	if (l->ntables)
		observe_step(w, "jump_tables", w->o.funcs[func].name);
	for (uint32_t i = 0; r == 0 && i < l->ntables; i++)
		r = make(w, &l->tables[i], w->o.funcs[func].name, d);
	return r;
}

void jump_tables_close(struct walk *w, uint32_t func)
{
	struct linked *l = &w->linked[func];

	for (uint32_t i = 0; i < l->ntables; i++) {
		sys_close(&w->sys, l->tables[i].fd);
		l->tables[i].fd = -1;
	}
}
