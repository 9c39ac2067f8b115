/*
 * The number of a network interface, from its name.
 *
 *	"veth0"  ->  ioctl(SIOCGIFINDEX), on any socket  ->  7
 *
 * Names and numbers belong to a network namespace, and a socket belongs to the
 * one it was made in: so the answer is right for whoever asks. The files of
 * /sys/class/net are not: they show the namespace in which sysfs was mounted.
 *
 * In: a name, a socket  Out: a number from 1
 * Kernel: net/core/dev_ioctl.c dev_ifsioc_locked()
 * Try:  ip link
 * Next: loader/attach_socket.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"
#include "uapi/net.h"

int iface_index(struct walk *w, int sock, const char *name, const char *where, struct diag *d)
{
	struct ifreq_index request;
	long r;

	if (!name[0])
		return fail(d, -EINVAL, where, "the name of the interface is empty");
	if (strchr(name, ':'))
		return fail(d, -EINVAL, where, "no interface %.60s: a name has no colon, and the kernel would not look behind it", name);
	memset(&request, 0, sizeof(request));
	if (strlen(name) >= sizeof(request.ifr_name))
		return fail(d, -EINVAL, where, "no interface %.60s: a name has at most %zu bytes", name,
			    sizeof(request.ifr_name) - 1);
	memcpy(request.ifr_name, name, strlen(name));
	r = sys_ifindex(&w->sys, sock, &request);
	if (r == -ENODEV)
		return fail(d, -ENODEV, where, "no interface %s (ENODEV)", name);
	if (r < 0)
		return fail_kernel(d, r, where, "SIOCGIFINDEX of %s", name);
	return request.ifr_ifindex;
}
