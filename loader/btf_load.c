/*
 * Handing the object's types to the kernel.
 *
 * With them the kernel can check that a map's value holds the lock the program
 * says it does, can verify global functions one by one, and prints the C line
 * next to the instruction it refuses. Without them most programs load all the
 * same, so a refusal here is told and not fatal.
 *
 * A kernel that is older than the compiler refuses what it does not know, and
 * says no more than EINVAL. Then the newest thing in it is written as something
 * older, and so on: elf/btf_downgrade.h.
 *
 * In: .BTF, completed by elf/btf_kernel.c  Out: a descriptor
 * Kernel: kernel/bpf/btf.c btf_new_fd(), btf_parse()
 * Next: loader/older.c
 */
#include <errno.h>
#include <string.h>

#include "elf/btf_downgrade.h"
#include "loader/walk.h"

static long load(struct walk *w, struct view bytes)
{
	struct bpf_btf_load_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes.base;
	attr.btf_size = (uint32_t)bytes.size;
	return bpf_charged(w, BPF_BTF_LOAD, &attr, 0);
}

/* Refused: with one thing after the other that an older kernel may not know written as something it knows. */
static long load_older(struct walk *w, struct view bytes, struct diag *d)
{
	struct arena scratch = { 0 };
	long fd = -EINVAL;

	for (enum btf_step step = 0; fd == -EINVAL && step < BTF_STEPS; step++) {
		int r = btf_step_take(step, (void *)(uintptr_t)bytes.base, bytes.size, &scratch, d);

		if (r < 0)
			fd = r;
		if (r != 1)
			continue;
		observe_note(w, "The kernel refused the object's BTF (EINVAL), so it gets an older one: %s.", btf_step_text(step));
		w->btf_without_funcs = step == BTF_STEP_FUNC;
		w->btf_without_tags |= step == BTF_STEP_TYPE_TAG || step == BTF_STEP_DECL_TAG;
		fd = load(w, bytes);
	}
	arena_free(&scratch);
	return fd;
}

int btf_load(struct walk *w, struct diag *d)
{
	struct view bytes;
	long fd;
	int r;

	if (!w->o.btf.count)
		return 0;
	observe_step(w, "btf_load", w->o.name);
	r = object_btf_for_kernel(&w->o, &w->arena, &bytes, d);
	if (r < 0)
		return r;
	fd = load(w, bytes);
	if (fd == -EINVAL)
		fd = load_older(w, bytes, d);
	w->btf_loaded = bytes;
	if (fd >= 0)
		w->btf_fd = (int)fd;
	else if (fd == -EPERM || fd == -ENOMEM)
		return fail_kernel(d, fd, "btf load", "BPF_BTF_LOAD of %zu bytes", bytes.size);
	else
		observe_note(w, "The kernel refused the object's BTF (%s): going on without it.", bw_errno_name((int)fd));
	return 0;
}
