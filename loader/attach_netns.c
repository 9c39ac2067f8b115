/*
 * Network namespaces: a program for everybody who shares a set of interfaces
 * and sockets.
 *
 *	fd = open("/proc/self/ns/net")
 *	BPF_LINK_CREATE { prog_fd, target_fd = fd, attach_type }	5.8 (sk_lookup 5.9)
 *
 * sk_lookup programs choose the socket that a connection goes to;
 * flow_dissector programs say where in a packet its headers are, and there can be
 * one in a namespace.
 *
 * In: a file that is a namespace; none: our own  Out: a link; closing it detaches
 * Kernel: kernel/bpf/net_namespace.c netns_bpf_link_create()
 * Try:  bpfwalk run OBJ --netns /run/netns/NAME, of a program in section sk_lookup
 * Next: loader/iface.c
 */
#include <errno.h>
#include <fcntl.h>

#include "loader/walk.h"

static const char *means(long code)
{
	switch (code) {
	case -EINVAL:
		return ": that is no network namespace, or this kernel has no links for this kind of program";
	case -EEXIST:
	case -E2BIG:
		return ": as many programs as a namespace can have are attached already";
	}
	return "";
}

int attach_netns(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	const char *path = o->netns ? o->netns : "/proc/self/ns/net";
	long fd, netns, r = refuse_pid(l, o, d);

	if (r < 0)
		return (int)r;
	link_say_target(l, "%s", path);
	netns = sys_open(&w->sys, path, O_RDONLY);
	if (netns < 0)
		return fail_kernel(d, netns, l->where, "opening network namespace %s", path);
	fd = link_create_at(w, l, (int)netns);
	sys_close(&w->sys, (int)netns);
	if (fd < 0)
		return fail_kernel(d, fd, l->where, "BPF_LINK_CREATE at %s%s", path, means(fd));
	return link_add_fd(w, l, (int)fd, d);
}
