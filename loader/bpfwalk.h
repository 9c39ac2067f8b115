/*
 * bpfwalk: takes a BPF object file into the kernel, every step in sight.
 *
 *	struct bw_error err = {0};
 *	struct bw_object *obj;
 *	struct bw_link *link;
 *
 *	if (bw_open("syscount.bpf.o", NULL, &obj, &err) ||	read the file
 *	    bw_load(obj, &err) ||				maps and programs are in the kernel
 *	    bw_attach(obj, &obj->programs[0], NULL, &link, &err))
 *		fprintf(stderr, "%s: %s\n", err.where, err.msg);
 *	...
 *	bw_close(obj);						and nothing is left
 *
 * Everything hangs off the object. bw_close() detaches, closes every
 * descriptor and frees every byte, also after any failure. There is no global
 * state, no output, no thread, no signal handler, and no call to the kernel
 * that the object does not need.
 *
 * Functions return 0 (or a count) or a negative errno; the reason is in the
 * caller's struct bw_error. Structs are transparent: read them, do not write.
 *
 * Kernel: bpf(2), perf_event_open(2)
 * Next: loader/api.c
 */
#ifndef BPFWALK_H
#define BPFWALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define BW_API __attribute__((visibility("default")))
#else
#define BW_API
#endif

struct bw_error {
	int code;			/* 0: no failure yet, else a negative errno */
	char where[64];			/* the step: "elf sections", "program hello" */
	char msg[448];			/* one line, without a newline */
};

/* ---- what an object is --------------------------------------------------- */

enum bw_runs {				/* what makes a program run, once it is loaded and attached */
	BW_AT_EVENT,			/* something happens in the kernel */
	BW_WHEN_READ,			/* bw_iterate(): somebody reads a list of the kernel */
	BW_WHEN_ASKED,			/* bw_run_once(); there is nothing to attach */
};

struct bw_hook {			/* a row of the hook table */
	const char *section;		/* "kprobe/", or "xdp" where nothing follows */
	const char *takes;		/* what follows the prefix: "FUNCTION[+OFFSET]"; "" nothing */
	const char *needs;		/* what struct bw_attach_options must name: "cgroup", "interface", "point"; "" nothing */
	uint8_t prog_type;		/* BPF_PROG_TYPE_... */
	uint8_t attach_type;		/* expected_attach_type */
	uint8_t prog_flags;		/* BPF_F_SLEEPABLE, ... */
	uint8_t runs;			/* enum bw_runs */
	bool has_attach_type;		/* false: programs of that type are of one kind, and attach_type is 0 */
	bool can_load;			/* bpfwalk loads programs of this row */
	bool can_attach;		/* and attaches them: by their section, and what `needs` says */
};

struct bw_program {
	const char *name, *section;
	const struct bw_hook *hook;	/* NULL: sub-program, or no row for this section */
	const char *target;		/* what follows the hook's prefix: "sys_execve"; "" */
	const struct bw_map *called_through;	/* a section "1/0": it is in this map, for others to jump to; else NULL */
	bool is_entry;			/* a program; else a sub-program, listed for its name and size */
	bool enabled;			/* will be loaded */
	bool is_optional;		/* when the kernel refuses it, bw_load() goes on without it */
	const char *left_out;		/* why bw_load() left it out although it was enabled, which it is no more; else NULL */
	uint32_t insn_count;		/* in the file */
	const struct bw_insn *insns;	/* NULL before bw_load(); complete after, sub-programs included */
	uint32_t loaded_insn_count;
	int fd;				/* -1 before bw_load() */
	unsigned index;			/* in bw_object.programs */
};

/* An instruction, field for field as the kernel's struct bpf_insn: eight bytes, little endian. */
struct bw_insn {
	uint8_t code, regs;		/* regs: dst in the low four bits, src in the high four */
	int16_t off;
	int32_t imm;
};

struct bw_slot {			/* an element that the source puts into a map */
	uint32_t index;			/* its key; of a struct_ops map the member's place in the struct */
	const char *member;		/* struct_ops: the member's name; else NULL */
	const struct bw_program *program;	/* program arrays and struct_ops; else NULL */
	const struct bw_map *map;	/* maps of maps; else NULL */
};

