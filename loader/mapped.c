/*
 * Where a process has a place of a file; see mapped.h.
 *
 * The kernel writes the path as it is from the root, symbolic links followed. So
 * that is what we ask for, by opening the file and reading what its descriptor
 * leads to. A file in a container, reached through /proc/PID/root, is known to
 * its processes by the rest of that path.
 *
 * In: a process, a place in a file  Out: an address
 * Kernel: fs/proc/task_mmu.c show_map_vma()
 * Try:  cat /proc/self/maps
 * Next: loader/online.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/library_path.h"
#include "loader/lines.h"
#include "loader/mapped.h"

struct looking {
	char path[LIBRARY_PATH];	/* as the kernel writes it */
	uint64_t offset, address;	/* 0: not found; nobody has code there */
};

static int true_path(struct walk *w, const char *path, char out[LIBRARY_PATH], const char *where, struct diag *d)
{
	char link[64];
	long r, fd = sys_open(&w->sys, path, O_RDONLY);

	if (fd < 0)
		return fail_kernel(d, fd, where, "opening %s", path);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", (int)fd);
	r = sys_readlink(&w->sys, link, out, LIBRARY_PATH);
	sys_close(&w->sys, (int)fd);
	return r < 0 ? fail_kernel(d, r, where, "asking for the path of %s", path) : 0;
}

/* "7f5c6f5d8000-7f5c6f5d9000 r-xp 00001000 103:01 362990598    /usr/lib/libshop.so" */
static void see_line(void *ctx, char *line, size_t len)
{
	struct looking *l = ctx;
	uint64_t start, end, offset;
	char *at = line;

	(void)len;
	start = strtoull(at, &at, 16);
	if (*at++ != '-')
		return;
	end = strtoull(at, &at, 16);
	if (at[0] != ' ' || strlen(at) < 6 || at[3] != 'x')
		return;
	offset = strtoull(at + 5, &at, 16);
	at = strchr(at, '/');
	if (!at || strcmp(at, l->path) != 0 || l->offset < offset || l->offset - offset >= end - start)
		return;
	l->address = start + (l->offset - offset);
}

int mapped_address(struct walk *w, int pid, const char *path, uint64_t file_offset, uint64_t *out, const char *where,
		   struct diag *d)
{
	struct looking l = { .offset = file_offset };
	char maps[64], root[64];
	long r = 0;

	snprintf(maps, sizeof(maps), "/proc/%d/maps", pid);
	snprintf(root, sizeof(root), "/proc/%d/root/", pid);
	if (strncmp(path, root, strlen(root)) == 0)
		snprintf(l.path, sizeof(l.path), "%s", path + strlen(root) - 1);
	else
		r = true_path(w, path, l.path, where, d);
	if (r < 0)
		return (int)r;
	r = lines_of(&w->sys, maps, see_line, &l);
	if (r < 0)
		return fail_kernel(d, r, where, "reading %s", maps);
	if (!l.address)
		return fail(d, -ESRCH, where, "process %d has no code from offset 0x%llx of %s", pid,
			    (unsigned long long)file_offset, l.path);
	*out = l.address;
	return 0;
}
