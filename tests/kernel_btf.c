/*
 * BTF for older kernels: whatever a kernel refuses, it takes once it is written as something older; and what was changed
 * although the kernel knew it is taken as well.
 *
 * Each step is shown alone, on BTF that has nothing else new in it. Then all of them together, as a walk does it.
 *
 * Kernel: kernel/bpf/btf.c btf_check_all_metas()
 * Next: tests/kernel_functions.c
 */
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "elf/btf_downgrade.h"
#include "loader/bpfwalk.h"
#include "tests/btf_image.h"
#include "tests/check.h"
#include "uapi/bpf_cmd.h"

static struct btf_image m;
static struct arena arena;
static struct diag diag;
static uint32_t int_id, var_id;

/* What every BTF here has: an int and a variable. */
static void start(void)
{
	static const struct btf_image none;

	m = none;
	arena_free(&arena);
	diag = (struct diag){ 0 };
	int_id = btf_image_int(&m, "int", 4, BTF_INT_SIGNED);
	var_id = btf_image_type(&m, "variable", BTF_KIND_VAR, 0, int_id);
	btf_image_words(&m, 1, BTF_VAR_GLOBAL_ALLOCATED);
}

static void add_section(const char *name)
{
	btf_image_type(&m, name, BTF_KIND_DATASEC, 1, 4);
	btf_image_words(&m, 3, var_id, 0u, 4u);
}

static void add_func(uint32_t linkage)
{
	uint32_t proto = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 1, int_id);

	btf_image_words(&m, 2, btf_image_name(&m, "argument"), int_id);
	btf_image_type(&m, linkage == BTF_FUNC_GLOBAL ? "shown" : "hidden", BTF_KIND_FUNC, linkage, proto);
}

static void add(enum btf_step what)
{
	uint32_t id;

	switch (what) {
	case BTF_STEP_QUESTION:
		add_section("?.struct_ops");
		break;
	case BTF_STEP_ENUM64:
		btf_image_type(&m, "wide", BTF_KIND_ENUM64, 2, 8);
		btf_image_words(&m, 6, btf_image_name(&m, "WIDE"), 0u, 256u, btf_image_name(&m, "NARROW"), 1u, 0u);
		btf_image_words(&m, 3, btf_image_name(&m, "sign"), BTF_INFO_ENC(BTF_KIND_ENUM, 1, 1), 4u);
		m.ntypes++;
		btf_image_words(&m, 2, btf_image_name(&m, "MINUS"), UINT32_MAX);
		break;
	case BTF_STEP_TYPE_TAG:
		id = btf_image_type(&m, "user", BTF_KIND_TYPE_TAG, 0, int_id);
		btf_image_type(&m, "", BTF_KIND_PTR, 0, id);
		break;
	case BTF_STEP_DECL_TAG:
		btf_image_type(&m, "arg:ctx", BTF_KIND_DECL_TAG, 0, var_id);
		btf_image_words(&m, 1, UINT32_MAX);
		break;
	case BTF_STEP_EMPTY_DATASEC:
		btf_image_type(&m, ".rodata.str1.1", BTF_KIND_DATASEC, 0, 8);
		break;
	case BTF_STEP_FLOAT:
		id = btf_image_type(&m, "double", BTF_KIND_FLOAT, 0, 8);
		btf_image_type(&m, "point", BTF_KIND_STRUCT, 2, 16);
		btf_image_member(&m, "x", id, 0);
		btf_image_member(&m, "y", id, 64);
		break;
	case BTF_STEP_GLOBAL_FUNC:
		add_func(BTF_FUNC_GLOBAL);
		break;
	case BTF_STEP_DATASEC:
		add_section(".data.mine");
		break;
	case BTF_STEP_FUNC:
		add_func(BTF_FUNC_STATIC);
		break;
	case BTF_STEPS:
		break;
	}
}

static char btf_log[65536];		/* what the kernel said last of BTF it refused */

static const char *last_line(void)
{
	char *end = btf_log + strlen(btf_log), *newline;

	while (end > btf_log && end[-1] == '\n')
		*--end = 0;
	newline = strrchr(btf_log, '\n');
	return newline ? newline + 1 : btf_log;
}

static int load_btf(struct view bytes)
{
	struct bpf_btf_load_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes.base;
	attr.btf_size = (uint32_t)bytes.size;
	fd = syscall(SYS_bpf, BPF_BTF_LOAD, &attr, sizeof(attr));
	if (fd >= 0) {
		close((int)fd);
		return 0;
	}
	if (errno == EPERM)
		SKIP("loading BTF: %s", strerror(errno));
	attr.btf_log_buf = (uintptr_t)btf_log;
	attr.btf_log_size = sizeof(btf_log);
	attr.btf_log_level = 1;
	syscall(SYS_bpf, BPF_BTF_LOAD, &attr, sizeof(attr));
	NOTE("%.100s", last_line());
	return -EINVAL;
}