struct bw_map {
	const char *name;		/* in the source; for data sections the section's name */
	const char *kernel_name;	/* at most 15 bytes */
	uint32_t type, key_size, value_size, max_entries, flags;
	const char *type_name;		/* "BPF_MAP_TYPE_HASH" */
	uint32_t key_type_id, value_type_id, record_type_id;	/* for bw_format_value() */
	uint32_t value_buffer_size;	/* bytes bw_map_lookup() writes: per-CPU maps have a value per possible CPU */
	uint32_t cpus;			/* number of values in that buffer: 1, or the possible CPUs (0 before bw_load()) */
	bool is_data;			/* .data, .rodata, .bss */
	bool is_template;		/* never stays: it only says what the maps inside another are like */
	bool enabled;			/* bw_load() will make it */
	const char *left_out;		/* why bw_load() left it out although it was enabled, which it is no more; else NULL */
	const struct bw_map *inner;	/* maps of maps: what the maps inside are like; else NULL */
	const struct bw_slot *slots;	/* what it holds from the start */
	unsigned nslots;
	bool pin_by_name;
	bool pinned;			/* bw_load() pinned it: there was no map under its name before */
	bool read_only;			/* frozen after it is filled */
	void *memory;			/* an arena, loaded: its pages in this process; else NULL */
	size_t memory_size;		/* bytes */
	int fd;				/* -1 before bw_load() */
	unsigned index;
};

struct bw_global {
	const char *name;
	const struct bw_map *map;
	uint32_t offset, size;		/* bytes in the map's value; of an arena, after bw_load(), in its memory */
	uint32_t type_id;
	const void *data;		/* its bytes now, until bw_load() */
};

/* What the program uses and the running kernel has. Up to `global` as in the file; the rest is known after bw_load(). */
struct bw_extern {
	const char *name, *section;	/* ".kconfig": a value of the configuration, ".ksyms": a variable or function */
	bool is_function, is_weak;
	uint32_t type_id;		/* of the object's BTF; 0: only its address counts */
	const struct bw_global *global;	/* .kconfig: the variable that gets the value; NULL */
	const char *from;		/* who had it: "/proc/config.gz", "vmlinux", a module; NULL */
	bool is_absent;			/* nobody, and it is weak */
	uint32_t kernel_btf_id;		/* .ksyms with a type: its number in the types of `from` */
	uint64_t address;		/* .ksyms without one */
};

struct bw_link {
	const struct bw_program *program;	/* NULL: it is a map's */
	const struct bw_map *map;	/* bw_attach_map(); else NULL */
	const char *name;		/* of the one or the other */
	const char *target;		/* what it was attached to, resolved: "__x64_sys_execve+0x0" */
	const int *fds;			/* perf events, the raw tracepoint, the BPF link, the socket; before 5.7 the cgroup */
	unsigned nfds;
};

/* What readelf would show; bw_inspect() fills them in. */
struct bw_section { const char *name; uint32_t type, link, info; uint64_t flags, offset, size, entsize; };
struct bw_symbol { const char *name; uint64_t value, size; uint8_t type, bind, visibility; uint32_t section; };
enum { BW_RELOC_CORE = 0x10000 };	/* bw_reloc.type of those that are not ELF's: CO-RE */
struct bw_reloc { const char *section; uint64_t offset; uint32_t type; const char *symbol; const char *means; };

struct bw_object {
	const char *name, *license;
	uint32_t kern_version;
	uint16_t elf_type, elf_machine;
	const struct bw_program *programs;	unsigned nprograms;
	const struct bw_map *maps;		unsigned nmaps;
	const struct bw_global *globals;	unsigned nglobals;
	const struct bw_extern *externs;	unsigned nexterns;
	const struct bw_section *sections;	unsigned nsections;	/* these three: bw_inspect() */
	const struct bw_symbol *symbols;	unsigned nsymbols;
	const struct bw_reloc *relocs;		unsigned nrelocs;
	const char *const *refused;		unsigned nrefused;	/* features it uses that bw_load() refuses, one line each */
	const char *const *notes;		unsigned nnotes;	/* what of it the kernel is not told, one line each */
	uint32_t btf_types;			/* 0: no BTF */
	const char *pin_dir;			/* bw_pin() has made it; NULL */
	const unsigned char *file;		/* the bytes of it all */
	size_t file_size;
};

/* ---- watching ------------------------------------------------------------ */

