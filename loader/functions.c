/*
 * Reading the list of functions that can be probed; see loader/functions.h.
 *
 *	available_filter_functions_addrs	ffffffff812f3a10 vfs_read
 *	available_filter_functions		vfs_read
 *						nft_do_chain [nf_tables]
 *
 * An address says exactly which function is meant, when several have one name.
 * Before 6.5 there are only names. BPF_LINK_CREATE wants to find each of them, so
 * a name that stands there twice is given once.
 *
 * In: a pattern, tracefs  Out: struct functions
 * Kernel: kernel/trace/ftrace.c t_show(), kernel/trace/bpf_trace.c bpf_kprobe_multi_link_attach()
 * Try:  grep -c vfs_ /sys/kernel/tracing/available_filter_functions
 * Next: loader/attach_multi.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "elf/glob.h"
#include "elf/nearest.h"
#include "loader/functions.h"
#include "loader/lines.h"
#include "loader/tracefs.h"

struct search {
	struct arena *arena;
	const char *pattern;
	bool addresses;			/* lines begin with one */
	struct functions *found;
	struct nearest near;
	bool out_of_memory;
};

static void add(struct search *s, const char *name, const char *address)
{
	struct functions *f = s->found;
	void *grown = s->addresses ? array_grow(s->arena, f->addresses, f->count, sizeof(*f->addresses)) :
		array_grow(s->arena, f->names, f->count, sizeof(*f->names));

	s->out_of_memory = !grown;
	if (!grown)
		return;
	if (s->addresses) {
		f->addresses = grown;
		f->addresses[f->count++] = strtoull(address, NULL, 16);
		return;
	}
	f->names = grown;
	f->names[f->count] = arena_copy(s->arena, name, strlen(name));
	s->out_of_memory = !f->names[f->count++];
}

static void see_line(void *ctx, char *line, size_t len)
{
	struct search *s = ctx;
	char *name = s->addresses ? strchr(line, ' ') : line;

	(void)len;
	if (s->out_of_memory || !name)
		return;
	name += s->addresses;
	name[strcspn(name, " \t")] = 0;		/* behind it: the module */
	if (glob_match(s->pattern, name))
		add(s, name, line);
	else
		nearest_see(&s->near, name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void each_once(struct functions *f)
{
	uint32_t n = 0;

	qsort(f->names, f->count, sizeof(*f->names), by_name);
	for (uint32_t i = 0; i < f->count; i++)
		if (!n || strcmp(f->names[n - 1], f->names[i]) != 0)
			f->names[n++] = f->names[i];
	f->count = n;
}

/* The file with addresses, or else the one without. */
static int open_list(struct walk *w, struct search *s, char path[TRACEFS_PATH], const char *where, struct diag *d)
{
	int fd = tracefs_open(w, "available_filter_functions_addrs", O_RDONLY, path, where, d);

	s->addresses = fd >= 0;
	if (fd != -ENOENT || d->code)
		return fd;
	fd = tracefs_open(w, "available_filter_functions", O_RDONLY, path, where, d);
	if (fd == -ENOENT && !d->code)
		return fail(d, fd, where, "this kernel has no list of functions: %s is not there (CONFIG_DYNAMIC_FTRACE)", path);
	return fd;
}

int functions_match(struct walk *w, struct arena *a, const char *pattern, struct functions *out, const char *where,
		    struct diag *d)
{
	struct search s = { .arena = a, .pattern = pattern, .found = out };
	char path[TRACEFS_PATH], names[200];
	long r;
	int fd;

	*out = (struct functions){ 0 };
	nearest_start(&s.near, pattern);
	fd = open_list(w, &s, path, where, d);
	if (fd < 0)
		return fd;
	r = lines_of_fd(&w->sys, fd, see_line, &s);
	if (r < 0)
		return fail_kernel(d, r, where, "reading %s", path);
	if (s.out_of_memory)
		return fail_memory(d, where);
	if (!out->count)
		return fail(d, -ENOENT, where, "%s fits none of the functions in %s%s", pattern, path,
			    nearest_text(&s.near, names, sizeof(names)));
	if (out->names)
		each_once(out);
	return 0;
}