static void take(enum btf_step step, struct view bytes, int changes)
{
	int r = btf_step_take(step, (void *)(uintptr_t)bytes.base, bytes.size, &arena, &diag);

	if (r < 0)
		FAIL("%s: %s", diag.where, diag.msg);
	CHECK_INT(r, changes);
}

static bool older_than(int major, int minor)
{
	struct utsname u;
	int has_major = 0, has_minor = 0;

	CHECK(uname(&u) == 0 && sscanf(u.release, "%d.%d", &has_major, &has_minor) == 2);
	return has_major < major || (has_major == major && has_minor < minor);
}

/* major.minor: since when the kernel takes it. 0: all kernels here do. */
static void one(enum btf_step step, int major, int minor)
{
	struct view bytes;

	start();
	add(step);
	bytes = btf_image_view(&m);
	CHECK_INT(load_btf(bytes), older_than(major, minor) ? -EINVAL : 0);
	for (enum btf_step s = 0; older_than(major, minor) && s < BTF_STEPS; s++)
		CHECK_INT(btf_step_is_meant(s, last_line()), s == step);
	take(step, bytes, 1);
	CHECK_INT(load_btf(bytes), 0);
	take(step, bytes, 0);		/* nothing is left to be done */
}

TEST(question_mark)	{ one(BTF_STEP_QUESTION, 6, 9); }
TEST(enum64)		{ one(BTF_STEP_ENUM64, 6, 0); }
TEST(type_tag)		{ one(BTF_STEP_TYPE_TAG, 5, 17); }
TEST(decl_tag)		{ one(BTF_STEP_DECL_TAG, 5, 16); }
TEST(empty_datasec)	{ one(BTF_STEP_EMPTY_DATASEC, 5, 14); }	/* 5.10 refuses it, 6.1 does not */
TEST(float_)		{ one(BTF_STEP_FLOAT, 5, 13); }
TEST(global_func)	{ one(BTF_STEP_GLOBAL_FUNC, 0, 0); }
TEST(datasec)		{ one(BTF_STEP_DATASEC, 0, 0); }
TEST(func)		{ one(BTF_STEP_FUNC, 0, 0); }

/* Whatever the kernel knows: after every further step it takes it. */
TEST(all_steps)
{
	struct view bytes;
	int r;

	start();
	for (enum btf_step step = 0; step < BTF_STEPS; step++)
		add(step);
	bytes = btf_image_view(&m);
	r = load_btf(bytes);
	CHECK_INT(r, older_than(6, 9) ? -EINVAL : 0);
	for (enum btf_step step = 0; step < BTF_STEPS; step++) {
		int before = r;

		take(step, bytes, 1);
		r = load_btf(bytes);
		CHECK(r == 0 || before < 0);	/* once it is taken, it stays so */
	}
	CHECK_INT(r, 0);
}

static struct bw_object *obj;
static struct bw_error err;
static unsigned btf_loads, notes;

static void observe(void *ctx, const struct bw_event *e)
{
	(void)ctx;
	btf_loads += e->kind == BW_CALL && strcmp(e->call->cmd, "BPF_BTF_LOAD") == 0;
	notes += e->kind == BW_NOTE && strstr(e->text, "so it gets an older one") != NULL;
}

/* Functions keep their types and lines on every kernel. */
TEST(an_object)
{
	struct bw_options o = { 0 };
	struct bpf_prog_info info = { 0 };
	struct bpf_info_attr attr;

	bw_observe(&o, observe, NULL);
	if (geteuid() != 0)
		SKIP("needs root");
	CHECK_INT(bw_open("build/tests/objects/new_btf.bpf.o", &o, &obj, &err), 0);
	if (bw_load(obj, &err) < 0)
		FAIL("%s: %s", err.where, err.msg);
	CHECK_INT(btf_loads, 1 + notes);
	CHECK(older_than(5, 17) ? notes > 1 : older_than(6, 9) || notes == 0);
	memset(&attr, 0, sizeof(attr));
	attr.bpf_fd = (uint32_t)bw_find_program(obj, "new_btf")->fd;
	attr.info = (uintptr_t)&info;
	attr.info_len = sizeof(info);
	CHECK_INT(syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)), 0);
	CHECK(info.btf_id != 0);
	CHECK_INT(info.nr_func_info, 2);
	CHECK(info.nr_line_info > 2);
	bw_close(obj);
}
