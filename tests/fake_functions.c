/*
 * Programs at functions over a pretend kernel: which calls are made, what older kernels get instead, and that nothing stays
 * open or mapped, whichever call fails.
 *
 * The kernel has a few types, the functions that tests/objects/functions.bpf.c names, and one module.
 *
 * Next: tests/kernel_functions.c, with real ones
 */
#include "loader/bpfwalk.h"
#include "tests/btf_image.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"
#include "tests/spelling.h"
#include "tests/whole_file.h"
#include "uapi/bpf_info.h"

static struct fake_file files[] = {
	{ "/sys/kernel/btf/vmlinux", NULL, 0 },
	{ "/sys/kernel/tracing/available_filter_functions_addrs",
	  "ffffffff81000010 " SYS "getpgid\nffffffff81000020 " SYS "getpid\nffffffff81000030 " SYS "getpgid\t[other]\n", 0 },
	{ "/sys/kernel/tracing/available_filter_functions", SYS "getpgid\n" SYS "getpgid [other]\nnobody\n", 0 },
	{ "/proc/self/exe", NULL, 0 },
	{ "/proc/self/ns/net", "", 0 },
	{ "/proc/self/mounts", "tracefs /sys/kernel/tracing tracefs rw 0 0\ncgroup2 /cgroups cgroup2 rw 0 0\n", 0 },
	{ "/cgroups/guarded", "", 0 },
	{ "/proc/kallsyms", "ffffffff81000010 T " SYS "getpgid\n", 0 },
	{ NULL, NULL, 0 }
};

/* The function of this program that uprobe.multi finds. */
long bpfwalk_hit(void);
long bpfwalk_hit(void)
{
	return 1;
}

static struct bw_object *obj;
static const struct bw_program *prog;
static struct bw_link *link_;
static struct bw_error err;
static char notes[1024];
static long refuse_link, refuse_btf, refuse_prog;	/* what the kernel says until nothing newer is left; 0: yes */
static unsigned btf_loads;
static const char *reasons;		/* what the kernel writes when it refuses types; NULL: nothing */
static uint32_t unknown_kind;		/* of types; 0: none */
static bool log_is_small;
static const char *besides;		/* a program that is loaded, too; or NULL */
static unsigned known_step;		/* the first kind of BTF that this kernel knows */
static size_t known_attr;		/* bytes of BPF_PROG_LOAD that it knows */
static unsigned program_ids;		/* loaded by others: 1 to this */
static struct view program_types;	/* of those programs */

/* The image lives only until the next one. */
static struct view kept(struct btf_image *m)
{
	struct view v = btf_image_view(m);
	unsigned char *copy = malloc(v.size);

	CHECK(copy);
	memcpy(copy, v.base, v.size);
	return (struct view){ copy, v.size };
}

static void make_types(void)
{
	static const char *const functions[] = {
		SYS "getpgid", "bpf_lsm_task_getpgid", "bpf_lsm_socket_bind", "bpf_iter_task", "bpf_modify_return_test",
	};
	static const struct btf_image none;
	struct btf_image m = none;
	uint32_t proto;
	struct view v;

	if (files[0].text)
		return;
	btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
	proto = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 1, 1);
	btf_image_words(&m, 2, btf_image_name(&m, "pid"), 1u);
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		btf_image_type(&m, functions[i], BTF_KIND_FUNC, BTF_FUNC_STATIC, proto);
	btf_image_type(&m, "btf_trace_sys_enter", BTF_KIND_TYPEDEF, 0, 1);
	v = kept(&m);
	files[0].text = (const char *)v.base;
	files[0].size = v.size;
	m = none;
	proto = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 0, 0);
	btf_image_type(&m, "replaced", BTF_KIND_FUNC, BTF_FUNC_GLOBAL, proto);
	program_types = kept(&m);
}

