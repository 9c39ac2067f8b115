/*
 * BTF: the types of a program, as the kernel reads them.
 *
 *	| header | type records, back to back ...... | strings, NUL after NUL |
 *
 * A type is known by its number: the n-th record is type n, type 0 is void.
 * Records have different lengths, so an index of offsets is built once.
 *
 * Everybody else who walks types may then trust them, because btf_parse() has
 * looked at each once:
 *	- the record and all that trails it lie inside, and its kind is known,
 *	- names are inside the strings, and the strings end,
 *	- type numbers exist; a FUNC has a FUNC_PROTO, a DATASEC holds VARs and FUNCs,
 *	- the sizes of INT, ENUM and FLOAT are sizes there are,
 *	- what is contained by value (modifiers, array elements, members) is at most
 *	  BTF_MAX_DEPTH deep; so nothing contains itself, and recursion ends.
 * The rest (which names are identifiers, how members may overlap, ...) is the
 * kernel's to judge: no code of ours depends on it.
 *
 * Kernel: include/uapi/linux/btf.h, kernel/bpf/btf.c btf_parse(), btf_check_meta()
 * Next: elf/btf.c
 */
#ifndef ELF_BTF_H
#define ELF_BTF_H

#include <stdbool.h>
#include <stdint.h>

#include "elf/arena.h"
#include "elf/diag.h"
#include "elf/view.h"
#include "uapi/btf.h"

#define BTF_MAX_DEPTH	128	/* twice what a CO-RE path may have; the kernel follows 32 (MAX_RESOLVE_DEPTH) */

struct btf {
	struct view raw;		/* all of it, as it would be given to BPF_BTF_LOAD */
	struct view types;		/* the records; 4-byte aligned in memory */
	struct view strings;
	const uint32_t *offsets;	/* offsets[id - first] into types; of id 0 unused. With sparse: see there */
	unsigned sparse;		/* 0, or only one of 2^sparse types has an offset; btf_type() walks on from there */
	uint32_t count;			/* ids are below this; 1 when there are no types */
	/*
	 * Split BTF: a kernel module's types go on where the kernel's own end, and
	 * refer to those. So do its strings.
	 *
	 *	ids      | base: 1 ........ | first ........ count |
	 *	strings  | base ............... | first_string ... |
	 */
	const struct btf *base;		/* NULL: it stands alone */
	uint32_t first;			/* its first type id; 0 when it stands alone */
	uint32_t first_string;
	uint32_t pointer_size;		/* bytes; 0 stands for 8, which BPF's own pointers have */
};

/*
 * Reads and checks. raw must live as long as *out; it is copied into the arena
 * if it is not aligned. 0, -ENOMEM, or -EINVAL: the message names the type.
 */
int btf_parse(struct view raw, struct arena *a, struct btf *out, struct diag *d);

/*
 * btf_parse() without the check of what stands in the records: one pass to find
 * them, a fifth of the time. For BTF that comes from the kernel itself. With a
 * lie in it, every function below still stays inside and still ends, but what
 * recurses over types must count its depth.
 */
int btf_index(struct view raw, struct arena *a, struct btf *out, struct diag *d);

/*
 * btf_index() of types that go on where those of base end; base must live as
 * long, and may be NULL. Calls visit on the way for each type with a name whose
 * kind is one of `kinds` (1 << kind): what one wants to know of so many types
 * should be asked while they are in the cache anyway. visit may be NULL.
 */
struct btf_visit {
	uint32_t kinds;
	int (*visit)(void *ctx, const struct btf *b, uint32_t id, const struct btf_type *t);	/* 0, or -ENOMEM */
	void *ctx;
};

int btf_index_visit(struct view raw, const struct btf *base, const struct btf_visit *visit, struct arena *a,
		    struct btf *out, struct diag *d);

/* Visits all of b's own types, not those of its base. 0, or what visit returned below 0. */
int btf_visit_all(const struct btf *b, const struct btf_visit *visit);

/* The other half: checks what btf_index() found. Takes a byte of the arena for each type. */
int btf_check(const struct btf *b, struct arena *a, struct diag *d);

/* The record of type id; NULL for void and for numbers that do not exist. */
const struct btf_type *btf_type(const struct btf *b, uint32_t id);

/* The string at off; "" for 0 and for anything outside. */
const char *btf_str(const struct btf *b, uint32_t off);
const char *btf_name(const struct btf *b, uint32_t id);

/* What stands behind the record. The count is btf_vlen(t) where there are several. */
const struct btf_member *btf_members(const struct btf_type *t);
const struct btf_enum *btf_enums(const struct btf_type *t);
const struct btf_enum64 *btf_enums64(const struct btf_type *t);
const struct btf_array *btf_array(const struct btf_type *t);
const struct btf_param *btf_params(const struct btf_type *t);
const struct btf_var *btf_var(const struct btf_type *t);
const struct btf_var_secinfo *btf_secinfos(const struct btf_type *t);
uint32_t btf_int_data(const struct btf_type *t);	/* encoding, offset, bits */

static inline uint32_t btf_kind(const struct btf_type *t) { return BTF_INFO_KIND(t->info); }
static inline uint32_t btf_vlen(const struct btf_type *t) { return BTF_INFO_VLEN(t->info); }
static inline bool btf_kflag(const struct btf_type *t) { return BTF_INFO_KFLAG(t->info); }
const char *btf_kind_name(uint32_t kind);		/* "struct", "int", ...; "unknown" */
const char *btf_a_kind(uint32_t kind);			/* "a struct", "an int", ...; "void" */

/* Where in its struct or union (type t) a member lies, and how many bits it has; 0 bits: it is no bit-field. */
static inline uint32_t btf_member_bit_offset(const struct btf_type *t, const struct btf_member *m)
{
	return btf_kflag(t) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset;
}

static inline uint32_t btf_member_bits(const struct btf_type *t, const struct btf_member *m)
{
	return btf_kflag(t) ? BTF_MEMBER_BITFIELD_SIZE(m->offset) : 0;
}

/* True for typedef, const, volatile, restrict and type tags: they only stand before another type. */
bool btf_is_modifier(uint32_t kind);

/* True for char itself, not for a u8: clang writes no BTF_INT_CHAR, so it takes the name. t may be NULL. */
bool btf_is_char(const struct btf *b, const struct btf_type *t);

/* The first type of that kind and name, or 0; of split BTF only among its own. */
uint32_t btf_find(const struct btf *b, uint32_t kind, const char *name);
/* id without typedefs, const, volatile, restrict, type tags; 0 behind more than BTF_MAX_DEPTH of them. */
uint32_t btf_skip_modifiers(const struct btf *b, uint32_t id);
/* Bytes of a pointer on the machine whose types these are: those of its `long`; 8 if that is not among them. */
uint32_t btf_guess_pointer_size(const struct btf *b);
/* Size in bytes of a value of that type; -EINVAL for void, functions, forwards, or 4 GiB and more. */
int64_t btf_size(const struct btf *b, uint32_t id);

#endif
