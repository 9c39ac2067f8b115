/*
 * Looking everywhere; see list.h.
 *
 *	/proc/812/fd/7		-> anon_inode:bpf-map, anon_inode:[perf_event], /dev/null, ...
 *	/proc/812/fdinfo/7	map_id: 67609
 *	/sys/fs/bpf/x/maps/y	a file of bpffs: opened, it is a descriptor like any other
 *
 * A program that perf_event_open(2) and an ioctl attached has no link. The event
 * is asked instead (BPF_TASK_FD_QUERY), as a descriptor of the process that has it.
 *
 * In: /proc, /proc/self/mounts  Out: who has what
 * Kernel: kernel/bpf/syscall.c bpf_prog_show_fdinfo(), bpf_map_show_fdinfo(), bpf_task_fd_query()
 * Try:  cat /proc/$(pidof bpfwalk)/fdinfo/5
 * Next: loader/list.c
 */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/bpffs.h"
#include "loader/list.h"
#include "loader/mounts.h"

enum { DEEPEST = 16 };			/* directories in directories of bpffs */

/* Once each. text may be NULL: out of memory. */
static void note(struct sightings *s, struct sighting **list, enum bw_kind kind, uint32_t id, const char *text, int pid)
{
	struct sighting *n = text ? arena_alloc(s->arena, sizeof(*n)) : NULL;

	if (!n) {
		s->no_memory = true;
		return;
	}
	for (const struct sighting *x = *list; x; x = x->next)
		if (x->kind == kind && x->id == id && x->pid == pid && strcmp(x->text, text) == 0)
			return;
	*n = (struct sighting){ *list, kind, id, text, pid };
	*list = n;
}

/* ---- pins ------------------------------------------------------------------------ */

struct looking {
	struct sightings *s;
	unsigned depth;
	size_t len;			/* of path */
	char path[PIN_PATH];
};

static void see_file(struct looking *l)
{
	struct sightings *s = l->s;
	long fd = bpffs_open(s->w, l->path);
	uint32_t id, kind = 0;

	if (fd >= 0)
		kind = item_identify(s->w, "self", (int)fd, &id);
	sys_close(&s->w->sys, (int)fd);
	if (kind)
		note(s, &s->pins, (enum bw_kind)kind, id, arena_copy(s->arena, l->path, strlen(l->path)), 0);
}

static int see_entry(void *ctx, const struct linux_dirent64 *e)
{
	struct looking *l = ctx;
	size_t len = l->len, more = strlen(e->d_name) + 1;

	if (len + more >= sizeof(l->path) || strchr(e->d_name, '.'))	/* maps.debug and its like are the kernel's own */
		return 0;
	snprintf(l->path + len, sizeof(l->path) - len, "/%s", e->d_name);
	if (e->d_type != DT_DIR) {
		see_file(l);
	} else if (l->depth < DEEPEST) {
		l->len += more;
		l->depth++;
		dir_each(&l->s->w->sys, l->path, see_entry, l);
		l->depth--;
		l->len = len;
	}
	return 0;
}

static void see_mount(void *ctx, const char *dir)
{
	struct looking l = { .s = ctx };

	l.len = (size_t)snprintf(l.path, sizeof(l.path), "%s", dir);
	if (l.len < sizeof(l.path))
		dir_each(&l.s->w->sys, dir, see_entry, &l);
}

void see_pins(struct sightings *s)
{
	mounts_of(&s->w->sys, "bpf", see_mount, s);
}

/* ---- processes ------------------------------------------------------------------- */

struct process {
	struct sightings *s;
	const char *pid;		/* as in /proc */
	const char *comm;		/* NULL: not asked yet */
};

static const char *comm_of(struct process *p)
{
	char path[64], name[64];
	long n;

	if (p->comm)
		return p->comm;
	snprintf(path, sizeof(path), "/proc/%s/comm", p->pid);
	n = read_small_file(&p->s->w->sys, path, name, sizeof(name));
	p->comm = arena_printf(p->s->arena, "%.*s", n > 0 ? (int)strcspn(name, "\n") : 0, name);
	return p->comm;
}

/* "kprobe do_unlinkat+0x0" */
static const char *event_text(struct arena *a, const struct bpf_task_fd_query_attr *q, const char *name)
{
	static const char *const types[] = { "raw_tracepoint", "tracepoint", "kprobe", "kretprobe", "uprobe", "uretprobe" };
	const char *type = q->fd_type < sizeof(types) / sizeof(types[0]) ? types[q->fd_type] : "event";

	if (q->fd_type <= BPF_FD_TYPE_TRACEPOINT)
		return arena_printf(a, "%s %s", type, name);
	if (!name[0])
		return arena_printf(a, "%s 0x%" PRIx64, type, (uint64_t)q->probe_addr);
	return arena_printf(a, "%s %s+0x%" PRIx64, type, name, (uint64_t)q->probe_offset);
}

static void see_event(struct process *p, int fd)
{
	struct bpf_task_fd_query_attr q;
	char name[512] = "";

	memset(&q, 0, sizeof(q));
	q.pid = (uint32_t)atoi(p->pid);
	q.fd = (uint32_t)fd;
	q.buf_len = sizeof(name);
	q.buf = (uintptr_t)name;
	if (sys_bpf(&p->s->w->sys, BPF_TASK_FD_QUERY, &q, sizeof(q)) < 0 || !q.prog_id)
		return;
	name[sizeof(name) - 1] = 0;
	note(p->s, &p->s->events, BW_PROGRAMS, q.prog_id, event_text(p->s->arena, &q, name), 0);
	note(p->s, &p->s->holders, BW_PROGRAMS, q.prog_id, comm_of(p), atoi(p->pid));
}

static int see_fd(void *ctx, const struct linux_dirent64 *e)
{
	static const char anon[] = "anon_inode:";
	struct process *p = ctx;
	char path[300], to[64];
	uint32_t id, kind;

	snprintf(path, sizeof(path), "/proc/%s/fd/%s", p->pid, e->d_name);
	if (sys_readlink(&p->s->w->sys, path, to, sizeof(to)) < 0 || strncmp(to, anon, strlen(anon)) != 0)
		return 0;
	if (strcmp(to + strlen(anon), "[perf_event]") == 0)
		see_event(p, atoi(e->d_name));
	if (strncmp(to + strlen(anon), "bpf", 3) != 0)
		return 0;
	kind = item_identify(p->s->w, p->pid, atoi(e->d_name), &id);
	if (kind)
		note(p->s, &p->s->holders, (enum bw_kind)kind, id, comm_of(p), atoi(p->pid));
	return 0;
}

static int see_process(void *ctx, const struct linux_dirent64 *e)
{
	struct process p = { .s = ctx, .pid = e->d_name };
	char path[300];

	if (!isdigit((unsigned char)e->d_name[0]))
		return 0;
	snprintf(path, sizeof(path), "/proc/%s/fd", e->d_name);
	dir_each(&p.s->w->sys, path, see_fd, &p);	/* it may have ended, or be somebody else's: then it is not seen */
	return 0;
}

void see_processes(struct sightings *s)
{
	dir_each(&s->w->sys, "/proc", see_process, s);
}
