/*
 * A table of descriptors and a table of answers; see pretend.h.
 *
 *	makes or changes something     a descriptor that is free, or 0
 *	only looks (files)             the real kernel is asked; its descriptors get
 *	                               numbers of ours, so that the two cannot clash
 *	a file of /sys or /proc that   made up: a walk needs the number of a tracepoint,
 *	cannot be read here            a type of probe or a list of CPUs to go on with
 *
 * In: a call as it was going to the kernel  Out: what it returns
 * Try:  su nobody -s /bin/sh -c 'bpfwalk explain --dry-run build/progs/talk.bpf.o'
 * Next: loader/cli/verb_explain.c
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "loader/cli/pretend.h"

enum { FIRST_FD = 3 };

/* Files by the end of their names, and what a machine could have in them. */
static const struct {
	const char *ends, *text;
} files[] = {
	{ "/id", "1\n" },			/* events/CATEGORY/NAME/id in tracefs */
	{ "/kprobe/type", "8\n" },		/* /sys/bus/event_source/devices/ */
	{ "/uprobe/type", "9\n" },
	{ "/format/retprobe", "config:0\n" },
	{ "/cpu/possible", "0\n" },
	{ "/cpu/online", "0\n" },
	{ "", "" },
};

/* Answers that are no zero: an empty map has no next key, and no file of the BPF file system is there yet. */
static const struct {
	const char *cmd;
	long ret;
} answers[] = {
	{ "BPF_MAP_GET_NEXT_KEY", -ENOENT },
	{ "BPF_MAP_LOOKUP_ELEM", -ENOENT },
	{ "BPF_OBJ_GET", -ENOENT },
};

static bool is(const struct bw_call *c, const char *name)
{
	return strcmp(c->name, name) == 0;
}

static long new_fd(struct pretend *p, int real, const char *text)
{
	for (int i = FIRST_FD; i < PRETEND_FDS; i++)
		if (!p->fd[i].open) {
			p->fd[i] = (struct pretend_fd){ true, real, text };
			return i;
		}
	return -EMFILE;
}

static struct pretend_fd *fd_of(struct pretend *p, long fd)
{
	return fd >= FIRST_FD && fd < PRETEND_FDS && p->fd[fd].open ? &p->fd[fd] : NULL;
}

/* The same call about the real descriptor. */
static long ask_real(const struct bw_call *c, int real)
{
	struct bw_call asked = *c;

	asked.arg[0] = real;
	return bw_call_real(&asked);
}

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len >= end_len && strcmp(s + len - end_len, end) == 0;
}

static const char *made_up_text(const struct pretend *p, const char *path)
{
	size_t i = 0;

	if (p->function && ends_with(path, "/available_filter_functions_addrs"))
		return p->function;
	while (!ends_with(path, files[i].ends))
		i++;
	return files[i].text;
}

static long answer_open(struct pretend *p, struct bw_call *c)
{
	const char *path = (const char *)(uintptr_t)c->arg[1];
	long fd = new_fd(p, -1, NULL), real = -EACCES;

	if (fd < 0)
		return fd;
	if (!c->changes)
		real = bw_call_real(c);
	if (real >= 0) {
		p->fd[fd].real = (int)real;
	} else if (strncmp(path, "/sys/", 5) == 0 || strncmp(path, "/proc/", 6) == 0) {
		p->made_up = path;
		p->fd[fd].text = made_up_text(p, path);
	} else {
		p->fd[fd].open = false;
		return real;
	}
	return fd;
}

static long answer_read(struct pretend_fd *f, const struct bw_call *c)
{
	size_t room = (size_t)c->arg[2], len;

	if (f->real >= 0)
		return ask_real(c, f->real);
	len = f->text ? strlen(f->text) : 0;
	len = len < room ? len : room;
	if (len)
		memcpy((void *)(uintptr_t)c->arg[1], f->text, len);
	f->text = f->text ? f->text + len : NULL;
	return (long)len;
}

static long answer_fstat(const struct pretend_fd *f, const struct bw_call *c)
{
	int64_t size = f->text ? (int64_t)strlen(f->text) : 0;

	if (f->real >= 0)
		return ask_real(c, f->real);
	memcpy((void *)(uintptr_t)c->arg[1], &size, sizeof(size));
	return 0;
}

