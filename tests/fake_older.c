/*
 * Old kernels that cannot be booted here: what 4.9, 4.14, 4.15, 4.19, 5.4 and 5.15 refuse of an object with ten maps and twenty
 * programs, and what they get instead.
 *
 * Each refuses what it did not know, in the order in which it looked: members of the commands, names, flags, kinds of BTF,
 * the version of a kprobe, helpers, memory. Each thing must be refused once, and not once for each map or program.
 *
 * Next: tests/fake_verifier.c
 */
#include <ctype.h>
#include <stddef.h>

#include "elf/btf.h"
#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "tests/fake_public.h"
#include "uapi/bpf_insn.h"

#define END_OF(type, member) (offsetof(struct type, member) + sizeof(((struct type *)0)->member))
#define MAP_END(member) END_OF(bpf_map_create_attr, member)
#define PROG_END(member) END_OF(bpf_prog_load_attr, member)

static const struct kernel {
	const char *release, *version;
	uint32_t code;			/* LINUX_VERSION_CODE */
	uint32_t commands;		/* the first that it does not know */
	size_t attr;			/* sizeof(union bpf_attr) */
	size_t map, prog;		/* bytes of BPF_MAP_CREATE and BPF_PROG_LOAD */
	uint32_t array_flags;
	uint32_t kinds;			/* the last kind of BTF */
	int32_t helpers;		/* the last */
	bool dots, any_version, variables, global_funcs;
	bool typed_percpu;		/* arrays for each CPU take types */
	bool charges;			/* memory to RLIMIT_MEMLOCK */
} kernels[] = {
	{ "4.9.0-19-amd64", "#1 SMP Debian 4.9.320-2", 0x0409ff, BPF_OBJ_GET + 1, 48, MAP_END(map_flags), PROG_END(kern_version),
	  0, 0, 45, .charges = true },
	{ "4.14.336", "#1 SMP", 0x040eff, BPF_OBJ_GET_INFO_BY_FD + 1, 48, MAP_END(numa_node), PROG_END(prog_flags),
	  BPF_F_NUMA_NODE, 0, 60, .charges = true },
	{ "4.15.18", "#1 SMP", 0x040f12, BPF_PROG_QUERY + 1, 72, MAP_END(map_name), PROG_END(prog_ifindex),
	  BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY, 0, 60, .charges = true },
	{ "4.19.0-27-amd64", "#1 SMP Debian 4.19.316-1", 0x0413ff, BPF_TASK_FD_QUERY + 1, 72, MAP_END(btf_value_type_id),
	  PROG_END(expected_attach_type), BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY, BTF_KIND_RESTRICT, 82, .charges = true },
	{ "5.4.0-150-generic", "#167-Ubuntu SMP", 0x0504e9, BPF_BTF_GET_NEXT_ID + 1, 112, MAP_END(btf_value_type_id),
	  PROG_END(line_info_cnt), BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG,
	  BTF_KIND_DATASEC, 111, .dots = true, .any_version = true, .variables = true, .typed_percpu = true, .charges = true },
	{ "5.15.0-91-generic", "#101-Ubuntu SMP", 0x050f83, 37, 152, MAP_END(btf_vmlinux_value_type_id), PROG_END(fd_array),
	  UINT32_MAX, BTF_KIND_FLOAT, 175, .dots = true, .any_version = true, .variables = true, .global_funcs = true,
	  .typed_percpu = true },
	{ "6.12.57", "#1 SMP", 0x060c39, 40, 1024, 1024, 1024, UINT32_MAX, BTF_KIND_ENUM64, 211, .dots = true, .any_version = true,
	  .variables = true, .global_funcs = true, .typed_percpu = true },
};

enum { V4_9, V4_14, V4_15, V4_19, V5_4, V5_15, V6_12 };

static const struct fake_file files[] = {
	{ "/sys/devices/system/cpu/possible", "0-1\n", 0 }, { NULL, NULL, 0 }
};

static const struct kernel *k;
static struct { unsigned taken, refused; } calls[64];	/* [command] */
static char notes[4096];
static bool unlimited;			/* RLIMIT_MEMLOCK */
static bool refuse_maps;		/* all of them */
static long refuse_first;		/* the types of the map `first`, with this */
static bool refuse_untyped;		/* and that map without types as well */
static bool second_is_typed;		/* another of its type */
static const char *refuse_types;	/* a program with types is refused, and this is in the log */
static bool pin_there;			/* of any name; nothing is known of its map */
static bool fail_untyped;		/* and one without types as well */
static bool refuse_tags;		/* a program with the object's own types is refused */
static uint32_t object_btf;		/* their descriptor */
static uint32_t first_flags;		/* of the map .data, when it was taken */
static struct bw_object *obj;
static struct bw_error err;