enum bw_field_kind {
	BW_NUMBER,			/* value */
	BW_SIGNED, BW_FD,		/* value, an int64_t; a negative descriptor: none */
	BW_ENUM, BW_FLAGS,		/* value; text is the kernel's name, NULL where it has none */
	BW_STRING,			/* text */
	BW_BYTES, BW_INSNS,		/* data, size */
	BW_POINTER,			/* value: an address; what is there is unknown, or too much to tell */
};

struct bw_field {			/* one argument, or one member of the struct an argument points to */
	const char *name;		/* the kernel's; "kprobe_multi.cnt" for a struct inside the struct */
	enum bw_field_kind kind;
	bool in_struct;			/* a member; strace puts them between braces */
	bool out;			/* written by the kernel */
	uint64_t value;
	const char *text;
	const void *data;
	size_t size;			/* bytes */
};

struct bw_call {
	const char *name;		/* "bpf", "perf_event_open", "ioctl", "openat" ... */
	const char *cmd;		/* "BPF_MAP_CREATE", "PERF_EVENT_IOC_SET_BPF"; "" for other calls */
	const char *group;		/* strace's name of the struct inside the struct: "raw_tracepoint"; NULL */
	bool changes;			/* it changes the kernel; false: it only looks, or closes */
	bool returns_fd;		/* success is a new descriptor */
	const struct bw_field *fields;	/* what was set, in order */
	unsigned nfields;
	int nr;				/* for bw_call_real() */
	long arg[6];			/* as in the manual page; pointers are addresses */
	long ret;			/* the kernel's answer or a negative errno */
};

struct bw_patch {			/* an instruction before and after a relocation */
	const struct bw_program *program;
	const char *kind;		/* "map", "global", "call", "function", "ksym", "kfunc" */
	const char *symbol;
	uint32_t insn;			/* index in the loaded program */
	unsigned slots;			/* 1, or 2 */
	struct bw_insn before[2], after[2];
};

enum bw_core_outcome {
	BW_CORE_KEPT,			/* the instruction was right as it was */
	BW_CORE_CHANGED,
	BW_CORE_POISONED,		/* this kernel has no such thing; the verifier refuses the instruction where it is reached */
};

struct bw_core_candidate {		/* a type of the kernel that may be the one that is meant */
	const char *in;			/* "vmlinux", or a module */
	uint32_t type_id;
	const char *name;		/* "task_struct___old" */
	bool matches;
	uint64_t value;			/* if it matches */
	const char *why;		/* if not: "struct task_struct has no member tgid" */
};

struct bw_core {			/* a CO-RE relocation, done */
	const struct bw_program *function;	/* whose instruction it is: a program or a sub-program */
	uint32_t insn;			/* as it lies in the file, counted from the start of that function */
	uint32_t number;		/* of the relocation, in its section */
	unsigned slots;
	const char *kind;		/* "BPF_CORE_FIELD_BYTE_OFFSET" */
	const char *what;		/* "task_struct.tgid", "size of task_struct.comm" */
	enum bw_core_outcome outcome;
	const char *text;		/* "compiled for task_struct.tgid at 2492; this kernel has it at 2500" */
	uint64_t compiled, value;	/* value: 0 when poisoned */
	const struct bw_core_candidate *candidates;
	unsigned ncandidates, nleft_out;	/* described, and not described for want of room */
	struct bw_insn before[2], after[2];
	const char *file, *source;	/* the line of C; NULL without line_info */
	uint32_t line;
};

enum bw_event_kind {
	BW_STEP,			/* a step begins: step ("map_create", see docs), subject ("counts") */
	BW_CALL,			/* a call has returned */
	BW_PATCH,			/* an instruction was patched */
	BW_NOTE,			/* a decision worth knowing: text */
	BW_CORE,			/* an instruction was adjusted to the kernel: core */
};

struct bw_event {			/* everything it points to lives only during the callback */
	enum bw_event_kind kind;
	const char *step, *subject;
	const struct bw_call *call;
	const struct bw_patch *patch;
	const struct bw_core *core;
	const char *text;
};

/* ---- walking ------------------------------------------------------------- */

