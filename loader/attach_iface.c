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
 * In: an interface  Out: a link
 * Kernel: net/core/dev.c bpf_xdp_link_attach(), kernel/bpf/tcx.c tcx_link_attach(), drivers/net/netkit.c netkit_link_attach()
 * Try:  bpfwalk run build/progs/xdp_drop.bpf.o --iface lo --put blocked:127.0.0.1
 * Next: loader/attach_netfilter.c
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "loader/walk.h"
#include "uapi/net.h"

/* The first kernel with such links; before it, the attach type or its link is EINVAL. */
static const char *since(const struct link *l)
{
	switch (l->hook->pub.attach_type) {
	case BPF_XDP:
		return "5.9";
	case BPF_TCX_INGRESS:
	case BPF_TCX_EGRESS:
		return "6.6";
	default:
		return "6.7";
	}
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

int attach_iface(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	int ifindex = refuse_pid(l, o, d);
	struct bpf_link_create_attr attr;
	long fd;

	if (ifindex == 0)
		ifindex = find_iface(w, l, o->iface, d);
	if (ifindex < 0)
		return ifindex;
	link_say_target(l, "%s", o->iface);
	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)l->prog_fd;
	attr.target_ifindex = (uint32_t)ifindex;
	attr.attach_type = l->hook->pub.attach_type;
	fd = sys_bpf(&w->sys, BPF_LINK_CREATE, &attr, 0);
	return fd < 0 ? fail_attach(l, fd, d) : link_add_fd(w, l, (int)fd, d);
}
