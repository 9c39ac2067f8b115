/*
 * Socket filters: a program sees every packet of an interface, in and out.
 *
 *	socket(AF_PACKET, SOCK_RAW, 0)		a socket for packets as they are, of no protocol: it gets none
 *	ioctl(SIOCGIFINDEX, "veth0") = 7
 *	setsockopt(SO_ATTACH_BPF, prog_fd)	the program decides what the socket gets
 *	bind(ifindex 7, ETH_P_ALL)		now it gets packets: the program runs
 *
 * This is what BPF was made for: tcpdump hands the kernel a program like this
 * one, so that only what it wants to see is copied to it. The program returns
 * how many bytes of the packet the socket shall have; 0 is none. It takes
 * nothing away from anybody else: the packet goes its way.
 *
 * Nobody reads the socket here. What a program lets through fills its queue and
 * is dropped then, after the program has run. Closing the socket is the end. An
 * interface that is down has no packets; when it comes up, they are seen.
 *
 * In: an interface  Out: the socket, as the link
 * Kernel: net/packet/af_packet.c packet_rcv(), run_filter(); net/core/filter.c sk_attach_bpf()
 * Try:  bpfwalk run build/progs/sockfilter.bpf.o --iface lo
 * Next: loader/attach_iface.c
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "loader/walk.h"
#include "uapi/net.h"

static uint16_t network_order(uint16_t n)
{
	unsigned char bytes[2] = { (unsigned char)(n >> 8), (unsigned char)n };

	memcpy(&n, bytes, sizeof(n));
	return n;
}

static int bind_to(struct walk *w, const struct link *l, int sock, int ifindex, struct diag *d)
{
	struct sockaddr_ll address;
	long r;

	memset(&address, 0, sizeof(address));
	address.sll_family = AF_PACKET;
	address.sll_protocol = network_order(ETH_P_ALL);
	address.sll_ifindex = ifindex;
	r = sys_bind(&w->sys, sock, &address);
	return r < 0 ? fail_kernel(d, r, l->where, "bind of a packet socket to %s", l->pub.target) : 0;
}

int attach_socket(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	int r = refuse_pid(l, o, d), ifindex;
	long sock;

	if (r < 0)
		return r;
	if (o->pinnable)
		return fail(d, -ENOTSUP, l->where, "the program hangs on a socket, which cannot be pinned: it is attached as long"
			    " as the process that has the socket lives");
	sock = sys_socket(&w->sys, AF_PACKET, SOCK_RAW, 0);
	if (sock < 0)
		return fail_kernel(d, sock, l->where, "making a packet socket");
	r = link_add_fd(w, l, (int)sock, d);
	if (r < 0)
		return r;
	ifindex = iface_index(w, (int)sock, o->iface, l->where, d);
	if (ifindex < 0)
		return ifindex;
	link_say_target(l, "%s", o->iface);
	r = (int)sys_attach_bpf(&w->sys, (int)sock, l->prog_fd);
	if (r < 0)
		return fail_kernel(d, r, l->where, "SO_ATTACH_BPF");
	return bind_to(w, l, (int)sock, ifindex, d);
}