/* ---- the kernel ------------------------------------------------------------------- */

/* Bytes that it has not heard of must be zero: E2BIG behind its union, EINVAL in it. */
static long attr_check(const unsigned char *attr, size_t size, size_t known)
{
	for (size_t i = k->attr; i < size; i++)
		if (attr[i])
			return -E2BIG;
	for (size_t i = known; i < size; i++)
		if (attr[i])
			return -EINVAL;
	return 0;
}

static long name_check(const char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_' && !(*name == '.' && k->dots))
			return -EINVAL;
	return 0;
}

static long make(void)
{
	return k->charges && !unlimited ? -EPERM : fake_fd(NULL, 0);
}

static long map_create(const struct bpf_map_create_attr *a)
{
	bool typed = a->btf_key_type_id || a->btf_value_type_id;
	long r = name_check(a->map_name);

	if (r == 0 && (refuse_maps || (a->map_type == BPF_MAP_TYPE_ARRAY && a->map_flags & ~k->array_flags)))
		r = -EINVAL;
	if (r == 0 && (typed || refuse_untyped) && strcmp(a->map_name, "first") == 0)
		r = refuse_first;
	if (strcmp(a->map_name, "second") == 0)
		second_is_typed = typed;
	if (r == 0 && typed && a->map_type == BPF_MAP_TYPE_PERCPU_ARRAY && !k->typed_percpu)
		r = -ENOTSUPP;
	if (r == 0)
		r = make();
	if (r >= 0 && strcmp(a->map_name, "many.data") == 0)
		first_flags = a->map_flags;
	return r;
}

static long btf_load(const struct bpf_btf_load_attr *a)
{
	struct arena arena = { 0 };
	struct btf b;
	long r = btf_index((struct view){ (void *)(uintptr_t)a->btf, a->btf_size }, &arena, &b, NULL);

	for (uint32_t id = 1; r == 0 && id < b.count; id++) {
		const struct btf_type *t = btf_type(&b, id);

		if (btf_kind(t) > k->kinds || (btf_kind(t) == BTF_KIND_FUNC && btf_vlen(t) && !k->global_funcs))
			r = -EINVAL;
	}
	arena_free(&arena);
	if (r == 0)
		r = fake_fd(NULL, 0);	/* that is not charged */
	if (r > 0 && !object_btf)
		object_btf = (uint32_t)r;
	return r;
}

