/*
 * Links: what holds a program to its event.
 *
 * A link is one or more descriptors: the perf event that has the program, the
 * raw tracepoint, the BPF link, the socket. Closing them detaches (with one
 * exception, of old kernels: attach_cgroup.c); the program's own descriptor does
 * not matter any more. A link belongs to the object and dies with it.
 *
 * In: a loaded program and its section  Out: a link
 * Kernel: kernel/events/core.c perf_event_set_bpf_prog(), kernel/bpf/syscall.c bpf_raw_tp_link_attach()
 * Try: strace -e bpf,perf_event_open,ioctl bpfwalk run build/progs/open_tracepoint.bpf.o --for 1
 * Next: loader/attach_event.c
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/walk.h"

int link_add_fd(struct walk *w, struct link *l, int fd, struct diag *d)
{
	int *fds = realloc(l->fds, (l->pub.nfds + 1) * sizeof(*fds));

	if (!fds) {
		sys_close(&w->sys, fd);
		return fail_memory(d, "attach");
	}
	fds[l->pub.nfds++] = fd;
	l->fds = fds;
	l->pub.fds = fds;
	return 0;
}

long link_create_at(struct walk *w, const struct link *l, int target_fd)
{
	struct bpf_link_create_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)l->prog_fd;
	attr.target_fd = (uint32_t)target_fd;
	attr.attach_type = l->hook->pub.attach_type;
	return sys_bpf(&w->sys, BPF_LINK_CREATE, &attr, 0);
}

void link_say_target(struct link *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(l->resolved, sizeof(l->resolved), fmt, ap);
	va_end(ap);
}

static void link_free(struct walk *w, struct link *l)
{
	if (l->detach)
		l->detach(w, l);
	for (unsigned i = 0; i < l->pub.nfds; i++)
		sys_close(&w->sys, l->fds[i]);
	free(l->fds);
	free(l);
}

/* name: of the program or map that it is of. NULL: out of memory. */
static struct link *link_new(const char *name, const struct bw_attach_options *o)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->pub.name = name;
	l->pub.target = l->resolved;
	l->prog_fd = -1;
	l->pinnable = o->pinnable;
	snprintf(l->where, sizeof(l->where), "attach %s", name);
	return l;
}

static struct link *link_of_program(const struct bw_program *prog, const struct hook *hook, const struct bw_attach_options *o)
{
	struct link *l = link_new(prog->name, o);

	if (!l)
		return NULL;
	l->pub.program = prog;
	l->hook = hook;
	l->target = prog->target;
	l->prog_fd = prog->fd;
	link_say_target(l, "%s", prog->target);
	return l;
}

/* type: of the object's struct, which may be a flavour of the kernel's ("tcp_congestion_ops___old"). */
static struct link *link_of_map(const struct bw_map *map, const char *type, const struct bw_attach_options *o)
{
	struct link *l = link_new(map->name, o);

	if (!l)
		return NULL;
	l->pub.map = map;
	link_say_target(l, "%.*s", (int)btf_plain_length(type), type);
	return l;
}

/* What became of attaching it, r: the link is the object's from now on, or nothing is left of it. */
static int link_end(struct walk *w, struct link *l, int r, struct bw_link **out)
{
	if (r < 0) {
		link_free(w, l);
		return r;
	}
	l->next = w->links;
	w->links = l;
	*out = &l->pub;
	return 0;
}

static int (*const families[])(struct walk *, struct link *, const struct bw_attach_options *, struct diag *) = {
	[ATTACH_KPROBE] = attach_kprobe,
	[ATTACH_KSYSCALL] = attach_ksyscall,
	[ATTACH_KPROBE_MULTI] = attach_kprobe_multi,
	[ATTACH_UPROBE] = attach_uprobe,
	[ATTACH_UPROBE_MULTI] = attach_uprobe_multi,
	[ATTACH_USDT] = attach_usdt,
	[ATTACH_TRACEPOINT] = attach_tracepoint,
	[ATTACH_RAW_TRACEPOINT] = attach_raw_tracepoint,
	[ATTACH_PERF_EVENT] = attach_perf_event,
	[ATTACH_TRACING] = attach_tracing,
	[ATTACH_ITER] = attach_iter,
	[ATTACH_TRACING_MULTI] = attach_tracing_multi,
	[ATTACH_SOCKET] = attach_socket,
	[ATTACH_IFACE] = attach_iface,
	[ATTACH_NETNS] = attach_netns,
	[ATTACH_NETFILTER] = attach_netfilter,
	[ATTACH_CGROUP] = attach_cgroup,
};

