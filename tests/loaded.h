/*
 * Objects of tests/objects in the kernel, one at a time: what tests of what they compute share.
 *
 *	load("subprogs");			or SKIP, or FAIL with the library's words
 *	CHECK_INT(run("sys_enter", 0, 5), 17);	BPF_PROG_TEST_RUN with two arguments
 *	CHECK_INT(number("total"), 8);		a variable, as it is in the kernel now
 *
 * Next: tests/kernel_objects.c
 */
#ifndef TESTS_LOADED_H
#define TESTS_LOADED_H

#include <errno.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "uapi/bpf_cmd.h"

static struct bw_object *obj;
static struct bw_error err;

static inline void open_object(const char *name)
{
	char path[128];

	bw_close(obj);		/* of the test before, if that was left early */
	obj = NULL;
	memset(&err, 0, sizeof(err));
	snprintf(path, sizeof(path), "build/tests/objects/%s.bpf.o", name);
	if (bw_open(path, NULL, &obj, &err))
		FAIL("%s: %s", err.where, err.msg);
}

static inline void load_opened(void)
{
	int r = bw_load(obj, &err);

	if (r == -EPERM && geteuid() != 0)
		SKIP("loading a program: Operation not permitted");
	if (r < 0)
		FAIL("%s: %s", err.where, err.msg);
}

static inline void load(const char *name)
{
	open_object(name);
	load_opened();
}

static inline bool kernel_is_older(int major, int minor)
{
	struct utsname u;
	int has_major = 0, has_minor = 0;

	CHECK(uname(&u) == 0 && sscanf(u.release, "%d.%d", &has_major, &has_minor) == 2);
	return has_major < major || (has_major == major && has_minor < minor);
}

/* Some helpers are newer than the oldest kernel here. */
static inline void need_kernel(int major, int minor)
{
	if (kernel_is_older(major, minor))
		SKIP("needs Linux %d.%d or newer", major, minor);
}

/* One run of a raw tracepoint's program, with these two arguments; what it returned. */
static inline int run(const char *program, uint64_t first, uint64_t second)
{
	const struct bw_program *p = bw_find_program(obj, program);
	struct bpf_prog_test_run_attr attr;
	uint64_t args[12] = { first, second };

	CHECK(p && p->fd >= 0);
	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)p->fd;
	attr.ctx_in = (uintptr_t)args;
	attr.ctx_size_in = sizeof(args);
	if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)))
		FAIL("running %s: %s", program, strerror(errno));
	return (int)attr.retval;
}

static inline const struct bw_global *global(const char *name)
{
	const struct bw_global *g = bw_find_global(obj, name);

	if (!g)
		FAIL("no variable %s", name);
	return g;
}

/* The bytes of a variable in the kernel now. */
static inline void get(const char *name, void *out, size_t size)
{
	const struct bw_global *g = global(name);
	unsigned char value[4096];
	uint32_t zero = 0;

	CHECK(g->map->value_size <= sizeof(value) && g->offset + size <= g->map->value_size);
	CHECK_INT(bw_map_lookup(obj, g->map, &zero, value), 0);
	memcpy(out, value + g->offset, size);
}

static inline uint64_t number(const char *name)
{
	uint64_t n = 0;		/* little endian, as the machines are that this runs on */

	get(name, &n, global(name)->size);
	return n;
}

static inline uint64_t element(const char *map, uint32_t key)
{
	const struct bw_map *m = bw_find_map(obj, map);
	uint64_t value = 0;

	CHECK(m && m->value_size == sizeof(value) && m->key_size == sizeof(key));
	CHECK_INT(bw_map_lookup(obj, m, &key, &value), 0);
	return value;
}

static inline void set_text(const char *name, const char *text)
{
	if (bw_set_global_text(obj, global(name), text, &err))
		FAIL("%s: %s", err.where, err.msg);
}

#endif
