/*
 * Loads objects with libbpf; see tests/oracle/load_each.h.
 *
 * Next: tests/oracle/load_ours.c
 */
#include <bpf/libbpf.h>
#include <errno.h>

#include "tests/oracle/load_each.h"

static int quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static int load(const char *path)
{
	struct bpf_object *object;

	libbpf_set_print(quiet);
	object = bpf_object__open_file(path, NULL);
	return object ? bpf_object__load(object) : -errno;
}