static long answer_close(struct pretend_fd *f, const struct bw_call *c)
{
	f->open = false;
	return f->real >= 0 ? ask_real(c, f->real) : 0;
}

/* A file is mapped. Of a ring, memory must be there: the reader will look at it. Zeros are a ring without records. */
static long answer_mmap(struct pretend *p, const struct bw_call *c)
{
	const struct pretend_fd *f = fd_of(p, c->arg[4]);
	struct bw_call own = *c;

	if (f && f->real >= 0) {
		own.arg[4] = f->real;
		return bw_call_real(&own);
	}
	own.arg[2] = PROT_READ | PROT_WRITE;
	own.arg[3] = MAP_PRIVATE | MAP_ANONYMOUS;
	own.arg[4] = -1;
	own.arg[5] = 0;
	return bw_call_real(&own);
}

/* A bpf command that only looks: its struct begins with the descriptor it is about, or with the number of an object. */
static long answer_look(struct pretend *p, struct bw_call *c)
{
	uint32_t *first = (uint32_t *)(uintptr_t)c->arg[1];
	const struct pretend_fd *f = strcmp(c->cmd, "BPF_OBJ_GET_INFO_BY_FD") == 0 ? fd_of(p, *first) : NULL;
	uint32_t number = *first;
	long r;

	if (strcmp(c->cmd, "BPF_OBJ_GET_INFO_BY_FD") == 0 && (!f || f->real < 0))
		return 0;
	if (f)
		*first = (uint32_t)f->real;
	r = bw_call_real(c);
	if (f)
		*first = number;
	return r;
}

/* The kernel has it, and opens it for who may look. */
static long answer_open_id(struct pretend *p, struct bw_call *c)
{
	long fd = new_fd(p, -1, NULL), real;

	if (fd < 0)
		return fd;
	real = bw_call_real(c);
	p->fd[fd] = (struct pretend_fd){ .open = real >= 0, .real = (int)real };
	return real < 0 ? real : fd;
}

/* An interface has a number; it follows the name, which has 16 bytes. */
static long answer_ifindex(struct pretend *p, const struct bw_call *c)
{
	static const int32_t one = 1;

	memcpy((char *)(uintptr_t)c->arg[2] + 16, &one, sizeof(one));
	p->made_up = "The number of an interface";
	return 0;
}

static long answer(struct pretend *p, struct bw_call *c)
{
	struct pretend_fd *f = fd_of(p, c->arg[0]);

	if (is(c, "openat"))
		return answer_open(p, c);
	if (ends_with(c->cmd, "_GET_NEXT_ID") || ends_with(c->cmd, "_GET_INFO_BY_FD"))
		return answer_look(p, c);
	if (is(c, "read"))
		return f ? answer_read(f, c) : -EBADF;
	if (is(c, "fstat"))
		return f ? answer_fstat(f, c) : -EBADF;
	if (is(c, "close"))
		return f ? answer_close(f, c) : -EBADF;
	if (is(c, "mmap"))
		return answer_mmap(p, c);
	if (is(c, "munmap") || is(c, "uname"))
		return bw_call_real(c);
	if (is(c, "write"))
		return c->arg[2];
	if (is(c, "prlimit") && !c->changes)
		return bw_call_real(c);
	if (strcmp(c->cmd, "SIOCGIFINDEX") == 0)
		return answer_ifindex(p, c);
	return 0;
}

long pretend_kernel(void *ctx, struct bw_call *call)
{
	struct pretend *p = ctx;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(call->cmd, answers[i].cmd) == 0)
			return answers[i].ret;
	if (ends_with(call->cmd, "_GET_FD_BY_ID"))
		return answer_open_id(p, call);
	if (call->returns_fd && !is(call, "openat"))
		return new_fd(p, -1, NULL);
	return answer(p, call);
}

unsigned pretend_left_open(const struct pretend *p)
{
	unsigned n = 0;

	for (int i = FIRST_FD; i < PRETEND_FDS; i++)
		n += p->fd[i].open;
	return n;
}
