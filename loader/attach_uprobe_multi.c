/*
 * One program at many functions of a user program, with one call.
 *
 *	BPF_LINK_CREATE { prog_fd, uprobe_multi = { path, cnt, offsets[] } }	since 6.6
 *
 * The kernel wants places in a file, as for a single uprobe, so the pattern is
 * matched against the file's own symbols. Two names of one place (malloc and
 * __libc_malloc) are one place: given twice, the program would run twice.
 *
 * In: "PATH:PATTERN"  Out: a link; closing it detaches
 * Kernel: kernel/trace/bpf_trace.c bpf_uprobe_multi_link_attach()
 * Try:  strace -e bpf bpfwalk run OBJ, of a program in section uprobe.multi/libc.so.6:mal*
 * Next: loader/attach_usdt.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/symfile.h"
#include "loader/user_file.h"

struct places {
	struct arena arena;
	uint64_t *offsets;
	uint32_t count;
};

static int add(void *ctx, uint64_t file_offset)
{
	struct places *p = ctx;
	uint64_t *grown = array_grow(&p->arena, p->offsets, p->count, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	p->offsets = grown;
	p->offsets[p->count++] = file_offset;
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static void each_once(struct places *p)
{
	uint32_t n = 0;

	qsort(p->offsets, p->count, sizeof(*p->offsets), by_offset);
	for (uint32_t i = 0; i < p->count; i++)
		if (!n || p->offsets[n - 1] != p->offsets[i])
			p->offsets[n++] = p->offsets[i];
	p->count = n;
}

static int match(const struct link *l, struct view file, const char *path, const char *pattern, struct places *p,
		 struct diag *d)
{
	struct diag why = { 0 };
	struct symfile s;
	int64_t n = symfile_open(file, &p->arena, &s, &why);

	if (n < 0)
		return fail(d, (int)n, l->where, "%s: %s", path, why.msg);
	n = symfile_match(&s, pattern, add, p);
	if (n < 0)
		return fail_memory(d, l->where);
	if (!n)
		return fail(d, -ENOENT, l->where, "%s fits none of the function symbols of %s", pattern, path);
	each_once(p);
	return 0;
}

/* From a pattern to offsets in the file. */
static int resolve(struct walk *w, const struct link *l, const char *path, const char *pattern, struct places *p,
		   struct diag *d)
{
	struct view file;
	long r = user_file_map(w, path, &file);

	if (r < 0)
		return fail_kernel(d, r, l->where, "looking for %s: reading %s", pattern, path);
	r = match(l, file, path, pattern, p, d);
	if (file.size)
		sys_munmap(&w->sys, (void *)(uintptr_t)file.base, file.size);
	return (int)r;
}

static long create_link(struct walk *w, const struct link *l, const char *path, const struct places *p, int pid)
{
	struct bpf_link_create_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)l->prog_fd;
	attr.attach_type = l->hook->pub.attach_type;
	attr.uprobe_multi.path = (uintptr_t)path;
	attr.uprobe_multi.offsets = (uintptr_t)p->offsets;
	attr.uprobe_multi.cnt = p->count;
	attr.uprobe_multi.pid = (uint32_t)pid;
	attr.uprobe_multi.flags = l->hook->pub.section[1] == 'r' ? BPF_F_UPROBE_MULTI_RETURN : 0;	/* uretprobe.multi */
	return sys_bpf(&w->sys, BPF_LINK_CREATE, &attr, 0);
}

static const char *means(long code)
{
	switch (code) {
	case -EINVAL:
		return ": this kernel is older than this kind of link";
	case -EBADF:
		return ": not a regular file";
	case -ESRCH:
		return ": no such process";
	}
	return "";
}

int attach_uprobe_multi(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct places p = { 0 };
	char path[LIBRARY_PATH];
	const char *pattern;
	long r = user_target(w, l, path, &pattern, d);

	if (r == 0)
		r = resolve(w, l, path, pattern, &p, d);
	if (r == 0) {
		link_say_target(l, "%s:%s (%u place%s)", path, pattern, p.count, p.count == 1 ? "" : "s");
		r = create_link(w, l, path, &p, o->pid);
		if (r < 0)
			fail_kernel(d, r, l->where, "BPF_LINK_CREATE at %s%s", l->pub.target, means(r));
	}
	arena_free(&p.arena);
	return r < 0 ? (int)r : link_add_fd(w, l, (int)r, d);
}
