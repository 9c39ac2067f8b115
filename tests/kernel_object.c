/*
 * The kernel's opinion of what elf/btf_kernel.c makes: BPF_BTF_LOAD takes the BTF of every object.
 *
 *	build/asan/tests/kernel_object
 *
 * Next: tests/sh_oracle.sh
 */
#include <glob.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/object_image.h"
#include "uapi/bpf_cmd.h"

static char btf_log[1 << 16];

/* A descriptor, or a negative errno. */
static int btf_load(struct view btf)
{
	struct bpf_btf_load_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)btf.base;
	attr.btf_size = (uint32_t)btf.size;
	attr.btf_log_buf = (uintptr_t)btf_log;
	attr.btf_log_size = sizeof(btf_log);
	attr.btf_log_level = 1;
	btf_log[0] = 0;
	fd = syscall(SYS_bpf, BPF_BTF_LOAD, &attr, offsetof(struct bpf_btf_load_attr, btf_log_level) + 4);
	return fd < 0 ? -errno : (int)fd;
}

/* The end of the log: what was wrong. */
static const char *last_words(void)
{
	size_t n = strlen(btf_log);

	return n > 200 ? btf_log + n - 200 : btf_log;
}

static bool has_extern(void)
{
	for (uint32_t i = 0; i < o.nrefused; i++)
		if (strncmp(o.refused[i], "extern ", 7) == 0)
			return true;
	return false;
}

/* What older kernels refuse in BTF that is right, as their logs put it; the loader then goes on without BTF. */
static bool is_too_old(void)
{
	static const char *const complaints[] = {
		"vlen == 0",		/* a section with only unnamed constants: until 5.12 */
		"Invalid btf_info:11000000",	/* a DECL_TAG: until 5.16 */
		"Invalid name",		/* function.variable, a static variable: until 6.5 */
	};

	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		if (strstr(btf_log, complaints[i]))
			return true;
	return false;
}

static void check_object(const char *path)
{
	struct view btf;
	int fd;

	NOTE("%s", path);
	if (strstr(path, "/huge_map."))	/* its max_entries is an array of int of more than 4 GiB: "overflows U32_MAX" */
		return;
	if (build_file(image_file(path)) < 0)
		return;
	CHECK_INT(object_btf_for_kernel(&o, &a, &btf, &d), 0);
	if (!btf.size || has_extern())
		return;
	fd = btf_load(btf);
	if (fd == -EPERM || fd == -ENOSYS)
		SKIP("loading BTF: %s", strerror(-fd));
	if (fd == -EINVAL && is_too_old())
		return;
	if (fd < 0)
		FAIL("BPF_BTF_LOAD: %s: %s", strerror(-fd), last_words());
	close(fd);
}

static void check_all(const char *pattern, size_t at_least)
{
	static glob_t g;

	globfree(&g);			/* of a test that was left early */
	if (glob(pattern, 0, NULL, &g) != 0 || g.gl_pathc < at_least)
		SKIP("%s: not all compiled", pattern);
	for (size_t i = 0; i < g.gl_pathc; i++)
		check_object(g.gl_pathv[i]);
}

TEST(btf_of_the_lessons)
{
	check_all("build/progs/*.bpf.o", 10);
}

TEST(btf_of_the_test_objects)
{
	check_all("build/tests/objects/*.bpf.o", 20);
}

/* Without our work it would have been refused: so the test above shows something. */
TEST(btf_as_compiled_is_refused)
{
	int fd;

	if (!image_file("build/progs/syscount.bpf.o").base)
		SKIP("build/progs/syscount.bpf.o is not there");
	CHECK_INT(build_file(image_file("build/progs/syscount.bpf.o")), 0);
	fd = btf_load(o.btf.raw);
	if (fd == -EPERM || fd == -ENOSYS)
		SKIP("loading BTF: %s", strerror(-fd));
	CHECK_INT(fd, -EINVAL);
	CHECK_HAS(btf_log, "size == 0");
}
