/*
 * Programs among the rules of netfilter, the kernel's packet filter, by a BPF link.
 *
 *	wire --> prerouting --+--> forward --+--> postrouting --> wire
 *	                      v              |
 *	                    input          output
 *	                      v              ^
 *	                      +-- a socket --+
 *
 *	BPF_LINK_CREATE { prog_fd, attach_type, netfilter = { pf, hooknum, priority } }		since 6.4
 *
 * Each packet of a protocol passes some of five points, and at each a list of
 * functions: connection tracking, nftables' chains, and these programs. The
 * priority is the place in the list, lower ones come first: -200 is connection
 * tracking, 0 an ordinary chain of rules. What a program returns is the verdict:
 * NF_DROP 0, NF_ACCEPT 1. It is attached in our network namespace.
 *
 * In: "ipv4:input:-300"  Out: a link; closing it detaches
 * Kernel: net/netfilter/nf_bpf_link.c bpf_nf_link_attach()
 * Try:  bpfwalk run OBJ --netfilter ipv4:input, of a program in section netfilter
 * Next: loader/attach_struct_ops.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/walk.h"

struct word {
	const char *name;
	uint32_t number;
};

/* enum of include/uapi/linux/netfilter.h: NFPROTO_..., NF_INET_... */
static const struct word families[] = { { "ipv4", 2 }, { "ipv6", 10 } };
static const struct word points[] = {
	{ "prerouting", 0 }, { "input", 1 }, { "forward", 2 }, { "output", 3 }, { "postrouting", 4 },
};

/* The word that *text begins with, up to a colon or the end, behind which *text is then. */
static bool take_word(const char **text, const struct word *words, size_t n, uint32_t *number)
{
	size_t len = strcspn(*text, ":");

	for (size_t i = 0; i < n; i++) {
		if (strlen(words[i].name) != len || strncmp(*text, words[i].name, len) != 0)
			continue;
		*number = words[i].number;
		*text += len;
		return true;
	}
	return false;
}

/* ":-300", or nothing: 0 */
static bool take_priority(const char *text, int32_t *priority)
{
	char *end = NULL;
	long n;

	*priority = 0;
	if (!*text)
		return true;
	errno = 0;
	n = strtol(text + 1, &end, 10);
	if (end == text + 1 || *end || errno || n < INT32_MIN || n > INT32_MAX)
		return false;
	*priority = (int32_t)n;
	return true;
}

static int parse(const struct link *l, const char *where, struct bpf_link_create_attr *attr, struct diag *d)
{
	const char *text = where;

	if (!take_word(&text, families, sizeof(families) / sizeof(families[0]), &attr->netfilter.pf) || *text++ != ':')
		return fail(d, -EINVAL, l->where, "%s: expected ipv4:... or ipv6:..., and a point: ipv4:input", where);
	if (!take_word(&text, points, sizeof(points) / sizeof(points[0]), &attr->netfilter.hooknum))
		return fail(d, -EINVAL, l->where, "%s: expected prerouting, input, forward, output or postrouting behind the colon",
			    where);
	if (!take_priority(text, &attr->netfilter.priority))
		return fail(d, -EINVAL, l->where, "%s: expected a priority at the end, a number such as -300", where);
	return 0;
}

static const char *means(long code)
{
	switch (code) {
	case -EBUSY:
		return ": another program is attached there with this priority";
	case -ERANGE:
		return ": the lowest and the highest priority are the kernel's own";
	case -EAFNOSUPPORT:
		return ": this kernel does not have the protocol";
	case -EINVAL:
		return ": this kernel has no links for netfilter (6.4 has, with CONFIG_NETFILTER_BPF_LINK)";
	}
	return "";
}

int attach_netfilter(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct bpf_link_create_attr attr;
	long fd = refuse_pid(l, o, d);

	memset(&attr, 0, sizeof(attr));
	if (fd == 0)
		fd = parse(l, o->netfilter, &attr, d);
	if (fd < 0)
		return (int)fd;
	link_say_target(l, "%s", o->netfilter);
	attr.prog_fd = (uint32_t)l->prog_fd;
	attr.attach_type = BPF_NETFILTER;
	fd = sys_bpf(&w->sys, BPF_LINK_CREATE, &attr, 0);
	if (fd < 0)
		return fail_kernel(d, fd, l->where, "BPF_LINK_CREATE at %s%s", l->pub.target, means(fd));
	return link_add_fd(w, l, (int)fd, d);
}
