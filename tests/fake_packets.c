/*
 * Interfaces over a pretend kernel: the calls that attach to one and their order, what is said when a call fails, and that
 * nothing stays open then, whichever call it was.
 */
#include <sys/socket.h>

#include "loader/walk.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"
#include "uapi/net.h"

static struct walk w;
static struct bw_program prog;
static struct bw_error err;
static struct bw_link *link;
static long link_create, ifindex = 7;		/* what the kernel says; link_create 0: yes */

static long answer(const struct call *c)
{
	const struct bpf_link_create_attr *l = (const void *)c->arg[1];
	const struct sockaddr_ll *to = (const void *)c->arg[1];
	struct ifreq_index *name = (void *)c->arg[2];

	switch (c->nr) {
	case CALL_SOCKET:
		fake_log("socket %s %ld", c->arg[0] == AF_PACKET ? "packet" : "unix", c->arg[2]);
		return fake_fd(NULL, 0);
	case CALL_IOCTL:
		fake_log("ifindex %ld %s", c->arg[0], name->ifr_name);
		name->ifr_ifindex = (int)ifindex;
		return ifindex < 0 ? ifindex : 0;
	case CALL_SETSOCKOPT:
		fake_log("attach_bpf %ld prog=%d", c->arg[0], *(const int *)c->arg[3]);
		return 0;
	case CALL_BIND:
		fake_log("bind %ld %d protocol=%04x ifindex=%d", c->arg[0], to->sll_family == AF_PACKET, to->sll_protocol,
			 to->sll_ifindex);
		return 0;
	case CALL_BPF:
		fake_log("LINK_CREATE prog=%u ifindex=%u type=%u flags=%u size=%ld", l->prog_fd, l->target_ifindex,
			 l->attach_type, l->flags, c->arg[2]);
		return link_create ? link_create : fake_fd(NULL, 0);
	default:
		return FAKE_OURS;
	}
}

static void start(void)
{
	memset(&w, 0, sizeof(w));
	memset(&err, 0, sizeof(err));
	fake_start(NULL);
	fake.answer = answer;
	w.sys.kernel = fake_kernel;
}

/* Attaches a program of that section, descriptor 5. */
static int attach_with(const char *section, struct bw_attach_options o)
{
	const struct hook *hook = hook_find(section, &prog.target);

	start();
	CHECK(hook);
	prog.name = "test";
	prog.section = section;
	prog.hook = &hook->pub;
	prog.fd = 5;
	return bw_attach(&w.pub, &prog, &o, &link, &err);
}

static int attach(const char *section, const char *iface)
{
	return attach_with(section, (struct bw_attach_options){ .iface = iface });
}

static void detach(void)
{
	bw_detach(&w.pub, link);
	CHECK_INT(fake.open + fake.wrong, 0);
}

static struct bpf_link_create_attr asked;

static long answer_netfilter(const struct call *c)
{
	if (c->nr != CALL_BPF)
		return FAKE_OURS;
	memset(&asked, 0, sizeof(asked));
	memcpy(&asked, (const void *)c->arg[1], (size_t)c->arg[2]);
	return link_create ? link_create : fake_fd(NULL, 0);
}

static int attach_netfilter_at(const char *where, int pid)
{
	const struct hook *hook = hook_find("netfilter", &prog.target);

	start();
	fake.answer = answer_netfilter;
	prog = (struct bw_program){ .name = "test", .section = "netfilter", .target = "", .hook = &hook->pub, .fd = 5 };
	return bw_attach(&w.pub, &prog, &(struct bw_attach_options){ .netfilter = where, .pid = pid }, &link, &err);
}