struct bw_options {			/* what it points to must live as long as the object; the struct itself need not */
	const void *bytes;		/* the object's bytes; NULL: path is read */
	size_t size;
	const char *pin_dir;		/* for maps pinned by name; NULL: /sys/fs/bpf */
	const char *kernel_btf;		/* a file with another kernel's types, raw or in an ELF file; NULL: the running kernel's */
	/* A loaded program whose functions freplace programs take the place of: its id, its pin (a path has a /) or its name. */
	const char *target;
	const char *kconfig;		/* a file with a kernel's configuration, packed or not; NULL: the running kernel's */
	/* bw_close() removes the pins that bw_load() made, unless bw_keep_pins() was called; a failed bw_load() always does. */
	bool undo_pins;
	struct bw_watching {		/* filled in by the two functions that follow */
		void (*observe)(void *ctx, const struct bw_event *event);
		void *observe_ctx;
		long (*kernel)(void *ctx, struct bw_call *call);
		void *kernel_ctx;
		const struct bw_teller *teller;	/* who puts calls into words */
	} watching;
};

/*
 * Functions, so that a program which calls neither does not link the names of some 700 constants, and of the members of
 * each command. Calls `observe` for each event of a walk with these options.
 */
BW_API void bw_observe(struct bw_options *options, void (*observe)(void *ctx, const struct bw_event *event), void *ctx);
/* Another kernel: answers instead of the real one (which bw_call_real() asks). Returns what the call returns. */
BW_API void bw_other_kernel(struct bw_options *options, long (*kernel)(void *ctx, struct bw_call *call), void *ctx);

/* Reads and checks the file; nothing is asked of the kernel but the file. *out is NULL on failure. */
BW_API int bw_open(const char *path, const struct bw_options *options, struct bw_object **out, struct bw_error *err);

/* Between open and load; after it these are -EBUSY. */

/*
 * Is the program to be loaded? Programs of struct_ops maps are exactly when one of their maps is made, whatever is said
 * here. -EINVAL: it is a sub-program.
 */
BW_API int bw_enable(struct bw_object *obj, const struct bw_program *prog, bool enabled);
/*
 * Is the map to be made? One that is not costs nothing. Programs may name it in
 * code that is never reached; in code that is, the verifier refuses the call of
 * a function 2001000000 + the map's place. -EINVAL: it is a template.
 */
BW_API int bw_enable_map(struct bw_object *obj, const struct bw_map *map, bool enabled);
BW_API int bw_set_max_entries(struct bw_object *obj, const struct bw_map *map, uint32_t entries, struct bw_error *err);
/* Where the definition leaves it to the loader: stack traces, 8 bytes a frame. Types of another size are dropped. */
BW_API int bw_set_value_size(struct bw_object *obj, const struct bw_map *map, uint32_t size, struct bw_error *err);
BW_API int bw_set_global(struct bw_object *obj, const struct bw_global *global, const void *data, size_t size,
			 struct bw_error *err);
/* The value as text, typed through BTF: "42", "true", "\"bash\"", an enum's name, "x:00ff". */
BW_API int bw_set_global_text(struct bw_object *obj, const struct bw_global *global, const char *text,
			      struct bw_error *err);

/*
 * Makes the maps, loads the enabled programs. On failure everything made is
 * closed again. A verifier rejection is -EACCES, -EINVAL, ... as the kernel
 * said, the last meaningful line in err->msg; bw_log() has all of it.
 */
BW_API int bw_load(struct bw_object *obj, struct bw_error *err);
BW_API const char *bw_log(const struct bw_object *obj);	/* of the program that was refused; "" otherwise */

struct bw_attach_options {
	/* 0: all. Uprobes, iterators over tasks: only this process; perf events: only this thread. Refused with others. */
	int pid;
	const char *event;		/* perf_event programs whose section names none: "page-faults"; NULL: cpu-clock */
	uint64_t period;		/* perf_event programs: run every so many events, or nanoseconds of a clock; 0: a default */
	/*
	 * Programs that need one: the cgroup, by its path, or relative to where cgroup2 is mounted. (A directory that is
	 * open as descriptor 7 is "/proc/self/fd/7".) Refused with programs of other kinds.
	 */
	const char *cgroup;
	/*
	 * Programs that need one: the network interface, by its name in our network namespace. Refused with others. Sections tc
	 * and classifier do not say which way: "veth0" is what comes in, "veth0:egress" what goes out.
	 */
	const char *iface;
	/* Iterators over the elements of a map: one of the object, else by its pin (a path), id or name. Refused with others. */
	const char *map;
	/* Programs that need one: "ipv4:input:-300", the protocol, the point in netfilter and the priority (without: 0). */
	const char *netfilter;
	const char *netns;		/* sk_lookup, flow_dissector: a network namespace, as a file; NULL: the one we are in */
	/*
	 * Through BPF links, which bw_pin_link() can pin, or not at all: perf events have them since 5.15, cgroups since
	 * 5.7. Without it the calls are those of kernels that had no links.
	 */
	bool pinnable;
};