static void observe(void *ctx, const struct bw_event *e)
{
	size_t len = strlen(notes);

	(void)ctx;
	if (e->kind == BW_NOTE)
		snprintf(notes + len, sizeof(notes) - len, "%s\n", e->text);
}

static long answer_info(const struct bpf_info_attr *a)
{
	if (a->info_len == sizeof(struct bpf_prog_info)) {
		struct bpf_prog_info *info = (void *)(uintptr_t)a->info;

		snprintf(info->name, sizeof(info->name), "%s", "others_program_");
		info->btf_id = 7;
	} else {
		struct bpf_btf_info *info = (void *)(uintptr_t)a->info;

		if (info->btf && info->btf_size == program_types.size)
			memcpy((void *)(uintptr_t)info->btf, program_types.base, program_types.size);
		info->btf_size = (uint32_t)program_types.size;
	}
	return 0;
}

static long answer_next(struct bpf_id_attr *a)
{
	if (a->start_id >= program_ids)
		return -ENOENT;
	a->next_id = a->start_id + 1;
	return 0;
}

/* As kernels do: a kind that is not known is named. */
static long refuse_types(const struct bpf_btf_load_attr *a, const struct btf *b)
{
	char line[64];
	long r = refuse_btf;

	for (uint32_t id = 1; unknown_kind && r == 0 && id < b->count; id++)
		if (btf_kind(btf_type(b, id)) == unknown_kind) {
			snprintf(line, sizeof(line), "[1] INT int size=4\n[%u] Invalid kind:%u\n", id, unknown_kind);
			reasons = line;
			r = -EINVAL;
		}
	if (r && a->btf_log_level && reasons)
		snprintf((char *)(uintptr_t)a->btf_log_buf, a->btf_log_size, "%s", reasons);
	if (unknown_kind)
		reasons = NULL;
	return !r && a->btf_log_level && log_is_small ? -ENOSPC : r;
}

/* Is something in it newer than the kernel? */
static long answer_btf(const struct bpf_btf_load_attr *a)
{
	struct arena arena = { 0 };
	struct btf b;
	uint32_t newest[] = { BTF_KIND_ENUM64, BTF_KIND_TYPE_TAG, BTF_KIND_DECL_TAG, BTF_KIND_FLOAT };
	long r = 0;

	btf_loads++;
	if (btf_index((struct view){ (void *)(uintptr_t)a->btf, a->btf_size }, &arena, &b, NULL) == 0)
		for (uint32_t id = 1; id < b.count; id++)
			for (uint32_t i = 0; i < known_step; i++)
				r = btf_kind(btf_type(&b, id)) == newest[i] ? -EINVAL : r;
	if (r == 0)
		r = refuse_types(a, &b);
	arena_free(&arena);
	return r ? r : fake_fd(NULL, 0);
}

static long answer_prog(const struct call *c)
{
	const struct bpf_prog_load_attr *a = (const void *)c->arg[1];

	fake_log("PROG_LOAD type=%u eat=%u btf=%u at=%u name=%s", a->prog_type, a->expected_attach_type, a->attach_btf_id,
		 a->attach_btf_obj_fd, a->prog_name);
	for (size_t i = known_attr; known_attr && i < (size_t)c->arg[2]; i++)
		if (((const unsigned char *)a)[i])
			return -E2BIG;
	return refuse_prog ? refuse_prog : fake_fd(NULL, 0);
}

