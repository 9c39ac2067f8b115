/*
 * Every section name on a real kernel: it is loaded as what the table says, or refused by the kernel and not by us.
 *
 * tests/objects/sections.bpf.c has a program for every row but those of struct_ops; each is loaded alone. What libbpf makes
 * of the same names is compared by tests/oracle. A kernel has fewer of them the older it is, and never fewer than it had.
 *
 * Kernel: kernel/bpf/syscall.c bpf_prog_load_check_attach()
 * Next: tests/kernel_btf.c
 */
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "uapi/bpf_cmd.h"

static struct bw_object *obj;
static struct bw_error err;
static struct bpf_prog_load_attr asked;	/* what the kernel was asked for last */

static void observe(void *ctx, const struct bw_event *e)
{
	(void)ctx;
	if (e->kind == BW_CALL && strcmp(e->call->cmd, "BPF_PROG_LOAD") == 0)
		memcpy(&asked, (const void *)e->call->arg[1], sizeof(asked));
}

static void open_object(void)
{
	struct bw_options o = { 0 };

	bw_observe(&o, observe, NULL);
	bw_close(obj);
	obj = NULL;
	memset(&err, 0, sizeof(err));
	memset(&asked, 0, sizeof(asked));
	if (bw_open("build/tests/objects/sections.bpf.o", &o, &obj, &err))
		FAIL("%s: %s", err.where, err.msg);
}

static const struct bw_program *program_of(const struct bw_hook *row)
{
	for (unsigned i = 0; i < obj->nprograms; i++)
		if (obj->programs[i].hook == row)
			return &obj->programs[i];
	return NULL;
}

static bool is_struct_ops(const struct bw_hook *row)
{
	return row->prog_type == BPF_PROG_TYPE_STRUCT_OPS;
}

/* Each row has one program, and each program another row. */
TEST(every_row_has_a_program)
{
	unsigned rows = 0, there = 0;

	open_object();
	for (const struct bw_hook *row; (row = bw_hook_at(rows)); rows++) {
		NOTE("%s", row->section);
		CHECK(is_struct_ops(row) || program_of(row));
		there += !is_struct_ops(row);
	}
	CHECK_INT(rows, 116);
	CHECK_INT(obj->nprograms, there);
	bw_close(obj);
	obj = NULL;
}

static uint32_t loaded_type(int fd, uint32_t *attach_id)
{
	struct bpf_prog_info info = { 0 };
	struct bpf_info_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.bpf_fd = (uint32_t)fd;
	attr.info = (uintptr_t)&info;
	attr.info_len = sizeof(info);
	if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)))
		FAIL("BPF_OBJ_GET_INFO_BY_FD: %s", strerror(errno));
	*attach_id = info.attach_btf_id;	/* 0 before 5.18 */
	return info.type;
}

/* One row, loaded alone. Returns what bw_load() did. */
static int load_row(const struct bw_hook *row)
{
	const struct bw_program *p;
	uint32_t attach_id;
	int r;

	open_object();
	p = program_of(row);
	bw_enable(obj, p, true);
	r = bw_load(obj, &err);
	CHECK_INT(asked.prog_type, row->prog_type);
	CHECK_INT(asked.expected_attach_type, row->attach_type);
	CHECK_INT(asked.prog_flags, row->prog_flags);
	if (r < 0)
		return r;
	CHECK_INT(loaded_type(p->fd, &attach_id), row->prog_type);
	/* fentry.multi gets a function of the kernel's own. */
	CHECK(attach_id == 0 || !asked.attach_btf_id || attach_id == asked.attach_btf_id);
	return 0;
}

/* How many of the 114 this kernel has to take at least: measured. 0: not known. */
static unsigned least(void)
{
	static const struct { int major, minor; unsigned rows; } measured[] = {
		{ 7, 3, 112 }, { 6, 12, 99 }, { 6, 1, 90 }, { 5, 10, 78 },
	};
	struct utsname u;
	int major = 0, minor = 0;

	CHECK(uname(&u) == 0 && sscanf(u.release, "%d.%d", &major, &minor) == 2);
	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++)
		if (major > measured[i].major || (major == measured[i].major && minor >= measured[i].minor))
			return measured[i].rows;
	return 0;
}

TEST(every_row)
{
	unsigned loaded = 0, locked = 0;

	if (geteuid() != 0)
		SKIP("needs root");
	for (unsigned i = 0; bw_hook_at(i); i++) {
		const struct bw_hook *row = bw_hook_at(i);
		int r;

		if (is_struct_ops(row) || row->prog_type == BPF_PROG_TYPE_EXT)	/* kernel_functions has that */
			continue;
		NOTE("%s", row->section);
		r = load_row(row);
		if (r < 0 && r != -EINVAL && r != -EPERM && r != -E2BIG)
			FAIL("%s: %s", err.where, err.msg);
		loaded += r == 0;
		locked += r == -EPERM;
	}
	bw_close(obj);
	obj = NULL;
	printf("# %u of 113 rows, %u not permitted\n", loaded, locked);
	CHECK(loaded + locked >= least());
}
