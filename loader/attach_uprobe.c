/*
 * User probes: a function of a program or a library, in every process that maps it.
 *
 *	"libc.so.6:getaddrinfo+0x10"
 *	 |         |           `-- bytes behind the function's start
 *	 |         `-- a symbol of the file: .symtab, else .dynsym; or 0xOFFSET in the file
 *	 `-- a path, or a name that is looked for where libraries and programs are
 *
 *	perf_event_open({type = uprobe PMU, uprobe_path = "/lib/.../libc.so.6", probe_offset = 0xf5a70})
 *
 * The kernel knows nothing of symbols in user space: it wants a place in a
 * file, and puts a breakpoint there into every page of it that is mapped, now or
 * later. So the name is resolved here, with the same ELF reader that reads the
 * object. Asking for one process (pid) is possible: then only its pages get the
 * breakpoint.
 *
 * In: "PATH:FUNCTION+OFFSET"  Out: a perf event in the link
 * Kernel: kernel/trace/trace_uprobe.c create_local_trace_uprobe(), kernel/events/uprobes.c uprobe_register()
 * Try:  strace -e perf_event_open,ioctl bpfwalk run build/progs/uprobe.bpf.o
 * Next: loader/attach_uprobe_multi.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "elf/symfile.h"
#include "loader/probe.h"
#include "loader/user_file.h"

int user_target(struct walk *w, const struct link *l, char path[LIBRARY_PATH], const char **rest, struct diag *d)
{
	const char *colon = strchr(l->target, ':');
	char name[LIBRARY_PATH];

	if (!colon || !colon[1])
		return fail(d, -EINVAL, l->where, "%s: expected PATH:FUNCTION", l->target);
	if (snprintf(name, sizeof(name), "%.*s", (int)(colon - l->target), l->target) >= (int)sizeof(name))
		return fail(d, -ENAMETOOLONG, l->where, "%.60s...: the path is too long", l->target);
	*rest = colon + 1;
	return library_path(w, name, path, l->where, d);
}

/*
 * Shared, because into a private mapping the kernel puts the breakpoints of all uprobes there are at this moment, as if it
 * were code of ours, and counts it in semaphores. (Whoever cuts a library short while we look ends us with SIGBUS, and its
 * users as well.)
 */
long user_file_map(struct walk *w, const char *path, struct view *out)
{
	int64_t size = 0;
	void *at = NULL;
	long r, fd = sys_open(&w->sys, path, O_RDONLY);

	if (fd < 0)
		return fd;
	r = sys_file_size(&w->sys, (int)fd, &size);
	if (r >= 0 && (size < 0 || (uint64_t)size > SIZE_MAX))
		r = -EFBIG;
	if (r >= 0 && size > 0)
		r = sys_mmap(&w->sys, (size_t)size, PROT_READ, MAP_SHARED, (int)fd, 0, &at);
	sys_close(&w->sys, (int)fd);
	*out = (struct view){ at, (size_t)size };
	return r < 0 ? r : 0;
}

static int find_symbol(struct walk *w, struct view file, struct probe_target *p, struct diag *d)
{
	struct arena scratch = {0};
	struct symfile_place place;
	struct symfile s;
	int r = symfile_open(file, &scratch, &s, d);

	if (r >= 0)
		r = symfile_find(&s, p->name, p->offset, &place, d);
	if (r >= 0)
		p->offset = place.file_offset;
	if (r >= 0 && place.is_ifunc)
		observe_note(w, "%s chooses, once for each process, which function is called under its name; it is not that"
			     " function", p->name);
	arena_free(&scratch);
	return r;
}

/* From a function's name and an offset in it to an offset in the file. */
static int resolve(struct walk *w, const struct link *l, const char *path, struct probe_target *p, struct diag *d)
{
	struct diag why = {0};
	struct view file;
	long r;

	if (!p->name[0])
		return 0;
	r = user_file_map(w, path, &file);
	if (r < 0)
		return fail_kernel(d, r, l->where, "looking for %s: reading %s", p->name, path);
	r = find_symbol(w, file, p, &why);
	if (file.size)
		sys_munmap(&w->sys, (void *)(uintptr_t)file.base, file.size);
	return r < 0 ? fail(d, (int)r, l->where, "%s: %s", path, why.msg) : 0;
}

static int explain(const struct link *l, const char *path, const struct probe_target *p, int r, struct diag *d)
{
	const char *why = "";

	if (r == -EINVAL)
		why = ": not a regular file, or the offset is outside of it";
	else if (r == -ESRCH)
		why = ": no such process";
	return fail_kernel(d, r, l->where, "perf_event_open of a %s at offset 0x%llx of %s%s",
			   p->at_return ? "uretprobe" : "uprobe", (unsigned long long)p->offset, path, why);
}

int attach_uprobe(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	struct perf_event_attr attr;
	char path[LIBRARY_PATH];
	struct probe_target p;
	const char *place;
	int r = user_target(w, l, path, &place, d);

	if (r == 0)
		r = probe_parse(l, place, &p, d);
	if (r < 0)
		return r;
	link_say_target(l, "%s:%s+0x%llx", path, p.name, (unsigned long long)p.offset);
	r = resolve(w, l, path, &p, d);
	if (r < 0)
		return r;
	r = probe_attr(w, l, "uprobe", p.at_return, &attr, d);
	if (r < 0)
		return r;
	attr.uprobe_path = (uintptr_t)path;
	attr.probe_offset = p.offset;
	r = attach_event(w, l, &attr, o->pid ? o->pid : -1, o->pid ? -1 : 0, d);
	return r < 0 && !d->code ? explain(l, path, &p, r, d) : r;
}