static long answer_link(const struct bpf_link_create_attr *a)
{
	fake_log("LINK_CREATE prog=%u target=%u type=%u", a->prog_fd, a->target_fd, a->attach_type);
	if (a->attach_type == BPF_TRACE_KPROBE_MULTI) {
		const uint64_t *addrs = (const void *)(uintptr_t)a->kprobe_multi.addrs;
		const char *const *syms = (const void *)(uintptr_t)a->kprobe_multi.syms;

		fake_log(" flags=%u", a->kprobe_multi.flags);
		for (uint32_t i = 0; i < a->kprobe_multi.cnt; i++)
			addrs ? fake_log(" %llx", (unsigned long long)addrs[i]) : fake_log(" %s", syms[i]);
	}
	if (a->attach_type == BPF_TRACE_UPROBE_MULTI)
		fake_log(" flags=%u cnt=%u pid=%u", a->uprobe_multi.flags, a->uprobe_multi.cnt, a->uprobe_multi.pid);
	if (a->attach_type == BPF_TRACE_FENTRY_MULTI)
		fake_log(" cnt=%u id=%u", a->tracing_multi.cnt, *(const uint32_t *)(uintptr_t)a->tracing_multi.ids);
	return refuse_link ? refuse_link : fake_fd(NULL, 0);
}

static long answer(const struct call *c)
{
	if (c->nr != CALL_BPF)
		return FAKE_OURS;
	switch (c->arg[0]) {
	case BPF_MAP_CREATE:
	case BPF_OBJ_GET:
	case BPF_PROG_GET_FD_BY_ID:
	case BPF_BTF_GET_FD_BY_ID:
		return fake_fd(NULL, 0);
	case BPF_ITER_CREATE:
		return fake_fd("a line\n", 7);
	case BPF_OBJ_GET_INFO_BY_FD:
		return answer_info((const void *)c->arg[1]);
	case BPF_BTF_GET_NEXT_ID:
		return -ENOENT;
	case BPF_PROG_GET_NEXT_ID:
		return answer_next((void *)c->arg[1]);
	case BPF_BTF_LOAD:
		return answer_btf((const void *)c->arg[1]);
	case BPF_PROG_LOAD:
		return answer_prog(c);
	case BPF_LINK_CREATE:
		return answer_link((const void *)c->arg[1]);
	case BPF_RAW_TRACEPOINT_OPEN:
		fake_log("RAW_TRACEPOINT_OPEN name=%llu", *(const unsigned long long *)c->arg[1]);
		return fake_fd(NULL, 0);
	}
	return 0;
}

static long kernel(void *ctx, struct bw_call *bc)
{
	struct call c = { .nr = (enum call_nr)bc->nr };

	memcpy(c.arg, bc->arg, sizeof(c.arg));
	return fake_kernel(ctx, &c);
}

/* The line of the log that has it, or "". */
static const char *line_with(const char *what)
{
	static char line[512];
	const char *at = strstr(fake.log, what), *start = at;

	if (!at)
		return "";
	while (start > fake.log && start[-1] != '\n')
		start--;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(start, "\n"), start);
	return line;
}

static void reset(void)
{
	make_types();
	if (!files[3].text)
		files[3].text = whole_file("/proc/self/exe", &files[3].size);
	refuse_link = refuse_btf = refuse_prog = 0;
	besides = reasons = NULL;
	unknown_kind = 0;
	log_is_small = false;
	known_step = program_ids = 0;
	known_attr = 0;
	files[1].path = "/sys/kernel/tracing/available_filter_functions_addrs";
}

static void begin(void)
{
	fake_start(files);
	fake.answer = answer;
	memset(&err, 0, sizeof(err));
	notes[0] = 0;
	btf_loads = 0;
}

static void take(void *ctx, const char *text, size_t size)
{
	(void)ctx;
	CHECK(size == 7 && memcmp(text, "a line\n", 7) == 0);
}

