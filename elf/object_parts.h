/*
 * What the files that build an object share. Nobody else includes this.
 *
 * Each part reads what the parts before it have put into the object, and adds
 * its own; the order is that of steps[] in elf/object.c.
 *
 * Next: elf/object.c
 */
#ifndef ELF_OBJECT_PARTS_H
#define ELF_OBJECT_PARTS_H

#include "elf/object.h"

int object_android(struct object *o, struct diag *d);	/* elf/android.c: is_android */
int object_variables(struct object *o, struct diag *d);	/* elf/datasec.c */
int object_externs(struct object *o, struct diag *d);	/* elf/externs.c */
int object_maps(struct object *o, struct diag *d);	/* elf/maps.c; the three sources of maps below */
int object_funcs(struct object *o, struct diag *d);	/* elf/funcs.c */
int object_prog_defs(struct object *o, struct diag *d);	/* elf/android.c: what section progs says of functions */
int object_tails(struct object *o, struct diag *d);	/* elf/tails.c: sections called "1/0" */
int object_map_slots(struct object *o, struct diag *d);	/* elf/map_slots.c */
int object_struct_ops(struct object *o, struct diag *d);	/* elf/struct_ops.c */
int object_data_addresses(struct object *o, struct diag *d);	/* elf/data_addresses.c */
int object_relocs(struct object *o, struct diag *d);	/* elf/relocs.c */
int object_core(struct object *o, struct diag *d);	/* elf/core_relos.c */
int object_refusals(struct object *o, struct diag *d);	/* elf/refused.c */
int object_link_room(struct object *o, struct diag *d);	/* elf/link.c */

int maps_from_btf(struct object *o, struct diag *d);	/* elf/mapdef.c */
int object_arena(struct object *o, struct diag *d);	/* elf/map_arena.c */
int maps_from_legacy(struct object *o, struct diag *d);	/* elf/mapdef_legacy.c */
int maps_from_data(struct object *o, struct diag *d);	/* elf/data.c */
int maps_from_externs(struct object *o, struct diag *d);	/* elf/externs_map.c */

/* True for a name that is used here and defined nowhere in the file, as externs are. elf/externs.c */
bool symbol_is_extern(const struct elf_symbol *s);

/* Fills config_type, is_signed, size and align of a .kconfig extern. False: a type that holds nothing of it. */
bool extern_config_type(const struct object *o, struct external *e);

/* Appends a copy of *m, with kernel_name made from its name. 0 or -ENOMEM. */
int map_add(struct object *o, const struct map *m, struct diag *d);

/* Appends an element that the source names. 0 or -ENOMEM. */
int map_slot_add(struct object *o, struct map *m, struct map_slot slot, struct diag *d);

/* The map whose definition starts at that byte of that section (0 for a section of data), or NO_INDEX. */
uint32_t map_at(const struct object *o, uint32_t section, int64_t offset);

/* Appends a line to o->refused: "WHAT: why it cannot be loaded". 0 or -ENOMEM. */
__attribute__((format(printf, 3, 4)))
int refuse(struct object *o, struct diag *d, const char *fmt, ...);

/* The same for what no part of the object has: if it is the first, loading fails with -ENOENT instead of -ENOTSUP. */
__attribute__((format(printf, 3, 4)))
int refuse_absent(struct object *o, struct diag *d, const char *fmt, ...);

/* Appends a line to o->notes: "WHAT: what becomes of it, and why". 0 or -ENOMEM. */
__attribute__((format(printf, 3, 4)))
int note(struct object *o, struct diag *d, const char *fmt, ...);

/* The bytes at raw, a copy of the object's BTF, with its externs made variables; *out may be elsewhere. elf/btf_extern.c */
int btf_without_externs(const struct object *o, unsigned char *raw, struct arena *a, struct view *out, struct diag *d);

/* From what Android's definitions say: versions of kernels and of its loaders. elf/android.c */
struct meant_for meant_for(uint32_t min_kver, uint32_t max_kver, uint32_t loader_max);

/* Why a section with ROLE_REFUSED cannot be loaded, and "" for the others. */
const char *section_refusal(const struct elf_section *s);

#endif
