/*
 * What an old map definition says beyond the five numbers: elf/legacy_members.c
 * reads it, elf/mapdef_legacy.c makes sense of it.
 *
 * Next: elf/mapdef_legacy.c
 */
#ifndef ELF_LEGACY_H
#define ELF_LEGACY_H

#include "elf/object.h"

struct legacy_def {
	uint32_t id, inner_id;		/* iproute2: 0 is none */
	uint32_t inner_idx;		/* iproute2: which element of the maps with inner_id; UINT32_MAX: none */
	uint32_t inner_map_idx;		/* kernel samples: place of a definition in the section, */
	bool has_inner_map_idx;		/* if there is such a member */
	uint32_t pinning;		/* 0: not pinned */
	uint32_t min_kver, max_kver;	/* Android: of the kernel, in its own notation, */
	uint32_t loader_max;		/* and of its loaders; the caller sets what counts where they are missing */
	bool has_owner;			/* Android: where it is pinned, and whose that is */
};

/*
 * Reads the definition of m (its name and place are set): the numbers into *m,
 * the rest into *out. What is not zero and not understood becomes a line of
 * o->refused. 0, -EINVAL, -ENOMEM.
 */
int legacy_members_read(struct object *o, struct view bytes, struct map *m, struct legacy_def *out, struct diag *d);

#endif
