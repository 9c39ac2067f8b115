/*
 * --put MAP:KEY[=VALUE]: entries that a map shall have when the programs begin.
 *
 * They are read twice: before anything is loaded, so that a wrong one is wrong
 * usage and costs nothing, and after it, when there is a map to put them into.
 *
 * In: struct args  Out: entries in maps
 * Try:  bpfwalk run build/progs/xdp_drop.bpf.o --iface lo --put blocked:127.0.0.1
 * Next: loader/cli/place.c
 */
#include <stdio.h>
#include <string.h>

#include "loader/cli/out.h"
#include "loader/cli/setup.h"

/* "blocked:10.0.0.1=0" */
struct entry {
	const struct bw_map *map;
	char key[256];
	const char *value;		/* NULL: zeros */
};

/* False: no map is called by what stands before the colon, or the key is longer than one can be. */
static bool split(const struct bw_object *obj, const char *text, struct entry *e)
{
	size_t len = strcspn(text, ":");
	const char *key = text + len + 1, *equals;
	char map[256];

	if (!text[len] || len >= sizeof(map))
		return false;
	memcpy(map, text, len);
	map[len] = 0;
	e->map = bw_find_map(obj, map);
	equals = strchr(key, '=');
	e->value = equals ? equals + 1 : NULL;
	len = equals ? (size_t)(equals - key) : strlen(key);
	if (!e->map || len >= sizeof(e->key))
		return false;
	memcpy(e->key, key, len);
	e->key[len] = 0;
	return true;
}

int put_check(const struct args *a, struct bw_object *obj)
{
	struct bw_error err = { 0 };
	struct entry e;

	for (unsigned i = 0; i < a->puts.count; i++) {
		const char *text = a->puts.item[i];

		if (!split(obj, text, &e))
			return args_refuse(a, "--put: '%s' does not begin with one of this object's maps, as MAP:KEY=VALUE",
					   text);
		if (bw_map_put_text(obj, e.map, e.key, e.value, &err))
			return args_refuse(a, "--put %s: %s", text, err.msg);
	}
	return EXIT_DONE;
}

int put_all(const struct args *a, struct bw_object *obj)
{
	struct bw_error err = { 0 };
	struct entry e;

	for (unsigned i = 0; i < a->puts.count; i++)
		if (split(obj, a->puts.item[i], &e) && bw_map_put_text(obj, e.map, e.key, e.value, &err))
			return failed(&err);
	return EXIT_DONE;
}
