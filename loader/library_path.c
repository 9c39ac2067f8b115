/*
 * The directories of libraries and programs; see loader/library_path.h.
 *
 * The dynamic linker has its cache for this, in a format of its own. Trying the
 * directories finds the same files on every distribution, and it is what
 * other loaders do, so that SEC("uprobe/libc.so.6:malloc") means the same here.
 *
 * In: "libc.so.6", "bash"  Out: a path
 * Kernel: none
 * Try:  bpfwalk run build/progs/uprobe.bpf.o
 * Next: loader/user_file.h
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/library_path.h"

#if defined(__x86_64__)
#define TRIPLE	"x86_64-linux-gnu"
#elif defined(__i386__)
#define TRIPLE	"i386-linux-gnu"
#elif defined(__aarch64__)
#define TRIPLE	"aarch64-linux-gnu"
#elif defined(__arm__)
#define TRIPLE	"arm-linux-gnueabihf"
#elif defined(__riscv) && __riscv_xlen == 64
#define TRIPLE	"riscv64-linux-gnu"
#elif defined(__powerpc64__)
#define TRIPLE	"powerpc64le-linux-gnu"
#elif defined(__s390x__)
#define TRIPLE	"s390x-linux-gnu"
#elif defined(__mips64)
#define TRIPLE	"mips64el-linux-gnuabi64"
#else
#define TRIPLE	"linux-gnu"
#endif

/* The environment's list first, then these. */
static const char libraries[] = "/lib64:/lib/" TRIPLE ":/usr/lib64:/usr/lib/" TRIPLE ":/lib:/usr/lib";
static const char programs[] = "/usr/bin:/usr/sbin:/bin:/sbin";

/* Opens dir/name for each dir of "a:b:c" until one is there. */
static bool look_in(struct walk *w, const char *dirs, const char *name, char out[LIBRARY_PATH])
{
	while (dirs && *dirs) {
		size_t len = strcspn(dirs, ":");
		int n = snprintf(out, LIBRARY_PATH, "%.*s/%s", (int)len, dirs, name);

		if (len && n > 0 && n < LIBRARY_PATH) {
			long fd = sys_open(&w->sys, out, O_RDONLY);

			if (fd >= 0) {
				sys_close(&w->sys, (int)fd);
				return true;
			}
		}
		dirs += len + (dirs[len] == ':');
	}
	return false;
}

int library_path(struct walk *w, const char *name, char out[LIBRARY_PATH], const char *where, struct diag *d)
{
	bool is_library = strstr(name, ".so") != NULL;
	const char *variable = is_library ? "LD_LIBRARY_PATH" : "PATH", *usual = is_library ? libraries : programs;

	if (!name[0])
		return fail(d, -EINVAL, where, "expected PATH:FUNCTION, the path is empty");
	if (strchr(name, '/')) {
		if (snprintf(out, LIBRARY_PATH, "%s", name) >= LIBRARY_PATH)
			return fail(d, -ENAMETOOLONG, where, "%.60s...: the path is too long", name);
		return 0;
	}
	if (look_in(w, getenv(variable), name, out) || look_in(w, usual, name, out))
		return 0;
	return fail(d, -ENOENT, where, "%s is neither in $%s nor in %s", name, variable, usual);
}