__attribute__((format(printf, 2, 3)))
static long verifier_says(const struct bpf_prog_load_attr *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (a->log_level)
		vsnprintf((char *)(uintptr_t)a->log_buf, a->log_size, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

static long verify(const struct bpf_prog_load_attr *a)
{
	const struct bpf_insn *insns = (const void *)(uintptr_t)a->insns;

	if (a->prog_btf_fd && refuse_types)
		return verifier_says(a, "%s", refuse_types);
	if (!a->prog_btf_fd && fail_untyped)
		return verifier_says(a, "R1 type=scalar expected=ctx\n");
	if (a->prog_btf_fd == object_btf && refuse_tags)
		return verifier_says(a, "arg#1 reference type('UNKNOWN ') size cannot be determined: -22\n");
	for (uint32_t i = 0; i < a->insn_cnt; i++) {
		if (insns[i].code == BPF_INSN_CALL && !insns[i].src_reg && insns[i].imm > k->helpers)
			return verifier_says(a, "%u: (85) call unknown#%d\ninvalid func unknown#%d\n", i, insns[i].imm, insns[i].imm);
		if (insns[i].code == 0x18 && insns[i].src_reg > 1 && !k->variables)
			return verifier_says(a, "unrecognized bpf_ld_imm64 insn\n");
	}
	return 0;
}

static long prog_load(const struct bpf_prog_load_attr *a)
{
	long r = name_check(a->prog_name);

	if (r == 0 && a->prog_type == BPF_PROG_TYPE_KPROBE && !k->any_version && a->kern_version != k->code)
		r = -EINVAL;
	if (r == 0)
		r = k->charges && !unlimited ? -EPERM : verify(a);
	return r ? r : make();
}

static long bpf(uint32_t cmd, void *attr, size_t size)
{
	long r;

	if (cmd >= k->commands)
		return -EINVAL;
	r = cmd == BPF_MAP_CREATE ? attr_check(attr, size, k->map) : cmd == BPF_PROG_LOAD ? attr_check(attr, size, k->prog) : 0;
	if (r)
		return r;
	switch (cmd) {
	case BPF_MAP_CREATE:
		return map_create(attr);
	case BPF_PROG_LOAD:
		return prog_load(attr);
	case BPF_BTF_LOAD:
		return btf_load(attr);
	case BPF_OBJ_GET:
		return pin_there ? fake_fd(NULL, 0) : -ENOENT;
	}
	return 0;
}

static long answer(const struct call *c)
{
	struct new_utsname *name = (void *)c->arg[0];
	uint64_t *old = (void *)c->arg[3];
	long r;

	switch (c->nr) {
	case CALL_UNAME:
		memset(name, 0, sizeof(*name));
		memcpy(name->release, k->release, strlen(k->release));
		memcpy(name->version, k->version, strlen(k->version));
		return 0;
	case CALL_PRLIMIT:
		unlimited |= c->arg[2] != 0;
		if (old)
			old[0] = old[1] = 64 << 10;
		return 0;
	case CALL_BPF:
		r = bpf((uint32_t)c->arg[0], (void *)c->arg[1], (size_t)c->arg[2]);
		if (r >= 0)
			calls[c->arg[0]].taken++;
		else
			calls[c->arg[0]].refused++;
		return r;
	default:
		return FAKE_OURS;
	}
}

/* ---- one walk ---------------------------------------------------------------------- */

static void observe(void *ctx, const struct bw_event *e)
{
	size_t len = strlen(notes);

	(void)ctx;
	if (e->kind == BW_NOTE)
		snprintf(notes + len, sizeof(notes) - len, "%s\n", e->text);
}

static unsigned noted(const char *what)
{
	unsigned n = 0;

	for (const char *at = notes; (at = strstr(at, what)); at++)
		n++;
	return n;
}

static int load_on(unsigned version, const char *path)
{
	static unsigned char bytes[1 << 18];
	struct bw_options options = { .bytes = bytes };
	FILE *f = fopen(path, "rb");

	CHECK(f);
	bw_other_kernel(&options, kernel, NULL);
	bw_observe(&options, observe, NULL);
	options.size = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	k = &kernels[version];
	NOTE("%s on %s", path, k->release);
	bw_close(obj);
	obj = NULL;
	memset(calls, 0, sizeof(calls));
	memset(&err, 0, sizeof(err));
	notes[0] = 0;
	unlimited = false;
	object_btf = 0;
	fake_start(files);
	fake.answer = answer;
	CHECK_INT(bw_open(path, &options, &obj, &err), 0);
	return bw_load(obj, &err);
}

static void reset(void)
{
	refuse_maps = refuse_tags = fail_untyped = pin_there = false;
	refuse_types = NULL;
	refuse_first = 0;
	refuse_untyped = false;
}

/* All of it loads; so many of these calls are refused. */
#define CHECK_REFUSED(VERSION, OBJECT, BTF, MAPS, PROGS) do {				\
	int result = load_on(VERSION, "build/tests/objects/" OBJECT ".bpf.o");		\
	if (result < 0)									\
		FAIL("%s: %s", err.where, err.msg);					\
	CHECK_INT(calls[BPF_BTF_LOAD].refused, BTF);					\
	CHECK_INT(calls[BPF_MAP_CREATE].taken, 10);					\
	CHECK_INT(calls[BPF_MAP_CREATE].refused, MAPS);					\
	CHECK_INT(calls[BPF_PROG_LOAD].taken, 20);					\
	CHECK_INT(calls[BPF_PROG_LOAD].refused, PROGS);					\
	CHECK_INT(noted("RLIMIT_MEMLOCK"), k->charges);					\
} while (0)

/* ---- kernels ------------------------------------------------------------------------ */

/*
 * Maps: one by its name, one by its size. Programs: kprobe_1 by its version, silently and again with a log, and by its
 * helper; xdp_1 by its attach type.
 */
TEST(linux_4_9)
{
	reset();
	CHECK_REFUSED(V4_9, "many_plain", 1 + noted("so it gets an older one"), 2, 4);
	CHECK_INT(noted("going on without it"), 1);
	CHECK_INT(noted("The kernel refused map first (EINVAL), so it is made without its name"), 1);
	CHECK_INT(noted("The kernel refused kprobe_1 (EINVAL), so it is loaded for the very version"), 1);
	CHECK_INT(noted("The kernel refused kprobe_1 (EINVAL), so it is loaded with bpf_probe_read()"), 1);
	CHECK_INT(noted("The kernel refused xdp_1 (E2BIG), so it is loaded without its expected attach type"), 1);
	CHECK_INT(noted("The kernel refused "), 5 + noted("so it gets an older one"));
	CHECK_REFUSED(V4_14, "many_plain", 1 + noted("so it gets an older one"), 2, 4);
}

/* It knows names, and where the attach type would be. */
TEST(linux_4_15)
{
	reset();
	CHECK_REFUSED(V4_15, "many_plain", 1 + noted("so it gets an older one"), 1, 5);
	CHECK_INT(noted("its name"), 0);
	CHECK_INT(noted("The kernel refused xdp_1 (EINVAL), so it is loaded without its expected attach type"), 1);
}

/* It knows BTF, but no functions in it, and takes no types for arrays of each CPU, of which there are two. */
TEST(linux_4_19)
{
	reset();
	CHECK_REFUSED(V4_19, "many_plain", noted("so it gets an older one"), 2, 3);
	CHECK_INT(noted("FUNC becomes TYPEDEF"), 1);
	CHECK_INT(noted("going on without it"), 0);
	CHECK_INT(noted("map seventh: refused with BTF"), 1);
	CHECK_INT(noted("map eighth"), 0);
	CHECK_INT(noted("attach type"), 0);
}

/* Variables are known, and that user space maps them is not. */
TEST(linux_5_4)
{
	reset();
	CHECK_REFUSED(V5_4, "many", 1, 2, 2);
	CHECK_INT(noted("global FUNC becomes static"), 1);
	CHECK_INT(noted("The kernel refused map .data (EINVAL), so it is made without BPF_F_MMAPABLE"), 1);
	CHECK_INT(first_flags, 0);
	CHECK_INT(calls[BPF_MAP_FREEZE].taken, 1);
	CHECK_INT(noted("The kernel refused "), 3);
}

/* A flag that the source says is meant. */
TEST(a_map_for_user_space_before_5_5)
{
	reset();
	CHECK_INT(load_on(V5_4, "build/tests/objects/map_flags.bpf.o"), -EINVAL);
	CHECK_STR(err.msg, "BPF_MAP_CREATE of shared (BPF_MAP_TYPE_ARRAY, key 4 bytes, value 8 bytes, 2 entries, flags 0x400): EINVAL");
	CHECK_INT(noted("BPF_F_MMAPABLE"), 0);
	CHECK_INT(load_on(V5_15, "build/tests/objects/map_flags.bpf.o"), 0);
}

TEST(linux_6_12)
{
	reset();
	CHECK_REFUSED(V6_12, "many", 0, 0, 0);
	CHECK_REFUSED(V6_12, "many_plain", 0, 0, 0);
	CHECK_STR(notes, "");
	CHECK_INT(load_on(V6_12, "build/tests/objects/many.bpf.o"), 0);
	CHECK_INT(first_flags, BPF_F_MMAPABLE);
}

/* Before 5.2 there are maps for variables, but no instruction reaches into them. */
TEST(variables_before_5_2)
{
	reset();
	CHECK_INT(load_on(V4_19, "build/tests/objects/many.bpf.o"), -EINVAL);
	CHECK_HAS(err.msg, "unrecognized bpf_ld_imm64 insn");
	CHECK_INT(noted("map .data (EINVAL), so it is made without BPF_F_MMAPABLE"), 1);
	CHECK_INT(noted("map .data (EINVAL), so it is made without dots in its name"), 1);
	CHECK_INT(noted("map .rodata (EINVAL), so it is made without BPF_F_RDONLY_PROG, and not frozen"), 1);
	CHECK_INT(noted("map .bss"), 0);
	CHECK_INT(calls[BPF_MAP_CREATE].taken, 10);
	CHECK_INT(calls[BPF_MAP_FREEZE].taken + calls[BPF_MAP_FREEZE].refused, 0);
}

/* What a pinned map is like is told since 4.13. */
TEST(a_pinned_map_before_4_13)
{
	reset();
	pin_there = true;
	CHECK_INT(load_on(V4_9, "build/tests/objects/pinned.bpf.o"), 0);
	CHECK_INT(calls[BPF_MAP_CREATE].taken + calls[BPF_MAP_CREATE].refused, 0);
	CHECK_INT(noted("The kernel does not say what the map pinned at /sys/fs/bpf/bpfwalk_pinned is like"), 1);
	CHECK_INT(noted("using the map pinned at"), 1);
	CHECK_INT(load_on(V4_14, "build/tests/objects/pinned.bpf.o"), -EINVAL);
	CHECK_HAS(err.msg, "/sys/fs/bpf/bpfwalk_pinned holds a map of another shape");
}

/* ---- not because it is old ------------------------------------------------------------ */

/* What the kernel has shown to know is not left out: only the types, which depend on the kind of map. */
TEST(a_wrong_map_on_a_new_kernel)
{
	reset();
	refuse_maps = true;
	CHECK_INT(load_on(V6_12, "build/tests/objects/many.bpf.o"), -EINVAL);
	CHECK_INT(calls[BPF_MAP_CREATE].refused, 2);
	CHECK_STR(err.msg, "BPF_MAP_CREATE of first (BPF_MAP_TYPE_HASH, key 4 bytes, value 8 bytes, 8 entries, flags 0x0): EINVAL");
	CHECK_INT(load_on(V4_14, "build/tests/objects/many_plain.bpf.o"), -EINVAL);
	CHECK_INT(calls[BPF_MAP_CREATE].refused, 2);
	CHECK_STR(err.msg, "BPF_MAP_CREATE of first (BPF_MAP_TYPE_HASH, key 4 bytes, value 8 bytes, 8 entries, flags 0x0): EINVAL");
}

/* 5.4 took BTF with variables, so it is 5.2 or newer: dots and read-only maps are not what it refuses. */
TEST(what_btf_tells_of_a_kernel)
{
	reset();
	refuse_maps = true;
	CHECK_INT(load_on(V5_4, "build/tests/objects/globals.bpf.o"), -EINVAL);
	CHECK_INT(noted("dots in its name"), 0);
	CHECK_INT(noted("BPF_F_RDONLY_PROG"), 0);
	CHECK_INT(noted("BPF_F_MMAPABLE"), 1);
}

/* EINVAL is what kernels say of names they do not know. Another errno is about something else. */
TEST(another_errno_than_that_of_a_name)
{
	reset();
	refuse_first = -EACCES;
	refuse_untyped = true;
	CHECK_INT(load_on(V4_15, "build/tests/objects/many_plain.bpf.o"), -EACCES);
	CHECK_INT(calls[BPF_MAP_CREATE].refused, 1);
	CHECK_INT(noted("its name"), 0);
}

/* What is in the types of one map says nothing of those of the next. */
TEST(a_map_with_wrong_types)
{
	static const long refusals[] = { -EINVAL, -EOPNOTSUPP, -EACCES, -E2BIG };

	reset();
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		refuse_first = refusals[i];
		CHECK_REFUSED(V6_12, "many", 0, 1, 0);
		CHECK_INT(noted("map first: refused with BTF, trying without"), 1);
		CHECK(second_is_typed);
	}
	refuse_first = -ENOMEM;
	CHECK_INT(load_on(V6_12, "build/tests/objects/many.bpf.o"), -ENOMEM);
	CHECK_INT(calls[BPF_MAP_CREATE].refused, 1);
}

