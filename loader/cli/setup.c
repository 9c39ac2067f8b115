/*
 * Opening an object as the command line asks; see setup.h.
 *
 * A name that the object does not have is wrong usage, like a misspelt option:
 * the line says which names there are.
 *
 * In: struct args  Out: an object between bw_open() and bw_load()
 * Try:  bpfwalk load --set colour=1 build/progs/syscount.bpf.o
 * Next: loader/cli/put.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/attaching.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"

struct names {				/* "a, b, c", or "a, b, ..." when they are many */
	const char *want, *near;
	char text[200], all[400];
	size_t len;
	bool cut;
};

static void add_name(struct names *n, const char *name)
{
	n->near = bw_nearer(n->want, n->near, name);
	if (n->cut)
		return;
	n->cut = strlen(name) + sizeof(", , ...") > sizeof(n->text) - n->len;
	n->len += (size_t)sprintf(n->text + n->len, "%s%s", n->len ? ", " : "", n->cut ? "..." : name);
}

/* The nearest only where not all are shown. */
static const char *there_is(struct names *n)
{
	bool near = n->cut && n->near;

	snprintf(n->all, sizeof(n->all), "there is %s%s%s", n->len ? n->text : "none", near ? "; the nearest: " : "",
		 near ? n->near : "");
	return n->all;
}

static const struct bw_program *entry_named(const struct bw_object *obj, const char *name)
{
	const struct bw_program *p = bw_find_program(obj, name);

	return p && p->is_entry ? p : NULL;
}

static int no_program(const struct args *a, const struct bw_object *obj, const char *name)
{
	struct names have = { .want = name };

	for (unsigned i = 0; i < obj->nprograms; i++)
		if (obj->programs[i].is_entry)
			add_name(&have, obj->programs[i].name);
	return args_refuse(a, "--prog: no program '%s'; %s", name, there_is(&have));
}

static int choose_programs(const struct args *a, struct bw_object *obj)
{
	for (unsigned i = 0; i < obj->nprograms && a->progs.count; i++)
		if (obj->programs[i].is_entry)
			bw_enable(obj, &obj->programs[i], false);
	for (unsigned i = 0; i < a->progs.count; i++) {
		const struct bw_program *p = entry_named(obj, a->progs.item[i]);

		if (!p)
			return no_program(a, obj, a->progs.item[i]);
		bw_enable(obj, p, true);
	}
	return EXIT_DONE;
}

/* The name before '=' as a string. False: longer than any name. */
static bool left_of(const char *pair, char *name, size_t size, const char **value)
{
	unsigned len = args_split(pair, value);

	if (len >= size)
		return false;
	memcpy(name, pair, len);
	name[len] = 0;
	return true;
}

static int set_global(const struct args *a, struct bw_object *obj, const char *pair)
{
	struct bw_error err = { 0 };
	const struct bw_global *g;
	const char *value;
	char name[256] = "";
	struct names have = { .want = name };

	g = left_of(pair, name, sizeof(name), &value) ? bw_find_global(obj, name) : NULL;
	if (!g) {
		for (unsigned i = 0; i < obj->nglobals; i++)
			add_name(&have, obj->globals[i].name);
		return args_refuse(a, "--set: no global variable in '%s'; %s", pair, there_is(&have));
	}
	if (bw_set_global_text(obj, g, value, &err))
		return args_refuse(a, "--set %s: %s", pair, err.msg);
	return EXIT_DONE;
}

static const struct map_number {
	const char *option, *of;
	int (*set)(struct bw_object *obj, const struct bw_map *map, uint32_t n, struct bw_error *err);
} map_entries = { "--map-entries", "entries", bw_set_max_entries },
  value_size = { "--map-value-size", "bytes", bw_set_value_size };

static int set_number(const struct args *a, struct bw_object *obj, const struct map_number *number, const char *pair)
{
	struct bw_error err = { 0 };
	const struct bw_map *m;
	const char *value;
	uint64_t n;
	char name[256] = "";
	struct names have = { .want = name };

	m = left_of(pair, name, sizeof(name), &value) ? bw_find_map(obj, name) : NULL;
	if (!m) {
		for (unsigned i = 0; i < obj->nmaps; i++)
			if (!obj->maps[i].is_data)
				add_name(&have, obj->maps[i].name);
		return args_refuse(a, "%s: no map in '%s'; %s", number->option, pair, there_is(&have));
	}
	if (!args_number(value, UINT32_MAX, &n) || n == 0)
		return args_refuse(a, "%s: '%s' is not a number of %s, from 1 to 4294967295", number->option, value, number->of);
	if (number->set(obj, m, (uint32_t)n, &err))
		return args_refuse(a, "%s %s: %s", number->option, pair, err.msg);
	return EXIT_DONE;
}

