/*
 * Functions that want the context: which arguments get another type, in which kind of program, and which stay.
 *
 * In the object: FUNC helper, whose second argument is tagged, and func_info about it.
 *
 * Next: tests/unit_link.c
 */
#include "elf/arg_ctx.h"
#include "tests/object_image.h"
#include "uapi/bpf_cmd.h"

static struct btf_image image;
static struct arena arena;
static uint32_t helper;			/* the FUNC */

static uint32_t pointer_to(uint32_t id)
{
	return btf_image_type(&image, "", BTF_KIND_PTR, 0, id);
}

static uint32_t named(const char *name, uint32_t kind, uint32_t to)
{
	return btf_image_type(&image, name, kind, 0, to);
}

static void begin(void)
{
	memset(&image, 0, sizeof(image));
	btf_image_int(&image, "int", 4, BTF_INT_SIGNED);
}

/* int helper(int number, ARGUMENT), with a tag that says this of argument `index`. */
static void helper_takes(uint32_t argument, const char *tag, uint32_t index, uint32_t linkage)
{
	uint32_t proto = btf_image_type(&image, "", BTF_KIND_FUNC_PROTO, 2, INT);

	btf_image_words(&image, 4, btf_image_name(&image, "number"), INT, btf_image_name(&image, "ctx"), argument);
	helper = named("helper", BTF_KIND_FUNC, proto);
	image.words[image.nwords - 2] |= linkage;
	named(tag, BTF_KIND_DECL_TAG, helper);
	btf_image_words(&image, 1, index);
}

/* The name of the structure behind helper's second argument afterwards; "" where nothing was rewritten. */
static const char *rewritten(uint32_t prog_type)
{
	struct bpf_func_info info = { 0, helper };
	struct linked linked = { .func_info = &info, .func_info_cnt = 1, .func_info_rec_size = sizeof(info) };
	struct object object = { .arena = &arena };
	struct bpf_func_info *after = NULL;
	const struct btf_type *func, *argument;
	struct diag diag = { 0 };
	struct view raw, out;
	struct btf btf;
	int r;

	arena_free(&arena);
	raw = btf_image_view(&image);
	CHECK_INT(btf_parse(raw, &arena, &object.btf, &diag), 0);
	r = arg_ctx_rewrite(&object, &linked, prog_type, raw, &arena, &out, (void **)&after, &diag);
	CHECK_STR(diag.msg, "");
	if (!r)
		return "";
	CHECK_INT(btf_parse(out, &arena, &btf, &diag), 0);
	func = btf_type(&btf, after->type_id);
	CHECK_INT(btf_kind(func), BTF_KIND_FUNC);
	CHECK_STR(btf_str(&btf, func->name_off), "helper");
	CHECK_INT(btf_vlen(func), BTF_FUNC_GLOBAL);
	CHECK_INT(btf_params(btf_type(&btf, func->type))[0].type, INT);
	argument = btf_type(&btf, btf_params(btf_type(&btf, func->type))[1].type);
	CHECK_INT(btf_kind(argument), BTF_KIND_PTR);
	CHECK_INT(btf_kind(btf_type(&btf, argument->type)), BTF_KIND_STRUCT);
	CHECK_INT(btf_type(&btf, helper)->type, helper - 1);	/* what was there stays */
	return btf_name(&btf, argument->type);
}