/* A program that the verifier refuses with EINVAL is loaded twice: without a log, and with one. */
TEST(a_wrong_program)
{
	reset();
	refuse_types = "back-edge from insn 3 to 1\n";
	CHECK_INT(load_on(V6_12, "build/tests/objects/many.bpf.o"), -EINVAL);
	CHECK_INT(calls[BPF_PROG_LOAD].refused, 2);
	CHECK_HAS(err.msg, "kprobe_1: the verifier refused it: EINVAL: back-edge");
	CHECK_STR(notes, "");
	CHECK_INT(load_on(V5_4, "build/tests/objects/many.bpf.o"), -EINVAL);
	CHECK_INT(calls[BPF_PROG_LOAD].refused, 2);
	CHECK_INT(noted("kprobe_1"), 0);
}

/* ---- made for some kernels only: Android --------------------------------------------------- */

static const char *loaded(void)
{
	static char text[512];

	text[0] = 0;
	for (unsigned i = 0; i < obj->nmaps; i++)
		if (obj->maps[i].fd >= 0)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", obj->maps[i].name);
	for (unsigned i = 0; i < obj->nprograms; i++)
		if (obj->programs[i].fd >= 0)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", obj->programs[i].name);
	return text;
}

/* The pretend verifier refuses helpers it has not heard of, and what is patched in for a map that was not made is one. */
TEST(android)
{
	static const char *const paths[] = { "build/tests/objects/android.bpf.o", "build/tests/objects/android_plain.bpf.o" };

	reset();
	for (size_t i = 0; i < 2; i++) {
		CHECK_INT(load_on(V4_9, paths[i]), 0);
		CHECK_STR(loaded(), "counts long_ago stats_v4_9 stats_old allowlist offload broken create ");
		CHECK_INT(load_on(V4_14, paths[i]), 0);
		CHECK_STR(loaded(), "counts stats_v4_14 tether allowlist offload broken create ");
		CHECK_INT(load_on(V4_19, paths[i]), 0);
		CHECK_STR(loaded(), "counts stats_v4_14 tether allowlist offload block_port broken create ");
		CHECK_INT(noted("map long_ago: left out: it is made for kernels before 4.14.0, and this one is 4.19.255"), 1);
		CHECK_INT(noted("program s_only: left out: it is made for older versions of Android's loader"), 1);
		CHECK_INT(noted("program needs_some_day: left out: it is optional, and refused: needs_some_day: "), 1);
	}
}