/*
 * What struct bw_attach_options must name for a program: "cgroup", "interface", "map", "point" or "". It is what the row of
 * its section says, but for iterators, where it depends on the list.
 */
BW_API const char *bw_needs(const struct bw_program *prog);

/*
 * Attaches by the program's section. The link belongs to the object.
 * -ENOTSUP when section and options do not say where (err->msg says what is missing).
 */
BW_API int bw_attach(struct bw_object *obj, const struct bw_program *prog, const struct bw_attach_options *options,
		     struct bw_link **out, struct bw_error *err);
/* A struct_ops map: the kernel calls its programs from then on. Of the options only pinnable counts. */
BW_API int bw_attach_map(struct bw_object *obj, const struct bw_map *map, const struct bw_attach_options *options,
			 struct bw_link **out, struct bw_error *err);
BW_API void bw_detach(struct bw_object *obj, struct bw_link *link);
BW_API void bw_close(struct bw_object *obj);		/* NULL is fine */

/*
 * Makes the directory of a cgroup, named as above; the one it is in must be
 * there. 1: made; 0: there was something of that name already. Removing is the
 * caller's business: -EBUSY while processes or other cgroups are in it.
 */
BW_API int bw_cgroup_make(struct bw_object *obj, const char *cgroup, struct bw_error *err);
BW_API int bw_cgroup_remove(struct bw_object *obj, const char *cgroup, struct bw_error *err);

/* ---- pins ---------------------------------------------------------------- */

/*
 * Makes the directory dir in a BPF file system (a path; without / or . in front: below where one is mounted), and pins
 * all that bw_load() made in dir/progs and dir/maps: so it outlives obj and the process. All of it or nothing.
 *
 * What this and bw_pin_link() make is removed by bw_close(), unless bw_keep_pins() was called before: so whatever fails
 * in between, nothing is left. bw_keep_pins() keeps the pins of maps pinned by name, too.
 */
BW_API int bw_pin(struct bw_object *obj, const char *dir, struct bw_error *err);
/*
 * Writes down, as a symbolic link dir/cgroup, that this cgroup was made for what is pinned in dir, so that whoever undoes
 * it can remove the cgroup as well. bw_pinned_cgroup() reads it into path, which holds `size` bytes. 1: it has the path; 0:
 * there is none, or no such directory; else a negative errno, as when it does not fit.
 */
BW_API int bw_pin_cgroup(struct bw_object *obj, const char *cgroup, struct bw_error *err);
BW_API int bw_pinned_cgroup(struct bw_object *obj, const char *dir, char *path, size_t size, struct bw_error *err);
/*
 * Pins a link, attached with `pinnable`, in dir/links, after bw_pin(). -EINVAL: it is nothing that can be pinned. Of what
 * stays without a pin (tc filters, before 6.6) it writes down there where it is, as a symbolic link.
 */
BW_API int bw_pin_link(struct bw_object *obj, const struct bw_link *link, struct bw_error *err);
BW_API void bw_keep_pins(struct bw_object *obj);

/* ---- what is in the kernel ------------------------------------------------- */

/* An object that is in no file and holds nothing: to ask the kernel with. It is closed like any other. */
BW_API int bw_open_empty(const struct bw_options *options, struct bw_object **out, struct bw_error *err);

/*
 * An object of one map, maps[0], that is in the kernel already, with the types the kernel has of it. name: the path of a
 * pin, with a slash; an id; or the map's name, of which the kernel keeps 15 bytes. -ENOENT: there is none; -ENOTUNIQ: there
 * are several, and err->msg has their ids. A map of variables has globals. When the types cannot be had, refused says why.
 * The object counts as loaded: what is for before bw_load(), and bw_load() itself, is -EBUSY.
 */
BW_API int bw_open_map(const char *name, const struct bw_options *options, struct bw_object **out, struct bw_error *err);

