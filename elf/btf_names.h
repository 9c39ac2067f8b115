/*
 * Looking up many names in large BTF, all at once.
 *
 * The kernel's BTF has 130000 types and no index. To go through it for one
 * name costs as much as for a hundred, so first everybody says which names they
 * will want, and then one pass notes, for each of them, the types that have it.
 *
 *	want "task_struct", "bpf_lsm_file_open", "filp_close"
 *	scan -> task_struct: 213, 40112    bpf_lsm_file_open: 51234    filp_close: 77001
 *
 * A name stands for its flavours too: what follows the last three underscores
 * was only written to tell two declarations apart (CO-RE's rule). "sk___old" is found
 * under "sk"; who wants the exact name compares it.
 *
 * Kernel: none
 * Next: elf/btf_names.c
 */
#ifndef ELF_BTF_NAMES_H
#define ELF_BTF_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elf/arena.h"
#include "elf/btf.h"

struct btf_name {
	const char *name;		/* without a flavour; not NUL-terminated */
	uint32_t len, hash;
	const uint32_t *ids;		/* types of that name, ascending */
	uint32_t nids;
};

struct btf_names {
	struct btf_name **slots;	/* open addressing; NULL: free */
	uint32_t nslots;		/* a power of two, or 0 */
	uint32_t count;
	uint32_t kinds;			/* a bit for each kind of type that is looked at: 1 << BTF_KIND_STRUCT */
	uint64_t starts[64];		/* a bit for each hash of a name's first bytes: most of the kernel's stop here */
	uint64_t lengths;		/* a bit for each length, modulo 64 */
};

/* Length of the name without a flavour: 2 for "sk___old", 5 for "a___b___c". */
size_t btf_plain_length(const char *name);

/*
 * Adds a name (its plain part is copied into the arena) of a type of that kind.
 * A pass looks at the kinds somebody wants, for all names: half of the kernel's
 * types are functions, and most who ask want none. ENUM stands for ENUM64, too.
 * 0, or -ENOMEM. Twice is once.
 */
int btf_names_want(struct btf_names *n, uint32_t kind, const char *name, struct arena *a);

/* Does a pass for n look at types of that kind? */
bool btf_names_covers(const struct btf_names *n, uint32_t kind);

/* Goes through b's own types, not those of its base, and adds the ids. 0, or -ENOMEM. */
int btf_names_scan(struct btf_names *n, const struct btf *b, struct arena *a);

/* btf_index_visit() and btf_names_scan() in one pass. */
int btf_index_names(struct view raw, const struct btf *base, struct btf_names *n, struct arena *a, struct btf *out,
		    struct diag *d);

/* What was found for the name's plain part; NULL if nobody wanted it. */
const struct btf_name *btf_names_get(const struct btf_names *n, const char *name);

#endif
