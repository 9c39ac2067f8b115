/*
 * Qdiscs and filters of an interface, from outside: what tc(8) would show and do, where there is none.
 *
 *	filters list IFACE			its qdiscs and filters, a line each: "qdisc clsact", "filter ingress 49152 bpf 1 NAME"
 *	filters qdisc IFACE KIND		add an empty clsact or ingress
 *	filters add IFACE WAY PRIORITY		add a filter that meets no packet; WAY is ingress or egress
 *	filters clear IFACE			remove clsact or ingress, and all filters in it
 *
 * It shares no code with the loader: its headers are the distribution's.
 *
 * Kernel: net/sched/sch_api.c tc_dump_qdisc(), net/sched/cls_api.c tc_dump_tfilter()
 * Try:    unshare -n build/tests/filters list lo
 * Next:   tests/kernel_packets.sh
 */
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct {
	struct nlmsghdr n;
	struct tcmsg t;
	char attributes[512];
} ask;

static int sock = -1;

/* Returns where it begins. A NULL value opens a nest, whose end closes it by its length. */
static struct rtattr *put(unsigned short type, const void *value, size_t size)
{
	struct rtattr *a = (void *)((char *)&ask + NLMSG_ALIGN(ask.n.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(size);
	if (value)
		memcpy(RTA_DATA(a), value, size);
	ask.n.nlmsg_len = NLMSG_ALIGN(ask.n.nlmsg_len) + (unsigned)RTA_ALIGN(a->rta_len);
	return a;
}

static void begin(const char *iface, unsigned short type, unsigned short flags, unsigned parent, const char *kind)
{
	memset(&ask, 0, sizeof(ask));
	ask.n.nlmsg_len = NLMSG_LENGTH(sizeof(ask.t));
	ask.n.nlmsg_type = type;
	ask.n.nlmsg_flags = (unsigned short)(NLM_F_REQUEST | flags);
	ask.t.tcm_ifindex = (int)if_nametoindex(iface);
	ask.t.tcm_parent = parent;
	if (kind)
		put(TCA_KIND, kind, strlen(kind) + 1);
}

static const char *text_of(struct rtattr *in, size_t size, unsigned short type)
{
	for (struct rtattr *a = in; RTA_OK(a, size); a = RTA_NEXT(a, size))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return RTA_DATA(a);
	return "";
}

static const struct rtattr *find(struct rtattr *in, size_t size, unsigned short type)
{
	for (struct rtattr *a = in; RTA_OK(a, size); a = RTA_NEXT(a, size))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

/* The message of a priority as a whole has no number. */
static void show(struct nlmsghdr *n, const char *way)
{
	struct tcmsg *t = NLMSG_DATA(n);
	size_t size = TCA_PAYLOAD(n);
	const struct rtattr *options = find(TCA_RTA(t), size, TCA_OPTIONS);

	if (t->tcm_ifindex != ask.t.tcm_ifindex)
		return;
	if (n->nlmsg_type == RTM_NEWQDISC && TC_H_MAJ(t->tcm_handle))
		printf("qdisc %s\n", text_of(TCA_RTA(t), size, TCA_KIND));
	if (n->nlmsg_type == RTM_NEWTFILTER && t->tcm_handle)
		printf("filter %s %u %s %u %s\n", way, TC_H_MAJ(t->tcm_info) >> 16, text_of(TCA_RTA(t), size, TCA_KIND), t->tcm_handle,
		       options ? text_of(RTA_DATA(options), RTA_PAYLOAD(options), TCA_BPF_NAME) : "");
}

static int answer(const char *way)
{
	static _Alignas(8) char buf[32768];
	ssize_t got;

	if (send(sock, &ask, ask.n.nlmsg_len, 0) < 0)
		return -errno;
	while ((got = recv(sock, buf, sizeof(buf), 0)) > 0) {
		size_t left = (size_t)got;

		for (struct nlmsghdr *n = (void *)buf; NLMSG_OK(n, left); n = NLMSG_NEXT(n, left)) {
			if (n->nlmsg_type == NLMSG_ERROR)
				return ((struct nlmsgerr *)NLMSG_DATA(n))->error;
			if (n->nlmsg_type == NLMSG_DONE)
				return 0;
			show(n, way);
		}
	}
	return -EIO;
}

static int list(const char *iface)
{
	static const struct { const char *name; unsigned parent; } ways[] = {
		{ "ingress", TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS) }, { "egress", TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS) },
	};
	int r;

	begin(iface, RTM_GETQDISC, NLM_F_DUMP, 0, NULL);
	r = answer("");
	for (int i = 0; i < 2 && r == 0; i++) {
		begin(iface, RTM_GETTFILTER, NLM_F_DUMP, ways[i].parent, NULL);
		r = answer(ways[i].name);
	}
	return r;
}

static int qdisc(const char *iface, const char *kind)
{
	begin(iface, RTM_NEWQDISC, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, TC_H_CLSACT, kind);
	ask.t.tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
	return answer("");
}

/* The kernel makes a BPF program of this one of the old kind: it says no to every packet. */
static int add(const char *iface, const char *way, const char *priority)
{
	static const struct sock_filter no = { BPF_RET | BPF_K, 0, 0, 0 };
	static const unsigned classid = 0;
	static const unsigned short one = 1;
	unsigned place = strcmp(way, "egress") == 0 ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS;
	struct rtattr *options;

	begin(iface, RTM_NEWTFILTER, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, TC_H_MAKE(TC_H_CLSACT, place), "bpf");
	ask.t.tcm_handle = 1;
	ask.t.tcm_info = TC_H_MAKE((unsigned)atoi(priority) << 16, htons(ETH_P_ALL));
	options = put(TCA_OPTIONS, NULL, 0);
	put(TCA_BPF_OPS_LEN, &one, sizeof(one));
	put(TCA_BPF_OPS, &no, sizeof(no));
	put(TCA_BPF_CLASSID, &classid, sizeof(classid));
	options->rta_len = (unsigned short)((char *)&ask + ask.n.nlmsg_len - (char *)options);
	return answer("");
}

static int clear(const char *iface)
{
	begin(iface, RTM_DELQDISC, NLM_F_ACK, TC_H_CLSACT, NULL);
	return answer("");
}

int main(int argc, char **argv)
{
	int r = -EINVAL;

	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (argc == 3 && strcmp(argv[1], "list") == 0)
		r = list(argv[2]);
	else if (argc == 4 && strcmp(argv[1], "qdisc") == 0)
		r = qdisc(argv[2], argv[3]);
	else if (argc == 5 && strcmp(argv[1], "add") == 0)
		r = add(argv[2], argv[3], argv[4]);
	else if (argc == 3 && strcmp(argv[1], "clear") == 0)
		r = clear(argv[2]);
	if (r < 0)
		fprintf(stderr, "filters: %s\n", strerror(-r));
	return r < 0;
}
