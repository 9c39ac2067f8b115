/*
 * The last thing missing in the instructions: which descriptor a map got.
 *
 *	18 01 00 00 00 00 00 00  00 00 00 00 00 00 00 00    r1 = 0x0            as compiled
 *	18 11 00 00 05 00 00 00  00 00 00 00 00 00 00 00    r1 = map[fd:5]      the map itself
 *	18 21 00 00 06 00 00 00  00 00 00 00 0c 00 00 00    r1 = map[fd:6][0]+12  a global variable
 *	    |        |                       |
 *	    |        descriptor              byte in the map's first value
 *	    what the constant is (src_reg)
 *
 * The verifier puts the kernel's address of the map, or of the byte, in its place.
 * A map that was not made leaves two calls that cannot be, for it to find.
 *
 * In: struct linked, a descriptor for each map  Out: instructions that can be loaded
 * Kernel: kernel/bpf/verifier.c resolve_pseudo_ldimm64()
 * Try: bpfwalk explain --dry-run build/progs/syscount.bpf.o
 * Next: elf/disasm.h
 */
#include <string.h>

#include "elf/link.h"

enum { NO_MAP_CALL = 2001000000 };	/* + the map's place: libbpf's number, so that logs are read alike */

/* Two calls of a function that nobody has: the verifier drops them with dead code, and else says their number. */
static void poison(const struct object *o, struct bpf_insn *insn, uint32_t map)
{
	uint32_t place = 0;

	for (uint32_t i = 0; i < map; i++)
		place += !o->maps[i].is_template;
	for (int i = 0; i < 2; i++)
		insn[i] = (struct bpf_insn){ .code = BPF_INSN_CALL, .imm = (int32_t)(NO_MAP_CALL + place) };
}

static void point_at_map(const struct object *o, const struct reloc *r, struct bpf_insn *insn, int fd)
{
	insn[0].src_reg = r->kind == RELOC_MAP ? BPF_PSEUDO_MAP_FD : BPF_PSEUDO_MAP_VALUE;
	insn[0].imm = fd;
	insn[1].imm = r->kind == RELOC_MAP ? 0 : (int32_t)(r->offset + o->maps[r->map].data_offset);
}

/* The table's offset in its section stays in the second half: libbpf leaves it, and the linker wrote 0. */
static void point_at_table(const struct jump_table *t, struct bpf_insn *insn)
{
	insn[0].src_reg = BPF_PSEUDO_MAP_VALUE;
	insn[0].off = 0;
	insn[0].imm = t->fd;
}

void patch_program(const struct object *o, struct linked *l, const int *fds, struct patch *patches)
{
	for (uint32_t i = 0; i < l->nrelocs; i++) {
		const struct reloc *r = &l->relocs[i];
		struct bpf_insn *insn = l->insns + r->insn;
		struct patch p = {
			.kind = r->kind, .insn = r->insn, .slots = 2, .map = r->kind == RELOC_JUMPS ? NO_INDEX : r->map,
			.func = NO_INDEX, .external = r->external, .offset = r->offset, .symbol = r->symbol,
		};

		memcpy(p.before, insn, sizeof(p.before));
		if (r->kind == RELOC_JUMPS)
			point_at_table(&l->tables[r->map], insn);
		else if (fds[r->map] >= 0)
			point_at_map(o, r, insn, fds[r->map]);
		else
			poison(o, insn, r->map);
		memcpy(p.after, insn, sizeof(p.after));
		if (patches)
			patches[i] = p;
	}
}
