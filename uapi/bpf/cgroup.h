/*
 * uapi/bpf/cgroup.h - what a program of a control group is called with.
 *
 *	cgroup/dev          struct bpf_cgroup_dev_ctx	which device, and what for
 *	cgroup/connect4 ... struct bpf_sock_addr	a socket and an address
 *	cgroup/sysctl       struct bpf_sysctl		reading or writing
 *	cgroup_skb/...      struct __sk_buff		a packet: uapi/bpf/packet.h
 *
 * Such a program is asked, and its result is the answer: 1 is yes, 0 is no, and
 * for no the process gets EPERM, root or not.
 *
 * In:     uapi/bpf/types.h
 * Out:    contexts
 * Kernel: kernel/bpf/cgroup.c, net/core/filter.c, the *_is_valid_access() functions
 * Next:   uapi/bpf/packet.h
 */
#ifndef UAPI_BPF_CGROUP_H
#define UAPI_BPF_CGROUP_H

#include "uapi/bpf/types.h"

enum {					/* bits: a device is made, read, written */
	BPF_DEVCG_ACC_MKNOD = 1,
	BPF_DEVCG_ACC_READ = 2,
	BPF_DEVCG_ACC_WRITE = 4
};

enum {
	BPF_DEVCG_DEV_BLOCK = 1,
	BPF_DEVCG_DEV_CHAR = 2
};

struct bpf_cgroup_dev_ctx {
	__u32 access_type;		/* BPF_DEVCG_ACC_* << 16 | BPF_DEVCG_DEV_* */
	__u32 major, minor;
};

struct bpf_sock_addr {
	__u32 user_family;
	__be32 user_ip4;
	__be32 user_ip6[4];
	__be32 user_port;		/* the upper 16 bits are 0 */
	__u32 family, type, protocol;
	__be32 msg_src_ip4;
	__be32 msg_src_ip6[4];
};

struct bpf_sysctl {
	__u32 write;			/* 0: it is read */
	__u32 file_pos;
};

#endif