/* What the caller names for a program that needs it, and for no other. */
static int check_place(const struct bw_program *prog, const char *what, const char *named, struct diag *d)
{
	const char *article = strchr("aeiou", what[0]) ? "an" : "a";
	bool needed = strcmp(bw_needs(prog), what) == 0;

	if (needed && !named)
		return fail(d, -ENOTSUP, "attach", "%s: section %s is attached to %s %s, and none is named", prog->name,
			    prog->section, article, what);
	if (!needed && named)
		return fail(d, -EINVAL, "attach", "%s: a program of section %s cannot be attached to %s %s", prog->name,
			    prog->section, article, what);
	return 0;
}

static int check_places(const struct bw_program *prog, const struct bw_attach_options *o, struct diag *d)
{
	const struct { const char *what, *named; } places[] = {
		{ "cgroup", o->cgroup }, { "interface", o->iface }, { "map", o->map }, { "point", o->netfilter },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(places) / sizeof(places[0]); i++)
		r = check_place(prog, places[i].what, places[i].named, d);
	return r;
}

static int check_attachable(const struct bw_program *prog, const struct bw_attach_options *o, const struct hook **hook,
			    struct diag *d)
{
	*hook = hook_of(prog);
	if (prog->fd < 0)
		return fail(d, -EBADF, "attach", "%s is not loaded", prog->name);
	if (prog->called_through)
		return fail(d, -ENOTSUP, "attach", "%s: other programs jump to it through map %s (section %s)", prog->name,
			    prog->called_through->name, prog->section);
	if (!*hook || !(*hook)->attach)
		return fail(d, -ENOTSUP, "attach", "%s: section %s says what the program is, not where it goes",
			    prog->name, prog->section);
	if ((*hook)->pub.takes[0] && !prog->target[0])
		return fail(d, -ENOTSUP, "attach", "%s: section %s does not say where; expected %s/%s",
			    prog->name, prog->section, (*hook)->pub.section, (*hook)->pub.takes);
	return check_places(prog, o, d);
}

static const struct bw_attach_options no_options;

int bw_attach(struct bw_object *obj, const struct bw_program *prog, const struct bw_attach_options *options,
	      struct bw_link **out, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	const struct hook *hook;
	struct diag d = { 0 };
	struct link *l;
	int r;

	*out = NULL;
	options = options ? options : &no_options;
	r = check_attachable(prog, options, &hook, &d);
	if (r < 0)
		return error_out(&d, r, err);
	l = link_of_program(prog, hook, options);
	if (!l)
		return error_out(&d, fail_memory(&d, "attach"), err);
	observe_step(w, "attach", prog->name);
	return error_out(&d, link_end(w, l, families[hook->attach](w, l, options, &d), out), err);
}

int bw_attach_map(struct bw_object *obj, const struct bw_map *map, const struct bw_attach_options *options,
		  struct bw_link **out, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct diag d = { 0 };
	struct link *l;

	*out = NULL;
	if (map->type != BPF_MAP_TYPE_STRUCT_OPS)
		return error_out(&d, fail(&d, -EINVAL, "attach", "map %s is of type %s; only struct_ops maps are attached",
					  map->name, map->type_name), err);
	if (map->fd < 0)
		return error_out(&d, fail(&d, -EBADF, "attach", "map %s is not made", map->name), err);
	l = link_of_map(map, btf_name(&w->o.btf, map->value_type_id), options ? options : &no_options);
	if (!l)
		return error_out(&d, fail_memory(&d, "attach"), err);
	observe_step(w, "attach_map", map->name);
	return error_out(&d, link_end(w, l, attach_struct_ops(w, l, &d), out), err);
}

void bw_detach(struct bw_object *obj, struct bw_link *link)
{
	struct walk *w = walk_of(obj);

	for (struct link **at = &w->links; *at; at = &(*at)->next) {
		struct link *l = *at;

		if (&l->pub != link)
			continue;
		observe_step(w, "detach", l->pub.name);
		*at = l->next;
		link_free(w, l);
		return;
	}
}
