/*
 * Loads objects with libbpfwalk; see tests/oracle/load_each.h.
 *
 * Next: tests/all_load.sh
 */
#include "tests/oracle/load_each.h"

static int load(const char *path)
{
	struct bw_error err = { 0 };
	struct bw_object *object;
	int r = bw_open(path, NULL, &object, &err);

	if (r == 0)
		r = bw_load(object, &err);
	if (r < 0)
		fprintf(stderr, "%s: %s: %s\n", path, err.where, err.msg);
	return r;
}
