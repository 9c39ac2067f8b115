/*
 * A walk: everything the library knows about one object, from open to close.
 *
 * The public struct bw_object is its first member, so the pointer the user
 * holds is the pointer to the walk. The public structs are a copy of the facts
 * for people; the loader itself works on struct object (elf/) and on the
 * descriptors kept here.
 *
 *	bw_object *  ->  +-----------------+
 *	                 | pub             |   what the user sees
 *	                 | o               |   what the file says        (elf/object.h)
 *	                 | linked[], fds   |   what the kernel was given
 *	                 | links, readers  |   what is alive
 *	                 | sys             |   the door                  (uapi/sys.h)
 *	                 +-----------------+
 *
 * Next: loader/error.c
 */
#ifndef LOADER_WALK_H
#define LOADER_WALK_H

#include "elf/arena.h"
#include "elf/diag.h"
#include "elf/link.h"
#include "elf/object.h"
#include "loader/bpfwalk.h"
#include "loader/kernel_btf.h"
#include "uapi/sys.h"

struct hook;
struct link;
struct pin;

/* What a program is verified against; targets.c. Who knows better (struct_ops maps) may fill it in after targets_resolve(). */
struct target {
	uint32_t btf_id;		/* attach_btf_id; 0: nothing */
	int fd;				/* where that number counts: a module's BTF, freplace's program; -1: the kernel's BTF. Borrowed */
	uint32_t attach_type;		/* struct_ops: the member's place in that type; 0: what the hook says */
	bool is_missing;		/* nobody has it, or is named: target_check() says so when it is the program's turn */
};

/* A struct_ops map as this kernel wants it; struct_ops.c. */
struct kernel_ops {
	const struct kernel_types *in;	/* whose types they are */
	uint32_t type_id;		/* tcp_congestion_ops */
	uint32_t value_type_id;		/* bpf_struct_ops_tcp_congestion_ops, the type of the map's element */
	uint32_t data_offset;		/* bytes: where the first is in the second */
	unsigned char *value;		/* the element: value_size bytes */
	uint32_t value_size;
	uint32_t *places;		/* [slot]: where in value its program's descriptor goes */
};

/*
 * What kernels came to know one after the other, and an object can do without: bits of walk.missing, once the kernel has
 * refused it; older.c. The newest first, for whoever does not know one knows none of those before.
 */
enum extra {
	EXTRA_MMAPABLE,			/* maps: BPF_F_MMAPABLE */
	EXTRA_PROBE_READ,		/* programs: bpf_probe_read_kernel() and its like */
	EXTRA_READ_ONLY,		/* maps: BPF_F_RDONLY_PROG, BPF_MAP_FREEZE */
	EXTRA_DOTS,			/* dots in names */
	EXTRA_PROG_TYPES,		/* programs: types and source lines */
	EXTRA_ANY_VERSION,		/* kprobes: a kern_version that is not the kernel's */
	EXTRA_ATTACH_TYPE,		/* programs: an expected attach type that says no more than the type */
	EXTRA_NAMES,
	EXTRA_CONTEXT_TAG,		/* programs: the tag arg:ctx. This and the next stand outside of the order */
	EXTRA_LESS_TAGS,		/* programs: types without tags, where the tags had to go */
};

struct walk {
	struct bw_object pub;		/* first: see above */
	struct arena arena;		/* lives as long as the walk */
	struct object o;
	uint32_t file_mode;		/* st_mode of the path; 0 when there is none */
	unsigned char *edited;		/* malloc'd: the file as bw_edit() changed it, or NULL */
	struct sys sys;
	struct bw_options options;
	bool watched;			/* somebody observes, or another kernel answers */
	bool loaded;

