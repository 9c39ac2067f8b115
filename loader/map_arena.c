/*
 * Opening the arena: its memory becomes ours too, and its variables get their values.
 *
 *	BPF_MAP_CREATE arena, 100 pages      -> fd
 *	mmap(fd, 100 pages, at map_extra)    -> where it is, for us and in its pointers
 *	a copy of section .addr_space.1      -> its last pages
 *
 *	page 0 .................. 98 | 99           older kernels:  0 | 1 ......... 99
 *	free for the program         | variables                  variables | free
 *
 * Pages are there when somebody touches them. The variables are at the end, so
 * that what a program allocates first begins at 0. Kernels before 7.0 take no
 * offset of 512 MiB or more in an instruction, and it is libbpf's custom to put
 * the variables first there, whatever the size. Nothing but a program tells which
 * kernel it is: an object with such variables has one loaded that cannot be.
 *
 * In: the arena's descriptor  Out: its memory in bw_map.memory, struct map.data_offset
 * Kernel: kernel/bpf/arena.c arena_map_mmap(), arena_map_direct_value_addr()
 * Try: bpfwalk run --for 0 build/tests/objects/map_arena.bpf.o
 * Next: loader/map_slots.c
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "loader/walk.h"

static const char where[] = "map arena";

enum { FAR = 1 << 30 };

/* Whether this kernel takes far offsets: it refuses both ways, but for another reason. */
static bool takes_far_offsets(struct walk *w, uint32_t index)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_INSN_LD_IMM64, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_VALUE, .imm = w->maps[index].fd },
		{ .imm = FAR },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	struct bpf_prog_load_attr attr;
	long r;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = sizeof(insns) / sizeof(insns[0]);
	attr.license = (uintptr_t)"GPL";
	r = sys_bpf(&w->sys, BPF_PROG_LOAD, &attr, 0);
	sys_close(&w->sys, (int)r);
	return r == -ERANGE || r == -EACCES;	/* not in the arena; or it is, and the program says nothing of r0 */
}

static uint64_t in_pages(uint64_t size)
{
	return (size + page_size() - 1) / page_size() * page_size();
}

static void place(struct walk *w, uint32_t index, uint64_t size)
{
	struct map *m = &w->o.maps[index];

	observe_step(w, "arena_place", m->name);
	m->data_offset = takes_far_offsets(w, index) ? (uint32_t)(size - in_pages(m->data_size)) : 0;
	for (uint32_t i = 0; i < w->o.nglobals; i++)
		if (w->o.globals[i].map == index)
			w->globals[i].offset = w->o.globals[i].offset + m->data_offset;
}

static int open_memory(struct walk *w, uint32_t index, uint64_t size, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	int flags = MAP_SHARED | (m->map_extra ? MAP_FIXED_NOREPLACE : 0);
	void *at = NULL;
	long r;

	observe_step(w, "arena_map", m->name);
	r = m->map_extra > UINTPTR_MAX ? -ENOMEM :
		sys_mmap_at(&w->sys, (uintptr_t)m->map_extra, (size_t)size, PROT_READ | PROT_WRITE, flags, w->maps[index].fd, 0, &at);
	if (r == -EEXIST)
		return fail(d, -EEXIST, where, "%s: its place, %llu bytes at 0x%llx (map_extra), is taken in this process", m->name,
			    (unsigned long long)size, (unsigned long long)m->map_extra);
	if (r < 0)
		return fail_kernel(d, r, where, "mapping %s, %llu bytes at 0x%llx", m->name, (unsigned long long)size,
				   (unsigned long long)m->map_extra);
	w->maps[index].memory = at;
	w->maps[index].memory_size = (size_t)size;
	return 0;
}

int map_arena_open(struct walk *w, uint32_t index, bool fresh, struct diag *d)
{
	const struct map *m = &w->o.maps[index];
	uint64_t size = (uint64_t)w->maps[index].max_entries * page_size();
	int r = 0;

	if (in_pages(m->data_size) > size)
		return fail(d, -E2BIG, where, "%s has %u pages, %llu bytes: its variables need %u", m->name,
			    w->maps[index].max_entries, (unsigned long long)size, m->data_size);
	/* Of an arena that was pinned by others, we only need to know where the variables are. */
	if (fresh)
		r = open_memory(w, index, size, d);
	if (r < 0 || !m->data_size)
		return r;
	place(w, index, size);
	if (fresh)
		memcpy((unsigned char *)w->maps[index].memory + m->data_offset, m->data, m->data_size);
	return 0;
}

void map_arena_close(struct walk *w, uint32_t index)
{
	if (w->maps[index].memory)
		sys_munmap(&w->sys, w->maps[index].memory, w->maps[index].memory_size);
	w->maps[index].memory = NULL;
	w->maps[index].memory_size = 0;
}
