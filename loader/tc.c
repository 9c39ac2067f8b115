/*
 * Qdiscs and filters; see tc.h.
 *
 *	RTM_NEWQDISC	clsact at the interface: a place for filters. EEXIST: there is one
 *	RTM_GETTFILTER	the filters there are, of those that come in or go out: which priorities are taken
 *	RTM_NEWTFILTER	ours, behind them
 *	   ...
 *	RTM_GETTFILTER	is it still there?
 *	RTM_DELTFILTER	this one
 *	RTM_GETTFILTER	is anything left?
 *	RTM_DELQDISC	no, and the qdisc was ours
 *
 * Direct action means that what the program returns is done with the packet:
 * TC_ACT_OK and TC_ACT_SHOT end it, TC_ACT_UNSPEC asks the next filter. Filters
 * are asked in the order of their priorities, so each of ours goes behind all
 * that are there, as the programs of a tcx list do.
 *
 * Of a qdisc called ingress, clsact's older brother, the kernel takes filters
 * for packets that go out without a word, and runs them for those that come in.
 * So its name is looked at.
 *
 * In: an interface, a direction, a program  Out: struct tc_filter
 * Kernel: net/sched/sch_api.c tc_modify_qdisc(), net/sched/cls_api.c tc_new_tfilter(), net/sched/cls_bpf.c cls_bpf_change(),
 *	net/sched/sch_ingress.c ingress_tcf_block()
 * Try:  tc filter show dev lo ingress
 * Next: loader/attach_tc.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/netlink.h"
#include "loader/tc.h"
#include "uapi/net.h"

/* The kernel gives the first filter that names no priority this one; whoever wants to be before that names a lower one. */
enum { FIRST_PRIORITY = 0xc000, LAST_PRIORITY = 0xffff, HANDLE = 1 };

static struct tc_request request(uint16_t type, uint16_t flags, const struct tc_filter *f, uint32_t parent, const char *kind)
{
	struct tc_request q;

	memset(&q, 0, sizeof(q));
	q.header.nlmsg_type = type;
	q.header.nlmsg_flags = NLM_F_REQUEST | flags;
	q.tc.tcm_ifindex = f->ifindex;
	q.tc.tcm_parent = parent;
	q.kind = (struct nlattr){ sizeof(q.kind) + sizeof(q.kind_text), TCA_KIND };
	memcpy(q.kind_text, kind, strlen(kind));
	return q;
}

static const size_t without_kind = offsetof(struct tc_request, kind), without_options = offsetof(struct tc_request, options);

