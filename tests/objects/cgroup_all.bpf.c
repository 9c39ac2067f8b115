/* A program for every section name of a cgroup; each says yes, which is 1 to all of them. tests/kernel_cgroup.sh holds the
   list against the hook table. Unix sockets came with 6.7: only whoever names these programs loads them. */
#include "uapi/bpf/types.h"

#define ALLOWS(name, section)			\
	SEC(section)				\
	int name(void *ctx __unused)		\
	{					\
		return 1;			\
	}

ALLOWS(socket_ops, "sockops")
ALLOWS(skb_ingress, "cgroup_skb/ingress")
ALLOWS(skb_egress, "cgroup_skb/egress")
ALLOWS(skb, "cgroup/skb")
ALLOWS(sock_create, "cgroup/sock_create")
ALLOWS(sock, "cgroup/sock")
ALLOWS(sock_release, "cgroup/sock_release")
ALLOWS(post_bind4, "cgroup/post_bind4")
ALLOWS(post_bind6, "cgroup/post_bind6")
ALLOWS(bind4, "cgroup/bind4")
ALLOWS(bind6, "cgroup/bind6")
ALLOWS(connect4, "cgroup/connect4")
ALLOWS(connect6, "cgroup/connect6")
ALLOWS(connect_unix, "?cgroup/connect_unix")
ALLOWS(sendmsg4, "cgroup/sendmsg4")
ALLOWS(sendmsg6, "cgroup/sendmsg6")
ALLOWS(sendmsg_unix, "?cgroup/sendmsg_unix")
ALLOWS(recvmsg4, "cgroup/recvmsg4")
ALLOWS(recvmsg6, "cgroup/recvmsg6")
ALLOWS(recvmsg_unix, "?cgroup/recvmsg_unix")
ALLOWS(getpeername4, "cgroup/getpeername4")
ALLOWS(getpeername6, "cgroup/getpeername6")
ALLOWS(getpeername_unix, "?cgroup/getpeername_unix")
ALLOWS(getsockname4, "cgroup/getsockname4")
ALLOWS(getsockname6, "cgroup/getsockname6")
ALLOWS(getsockname_unix, "?cgroup/getsockname_unix")
ALLOWS(sysctl, "cgroup/sysctl")
ALLOWS(getsockopt, "cgroup/getsockopt")
ALLOWS(setsockopt, "cgroup/setsockopt")
ALLOWS(dev, "cgroup/dev")

LICENSE("GPL");
