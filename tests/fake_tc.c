/*
 * Filters of traffic control over a pretend kernel that answers over netlink: which questions are asked, what is said when
 * one is refused, that nothing is left whichever call fails, and that an answer of any bytes at all is survived.
 *
 * The pretend kernel has one interface with one qdisc, and remembers filters.
 *
 * Try: build/asan/tests/fake_tc
 * Next: tests/kernel_packets.sh, the same on real kernels
 */
#include <sys/socket.h>

#include "loader/netlink.h"
#include "loader/tc.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"
#include "uapi/bpf_info.h"
#include "uapi/net.h"

#define INGRESS	0xfffffff2u
#define EGRESS	0xfffffff3u
enum { PROG_ID = 31, FILTERS = 8, QUEUE = 8 };

static struct walk w;
static struct bw_program prog;
static struct bw_error err;
static struct bw_link *link;

static struct {
	const char *qdisc;		/* NULL: none */
	struct { uint32_t parent, priority, handle, id; } filters[FILTERS];
	unsigned nfilters;
	long create;			/* what BPF_LINK_CREATE says */
	uint16_t refuse;		/* this question is refused so, with these words */
	int refusal;
	const char *words;
	bool capped;			/* the refusal does not repeat the question */
	bool separate;			/* the end of a list comes in a datagram of its own */
	unsigned cut_at, cut_to;	/* the cut_at-th datagram has only so many bytes, from 1 */
	unsigned change_at, change_byte;	/* a byte of that datagram becomes another */
	unsigned char change_to;
	unsigned datagrams;
	size_t longest;
	struct { unsigned char bytes[1024]; size_t size; } queue[QUEUE];
	unsigned first, last;
} net;

/* ---- the pretend kernel ---------------------------------------------------------- */

static unsigned char *message_at;

static void bytes(const void *from, size_t n)
{
	size_t *size = &net.queue[net.last].size;

	CHECK(*size + n + 4 <= sizeof(net.queue[0].bytes));
	memcpy(net.queue[net.last].bytes + *size, from, n);
	*size = (*size + n + 3) / 4 * 4;
}

static void begin(uint16_t type, uint16_t flags, uint32_t seq)
{
	struct nlmsghdr h = { .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = seq, .nlmsg_pid = 77 };

	message_at = net.queue[net.last].bytes + net.queue[net.last].size;
	bytes(&h, sizeof(h));
}

static void end(void)
{
	uint32_t len = (uint32_t)(net.queue[net.last].bytes + net.queue[net.last].size - message_at);

	memcpy(message_at, &len, sizeof(len));
}

static void next_datagram(void)
{
	CHECK(++net.last < QUEUE);
	net.queue[net.last].size = 0;
}

static void attribute(uint16_t type, const void *value, size_t n)
{
	struct nlattr a = { (uint16_t)(sizeof(a) + n), type };

	bytes(&a, sizeof(a));
	bytes(value, n);
}

static void yes_or_no(const struct nlmsghdr *q, int error)
{
	bool words = error && net.words;

	begin(NLMSG_ERROR, (uint16_t)((net.capped || !error ? NLM_F_CAPPED : 0) | (words ? NLM_F_ACK_TLVS : 0)), q->nlmsg_seq);
	bytes(&error, sizeof(error));
	bytes(q, net.capped || !error ? sizeof(*q) : q->nlmsg_len);
	if (words)
		attribute(NLMSGERR_ATTR_MSG, net.words, strlen(net.words) + 1);
	end();
	next_datagram();
}