static uint32_t parent_of(bool egress)
{
	return (TC_H_CLSACT & TC_H_MAJ_MASK) | (egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
}

/* ---- the qdisc ---------------------------------------------------------------- */

struct qdisc {
	int ifindex;
	char kind[16];
};

static void see_qdisc(void *ctx, struct view message)
{
	struct qdisc *found = ctx;
	struct view attributes, kind;
	struct tcmsg tc;

	if (!view_get(message, 0, &tc, sizeof(tc)) || tc.tcm_ifindex != found->ifindex || tc.tcm_parent != TC_H_CLSACT)
		return;
	view_sub(message, sizeof(tc), message.size - sizeof(tc), &attributes);
	if (netlink_attribute(attributes, TCA_KIND, &kind) && view_str(kind, 0))
		snprintf(found->kind, sizeof(found->kind), "%s", view_str(kind, 0));
}

/* What is there instead of ours: a clsact of somebody else's will do. */
static int check_qdisc(struct netlink *n, const struct tc_filter *f, const char *where, struct diag *d)
{
	struct tc_request q = request(RTM_GETQDISC, NLM_F_DUMP, f, 0, "");
	struct qdisc found = { f->ifindex, "" };
	int r = netlink_ask(n, &q, without_kind, see_qdisc, &found);

	if (r < 0)
		return fail_kernel(d, r, where, "RTM_GETQDISC at %s%s", f->iface, n->why);
	if (strcmp(found.kind, "clsact") == 0 || (strcmp(found.kind, "ingress") == 0 && !f->egress))
		return 0;
	if (found.kind[0])
		return fail(d, -EEXIST, where, "%s has a qdisc called %s (RTM_NEWQDISC: EEXIST), which has no place for programs"
			    " that see what goes out: clsact has", f->iface, found.kind);
	return fail(d, -EEXIST, where, "RTM_NEWQDISC of clsact at %s: EEXIST, and yet RTM_GETQDISC shows none", f->iface);
}

int tc_make_place(struct netlink *n, struct tc_filter *f, const char *where, struct diag *d)
{
	struct tc_request q = request(RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, f, TC_H_CLSACT, "clsact");
	int r;

	q.tc.tcm_handle = TC_H_CLSACT & TC_H_MAJ_MASK;
	r = netlink_ask(n, &q, without_options, NULL, NULL);
	if (r == -EEXIST)
		return check_qdisc(n, f, where, d);
	if (r < 0)
		return fail_kernel(d, r, where, "RTM_NEWQDISC of clsact at %s%s", f->iface, n->why);
	f->made_qdisc = true;
	return 0;
}

/* ---- filters ------------------------------------------------------------------ */

struct filters {
	const struct tc_filter *f;
	bool any, ours;
	uint32_t last;			/* the highest priority; 0: none */
};

/* Each priority has a message of its own as well, without a number. */
static void see_filter(void *ctx, struct view message)
{
	struct filters *seen = ctx;
	struct view attributes, options, id;
	struct tcmsg tc;
	uint32_t prog_id;

	if (!view_get(message, 0, &tc, sizeof(tc)))
		return;
	seen->any = true;
	if (tc.tcm_info >> 16 > seen->last)
		seen->last = tc.tcm_info >> 16;
	view_sub(message, sizeof(tc), message.size - sizeof(tc), &attributes);
	if (tc.tcm_info >> 16 == seen->f->priority && tc.tcm_handle == HANDLE &&
	    netlink_attribute(attributes, TCA_OPTIONS, &options) && netlink_attribute(options, TCA_BPF_ID, &id) &&
	    view_get(id, 0, &prog_id, sizeof(prog_id)) && prog_id == seen->f->prog_id)
		seen->ours = true;
}

static int look(struct netlink *n, const struct tc_filter *f, bool egress, struct filters *seen, const char *where, struct diag *d)
{
	struct tc_request q = request(RTM_GETTFILTER, NLM_F_DUMP, f, parent_of(egress), "");
	int r;

	*seen = (struct filters){ .f = f };
	r = netlink_ask(n, &q, without_kind, see_filter, seen);
	return r < 0 ? fail_kernel(d, r, where, "RTM_GETTFILTER at %s%s", f->iface, n->why) : 0;
}

/* ETH_P_ALL in network byte order, which is the order of bytes in memory. */
static uint32_t info_of(const struct tc_filter *f)
{
	static const unsigned char bytes[2] = { ETH_P_ALL >> 8, ETH_P_ALL & 0xff };
	uint16_t protocol;

	memcpy(&protocol, bytes, sizeof(protocol));
	return f->priority << 16 | protocol;
}

static struct tc_request about_filter(uint16_t type, uint16_t flags, const struct tc_filter *f)
{
	struct tc_request q = request(type, flags, f, parent_of(f->egress), "bpf");

	q.tc.tcm_handle = HANDLE;
	q.tc.tcm_info = info_of(f);
	return q;
}

int tc_add(struct netlink *n, struct tc_filter *f, int prog_fd, const char *name, const char *where, struct diag *d)
{
	struct filters seen;
	struct tc_request q;
	int r = look(n, f, f->egress, &seen, where, d);

	if (r < 0)
		return r;
	if (seen.last >= LAST_PRIORITY)
		return fail(d, -ENOSPC, where, "a filter at %s has the priority %u, the last there is, and no other can go behind it",
			    f->iface, seen.last);
	f->priority = seen.last < FIRST_PRIORITY ? FIRST_PRIORITY : seen.last + 1;
	q = about_filter(RTM_NEWTFILTER, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, f);
	q.options = (struct nlattr){ (uint16_t)(sizeof(q) - without_options), TCA_OPTIONS };
	q.fd = (struct nlattr){ sizeof(q.fd) + sizeof(q.fd_value), TCA_BPF_FD };
	q.fd_value = (uint32_t)prog_fd;
	q.flags = (struct nlattr){ sizeof(q.flags) + sizeof(q.flags_value), TCA_BPF_FLAGS };
	q.flags_value = TCA_BPF_FLAG_ACT_DIRECT;
	q.name = (struct nlattr){ sizeof(q.name) + sizeof(q.name_text), TCA_BPF_NAME };
	snprintf(q.name_text, sizeof(q.name_text), "%s", name);
	r = netlink_ask(n, &q, sizeof(q), NULL, NULL);
	return r < 0 ? fail_kernel(d, r, where, "RTM_NEWTFILTER at %s%s", f->iface, n->why) : 0;
}

/* ---- the end ------------------------------------------------------------------ */

static int remove_qdisc(struct netlink *n, const struct tc_filter *f, const char *where, struct diag *d)
{
	struct tc_request q = request(RTM_DELQDISC, NLM_F_ACK, f, TC_H_CLSACT, "clsact");
	struct filters seen;
	int r = 0;

	for (int egress = 0; egress < 2; egress++) {
		r = look(n, f, egress, &seen, where, d);
		if (r < 0 || seen.any)
			return r;
	}
	q.tc.tcm_handle = TC_H_CLSACT & TC_H_MAJ_MASK;
	r = netlink_ask(n, &q, without_options, NULL, NULL);
	if (r == -ENODEV || r == -ENOENT || r == -EINVAL)	/* somebody has removed it, or the interface */
		return 0;
	return r < 0 ? fail_kernel(d, r, where, "RTM_DELQDISC of clsact at %s%s", f->iface, n->why) : 0;
}

int tc_remove(struct netlink *n, const struct tc_filter *f, const char *where, struct diag *d)
{
	struct tc_request q = about_filter(RTM_DELTFILTER, NLM_F_ACK, f);
	struct filters seen;
	int r = look(n, f, f->egress, &seen, where, d);

	if (r == 0 && seen.ours)
		r = netlink_ask(n, &q, without_options, NULL, NULL);
	if (r < 0)
		return fail_kernel(d, r, where, "RTM_DELTFILTER at %s%s", f->iface, n->why);
	return f->made_qdisc ? remove_qdisc(n, f, where, d) : 0;
}
