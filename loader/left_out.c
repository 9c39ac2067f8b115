/*
 * What this kernel is not meant to get.
 *
 *	program stats_v4:	kernels from 4.14.0 on, before 5.4.0
 *	program stats_v5:	kernels from 5.4.0 on
 *
 * Android ships one object for many kernels, with a program in several versions.
 * Those for other kernels are left out, and so is an optional program that the
 * kernel refuses. This is the one place where the kernel is asked for its version:
 * the file wants it to decide.
 *
 * In: struct meant_for of maps and programs  Out: which are enabled, and why not
 * Kernel: none; Android's Loader.cpp
 * Try: bpfwalk load build/tests/objects/android.bpf.o
 * Next: loader/globals.c
 */
#include <errno.h>
#include <string.h>

#include "loader/externs.h"
#include "loader/walk.h"

#define MAJOR(v) ((unsigned)((v) >> 16))
#define MINOR(v) ((unsigned)((v) >> 8 & 0xff))
#define PATCH(v) ((unsigned)((v) & 0xff))

/* "it is made for kernels from 5.4.0 on, and this one is 4.19.208"; with no memory for numbers, less. */
static const char *for_others(struct walk *w, const char *from_or_before, uint32_t limit, const char *on, uint32_t v)
{
	const char *why = arena_printf(&w->arena, "it is made for kernels %s %u.%u.%u%s, and this one is %u.%u.%u", from_or_before,
				       MAJOR(limit), MINOR(limit), PATCH(limit), on, MAJOR(v), MINOR(v), PATCH(v));

	return why ? why : "it is made for other kernels";
}

/* Why not here; NULL: it is meant for this kernel. */
static const char *reason(struct walk *w, const struct meant_for *m)
{
	const char *from;
	uint32_t v = m->is_limited ? kernel_version(w, &from) : 0;

	if (m->is_limited && m->other_loaders)
		return "it is made for older versions of Android's loader";
	if (v && v < m->min_kver)
		return for_others(w, "from", m->min_kver, " on", v);
	if (v && v >= m->max_kver)
		return for_others(w, "before", m->max_kver, "", v);
	return NULL;
}

static void leave_out(struct walk *w, const char *kind, const char *name, const char *why, bool *enabled, const char **left_out)
{
	*enabled = !why;
	*left_out = why;
	if (why)
		observe_note(w, "%s %s: left out: %s", kind, name, why);
}

void left_out_choose(struct walk *w)
{
	for (uint32_t i = 0; i < w->pub.nmaps; i++)
		if (w->maps[i].enabled)
			leave_out(w, "map", w->maps[i].name, reason(w, &w->o.maps[i].meant_for), &w->maps[i].enabled,
				  &w->maps[i].left_out);
	for (uint32_t i = 0; i < w->pub.nprograms; i++)
		if (w->programs[i].is_entry && w->programs[i].enabled)
			leave_out(w, "program", w->programs[i].name, reason(w, &w->o.funcs[i].meant_for), &w->programs[i].enabled,
				  &w->programs[i].left_out);
}

int left_out_optional(struct walk *w, uint32_t func, int r, struct diag *d)
{
	struct bw_program *p = &w->programs[func];
	const char *why;

	if (r >= 0 || r == -ENOMEM || !p->is_optional)
		return r;
	why = arena_printf(&w->arena, "it is optional, and refused: %s", d->msg);
	if (!why)
		return fail_memory(d, "program load");
	leave_out(w, "program", p->name, why, &p->enabled, &p->left_out);
	memset(d, 0, sizeof(*d));
	return 0;
}
