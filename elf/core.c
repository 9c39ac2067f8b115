/*
 * CO-RE, relocation by relocation; elf/core.h has the idea.
 *
 *	candidates of "task_struct"	213 task_struct, 40112 task_struct___old
 *	path .tgid			213 has it at 2500, 40112 has not
 *	value				2500
 *	instruction			*(u32 *)(r1 + 2492) -> *(u32 *)(r1 + 2500)
 *
 * A tool asks for the same member again and again, so answers are kept: by type
 * and kind and access string. So are the candidates of each type. A candidate
 * that did not have what was asked for is not asked again, unless none had it:
 * of the flavours in a kernel, the program means the one that has all it uses.
 * That cannot make a kept answer wrong, for those that gave it stay.
 *
 * In: struct object, the kernel's types  Out: func.relocated, struct core_result
 * Kernel: tools/lib/bpf/relo_core.c bpf_core_calc_relo_insn()
 * Try: bpfwalk explain build/progs/parent.bpf.o
 * Next: elf/core_parts.h
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "elf/core_parts.h"
#include "elf/link.h"
#include "uapi/bpf_cmd.h"

static const char where[] = "CO-RE";

/* Steps in comparing types, for the object and for each relocation: real ones take a few hundred. */
enum { BUDGET = 1 << 20, BUDGET_EACH = 1 << 10 };

struct candidate {
	const struct core_source *in;
	uint32_t id;
};

/* The candidates of one type of the object. */
struct candidates {
	struct candidate *at;
	uint32_t count;			/* those still asked */
	bool known;
};

/* An answer that was given before. */
struct answer {
	bool used;
	uint32_t type_id, kind, access_off;
	struct core_value value;
};

enum { ANSWERS = 256 };			/* a power of two; one slot for each hash, the last comer stays */

struct work {
	struct object *o;
	const struct core_kernel *k;
	struct arena *a;
	struct diag *d;
	struct candidates *of;		/* [type of the object] */
	struct answer *answers;		/* [ANSWERS] */
	uint64_t budget;
	/* The relocation in work: */
	const struct core_relo *r;
	struct core_path path;		/* in the object's types */
	struct core_result *record;	/* NULL: nobody asks */
};

bool core_needs_kernel(const struct core_relo *r)
{
	return r->kind != BPF_CORE_TYPE_ID_LOCAL;
}

/* ---- failing ---------------------------------------------------------------- */

/* "hello, CO-RE relocation 3, instruction 12 (tool.bpf.c:19), task_struct.tgid: " and the rest. */
__attribute__((format(printf, 3, 4)))
static int relo_fail(struct work *w, int code, const char *fmt, ...)
{
	const struct func *f = &w->o->funcs[w->r->func];
	struct source_line line;
	char what[128], why[256], at[80] = "";
	const char *file;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	core_what(w->o, w->r, what, sizeof(what));
	if (source_line_in_file(w->o, w->r->func, w->r->insn, &line)) {
		file = strrchr(line.file, '/');
		snprintf(at, sizeof(at), " (%.60s:%u)", file ? file + 1 : line.file, line.line);
	}
	return fail(w->d, code, where, "%.60s, relocation %u, instruction %u%s, %s: %s", f->name, w->r->number, w->r->insn, at,
		    what, why);
}

/* ---- candidates ------------------------------------------------------------- */

static int source_add(struct work *w, struct candidates *c, const struct core_source *found)
{
	uint32_t kind = btf_kind(btf_type(&w->o->btf, w->r->type_id));
	const struct core_source *in = NULL;

	for (uint32_t i = 0; i < found->nids; i++) {
		const struct btf_type *t = btf_type(found->btf, found->ids[i]);
		struct candidate *at;

		if (!t || !core_kinds_equal(btf_kind(t), kind))
			continue;
		in = in ? in : arena_copy(w->a, found, sizeof(*found));
		at = array_grow(w->a, c->at, c->count, sizeof(*at));
		if (!in || !at)
			return fail_memory(w->d, where);
		at[c->count++] = (struct candidate){ in, found->ids[i] };
		c->at = at;
	}
	return 0;
}

