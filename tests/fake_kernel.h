/*
 * A kernel for tests: it hands out descriptors, knows a few files, writes down
 * what it is asked, and fails the n-th call when told to.
 *
 *	fake_start(files);
 *	fake.fail_at = 3; fake.fail_with = -ENOMEM;
 *	w.sys.kernel = fake_kernel;
 *	... CHECK_INT(fake.open, 0);
 *
 * It answers; it never checks. What it was asked is in fake.log, a line a call.
 */
#ifndef TESTS_FAKE_KERNEL_H
#define TESTS_FAKE_KERNEL_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "uapi/fields.h"
#include "uapi/names.h"
#include "uapi/perf_event.h"
#include "uapi/sys.h"

struct fake_file {
	const char *path, *text;
	size_t size;			/* 0: text is a string */
};

enum { FAKE_FD = 10, FAKE_FDS = 64, FAKE_MMAPS = 16, FAKE_OURS = 1000 };

static struct {
	const struct fake_file *files;	/* ends with a NULL path */
	const char *const *functions;	/* of the kernel, for kprobes; ends with NULL */
	long (*answer)(const struct call *c);	/* NULL, or asked first; FAKE_OURS: no answer */
	struct fake_fd {
		bool open;
		const char *text;	/* what is left to read; NULL: not a file */
		size_t left;
	} fds[FAKE_FDS];
	unsigned open;			/* descriptors that are open */
	struct { void *at; size_t size; bool file; } mmaps[FAKE_MMAPS];
	unsigned mapped;		/* mappings there are */
	unsigned wrong;			/* closes and munmaps of what was not there */
	unsigned calls, fail_at;	/* without close and munmap, which do not fail; fail_at 0: none */
	long fail_with;
	size_t used;
	char log[8192];
} fake;

static inline void fake_start(const struct fake_file *files)
{
	memset(&fake, 0, sizeof(fake));
	fake.files = files;
}

__attribute__((format(printf, 1, 2)))
static inline void fake_log(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fake.log + fake.used, sizeof(fake.log) - fake.used, fmt, ap);
	va_end(ap);
	fake.used = strlen(fake.log);
}

static inline long fake_fd(const char *text, size_t size)
{
	for (int i = 0; i < FAKE_FDS; i++) {
		if (fake.fds[i].open)
			continue;
		fake.fds[i] = (struct fake_fd){ true, text, size };
		fake.open++;
		return FAKE_FD + i;
	}
	return -EMFILE;
}

static inline long fake_open(const char *path)
{
	for (const struct fake_file *f = fake.files; f && f->path; f++)
		if (strcmp(f->path, path) == 0)
			return fake_fd(f->text, f->size ? f->size : strlen(f->text));
	return -ENOENT;
}

static inline long fake_read(long fd, char *buf, size_t n)
{
	struct fake_fd *f = &fake.fds[fd - FAKE_FD];

	if (n > f->left)
		n = f->left;
	if (n)
		memcpy(buf, f->text, n);
	f->text += n;
	f->left -= n;
	return (long)n;
}

static inline long fake_fstat(long fd, int64_t *size)
{
	*size = (int64_t)fake.fds[fd - FAKE_FD].left;
	return 0;
}

static inline long fake_close(long fd)
{
	struct fake_fd *f = &fake.fds[fd - FAKE_FD];

	if (fd < FAKE_FD || fd >= FAKE_FD + FAKE_FDS || !f->open) {
		fake_log("close of a descriptor that is not open: %ld\n", fd);
		fake.wrong++;
		return -EBADF;
	}
	f->open = false;
	fake.open--;
	return 0;
}

/* A file's bytes, or zeros. */
/* A file that is only to be read is not copied: programs and types of kernels have megabytes. */
static inline long fake_mmap(long fd, size_t size, long prot)
{
	const struct fake_fd *f = fd >= FAKE_FD ? &fake.fds[fd - FAKE_FD] : NULL;
	bool file = f && f->text && f->left >= size && prot == PROT_READ;

	for (int i = 0; i < FAKE_MMAPS; i++) {
		if (fake.mmaps[i].at)
			continue;
		fake.mmaps[i].at = file ? (void *)(uintptr_t)f->text : calloc(1, size);
		fake.mmaps[i].size = size;
		fake.mmaps[i].file = file;
		fake.mapped++;
		return (long)fake.mmaps[i].at;
	}
	return -ENOMEM;
}

