/*
 * The object: what an ELF file means to a BPF loader.
 *
 *	sections with code   ->  functions; those outside .text are programs
 *	.maps, maps          ->  maps
 *	.rodata .data .bss   ->  maps too, one element each: the global variables
 *	.rel<section>        ->  relocations: instruction n waits for map m, or function f
 *	license, version     ->  two words for the kernel
 *
 * Everything is checked here, once: after object_build() every index in these
 * structures is valid, every relocation points at an instruction that can take
 * it, every name ends. A file that breaks a rule is an error.
 *
 * A file that keeps the rules and needs something bpfwalk does not do yet
 * (externs, struct_ops, ...) is still worth looking at. It becomes an
 * object like any other with a line in `refused` for each such thing: inspect
 * prints the lines, the loader stops at the first. Nothing is skipped silently.
 *
 * Nothing here has a file descriptor: this is what the file says, not what the
 * kernel made of it.
 *
 * Kernel: none; these are the conventions between clang, libbpf and everyone.
 * Next: elf/object_parts.h
 */
#ifndef ELF_OBJECT_H
#define ELF_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "elf/arena.h"
#include "elf/btf.h"
#include "elf/btf_ext.h"
#include "elf/diag.h"
#include "elf/elf64.h"
#include "elf/view.h"
#include "uapi/bpf_insn.h"

#define NO_INDEX UINT32_MAX

enum reloc_kind {
	RELOC_MAP,		/* ld_imm64 takes the map itself */
	RELOC_GLOBAL,		/* ld_imm64 takes an address inside a map's first value, or of an arena's variable */
	RELOC_JUMPS,		/* ld_imm64 takes the first value of a map that is made of a jump table */
	RELOC_CALL,		/* call takes the distance to a function */
	RELOC_FUNC,		/* ld_imm64 takes the address of a function */
	RELOC_KSYM,		/* ld_imm64 takes the address of something in the kernel */
	RELOC_KFUNC,		/* call of a function of the kernel */
	RELOC_REFUSED,		/* needs what object.refused names; the linker leaves the instruction alone */
};

struct reloc {
	enum reloc_kind kind;
	uint32_t insn;			/* instruction, counted from the start of its function */
	uint32_t map;			/* RELOC_MAP, RELOC_GLOBAL: index into object.maps; linked RELOC_JUMPS: into linked.tables */
	uint32_t func;			/* RELOC_CALL, RELOC_FUNC: index into object.funcs */
	uint32_t offset;		/* RELOC_GLOBAL: bytes into the value; into an arena's data */
	uint32_t size;			/* RELOC_JUMPS: bytes of the table, which is at offset of .jumptables */
	uint32_t external;		/* RELOC_KSYM, RELOC_KFUNC: index into object.externals; also of a .kconfig RELOC_GLOBAL */
	const char *symbol;		/* what the file calls it; for a section symbol, the section */
};

/* For which kernels something is meant, as LINUX_VERSION_CODE has them, and for which loaders: Android's objects say so. */
struct meant_for {
	bool is_limited;		/* else for all */
	uint32_t min_kver, max_kver;	/* at least, and below; UINT32_MAX: no end */
	bool other_loaders;		/* Android's older ones only */
};

/* A function of the file: a program if it has a section of its own kind, else a sub-program. */
struct func {
	const char *name;		/* "hello" */
	const char *section;		/* "kprobe/sys_execve", ".text"; "?kprobe/x" asks not to be loaded unless told */
	uint32_t section_index;
	uint32_t first;			/* instruction offset within the section */
	uint32_t count;			/* instructions */
	const struct bpf_insn *insns;	/* as in the file, a copy in the arena */
	struct bpf_insn *relocated;	/* the same after core_relocate(); NULL: as in the file */
	const struct reloc *relocs;	/* ascending by insn; calls inside a section have one too, though the file has none */
	uint32_t nrelocs;
	bool is_program;		/* an entry point, to be loaded by itself */
	bool is_global;			/* STB_GLOBAL or WEAK and not hidden: the verifier checks it by itself */
	bool is_weak;
	bool is_optional;		/* may be refused by the kernel; then the others do */
	struct meant_for meant_for;
	uint32_t tail_of;		/* the map that it is called through, by a section "1/0"; else NO_INDEX */
};

/* A CO-RE relocation: an instruction that holds a fact about a type, which may be another in the kernel. */
struct core_relo {
	uint32_t func;			/* index into object.funcs */
	uint32_t insn;			/* counted from the start of the function */
	uint32_t number;		/* among those of its ELF section */
	uint32_t type_id;		/* in the object's BTF */
	uint32_t kind;			/* enum bpf_core_relo_kind, or a number nobody knows */
	uint32_t access_off;		/* where in BTF's strings: "0:1:2"; equal paths mostly share one string */
};