/* The kernel's own types first; the modules only if none of those will do, and then all of them. */
static int candidates_find(struct work *w, const char *name, struct candidates *c)
{
	uint32_t kind = btf_kind(btf_type(&w->o->btf, w->r->type_id));
	int r = 1;

	for (uint32_t i = 0; r == 1; i++) {
		struct core_source found = { 0 };

		r = w->k->find(w->k->ctx, i, kind, name, &found, w->d);
		if (r == 1 && source_add(w, c, &found) < 0)
			return -ENOMEM;
		if (i == 0 && c->count)
			break;
	}
	c->known = r >= 0;
	return r < 0 ? r : 0;
}

static int candidates_of(struct work *w, struct candidates **out)
{
	const char *name = btf_name(&w->o->btf, w->r->type_id);
	struct candidates *c = &w->of[w->r->type_id];

	*out = c;
	if (c->known)
		return 0;
	if (!*name)
		return relo_fail(w, -EOPNOTSUPP, "a type without a name cannot be looked for");
	return candidates_find(w, name, c);
}

/* ---- what one candidate says ------------------------------------------------ */

/* Room in the record for another candidate, or NULL. */
static struct core_candidate *describe(struct work *w, const struct candidate *c)
{
	struct core_candidate *out;

	if (!w->record || w->record->ncandidates++ >= CORE_CANDIDATES)
		return NULL;
	out = &w->record->candidates[w->record->ncandidates - 1];
	*out = (struct core_candidate){ .in = c->in->name, .id = c->id, .name = btf_name(c->in->btf, c->id) };
	return out;
}

/* 1: *v and *path are what it says, 0: it has no such thing, or a failure. */
static int candidate_ask(struct work *w, const struct candidate *c, struct core_path *path, struct core_value *v)
{
	struct core_candidate *told = describe(w, c);
	char reason[192];
	struct text why;
	struct core_match m = { &w->o->btf, c->in->btf, &w->budget, NULL };
	uint64_t budget = w->budget;
	const char *wrong = "";
	int r;

	text_init(&why, told ? told->why : reason, sizeof(reason));
	m.why = told ? &why : NULL;
	r = core_path_match(&m, w->r->kind, &w->path, c->id, path);
	if (r < 0 && !told) {		/* once more, for the reason */
		m.why = &why;
		w->budget = budget;
		core_path_match(&m, w->r->kind, &w->path, c->id, path);
	}
	if (r < 0)
		return relo_fail(w, r, "comparing it with type %u of %s: %s", c->id, c->in->name, why.at);
	if (r == 0)
		return 0;
	r = core_value_find(w->r->kind, &w->path, path, v, &wrong);
	if (r < 0)
		return relo_fail(w, r, "in type %u of %s: %s", c->id, c->in->name, wrong);
	if (told) {
		told->matches = true;
		told->value = v->value;
		told->why[0] = 0;	/* what was said of a member of the same name that is not the one */
	}
	return 1;
}

/* place: "" of the values that were asked for, "bit " of where they come from. */
static int disagree(struct work *w, const char *place, const struct candidate *a, uint64_t at_a, const struct candidate *b,
		    uint64_t at_b)
{
	return relo_fail(w, -EINVAL, "there is more than one, and they differ: %s%lld in %.60s (type %u of %s), %s%lld in %.60s"
			 " (type %u of %s)", place, (long long)at_a, btf_name(a->in->btf, a->id), a->id, a->in->name,
			 place, (long long)at_b, btf_name(b->in->btf, b->id), b->id, b->in->name);
}

/* Asks all candidates; those that match must agree. */
static int kernel_ask(struct work *w, struct candidates *c, struct core_value *v)
{
	struct core_path path;
	uint64_t first = 0;		/* where the first that matches has it */
	uint32_t kept = 0;
	const char *wrong = "";
	int r;

	for (uint32_t i = 0; i < c->count; i++) {
		struct candidate asked = c->at[i];
		struct core_value said;

		r = candidate_ask(w, &asked, &path, &said);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		if (!kept) {
			*v = said;
			first = path.bit_offset;
		} else if (said.poison != v->poison || said.value != v->value) {
			return disagree(w, "", &c->at[0], v->value, &asked, said.value);
		} else if (path.bit_offset != first) {	/* the same by chance: they are not the same member */
			return disagree(w, "bit ", &c->at[0], first, &asked, path.bit_offset);
		}
		c->at[kept++] = asked;
	}
	if (kept) {
		c->count = kept;
		return 0;
	}
	r = core_value_find(w->r->kind, &w->path, NULL, v, &wrong);
	return r < 0 ? relo_fail(w, r, "in the object's own types: %s", wrong) : 0;
}