	struct bw_program *programs;	/* writable: the array behind pub.programs, one per object.funcs */
	struct linked *linked;		/* one per object.funcs; insns NULL until it is loaded */
	struct target *targets;		/* one per object.funcs */
	int target_fd;			/* the program that freplace programs change; -1: none */
	struct btf target_types;	/* its types */
	struct bw_map *maps;		/* one per object.maps */
	struct bw_global *globals;	/* one per object.globals */
	struct kernel_ops *kernel_ops;	/* one per object.maps; zeroed but for those of struct_ops that will be made */
	struct bw_extern *externs;	/* one per object.externals */
	int *fd_array;			/* for calls of modules' functions: descriptors of their BTF from [1] on; NULL: none */
	uint32_t nfd_array;
	struct new_utsname *utsname;	/* NULL: not asked yet */
	bool memlock_raised;		/* see memlock.c: at most once per object */
	uint32_t missing;		/* bits of enum extra: the kernel refused them, and is not asked again */
	uint32_t present;		/* bits of enum extra: it took them */
	uint64_t typeless_maps;		/* bits of enum bpf_map_type: refused with types of key and value */
	int btf_fd;			/* -1: none */
	struct view btf_loaded;		/* what the kernel took, in the arena */
	bool btf_without_funcs;		/* what was loaded has no functions: programs cannot refer to them */
	bool btf_without_tags;		/* what tags tell the verifier had to be left out */
	uint32_t possible_cpus;		/* how many; 0: not asked yet */
	uint32_t cpu_numbers;		/* their numbers are below this: more, when the list has holes */
	struct kernel_btf kernel_btf;	/* closed by bw_close() */
	const char *cgroup2;		/* where it is mounted; NULL: not asked yet */
	char *log;			/* malloc'd verifier log of the refused program, or NULL */

	struct link **usdt_owners;	/* whose each element of the map __bpf_usdt_specs is; NULL: there is none yet; attach_usdt.c */
	struct pin *pins;		/* what was pinned and is to be undone, the last first; pin.c */
	struct link *links;
	struct bw_reader *readers;
};

static inline struct walk *walk_of(struct bw_object *obj) { return (struct walk *)(void *)obj; }
static inline const struct walk *walk_of_const(const struct bw_object *obj) { return (const struct walk *)(const void *)obj; }

/* ---- loader/error.c: from diag to the user ------------------------------- */

/* Copies the first failure to the user's error (both may be NULL) and returns code. */
int error_out(const struct diag *d, int code, struct bw_error *err);
/*
 * A failure that the kernel answered: appends ": EPERM" to the message, the
 * errno by its name. Say what was tried: "BPF_MAP_CREATE of counts (hash, 4+8 bytes, 10 entries)".
 */
__attribute__((format(printf, 4, 5)))
int fail_kernel(struct diag *d, long code, const char *where, const char *fmt, ...);

/* ---- loader/observe.c: telling whoever watches --------------------------- */

void observe_start(struct walk *w);	/* connects the door to who watches and who answers */
void observe_step(struct walk *w, const char *step, const char *subject);
__attribute__((format(printf, 2, 3)))
void observe_note(struct walk *w, const char *fmt, ...);
struct core_result;
void observe_core(struct walk *w, const struct core_result *result);
void observe_patches(struct walk *w, const struct bw_program *prog, const struct patch *patches, uint32_t count);

struct walk *walk_new(const struct bw_options *options);	/* api.c; NULL: out of memory */

/* ---- the stages ---------------------------------------------------------- */

int read_object(struct walk *w, const char *path, struct view *out, struct diag *d);	/* file.c */
/* size bytes of an open file, or fewer if it ends before, into the arena a. path is for messages. */
int read_whole(struct walk *w, struct arena *a, const char *path, int fd, int64_t size, struct view *out, struct diag *d);	/* file.c */
/* A file of /sys or /proc, whole, NUL-terminated, into buf. Length, or a negative errno (-EFBIG: buf too small). */
long read_small_file(const struct sys *s, const char *path, char *buf, size_t size);	/* file.c */
/* "0-3,5\n" as in /sys/devices/system/cpu/possible: the number the list ends with + 1, or -EINVAL. */
long parse_cpu_list(const char *list, void (*each)(void *ctx, unsigned cpu), void *ctx);	/* cpus.c */
enum { CPU_LIST = 4096 + 1 };				/* bytes such a list takes, with a NUL: sysfs has a page for it */
int possible_cpus(struct walk *w, struct diag *d);	/* cpus.c: fills w->possible_cpus, w->cpu_numbers */
/* Calls each for every CPU that is online, until one returns a negative errno, which is returned. */
int online_cpus(struct walk *w, int (*each)(void *ctx, int cpu), void *ctx, const char *where, struct diag *d);	/* online.c */

