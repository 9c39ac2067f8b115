/*
 * Which version of the kernel is running, as LINUX_VERSION_CODE has it.
 *
 *	uname -r                        6.12.57+deb13-amd64     -> 6.12.57
 *	Debian, in uname -v             ... Debian 6.1.140-1    -> 6.1.140, where uname -r says 6.1.0-37
 *	Ubuntu, /proc/version_signature Ubuntu 5.15.0-1 5.15.178 -> 5.15.178
 *
 * Distributions keep the number of their first release in uname -r, so that
 * modules go on loading, and say the real one elsewhere. The kernel compared a
 * program's version with the real one until 5.0.
 *
 * In: three places  Out: one number
 * Kernel: include/generated/uapi/linux/version.h KERNEL_VERSION(); libbpf's get_kernel_version()
 * Try:  uname -rv; cat /proc/version_signature
 * Next: loader/ksyms.c
 */
#include <string.h>

#include "loader/externs.h"

/* Digits; NULL where there are none. */
static const char *part(const char *s, uint32_t *out)
{
	const char *start = s;

	for (*out = 0; *s >= '0' && *s <= '9' && *out < 100000; s++)
		*out = *out * 10 + (uint32_t)(*s - '0');
	return s == start ? NULL : s;
}

/* "6.12.57..." with three parts, or with two where the third is not `needed`. 0: something else. */
static uint32_t version_of(const char *s, bool needed)
{
	uint32_t major, minor, patch = 0;

	s = part(s, &major);
	s = s && *s == '.' ? part(s + 1, &minor) : NULL;
	if (!s || ((*s != '.' || !part(s + 1, &patch)) && needed))
		return 0;
	/* A stable kernel can come to its 300th patch; the number has eight bits for it. */
	return major << 16 | minor << 8 | (patch < 255 ? patch : 255);
}

/* The third word. */
static uint32_t ubuntu(struct walk *w)
{
	char text[256];
	const char *s = text;

	if (read_small_file(&w->sys, "/proc/version_signature", text, sizeof(text)) <= 0)
		return 0;
	for (int word = 0; word < 2; word++) {
		s += strcspn(s, " \n");
		s += strspn(s, " ");
	}
	return version_of(s, true);
}

const struct new_utsname *utsname(struct walk *w)
{
	if (!w->utsname) {
		w->utsname = arena_alloc(&w->arena, sizeof(*w->utsname));
		if (w->utsname)
			sys_uname(&w->sys, w->utsname);
	}
	return w->utsname;
}

uint32_t kernel_version(struct walk *w, const char **from)
{
	static const char debian[] = "Debian ";
	const struct new_utsname *name;
	const char *at;
	uint32_t version = ubuntu(w);

	*from = "/proc/version_signature";
	if (version)
		return version;
	*from = "uname";
	name = utsname(w);
	if (!name)
		return 0;
	at = strstr(name->version, debian);
	version = at ? version_of(at + sizeof(debian) - 1, true) : 0;
	return version ? version : version_of(name->release, false);
}
