/*
 * An object made by hand, as the linker sees it.
 *
 *	make(3, 4);			f0, a program, and f1 and f2, sub-programs, of four instructions each
 *	calls(0, 1, 2);			instruction 1 of f0 calls f2
 *	CHECK_INT(link_func(0), 0);
 *	CHECK_STR(order(), "0 2");	and what came of it is in `linked`
 *
 * Functions are `call`s and `exit`s; what a call means is in the relocations, as in a struct object. Function n
 * is called fn, the first one is in section "raw_tp/x", the others in ".text", one behind the other.
 *
 * Next: tests/unit_link.c
 */
#ifndef TESTS_LINK_IMAGE_H
#define TESTS_LINK_IMAGE_H

#include "tests/check.h"

#include "elf/link.h"
#include "elf/object_parts.h"
#include "tests/btf_image.h"
#include "uapi/bpf_cmd.h"

enum { FUNCS = 8, RELOCS = 8, RECORDS = 32 };

static struct arena arena;
static struct diag diag;
static struct map maps[4];
static struct object object;
static struct arena room;		/* of the linker, so that it does not count against arena.limit */
static struct linked linked;
static struct func funcs[FUNCS];
static struct bpf_insn insns[FUNCS][64];
static struct reloc relocs[FUNCS][RELOCS];

static const struct bpf_insn call_insn = { BPF_INSN_CALL, 0, BPF_PSEUDO_CALL, 0, -1 };
static const struct bpf_insn ld_insn = { BPF_INSN_LD_IMM64, 1, 0, 0, 40 };

/* What object_build() does last. */
static inline void make_room(uint32_t n)
{
	arena_free(&room);
	object.arena = &room;
	object.nfuncs = n;
	CHECK_INT(object_link_room(&object, &diag), 0);
}

/* n functions of `count` instructions each, all of them "exit". */
static inline void make(uint32_t n, uint32_t count)
{
	static const char *const names[FUNCS] = { "f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7" };

	arena_free(&arena);
	arena.limit = 0;
	diag = (struct diag){ 0 };
	object = (struct object){ .funcs = funcs, .maps = maps };
	make_room(n);
	for (uint32_t i = 0; i < n; i++) {
		funcs[i] = (struct func){ .name = names[i], .section = i ? ".text" : "raw_tp/x", .section_index = i ? 2 : 1,
					  .first = i ? (i - 1) * count : 0, .count = count, .insns = insns[i],
					  .relocs = relocs[i], .is_program = !i };
		for (uint32_t j = 0; j < count; j++)
			insns[i][j] = (struct bpf_insn){ BPF_JMP | BPF_EXIT, 0, 0, 0, (int32_t)(i * 100 + j) };
	}
}

static inline struct reloc *add_reloc(uint32_t func, uint32_t insn, enum reloc_kind kind)
{
	struct reloc *r = &relocs[func][funcs[func].nrelocs++];

	*r = (struct reloc){ .kind = kind, .insn = insn, .map = NO_INDEX, .func = NO_INDEX, .symbol = "symbol" };
	if (kind == RELOC_CALL) {
		insns[func][insn] = call_insn;
	} else {
		insns[func][insn] = ld_insn;
		insns[func][insn + 1] = (struct bpf_insn){ 0, 0, 0, 0, 9 };
	}
	return r;
}

static inline void calls(uint32_t func, uint32_t insn, uint32_t callee)
{
	add_reloc(func, insn, RELOC_CALL)->func = callee;
}

static inline int link_func(uint32_t func)
{
	memset(&linked, 0xee, sizeof(linked));	/* all of it has to be set */
	return link_program(&object, func, &arena, &linked, &diag);
}

/* The numbers of the placed functions, as text: "0 1 3". */
static inline const char *order(void)
{
	static char text[64];
	size_t len = 0;
	uint32_t start = 0;

	for (uint32_t i = 0; i < linked.nplaced; i++) {
		const struct placed *p = &linked.placed[i];

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%u", i ? " " : "", p->func);
		CHECK_INT(p->start, start);
		CHECK_INT(p->count, funcs[p->func].count);
		start += p->count;
	}
	CHECK_INT(linked.count, start);
	return text;
}

/* The function that the instruction points at, by the kernel's rule: its index + imm + 1. */
static inline uint32_t target(uint32_t insn)
{
	int64_t to = (int64_t)insn + linked.insns[insn].imm + 1;

	for (uint32_t i = 0; i < linked.nplaced; i++)
		if (linked.placed[i].start == to)
			return linked.placed[i].func;
	return NO_INDEX;
}

#endif