int publish_object(struct walk *w, struct diag *d);	/* publish.c: fills w->pub from w->o */
void left_out_choose(struct walk *w);			/* left_out.c: maps and programs for other kernels are disabled */
/* A program that was not loaded, for r: 0 if it may be missing (d is as before then), else r; left_out.c */
int left_out_optional(struct walk *w, uint32_t func, int r, struct diag *d);
int tails_publish(struct walk *w, struct diag *d);	/* tails.c: the hooks of programs that others jump to */
int load_check(const struct walk *w, struct diag *d);	/* load_check.c: what can be refused before the kernel is asked */
int targets_resolve(struct walk *w, struct diag *d);	/* targets.c: what the enabled programs are verified against */
int target_check(struct walk *w, uint32_t func, struct diag *d);	/* targets.c: 0, or why that program cannot be loaded here */
int targets_want(struct walk *w);			/* targets.c: which names that takes, for kernel_btf.c; 0 or -ENOMEM */
int target_in_program(struct walk *w, const struct bw_program *p, struct target *out, struct diag *d);	/* target_prog.c */
int externs_resolve(struct walk *w, struct diag *d);	/* externs.c: what of the kernel the object only names */
void externs_publish(struct walk *w);			/* externs.c: fills w->externs */
int kconfig_want(struct walk *w);			/* kconfig.c: what of that the types of the kernel say */
int externs_want(struct walk *w);			/* ksyms.c: the names it will ask of the kernel's BTF */
int core_apply(struct walk *w, struct diag *d);		/* core.c: the object's instructions for this kernel */
struct text;
/* core.c: why instruction insn of the linked program is one that was poisoned, for a message. False: it is not. */
bool core_why_poisoned(struct walk *w, uint32_t func, uint32_t insn, struct text *out);
/* The machine whose registers the object reads, if it is not this one; else NULL. core.c */
const char *core_other_machine(const struct walk *w);
int core_want(struct walk *w);				/* core.c: which names that takes, for kernel_btf.c; 0 or -ENOMEM */
int btf_load(struct walk *w, struct diag *d);		/* btf_load.c */
int maps_create(struct walk *w, struct diag *d);	/* maps.c */
int progs_load(struct walk *w, struct diag *d);		/* progs.c: link, patch, load each enabled program */
void unload(struct walk *w);				/* closes what bw_load() made */

/* What a relocation puts into its instruction, for people: "map counts"; listing.c */
void reloc_say(const struct object *o, const struct reloc *r, char *out, size_t size);

/* struct_ops.c: which of its programs are enabled, as their maps are; the names it needs of the kernel; the maps fitted
 * to the kernel, and the programs' targets; their descriptors, when they are loaded. */
void struct_ops_choose(struct walk *w);
int struct_ops_want(struct walk *w);
int struct_ops_resolve(struct walk *w, struct diag *d);
void struct_ops_fill(struct walk *w);

/* Sizes, types and BTF ids as BPF_MAP_CREATE takes them; see map_shape.c. */
int map_shape(struct walk *w, uint32_t index, struct bpf_map_create_attr *attr, struct diag *d);
/* After the map's shape is known: how much a lookup writes, and how many values that is; maps.c. */
int map_buffer(struct walk *w, struct bw_map *m, struct diag *d);
/* Fills a data map from the object's bytes and freezes it where it is read-only; map_fill.c. */
int map_fill(struct walk *w, uint32_t index, struct diag *d);
/* The jump tables of a program, made before it is loaded and closed after; jump_tables.c. */
int jump_tables_make(struct walk *w, uint32_t func, struct diag *d);
void jump_tables_close(struct walk *w, uint32_t func);
/* The arena's memory, and where in it the variables are (fresh: and their values); map_arena.c. */
int map_arena_open(struct walk *w, uint32_t index, bool fresh, struct diag *d);
void map_arena_close(struct walk *w, uint32_t index);
/* Elements that the source names; map_slots.c. Maps, when map `index` is made; maps that were made later; programs. */
int map_slots_fill(struct walk *w, uint32_t index, struct diag *d);
int map_slots_fill_late(struct walk *w, struct diag *d);
int prog_slots_fill(struct walk *w, struct diag *d);
/* Maps pinned by name; map_pin.c. A descriptor, -ENOENT: there is no pin yet, or a failure that is in d. */
int map_pin_open(struct walk *w, uint32_t index, const struct bpf_map_create_attr *want, struct diag *d);
/* 0, -EEXIST with nothing said: somebody else has pinned a map there since, or a failure that is in d. */
int map_pin(struct walk *w, uint32_t index, struct diag *d);
void map_unpin(struct walk *w, uint32_t index);		/* if map_pin() pinned it */