TEST(netfilter)
{
	static const struct { const char *where; unsigned pf, hooknum; int priority; } rows[] = {
		{ "ipv4:prerouting", 2, 0, 0 }, { "ipv4:input:-300", 2, 1, -300 }, { "ipv6:forward:0", 10, 2, 0 },
		{ "ipv6:output:7", 10, 3, 7 }, { "ipv4:postrouting:2147483647", 2, 4, INT32_MAX },
		{ "ipv4:postrouting:-2147483648", 2, 4, INT32_MIN },
	};
	static const char *const wrong[] = {
		"", "ipv4", "ipv4:", "ipv4:in", "ipv:input", "ipv44:input", ":input", "ipv4:input:", "ipv4:input:x", "ipv4:input:1x",
		"ipv4:input:2147483648", "ipv4:input:-2147483649", "ipv4:input:99999999999999999999", "ipv4:input:1:2", "input",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		NOTE("%s", rows[i].where);
		CHECK_INT(attach_netfilter_at(rows[i].where, 0), 0);
		CHECK_INT(asked.prog_fd, 5);
		CHECK_INT(asked.attach_type, BPF_NETFILTER);
		CHECK_INT(asked.netfilter.pf, rows[i].pf);
		CHECK_INT(asked.netfilter.hooknum, rows[i].hooknum);
		CHECK_INT(asked.netfilter.priority, rows[i].priority);
		CHECK_INT(asked.netfilter.flags, 0);
		CHECK_STR(link->target, rows[i].where);
		detach();
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		NOTE("%s", wrong[i]);
		CHECK_INT(attach_netfilter_at(wrong[i], 0), -EINVAL);
		CHECK_HAS(err.msg, "expected ");
		CHECK_STR(fake.log, "");
	}
	NOTE("%s", "");
	CHECK_INT(attach_netfilter_at(NULL, 0), -ENOTSUP);
	CHECK_STR(err.msg, "test: section netfilter is attached to a point, and none is named");
	CHECK_INT(attach_netfilter_at("ipv4:input", 7), -EINVAL);
	CHECK_HAS(err.msg, "process 7 alone cannot be watched");
	link_create = -EBUSY;
	CHECK_INT(attach_netfilter_at("ipv4:input", 0), -EBUSY);
	CHECK_STR(err.msg, "BPF_LINK_CREATE at ipv4:input: another program is attached there with this priority: EBUSY");
	link_create = -EINVAL;
	CHECK_INT(attach_netfilter_at("ipv4:input", 0), -EINVAL);
	CHECK_HAS(err.msg, "this kernel has no links for netfilter (6.4 has");
	link_create = -ENOMEM;
	CHECK_INT(attach_netfilter_at("ipv4:input", 0), -ENOMEM);
	CHECK_INT(fake.open, 0);
	link_create = 0;
}

/* The socket gets packets only when the program is in front of it. */
TEST(socket_calls)
{
	CHECK_INT(attach("socket", "veth0"), 0);
	CHECK_STR(fake.log, "socket packet 0 = 10\nifindex 10 veth0 = 0\nattach_bpf 10 prog=5 = 0\n"
			    "bind 10 1 protocol=0300 ifindex=7 = 0\n");
	CHECK_STR(link->target, "veth0");
	CHECK_INT(link->nfds, 1);
	CHECK_INT(link->fds[0], 10);
	detach();
}

TEST(link_calls)
{
	static const struct { const char *section; int type; } rows[] = {
		{ "xdp", BPF_XDP }, { "xdp.frags", BPF_XDP }, { "tcx/ingress", BPF_TCX_INGRESS },
		{ "tc/ingress", BPF_TCX_INGRESS }, { "tcx/egress", BPF_TCX_EGRESS }, { "tc/egress", BPF_TCX_EGRESS },
		{ "netkit/primary", BPF_NETKIT_PRIMARY }, { "netkit/peer", BPF_NETKIT_PEER },
	};		/* tc and classifier: fake_tc.c */
	char want[256];

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		NOTE("%s", rows[i].section);
		CHECK_INT(attach(rows[i].section, "veth0"), 0);
		snprintf(want, sizeof(want), "socket unix 0 = 10\nifindex 10 veth0 = 0\nclose 10\n"
			 "LINK_CREATE prog=5 ifindex=7 type=%d flags=0 size=12 = 10\n", rows[i].type);
		CHECK_STR(fake.log, want);
		CHECK_STR(link->target, "veth0");
		detach();
	}
}

