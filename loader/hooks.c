/*
 * The one table: what a section name says about a program.
 *
 * clang only sees a name: SEC("kprobe/sys_execve"). What it means (the type of
 * program, what the kernel is told to expect, how it gets to its event) is a
 * convention between everybody who writes BPF, and all of it is here. A row is
 *
 *	section       what may follow       type       attach type    attach with
 *
 * and matches the section of its own name, or its name, a slash, and more. The
 * longest match wins. Adding a hook is one row, one function, one program in
 * progs/ and one test.
 *
 * In: "kprobe/sys_execve"  Out: the row "kprobe" and "sys_execve"
 * Kernel: include/uapi/linux/bpf.h enum bpf_prog_type, enum bpf_attach_type
 * Try: bpfwalk hooks
 * Next: loader/attach.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/nearest.h"
#include "loader/walk.h"
#include "uapi/bpf_cmd.h"

#define TYPE(pt)	.prog_type = BPF_PROG_TYPE_##pt, .prog_type_name = "BPF_PROG_TYPE_" #pt
#define EXPECT(eat)	.attach_type = BPF_##eat, .attach_type_name = "BPF_" #eat
#define EXPECT_NONE	.attach_type = 0, .attach_type_name = ""

/* Loads and attaches by its section alone. */
#define AUTO(sec, what, pt, flags, fn, txt) \
	{ .pub = { .section = sec, .takes = what, TYPE(pt), EXPECT_NONE, .prog_flags = flags, \
	    .can_load = true, .can_attach = true, .needs = "", .text = txt }, .attach = fn }
/* Attaches to a cgroup, which whoever loads it must name. */
#define CGROUP(sec, pt, eat, txt) \
	{ .pub = { .section = sec, .takes = "", TYPE(pt), EXPECT(eat), \
	    .can_load = true, .can_attach = true, .needs = "cgroup", .text = txt }, .attach = attach_cgroup }
#define CGROUP_0(sec, pt, txt) \
	{ .pub = { .section = sec, .takes = "", TYPE(pt), EXPECT_NONE, \
	    .can_load = true, .can_attach = true, .needs = "cgroup", .text = txt }, .attach = attach_cgroup }
/* Attaches to a network interface, which whoever loads it must name. */
#define IFACE(sec, pt, eat, flags, txt) \
	{ .pub = { .section = sec, .takes = "", TYPE(pt), EXPECT(eat), .prog_flags = flags, \
	    .can_load = true, .can_attach = true, .needs = "interface", .text = txt }, .attach = attach_iface }
#define SOCKET(sec, pt, txt) \
	{ .pub = { .section = sec, .takes = "", TYPE(pt), EXPECT_NONE, \
	    .can_load = true, .can_attach = true, .needs = "interface", .text = txt }, .attach = attach_socket }
/* The same, for an attach type. */
#define AT(sec, what, pt, eat, flags, fn, txt) \
	{ .pub = { .section = sec, .takes = what, TYPE(pt), EXPECT(eat), .prog_flags = flags, \
	    .can_load = true, .can_attach = true, .needs = "", .text = txt }, .attach = fn }
/* Loads; where it is attached must come from elsewhere. */
#define LOADS(sec, what, pt, eat, flags, txt) \
	{ .pub = { .section = sec, .takes = what, TYPE(pt), EXPECT(eat), .prog_flags = flags, \
	    .can_load = true, .needs = "", .text = txt } }
#define LOADS_0(sec, what, pt, flags, txt) \
	{ .pub = { .section = sec, .takes = what, TYPE(pt), EXPECT_NONE, .prog_flags = flags, \
	    .can_load = true, .needs = "", .text = txt } }
/*
 * Is verified against a type of the kernel that has the prefix and the name which follows the section's; see targets.c.
 * Attaches by its section alone (BTF_ID), or to a cgroup too.
 */