TEST(void_pointers)
{
	static const struct { uint32_t type; const char *name; } programs[] = {
		{ BPF_PROG_TYPE_SOCKET_FILTER, "__sk_buff" }, { BPF_PROG_TYPE_XDP, "xdp_md" }, { BPF_PROG_TYPE_KPROBE, "bpf_user_pt_regs_t" },
		{ BPF_PROG_TYPE_PERF_EVENT, "bpf_perf_event_data" }, { BPF_PROG_TYPE_RAW_TRACEPOINT, "bpf_raw_tracepoint_args" },
		{ BPF_PROG_TYPE_CGROUP_DEVICE, "bpf_cgroup_dev_ctx" },
		{ BPF_PROG_TYPE_TRACING, "" },		/* has no structure with a name */
	};

	begin();
	helper_takes(pointer_to(0), "arg:ctx", 1, BTF_FUNC_GLOBAL);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		CHECK_STR(rewritten(programs[i].type), programs[i].name);
	begin();
	helper_takes(named("", BTF_KIND_CONST, pointer_to(named("nothing", BTF_KIND_TYPEDEF, 0))), "arg:ctx", 1, BTF_FUNC_GLOBAL);
	CHECK_STR(rewritten(BPF_PROG_TYPE_XDP), "xdp_md");
}

/* What stands for the context without being it, and what is it. */
TEST(types_of_the_context)
{
	static const char *const structs[] = { "pt_regs", "user_pt_regs", "user_regs_struct", "something" };

	for (size_t i = 0; i < sizeof(structs) / sizeof(structs[0]); i++) {
		NOTE("%s", structs[i]);
		begin();
		helper_takes(pointer_to(named(structs[i], BTF_KIND_STRUCT, 0)), "arg:ctx", 1, BTF_FUNC_GLOBAL);
		CHECK_STR(rewritten(BPF_PROG_TYPE_KPROBE), i < 3 ? "bpf_user_pt_regs_t" : "");
		CHECK_STR(rewritten(BPF_PROG_TYPE_PERF_EVENT), i < 3 ? "bpf_perf_event_data" : "");
		CHECK_STR(rewritten(BPF_PROG_TYPE_XDP), "");
	}
	begin();
	helper_takes(pointer_to(named("bpf_user_pt_regs_t", BTF_KIND_TYPEDEF, named("pt_regs", BTF_KIND_STRUCT, 0))), "arg:ctx", 1,
		     BTF_FUNC_GLOBAL);
	CHECK_STR(rewritten(BPF_PROG_TYPE_KPROBE), "");
	begin();
	helper_takes(pointer_to(btf_image_int(&image, "long", 8, 0)), "arg:ctx", 1, BTF_FUNC_GLOBAL);
	CHECK_STR(rewritten(BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE), "bpf_raw_tracepoint_args");
	CHECK_STR(rewritten(BPF_PROG_TYPE_KPROBE), "");
	begin();
	helper_takes(pointer_to(INT), "arg:ctx", 1, BTF_FUNC_GLOBAL);
	CHECK_STR(rewritten(BPF_PROG_TYPE_RAW_TRACEPOINT), "");
	begin();
	helper_takes(INT, "arg:ctx", 1, BTF_FUNC_GLOBAL);
	CHECK_STR(rewritten(BPF_PROG_TYPE_XDP), "");
}

TEST(tags_that_say_nothing)
{
	begin();
	helper_takes(pointer_to(0), "arg:nonnull", 1, BTF_FUNC_GLOBAL);
	CHECK_STR(rewritten(BPF_PROG_TYPE_XDP), "");
	begin();
	helper_takes(pointer_to(0), "arg:ctx", 2, BTF_FUNC_GLOBAL);		/* there are two: 0 and 1 */
	CHECK_STR(rewritten(BPF_PROG_TYPE_XDP), "");
	begin();
	helper_takes(pointer_to(0), "arg:ctx", UINT32_MAX, BTF_FUNC_GLOBAL);	/* the function itself */
	CHECK_STR(rewritten(BPF_PROG_TYPE_XDP), "");
	begin();
	helper_takes(pointer_to(0), "arg:ctx", 1, BTF_FUNC_STATIC);		/* verified with its callers */
	CHECK_STR(rewritten(BPF_PROG_TYPE_XDP), "");
	begin();
	helper_takes(pointer_to(0), "arg:ctx", 1, BTF_FUNC_GLOBAL);
	helper = named("another", BTF_KIND_FUNC, helper - 1);			/* the program does not reach the one */
	CHECK_STR(rewritten(BPF_PROG_TYPE_XDP), "");
}