/* ---- types that lost their tags ---------------------------------------------------------- */

static const char caller[] = "Caller passes invalid args into func#1\n";

/* The kernel knows no tags; without them it refuses the program, and without types it does not. */
TEST(a_program_without_types)
{
	reset();
	refuse_types = caller;
	CHECK_INT(load_on(V5_15, "build/tests/objects/new_btf.bpf.o"), 0);
	CHECK_INT(calls[BPF_PROG_LOAD].refused, 1);
	CHECK_INT(noted("DECL_TAG becomes INT"), 1);
	CHECK_INT(noted("Without the tags of its types the kernel refused new_btf, so it is loaded without types."), 1);
	/* Two programs; the first is also tried with other types for its context. */
	CHECK_INT(load_on(V5_15, "build/tests/objects/arg_ctx.bpf.o"), 0);
	CHECK_INT(calls[BPF_PROG_LOAD].taken, 2);
	CHECK_INT(calls[BPF_PROG_LOAD].refused, 2);
	CHECK_INT(noted("Without the tags of its types"), 1);
	/* With all tags there is nothing to gain. */
	CHECK_INT(load_on(V6_12, "build/tests/objects/new_btf.bpf.o"), -EINVAL);
	CHECK_INT(calls[BPF_PROG_LOAD].refused, 2);
	CHECK_HAS(err.msg, "Caller passes invalid args into func#1");
	CHECK_INT(noted("Without the tags"), 0);
}

