/*
 * What the files of CO-RE share. Nobody else includes this.
 *
 * A path is an access as C has it, cut at its turning points. Members without a
 * name are passed through: C passes through them, too.
 *
 *	struct sample { int x; struct { int y; int a[7]; }; } *s;
 *
 *	&s->a[3]	access string "0:1:1:3"
 *	steps		[0]  .a  [3]		s itself is an array, of which element 0 is meant
 *
 * Next: elf/core_path.c
 */
#ifndef ELF_CORE_PARTS_H
#define ELF_CORE_PARTS_H

#include "elf/core.h"
#include "elf/text.h"

enum { CORE_PATH_MAX = 64 };

struct core_step {
	uint32_t type_id;		/* of a member: the struct it is in; of an element: its type. Without modifiers */
	uint32_t index;			/* of the member, element, or enum value */
	const char *name;		/* NULL: an element */
};

struct core_path {
	const struct btf *btf;
	uint32_t root;			/* where the access begins */
	uint32_t nsteps;
	uint32_t depth;			/* steps, and members without a name on the way */
	uint64_t bit_offset;		/* from the start of the root */
	struct core_step steps[CORE_PATH_MAX];
};

/* A comparison of a type of the object with one of the kernel. */
struct core_match {
	const struct btf *local, *target;
	uint64_t *budget;		/* of steps, for all that is left of this object: made-up types end here */
	struct text *why;		/* why it is no match; NULL: nobody asks */
};

/* What a relocation comes to with one candidate, or with none. */
struct core_value {
	uint64_t compiled, value;
	bool missing;			/* no candidate has it */
	bool poison;
	bool check;			/* the instruction must hold the compiled value; else `compiled` becomes what it holds */
	bool other_size;		/* the member has another size than it had, and loads cannot make up for it */
	uint32_t old_size, new_size;	/* bytes that a load of it reads; 0: it is no load */
};

enum core_family { CORE_FIELD, CORE_TYPE, CORE_ENUM_VALUE, CORE_UNKNOWN };

enum core_family core_family(uint32_t kind);

/* Reads the access string of r in the object's BTF. 0, or -EINVAL with *why (if not NULL) set to a constant string. */
int core_path_parse(const struct btf *b, const struct core_relo *r, struct core_path *p, const char **why);
/* Is the zero-length array a flexible one: the last member of its struct? last: the step that led to it. */
bool core_is_flexible(const struct btf *b, const struct core_step *last, const struct btf_array *array);
/* The kind of what id is behind modifiers; BTF_KIND_UNKN for void and what is not there. */
uint32_t core_kind(const struct btf *b, uint32_t id, uint32_t *skipped);
/* True for ENUM and ENUM64. */
static inline bool core_is_enum(uint32_t kind) { return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64; }
const char *core_enum_name(const struct btf *b, const struct btf_type *t, uint32_t index);
/* Equal but for flavours. */
bool core_names_equal(const char *a, const char *b);
/* Kinds that can stand for each other: the same, or both enums. */
bool core_kinds_equal(uint32_t a, uint32_t b);

/* The path of the object in candidate `id` of the kernel. 1: *out is it, 0: the candidate has no such path, or -EINVAL. */
int core_path_match(struct core_match *m, uint32_t kind, const struct core_path *local, uint32_t id,
		    struct core_path *out);
/* Roughly the same type (exists, size), or the same in every detail that is declared (matches). 1, 0 or -EINVAL. */
int core_types_compatible(struct core_match *m, uint32_t local, uint32_t target);
int core_types_match(struct core_match *m, uint32_t local, uint32_t target);
/* 0, with why said. */
__attribute__((format(printf, 2, 3)))
int core_no(struct core_match *m, const char *fmt, ...);
/* Takes a step off the budget; false: it is spent. */
bool core_step_allowed(struct core_match *m);

/* target NULL: no candidate has it. 0, or -EINVAL with *why set to a constant string. */
int core_value_find(uint32_t kind, const struct core_path *local, const struct core_path *target,
		    struct core_value *out, const char **why);

/*
 * Puts v into the instruction at insn[0] (of count). 0, -EINVAL or -ERANGE with
 * the reason in *why. v->poison is set when the instruction was poisoned for the
 * size of the member.
 */
int core_patch(struct bpf_insn *insn, uint32_t count, struct core_value *v, struct text *why);

/* "task_struct.tgid"; with the question, for what is no offset: "size of task_struct.comm". */
void core_what_text(const struct core_path *p, uint32_t kind, struct text *out);
/* Fills r->text. */
void core_result_text(const struct core_path *p, const struct core_value *v, struct core_result *r);

#endif
