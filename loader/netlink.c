/*
 * A question and its answer over netlink.
 *
 *	sendto  | nlmsghdr, seq 3 | tcmsg | attributes |
 *	recvfrom  a change:  | NLMSG_ERROR, seq 3 | 0 or -EEXIST | the question's header | attributes: a sentence |
 *	recvfrom  a list:    | RTM_NEWTFILTER, seq 3 | tcmsg | attributes | RTM_NEWTFILTER ...
 *	recvfrom             | NLMSG_DONE, seq 3 |
 *
 * The kernel answers before sendto(2) returns. So nobody waits: no answer then
 * means that there is none. Since 4.12 a refusal comes with a sentence, if the
 * socket has asked for it, and that says more than any errno.
 *
 * What is received is read like a file: lengths are held against the bytes
 * there are before they lead anywhere.
 *
 * In: struct tc_request  Out: 0, an errno with the kernel's words, the messages of a list
 * Kernel: net/netlink/af_netlink.c netlink_rcv_skb(), netlink_ack(), netlink_dump()
 * Next: loader/tc.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "loader/netlink.h"

/* The kernel makes no datagram of a list larger than this, unless a larger buffer was offered once. */
enum { ANSWER = 8192 };

int netlink_open(struct walk *w, const char *where, struct diag *d)
{
	long sock = sys_socket(&w->sys, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), r;

	if (sock < 0)
		return fail_kernel(d, sock, where, "making a netlink socket");
	r = sys_netlink_ext_ack(&w->sys, (int)sock);
	if (r == 0 || r == -ENOPROTOOPT)	/* before 4.12 a refusal is a number */
		return (int)sock;
	sys_close(&w->sys, (int)sock);
	return fail_kernel(d, r, where, "NETLINK_EXT_ACK");
}

static uint64_t padded(uint64_t bytes)
{
	return (bytes + 3) / 4 * 4;
}

bool netlink_attribute(struct view attributes, unsigned type, struct view *out)
{
	struct nlattr a;

	for (uint64_t at = 0; view_get(attributes, at, &a, sizeof(a)); at += padded(a.nla_len)) {
		struct view value;

		if (a.nla_len < sizeof(a) || !view_sub(attributes, at + sizeof(a), a.nla_len - sizeof(a), &value))
			return false;
		if ((a.nla_type & NLA_TYPE_MASK) == type) {
			*out = value;
			return true;
		}
	}
	return false;
}

/* Behind the error stands the question, of which only the header is left when the flag says so. */
static void keep_words(struct netlink *n, struct view message, const struct nlmsghdr *header, const struct nlmsgerr *e)
{
	uint64_t question = header->nlmsg_flags & NLM_F_CAPPED ? sizeof(e->msg) : padded(e->msg.nlmsg_len);
	uint64_t at = sizeof(*header) + sizeof(e->error) + question;
	struct view attributes, text;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) || at > message.size)
		return;
	view_sub(message, at, message.size - at, &attributes);
	if (netlink_attribute(attributes, NLMSGERR_ATTR_MSG, &text) && view_str(text, 0))
		snprintf(n->why, sizeof(n->why), ": %s", view_str(text, 0));
}

/* What ends an answer: its errno, which a list need not have. */
static int end_of_answer(struct netlink *n, struct view message, const struct nlmsghdr *header)
{
	struct nlmsgerr e = { 0 };

	if (!view_get(message, sizeof(*header), &e.error, sizeof(e.error)))
		return header->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	if (e.error > 0 || e.error <= -4096)
		return -EBADMSG;
	if (header->nlmsg_type == NLMSG_ERROR && view_get(message, sizeof(*header), &e, sizeof(e)) && e.error)
		keep_words(n, message, header, &e);
	return e.error;
}

enum { MORE = 1 };

/* One datagram: MORE, or how the answer ends. What does not belong to the question is passed over. */
static int take(struct netlink *n, struct view datagram, void (*each)(void *ctx, struct view message), void *ctx)
{
	struct view message, body;
	struct nlmsghdr header;

	for (uint64_t at = 0; at < datagram.size; at += padded(header.nlmsg_len)) {
		if (!view_get(datagram, at, &header, sizeof(header)) || header.nlmsg_len < sizeof(header) ||
		    !view_sub(datagram, at, header.nlmsg_len, &message))
			return -EBADMSG;
		if (header.nlmsg_seq != n->seq)
			continue;
		if (header.nlmsg_type == NLMSG_ERROR || header.nlmsg_type == NLMSG_DONE)
			return end_of_answer(n, message, &header);
		view_sub(message, sizeof(header), message.size - sizeof(header), &body);
		if (each)
			each(ctx, body);
	}
	return MORE;
}

int netlink_ask(struct netlink *n, struct tc_request *q, size_t size, void (*each)(void *ctx, struct view message), void *ctx)
{
	unsigned char answer[ANSWER];
	long r;

	n->why[0] = 0;
	q->header.nlmsg_len = (uint32_t)size;
	q->header.nlmsg_seq = ++n->seq;
	r = sys_netlink_send(&n->w->sys, n->sock, q, size);
	while (r >= 0) {
		r = sys_netlink_receive(&n->w->sys, n->sock, answer, sizeof(answer));
		if (r < 0)
			break;
		if (r == 0 || r > ANSWER)
			return -EBADMSG;
		r = take(n, (struct view){ answer, (size_t)r }, each, ctx);
		if (r != MORE)
			break;
	}
	return (int)r;
}
