/*
 * Programs on the way of packets through an interface, by a BPF link.
 *
 *	       driver    XDP     taps    tcx/ingress    the kernel's network code
 *	wire --> o ------ o ------ o --------- o ----------> o
 *	wire <-- o <--------------- o <------- o ----------- o
 *	                          taps    tcx/egress
 *
 *	BPF_LINK_CREATE { prog_fd, target_ifindex, attach_type }
 *
 * XDP is the first to see a packet that comes in, before the kernel has made
 * anything of it, and so the cheapest place to drop it. tcx comes later, has
 * the kernel's view of the packet, and sees those that go out as well. netkit
 * devices, pairs for containers, have a place of their own. (The taps are the
 * packet sockets of attach_socket.c.) One call serves all of them; only the
 * attach type differs, and the row of the hook table has it.
 *
 * XDP programs run in the driver where it can do that, else a little later, in
 * the kernel's general code: with no flags the kernel chooses. An interface has
 * one XDP program, tcx and netkit a list.
 *
 * Before 6.6 there is no tcx, and the attach type is EINVAL. Then the program
 * becomes a filter of traffic control, which runs in the same two places. The
 * sections tc and classifier come from there, and do not say which of them:
 * whoever names the interface does, "veth0:egress".
 *
 * In: an interface  Out: a link
 * Kernel: net/core/dev.c bpf_xdp_link_attach(), kernel/bpf/tcx.c tcx_link_attach(), drivers/net/netkit.c netkit_link_attach()
 * Try:  bpfwalk run build/progs/xdp_drop.bpf.o --iface lo --put blocked:127.0.0.1
 * Next: loader/netlink.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "loader/walk.h"
#include "uapi/net.h"

/* The first kernel with such links; before it, the attach type or its link is EINVAL. (tcx has another way then.) */
static const char *since(const struct link *l)
{
	return l->hook->pub.attach_type == BPF_XDP ? "5.9" : "6.7";
}

/* The part of an interface's name that is the name, and the attach type. */
struct place {
	char iface[64];
	uint32_t attach_type;
};

/* "veth0:egress", where the section does not say which way; "veth0" is what comes in. */
static int choose(const struct link *l, const char *named, struct place *out, struct diag *d)
{
	const char *colon = strchr(named, ':'), *way = colon ? colon + 1 : "ingress";

	out->attach_type = l->hook->pub.attach_type;
	if (l->hook->pub.has_attach_type) {
		snprintf(out->iface, sizeof(out->iface), "%s", named);
		return 0;
	}
	snprintf(out->iface, sizeof(out->iface), "%.*s", colon ? (int)(colon - named) : (int)strlen(named), named);
	out->attach_type = strcmp(way, "egress") == 0 ? BPF_TCX_EGRESS : BPF_TCX_INGRESS;
	if (out->attach_type == BPF_TCX_INGRESS && strcmp(way, "ingress") != 0)
		return fail(d, -EINVAL, l->where, "%.60s: behind the colon expected ingress or egress", named);
	return 0;
}

static int fail_attach(const struct link *l, long r, struct diag *d)
{
	const char *section = l->hook->pub.section, *target = l->pub.target;

	if (r == -EEXIST && l->hook->pub.attach_type == BPF_XDP)
		return fail_kernel(d, r, l->where, "BPF_LINK_CREATE at %s: another XDP program is attached there, in the other mode:"
				   " native and generic ones exclude each other", target);
	switch (r) {
	case -EINVAL:
		return fail_kernel(d, r, l->where, "BPF_LINK_CREATE at %s: this kernel is older than %s, which brought links for"
				   " %s, or the device cannot have one", target, since(l), section);
	case -EBUSY:
		return fail_kernel(d, r, l->where, "BPF_LINK_CREATE at %s: another XDP program is attached there", target);
	case -ENXIO:
		return fail_kernel(d, r, l->where, "BPF_LINK_CREATE at %s: it is no netkit device, which %s is for", target,
				   section);
	case -EACCES:
		return fail_kernel(d, r, l->where, "BPF_LINK_CREATE at %s: it is the peer of a netkit device; programs for both"
				   " ends are attached at the primary one", target);
	}
	return fail_kernel(d, r, l->where, "BPF_LINK_CREATE at %s", target);
}

/* Any socket will do to ask. */
static int find_iface(struct walk *w, const struct link *l, const char *name, struct diag *d)
{
	long sock = sys_socket(&w->sys, AF_UNIX, SOCK_DGRAM, 0);
	int r;

	if (sock < 0)
		return fail_kernel(d, sock, l->where, "making a socket, to ask for the interface %s", name);
	r = iface_index(w, (int)sock, name, l->where, d);
	sys_close(&w->sys, (int)sock);
	return r;
}

static long create_link(struct walk *w, const struct link *l, int ifindex, uint32_t attach_type)
{
	struct bpf_link_create_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)l->prog_fd;
	attr.target_ifindex = (uint32_t)ifindex;
	attr.attach_type = attach_type;
	return sys_bpf(&w->sys, BPF_LINK_CREATE, &attr, 0);
}

int attach_iface(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	int ifindex = refuse_pid(l, o, d);
	struct place at;
	long fd;

	if (ifindex == 0)
		ifindex = choose(l, o->iface, &at, d);
	if (ifindex == 0)
		ifindex = find_iface(w, l, at.iface, d);
	if (ifindex < 0)
		return ifindex;
	if (l->hook->pub.has_attach_type)
		link_say_target(l, "%s", at.iface);
	else
		link_say_target(l, "%s:%s", at.iface, at.attach_type == BPF_TCX_EGRESS ? "egress" : "ingress");
	fd = create_link(w, l, ifindex, at.attach_type);
	if (fd == -EINVAL && (at.attach_type == BPF_TCX_INGRESS || at.attach_type == BPF_TCX_EGRESS))
		return attach_tc(w, l, ifindex, at.iface, at.attach_type == BPF_TCX_EGRESS, d);
	return fd < 0 ? fail_attach(l, fd, d) : link_add_fd(w, l, (int)fd, d);
}