enum bw_kind { BW_PROGRAMS = 1, BW_MAPS = 2, BW_LINKS = 4 };

struct bw_holder {			/* a process that has it open */
	int pid;
	const char *comm;
};

struct bw_item {			/* a program, map or link of anybody's; lives during the callback */
	enum bw_kind kind;
	uint32_t id;
	const char *name;		/* at most 15 bytes; "" where it has none, as links */
	uint32_t type;
	const char *type_name;		/* "BPF_PROG_TYPE_KPROBE", "BPF_MAP_TYPE_HASH", "BPF_LINK_TYPE_CGROUP" */
	uint32_t btf_id;		/* its types; 0: none */
	uint32_t uid;			/* programs: who loaded it; so load_time, in nanoseconds since boot, to map_ids */
	uint64_t load_time;
	bool is_counted;		/* runs are counted: kernel.bpf_stats_enabled is on, or was */
	uint64_t run_cnt, run_time_ns;
	const uint32_t *map_ids;
	unsigned nmap_ids;
	uint32_t key_size, value_size, max_entries, map_flags;	/* maps */
	uint32_t prog_id;		/* links */
	const char *const *attached;	/* where a program runs, a link's one: "CGROUP_DEVICE /sys/fs/cgroup/guarded" */
	unsigned nattached;
	const char *const *pins;	/* paths */
	unsigned npins;
	const struct bw_holder *holders;
	unsigned nholders;
};

/*
 * Calls each for every program, map and link there is, kinds being a sum of enum bw_kind; in this order, by ids. What
 * vanishes meanwhile is left out. Pins of every BPF file system that is mounted here, and descriptors of every process
 * that /proc shows, are looked for; what they are not shown is unknown, not absent. -EPERM: CAP_SYS_ADMIN is needed.
 */
BW_API int bw_list(struct bw_object *obj, unsigned kinds, void (*each)(void *ctx, const struct bw_item *), void *ctx,
		   struct bw_error *err);

enum { BW_CGROUP_REMOVED = 1, BW_CGROUP_LEFT /* it is in use */ };
/*
 * Undoes what bw_pin() and bw_pin_link() left in dir: detaches, removes the pins and the directory; gone (or NULL) is
 * called for each pin that was removed. Returns 0, or what became of a cgroup that was made for them. A directory that
 * holds anything else is refused untouched. -EBUSY: all is removed, and yet a link lives on, because somebody else has it.
 */
BW_API int bw_unpin(struct bw_object *obj, const char *dir, void (*gone)(void *ctx, const struct bw_item *), void *ctx,
		    struct bw_error *err);

/*
 * One walk through the list that an iterator is attached to: its program runs for
 * each element, and what it prints goes to take(), piece by piece.
 */
BW_API int bw_iterate(struct bw_object *obj, const struct bw_link *link,
		      void (*take)(void *ctx, const char *text, size_t size), void *ctx, struct bw_error *err);
/* Runs a loaded program of section syscall here and now. ctx: size bytes that its argument points to; may be NULL. */
BW_API int bw_run_once(struct bw_object *obj, const struct bw_program *prog, void *ctx, size_t size, uint32_t *result,
		       struct bw_error *err);

/* By name, or NULL. */
BW_API const struct bw_program *bw_find_program(const struct bw_object *obj, const char *name);
BW_API const struct bw_map *bw_find_map(const struct bw_object *obj, const char *name);
BW_API const struct bw_global *bw_find_global(const struct bw_object *obj, const char *name);

/* ---- maps ---------------------------------------------------------------- */

/*
 * key, next_key: key_size bytes; value: value_buffer_size bytes. -ENOENT: no such key, or no next key; -EBADF: the map is
 * not made; else what the kernel says.
 */
BW_API int bw_map_lookup(struct bw_object *obj, const struct bw_map *map, const void *key, void *value);
BW_API int bw_map_update(struct bw_object *obj, const struct bw_map *map, const void *key, const void *value,
			 uint64_t flags);
/*
 * An entry as text, typed through BTF like bw_set_global_text(); value NULL: zeros. A per-CPU map gets the value for each
 * CPU. Before bw_load() the text is checked and nothing else.
 */
BW_API int bw_map_put_text(struct bw_object *obj, const struct bw_map *map, const char *key, const char *value,
			   struct bw_error *err);