/* Takes away what was pinned later than `until`, NULL: everything; pin.c */
void pins_undo(struct walk *w, const struct pin *until);

/* sys_bpf() of what makes a map, a program or BTF. After EPERM RLIMIT_MEMLOCK is raised, once per object; memlock.c. */
long bpf_charged(struct walk *w, enum bpf_cmd cmd, void *attr, size_t min_size);
bool is_missing(const struct walk *w, enum extra e);		/* the kernel refused it; older.c */
bool is_present(struct walk *w, enum extra e);			/* the kernel is known to take it; older.c */
bool drop_dots(char name[16]);					/* false: there were none; older.c */
bool drop_name(char name[16]);					/* the same for all of it; older.c */
/* BPF_MAP_CREATE, with less for an older kernel; map_older.c. A descriptor, or a negative errno. */
long map_create_call(struct walk *w, const struct map *m, struct bpf_map_create_attr *attr);
/* BPF_PROG_LOAD as often as it takes to learn why it was refused; verifier.c. A descriptor, or a negative errno. */
int prog_load(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, struct diag *d);
long prog_load_with_log(struct walk *w, struct bpf_prog_load_attr *attr);	/* the log is in w->log then; verifier.c */
void prog_load_less(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr);	/* without what is missing; prog_older.c */
/* After -E2BIG: with less; prog_older.c. A descriptor, or a negative errno. */
long prog_load_smaller(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr);
/* After -EINVAL with a log: with less, if the log does not say that it is the program's fault; prog_older.c. The same. */
long prog_load_older(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, long refusal);
/* With types for arguments tagged arg:ctx, if it has some: a descriptor. Else the refusal, or an errno. prog_context.c */
long prog_load_context(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, long refusal, struct diag *d);
/* After -EINVAL: without types, if they lost their tags. A descriptor, or the refusal. prog_context.c */
long prog_load_untyped(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, long refusal);

/* ---- loader/hooks.def: the one table ------------------------------------- */

/* How a program gets to its event: attach.c knows the functions, so that who only loads does not link them. */
enum attach_how {
	ATTACH_NOT,			/* its section does not say where it goes */
	ATTACH_KPROBE, ATTACH_KSYSCALL, ATTACH_KPROBE_MULTI, ATTACH_UPROBE, ATTACH_UPROBE_MULTI, ATTACH_USDT, ATTACH_TRACEPOINT,
	ATTACH_RAW_TRACEPOINT, ATTACH_PERF_EVENT, ATTACH_TRACING, ATTACH_ITER, ATTACH_TRACING_MULTI, ATTACH_SOCKET, ATTACH_IFACE,
	ATTACH_NETNS, ATTACH_NETFILTER, ATTACH_CGROUP,
};

/* What of the kernel a program is verified against; targets.c. */
enum target_kind {
	TARGET_NONE,
	TARGET_FUNCTION, TARGET_TRACEPOINT, TARGET_LSM_HOOK, TARGET_ITERATOR,
	TARGET_MODULE,			/* nothing, but "MODULE:" in front of the target names one to be verified for */
};

/* A hook: a row of the table. The public part is what people see. */
struct hook {
	struct bw_hook pub;
	uint8_t attach;			/* enum attach_how */
	uint8_t target;			/* enum target_kind */
};

/* The row of a program that has one. */
static inline const struct hook *hook_of(const struct bw_program *p)
{
	return (const struct hook *)(const void *)p->hook;
}

