/*
 * Linking: a program and every sub-program it reaches become one array.
 *
 * Two passes. The first only decides who goes where: it follows the relocations
 * that name functions, as execution would, and gives each function it has not
 * met yet the next free place, right when it meets it:
 *
 *	main     calls a, calls b           visits   main, a, b (called by a), back in a, back in main: b again
 *	a        calls b                    places   [ main | a | b ]
 *
 * The order is libbpf's, so the kernel gets the same instructions from both.
 * A function that calls itself, directly or in a circle, is simply met again; it
 * is the verifier's business to refuse it. The way back is a `caller` for each
 * function, not recursion: no file can make the stack deep.
 *
 * The second pass copies, and turns each of those relocations into a distance.
 * They count from the instruction after, so `call pc+0` calls the next one:
 *
 *	imm = start of the function - (own index + 1)
 *
 * Every program has its own copy of what it calls: the kernel knows programs,
 * not libraries.
 *
 * In: struct object, the index of a program  Out: struct linked
 * Kernel: kernel/bpf/verifier.c add_subprog_and_kfunc(), check_subprogs()
 * Try: bpfwalk disasm build/tests/objects/subprogs.bpf.o sys_enter
 * Next: elf/link_callback.c
 */
#include <errno.h>
#include <string.h>

#include "elf/link.h"
#include "elf/object_parts.h"

/* What the kernel verifies at most, and so takes at most (BPF_COMPLEXITY_LIMIT_INSNS). */
enum { MAX_INSNS = 1000000 };

struct visit {
	uint32_t caller;		/* place of the function to go back to, or NO_INDEX */
	uint32_t next;			/* relocation to look at next */
};

/*
 * Room for every function of the object. It is made once and clean again after
 * each program: an object of thousands of programs would else need as much room
 * as their number squared.
 */
struct link_room {
	uint32_t *place_of;		/* [function]: its place, or NO_INDEX */
	struct visit *visits;		/* [place] */
	struct placed *placed;		/* [place] */
	bool has_callbacks;		/* some program has one: worth looking for each program's */
};

struct linking {
	const struct object *o;
	struct link_room *room;
	struct linked *l;
	struct diag *d;
};

static bool names_function(const struct reloc *r)
{
	return r->kind == RELOC_CALL || r->kind == RELOC_FUNC;
}

static bool names_extern(const struct reloc *r)
{
	return r->kind == RELOC_KSYM || r->kind == RELOC_KFUNC;
}

static bool names_map(const struct reloc *r)
{
	return r->kind == RELOC_MAP || r->kind == RELOC_GLOBAL || r->kind == RELOC_JUMPS;
}

static int place(struct linking *s, uint32_t func, uint32_t caller)
{
	const struct func *f = &s->o->funcs[func];
	struct linked *l = s->l;

	if (f->count > MAX_INSNS - l->count)
		return fail(s->d, -EINVAL, "link", "program %s: %u instructions, and %u more of function %s; the kernel takes %u",
			    s->o->funcs[l->nplaced ? s->room->placed[0].func : func].name, l->count, f->count, f->name, MAX_INSNS);
	s->room->placed[l->nplaced] = (struct placed){ func, l->count, f->count };
	s->room->visits[l->nplaced] = (struct visit){ caller, 0 };
	s->room->place_of[func] = l->nplaced++;
	l->count += f->count;
	return 0;
}

/* Places func and everything it reaches that has no place yet. */
static int place_all(struct linking *s, uint32_t func)
{
	uint32_t at = s->l->nplaced;
	int r = place(s, func, NO_INDEX);

	while (r == 0 && at != NO_INDEX) {
		const struct func *f = &s->o->funcs[s->room->placed[at].func];
		struct visit *v = &s->room->visits[at];
		const struct reloc *reloc = &f->relocs[v->next];

		if (v->next == f->nrelocs) {
			at = v->caller;
			continue;
		}
		v->next++;
		if (!names_function(reloc) || s->room->place_of[reloc->func] != NO_INDEX)
			continue;
		r = place(s, reloc->func, at);
		at = s->l->nplaced - 1;
	}
	return r;
}

/* Points the instruction at `at` to the one at `start`. */
static void point_at(struct linked *l, const struct reloc *r, uint32_t at, uint32_t start)
{
	struct bpf_insn *insn = l->insns + at;
	struct patch *p = &l->patches[l->npatches++];

	*p = (struct patch){ .kind = r->kind, .insn = at, .slots = r->kind == RELOC_FUNC ? 2 : 1, .map = NO_INDEX,
			     .func = r->func, .external = NO_INDEX, .symbol = r->symbol };
	memcpy(p->before, insn, p->slots * sizeof(*insn));
	insn->imm = (int32_t)start - (int32_t)(at + 1);
	if (r->kind == RELOC_CALL) {
		insn->src_reg = BPF_PSEUDO_CALL;
	} else {
		insn->src_reg = BPF_PSEUDO_FUNC;
		insn[1].imm = 0;
	}
	memcpy(p->after, insn, p->slots * sizeof(*insn));
}