enum map_origin {
	MAP_BTF,			/* .maps */
	MAP_LEGACY,			/* maps */
	MAP_DATA, MAP_RODATA, MAP_BSS,	/* a section of global variables */
	MAP_KCONFIG,			/* the values of the kernel's configuration, which no section has. These four: map_is_data() */
	MAP_STRUCT_OPS,			/* a variable of .struct_ops, .struct_ops.link, with ? or without */
};

/* An element that the source puts into a map. */
struct map_slot {
	uint32_t index;			/* the element's key; struct_ops: the member's place in the struct */
	uint32_t target;		/* programs: index into object.funcs; maps of maps: into object.maps */
};

/* A map as the file defines it; numbers are those of BPF_MAP_CREATE. */
struct map {
	const char *name;		/* in the source, or the section's: "counts", ".rodata" */
	char kernel_name[16];		/* as the kernel will show it: "counts", "syscount.rodata" */
	enum map_origin origin;
	uint32_t type, key_size, value_size, max_entries, flags, numa_node;
	uint64_t map_extra;
	uint32_t key_type_id, value_type_id;	/* BTF; 0: unknown. Some types refuse them: the loader's business */
	uint32_t record_type_id;	/* rings: the type of a record, from __type(value, ...); 0: unknown */
	bool pin_by_name;		/* LIBBPF_PIN_BY_NAME, PIN_GLOBAL_NS */
	const char *pin_below;		/* "tc/globals/": where, from the directory of pins; NULL: in it */
	uint32_t inner;			/* map-in-map: index of the template in object.maps, or NO_INDEX */
	bool is_template;		/* only a template for inner maps: made, used, closed. Stands before its user */
	uint32_t section_index, section_offset;	/* where the definition is */
	uint32_t section_size;		/* MAP_BTF, MAP_STRUCT_OPS: bytes of the definition */
	uint32_t values_offset;		/* MAP_BTF: where in it its member values is, or NO_INDEX */
	struct map_slot *slots;		/* ascending by index; of old definitions by what is put in */
	uint32_t nslots;
	unsigned char *data;		/* MAP_DATA..., MAP_STRUCT_OPS, an arena: data_size bytes, writable until load; else NULL */
	uint32_t data_size;		/* value_size, but of an arena */
	uint32_t data_offset;		/* an arena: where in it they go; the loader's business. Else 0 */
	bool data_changed;		/* .bss: somebody set a global, so zeroes are not enough */
	bool is_optional;		/* not made unless told: "?.struct_ops" */
	bool frozen;			/* read-only for user space too, once filled */
	struct meant_for meant_for;
	uint32_t id;			/* iproute2's, for sections called by it; 0: none */
};

/* A global variable: a name for some bytes of a data map. */
struct global {
	const char *name;
	uint32_t map, offset, size;	/* bytes */
	uint32_t type_id;		/* BTF of the variable's type, 0 without BTF */
	bool is_static;
	bool is_set;			/* by the user, after the file was read */
};

/* Where an extern is declared to be: BTF puts it into a section of this name that the file does not have. */
enum extern_kind {
	EXTERN_KCONFIG,			/* .kconfig: a value of the kernel's configuration */
	EXTERN_VAR,			/* .ksyms: a variable of the kernel */
	EXTERN_FUNC,			/* .ksyms: a function of the kernel that programs may call, a kfunc */
};

/* What of the configuration a C type can hold. */
enum config_type { CONFIG_BOOL, CONFIG_TRISTATE, CONFIG_CHAR, CONFIG_INTEGER, CONFIG_STRING };

/* An extern: something that the program uses and the running kernel has. */
struct external {
	const char *name;
	enum extern_kind kind;
	bool is_weak;			/* may be missing: it is zero then, and its address too */
	uint32_t symbol;		/* index into elf.symbols */
	uint32_t btf_id;		/* the VAR or FUNC */
	uint32_t type_id;		/* its type; 0 for a variable of type void, of which only the address counts */
	/* EXTERN_KCONFIG: its place in the map .kconfig, and what may stand there */
	enum config_type config_type;
	bool is_signed;
	uint32_t size, align, offset;	/* bytes */
	/* what the kernel said */
	bool is_known;			/* looked up, and there; what follows is set */
	bool is_absent;			/* looked up, weak, and not there */
	uint64_t address;		/* EXTERN_VAR without a type */
	uint32_t kernel_btf_id;		/* the others of .ksyms: the VAR or FUNC in the kernel's BTF, or a module's: */
	int module_fd;			/* its descriptor; 0: the kernel's own */
	int16_t fd_index;		/* EXTERN_FUNC: where that is in the fd_array of BPF_PROG_LOAD; 0: the kernel's own */
	const char *from;		/* "/proc/config.gz", "vmlinux"; NULL until it is known */
};