BW_API int bw_map_delete(struct bw_object *obj, const struct bw_map *map, const void *key);
/* key NULL: the first. */
BW_API int bw_map_next(struct bw_object *obj, const struct bw_map *map, const void *key, void *next_key);

/* ---- records ------------------------------------------------------------- */

enum bw_record_kind { BW_RECORD, BW_LOST, BW_TRACE };

struct bw_record {			/* it and what it points to live during the callback */
	enum bw_record_kind kind;
	const struct bw_map *map;	/* NULL for BW_TRACE */
	int cpu;			/* perf event arrays; -1: not known */
	const void *data;		/* BW_RECORD: the bytes; BW_TRACE: a line of the trace pipe, no newline */
	size_t size;			/* of data; 8-byte padding of perf records included: the kernel adds it */
	uint64_t lost;			/* BW_LOST: how many */
};

struct bw_reader;

/*
 * A reader of all ring buffers and perf event arrays of the object that were
 * loaded, and of the trace pipe when `trace`. It belongs to the object.
 * -ENOENT: there is nothing to read. -ENODEV: there is, but not the file of the
 * kernel that it takes (tracefs is not mounted).
 */
BW_API int bw_reader_open(struct bw_object *obj, bool trace, void (*record)(void *ctx, const struct bw_record *),
			  void *ctx, struct bw_reader **out, struct bw_error *err);
/* Waits at most timeout_ms for records, hands each to the callback. Returns how many; -EINTR: a signal came. */
BW_API int bw_reader_poll(struct bw_reader *reader, int timeout_ms);
BW_API void bw_reader_close(struct bw_reader *reader);	/* NULL is fine */
BW_API bool bw_uses_trace_pipe(const struct bw_object *obj);	/* a loaded program calls bpf_trace_printk or _vprintk */

/*
 * How often the kernel left a loaded program out, because it was in the middle
 * of it on that CPU: what the program counts is short by as much. 0 as well
 * before 5.12, which does not say. -ENOENT: /proc is not mounted.
 */
BW_API int bw_missed_runs(struct bw_object *obj, const struct bw_program *prog, uint64_t *runs);

/* ---- telling ------------------------------------------------------------- */

/* Row i of the hook table, in the order of the table; NULL behind the last. */
BW_API const struct bw_hook *bw_hook_at(unsigned i);

struct bw_hook_words {			/* a row, for people */
	const char *prog_type;		/* "BPF_PROG_TYPE_KPROBE" */
	const char *attach_type;	/* "BPF_TRACE_FENTRY", "" where the type has none */
	const char *text;		/* one line: what runs the program */
};
BW_API struct bw_hook_words bw_hook_words(const struct bw_hook *hook);

/* Fills in obj->sections, symbols and relocs, which no other function needs. 0 or -ENOMEM. */
BW_API int bw_inspect(struct bw_object *obj, struct bw_error *err);

struct bw_disasm_line {
	uint32_t insn;			/* index in the program */
	unsigned slots;
	struct bw_insn bytes[2];
	const char *text;		/* verifier's notation */
	const char *function;		/* set where a function begins */
	const char *file, *source;	/* set where the source line changes; else NULL */
	uint32_t line;
	const char *reloc;		/* what a relocation put or will put here: "map counts"; NULL */
	uint64_t file_offset;		/* where it is in the file */
	int64_t target;			/* the instruction it jumps to; -1 */
	bool is_target;			/* some instruction jumps here */
};

/*
 * Disassembles a program with its sub-programs as they are laid out for the
 * kernel: before bw_load() with empty map references, after it with the
 * descriptors. For a sub-program: that function alone.
 */
BW_API int bw_disasm(struct bw_object *obj, const struct bw_program *prog,
		     void (*line)(void *ctx, const struct bw_disasm_line *), void *ctx, struct bw_error *err);
/* The same of one function as it lies in the file, whoever calls it: nothing is relocated, no sub-program is with it. */
BW_API int bw_disasm_file(struct bw_object *obj, const struct bw_program *prog,
			  void (*line)(void *ctx, const struct bw_disasm_line *), void *ctx, struct bw_error *err);
/* One instruction (or an ld_imm64 with its second half): for patches and logs. out: 128 bytes are enough. */
BW_API void bw_disasm_insn(const struct bw_insn *insns, unsigned count, char *out, size_t size);

