/*
 * tests/objects/sections.bpf.c - a program for every section name there is, but for those of struct_ops.
 *
 * None is loaded unless it is asked for ('?' in front): no kernel has them all. A program is called like the row it belongs
 * to; what it returns is something its kind may return.
 */
#include "uapi/bpf/bpf.h"

#define PROGRAM(section, name, result)		\
	SEC("?" section)			\
	int name(void *ctx __unused)		\
	{					\
		return result;			\
	}

/* What follows the section's own name is there on every kernel that has the kind at all. */
/* kernel functions */
PROGRAM("kprobe/do_nanosleep", kprobe, 0)
PROGRAM("kretprobe/do_nanosleep", kretprobe, 0)
PROGRAM("ksyscall/getppid", ksyscall, 0)
PROGRAM("kretsyscall/getppid", kretsyscall, 0)
PROGRAM("kprobe.multi/do_nanosleep*", kprobe_multi, 0)
PROGRAM("kretprobe.multi/do_nanosleep*", kretprobe_multi, 0)
PROGRAM("kprobe.session/do_nanosleep*", kprobe_session, 0)
PROGRAM("fentry/bpf_fentry_test1", fentry, 0)
PROGRAM("fentry.s/bpf_fentry_test1", fentry_s, 0)
PROGRAM("fexit/bpf_fentry_test1", fexit, 0)
PROGRAM("fexit.s/bpf_fentry_test1", fexit_s, 0)
PROGRAM("fmod_ret/bpf_modify_return_test", fmod_ret, 0)
PROGRAM("fmod_ret.s/bpf_fentry_test1", fmod_ret_s, 0)
PROGRAM("fsession/bpf_fentry_test1", fsession, 0)
PROGRAM("fsession.s/bpf_fentry_test1", fsession_s, 0)
PROGRAM("fentry.multi/bpf_fentry_test*", fentry_multi, 0)
PROGRAM("fentry.multi.s/bpf_fentry_test*", fentry_multi_s, 0)
PROGRAM("fexit.multi/bpf_fentry_test*", fexit_multi, 0)
PROGRAM("fexit.multi.s/bpf_fentry_test*", fexit_multi_s, 0)
PROGRAM("fsession.multi/bpf_fentry_test*", fsession_multi, 0)
PROGRAM("fsession.multi.s/bpf_fentry_test*", fsession_multi_s, 0)

/* user functions */
PROGRAM("uprobe//proc/self/exe:main", uprobe, 0)
PROGRAM("uprobe.s//proc/self/exe:main", uprobe_s, 0)
PROGRAM("uretprobe//proc/self/exe:main", uretprobe, 0)
PROGRAM("uretprobe.s//proc/self/exe:main", uretprobe_s, 0)
PROGRAM("uprobe.multi//proc/self/exe:main*", uprobe_multi, 0)
PROGRAM("uprobe.multi.s//proc/self/exe:main*", uprobe_multi_s, 0)
PROGRAM("uretprobe.multi//proc/self/exe:main*", uretprobe_multi, 0)
PROGRAM("uretprobe.multi.s//proc/self/exe:main*", uretprobe_multi_s, 0)
PROGRAM("uprobe.session//proc/self/exe:main*", uprobe_session, 0)
PROGRAM("uprobe.session.s//proc/self/exe:main*", uprobe_session_s, 0)
PROGRAM("usdt//proc/self/exe:libc:setjmp", usdt, 0)
PROGRAM("usdt.s//proc/self/exe:libc:setjmp", usdt_s, 0)

/* markers and clocks */
PROGRAM("tracepoint/syscalls/sys_enter_getppid", tracepoint, 0)
PROGRAM("tracepoint.s/syscalls/sys_enter_getppid", tracepoint_s, 0)
PROGRAM("tp/syscalls/sys_enter_getppid", tp, 0)
PROGRAM("tp.s/syscalls/sys_enter_getppid", tp_s, 0)
PROGRAM("raw_tracepoint/sys_enter", raw_tracepoint, 0)
PROGRAM("raw_tracepoint.s/sys_enter", raw_tracepoint_s, 0)
PROGRAM("raw_tp/sys_enter", raw_tp, 0)
PROGRAM("raw_tp.s/sys_enter", raw_tp_s, 0)
PROGRAM("raw_tracepoint.w/sys_enter", raw_tracepoint_w, 0)
PROGRAM("raw_tp.w/sys_enter", raw_tp_w, 0)
PROGRAM("tp_btf/sys_enter", tp_btf, 0)
PROGRAM("tp_btf.s/sys_enter", tp_btf_s, 0)
PROGRAM("perf_event", perf_event, 0)