static void tell_filter(const struct nlmsghdr *q, unsigned i)
{
	struct tcmsg t = { .tcm_ifindex = 7, .tcm_parent = net.filters[i].parent, .tcm_info = net.filters[i].priority << 16 | 0x300 };
	unsigned char options[16];
	struct nlattr fd = { 8, TCA_BPF_FD }, id = { 8, TCA_BPF_ID };

	begin(RTM_NEWTFILTER, NLM_F_MULTI, q->nlmsg_seq);	/* the priority */
	bytes(&t, sizeof(t));
	attribute(TCA_KIND, "bpf", 4);
	end();
	begin(RTM_NEWTFILTER, NLM_F_MULTI, q->nlmsg_seq);
	t.tcm_handle = net.filters[i].handle;
	bytes(&t, sizeof(t));
	attribute(TCA_KIND, "bpf", 4);
	memcpy(options, &fd, 4);
	memset(options + 4, 0, 4);
	memcpy(options + 8, &id, 4);
	memcpy(options + 12, &net.filters[i].id, 4);
	attribute(TCA_OPTIONS | 0x8000, options, sizeof(options));
	end();
}

static void tell_qdisc(const struct nlmsghdr *q, int ifindex, uint32_t parent, const char *kind)
{
	struct tcmsg t = { .tcm_ifindex = ifindex, .tcm_parent = parent, .tcm_handle = 0xffff0000 };

	begin(RTM_NEWQDISC, NLM_F_MULTI, q->nlmsg_seq);
	bytes(&t, sizeof(t));
	attribute(TCA_KIND, kind, strlen(kind) + 1);
	end();
}

static void list(const struct tc_request *q)
{
	static const int none = 0;

	if (q->header.nlmsg_type == RTM_GETQDISC) {
		tell_qdisc(&q->header, 7, 0xffffffff, "noqueue");
		tell_qdisc(&q->header, 6, TC_H_CLSACT, "somebody_else");
		if (net.qdisc)
			tell_qdisc(&q->header, 7, TC_H_CLSACT, net.qdisc);
	}
	for (unsigned i = 0; i < net.nfilters && q->header.nlmsg_type == RTM_GETTFILTER; i++)
		if (net.filters[i].parent == q->tc.tcm_parent)
			tell_filter(&q->header, i);
	if (net.separate && net.queue[net.last].size)
		next_datagram();
	begin(NLMSG_DONE, NLM_F_MULTI, q->header.nlmsg_seq);
	bytes(&none, sizeof(none));
	end();
	next_datagram();
}

static int find(const struct tc_request *q)
{
	for (unsigned i = 0; i < net.nfilters; i++)
		if (net.filters[i].parent == q->tc.tcm_parent && net.filters[i].priority == q->tc.tcm_info >> 16 &&
		    net.filters[i].handle == q->tc.tcm_handle)
			return (int)i;
	return -1;
}