#define BTF_ID(sec, what, pt, eat, flags, kind, prefix, fn, txt) \
	{ .pub = { .section = sec, .takes = what, TYPE(pt), EXPECT(eat), .prog_flags = flags, \
	    .can_load = true, .can_attach = true, .needs = "", .text = txt }, \
	  .attach = fn, .btf_kind = BTF_KIND_##kind, .btf_prefix = prefix }
#define FUNC_ID(sec, eat, flags, txt) \
	BTF_ID(sec, "[MODULE:]FUNCTION", TRACING, eat, flags, FUNC, "", attach_tracing, txt)
#define ITER(sec, flags, txt) \
	{ .pub = { .section = sec, .takes = "TARGET", TYPE(TRACING), EXPECT(TRACE_ITER), .prog_flags = flags, \
	    .can_load = true, .can_attach = true, .runs = BW_WHEN_READ, .needs = "", .text = txt }, \
	  .attach = attach_tracing, .btf_kind = BTF_KIND_FUNC, .btf_prefix = "bpf_iter_" }
/* For many functions of the kernel, or of one module. */
#define FUNC_IDS(sec, eat, flags, txt) \
	{ .pub = { .section = sec, .takes = "[MODULE:]PATTERN", TYPE(TRACING), EXPECT(eat), .prog_flags = flags, \
	    .can_load = true, .can_attach = true, .needs = "", .text = txt }, \
	  .attach = attach_tracing_multi, .in_module = true }
/* A member of a kernel structure: the structure's map says which. */
#define MEMBER(sec, flags, txt) \
	{ .pub = { .section = sec, .takes = "MEMBER", TYPE(STRUCT_OPS), EXPECT_NONE, .prog_flags = flags, .can_load = true, \
		   .needs = "", .text = txt } }

#define FUNCTION	"FUNCTION[+OFFSET]"
#define USER_FUNCTION	"PATH:FUNCTION[+OFFSET]"
#define SLEEP		BPF_F_SLEEPABLE
#define FRAGS		BPF_F_XDP_HAS_FRAGS

static const struct hook hooks[] = {
	/* kernel functions */
	AUTO("kprobe", FUNCTION, KPROBE, 0, attach_kprobe, "a kernel function is entered"),
	AUTO("kretprobe", "FUNCTION", KPROBE, 0, attach_kprobe, "a kernel function returns"),
	AUTO("ksyscall", "SYSCALL", KPROBE, 0, attach_ksyscall, "a system call's function is entered"),
	AUTO("kretsyscall", "SYSCALL", KPROBE, 0, attach_ksyscall, "a system call's function returns"),
	AT("kprobe.multi", "PATTERN", KPROBE, TRACE_KPROBE_MULTI, 0, attach_kprobe_multi, "many kernel functions are entered"),
	AT("kretprobe.multi", "PATTERN", KPROBE, TRACE_KPROBE_MULTI, 0, attach_kprobe_multi, "many kernel functions return"),
	AT("kprobe.session", "PATTERN", KPROBE, TRACE_KPROBE_SESSION, 0, attach_kprobe_multi, "many kernel functions, entry and return"),
	FUNC_ID("fentry", TRACE_FENTRY, 0, "a kernel function is entered (trampoline)"),
	FUNC_ID("fentry.s", TRACE_FENTRY, SLEEP, "the same, may sleep"),
	FUNC_ID("fexit", TRACE_FEXIT, 0, "a kernel function returns (trampoline)"),
	FUNC_ID("fexit.s", TRACE_FEXIT, SLEEP, "the same, may sleep"),
	FUNC_ID("fmod_ret", MODIFY_RETURN, 0, "a kernel function's result is replaced"),
	FUNC_ID("fmod_ret.s", MODIFY_RETURN, SLEEP, "the same, may sleep"),
	FUNC_ID("fsession", TRACE_FSESSION, 0, "a kernel function, entry and return (trampoline)"),
	FUNC_ID("fsession.s", TRACE_FSESSION, SLEEP, "the same, may sleep"),

	FUNC_IDS("fentry.multi", TRACE_FENTRY_MULTI, 0, "many kernel functions are entered (trampoline)"),
	FUNC_IDS("fentry.multi.s", TRACE_FENTRY_MULTI, SLEEP, "the same, may sleep"),
	FUNC_IDS("fexit.multi", TRACE_FEXIT_MULTI, 0, "many kernel functions return (trampoline)"),
	FUNC_IDS("fexit.multi.s", TRACE_FEXIT_MULTI, SLEEP, "the same, may sleep"),
	FUNC_IDS("fsession.multi", TRACE_FSESSION_MULTI, 0, "many kernel functions, entry and return (trampoline)"),
	FUNC_IDS("fsession.multi.s", TRACE_FSESSION_MULTI, SLEEP, "the same, may sleep"),

	/* user functions */
	AUTO("uprobe", USER_FUNCTION, KPROBE, 0, attach_uprobe, "a function of a user program is entered"),
	AUTO("uprobe.s", USER_FUNCTION, KPROBE, SLEEP, attach_uprobe, "the same, may sleep"),
	AUTO("uretprobe", USER_FUNCTION, KPROBE, 0, attach_uprobe, "a function of a user program returns"),
	AUTO("uretprobe.s", USER_FUNCTION, KPROBE, SLEEP, attach_uprobe, "the same, may sleep"),
	AT("uprobe.multi", "PATH:PATTERN", KPROBE, TRACE_UPROBE_MULTI, 0, attach_uprobe_multi, "many user functions are entered"),
	AT("uprobe.multi.s", "PATH:PATTERN", KPROBE, TRACE_UPROBE_MULTI, SLEEP, attach_uprobe_multi, "the same, may sleep"),
	AT("uretprobe.multi", "PATH:PATTERN", KPROBE, TRACE_UPROBE_MULTI, 0, attach_uprobe_multi, "many user functions return"),
	AT("uretprobe.multi.s", "PATH:PATTERN", KPROBE, TRACE_UPROBE_MULTI, SLEEP, attach_uprobe_multi, "the same, may sleep"),
	AT("uprobe.session", "PATH:PATTERN", KPROBE, TRACE_UPROBE_SESSION, 0, attach_uprobe_multi, "many user functions, entry and return"),
	AT("uprobe.session.s", "PATH:PATTERN", KPROBE, TRACE_UPROBE_SESSION, SLEEP, attach_uprobe_multi, "the same, may sleep"),
	LOADS("usdt", "PATH:PROVIDER:NAME", KPROBE, TRACE_UPROBE_MULTI, 0, "a marker in a user program is passed"),
	LOADS("usdt.s", "PATH:PROVIDER:NAME", KPROBE, TRACE_UPROBE_MULTI, SLEEP, "the same, may sleep"),

	/* markers in the kernel, and clocks */
	AUTO("tracepoint", "CATEGORY/NAME", TRACEPOINT, 0, attach_tracepoint, "the kernel passes a tracepoint"),
	AUTO("tracepoint.s", "CATEGORY/NAME", TRACEPOINT, SLEEP, attach_tracepoint, "the same, may sleep"),
	AUTO("tp", "CATEGORY/NAME", TRACEPOINT, 0, attach_tracepoint, "the same as tracepoint"),
	AUTO("tp.s", "CATEGORY/NAME", TRACEPOINT, SLEEP, attach_tracepoint, "the same as tracepoint.s"),
	AUTO("raw_tracepoint", "NAME", RAW_TRACEPOINT, 0, attach_raw_tracepoint, "a tracepoint, with its raw arguments"),
	AUTO("raw_tracepoint.s", "NAME", RAW_TRACEPOINT, SLEEP, attach_raw_tracepoint, "the same, may sleep"),
	AUTO("raw_tp", "NAME", RAW_TRACEPOINT, 0, attach_raw_tracepoint, "the same as raw_tracepoint"),
	AUTO("raw_tp.s", "NAME", RAW_TRACEPOINT, SLEEP, attach_raw_tracepoint, "the same as raw_tracepoint.s"),
	AUTO("raw_tracepoint.w", "NAME", RAW_TRACEPOINT_WRITABLE, 0, attach_raw_tracepoint, "the same, may write its arguments"),
	AUTO("raw_tp.w", "NAME", RAW_TRACEPOINT_WRITABLE, 0, attach_raw_tracepoint, "the same as raw_tracepoint.w"),
	BTF_ID("tp_btf", "NAME", TRACING, TRACE_RAW_TP, 0, TYPEDEF, "btf_trace_", attach_tracing, "a tracepoint, with typed arguments"),
	BTF_ID("tp_btf.s", "NAME", TRACING, TRACE_RAW_TP, SLEEP, TYPEDEF, "btf_trace_", attach_tracing, "the same, may sleep"),
	AUTO("perf_event", "", PERF_EVENT, 0, attach_perf_event, "a clock ticks or a counter overflows"),

	/* decisions and walks */
	BTF_ID("lsm", "HOOK", LSM, LSM_MAC, 0, FUNC, "bpf_lsm_", attach_tracing, "the kernel asks its security modules"),
	BTF_ID("lsm.s", "HOOK", LSM, LSM_MAC, SLEEP, FUNC, "bpf_lsm_", attach_tracing, "the same, may sleep"),
	{ .pub = { .section = "lsm_cgroup", .takes = "HOOK", TYPE(LSM), EXPECT(LSM_CGROUP), .can_load = true, .can_attach = true,
	    .needs = "cgroup", .text = "the same, for one cgroup" },
	  .attach = attach_cgroup, .btf_kind = BTF_KIND_FUNC, .btf_prefix = "bpf_lsm_" },
	ITER("iter", 0, "somebody reads a list of kernel objects"),
	ITER("iter.s", SLEEP, "the same, may sleep"),
	AUTO("freplace", "FUNCTION", EXT, 0, attach_tracing, "a function of another BPF program is called"),
	MEMBER("struct_ops", 0, "a kernel structure calls its member"),
	MEMBER("struct_ops.s", SLEEP, "the same, may sleep"),
	{ .pub = { .section = "syscall", .takes = "", TYPE(SYSCALL), EXPECT_NONE, .prog_flags = SLEEP, .can_load = true,
	    .runs = BW_WHEN_ASKED, .needs = "", .text = "user space asks for it (BPF_PROG_RUN)" } },

	/* packets */
	SOCKET("socket", SOCKET_FILTER, "a socket receives a packet"),
	LOADS("sk_reuseport/migrate", "", SK_REUSEPORT, SK_REUSEPORT_SELECT_OR_MIGRATE, 0, "a connection moves between listeners"),
	LOADS("sk_reuseport", "", SK_REUSEPORT, SK_REUSEPORT_SELECT, 0, "a connection chooses among listeners"),
	LOADS_0("tc", "", SCHED_CLS, 0, "a packet passes traffic control"),
	LOADS_0("classifier", "", SCHED_CLS, 0, "the same as tc"),
	IFACE("tc/ingress", SCHED_CLS, TCX_INGRESS, 0, "a packet comes in (tcx)"),
	IFACE("tc/egress", SCHED_CLS, TCX_EGRESS, 0, "a packet goes out (tcx)"),
	IFACE("tcx/ingress", SCHED_CLS, TCX_INGRESS, 0, "a packet comes in (tcx)"),
	IFACE("tcx/egress", SCHED_CLS, TCX_EGRESS, 0, "a packet goes out (tcx)"),
	IFACE("netkit/primary", SCHED_CLS, NETKIT_PRIMARY, 0, "a packet leaves a netkit device's primary end"),
	IFACE("netkit/peer", SCHED_CLS, NETKIT_PEER, 0, "a packet leaves a netkit device's peer end"),
	LOADS_0("action", "", SCHED_ACT, 0, "a traffic control action runs"),
	IFACE("xdp", XDP, XDP, 0, "a device driver has a packet"),
	IFACE("xdp.frags", XDP, XDP, FRAGS, "the same, packets in several buffers"),
	LOADS("xdp/devmap", "", XDP, XDP_DEVMAP, 0, "a packet was redirected to a device"),
	LOADS("xdp.frags/devmap", "", XDP, XDP_DEVMAP, FRAGS, "the same, packets in several buffers"),
	LOADS("xdp/cpumap", "", XDP, XDP_CPUMAP, 0, "a packet was redirected to a CPU"),
	LOADS("xdp.frags/cpumap", "", XDP, XDP_CPUMAP, FRAGS, "the same, packets in several buffers"),
	LOADS_0("lwt_in", "", LWT_IN, 0, "a route receives a packet"),
	LOADS_0("lwt_out", "", LWT_OUT, 0, "a route sends a packet"),
	LOADS_0("lwt_xmit", "", LWT_XMIT, 0, "a route transmits a packet"),
	LOADS_0("lwt_seg6local", "", LWT_SEG6LOCAL, 0, "a packet ends a segment routing step"),
	CGROUP("sockops", SOCK_OPS, CGROUP_SOCK_OPS, "a TCP connection changes state"),
	LOADS("sk_skb/stream_parser", "", SK_SKB, SK_SKB_STREAM_PARSER, 0, "a stream is cut into messages"),
	LOADS("sk_skb/stream_verdict", "", SK_SKB, SK_SKB_STREAM_VERDICT, 0, "a stream's message is redirected"),
	LOADS("sk_skb/verdict", "", SK_SKB, SK_SKB_VERDICT, 0, "a packet of a socket map is redirected"),
	LOADS_0("sk_skb", "", SK_SKB, 0, "the same, decided when it is attached"),
	LOADS("sk_msg", "", SK_MSG, SK_MSG_VERDICT, 0, "a message is sent on a socket of a map"),
	LOADS("lirc_mode2", "", LIRC_MODE2, LIRC_MODE2, 0, "an infrared receiver sees a pulse"),
	AT("flow_dissector", "", FLOW_DISSECTOR, FLOW_DISSECTOR, 0, attach_netns, "a packet's headers are taken apart"),
	AT("sk_lookup", "", SK_LOOKUP, SK_LOOKUP, 0, attach_netns, "a listening socket is looked up"),
	LOADS("netfilter", "", NETFILTER, NETFILTER, 0, "a packet passes netfilter"),

	/* control groups */
	CGROUP("cgroup_skb/ingress", CGROUP_SKB, CGROUP_INET_INGRESS, "a cgroup receives a packet"),
	CGROUP("cgroup_skb/egress", CGROUP_SKB, CGROUP_INET_EGRESS, "a cgroup sends a packet"),
	CGROUP_0("cgroup/skb", CGROUP_SKB, "the same as cgroup_skb/ingress, which attach type 0 is"),
	CGROUP("cgroup/sock_create", CGROUP_SOCK, CGROUP_INET_SOCK_CREATE, "a cgroup makes a socket"),
	CGROUP("cgroup/sock", CGROUP_SOCK, CGROUP_INET_SOCK_CREATE, "the same as sock_create"),
	CGROUP("cgroup/sock_release", CGROUP_SOCK, CGROUP_INET_SOCK_RELEASE, "a cgroup closes a socket"),
	CGROUP("cgroup/post_bind4", CGROUP_SOCK, CGROUP_INET4_POST_BIND, "a cgroup has bound an IPv4 socket"),
	CGROUP("cgroup/post_bind6", CGROUP_SOCK, CGROUP_INET6_POST_BIND, "a cgroup has bound an IPv6 socket"),
	CGROUP("cgroup/bind4", CGROUP_SOCK_ADDR, CGROUP_INET4_BIND, "a cgroup binds an IPv4 socket"),
	CGROUP("cgroup/bind6", CGROUP_SOCK_ADDR, CGROUP_INET6_BIND, "a cgroup binds an IPv6 socket"),
	CGROUP("cgroup/connect4", CGROUP_SOCK_ADDR, CGROUP_INET4_CONNECT, "a cgroup connects over IPv4"),
	CGROUP("cgroup/connect6", CGROUP_SOCK_ADDR, CGROUP_INET6_CONNECT, "a cgroup connects over IPv6"),
	CGROUP("cgroup/connect_unix", CGROUP_SOCK_ADDR, CGROUP_UNIX_CONNECT, "a cgroup connects a unix socket"),
	CGROUP("cgroup/sendmsg4", CGROUP_SOCK_ADDR, CGROUP_UDP4_SENDMSG, "a cgroup sends a datagram over IPv4"),
	CGROUP("cgroup/sendmsg6", CGROUP_SOCK_ADDR, CGROUP_UDP6_SENDMSG, "a cgroup sends a datagram over IPv6"),
	CGROUP("cgroup/sendmsg_unix", CGROUP_SOCK_ADDR, CGROUP_UNIX_SENDMSG, "a cgroup sends a unix datagram"),
	CGROUP("cgroup/recvmsg4", CGROUP_SOCK_ADDR, CGROUP_UDP4_RECVMSG, "a cgroup receives a datagram over IPv4"),
	CGROUP("cgroup/recvmsg6", CGROUP_SOCK_ADDR, CGROUP_UDP6_RECVMSG, "a cgroup receives a datagram over IPv6"),
	CGROUP("cgroup/recvmsg_unix", CGROUP_SOCK_ADDR, CGROUP_UNIX_RECVMSG, "a cgroup receives a unix datagram"),
	CGROUP("cgroup/getpeername4", CGROUP_SOCK_ADDR, CGROUP_INET4_GETPEERNAME, "a cgroup asks for its IPv4 peer"),
	CGROUP("cgroup/getpeername6", CGROUP_SOCK_ADDR, CGROUP_INET6_GETPEERNAME, "a cgroup asks for its IPv6 peer"),
	CGROUP("cgroup/getpeername_unix", CGROUP_SOCK_ADDR, CGROUP_UNIX_GETPEERNAME, "a cgroup asks for its unix peer"),
	CGROUP("cgroup/getsockname4", CGROUP_SOCK_ADDR, CGROUP_INET4_GETSOCKNAME, "a cgroup asks for its IPv4 name"),
	CGROUP("cgroup/getsockname6", CGROUP_SOCK_ADDR, CGROUP_INET6_GETSOCKNAME, "a cgroup asks for its IPv6 name"),
	CGROUP("cgroup/getsockname_unix", CGROUP_SOCK_ADDR, CGROUP_UNIX_GETSOCKNAME, "a cgroup asks for its unix name"),
	CGROUP("cgroup/sysctl", CGROUP_SYSCTL, CGROUP_SYSCTL, "a cgroup reads or writes a sysctl"),
	CGROUP("cgroup/getsockopt", CGROUP_SOCKOPT, CGROUP_GETSOCKOPT, "a cgroup reads a socket option"),
	CGROUP("cgroup/setsockopt", CGROUP_SOCKOPT, CGROUP_SETSOCKOPT, "a cgroup sets a socket option"),
	CGROUP("cgroup/dev", CGROUP_DEVICE, CGROUP_DEVICE, "a cgroup opens or makes a device"),
};

enum { NHOOKS = sizeof(hooks) / sizeof(hooks[0]) };

const struct bw_hook *bw_hook_at(unsigned i)
{
	return i < NHOOKS ? &hooks[i].pub : NULL;
}

/* Does the row match? Yes if the section is its name, or its name, a slash, and something it takes. */
static bool row_matches(const struct bw_hook *row, const char *section, size_t len)
{
	if (strncmp(section, row->section, len) != 0)
		return false;
	return section[len] == 0 || (section[len] == '/' && row->takes[0]);
}

const struct hook *hook_find(const char *section, const char **target)
{
	const struct hook *best = NULL;
	size_t best_len = 0;

	section += section[0] == '?';
	for (unsigned i = 0; i < NHOOKS; i++) {
		size_t len = strlen(hooks[i].pub.section);

		if (len > best_len && row_matches(&hooks[i].pub, section, len)) {
			best = &hooks[i];
			best_len = len;
		}
	}
	if (best)
		*target = section[best_len] ? section + best_len + 1 : "";
	return best;
}

/* Rows near to `want`; with heads_only those that have no slash in their name. */
static void near_rows(struct nearest *n, const char *want, bool heads_only)
{
	nearest_start(n, want);
	for (unsigned i = 0; i < NHOOKS; i++)
		if (!heads_only || !strchr(hooks[i].pub.section, '/'))
			nearest_see(n, hooks[i].pub.section);
}

int hook_unknown(const char *section, const char *program, struct diag *d)
{
	const char *name = section + (section[0] == '?');
	size_t len = strcspn(name, "/");
	char head[64], names[200];
	struct nearest n;

	/* In kprobes/do_unlinkat the function would outweigh the one wrong letter. */
	snprintf(head, sizeof(head), "%.*s", (int)(len < sizeof(head) ? len : sizeof(head) - 1), name);
	near_rows(&n, head, true);
	if (!n.count)
		near_rows(&n, name, false);
	return fail(d, -EINVAL, "program", "%s: no kind of program is called by section %s%s",
		    program, section, nearest_text(&n, names, sizeof(names)));
}