/* Loads that program alone, attaches it, asks for it. */
static int walk_to(const char *object, const char *name, const char *target)
{
	struct bw_options options = { .target = target };
	struct bw_attach_options where = { 0 };
	uint32_t result;
	size_t size;
	void *bytes = whole_file(object, &size);
	int r;

	bw_other_kernel(&options, kernel, NULL);
	bw_observe(&options, observe, NULL);
	options.bytes = bytes;
	options.size = size;
	r = bw_open("functions.bpf.o", &options, &obj, &err);
	if (r < 0) {
		free(bytes);
		return r;
	}
	for (unsigned i = 0; i < obj->nprograms; i++)
		bw_enable(obj, &obj->programs[i], strcmp(obj->programs[i].name, name) == 0 ||
			  (besides && strcmp(obj->programs[i].name, besides) == 0));
	prog = bw_find_program(obj, name);
	CHECK(prog);
	where.cgroup = strcmp(prog->hook->needs, "cgroup") == 0 ? "guarded" : NULL;
	r = bw_load(obj, &err);
	if (r == 0 && prog->hook->runs == BW_WHEN_ASKED)
		r = bw_run_once(obj, prog, NULL, 0, &result, &err);
	else if (r == 0)
		r = bw_attach(obj, prog, &where, &link_, &err);
	if (r == 0 && prog->hook->runs == BW_WHEN_READ)
		r = bw_iterate(obj, link_, take, NULL, &err);
	bw_close(obj);
	free(bytes);
	CHECK_INT(fake.wrong + fake.open + fake.mapped, 0);
	if (r < 0)
		CHECK(err.code == r && err.where[0] && err.msg[0]);
	return r;
}

static int walk(const char *name)
{
	begin();
	return walk_to("build/tests/objects/functions.bpf.o", name, NULL);
}

static int walk_freplace(const char *target)
{
	begin();
	return walk_to("build/tests/objects/freplace.bpf.o", "stricter", target);
}

/* ---- the calls ---------------------------------------------------------------- */

TEST(a_number_and_one_call)
{
	reset();
	CHECK_INT(walk("fentry"), 0);
	CHECK_HAS(line_with("PROG_LOAD"), "type=26 eat=24 btf=3 at=0 name=fentry");
	CHECK_HAS(line_with("LINK_CREATE"), "target=0 type=24");
	CHECK_STR(line_with("RAW_TRACEPOINT_OPEN"), "");
	CHECK_INT(walk("lsm"), 0);
	CHECK_HAS(line_with("PROG_LOAD"), "type=29 eat=27 btf=4 ");
	CHECK_INT(walk("iter"), 0);
	CHECK_HAS(line_with("PROG_LOAD"), "btf=6 ");
	CHECK_INT(walk("tp_btf"), 0);
	CHECK_HAS(line_with("PROG_LOAD"), "btf=8 ");
}

/* As by libbpf: what is wrong with a program is met when it is its turn. */
TEST(what_is_wrong_before_a_missing_function_is_told_first)
{
	reset();
	besides = "fentry_none";
	refuse_prog = -EACCES;
	CHECK_INT(walk("fentry"), -EACCES);
	CHECK_HAS(err.msg, "fentry: ");
	refuse_prog = 0;
	CHECK_INT(walk("fentry"), -ESRCH);
	CHECK_STR(err.msg, "fentry_none: section ?fentry/do_sys_openat22: this kernel has no function do_sys_openat22 in its types");
	CHECK_HAS(line_with("PROG_LOAD"), "name=fentry ");
	CHECK_INT(walk_freplace(NULL), -EINVAL);
	CHECK_HAS(err.msg, "replaces a function of a loaded program, and none is named (target)");
	CHECK_INT(btf_loads, 1);
	besides = "fentry_nowhere";
	CHECK_INT(walk("fentry"), -EINVAL);
	CHECK_STR(err.msg, "fentry_nowhere: section ?fentry does not say which: expected fentry/[MODULE:]FUNCTION");
	CHECK_HAS(line_with("PROG_LOAD"), "name=fentry ");
}

TEST(before_there_were_links)
{
	reset();
	refuse_link = -EINVAL;
	CHECK_INT(walk("fentry"), 0);
	CHECK_HAS(line_with("RAW_TRACEPOINT_OPEN"), "name=0");
	refuse_link = -EBUSY;
	CHECK_INT(walk("fentry"), -EBUSY);
	CHECK_HAS(err.msg, "BPF_LINK_CREATE of " SYS "getpgid: something else is attached there");
	CHECK_STR(line_with("RAW_TRACEPOINT_OPEN"), "");
}

