/*
 * Markers that a user program carries (USDT): a uprobe at each place of one, and the map that tells programs where the
 * marker's arguments are there.
 *
 *	SEC("usdt/libstdc++.so.6:libstdcxx:throw")
 *
 *	notes of the file      ->  places, and "8@%rdi 8@%rsi"			elf/usdt.c
 *	__bpf_usdt_specs[0]    <-  { %rdi, %rsi }				elf/usdt_args.c
 *	BPF_LINK_CREATE { uprobe_multi = { path, offsets[], ref_ctr_offsets[], cookies[] = { 0 } } }
 *
 * A marker may have many places, and the compiler put its arguments somewhere
 * else at each. So each kind of place gets a number, which is where in the map its
 * description lies, and the uprobe carries the number along as its cookie. What
 * the program calls to get an argument (uapi/bpf/usdt.h, or libbpf's usdt.bpf.h,
 * with the same maps) asks for the cookie and looks it up.
 *
 * Kernels before 6.6 have no link for many places: then it is a perf event for
 * each, with a link that has the cookie. Before 5.15 there are no cookies, and
 * programs look in __bpf_usdt_ip_to_spec_id for the address they were called
 * at. In a library or a PIE that is another in each process, so such a kernel
 * needs to be told which process.
 *
 * In: "PATH:PROVIDER:NAME"  Out: links or events, elements of two maps
 * Kernel: kernel/trace/bpf_trace.c bpf_uprobe_multi_link_attach(), kernel/events/uprobes.c update_ref_ctr()
 * Try:  strace -e bpf bpfwalk run build/progs/throw.bpf.o
 * Next: loader/mapped.h
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/usdt.h"
#include "loader/mapped.h"
#include "loader/probe.h"
#include "loader/user_file.h"

struct usdt {
	struct walk *w;
	struct link *l;
	struct arena arena;
	const char *path;
	int pid;			/* 0: all */
	uint16_t machine;
	bool moves;			/* each process has it at an address of its own */
	struct usdt_place *places;
	uint32_t count;
	uint64_t *offsets, *semaphores, *cookies;	/* [place], as the kernel takes them */
	uint32_t *kinds, nkinds;	/* a place for each number */
	bool has_semaphores;
	const struct bw_map *specs;	/* NULL: the object asks for no arguments */
	bool by_address;		/* programs of this kernel find their place by its address */
};

/* ---- the place in the section ---------------------------------------------- */

static int split(const struct link *l, const char *rest, struct arena *a, const char **provider, const char **name,
		 struct diag *d)
{
	const char *colon = strchr(rest, ':');

	if (!colon || colon == rest || !colon[1] || strchr(colon + 1, ':'))
		return fail(d, -EINVAL, l->where, "%s: expected PATH:PROVIDER:NAME", l->target);
	*provider = arena_copy(a, rest, (size_t)(colon - rest));
	*name = colon + 1;
	return *provider ? 0 : fail_memory(d, l->where);
}

static int find_places(struct usdt *u, struct view file, const char *provider, const char *name, struct diag *d)
{
	struct diag why = { 0 };
	struct symfile s;
	int r = symfile_open(file, &u->arena, &s, &why);

	if (r == 0)
		r = usdt_find(&s, provider, name, &u->arena, &u->places, &u->count, &why);
	if (r < 0)
		return fail(d, r, u->l->where, "%s: %s", u->path, why.msg);
	u->machine = s.elf.machine;
	u->moves = s.elf.type == ET_DYN;
	u->offsets = arena_array(&u->arena, u->count, sizeof(*u->offsets));
	u->semaphores = arena_array(&u->arena, u->count, sizeof(*u->semaphores));
	u->cookies = arena_array(&u->arena, u->count, sizeof(*u->cookies));
	u->kinds = arena_array(&u->arena, u->count, sizeof(*u->kinds));
	if (!u->offsets || !u->semaphores || !u->cookies || !u->kinds)
		return fail_memory(d, u->l->where);
	for (uint32_t i = 0; i < u->count; i++) {
		u->offsets[i] = u->places[i].file_offset;
		u->semaphores[i] = u->places[i].semaphore;
		u->has_semaphores |= u->semaphores[i] != 0;
		u->places[i].args = arena_copy(&u->arena, u->places[i].args, strlen(u->places[i].args));
		if (!u->places[i].args)
			return fail_memory(d, u->l->where);
	}
	return 0;
}

/* The file is not mapped any more when this is done. */
static int read_file(struct usdt *u, const char *provider, const char *name, struct diag *d)
{
	struct view file;
	long r = user_file_map(u->w, u->path, &file);

	if (r < 0)
		return fail_kernel(d, r, u->l->where, "looking for the marker %s:%s: reading %s", provider, name, u->path);
	r = find_places(u, file, provider, name, d);
	if (file.size)
		sys_munmap(&u->w->sys, (void *)(uintptr_t)file.base, file.size);
	return (int)r;
}