static inline long fake_munmap(void *at, size_t size)
{
	for (int i = 0; i < FAKE_MMAPS; i++) {
		if (fake.mmaps[i].at != at || fake.mmaps[i].size != size)
			continue;
		if (!fake.mmaps[i].file)
			free(at);
		fake.mmaps[i].at = NULL;
		fake.mapped--;
		return 0;
	}
	fake_log("munmap of what is not mapped\n");
	fake.wrong++;
	return -EINVAL;
}

static inline long fake_perf_event_open(const struct call *c)
{
	const struct perf_event_attr *attr = (const void *)c->arg[0];
	const char *name = c->probe ? (const char *)(uintptr_t)attr->config1 : NULL;

	fake_log("perf_event_open type=%u config=%llu", attr->type, (unsigned long long)attr->config);
	if (name)
		fake_log(" %s+0x%llx", name, (unsigned long long)attr->probe_offset);
	fake_log("%s pid=%ld cpu=%ld", attr->disabled ? " disabled" : "", c->arg[1], c->arg[2]);
	for (const char *const *f = fake.functions; c->probe == PROBE_KPROBE && f && *f; f++)
		if (strcmp(*f, name) == 0)
			return fake_fd(NULL, 0);
	return c->probe == PROBE_KPROBE && fake.functions ? -ENOENT : fake_fd(NULL, 0);
}

static inline long fake_bpf(const struct call *c)
{
	const struct bpf_map_elem_attr *elem = (const void *)c->arg[1];
	const struct bpf_raw_tracepoint_open_attr *raw = (const void *)c->arg[1];

	fake_log("%s", name_of(NAMES_BPF_CMD, (uint64_t)c->arg[0]));
	switch (c->arg[0]) {
	case BPF_MAP_UPDATE_ELEM:
		fake_log(" map=%u key=%u value=%u", elem->map_fd, *(const uint32_t *)(uintptr_t)elem->key,
			 *(const uint32_t *)(uintptr_t)elem->value);
		return 0;
	case BPF_RAW_TRACEPOINT_OPEN:
		fake_log(" %s prog=%u", (const char *)(uintptr_t)raw->name, raw->prog_fd);
		return fake_fd(NULL, 0);
	}
	return 0;
}

static inline long fake_answer(const struct call *c)
{
	const long *a = c->arg;
	long r = fake.answer ? fake.answer(c) : FAKE_OURS;

	if (r != FAKE_OURS)
		return r;
	switch (c->nr) {
	case CALL_OPENAT:
		fake_log("open %s", (const char *)a[1]);
		return fake_open((const char *)a[1]);
	case CALL_READ:
		fake_log("read %ld", a[0]);
		return fake_read(a[0], (char *)a[1], (size_t)a[2]);
	case CALL_FSTAT:
		fake_log("fstat %ld", a[0]);
		return fake_fstat(a[0], (int64_t *)a[1]);
	case CALL_PERF_EVENT_OPEN:
		return fake_perf_event_open(c);
	case CALL_IOCTL:
		fake_log("ioctl %ld %s %ld", a[0], name_of(NAMES_PERF_IOC, (uint64_t)a[1]), a[2]);
		return 0;
	case CALL_BPF:
		return fake_bpf(c);
	case CALL_MMAP:
		fake_log("mmap fd=%ld size=%ld prot=%ld offset=%ld", a[4], a[1], a[2], a[5]);
		return fake_mmap(a[4], (size_t)a[1], a[2]);
	case CALL_POLL:
		fake_log("poll n=%ld timeout=%ld", a[1], a[2]);
		return 0;
	default:
		return -ENOSYS;
	}
}

/* The log has the answer as well, but for addresses, which nobody can expect. */
static inline long fake_kernel(void *ctx, struct call *c)
{
	long r;

	(void)ctx;
	if (c->nr == CALL_CLOSE) {
		fake_log("close %ld\n", c->arg[0]);
		return fake_close(c->arg[0]);
	}
	if (c->nr == CALL_MUNMAP) {
		fake_log("munmap %ld\n", c->arg[1]);
		return fake_munmap((void *)c->arg[0], (size_t)c->arg[1]);
	}
	if (++fake.calls == fake.fail_at) {
		fake_log("%s", call_name(c));
		r = fake.fail_with;
	} else {
		r = fake_answer(c);
	}
	if (r < 0 && r > -4096)
		fake_log(" = %s\n", errno_name(r) ? errno_name(r) : "?");
	else
		fake_log(c->nr == CALL_MMAP ? "\n" : " = %ld\n", r);
	return r;
}

#endif