TEST(many_functions)
{
	reset();
	CHECK_INT(walk("kprobe_multi"), 0);
	CHECK_HAS(line_with("LINK_CREATE"), "type=42 flags=0 ffffffff81000010 ffffffff81000030");
	CHECK_INT(walk("kretprobe_multi"), 0);
	CHECK_HAS(line_with("LINK_CREATE"), "type=42 flags=1 ");
	files[1].path = "/nowhere";		/* before 6.5: names, each once */
	CHECK_INT(walk("kprobe_multi"), 0);
	CHECK_HAS(line_with("LINK_CREATE"), "type=42 flags=0 " SYS "getpgid = ");
	CHECK_INT(walk("kprobe_multi_one"), 0);
	CHECK_HAS(line_with("LINK_CREATE"), "type=42 flags=0 " SYS "getpgid = ");
	CHECK_STR(line_with("available_filter"), "");
	CHECK_INT(walk("uprobe_multi"), 0);
	CHECK_HAS(line_with("LINK_CREATE"), "type=48 flags=0 cnt=1 pid=0");
	CHECK_INT(walk("fentry_multi"), 0);
	CHECK_HAS(line_with("LINK_CREATE"), "cnt=1 id=3");
	refuse_link = -EOPNOTSUPP;
	CHECK_INT(walk("kprobe_multi"), -EOPNOTSUPP);
	CHECK_HAS(err.msg, ": this kernel was built without it (CONFIG_FPROBE): EOPNOTSUPP");
	CHECK_INT(walk("fentry_multi"), -EOPNOTSUPP);
	CHECK_HAS(err.msg, ": on this machine this kernel cannot lead many functions to one program: EOPNOTSUPP");
}

TEST(who_is_replaced)
{
	reset();
	program_ids = 1;
	CHECK_INT(walk_freplace("others_program_with_a_long_name"), 0);
	CHECK_HAS(line_with("PROG_LOAD"), "type=28 eat=0 btf=2 at=1");
	CHECK_INT(walk_freplace("37"), 0);
	CHECK_STR(line_with("BPF_PROG_GET_NEXT_ID"), "");
	CHECK_INT(walk_freplace("/sys/fs/bpf/fw"), 0);
	CHECK_INT(walk_freplace("others"), -ENOENT);
	program_ids = 2;
	CHECK_INT(walk_freplace("others_program_"), -EINVAL);
	CHECK_STR(err.msg, "programs 1 and 2 are both called others_program_: take one by its id");
}

/* ---- older kernels -------------------------------------------------------------- */