/* ---- what programs look up -------------------------------------------------- */

static const struct bw_map *map_made(struct walk *w, const char *name)
{
	const struct bw_map *m = bw_find_map(&w->pub, name);

	return m && m->fd >= 0 ? m : NULL;
}

/* A number that no other link of this object has, or -E2BIG. */
static int64_t new_number(struct usdt *u, struct diag *d)
{
	struct walk *w = u->w;

	if (!w->usdt_owners)
		w->usdt_owners = arena_array(&w->arena, u->specs->max_entries, sizeof(*w->usdt_owners));
	if (!w->usdt_owners)
		return fail_memory(d, u->l->where);
	for (uint32_t i = 0; i < u->specs->max_entries; i++) {
		if (w->usdt_owners[i])
			continue;
		w->usdt_owners[i] = u->l;
		return i;
	}
	return fail(d, -E2BIG, u->l->where, "the map %s has room for %u places whose arguments differ, and there are more",
		    u->specs->name, u->specs->max_entries);
}

static int write_spec(struct usdt *u, uint32_t number, const char *text, struct diag *d)
{
	unsigned char value[USDT_SPEC];
	struct diag why = { 0 };
	struct usdt_args args;
	int r = usdt_args_parse(u->machine, text, &args, &why);

	if (r == 0)
		r = usdt_spec_write(&args, value, u->specs->value_size, &why);
	if (r < 0)
		return fail(d, r, u->l->where, "%s: arguments \"%s\": %s", u->l->pub.target, text, why.msg);
	r = bw_map_update(&u->w->pub, u->specs, &number, value, 0);
	return r < 0 ? fail_kernel(d, r, u->l->where, "writing element %u of %s", number, u->specs->name) : 0;
}

/* The number for place i, the same as for an earlier one with the same arguments. */
static int number_place(struct usdt *u, uint32_t i, struct diag *d)
{
	int64_t number;

	for (uint32_t k = 0; k < u->nkinds; k++) {
		if (strcmp(u->places[u->kinds[k]].args, u->places[i].args) != 0)
			continue;
		u->cookies[i] = u->cookies[u->kinds[k]];
		return 0;
	}
	number = new_number(u, d);
	if (number < 0)
		return (int)number;
	u->cookies[i] = (uint64_t)number;
	u->kinds[u->nkinds++] = i;
	return write_spec(u, (uint32_t)number, u->places[i].args, d);
}

static int write_address(struct usdt *u, const struct bw_map *map, uint32_t i, struct diag *d)
{
	uint64_t address = u->places[i].address;
	uint32_t number = (uint32_t)u->cookies[i];
	struct link *l = u->l;
	int r;

	if (u->moves) {
		r = mapped_address(u->w, u->pid, u->path, u->offsets[i], &address, l->where, d);
		if (r < 0)
			return r;
	}
	r = bw_map_update(&u->w->pub, map, &address, &number, BPF_NOEXIST);
	if (r < 0)
		return fail_kernel(d, r, l->where, "writing address %#llx into %s%s", (unsigned long long)address, map->name,
				   r == -EEXIST ? ": another program of this object is attached there" : "");
	l->addresses[l->naddresses++] = address;
	return 0;
}

static int write_addresses(struct usdt *u, struct diag *d)
{
	const struct bw_map *map = map_made(u->w, "__bpf_usdt_ip_to_spec_id");
	int r = 0;

	if (!map || map->key_size != sizeof(uint64_t) || map->value_size != sizeof(uint32_t))
		return fail(d, -EINVAL, u->l->where, "programs of this kernel cannot ask for a cookie (5.15 has them), and the object"
			    " has no map __bpf_usdt_ip_to_spec_id of 8 bytes to 4");
	if (u->moves && !u->pid)
		return fail(d, -ENOTSUP, u->l->where, "%s is at another address in each process, and programs of this kernel cannot"
			    " ask for a cookie (5.15 has them): the arguments are found for one process (pid) alone", u->path);
	u->l->addresses = calloc(u->count, sizeof(uint64_t));
	if (!u->l->addresses)
		return fail_memory(d, u->l->where);
	for (uint32_t i = 0; r == 0 && i < u->count; i++)
		r = write_address(u, map, i, d);
	return r;
}

/* Programs whose header has looked into LINUX_HAS_BPF_COOKIE do as it says; others ask for the cookie. */
static bool has_cookies(struct walk *w)
{
	const struct bw_global *g = bw_find_global(&w->pub, "LINUX_HAS_BPF_COOKIE");
	unsigned char value = 1;

	if (g && g->data && g->size)
		memcpy(&value, g->data, sizeof(value));
	return value;
}

static int tell_programs(struct usdt *u, struct diag *d)
{
	int r = 0;

	u->specs = map_made(u->w, "__bpf_usdt_specs");
	if (!u->specs)
		return 0;
	if (u->specs->key_size != sizeof(uint32_t))
		return fail(d, -EINVAL, u->l->where, "the map __bpf_usdt_specs has keys of %u bytes, expected 4", u->specs->key_size);
	u->by_address = !has_cookies(u->w);
	for (uint32_t i = 0; r == 0 && i < u->count; i++)
		r = number_place(u, i, d);
	return r == 0 && u->by_address ? write_addresses(u, d) : r;
}

