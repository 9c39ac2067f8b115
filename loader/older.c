/*
 * What this kernel does not know, and when that is certain.
 *
 *	it refused a thing, and took the rest without it	missing: not tried again
 *	it took it, or something newer			present: never the reason for a refusal
 *
 * No kernel is asked for its version, and nothing is loaded to find out: the
 * object's own calls tell. A call that is refused because of one thing is made
 * again without it, for the first map or program that has it; all others go
 * without it at once. That is one refused call for each thing and object.
 *
 * The object's BTF says much before a map is made: a kernel that took a global
 * FUNC is 5.6 or newer, and an EINVAL later on is about something else.
 *
 * In: refusals  Out: bits
 * Kernel: none; the versions are those of Linux, and kernels with newer parts put in tell by what they take
 * Next: loader/memlock.c
 */
#include <string.h>

#include "elf/btf.h"
#include "loader/walk.h"

/* major << 8 | minor; what BTF tells nothing about is left out. */
static const uint32_t since[] = {
	[EXTRA_MMAPABLE]    = 0x0505,
	[EXTRA_PROBE_READ]  = 0x0505,
	[EXTRA_READ_ONLY]   = 0x0502,
	[EXTRA_DOTS]        = 0x0502,
	[EXTRA_PROG_TYPES]  = 0x0500,
	[EXTRA_ANY_VERSION] = 0x0500,
	[EXTRA_ATTACH_TYPE] = 0x0411,
	[EXTRA_NAMES]       = 0x040f,
};

bool is_missing(const struct walk *w, enum extra e)
{
	return w->missing >> e & 1;
}

/* The version that came to know what is in this type, of those that tell something here. */
static uint32_t since_of(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_FUNC:
		return btf_vlen(t) == BTF_FUNC_GLOBAL ? 0x0506 : 0x0500;
	case BTF_KIND_DATASEC:
		return 0x0502;
	}
	return 0x0412;			/* BTF at all */
}

/* How old the kernel can be at most, as it took this BTF. */
static uint32_t btf_since(const struct walk *w)
{
	struct arena scratch = { 0 };
	uint32_t newest = 0;
	struct btf b;

	if (w->btf_fd >= 0 && btf_index(w->btf_loaded, &scratch, &b, NULL) == 0)
		for (uint32_t id = 1; id < b.count; id++)
			if (since_of(btf_type(&b, id)) > newest)
				newest = since_of(btf_type(&b, id));
	arena_free(&scratch);
	return newest;
}

bool is_present(struct walk *w, enum extra e)
{
	uint32_t kernel;

	if (w->present >> e & 1)
		return true;
	kernel = btf_since(w);
	for (unsigned i = 0; i < sizeof(since) / sizeof(since[0]); i++)
		if (since[i] <= kernel)
			w->present |= 1u << i;
	return w->present >> e & 1;
}

bool drop_dots(char name[16])
{
	bool had = false;

	for (; *name; name++) {
		if (*name != '.')
			continue;
		*name = '_';
		had = true;
	}
	return had;
}

bool drop_name(char name[16])
{
	bool had = name[0] != 0;

	memset(name, 0, 16);
	return had;
}
