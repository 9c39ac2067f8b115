/*
 * A filter has no descriptor that could be pinned: what is pinned is where it is.
 *
 *	DIR/links/count -> tc:veth0:egress:7:49152:31:clsact:4026531840
 *	                      |     |      | |     |  |      the network namespace, as /proc/self/ns/net names it; 0: not known
 *	                      |     |      | |     |  the qdisc was made for it; else nothing
 *	                      |     |      | |     the program's id
 *	                      |     |      | the priority
 *	                      |     |      the interface's number
 *	                      |     what goes out, or comes in: ingress
 *	                      the interface's name, for people: it may be another one by now
 *
 * A symbolic link holds any text, and bpffs has them. It says enough to find the
 * filter again, and to see that it is still the same.
 *
 * In: struct tc_filter  Out: a line, and back
 * Kernel: kernel/bpf/inode.c bpf_symlink(), fs/nsfs.c ns_get_path()
 * Next: loader/attach_netfilter.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/netlink.h"
#include "loader/tc.h"

enum { FIELDS = 8 };

/* "net:[4026531840]"; 0 where there is no /proc. */
static unsigned long own_netns(struct walk *w)
{
	char name[64];
	const char *number;

	if (sys_readlink(&w->sys, "/proc/self/ns/net", name, sizeof(name)) < 0)
		return 0;
	number = strchr(name, '[');
	return number ? strtoul(number + 1, NULL, 10) : 0;
}

void tc_pin_text(struct walk *w, const struct tc_filter *f, char out[TC_PIN])
{
	snprintf(out, TC_PIN, "tc:%s:%s:%d:%u:%u:%s:%lu", f->iface, f->egress ? "egress" : "ingress", f->ifindex, f->priority,
		 f->prog_id, f->made_qdisc ? "clsact" : "", own_netns(w));
}

/* Digits, and not too many of them. */
static bool read_number(const char *text, uint32_t *out)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*out = (uint32_t)value;
	return text[0] >= '0' && text[0] <= '9' && !*end && value <= UINT32_MAX;
}

bool tc_pin_read(const char *text, struct tc_filter *f, uint32_t *netns)
{
	char copy[TC_PIN], *field[FIELDS], *at = copy;
	uint32_t ifindex;

	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	for (unsigned i = 0; i < FIELDS; i++) {
		field[i] = at;
		at += strcspn(at, ":");
		if ((i + 1 < FIELDS) != (*at == ':'))
			return false;
		*at++ = 0;
	}
	memset(f, 0, sizeof(*f));
	if (strcmp(field[0], "tc") != 0 || strlen(field[1]) >= sizeof(f->iface) || !read_number(field[3], &ifindex) ||
	    !ifindex || ifindex > INT32_MAX || !read_number(field[4], &f->priority) || !read_number(field[5], &f->prog_id) ||
	    !read_number(field[7], netns))
		return false;
	strcpy(f->iface, field[1]);
	f->ifindex = (int)ifindex;
	f->egress = strcmp(field[2], "egress") == 0;
	f->made_qdisc = field[6][0] != 0;
	return true;
}

int tc_unpin_check(struct walk *w, const char *path, const struct tc_filter *f, uint32_t netns, const char *where, struct diag *d)
{
	unsigned long own = own_netns(w);

	if (!own || !netns || own == netns)
		return 0;
	return fail(d, -EXDEV, where, "%s is a filter at %s in the network namespace net:[%u], and this is net:[%lu]: it can be"
		    " removed from there", path, f->iface, netns, own);
}

int tc_unpin(struct walk *w, const struct tc_filter *f, const char *where, struct diag *d)
{
	struct netlink n = { .w = w };
	int r;

	n.sock = netlink_open(w, where, d);
	if (n.sock < 0)
		return n.sock;
	r = tc_remove(&n, f, where, d);
	sys_close(&w->sys, n.sock);
	return r;
}
