/*
 * BPF_PROG_LOAD, and the verifier's reasons when it says no.
 *
 * A program is loaded without a log first: writing one takes time, and a log
 * buffer that is too small fails a program that is good (ENOSPC). Only a
 * refused program is loaded a second time, with a log, to learn why.
 *
 *	log_level 0            -> EACCES
 *	log_level 1, 64 KiB    -> EACCES and the reasons, or ENOSPC: too small
 *	log_level 1, larger    -> ...
 *
 * Since 6.4 the kernel also says how large the log is (log_true_size), so that
 * the third try is the last; before, the buffer doubles. The log ends like this,
 * and the line before "processed" is the one that matters:
 *
 *	7: (61) r0 = *(u32 *)(r1 +0)
 *	R1 invalid mem access 'map_value_or_null'
 *	processed 8 insns (limit 1000000) ...
 *
 * Since 7.3 a report in many lines stands between the two: "Verification
 * failed: ", then what, why, where and what to do. It is for reading as a whole.
 *
 * In: the command's struct  Out: a descriptor, or the reason
 * Kernel: kernel/bpf/verifier.c bpf_check(), kernel/bpf/log.c bpf_verifier_vlog()
 * Next: loader/prog_older.c
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/text.h"
#include "loader/walk.h"

enum { LOG_FIRST = 64 << 10, LOG_MOST = 256 << 20 };
/* The most that kernels before 5.2 fill; to a larger one they say EINVAL. */
enum { LOG_OLD_MOST = (16 << 20) - 1 };
/* The least size with which the kernel writes log_true_size. */
enum { LOG_SAYS_SIZE = offsetof(struct bpf_prog_load_attr, log_true_size) + sizeof(uint32_t) };

/* After one of `size` bytes that was too small. */
static uint32_t larger(uint32_t size, uint32_t true_size)
{
	if (true_size > size && true_size <= LOG_MOST)
		return true_size;
	if (size < LOG_OLD_MOST && size * 2 > LOG_OLD_MOST)
		return LOG_OLD_MOST;
	size += size == LOG_OLD_MOST;	/* or the last would be 16 bytes short, and one more be tried */
	return size * 2 < LOG_MOST ? size * 2 : LOG_MOST;
}

/* Loads with a log that holds all of it. The log is w->log afterwards, also when it is cut by lack of memory. */
long prog_load_with_log(struct walk *w, struct bpf_prog_load_attr *attr)
{
	uint32_t size = LOG_FIRST;
	bool cut = false;
	long r;

	for (;;) {
		char *log = malloc(size);

		if (!log)
			return -ENOMEM;
		log[0] = 0;
		attr->log_level = 1;
		attr->log_size = size;
		attr->log_buf = (uintptr_t)log;
		attr->log_true_size = 0;
		r = bpf_charged(w, BPF_PROG_LOAD, attr, LOG_SAYS_SIZE);
		log[size - 1] = 0;
		if (cut && r == -EINVAL && !log[0]) {
			free(log);		/* it was too large for this kernel: what there is of the smaller one stays */
			return -ENOSPC;
		}
		free(w->log);
		w->log = log;
		cut = r == -ENOSPC;
		if (!cut || size >= LOG_MOST)
			return r;
		size = larger(size, attr->log_true_size);
	}
}