/* The row of a section name ('?' in front allowed) and what follows the prefix in *target; NULL: unknown. */
const struct hook *hook_find(const char *section, const char **target);
/* The same for what Android calls sections; is_android: with names that are somebody's slip elsewhere. android_names.c */
const struct hook *hook_find_android(const char *section, bool is_android, const char **target);
/* The place of a row in the table, from 0. */
unsigned hook_number(const struct bw_hook *hook);
/* -EINVAL, with the section names that are nearest. */
int hook_unknown(const char *section, const char *program, struct diag *d);

/* ---- loader/attach.c: links ---------------------------------------------- */

/* A program as a filter of an interface, where there are no BPF links for that; tc.h. */
struct tc_filter {
	int ifindex;
	char iface[16];			/* its name */
	bool egress;
	bool made_qdisc;		/* we made the qdisc that it is in */
	bool pinned;			/* its place is written down, and it may stay */
	uint32_t priority, prog_id;
	uint32_t seq;			/* of the last question on the link's socket */
};

struct link {
	struct bw_link pub;
	struct link *next;
	const struct hook *hook;	/* NULL: a map's */
	const char *target;		/* the hook's target, without the prefix: "sys_execve+0x10" */
	char where[64];			/* for messages: "attach hello" */
	int prog_fd;
	bool pinnable;			/* a BPF link is wanted */
	bool has_cookie;		/* the next event gets one, through a BPF link */
	uint64_t cookie;
	uint64_t *addresses;		/* malloc'd: keys in the map __bpf_usdt_ip_to_spec_id; attach_usdt.c */
	uint32_t naddresses;
	int *fds;			/* malloc'd, behind pub.fds */
	struct tc_filter tc;		/* attach_tc.c; ifindex 0: it is none */
	void (*detach)(struct walk *w, struct link *l);	/* NULL: closing the descriptors is all it takes */
	char resolved[512];		/* behind pub.target */
};

/* Adds a descriptor to the link, which owns it from then on, also when this fails (-ENOMEM: it is closed). */
int link_add_fd(struct walk *w, struct link *l, int fd, struct diag *d);
/* BPF_LINK_CREATE of its program at what target_fd stands for; 0: the program knows. A descriptor, or a negative errno. */
long link_create_at(struct walk *w, const struct link *l, int target_fd);
__attribute__((format(printf, 2, 3)))
void link_say_target(struct link *l, const char *fmt, ...);

/* One per family, each in loader/attach_<family>.c; fills l (fds, target). On failure l may hold descriptors, of the caller. */
int attach_struct_ops(struct walk *w, struct link *l, struct diag *d);	/* of a map */
int attach_tracing(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_iter(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_tracing_multi(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_kprobe_multi(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_uprobe_multi(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_netfilter(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_netns(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_raw_tracepoint(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_tracepoint(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_kprobe(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_ksyscall(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_uprobe(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_usdt(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_perf_event(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_socket(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
int attach_iface(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);
/* What attach_iface() does instead, without links for tcx; iface has at most 15 bytes. attach_tc.c */
int attach_tc(struct walk *w, struct link *l, int ifindex, const char *iface, bool egress, struct diag *d);
int attach_cgroup(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d);

/*
 * The last three calls of the talk, shared by tracepoints, probes and perf
 * events: perf_event_open(attr, pid, cpu), PERF_EVENT_IOC_SET_BPF,
 * PERF_EVENT_IOC_ENABLE. attr has disabled = 1. Adds the event to the link.
 * A failed perf_event_open comes back as its negative errno with nothing said
 * in d: the families know what it means.
 */
int attach_event(struct walk *w, struct link *l, struct perf_event_attr *attr, int pid, int cpu, struct diag *d);	/* attach_event.c */

/* The number of the network interface of that name, from 1; sock: any socket, of its namespace. iface.c */
int iface_index(struct walk *w, int sock, const char *name, const char *where, struct diag *d);

/* -EINVAL if the caller asked for one process: tracepoints and kernel probes run their programs for all. */
int refuse_pid(const struct link *l, const struct bw_attach_options *o, struct diag *d);	/* attach_event.c */

/* Opens the map that is called so: a pin (a path), an id or a name. A descriptor, or a negative errno in d; open_map.c */
long map_find(struct walk *w, const char *name, struct diag *d);

void readers_close(struct walk *w);			/* reader.c: all that are still open */

#endif
