/*
 * Netlink, as far as a program becomes a filter of traffic control.
 *
 *	socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)	a datagram there is a question, the next ones are the answer
 *
 *	| nlmsghdr | tcmsg | nlattr "bpf\0" | nlattr | nlattr 5 | nlattr 1 | nlattr "count\0..."
 *	  what       where   TCA_KIND         |        TCA_BPF_FD  .._FLAGS   TCA_BPF_NAME
 *	                                      TCA_OPTIONS: the rest is inside of it
 *
 * An attribute is a length, a type and some bytes, and the next begins at a
 * multiple of four. In general that is a tree of any shape. What is asked here
 * always has the same one, so it is a structure, of which a question sends as
 * much as it needs; and the tables that name members of structures name these.
 *
 * A qdisc, a queueing discipline, is what an interface does with packets that
 * wait. clsact is one that queues nothing: it is a place for filters, one list
 * for what comes in and one for what goes out.
 *
 * Kernel: include/uapi/linux/netlink.h, include/uapi/linux/rtnetlink.h, include/uapi/linux/pkt_sched.h, include/uapi/linux/pkt_cls.h
 * Next: uapi/bpf_cmd.h
 */
#ifndef UAPI_NETLINK_H
#define UAPI_NETLINK_H

#include <stdint.h>

#include "uapi/names.def"

#define NETLINK_ROW(name, value) name = value,
enum { NLMSG_TYPE_LIST(NETLINK_ROW) };
enum { NLM_F_LIST(NETLINK_ROW) };
enum { TCA_BPF_FLAG_LIST(NETLINK_ROW) };
#undef NETLINK_ROW

#define NLM_F_MULTI		0x2	/* in an answer: more messages follow, the last is NLMSG_DONE */
#define NLM_F_CAPPED		0x100	/* in NLMSG_ERROR: the question is not repeated behind its header */
#define NLM_F_ACK_TLVS		0x200	/* in NLMSG_ERROR: attributes follow */

#define NETLINK_ROUTE		0	/* a protocol of AF_NETLINK */
#define SOL_NETLINK		270
#define NETLINK_EXT_ACK		11	/* an option: errors with words, since 4.12 */

struct nlmsghdr {
	uint32_t nlmsg_len;		/* of all of it, without what pads it to four bytes */
	uint16_t nlmsg_type;
	uint16_t nlmsg_flags;
	uint32_t nlmsg_seq;		/* an answer has that of its question */
	uint32_t nlmsg_pid;
};

struct nlmsgerr {			/* behind the header of NLMSG_ERROR, which is an acknowledgement as well */
	int32_t error;			/* 0, or a negative errno */
	struct nlmsghdr msg;		/* the question's */
};
#define NLMSGERR_ATTR_MSG	1	/* an attribute: a sentence */

struct nlattr {
	uint16_t nla_len;		/* with this header */
	uint16_t nla_type;
};
#define NLA_TYPE_MASK		0x3fff	/* the rest says how the bytes are to be read */

struct tcmsg {				/* behind the header of messages about qdiscs and filters */
	uint8_t tcm_family, tcm__pad1;
	uint16_t tcm__pad2;
	int32_t tcm_ifindex;
	uint32_t tcm_handle;		/* a qdisc's or filter's own number */
	uint32_t tcm_parent;		/* what it hangs on: two numbers of 16 bits, of a qdisc and a place in it */
	uint32_t tcm_info;		/* filters: 16 bits of priority, the lowest is asked first, and the protocol in network order */
};

#define TC_H_CLSACT		0xfffffff1u	/* as a parent: the interface; its upper half is the number of the qdisc itself */
#define TC_H_MAJ_MASK		0xffff0000u
#define TC_H_MIN_INGRESS	0xfff2u
#define TC_H_MIN_EGRESS		0xfff3u

enum { TCA_KIND = 1, TCA_OPTIONS = 2 };
enum { TCA_BPF_FD = 6, TCA_BPF_NAME = 7, TCA_BPF_FLAGS = 8, TCA_BPF_ID = 11 };

enum { TC_KIND = 8, TC_NAME = 64 };	/* bytes here; the kernel would take more */

struct tc_request {
	struct nlmsghdr header;
	struct tcmsg tc;
	struct nlattr kind;
	char kind_text[TC_KIND];	/* "clsact", "bpf" */
	struct nlattr options;		/* its length has all that follows */
	struct nlattr fd;
	uint32_t fd_value;
	struct nlattr flags;
	uint32_t flags_value;
	struct nlattr name;
	char name_text[TC_NAME];	/* what tc(8) shows */
};

#endif