/* A refusal that is about something else is the one that is told. */
TEST(a_program_that_is_wrong_without_types_too)
{
	reset();
	refuse_types = caller;
	fail_untyped = true;
	CHECK_INT(load_on(V5_15, "build/tests/objects/new_btf.bpf.o"), -EINVAL);
	CHECK_INT(calls[BPF_PROG_LOAD].refused, 3);
	CHECK_HAS(err.msg, "Caller passes invalid args into func#1");
	CHECK_INT(noted("Without the tags"), 0);
}

/* BTF of its own for each program, and one refusal for both. */
TEST(a_tag_that_is_not_read)
{
	reset();
	refuse_tags = true;
	CHECK_INT(load_on(V6_12, "build/tests/objects/arg_ctx.bpf.o"), 0);
	CHECK_INT(calls[BPF_BTF_LOAD].taken, 3);
	CHECK_INT(calls[BPF_PROG_LOAD].taken, 2);
	CHECK_INT(calls[BPF_PROG_LOAD].refused, 1);
	CHECK_INT(noted("arg:ctx"), 1);
}

TEST(everything_is_closed)
{
	reset();
	CHECK_INT(load_on(V4_19, "build/tests/objects/many_plain.bpf.o"), 0);
	bw_close(obj);
	obj = NULL;
	CHECK_INT(fake.open + fake.wrong, 0);
	refuse_tags = true;
	CHECK_INT(load_on(V6_12, "build/tests/objects/arg_ctx.bpf.o"), 0);
	bw_close(obj);
	obj = NULL;
	CHECK_INT(fake.open + fake.wrong, 0);
}