static int change(const struct tc_request *q)
{
	int i = find(q);

	switch (q->header.nlmsg_type) {
	case RTM_NEWQDISC:
		CHECK_INT(q->tc.tcm_handle, 0xffff0000);
		CHECK_INT(q->tc.tcm_parent, TC_H_CLSACT);
		if (net.qdisc)
			return -EEXIST;
		net.qdisc = "clsact";
		return 0;
	case RTM_DELQDISC:
		CHECK_STR(q->kind_text, "clsact");
		net.nfilters = 0;
		if (!net.qdisc)
			return -ENOENT;
		net.qdisc = NULL;
		return 0;
	case RTM_NEWTFILTER:
		CHECK_INT(q->header.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
		CHECK_INT(q->options.nla_len, q->header.nlmsg_len - offsetof(struct tc_request, options));
		CHECK_INT(q->fd_value, 5);
		CHECK_INT(q->flags_value, TCA_BPF_FLAG_ACT_DIRECT);
		CHECK_STR(q->name_text, "test");
		if (i >= 0)
			return -EEXIST;
		net.filters[net.nfilters].parent = q->tc.tcm_parent;
		net.filters[net.nfilters].priority = q->tc.tcm_info >> 16;
		net.filters[net.nfilters].handle = q->tc.tcm_handle;
		net.filters[net.nfilters++].id = PROG_ID;
		return 0;
	case RTM_DELTFILTER:
		CHECK_STR(q->kind_text, "bpf");
		if (i < 0)
			return -ENOENT;
		net.filters[i] = net.filters[--net.nfilters];
		return 0;
	}
	return -EOPNOTSUPP;
}

static long question(const struct tc_request *q, long size)
{
	CHECK_INT(q->header.nlmsg_len, size);
	CHECK_INT(q->tc.tcm_ifindex, 7);
	fake_log("%s", name_of(NAMES_NLMSG_TYPE, q->header.nlmsg_type));
	if (q->tc.tcm_parent == INGRESS || q->tc.tcm_parent == EGRESS)
		fake_log(" %s", q->tc.tcm_parent == EGRESS ? "egress" : "ingress");
	if (q->tc.tcm_info)
		fake_log(" %u:%u", q->tc.tcm_info >> 16, q->tc.tcm_handle);
	if (q->header.nlmsg_type == net.refuse)
		yes_or_no(&q->header, net.refusal);
	else if ((q->header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
		list(q);
	else
		yes_or_no(&q->header, change(q));
	return size;
}

static long receive(void *buf, size_t room)
{
	size_t size = net.queue[net.first].size;

	if (net.first == net.last)
		return -EAGAIN;
	net.datagrams++;
	net.longest = size > net.longest ? size : net.longest;
	if (net.datagrams == net.change_at && net.change_byte < size)
		net.queue[net.first].bytes[net.change_byte] = net.change_to;
	if (net.datagrams == net.cut_at && net.cut_to < size)
		size = net.cut_to;
	CHECK(size <= room);
	memcpy(buf, net.queue[net.first].bytes, size);
	if (++net.first == net.last)
		net.first = net.last = 0, net.queue[0].size = 0;
	return (long)size;
}

static long answer(const struct call *c)
{
	const struct bpf_info_attr *info = (const void *)c->arg[1];

	switch (c->nr) {
	case CALL_SOCKET:
		fake_log("socket %s", c->arg[0] == AF_NETLINK ? "netlink" : "unix");
		return fake_fd(NULL, 0);
	case CALL_SETSOCKOPT:
		return 0;
	case CALL_IOCTL:
		((struct ifreq_index *)c->arg[2])->ifr_ifindex = 7;
		return 0;
	case CALL_SENDTO:
		return question((const struct tc_request *)c->arg[1], c->arg[2]);
	case CALL_RECVFROM:
		CHECK_INT(c->arg[3], MSG_DONTWAIT);
		return receive((void *)c->arg[1], (size_t)c->arg[2]);
	case CALL_READLINKAT:
		memcpy((void *)c->arg[2], "net:[4026531840]", 16);
		return 16;
	case CALL_BPF:
		fake_log("%s", name_of(NAMES_BPF_CMD, (uint64_t)c->arg[0]));
		if (c->arg[0] == BPF_LINK_CREATE)
			return net.create ? net.create : fake_fd(NULL, 0);
		((struct bpf_prog_info *)(uintptr_t)info->info)->id = PROG_ID;
		return 0;
	default:
		return FAKE_OURS;
	}
}

/* ---- the tests ------------------------------------------------------------------- */

static void start(void)
{
	memset(&net, 0, sizeof(net));
	memset(&w, 0, sizeof(w));
	memset(&err, 0, sizeof(err));
	fake_start(NULL);
	fake.answer = answer;
	w.sys.kernel = fake_kernel;
	net.create = -EINVAL;
}

static void have(uint32_t parent, uint32_t priority, uint32_t id)
{
	net.qdisc = "clsact";
	net.filters[net.nfilters].parent = parent;
	net.filters[net.nfilters].priority = priority;
	net.filters[net.nfilters].handle = 1;
	net.filters[net.nfilters++].id = id;
}

/* A program of that section, descriptor 5. */
static int attach(const char *section, const char *iface)
{
	const struct hook *hook = hook_find(section, &prog.target);

	CHECK(hook);
	prog = (struct bw_program){ .name = "test", .section = section, .hook = &hook->pub, .fd = 5, .target = prog.target };
	return bw_attach(&w.pub, &prog, &(struct bw_attach_options){ .iface = iface }, &link, &err);
}

/* What was asked, without what was read. */
static const char *asked(void)
{
	static char out[2048];
	char *line = fake.log, *end;

	out[0] = 0;
	for (; (end = strchr(line, '\n')); line = end + 1)
		if (strncmp(line, "RTM_", 4) == 0)
			snprintf(out + strlen(out), sizeof(out) - strlen(out), "%.*s\n", (int)(end - line), line);
	fake.used = 0;
	fake.log[0] = 0;
	return out;
}

static void detach(void)
{
	bw_detach(&w.pub, link);
	CHECK_INT(fake.open + fake.wrong, 0);
	CHECK_INT(net.first, net.last);
}

TEST(a_place_is_made_and_removed)
{
	static const struct { const char *section, *iface, *way, *target; } rows[] = {
		{ "tcx/ingress", "veth0", "ingress", "veth0" }, { "tc/egress", "veth0", "egress", "veth0" },
		{ "tc", "veth0", "ingress", "veth0:ingress" }, { "tc", "veth0:egress", "egress", "veth0:egress" },
		{ "classifier", "veth0:ingress", "ingress", "veth0:ingress" },
	};
	char want[512];

	for (unsigned i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		NOTE("%s %s", rows[i / 2].section, rows[i / 2].iface);
		start();
		net.separate = i % 2;
		CHECK_INT(attach(rows[i / 2].section, rows[i / 2].iface), 0);
		CHECK_STR(link->target, rows[i / 2].target);
		CHECK_HAS(fake.log, "BPF_LINK_CREATE = EINVAL\nsocket netlink = 10\n");
		snprintf(want, sizeof(want), "RTM_NEWQDISC = 48\nRTM_GETTFILTER %s = 36\nRTM_NEWTFILTER %s 49152:1 = 136\n",
			 rows[i / 2].way, rows[i / 2].way);
		CHECK_STR(asked(), want);
		detach();
		snprintf(want, sizeof(want), "RTM_GETTFILTER %s = 36\nRTM_DELTFILTER %s 49152:1 = 48\nRTM_GETTFILTER ingress = 36\n"
			 "RTM_GETTFILTER egress = 36\nRTM_DELQDISC = 48\n", rows[i / 2].way, rows[i / 2].way);
		CHECK_STR(asked(), want);
		CHECK(!net.qdisc);
	}
}

TEST(a_link_where_there_is_one)
{
	start();
	net.create = 0;
	CHECK_INT(attach("tc", "veth0"), 0);
	CHECK_STR(asked(), "");
	detach();
	start();
	net.create = -EPERM;
	CHECK_INT(attach("tc", "veth0"), -EPERM);
	CHECK_STR(asked(), "");
	start();
	CHECK_INT(attach("xdp", "veth0"), -EINVAL);
	CHECK_INT(attach("netkit/peer", "veth0"), -EINVAL);
	CHECK_STR(asked(), "");
	CHECK_INT(attach("tc", "veth0:out"), -EINVAL);
	CHECK_INT(attach("tc", ":egress"), -EINVAL);
	CHECK_INT(attach("tc/egress", "veth0:egress"), -EINVAL);
	CHECK_INT(fake.open, 0);
}

TEST(behind_what_is_there)
{
	start();
	have(INGRESS, 7, 1);
	have(INGRESS, 50000, 2);
	have(EGRESS, 65535, 3);
	CHECK_INT(attach("tc", "veth0"), 0);
	CHECK_STR(asked(), "RTM_NEWQDISC = 48\nRTM_GETQDISC = 36\nRTM_GETTFILTER ingress = 36\nRTM_NEWTFILTER ingress 50001:1 = 136\n");
	detach();
	CHECK_STR(asked(), "RTM_GETTFILTER ingress = 36\nRTM_DELTFILTER ingress 50001:1 = 48\n");
	CHECK_INT(net.nfilters, 3);
	CHECK_STR(net.qdisc, "clsact");
	CHECK_INT(attach("tc", "veth0:egress"), -ENOSPC);
	CHECK_STR(err.msg, "a filter at veth0 has the priority 65535, the last there is, and no other can go behind it");
	CHECK_INT(net.nfilters, 3);
	CHECK_INT(fake.open + fake.wrong, 0);
}

/* Whoever came later keeps the place; what was put where ours was stays. */
TEST(not_ours)
{
	start();
	CHECK_INT(attach("tc", "veth0"), 0);
	have(EGRESS, 1, 2);
	detach();
	CHECK_INT(net.nfilters, 1);
	CHECK_STR(net.qdisc, "clsact");

	start();
	CHECK_INT(attach("tc", "veth0"), 0);
	net.filters[0].id = 9;
	asked();
	detach();
	CHECK_STR(asked(), "RTM_GETTFILTER ingress = 36\nRTM_GETTFILTER ingress = 36\n");
	CHECK_INT(net.nfilters, 1);
}

/* Two of ours in one place: it goes with the last, whichever that is. */
TEST(several_of_ours)
{
	for (int first = 0; first < 2; first++) {
		struct bw_link *links[2];

		NOTE("%d", first);
		start();
		CHECK_INT(attach("tc", "veth0"), 0);
		links[0] = link;
		CHECK_INT(attach("tc/egress", "veth0"), 0);
		links[1] = link;
		bw_detach(&w.pub, links[first]);
		CHECK_STR(net.qdisc, "clsact");
		CHECK_INT(net.nfilters, 1);
		link = links[!first];
		detach();
		CHECK(!net.qdisc);
	}
}

TEST(other_qdiscs)
{
	start();
	net.qdisc = "ingress";
	CHECK_INT(attach("tc", "veth0"), 0);
	detach();
	CHECK_STR(net.qdisc, "ingress");
	CHECK_INT(attach("tc", "veth0:egress"), -EEXIST);
	CHECK_STR(err.msg, "veth0 has a qdisc called ingress (RTM_NEWQDISC: EEXIST), which has no place for programs that see what goes"
			   " out: clsact has");
	net.qdisc = "odd";
	CHECK_INT(attach("tc", "veth0"), -EEXIST);
	CHECK_HAS(err.msg, "a qdisc called odd");
	net.qdisc = NULL;
	net.refuse = RTM_NEWQDISC;
	net.refusal = -EEXIST;
	CHECK_INT(attach("tc", "veth0"), -EEXIST);
	CHECK_HAS(err.msg, "and yet RTM_GETQDISC shows none");
	CHECK_INT(fake.open + fake.wrong, 0);
}

TEST(the_kernels_words)
{
	static const struct { uint16_t type; const char *msg; } rows[] = {
		{ RTM_NEWQDISC, "RTM_NEWQDISC of clsact at veth0: Not today: EPERM" },
		{ RTM_GETTFILTER, "RTM_GETTFILTER at veth0: Not today: EPERM" },
		{ RTM_NEWTFILTER, "RTM_NEWTFILTER at veth0: Not today: EPERM" },
	};

	for (unsigned i = 0; i < 3 * sizeof(rows) / sizeof(rows[0]); i++) {
		start();
		net.refuse = rows[i / 3].type;
		net.refusal = -EPERM;
		net.words = i % 3 ? "Not today" : NULL;
		net.capped = i % 3 == 2;
		NOTE("%s %u", rows[i / 3].msg, i % 3);
		CHECK_INT(attach("tc", "veth0"), -EPERM);
		if (net.words)
			CHECK_STR(err.msg, rows[i / 3].msg);
		else
			CHECK(!strstr(err.msg, "Not today") && strstr(err.msg, " at veth0: EPERM"));
		CHECK_INT(fake.open + fake.wrong, 0);
	}
	start();
	net.words = "a sentence that is longer than any that the kernel has, and would not fit into a line with all that is said"
		    " before and behind it, so that it is cut somewhere";
	net.refuse = RTM_NEWTFILTER;
	net.refusal = -EINVAL;
	CHECK_INT(attach("tc", "veth0"), -EINVAL);
	CHECK_HAS(err.msg, "a sentence that is longer");
	CHECK_HAS(err.msg, ": EINVAL");
}

/* A removal that is refused: the rest goes its way. */
TEST(what_cannot_be_removed)
{
	start();
	CHECK_INT(attach("tc", "veth0"), 0);
	net.refuse = RTM_DELTFILTER;
	net.refusal = -EPERM;
	asked();
	detach();
	CHECK_STR(asked(), "RTM_GETTFILTER ingress = 36\nRTM_DELTFILTER ingress 49152:1 = 48\n");
	CHECK_INT(net.nfilters, 1);

	start();
	CHECK_INT(attach("tc", "veth0"), 0);
	net.qdisc = NULL;
	net.nfilters = 0;
	detach();
}

TEST(every_call_fails)
{
	static const long codes[] = { -ENOMEM, -EPERM, -EINVAL, -EAGAIN, -ENOPROTOOPT };

	for (unsigned i = 0; i < 2 * sizeof(codes) / sizeof(codes[0]); i++)
		for (unsigned at = 1, reached = true; reached; at++) {
			bool lost;
			int r;

			start();
			if (i % 2)
				have(INGRESS, 7, 1);
			NOTE("%s, call %u, %s", errno_name(codes[i / 2]), at, i % 2 ? "others there" : "nobody there");
			fake.fail_at = at;
			fake.fail_with = codes[i / 2];
			r = attach("tc", "veth0");
			reached = fake.calls >= at;
			fake.fail_at = 0;
			if (r < 0)
				CHECK(err.msg[0] && err.where[0] && err.code == r);
			else
				detach();
			/* Making the qdisc was not answered: whose it is nobody knows. */
			lost = strstr(fake.log, "RTM_NEWQDISC = 48\nrecvfrom = ");
			CHECK_INT(net.nfilters, i % 2);
			CHECK(i % 2 ? net.qdisc != NULL : !net.qdisc || lost);
			CHECK_INT(fake.open + fake.wrong, 0);
		}
}

TEST(every_call_of_detach_fails)
{
	for (unsigned at = 1, reached = true; reached; at++) {
		NOTE("call %u", at);
		start();
		have(INGRESS, 7, 1);
		CHECK_INT(attach("tc", "veth0"), 0);
		fake.fail_at = fake.calls + at;
		fake.fail_with = -ENOMEM;
		bw_detach(&w.pub, link);
		reached = fake.calls >= fake.fail_at;
		CHECK_INT(fake.open + fake.wrong, 0);
		CHECK_STR(net.qdisc, "clsact");
		CHECK(net.nfilters == 1 || reached);
		CHECK_INT(net.filters[0].id, 1);
	}
}

/* ---- answers of any bytes --------------------------------------------------------- */

/* Attaches and detaches. Whatever was believed, it ends, closes what it opened, and says why it failed. */
static void survive(void)
{
	int r = attach("tc", "veth0");

	if (r < 0)
		CHECK(err.msg[0] && err.where[0] && err.code == r);
	else
		bw_detach(&w.pub, link);
	CHECK_INT(fake.open + fake.wrong, 0);
}

static void with_others(unsigned kind)
{
	start();
	net.words = kind & 1 ? "Exclusivity flag on" : NULL;
	net.separate = kind & 2;
	have(INGRESS, 50000, 2);
}

TEST(cut_answers)
{
	unsigned datagrams;
	size_t longest;

	for (unsigned kind = 0; kind < 4; kind++) {
		with_others(kind);
		survive();
		datagrams = net.datagrams;
		longest = net.longest;
		CHECK(datagrams >= 6 && longest > 100);
		for (unsigned at = 1; at <= datagrams; at++)
			for (unsigned to = 0; to < longest; to++) {
				NOTE("datagram %u of %u bytes", at, to);
				with_others(kind);
				net.cut_at = at;
				net.cut_to = to;
				survive();
			}
	}
}

TEST(changed_answers)
{
	static const unsigned char values[] = { 0, 1, 2, 3, 4, 5, 15, 16, 17, 0x7f, 0x80, 0xfe, 0xff };
	unsigned datagrams;
	size_t longest;

	for (unsigned kind = 0; kind < 4; kind++) {
		with_others(kind);
		survive();
		datagrams = net.datagrams;
		longest = net.longest;
		for (unsigned at = 1; at <= datagrams; at++)
			for (unsigned byte = 0; byte < longest; byte++)
				for (unsigned v = 0; v < sizeof(values); v++) {
					with_others(kind);
					net.change_at = at;
					net.change_byte = byte;
					net.change_to = values[v];
					survive();
				}
	}
}

/* The lengths in an attribute list, one by one. */
TEST(attributes)
{
	unsigned char list[] = { 5, 0, 1, 0, 'x', 0, 0, 0, 8, 0, 2, 0x80, 'y', 0, 0, 0, 4, 0, 3, 0 };
	struct view v = { list, sizeof(list) }, out;

	CHECK(netlink_attribute(v, 1, &out));
	CHECK_INT(out.size, 1);
	CHECK(netlink_attribute(v, 2, &out));
	CHECK_INT(out.size, 4);
	CHECK(netlink_attribute(v, 3, &out));
	CHECK_INT(out.size, 0);
	CHECK(!netlink_attribute(v, 4, &out));
	list[0] = 3;
	CHECK(!netlink_attribute(v, 1, &out));
	list[0] = 0;
	CHECK(!netlink_attribute(v, 2, &out));
	list[0] = 5;
	list[16] = 5;
	CHECK(!netlink_attribute(v, 3, &out));
	CHECK(netlink_attribute(v, 2, &out));
	CHECK(!netlink_attribute((struct view){ list, 0 }, 1, &out));
	CHECK(!netlink_attribute((struct view){ list, 3 }, 1, &out));
}

/* ---- where a filter is, as text ----------------------------------------------------- */

TEST(written_down)
{
	static const char *const wrong[] = {
		"", "tc", "tc:", "tc:a:ingress:1:2:3:clsact", "tc:a:ingress:1:2:3:clsact:4:5", "tx:a:ingress:1:2:3::4",
		"tc:a:ingress:-1:2:3::4", "tc:a:ingress:0:2:3::4", "tc:a:ingress:2147483648:2:3::4", "tc:a:ingress:1:4294967296:3::4", "tc:a:ingress:1:2::clsact:4",
		"tc:a:ingress:1:2:3::", "tc:a:ingress:1:2:3::4x", "tc:a:ingress:1: 2:3::4", "tc:sixteen-letters!:ingress:1:2:3::4",
		"tc:a:ingress:99999999999999999999:2:3::4", "/sys/fs/cgroup/x",
	};
	struct tc_filter f = { .ifindex = 7, .iface = "veth0", .egress = true, .priority = 49152, .prog_id = 31 }, back;
	char text[TC_PIN], longest[TC_PIN + 1] = "";
	uint32_t netns;

	start();
	tc_pin_text(&w, &f, text);
	CHECK_STR(text, "tc:veth0:egress:7:49152:31::4026531840");
	CHECK(tc_pin_read(text, &back, &netns));
	CHECK(memcmp(&f, &back, sizeof(f)) == 0);
	CHECK_INT(netns, 4026531840u);
	f.egress = false;
	f.made_qdisc = true;
	f.ifindex = INT32_MAX;
	f.priority = f.prog_id = UINT32_MAX;
	strcpy(f.iface, "fifteen-letters");
	tc_pin_text(&w, &f, text);
	CHECK(tc_pin_read(text, &back, &netns));
	CHECK(memcmp(&f, &back, sizeof(f)) == 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		NOTE("%s", wrong[i]);
		CHECK(!tc_pin_read(wrong[i], &back, &netns));
	}
	memset(longest, 'x', sizeof(longest) - 1);
	memcpy(longest, "tc:a:ingress:1:2:3:", 19);
	memcpy(longest + sizeof(longest) - 3, ":4", 2);
	CHECK(!tc_pin_read(longest, &back, &netns));
}