struct bw_insn_part {			/* a field of an instruction: some of its bytes, or some bits of one */
	const char *field;		/* "class", "operation", "source", "size", "mode", "src", "dst", "off", "imm", "code" */
	uint8_t byte, bytes;		/* where: bytes from the start of the instruction */
	uint8_t low, bits;		/* which bits of that one byte; bits 0: all of all bytes */
	int64_t value;
	char name[48];			/* what the value is called: "BPF_JEQ", "r1"; "" */
	const char *text;		/* what it does here; "" */
};

/*
 * Takes the first of count instructions (for an ld_imm64, the two) apart.
 * Returns how many parts there are, 0 for an unknown encoding.
 */
enum { BW_INSN_PARTS = 9 };
BW_API unsigned bw_insn_parts(const struct bw_insn *insns, unsigned count, struct bw_insn_part parts[BW_INSN_PARTS]);

/* ---- editing ------------------------------------------------------------- */

struct bw_edit {			/* an instruction before and after */
	uint32_t insn;			/* index in its function, as bw_disasm_file() counts */
	unsigned slots;
	uint64_t file_offset;
	struct bw_insn before[2], after[2];
	char reloc[160];		/* what a relocation will write over the change when it is loaded: "map counts"; "" */
};

/*
 * Changes fields of one instruction in the bytes that bw_save() writes; obj
 * itself stays as it was opened. changes: "imm=5", "off=-1", "dst=2", "src=3",
 * "code=0x15"; imm of an ld_imm64 has 64 bits. Nothing is changed on failure:
 * no such instruction, the second half of an ld_imm64, a value that does not
 * fit, or what would be no object any more.
 */
BW_API int bw_edit(struct bw_object *obj, const struct bw_program *prog, uint32_t insn, const char *const *changes,
		   unsigned nchanges, struct bw_edit *out, struct bw_error *err);
/* 1 if the instruction (count 2: an ld_imm64 with its second half) has "imm=5", 0 if not, -EINVAL if that is no field. */
BW_API int bw_insn_has(const struct bw_insn *insns, unsigned count, const char *field_value, struct bw_error *err);
/*
 * Like bw_open(), but of a text of instructions (elf/asm.h has the notation),
 * which is assembled into an object first. err->where is "FILE:LINE".
 */
BW_API int bw_assemble(const char *path, const struct bw_options *options, struct bw_object **out, struct bw_error *err);
/* The other way: calls line for each line of a text of which bw_assemble() makes this object again. */
BW_API int bw_source(struct bw_object *obj, void (*line)(void *ctx, const char *text), void *ctx, struct bw_error *err);
/*
 * Writes the file, with what bw_edit() changed: to a new file beside path, which
 * then takes its name. path may be the one the object was opened from.
 */
BW_API int bw_save(struct bw_object *obj, const char *path, struct bw_error *err);

enum bw_style { BW_STYLE_TEXT, BW_STYLE_JSON };

/* A value through the object's BTF; type_id 0: hex and text. Writes at most size bytes with the NUL, returns what it needs. */
BW_API size_t bw_format_value(const struct bw_object *obj, uint32_t type_id, const void *data, size_t len,
			      enum bw_style style, char *out, size_t size);
/* The type as C: "struct comm_event"; with its members when `members`. */
BW_API size_t bw_format_type(const struct bw_object *obj, uint32_t type_id, bool members, char *out, size_t size);
/* Bytes of an untrusted string, made safe for a terminal (or a JSON string body). */
BW_API size_t bw_format_text(const char *s, size_t len, enum bw_style style, char *out, size_t size);
/* A type by name ("comm_event", "struct comm_event"), 0 if there is none. */
BW_API uint32_t bw_find_type(const struct bw_object *obj, const char *name);
/* In bytes; -EINVAL: it has no size. */
BW_API int64_t bw_type_size(const struct bw_object *obj, uint32_t type_id);

/* Whichever of two names is nearer to one that does not exist; best may be NULL, and NULL comes back when neither is near. */
BW_API const char *bw_nearer(const char *want, const char *best, const char *name);
BW_API const char *bw_errno_name(int code);		/* "EPERM", "ENOTSUPP" for 524; code may be negative */
BW_API long bw_call_real(struct bw_call *call);		/* for a kernel callback: ask the real kernel after all */

#ifdef __cplusplus
}
#endif

#endif
