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
 * older, and the kernel is asked for its reasons, if it still minds. The last line
 * of them is what it stumbled over:
 *
 *	[7] Invalid kind:17			a DECL_TAG: the next step is clear
 *	[39] FUNC f type_id=38 Invalid arg#1	no step helps: the object goes without BTF
 *
 * The steps are in elf/btf_downgrade.h. There is no log the first time, since one
 * that is too small fails good types, and one that is not takes time.
 *
 * In: .BTF, completed by elf/btf_kernel.c  Out: a descriptor
 * Kernel: kernel/bpf/btf.c btf_new_fd(), btf_parse()
 * Next: loader/older.c
 */
#include <errno.h>
#include <string.h>

#include "elf/btf_downgrade.h"
#include "loader/walk.h"

/* Reasons take a line for each type and each member, most of them shorter than what they tell of. */
enum { LOG_PER_BYTE = 8, LOG_MIN = 4096, LOG_MAX = (1 << 24) - 1 };

/* What is tried with BTF that was refused. */
struct retry {
	struct walk *w;
	struct view bytes;
	struct arena scratch;
	bool tried[BTF_STEPS];
	char *log;
	uint32_t log_size;
	const char *line;		/* the last of the log, which says what the kernel minds; "": nobody knows */
};

static long load(struct walk *w, struct view bytes, char *log, uint32_t log_size)
{
	struct bpf_btf_load_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.btf = (uintptr_t)bytes.base;
	attr.btf_size = (uint32_t)bytes.size;
	attr.btf_log_buf = (uintptr_t)log;
	attr.btf_log_size = log_size;
	attr.btf_log_level = log ? 1 : 0;
	return bpf_charged(w, BPF_BTF_LOAD, &attr, 0);
}

static const char *last_line(char *log)
{
	size_t len = strlen(log);
	char *newline;

	while (len && log[len - 1] == '\n')
		log[--len] = 0;
	newline = strrchr(log, '\n');
	return newline ? newline + 1 : log;
}

static long load_asking(struct retry *t)
{
	long fd;

	t->log[0] = 0;
	fd = load(t->w, t->bytes, t->log, t->log_size);
	t->log[t->log_size - 1] = 0;
	t->line = fd == -EINVAL ? last_line(t->log) : "";
	return fd == -ENOSPC ? load(t->w, t->bytes, NULL, 0) : fd;	/* the log was too small, whatever the types are */
}

/* Takes the next step that changes something: the one that the kernel wants if it said so. Its number, or BTF_STEPS. */
static int step_next(struct retry *t, struct diag *d)
{
	for (enum btf_step step = 0; step < BTF_STEPS; step++) {
		int r;

		if (t->tried[step] || (t->line[0] && !btf_step_is_meant(step, t->line)))
			continue;
		t->tried[step] = true;
		r = btf_step_take(step, (void *)(uintptr_t)t->bytes.base, t->bytes.size, &t->scratch, d);
		if (r)
			return r < 0 ? r : (int)step;
	}
	return BTF_STEPS;
}

/* Refused: with one thing after the other that an older kernel may not know written as something it knows. */
static long load_older(struct retry *t, struct diag *d)
{
	struct walk *w = t->w;
	long fd = -EINVAL;

	t->log_size = t->bytes.size < LOG_MAX / LOG_PER_BYTE - LOG_MIN ? LOG_MIN + LOG_PER_BYTE * (uint32_t)t->bytes.size : LOG_MAX;
	t->log = arena_alloc(&t->scratch, t->log_size);
	if (!t->log)
		return -ENOMEM;
	while (fd == -EINVAL) {
		int step = step_next(t, d);

		if (step < 0)
			return step;
		if (step == BTF_STEPS)
			break;
		observe_note(w, "The kernel refused the object's BTF (EINVAL%s%s), so it gets an older one: %s.", t->line[0] ? ": " : "",
			     t->line, btf_step_text((enum btf_step)step));
		w->btf_without_funcs |= step == BTF_STEP_FUNC;
		w->btf_without_tags |= step == BTF_STEP_TYPE_TAG || step == BTF_STEP_DECL_TAG;
		fd = load_asking(t);
	}
	return fd;
}

static long load_any(struct walk *w, struct view bytes, struct diag *d)
{
	struct retry t = { .w = w, .bytes = bytes, .line = "" };
	long fd = load(w, bytes, NULL, 0);

	if (fd == -EINVAL)
		fd = load_older(&t, d);
	if (fd < 0 && fd != -EPERM && fd != -ENOMEM)
		observe_note(w, "The kernel refused the object's BTF (%s%s%s): going on without it.", bw_errno_name((int)fd),
			     t.line[0] ? ": " : "", t.line);
	arena_free(&t.scratch);
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
	fd = load_any(w, bytes, d);
	w->btf_loaded = bytes;
	if (fd >= 0)
		w->btf_fd = (int)fd;
	else if (fd == -EPERM || fd == -ENOMEM)
		return fail_kernel(d, fd, "btf load", "BPF_BTF_LOAD of %zu bytes", bytes.size);
	return 0;
}