/* What becomes of a section. */
enum section_role {
	ROLE_OTHER,			/* symbols, strings, relocations, debug information: not for the kernel */
	ROLE_CODE,
	ROLE_LICENSE, ROLE_VERSION,
	ROLE_MAPS, ROLE_LEGACY_MAPS,	/* ".maps", "maps" */
	ROLE_DATA, ROLE_RODATA, ROLE_BSS,
	ROLE_BTF, ROLE_BTF_EXT,
	ROLE_STRUCT_OPS,
	ROLE_JUMPS,			/* ".jumptables" */
	ROLE_ARENA,			/* ".addr_space.1": variables in the arena */
	ROLE_PROG_DEFS,			/* "progs", ".android_progs" */
	ROLE_REFUSED,			/* ".struct_ops", ...: known, and not done yet */
};

struct object {
	struct arena *arena;		/* owns everything below */
	const char *name;		/* file name up to the first dot, 15 bytes at most */
	struct elf elf;
	uint32_t only[ROLE_REFUSED];	/* the section of a role that can have but one: license, maps, BTF, ...; 0: none */
	struct btf btf;			/* count 0 without .BTF */
	struct btf_ext ext;
	const struct elf_symbol **variables;	/* global and weak ones of all sections, sorted by section and name */
	uint32_t nvariables;
	const char *license;		/* "" if the file has none */
	uint32_t kern_version;		/* from section "version", else 0 */
	bool is_android;		/* made for Android's loader, by its sections */
	struct func *funcs;
	uint32_t nfuncs;
	struct map *maps;		/* .maps in order of offset, then legacy, then data sections in file order, then struct_ops */
	uint32_t nmaps;
	uint32_t arena_map;		/* the one arena, or NO_INDEX */
	struct global *globals;
	uint32_t nglobals;
	struct external *externals;	/* .kconfig in the order of their offsets, then .ksyms by name */
	uint32_t nexternals;
	uint32_t *externals_by_name;	/* indexes into externals */
	uint32_t *external_of;		/* [symbol]: index into externals, or NO_INDEX; NULL without externs */
	uint32_t kconfig_map;		/* index of the map .kconfig, or NO_INDEX */
	struct link_room *link_room;	/* what elf/link.c works in, the same for each program */
	const struct core_relo *core;	/* in the order of the file */
	uint32_t ncore;
	const uint32_t *core_order;	/* their indexes, ascending by function and instruction */
	const char **refused;		/* "extern CONFIG_HZ (.kconfig): ...": what stops the loader, a line each */
	uint32_t nrefused;
	int refused_code;		/* of the first line: a negative errno */
	const char **notes;		/* "variable names: the addresses ...": what is left out of what the file says */
	uint32_t nnotes;
};

enum section_role section_role(const struct elf_section *s);

/*
 * file must outlive the object. name: of the file, a path or not; see struct
 * object for what is made of it. On failure *out is unusable and the arena
 * holds only memory to free. 0 or a negative errno.
 */
int object_build(struct view file, const char *name, struct arena *a, struct object *out, struct diag *d);

/* Global variables are in it: a section of data, or .kconfig. elf/maps.c */
bool map_is_data(const struct map *m);
/* Its elements are maps. elf/maps.c */
bool map_holds_maps(const struct map *m);

/* The extern of that name (len bytes), or NULL. */
struct external *external_named(const struct object *o, const char *name, size_t len);

/* True if function i is another name for function i + 1: what is said of its instructions is said there. */
bool func_is_alias(const struct object *o, uint32_t i);

/* The function that has instruction `insn` (counted from the section's start), or NO_INDEX. */
uint32_t object_func_at(const struct object *o, uint32_t section_index, uint32_t insn);

/* Where in core_order the relocations of that instruction begin (there may be several); ncore: it has none. */
uint32_t object_core_at(const struct object *o, uint32_t func, uint32_t insn);

/*
 * The object's BTF as the kernel accepts it: DATASEC sizes and offsets filled
 * from ELF and sorted, hidden functions and variables made static, externs made
 * variables like any other. *out is a copy in the arena, empty without BTF.
 */
int object_btf_for_kernel(const struct object *o, struct arena *a, struct view *out, struct diag *d);

#endif