static bool line_is_summary(const char *line, size_t len)
{
	static const char *const heads[] = {
		"processed ", "verification time ", "stack depth ", "max_states_per_insn ", "mark_precise: ",
		"cur state: ", "old state: ",
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (len >= strlen(heads[i]) && !memcmp(line, heads[i], strlen(heads[i])))
			return true;
	return len == 0;
}

/* The number of the instruction in a line of the form "12: (85) call ...". */
static bool line_is_insn(const char *line, uint32_t *insn)
{
	char *end;
	unsigned long n;

	if (*line < '0' || *line > '9')
		return false;
	n = strtoul(line, &end, 10);
	if (strncmp(end, ": (", 3) || n >= UINT32_MAX)
		return false;
	*insn = (uint32_t)n;
	return true;
}

/* The report of 7.3 and later, or the end of the log. */
static const char *find_report(const char *log)
{
	static const char head[] = "\nVerification failed: ";
	const char *at = strstr(log, head);

	if (strncmp(log, head + 1, sizeof(head) - 2) == 0)
		return log;
	return at ? at + 1 : log + strlen(log);
}

/* What is wrong with a loop stands behind the instruction, in the same line. */
static const char *skip_insn(const char *line, size_t *len)
{
	static const char loop[] = "infinite loop detected";
	const char *at = strstr(line, loop);
	uint32_t insn;

	if (!line_is_insn(line, &insn) || !at || at > line + *len)
		return line;
	*len -= (size_t)(at - line);
	return at;
}

/* The last line that says something; its length in *len. */
static const char *last_line(const char *log, size_t *len)
{
	const char *report = find_report(log), *end = report;
	uint32_t insn;

	while (end > log) {
		const char *line = end;

		while (line > log && line[-1] != '\n')
			line--;
		*len = (size_t)(end - line);
		if (*report && line_is_insn(line, &insn))
			break;		/* nobody but the report says why */
		if (!line_is_summary(line, *len))
			return skip_insn(line, len);
		end = line > log ? line - 1 : log;
	}
	*len = strcspn(report, "\n");
	return report;
}

/* The number of the instruction the log names last. */
static bool last_insn(const char *log, uint32_t *insn)
{
	bool found = false;

	for (const char *line = log; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		found |= line_is_insn(line, insn);
	}
	return found;
}

/* "(instruction 7, count.bpf.c:19: *value += 1;)", as much of it as is known. */
static void place_text(const struct walk *w, uint32_t func, char *out, size_t size)
{
	struct source_line src;
	const char *file, *text;
	uint32_t insn = 0;
	size_t len;

	out[0] = 0;
	if (!last_insn(w->log, &insn))
		return;
	len = (size_t)snprintf(out, size, " (instruction %u", insn);
	if (source_line_at(&w->o, &w->linked[func], insn, &src)) {
		file = strrchr(src.file, '/');
		text = src.text + strspn(src.text, " \t");
		/* A comment behind the code stands behind a tab. */
		len += (size_t)snprintf(out + len, size - len, ", %s:%u: %.*s", file ? file + 1 : src.file, src.line,
					(int)strcspn(text, "\t"), text);
	}
	if (len < size - 1)
		snprintf(out + len, size - len, ")");
	else
		snprintf(out + size - 5, 5, "...)");
}

/* The verifier cannot know why the instruction it stopped at is none: it was relocated to be none. */
static bool refused_for_core(struct walk *w, uint32_t func, long r, const char *place, struct diag *d)
{
	uint32_t insn = 0;
	char why[256];
	struct text t;

	text_init(&t, why, sizeof(why));
	if (!last_insn(w->log, &insn) || !core_why_poisoned(w, func, insn, &t))
		return false;
	fail(d, (int)r, "CO-RE", "%s: %s%s: the verifier refused it: %s", w->o.funcs[func].name, why, place, bw_errno_name((int)r));
	return true;
}

/* The same for a call of a kernel function that is weak and not there: elf/link.c put a number into it that no helper has. */
static bool refused_for_kfunc(struct walk *w, uint32_t func, long r, const char *place, struct diag *d)
{
	const struct linked *l = &w->linked[func];
	uint32_t insn = 0, external;

	if (!last_insn(w->log, &insn) || insn >= l->count || l->insns[insn].code != BPF_INSN_CALL || l->insns[insn].src_reg)
		return false;
	external = (uint32_t)l->insns[insn].imm - NO_SUCH_KFUNC;
	if (external >= w->o.nexternals)
		return false;
	fail(d, (int)r, "program load", "%s: calls %s, which is weak and which this kernel does not have%s: the verifier refused"
	     " it: %s", w->o.funcs[func].name, w->o.externals[external].name, place, bw_errno_name((int)r));
	return true;
}

static int refused(struct walk *w, uint32_t func, long r, struct diag *d)
{
	const char *name = w->o.funcs[func].name, *machine = core_other_machine(w);
	char place[160];
	size_t len;
	const char *line = last_line(w->log ? w->log : "", &len);

	if (!len)
		return fail_kernel(d, r, "program load", "%s: BPF_PROG_LOAD, and the verifier's log is empty", name);
	place_text(w, func, place, sizeof(place));
	if (refused_for_core(w, func, r, place, d) || refused_for_kfunc(w, func, r, place, d))
		return (int)r;
	return fail(d, (int)r, "program load", "%s: the verifier refused it: %s: %.*s%s%s%s", name, bw_errno_name((int)r),
		    (int)(len < 200 ? len : 200), line, place, machine ? "; it reads the registers of another machine, " : "",
		    machine ? machine : "");
}

/* Once without a log, and again with less for a kernel that is older. */
static long load(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, struct diag *d)
{
	long r = 0;

	prog_load_less(w, func, attr);
	if (is_missing(w, EXTRA_CONTEXT_TAG))
		r = prog_load_context(w, func, attr, 0, d);
	if (r == 0 && is_missing(w, EXTRA_LESS_TAGS))
		r = prog_load_untyped(w, func, attr, 0);
	if (r == 0)
		r = bpf_charged(w, BPF_PROG_LOAD, attr, 0);
	if (r == -E2BIG)
		r = prog_load_smaller(w, func, attr);
	if (r < 0 && r != -EPERM && r != -ENOMEM && !is_missing(w, EXTRA_CONTEXT_TAG))
		r = prog_load_context(w, func, attr, r, d);
	if (r == -EINVAL && !is_missing(w, EXTRA_LESS_TAGS))
		r = prog_load_untyped(w, func, attr, r);
	return r;
}

int prog_load(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, struct diag *d)
{
	long r = load(w, func, attr, d);

	if (r < 0) {
		long again = prog_load_with_log(w, attr);

		/* The second time can succeed where the first was bad luck (EAGAIN, ENOMEM): take it. */
		r = again == -ENOMEM ? r : prog_load_older(w, func, attr, again);
	}
	if (r < 0)
		return refused(w, func, r, d);
	free(w->log);
	w->log = NULL;
	return (int)r;
}
