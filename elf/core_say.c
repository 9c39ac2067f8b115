/*
 * CO-RE in words: what a relocation is about, and what became of it.
 *
 *	what	task_struct.tgid		size of task_struct.comm		enum pid_type.PIDTYPE_TGID
 *	text	compiled for task_struct.tgid at 2492; this kernel has it at 2500
 *
 * One table has a row a kind, so that no kind can be told without words.
 *
 * In: struct core_path, struct core_value  Out: text
 * Try: bpfwalk explain build/progs/parent.bpf.o
 * Next: elf/registers.c
 */
#include <string.h>

#include "elf/core_parts.h"
#include "uapi/bpf_cmd.h"

static const struct kind_words {
	const char *question;		/* before the path: "size of " */
	const char *compiled;		/* the sentence; %s is the path, %llu the values */
	const char *kept;
	bool yes_no;
} words[] = {
	[BPF_CORE_FIELD_BYTE_OFFSET] = { "", "at %lld", "is at %lld", false },
	[BPF_CORE_FIELD_BYTE_SIZE] = { "size of ", "with %lld bytes", "has %lld bytes", false },
	[BPF_CORE_FIELD_EXISTS] = { "existence of ", "", "", true },
	[BPF_CORE_FIELD_SIGNED] = { "sign of ", "with sign %lld", "has sign %lld", false },
	[BPF_CORE_FIELD_LSHIFT_U64] = { "left shift of ", "to shift left by %lld", "is to shift left by %lld", false },
	[BPF_CORE_FIELD_RSHIFT_U64] = { "right shift of ", "to shift right by %lld", "is to shift right by %lld", false },
	[BPF_CORE_TYPE_ID_LOCAL] = { "own number of ", "as type %lld", "is type %lld of the object itself", false },
	[BPF_CORE_TYPE_ID_TARGET] = { "number of ", "as type %lld", "is type %lld", false },
	[BPF_CORE_TYPE_EXISTS] = { "existence of ", "", "", true },
	[BPF_CORE_TYPE_SIZE] = { "size of ", "with %lld bytes", "has %lld bytes", false },
	[BPF_CORE_ENUMVAL_EXISTS] = { "existence of ", "", "", true },
	[BPF_CORE_ENUMVAL_VALUE] = { "value of ", "as %lld", "is %lld", false },
	[BPF_CORE_TYPE_MATCHES] = { "match of ", "", "", true },
};

static const struct kind_words *words_of(uint32_t kind)
{
	static const struct kind_words unknown = { "", "as %lld", "is %lld", false };

	return kind < sizeof(words) / sizeof(words[0]) ? &words[kind] : &unknown;
}

static const char *bytes(uint64_t n)
{
	return n == 1 ? "byte" : "bytes";
}

/* "task_struct", "enum pid_type", "u64", and what has no name by its number. */
static void root_text(const struct core_path *p, struct text *out)
{
	const struct btf_type *t = btf_type(p->btf, p->root);
	const char *name = t ? btf_str(p->btf, t->name_off) : "void";

	if (t && core_is_enum(btf_kind(t)))
		text_add(out, "enum ");
	if (*name)
		text_add_escaped(out, name, strlen(name), false);
	else
		text_add(out, "type %u", p->root);
}

static void path_text(const struct core_path *p, struct text *out)
{
	root_text(p, out);
	for (uint32_t i = 0; i < p->nsteps; i++) {
		const struct core_step *s = &p->steps[i];

		if (s->name) {
			text_add(out, ".");
			text_add_escaped(out, s->name, strlen(s->name), false);
		} else if (i || s->index) {
			text_add(out, "[%u]", s->index);
		}
	}
}

void core_what_text(const struct core_path *p, uint32_t kind, struct text *out)
{
	text_add(out, "%s", words_of(kind)->question);
	path_text(p, out);
}

void core_what(const struct object *o, const struct core_relo *r, char *out, size_t size)
{
	const char *access = btf_str(&o->btf, r->access_off);
	struct core_path p;
	struct text t;

	text_init(&t, out, size);
	if (core_path_parse(&o->btf, r, &p, NULL) == 0) {
		core_what_text(&p, r->kind, &t);
		return;
	}
	text_add(&t, "kind %u of type %u, ", r->kind, r->type_id);
	text_add_escaped(&t, access, strlen(access), false);
}

/* ", with 4 bytes instead of 1", where that is so. */
static void resized_text(const struct core_value *v, const char *but, struct text *out)
{
	if (v->old_size == v->new_size)
		return;
	if (!v->new_size)
		text_add(out, ", %sas a bit-field", but);
	else if (!v->old_size)
		text_add(out, ", %sno longer as a bit-field", but);
	else
		text_add(out, ", %swith %u %s instead of %u", but, v->new_size, bytes(v->new_size), v->old_size);
}

/* "a.b has 4 bytes, and 8 in this kernel": of a bit-field no load has the size. */
static void unloadable_text(const struct core_path *p, const struct core_value *v, struct text *out)
{
	path_text(p, out);
	if (v->old_size)
		text_add(out, " has %u %s", v->old_size, bytes(v->old_size));
	else
		text_add(out, " is a bit-field");
	if (!v->new_size)
		text_add(out, ", and is a bit-field");
	else if (v->old_size)
		text_add(out, ", and %u", v->new_size);
	else
		text_add(out, ", and has %u %s", v->new_size, bytes(v->new_size));
	text_add(out, " in this kernel, which a load cannot make up for");
}

static void poisoned_text(const struct core_path *p, const struct core_value *v, struct text *out)
{
	const char *machine = p->nsteps > 1 && p->steps[1].name ?
		registers_machine(btf_name(p->btf, p->root), p->steps[1].name) : NULL;

	if (v->other_size) {
		unloadable_text(p, v, out);
	} else {
		text_add(out, "this kernel has no ");
		path_text(p, out);
		if (machine)
			text_add(out, ", a register of %s: the object was compiled for that machine", machine);
	}
}

static void yes_no_text(const struct core_path *p, uint32_t kind, bool yes, struct text *out)
{
	text_add(out, "this kernel has %s", yes ? "" : "no ");
	path_text(p, out);
	if (kind == BPF_CORE_TYPE_MATCHES)
		text_add(out, yes ? " as it is declared" : " that is as declared");
}

void core_result_text(const struct core_path *p, const struct core_value *v, struct core_result *r)
{
	uint32_t kind = r->relo->kind;
	const struct kind_words *w = words_of(kind);
	struct text t;

	text_init(&t, r->text, sizeof(r->text));
	if (v->poison) {
		poisoned_text(p, v, &t);
	} else if (w->yes_no) {
		yes_no_text(p, kind, v->value, &t);
	} else if (v->missing) {
		yes_no_text(p, kind, false, &t);
	} else if (v->value == v->compiled) {
		path_text(p, &t);
		text_add(&t, " ");
		text_add(&t, w->kept, (long long)v->value);
		text_add(&t, kind == BPF_CORE_TYPE_ID_LOCAL ? "" : ", as compiled");
		resized_text(v, "but ", &t);
	} else {
		text_add(&t, "compiled for ");
		path_text(p, &t);
		text_add(&t, " ");
		text_add(&t, w->compiled, (long long)v->compiled);
		text_add(&t, "; this kernel has it ");
		text_add(&t, w->compiled, (long long)v->value);
		resized_text(v, "", &t);
	}
}