static int walk_new_btf(void)
{
	begin();
	return walk_to("build/tests/objects/new_btf.bpf.o", "new_btf", NULL);
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

TEST(types_that_the_kernel_does_not_know)
{
	reset();
	CHECK_INT(walk_new_btf(), 0);
	CHECK_STR(notes, "");
	known_step = 4;
	CHECK_INT(walk_new_btf(), 0);
	CHECK_INT(count(notes, "TYPE_TAG becomes CONST"), 1);
	CHECK_INT(count(notes, "DECL_TAG becomes INT"), 1);
	CHECK_INT(count(notes, "FLOAT becomes STRUCT"), 1);
	CHECK_INT(count(notes, "FUNC"), 0);
	CHECK_INT(count(notes, "going on without it"), 0);
}

TEST(a_kernel_that_refuses_all_types)
{
	reset();
	refuse_btf = -EINVAL;
	CHECK_INT(walk_new_btf(), 0);
	CHECK_INT(btf_loads, 1 + count(notes, "(EINVAL), so it gets an older one"));
	CHECK_INT(count(notes, "FUNC becomes TYPEDEF"), 1);
	CHECK_INT(count(notes, "going on without it"), 1);
}

/* One call without a log, one with what is newest made older and a log; it names the kind, and then all is clear. */
TEST(a_kernel_that_names_what_it_does_not_know)
{
	reset();
	unknown_kind = BTF_KIND_FLOAT;
	CHECK_INT(walk_new_btf(), 0);
	CHECK_INT(btf_loads, 3);
	CHECK_INT(count(notes, "Invalid kind:16), so it gets an older one: FLOAT becomes STRUCT"), 1);
	CHECK_INT(count(notes, "TYPE_TAG becomes"), 1);
	CHECK_INT(count(notes, "DECL_TAG becomes"), 0);
	CHECK_INT(count(notes, "going on without it"), 0);
	unknown_kind = BTF_KIND_TYPE_TAG;
	CHECK_INT(walk_new_btf(), 0);
	CHECK_INT(btf_loads, 2);
	log_is_small = true;			/* then it is given none */
	CHECK_INT(walk_new_btf(), 0);
	CHECK_INT(btf_loads, 3);
	CHECK_INT(count(notes, "going on without it"), 0);
}

TEST(a_kernel_that_says_that_nothing_helps)
{
	reset();
	refuse_btf = -EINVAL;
	reasons = "[2] FUNC_PROTO (anon) return=1 args=(1 (anon))\n[3] FUNC f type_id=2 Invalid arg#1\n\n";
	CHECK_INT(walk_new_btf(), 0);
	CHECK_INT(btf_loads, 2);
	CHECK_INT(count(notes, "(EINVAL: [3] FUNC f type_id=2 Invalid arg#1): going on without it"), 1);
}

TEST(members_that_the_kernel_does_not_know)
{
	reset();
	known_attr = offsetof(struct bpf_prog_load_attr, prog_btf_fd);
	CHECK_INT(walk_new_btf(), 0);
	CHECK_STR(notes, "The kernel refused new_btf (E2BIG), so it is loaded without its types and source lines"
		  " (known since 5.0).\n");
	known_attr = offsetof(struct bpf_prog_load_attr, prog_name);
	CHECK_INT(walk_new_btf(), 0);
	CHECK_INT(count(notes, "E2BIG"), 2);
	CHECK_INT(count(notes, "its name (known since 4.15)"), 1);
	CHECK_HAS(fake.log, "name= = ");
	/* What says where the program belongs is not left out. */
	CHECK_INT(walk("lsm"), -E2BIG);
	CHECK_INT(count(notes, "attach type"), 0);
}

/* ---- failures --------------------------------------------------------------------- */

static bool fail_call(const char *name, unsigned n, long with)
{
	NOTE("%s: call %u fails with %s", name, n, errno_name(with));
	begin();
	fake.fail_at = n;
	fake.fail_with = with;
	if (strcmp(name, "stricter") == 0)
		walk_to("build/tests/objects/freplace.bpf.o", name, "others_program_");
	else
		walk_to("build/tests/objects/functions.bpf.o", name, NULL);
	return fake.calls >= n;
}

TEST(every_call_fails)
{
	static const char *const names[] = {
		"fentry", "tp_btf", "lsm", "lsm_cgroup", "iter", "run", "kprobe_multi", "kprobe_multi_one", "uprobe_multi",
		"fentry_multi", "sk_lookup", "module_none", "stricter",
	};
	static const long errnos[] = { -ENOMEM, -EPERM, -EINVAL, -ENOENT, -ESRCH, -E2BIG };
	unsigned walks = 0;

	reset();
	program_ids = 1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t e = 0; e < sizeof(errnos) / sizeof(errnos[0]); e++) {
			unsigned n = 1;

			while (fail_call(names[i], n, errnos[e]))
				n++;
			CHECK(n > 3);
			walks += n;
		}
	printf("# %u walks\n", walks);
}
