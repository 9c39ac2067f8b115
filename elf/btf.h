/*
 * BTF: the types of a program, as the kernel reads them.
 *
 *	| header | type records, back to back ...... | strings, NUL after NUL |
 *
 * A type is known by its number: the n-th record is type n, type 0 is void.
 * Records have different lengths, so an index of offsets is built once.
 *
 * btf_parse() checks everything there is to check: that each record and all of
 * its trailing members lie inside, that names end, that type numbers exist,
 * and that no chain of modifiers, arrays and members runs in a circle without
 * a pointer between. What walks the types later needs a depth limit against
 * size, not against malice.
 *
 * Kernel: include/uapi/linux/btf.h, kernel/bpf/btf.c btf_parse()
 * Next: elf/btf_ext.h
 */
#ifndef ELF_BTF_H
#define ELF_BTF_H

#include <stdbool.h>
#include <stdint.h>

#include "elf/arena.h"
#include "elf/diag.h"
#include "elf/view.h"
#include "uapi/btf.h"

struct btf {
	struct view raw;		/* all of it, as it would be given to BPF_BTF_LOAD */
	struct view types;		/* the records; 4-byte aligned in memory */
	struct view strings;
	const uint32_t *offsets;	/* offsets[id] into types; [0] unused */
	uint32_t count;			/* ids are below this; 1 when there are no types */
};

/* raw is copied into the arena if it is not aligned. Accepts unknown kinds? No: -EINVAL names the kind. */
int btf_parse(struct view raw, struct arena *a, struct btf *out, struct diag *d);

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
const char *btf_kind_name(uint32_t kind);		/* "struct", "typedef", ... */

/* The first type of that kind and name, or 0. */
uint32_t btf_find(const struct btf *b, uint32_t kind, const char *name);
/* id without typedefs, const, volatile, restrict, type tags. */
uint32_t btf_skip_modifiers(const struct btf *b, uint32_t id);
/* Size in bytes of a value of that type; -EINVAL for void, functions, forwards, or what overflows. */
int64_t btf_size(const struct btf *b, uint32_t id);

#endif
