/*
 * tcx before tcx: a filter of traffic control, by netlink.
 *
 *	BPF_LINK_CREATE = EINVAL	attach_iface.c: this kernel has no tcx (6.6)
 *	socket(AF_NETLINK)		the link has it: it stays in its network namespace, whatever becomes of us
 *	RTM_NEWQDISC clsact		a place, if there is none
 *	RTM_NEWTFILTER			the program, in that place
 *
 * A filter is nobody's. It stays when the process that made it dies, so taking
 * it away again is our business; after SIGKILL nobody does. (tc filter del.)
 *
 * In: an interface's number, a direction  Out: a link that is a socket, and what it takes to undo it
 * Kernel: net/sched/cls_bpf.c cls_bpf_classify()
 * Try:  bpfwalk run build/tests/objects/tc.bpf.o --iface lo:egress
 * Next: loader/tc_pin.c
 */
#include <errno.h>
#include <string.h>

#include "loader/netlink.h"
#include "loader/tc.h"
#include "uapi/bpf_info.h"

/* By which the filter is known again: no other program will have this number. */
static int find_id(struct walk *w, struct link *l, struct diag *d)
{
	struct bpf_prog_info info;
	struct bpf_info_attr attr;
	long r;

	memset(&info, 0, sizeof(info));
	memset(&attr, 0, sizeof(attr));
	attr.bpf_fd = (uint32_t)l->prog_fd;
	attr.info_len = sizeof(info);
	attr.info = (uintptr_t)&info;
	r = sys_bpf(&w->sys, BPF_OBJ_GET_INFO_BY_FD, &attr, 0);
	l->tc.prog_id = info.id;
	return r < 0 ? fail_kernel(d, r, l->where, "BPF_OBJ_GET_INFO_BY_FD of the program") : 0;
}

/* Who made the qdisc removes it, and of several links the one that is the last. */
static void hand_over(struct walk *w, struct link *l)
{
	for (struct link *other = w->links; other && l->tc.made_qdisc; other = other->next)
		if (other != l && other->detach == l->detach && other->tc.ifindex == l->tc.ifindex) {
			other->tc.made_qdisc = true;
			l->tc.made_qdisc = false;
		}
}

static void detach_tc(struct walk *w, struct link *l)
{
	struct netlink n = { .w = w, .sock = l->fds[0], .seq = l->tc.seq };
	struct diag d = { 0 };

	hand_over(w, l);
	if (tc_remove(&n, &l->tc, l->where, &d) < 0)
		observe_note(w, "Not everything could be removed from %s: %s", l->tc.iface, d.msg);
}

int attach_tc(struct walk *w, struct link *l, int ifindex, const char *iface, bool egress, struct diag *d)
{
	struct netlink n = { .w = w };
	int r;

	observe_note(w, "This kernel has no BPF links for tcx: it is older than 6.6. A filter of traffic control does the same, but"
			" it stays until somebody removes it, also when whoever added it has died.");
	n.sock = netlink_open(w, l->where, d);
	if (n.sock < 0)
		return n.sock;
	r = link_add_fd(w, l, n.sock, d);
	if (r < 0)
		return r;
	l->tc = (struct tc_filter){ .ifindex = ifindex, .egress = egress };
	memcpy(l->tc.iface, iface, strlen(iface));
	r = find_id(w, l, d);
	if (r == 0)
		r = tc_make_place(&n, &l->tc, l->where, d);
	if (r < 0)
		return r;
	l->detach = detach_tc;
	r = tc_add(&n, &l->tc, l->prog_fd, l->pub.name, l->where, d);
	l->tc.seq = n.seq;
	return r;
}