TEST(messages)
{
	ifindex = -ENODEV;
	CHECK_INT(attach("xdp", "nowhere"), -ENODEV);
	CHECK_STR(err.msg, "no interface nowhere (ENODEV)");
	CHECK_STR(err.where, "attach test");
	CHECK_INT(attach("socket", "nowhere"), -ENODEV);
	CHECK_STR(err.msg, "no interface nowhere (ENODEV)");
	ifindex = 7;
	CHECK_INT(attach("xdp", "lo:1"), -EINVAL);
	CHECK_STR(err.msg, "no interface lo:1: a name has no colon, and the kernel would not look behind it");
	CHECK_INT(attach("xdp", ""), -EINVAL);
	CHECK_STR(err.msg, "the name of the interface is empty");
	CHECK_INT(attach("socket", "sixteen-letters!"), -EINVAL);
	CHECK_STR(err.msg, "no interface sixteen-letters!: a name has at most 15 bytes");
	CHECK_INT(attach("socket", "fifteen-letters"), 0);
	detach();

	link_create = -EBUSY;
	CHECK_INT(attach("xdp", "veth0"), -EBUSY);
	CHECK_STR(err.msg, "BPF_LINK_CREATE at veth0: another XDP program is attached there: EBUSY");
	link_create = -EEXIST;
	CHECK_INT(attach("xdp", "veth0"), -EEXIST);
	CHECK_STR(err.msg, "BPF_LINK_CREATE at veth0: another XDP program is attached there, in the other mode: native and generic"
			   " ones exclude each other: EEXIST");
	CHECK_INT(attach("tcx/ingress", "veth0"), -EEXIST);
	CHECK_STR(err.msg, "BPF_LINK_CREATE at veth0: EEXIST");
	link_create = -EINVAL;
	CHECK_INT(attach("xdp", "veth0"), -EINVAL);
	CHECK_STR(err.msg, "BPF_LINK_CREATE at veth0: this kernel is older than 5.9, which brought links for xdp, or the device cannot"
			   " have one: EINVAL");
	CHECK_INT(attach("netkit/peer", "veth0"), -EINVAL);
	CHECK_HAS(err.msg, "older than 6.7, which brought links for netkit/peer");
	link_create = -ENXIO;
	CHECK_INT(attach("netkit/peer", "veth0"), -ENXIO);
	CHECK_HAS(err.msg, "it is no netkit device, which netkit/peer is for: ENXIO");
	link_create = -EACCES;
	CHECK_INT(attach("netkit/peer", "veth0"), -EACCES);
	CHECK_HAS(err.msg, "it is the peer of a netkit device");
	link_create = -EPERM;
	CHECK_INT(attach("xdp", "veth0"), -EPERM);
	CHECK_STR(err.msg, "BPF_LINK_CREATE at veth0: EPERM");
	CHECK_INT(fake.open + fake.wrong, 0);
	link_create = 0;
}

TEST(what_does_not_fit)
{
	CHECK_INT(attach("xdp", NULL), -ENOTSUP);
	CHECK_STR(err.msg, "test: section xdp is attached to an interface, and none is named");
	CHECK_INT(attach("cgroup/dev", "lo"), -ENOTSUP);
	CHECK_STR(err.msg, "test: section cgroup/dev is attached to a cgroup, and none is named");
	CHECK_INT(attach("raw_tp/sys_enter", "lo"), -EINVAL);
	CHECK_STR(err.msg, "test: a program of section raw_tp/sys_enter cannot be attached to an interface");
	CHECK_INT(attach_with("xdp", (struct bw_attach_options){ .iface = "lo", .cgroup = "x" }), -EINVAL);
	CHECK_STR(err.msg, "test: a program of section xdp cannot be attached to a cgroup");
	CHECK_INT(attach_with("xdp", (struct bw_attach_options){ .iface = "lo", .pid = 7 }), -EINVAL);
	CHECK_HAS(err.msg, "process 7 alone");
	CHECK_INT(attach_with("socket", (struct bw_attach_options){ .iface = "lo", .pid = 7 }), -EINVAL);
	CHECK_INT(attach_with("socket", (struct bw_attach_options){ .iface = "lo", .pinnable = true }), -ENOTSUP);
	CHECK_HAS(err.msg, "a socket, which cannot be pinned");
	CHECK_STR(fake.log, "");
}

TEST(nothing_stays)
{
	static const long codes[] = { -ENOMEM, -EPERM, -EINVAL, -EBUSY, -ENODEV };
	static const char *const sections[] = { "socket", "xdp" };

	for (unsigned i = 0; i < 2 * sizeof(codes) / sizeof(codes[0]); i++) {
		bool reached = true;

		for (unsigned at = 1; reached; at++) {
			int r;

			NOTE("%s, call %u", sections[i % 2], at);
			start();
			fake.fail_at = at;
			fake.fail_with = codes[i / 2];
			r = bw_attach(&w.pub, &prog, &(struct bw_attach_options){ .iface = "lo" }, &link, &err);
			reached = fake.calls >= at;
			fake.fail_at = 0;
			if (r < 0)
				CHECK(err.msg[0] && err.where[0] && err.code == r);
			else
				detach();
			CHECK_INT(r < 0, reached);
			CHECK_INT(fake.open + fake.wrong, 0);
		}
		attach(sections[(i + 1) % 2], "lo");	/* and leaves prog as a program of the other section */
		detach();
	}
}