/* The address of something in the kernel: through BTF, or as a plain number; 0 when it is weak and not there. */
static void address_put(struct bpf_insn insn[2], const struct external *e)
{
	bool typed = e->is_known && e->type_id;

	insn[0].src_reg = typed ? BPF_PSEUDO_BTF_ID : 0;
	insn[0].imm = typed ? (int32_t)e->kernel_btf_id : (int32_t)(uint32_t)e->address;
	insn[1].imm = typed ? e->module_fd : (int32_t)(e->address >> 32);
}

static void kfunc_put(struct bpf_insn *insn, const struct external *e, uint32_t index)
{
	if (e->is_known)
		*insn = (struct bpf_insn){ .code = BPF_INSN_CALL, .src_reg = BPF_PSEUDO_KFUNC_CALL, .off = e->fd_index,
					   .imm = (int32_t)e->kernel_btf_id };
	else
		*insn = (struct bpf_insn){ .code = BPF_INSN_CALL, .imm = NO_SUCH_KFUNC + (int32_t)index };
}

/* As long as the kernel was not asked, as in a listing before the load, the instruction stays as it was compiled. */
static void extern_put(const struct object *o, struct linked *l, const struct reloc *r)
{
	const struct external *e = &o->externals[r->external];
	struct bpf_insn *insn = l->insns + r->insn;
	struct patch *p = &l->patches[l->npatches++];

	*p = (struct patch){ .kind = r->kind, .insn = r->insn, .slots = r->kind == RELOC_KSYM ? 2 : 1, .map = NO_INDEX,
			     .func = NO_INDEX, .external = r->external, .symbol = r->symbol };
	memcpy(p->before, insn, p->slots * sizeof(*insn));
	if (e->is_known || e->is_absent) {
		if (r->kind == RELOC_KSYM)
			address_put(insn, e);
		else
			kfunc_put(insn, e, r->external);
	}
	memcpy(p->after, insn, p->slots * sizeof(*insn));
}

static void copy(struct linking *s, const struct placed *p)
{
	const struct func *f = &s->o->funcs[p->func];
	struct linked *l = s->l;

	if (f->count)
		memcpy(l->insns + p->start, f->relocated ? f->relocated : f->insns, f->count * sizeof(*f->insns));
	for (uint32_t i = 0; i < f->nrelocs; i++) {
		struct reloc r = f->relocs[i];

		r.insn += p->start;
		if (names_function(&r))
			point_at(l, &r, r.insn, l->placed[s->room->place_of[r.func]].start);
		else if (names_extern(&r))
			extern_put(s->o, l, &r);
		else if (names_map(&r))
			l->relocs[l->nrelocs++] = r;
	}
}

static int copy_all(struct linking *s, struct arena *a)
{
	struct linked *l = s->l;
	size_t patched = 0, maps = 0;

	l->placed = arena_copy(a, s->room->placed, l->nplaced * sizeof(*l->placed));
	if (!l->placed)
		return fail_memory(s->d, "link");
	for (uint32_t i = 0; i < l->nplaced; i++) {
		const struct func *f = &s->o->funcs[l->placed[i].func];

		for (uint32_t j = 0; j < f->nrelocs; j++) {
			patched += names_function(&f->relocs[j]) || names_extern(&f->relocs[j]);
			maps += names_map(&f->relocs[j]);
		}
	}
	l->insns = arena_array(a, l->count, sizeof(*l->insns));
	l->patches = arena_array(a, patched, sizeof(*l->patches));
	l->relocs = arena_array(a, maps, sizeof(*l->relocs));
	if (!l->insns || !l->patches || !l->relocs)
		return fail_memory(s->d, "link");
	for (uint32_t i = 0; i < l->nplaced; i++)
		copy(s, &l->placed[i]);
	return 0;
}

int object_link_room(struct object *o, struct diag *d)
{
	struct link_room *room = arena_alloc(o->arena, sizeof(*room));

	if (!room)
		return fail_memory(d, "link");
	*room = (struct link_room){
		.place_of = arena_array(o->arena, o->nfuncs, sizeof(*room->place_of)),
		.visits = arena_array(o->arena, o->nfuncs, sizeof(*room->visits)),
		.placed = arena_array(o->arena, o->nfuncs, sizeof(*room->placed)),
	};
	if (!room->place_of || !room->visits || !room->placed)
		return fail_memory(d, "link");
	for (uint32_t i = 0; i < o->nfuncs; i++)
		room->place_of[i] = NO_INDEX;
	room->has_callbacks = link_has_callbacks(o);
	o->link_room = room;
	return 0;
}

int link_program(const struct object *o, uint32_t func, struct arena *a, struct linked *out, struct diag *d)
{
	struct linking s = { .o = o, .room = o->link_room, .l = out, .d = d };
	uint32_t callback = NO_INDEX, first = func;
	int r;

	*out = (struct linked){ 0 };
	while (func_is_alias(o, first))
		first++;
	r = place_all(&s, first);
	if (r == 0 && o->link_room->has_callbacks)
		r = link_callback(o, func, &callback, d);
	if (r == 0 && callback != NO_INDEX && o->link_room->place_of[callback] == NO_INDEX)
		r = place_all(&s, callback);
	if (r == 0)
		r = copy_all(&s, a);
	for (uint32_t i = 0; i < out->nplaced; i++)
		s.room->place_of[s.room->placed[i].func] = NO_INDEX;
	if (r == 0)
		r = link_jump_tables(o, a, out, d);
	return r == 0 ? link_info(o, a, out, d) : r;
}
