/*
 * Global variables: a section becomes the one element of an array map.
 *
 *	int limit = 10;      .data    ->  map "prog.data", element 0 = the whole section
 *	const int max = 5;   .rodata  ->  the same, then frozen
 *
 * Freezing comes before any program is loaded: only then does the verifier
 * trust that .rodata is constant, and drops code that a constant makes dead.
 *
 * In: a created map  Out: it holds the section's bytes
 * Kernel: kernel/bpf/syscall.c map_update_elem(), map_freeze()
 * Try: bpfwalk explain --dry-run OBJ
 * Next: loader/map_arena.c
 */
#include <string.h>

#include "loader/walk.h"

int map_fill(struct walk *w, uint32_t index, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	struct bpf_map_elem_attr attr;
	const uint32_t key = 0;
	long r;

	/* struct_ops maps are filled when they are attached, arenas through their memory. */
	if (m->origin == MAP_STRUCT_OPS || m->type == BPF_MAP_TYPE_ARENA)
		return 0;
	/* The kernel's memory is zero already: .bss costs a call only if somebody set a variable in it. */
	if (!m->data || (m->origin == MAP_BSS && !m->data_changed))
		return 0;
	observe_step(w, "map_fill", m->name);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)w->maps[index].fd;
	attr.key = (uintptr_t)&key;
	attr.value = (uintptr_t)m->data;
	r = sys_bpf_elem(&w->sys, BPF_MAP_UPDATE_ELEM, &attr, sizeof(key), m->value_size);
	if (r < 0)
		return fail_kernel(d, r, "map fill", "BPF_MAP_UPDATE_ELEM of %s, %u bytes", m->name, m->value_size);
	if (!m->frozen || is_missing(w, EXTRA_READ_ONLY))
		return 0;
	observe_step(w, "map_freeze", m->name);
	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)w->maps[index].fd;
	r = sys_bpf(&w->sys, BPF_MAP_FREEZE, &attr, 0);
	if (r < 0)
		return fail_kernel(d, r, "map freeze", "BPF_MAP_FREEZE of %s", m->name);
	return 0;
}
