/*
 * Handing the object's types to the kernel.
 *
 * With them the kernel can check that a map's value holds the lock the program
 * says it does, can verify global functions one by one, and prints the C line
 * next to the instruction it refuses. Without them most programs load all the
 * same, so a refusal here is told and not fatal.
 *
 * In: .BTF, completed by elf/btf_kernel.c  Out: a descriptor
 * Kernel: kernel/bpf/btf.c btf_new_fd(), btf_parse()
 * Next: loader/memlock.c
 */
#include <errno.h>
#include <string.h>

#include "loader/walk.h"

int btf_load(struct walk *w, struct diag *d)
{
	struct bpf_btf_load_attr attr;
	struct view bytes;
	long fd;
	int r;

	if (!w->o.btf.count)
		return 0;
	observe_step(w, "btf_load", w->o.name);
	r = object_btf_for_kernel(&w->o, &w->arena, &bytes, d);
	if (r < 0)
		return r;
	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes.base;
	attr.btf_size = (uint32_t)bytes.size;
	fd = sys_bpf(&w->sys, BPF_BTF_LOAD, &attr, 0);
	if (fd == -EPERM && memlock_raise(w))
		fd = sys_bpf(&w->sys, BPF_BTF_LOAD, &attr, 0);
	if (fd >= 0)
		w->btf_fd = (int)fd;
	else if (fd == -EPERM || fd == -ENOMEM)
		return fail_kernel(d, fd, "btf load", "BPF_BTF_LOAD of %zu bytes", bytes.size);
	else
		observe_note(w, "the kernel refused the object's BTF (%s): going on without it", bw_errno_name((int)fd));
	return 0;
}