static int choose_map(const struct args *a, struct bw_object *obj, const char *name, bool made)
{
	const struct bw_map *m = bw_find_map(obj, name);
	struct names have = { .want = name };

	if (m && bw_enable_map(obj, m, made) == 0)
		return EXIT_DONE;
	for (unsigned i = 0; i < obj->nmaps; i++)
		if (!obj->maps[i].is_template)
			add_name(&have, obj->maps[i].name);
	return args_refuse(a, "--%smap: no map '%s'; %s", made ? "" : "no-", name, there_is(&have));
}

static int choose(const struct args *a, struct bw_object *obj)
{
	int status = choose_programs(a, obj);

	if (status == EXIT_DONE)
		status = place_check(a, obj);
	for (unsigned i = 0; i < a->sets.count && status == EXIT_DONE; i++)
		status = set_global(a, obj, a->sets.item[i]);
	for (unsigned i = 0; i < a->map_entries.count && status == EXIT_DONE; i++)
		status = set_number(a, obj, &map_entries, a->map_entries.item[i]);
	for (unsigned i = 0; i < a->value_sizes.count && status == EXIT_DONE; i++)
		status = set_number(a, obj, &value_size, a->value_sizes.item[i]);
	for (unsigned i = 0; i < a->maps.count && status == EXIT_DONE; i++)
		status = choose_map(a, obj, a->maps.item[i], true);
	for (unsigned i = 0; i < a->no_maps.count && status == EXIT_DONE; i++)
		status = choose_map(a, obj, a->no_maps.item[i], false);
	return status == EXIT_DONE ? put_check(a, obj) : status;
}

static int tell_failure(const char *file, const char *where, const struct bw_error *err)
{
	const char *cause = advice(err);

	out_flush();
	say("bpfwalk: %s%s%s: %s%s%s", file, file[0] && where[0] ? ": " : "", where, err->msg, cause ? "; usually: " : "",
	    cause ? cause : "");
	return EXIT_FAILED;
}

int failed(const struct bw_error *err)
{
	return tell_failure("", err->where, err);
}

/* Who tries many files wants to know which one it is. Of a file that cannot be read `where` is the path, as far as it fits. */
static int cannot_open(const char *file, const struct bw_error *err)
{
	bool is_file = strncmp(file, err->where, strlen(err->where)) == 0;

	return tell_failure(file, is_file ? "" : err->where, err);
}

int setup(const struct args *a, const struct bw_options *options, struct bw_object **obj)
{
	struct bw_options given = options ? *options : (struct bw_options){ 0 };
	struct bw_error err = { 0 };
	int status;

	given.target = a->target;
	given.kernel_btf = a->btf;
	given.kconfig = a->kconfig;
	if (bw_open(a->object, &given, obj, &err))
		return cannot_open(a->object, &err);
	status = choose(a, *obj);
	if (status != EXIT_DONE)
		bw_close(*obj);
	return status;
}

/* The kernel quotes source lines and names of the object in its log: line by line, made safe. */
static void say_log(const char *log)
{
	while (*log) {
		size_t len = strcspn(log, "\n");

		out_safe(stderr, log, len, BW_STYLE_TEXT);
		putc('\n', stderr);
		log += len + (log[len] == '\n');
	}
}

static void tell_left_out(const struct args *a, const struct bw_object *obj)
{
	for (unsigned i = 0; i < obj->nmaps; i++)
		if (obj->maps[i].left_out)
			CHAT(a, "left map %s: %s", obj->maps[i].name, obj->maps[i].left_out);
	for (unsigned i = 0; i < obj->nprograms; i++)
		if (obj->programs[i].left_out)
			CHAT(a, "left %s: %s", obj->programs[i].name, obj->programs[i].left_out);
}

int setup_load(const struct args *a, struct bw_object *obj)
{
	struct bw_error err = { 0 };

	if (!bw_load(obj, &err)) {
		tell_left_out(a, obj);
		return put_all(a, obj);
	}
	if (a->verbose)
		say_log(bw_log(obj));
	return failed(&err);
}

bool attach_is_left(const struct args *a, const struct bw_program *p, int code)
{
	const struct bw_hook *h = p->hook;

	return code == -ENOTSUP && (p->called_through || !h || !h->can_attach || (h->takes[0] && !p->target[0]) || place_missing(a, p));
}