/* ---- one relocation --------------------------------------------------------- */

static struct answer *answer_slot(struct work *w)
{
	const struct core_relo *r = w->r;
	uint32_t h = (r->type_id * 31 + r->access_off) * 0x9e3779b1u + r->kind * 0x85ebca6bu;

	return &w->answers[h >> 16 & (ANSWERS - 1)];
}

static int value_find(struct work *w, struct core_value *v)
{
	const struct core_relo *r = w->r;
	struct answer *kept = answer_slot(w);
	struct candidates *c;
	const char *wrong;
	int err;

	if (!w->record && kept->used && kept->type_id == r->type_id && kept->kind == r->kind &&
	    kept->access_off == r->access_off) {
		*v = kept->value;
		return 0;
	}
	if (core_path_parse(&w->o->btf, r, &w->path, &wrong) < 0)
		return relo_fail(w, -EINVAL, "the path '%.40s' in the object's own types: %s", btf_str(&w->o->btf, r->access_off),
				 wrong);
	if (!core_needs_kernel(r))
		return core_value_find(r->kind, &w->path, NULL, v, &wrong);
	err = candidates_of(w, &c);
	if (err == 0)
		err = kernel_ask(w, c, v);
	if (err == 0)
		*kept = (struct answer){ true, r->type_id, r->kind, r->access_off, *v };
	return err;
}

/* The function's instructions as they will be: a copy, made when the first of them changes. */
static struct bpf_insn *insns_of(struct work *w)
{
	struct func *f = &w->o->funcs[w->r->func];

	if (!f->relocated)
		f->relocated = arena_copy(w->a, f->insns, f->count * sizeof(*f->insns));
	return f->relocated;
}

static int relocate(struct work *w)
{
	uint32_t left = w->o->funcs[w->r->func].count - w->r->insn;
	struct core_result *record = w->record;
	struct bpf_insn *insn, before[2];
	struct core_value v = { 0 };
	char why[192];
	struct text text;
	int r = value_find(w, &v);

	if (r < 0)
		return r;
	insn = insns_of(w);
	if (!insn)
		return fail_memory(w->d, where);
	insn += w->r->insn;
	memcpy(before, insn, (left < 2 ? left : 2) * sizeof(*insn));
	text_init(&text, why, sizeof(why));
	r = core_patch(insn, left, &v, &text);
	if (r < 0)
		return relo_fail(w, r, "%s", why);
	if (!record)
		return 0;
	record->slots = left > 1 && before[0].code == BPF_INSN_LD_IMM64 ? 2 : 1;
	memcpy(record->before, before, record->slots * sizeof(*insn));
	memcpy(record->after, insn, record->slots * sizeof(*insn));
	record->compiled = v.compiled;
	record->value = v.poison ? 0 : v.value;
	record->outcome = v.poison ? CORE_POISONED :
		memcmp(before, insn, record->slots * sizeof(*insn)) != 0 ? CORE_CHANGED : CORE_KEPT;
	core_result_text(&w->path, &v, record);
	return 0;
}

static int relocate_and_tell(struct work *w)
{
	struct core_result record;
	struct text what;
	int r;

	if (!w->k->tell)
		return relocate(w);
	memset(&record, 0, sizeof(record));
	record.relo = w->r;
	w->record = &record;
	r = relocate(w);
	w->record = NULL;
	if (r < 0)
		return r;
	text_init(&what, record.what, sizeof(record.what));
	core_what_text(&w->path, w->r->kind, &what);
	w->k->tell(w->k->ctx, &record);
	return 0;
}

int core_relocate(struct object *o, const struct core_kernel *k, struct arena *a, struct diag *d)
{
	struct work w = {
		.o = o, .k = k, .a = a, .d = d, .budget = BUDGET + (uint64_t)o->ncore * BUDGET_EACH,
		.of = arena_array(a, o->btf.count, sizeof(*w.of)), .answers = arena_array(a, ANSWERS, sizeof(*w.answers)),
	};
	int r = 0;

	if (!w.of || !w.answers)
		return fail_memory(d, where);
	for (uint32_t i = 0; i < o->nfuncs; i++)
		o->funcs[i].relocated = NULL;
	for (uint32_t i = 0; r == 0 && i < o->ncore; i++) {
		w.r = &o->core[i];
		if (!k->wanted || k->wanted(k->ctx, w.r->func))
			r = relocate_and_tell(&w);
	}
	return r;
}
