/*
 * What Android calls sections of programs.
 *
 *	SEC("schedcls/ingress/tether$v4")	what everybody else calls tc
 *	SEC("skfilter/egress/xtbpf")		socket
 *
 * Android's loader has names of its own, always with a name behind it: a program is
 * found by its section, so each has one. `$` and what follows tells versions of one
 * program apart. Each means what a row of the table of hooks means.
 *
 * Names that could be a slip of the pen elsewhere, as xdp/something, are taken so in
 * objects only that are made for Android's loader.
 *
 * In: "schedcls/ingress/tether$v4"  Out: the row "tc" and "ingress/tether$v4"
 * Kernel: none; Android's Loader.cpp and NetBpfLoad.cpp
 * Next: loader/hook_words.c
 */
#include <string.h>

#include "loader/walk.h"

static const struct {
	const char *android, *hook;
	bool only_there;
} names[] = {
	{ "bind4",             "cgroup/bind4",          false },
	{ "bind6",             "cgroup/bind6",          false },
	{ "cgroupskb",         "cgroup/skb",            false },
	{ "cgroupskb/egress",  "cgroup_skb/egress",     false },
	{ "cgroupskb/ingress", "cgroup_skb/ingress",    false },
	{ "cgroupsock",        "cgroup/sock",           false },
	{ "cgroupsockcreate",  "cgroup/sock_create",    false },
	{ "cgroupsockrelease", "cgroup/sock_release",   false },
	{ "connect4",          "cgroup/connect4",       false },
	{ "connect6",          "cgroup/connect6",       false },
	{ "egress",            "cgroup_skb/egress",     true },
	{ "getsockopt",        "cgroup/getsockopt",     false },
	{ "ingress",           "cgroup_skb/ingress",    true },
	{ "lwt_in",            "lwt_in",                true },
	{ "lwt_out",           "lwt_out",               true },
	{ "lwt_seg6local",     "lwt_seg6local",         true },
	{ "lwt_xmit",          "lwt_xmit",              true },
	{ "perf_event",        "perf_event",            true },
	{ "postbind4",         "cgroup/post_bind4",     false },
	{ "postbind6",         "cgroup/post_bind6",     false },
	{ "recvmsg4",          "cgroup/recvmsg4",       false },
	{ "recvmsg6",          "cgroup/recvmsg6",       false },
	{ "schedact",          "action",                false },
	{ "schedcls",          "tc",                    false },
	{ "sendmsg4",          "cgroup/sendmsg4",       false },
	{ "sendmsg6",          "cgroup/sendmsg6",       false },
	{ "setsockopt",        "cgroup/setsockopt",     false },
	{ "skfilter",          "socket",                false },
	{ "sockops",           "sockops",               true },
	{ "sysctl",            "cgroup/sysctl",         true },
	{ "xdp",               "xdp",                   true },
};

const struct hook *hook_find_android(const char *section, bool is_android, const char **target)
{
	const char *unused, *hook = NULL;
	size_t best = 0;

	section += section[0] == '?';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i].android);

		if (len <= best || strncmp(section, names[i].android, len) != 0 || section[len] != '/' ||
		    (names[i].only_there && !is_android))
			continue;
		best = len;
		hook = names[i].hook;
	}
	if (!hook)
		return NULL;
	*target = section + best + 1;
	return hook_find(hook, &unused);
}