/* Its numbers are free again. What they describe is overwritten by whoever gets them next. */
static void forget(struct walk *w, struct link *l)
{
	const struct bw_map *specs = bw_find_map(&w->pub, "__bpf_usdt_specs");
	const struct bw_map *map = bw_find_map(&w->pub, "__bpf_usdt_ip_to_spec_id");

	for (uint32_t i = 0; w->usdt_owners && i < specs->max_entries; i++)
		if (w->usdt_owners[i] == l)
			w->usdt_owners[i] = NULL;
	for (uint32_t i = 0; i < l->naddresses; i++)
		bw_map_delete(&w->pub, map, &l->addresses[i]);
	free(l->addresses);
}

/* ---- the uprobes ------------------------------------------------------------ */

static long create_link(struct usdt *u)
{
	struct bpf_link_create_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)u->l->prog_fd;
	attr.attach_type = BPF_TRACE_UPROBE_MULTI;
	attr.uprobe_multi.path = (uintptr_t)u->path;
	attr.uprobe_multi.offsets = (uintptr_t)u->offsets;
	attr.uprobe_multi.ref_ctr_offsets = u->has_semaphores ? (uintptr_t)u->semaphores : 0;
	attr.uprobe_multi.cookies = u->specs ? (uintptr_t)u->cookies : 0;
	attr.uprobe_multi.cnt = u->count;
	attr.uprobe_multi.pid = (uint32_t)u->pid;
	return sys_bpf(&u->w->sys, BPF_LINK_CREATE, &attr, 0);
}

static const char *means(long code)
{
	switch (code) {
	case -EBADF:
		return ": not a regular file";
	case -ESRCH:
		return ": no such process";
	}
	return "";
}

static int open_event(struct usdt *u, struct perf_event_attr *attr, unsigned shift, uint32_t i, struct diag *d)
{
	struct link *l = u->l;
	int r;

	attr->probe_offset = u->offsets[i];
	attr->config = u->semaphores[i] << shift;
	if (attr->config >> shift != u->semaphores[i])
		return fail(d, -EFBIG, l->where, "the semaphore is at offset 0x%llx, and a perf event has %u bits for it",
			    (unsigned long long)u->semaphores[i], 64 - shift);
	l->has_cookie = u->specs && !u->by_address;
	l->cookie = u->cookies[i];
	r = attach_event(u->w, l, attr, u->pid ? u->pid : -1, u->pid ? -1 : 0, d);
	if (r < 0 && !d->code)
		return fail_kernel(d, r, l->where, "perf_event_open of a uprobe at offset 0x%llx of %s%s",
				   (unsigned long long)u->offsets[i], u->path, means(r));
	return r;
}

/* As kernels did it that do not have a link for many places. */
static int open_events(struct usdt *u, struct diag *d)
{
	struct perf_event_attr attr;
	unsigned shift = 0;
	int r = probe_attr(u->w, u->l, "uprobe", false, &attr, d);

	if (r == 0 && u->has_semaphores)
		r = probe_semaphore(u->w, u->l, &shift, d);
	attr.uprobe_path = (uintptr_t)u->path;
	for (uint32_t i = 0; r == 0 && i < u->count; i++)
		r = open_event(u, &attr, shift, i, d);
	return r;
}

static int attach_places(struct usdt *u, struct diag *d)
{
	long r = create_link(u);

	if (r >= 0)
		return link_add_fd(u->w, u->l, (int)r, d);
	if (r != -EINVAL)
		return fail_kernel(d, r, u->l->where, "BPF_LINK_CREATE at %s%s", u->l->pub.target, means(r));
	observe_note(u->w, "this kernel has no link for many places in user programs (6.6 has): a perf event for each");
	return open_events(u, d);
}

static int attach_marker(struct usdt *u, const char *rest, struct diag *d)
{
	const char *provider = NULL, *name = NULL;
	int r = split(u->l, rest, &u->arena, &provider, &name, d);

	if (r == 0)
		r = read_file(u, provider, name, d);
	if (r < 0)
		return r;
	link_say_target(u->l, "%s:%s:%s (%u place%s)", u->path, provider, name, u->count, u->count == 1 ? "" : "s");
	u->l->detach = forget;
	r = tell_programs(u, d);
	return r < 0 ? r : attach_places(u, d);
}

int attach_usdt(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct usdt u = { .w = w, .l = l, .pid = o->pid };
	char path[LIBRARY_PATH];
	const char *rest;
	int r = user_target(w, l, path, &rest, d);

	u.path = path;
	if (r == 0)
		r = attach_marker(&u, rest, d);
	arena_free(&u.arena);
	return r;
}