/* decisions and walks */
PROGRAM("lsm/file_open", lsm, 0)
PROGRAM("lsm.s/file_open", lsm_s, 0)
PROGRAM("lsm_cgroup/socket_bind", lsm_cgroup, 1)
PROGRAM("iter/task", iter, 0)
PROGRAM("iter.s/task", iter_s, 0)
PROGRAM("freplace/replaced", freplace, 0)
PROGRAM("syscall", run, 0)

/* packets */
PROGRAM("socket", socket, 0)
PROGRAM("sk_reuseport/migrate", sk_reuseport_migrate, 1)
PROGRAM("sk_reuseport", sk_reuseport, 1)
PROGRAM("tc", tc, 0)
PROGRAM("classifier", classifier, 0)
PROGRAM("tc/ingress", tc_ingress, 0)
PROGRAM("tc/egress", tc_egress, 0)
PROGRAM("tcx/ingress", tcx_ingress, 0)
PROGRAM("tcx/egress", tcx_egress, 0)
PROGRAM("netkit/primary", netkit_primary, 0)
PROGRAM("netkit/peer", netkit_peer, 0)
PROGRAM("action", action, 0)
PROGRAM("xdp", xdp, 2)
PROGRAM("xdp.frags", xdp_frags, 2)
PROGRAM("xdp/devmap", xdp_devmap, 2)
PROGRAM("xdp.frags/devmap", xdp_frags_devmap, 2)
PROGRAM("xdp/cpumap", xdp_cpumap, 2)
PROGRAM("xdp.frags/cpumap", xdp_frags_cpumap, 2)
PROGRAM("lwt_in", lwt_in, 0)
PROGRAM("lwt_out", lwt_out, 0)
PROGRAM("lwt_xmit", lwt_xmit, 0)
PROGRAM("lwt_seg6local", lwt_seg6local, 0)
PROGRAM("sockops", sockops, 1)
PROGRAM("sk_skb/stream_parser", sk_skb_stream_parser, 0)
PROGRAM("sk_skb/stream_verdict", sk_skb_stream_verdict, 1)
PROGRAM("sk_skb/verdict", sk_skb_verdict, 1)
PROGRAM("sk_skb", sk_skb, 1)
PROGRAM("sk_msg", sk_msg, 1)
PROGRAM("lirc_mode2", lirc_mode2, 0)
PROGRAM("flow_dissector", flow_dissector, 0)
PROGRAM("sk_lookup", sk_lookup, 1)
PROGRAM("netfilter", netfilter, 1)

/* control groups */
PROGRAM("cgroup_skb/ingress", cgroup_skb_ingress, 1)
PROGRAM("cgroup_skb/egress", cgroup_skb_egress, 1)
PROGRAM("cgroup/skb", cgroup_skb, 1)
PROGRAM("cgroup/sock_create", cgroup_sock_create, 1)
PROGRAM("cgroup/sock", cgroup_sock, 1)
PROGRAM("cgroup/sock_release", cgroup_sock_release, 1)
PROGRAM("cgroup/post_bind4", cgroup_post_bind4, 1)
PROGRAM("cgroup/post_bind6", cgroup_post_bind6, 1)
PROGRAM("cgroup/bind4", cgroup_bind4, 1)
PROGRAM("cgroup/bind6", cgroup_bind6, 1)
PROGRAM("cgroup/connect4", cgroup_connect4, 1)
PROGRAM("cgroup/connect6", cgroup_connect6, 1)
PROGRAM("cgroup/connect_unix", cgroup_connect_unix, 1)
PROGRAM("cgroup/sendmsg4", cgroup_sendmsg4, 1)
PROGRAM("cgroup/sendmsg6", cgroup_sendmsg6, 1)
PROGRAM("cgroup/sendmsg_unix", cgroup_sendmsg_unix, 1)
PROGRAM("cgroup/recvmsg4", cgroup_recvmsg4, 1)
PROGRAM("cgroup/recvmsg6", cgroup_recvmsg6, 1)
PROGRAM("cgroup/recvmsg_unix", cgroup_recvmsg_unix, 1)
PROGRAM("cgroup/getpeername4", cgroup_getpeername4, 1)
PROGRAM("cgroup/getpeername6", cgroup_getpeername6, 1)
PROGRAM("cgroup/getpeername_unix", cgroup_getpeername_unix, 1)
PROGRAM("cgroup/getsockname4", cgroup_getsockname4, 1)
PROGRAM("cgroup/getsockname6", cgroup_getsockname6, 1)
PROGRAM("cgroup/getsockname_unix", cgroup_getsockname_unix, 1)
PROGRAM("cgroup/sysctl", cgroup_sysctl, 1)
PROGRAM("cgroup/getsockopt", cgroup_getsockopt, 1)
PROGRAM("cgroup/setsockopt", cgroup_setsockopt, 1)
PROGRAM("cgroup/dev", cgroup_dev, 1)

LICENSE("GPL");
