/* tests/bench/load.h with libbpf. */
#include <bpf/libbpf.h>

#include "tests/bench/load.h"

int prepare(const char *path)
{
	(void)path;
	libbpf_set_print(NULL);
	return 0;
}

int load(const char *path)
{
	struct bpf_object *obj = bpf_object__open_file(path, NULL);
	int r = obj ? bpf_object__load(obj) : -1;

	bpf_object__close(obj);
	return r;
}
