/* tests/bench/load.h with this library. */
#include <stdio.h>

#include "loader/bpfwalk.h"
#include "tests/bench/load.h"

int prepare(const char *path)
{
	(void)path;
	return 0;
}

int load(const char *path)
{
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int r = bw_open(path, NULL, &obj, &err);

	if (r == 0)
		r = bw_load(obj, &err);
	if (r < 0)
		fprintf(stderr, "%s: %s\n", err.where, err.msg);
	bw_close(obj);
	return r;
}
