/*
 * Programs for kernels that know fewer members of struct bpf_attr, or want others.
 *
 *	BPF_PROG_LOAD { ..., expected_attach_type, prog_btf_fd, func_info ... }	-> E2BIG
 *	without types and source lines						-> EINVAL, and no log
 *	kern_version = 4.19.208							-> a descriptor
 *
 * A kernel that is given more bytes than it knows insists that they are zero, and
 * says E2BIG when they are not. What it knows the size of and not the meaning, it
 * calls EINVAL, as it does with a hundred other things; but those the verifier
 * finds, and the verifier writes a log. So EINVAL is believed when the log is
 * empty, or names the helper that is too new.
 *
 * What a program can do without is left out, the newest first, and for all
 * programs of the object at once. What decides where a program may be attached is
 * never left out.
 *
 * In: the command's struct, refused  Out: a descriptor, or an errno
 * Kernel: kernel/bpf/syscall.c __sys_bpf(), bpf_check_uarg_tail_zero(), CHECK_ATTR(); bpf_prog_load() before 5.0
 * Next: loader/prog_context.c
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/externs.h"
#include "loader/walk.h"

/* One program that is about to be loaded. */
struct loading {
	struct walk *w;
	struct linked *linked;
	struct bpf_prog_load_attr *attr;
};

/* Functions that read memory: before 5.5 one for the kernel's and for user space's. */
static const struct {
	int32_t newer, older;
} readers[] = {
	{ BPF_FUNC_probe_read_user, BPF_FUNC_probe_read },
	{ BPF_FUNC_probe_read_kernel, BPF_FUNC_probe_read },
	{ BPF_FUNC_probe_read_user_str, BPF_FUNC_probe_read_str },
	{ BPF_FUNC_probe_read_kernel_str, BPF_FUNC_probe_read_str },
};

enum { NREADERS = sizeof(readers) / sizeof(readers[0]) };

static bool drop_probe_read(const struct loading *l)
{
	bool had = false;

	for (uint32_t i = 0; i < l->linked->count; i++) {
		struct bpf_insn *insn = &l->linked->insns[i];

		for (size_t j = 0; j < NREADERS && insn->code == BPF_INSN_CALL && insn->src_reg == 0; j++) {
			if (insn->imm != readers[j].newer)
				continue;
			insn->imm = readers[j].older;
			had = true;
		}
	}
	return had;
}

static bool drop_prog_dots(const struct loading *l)
{
	return drop_dots(l->attr->prog_name);
}

static bool drop_types(const struct loading *l)
{
	struct bpf_prog_load_attr *attr = l->attr;
	bool had = attr->prog_btf_fd != 0;

	attr->prog_btf_fd = 0;
	attr->func_info = attr->line_info = 0;
	attr->func_info_cnt = attr->func_info_rec_size = attr->line_info_cnt = attr->line_info_rec_size = 0;
	return had;
}

static bool drop_any_version(const struct loading *l)
{
	uint32_t had = l->attr->kern_version;
	const char *from;

	if (l->attr->prog_type == BPF_PROG_TYPE_KPROBE)
		l->attr->kern_version = kernel_version(l->w, &from);
	return l->attr->kern_version != had;
}

/* These had no attach type in the beginning; others are what their attach type says. */
static const struct {
	uint32_t prog_type, attach_type;	/* 0: any */
} optional[] = {
	{ BPF_PROG_TYPE_XDP, BPF_XDP },
	{ BPF_PROG_TYPE_KPROBE, BPF_TRACE_UPROBE_MULTI },	/* of usdt; uprobe.multi says so when it is attached */
	{ BPF_PROG_TYPE_SOCK_OPS, 0 },
	{ BPF_PROG_TYPE_SK_SKB, 0 },
	{ BPF_PROG_TYPE_SK_MSG, 0 },
	{ BPF_PROG_TYPE_LIRC_MODE2, 0 },
	{ BPF_PROG_TYPE_FLOW_DISSECTOR, 0 },
	{ BPF_PROG_TYPE_CGROUP_SKB, 0 },
	{ BPF_PROG_TYPE_CGROUP_SOCK, BPF_CGROUP_INET_SOCK_CREATE },
	{ BPF_PROG_TYPE_CGROUP_DEVICE, 0 },
};

static bool drop_attach_type(const struct loading *l)
{
	struct bpf_prog_load_attr *attr = l->attr;

	for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++) {
		if (attr->prog_type != optional[i].prog_type || !attr->expected_attach_type ||
		    (optional[i].attach_type && attr->expected_attach_type != optional[i].attach_type))
			continue;
		attr->expected_attach_type = 0;
		return true;
	}
	return false;
}

static bool drop_prog_name(const struct loading *l)
{
	return drop_name(l->attr->prog_name);
}

enum refusal { TOO_BIG = 1, INVALID = 2, UNKNOWN_HELPER = 4 };	/* bits: E2BIG; EINVAL without a log; with this log */

/* What a program can do without, the newest first. */
static const struct row {
	enum extra extra;
	unsigned when;				/* enum refusal */
	bool (*drop)(const struct loading *l);	/* false: there was nothing to leave out */
	const char *text;
} rows[] = {
	{ EXTRA_PROBE_READ, UNKNOWN_HELPER, drop_probe_read,
	  "with bpf_probe_read() for bpf_probe_read_kernel() and its like (known since 5.5)" },
	{ EXTRA_DOTS, INVALID, drop_prog_dots, "without dots in its name (taken since 5.2)" },
	{ EXTRA_PROG_TYPES, TOO_BIG, drop_types, "without its types and source lines (known since 5.0)" },
	{ EXTRA_ANY_VERSION, INVALID, drop_any_version, "for the very version of the kernel (any will do since 5.0)" },
	{ EXTRA_ATTACH_TYPE, TOO_BIG | INVALID, drop_attach_type, "without its expected attach type (known since 4.17)" },
	{ EXTRA_NAMES, TOO_BIG, drop_prog_name, "without its name (known since 4.15)" },
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

static struct loading loading_of(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr)
{
	return (struct loading){ w, &w->linked[func], attr };
}

void prog_load_less(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr)
{
	struct loading l = loading_of(w, func, attr);

	for (size_t i = 0; i < NROWS; i++)
		if (is_missing(w, rows[i].extra))
			rows[i].drop(&l);
}

static void tell(struct walk *w, uint32_t func, const struct row *row, long r)
{
	observe_note(w, "The kernel refused %s (%s), so it is loaded %s.", w->o.funcs[func].name, bw_errno_name((int)r), row->text);
}

long prog_load_smaller(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr)
{
	struct loading l = loading_of(w, func, attr);
	uint32_t left_out = 0;
	long r = -E2BIG;

	for (size_t i = 0; r == -E2BIG && i < NROWS; i++) {
		if (!(rows[i].when & TOO_BIG) || !rows[i].drop(&l))
			continue;
		left_out |= 1u << rows[i].extra;
		tell(w, func, &rows[i], r);
		r = bpf_charged(w, BPF_PROG_LOAD, attr, 0);
	}
	if (r != -E2BIG)
		w->missing |= left_out;
	return r;
}

/* "invalid func unknown#113", before 5.5 */
static bool names_reader(const char *log)
{
	char number[16];
	bool found = false;

	for (size_t i = 0; i < NREADERS; i++) {
		snprintf(number, sizeof(number), " func unknown#%d", (int)readers[i].newer);
		found |= strstr(log, number) != NULL;
	}
	return found;
}

/* What EINVAL is about; 0: the program. */
static unsigned refusal_of(const struct walk *w, long r)
{
	if (r != -EINVAL || !w->log)
		return 0;
	return !w->log[0] ? INVALID : names_reader(w->log) ? UNKNOWN_HELPER : 0;
}

long prog_load_older(struct walk *w, uint32_t func, struct bpf_prog_load_attr *attr, long refusal)
{
	struct loading l = loading_of(w, func, attr);
	unsigned why = refusal_of(w, refusal);
	uint32_t left_out = 0;
	long r = refusal;

	for (size_t i = 0; why && i < NROWS; i++) {
		if (!(rows[i].when & why) || is_present(w, rows[i].extra) || !rows[i].drop(&l))
			continue;
		left_out |= 1u << rows[i].extra;
		tell(w, func, &rows[i], r);
		r = prog_load_with_log(w, attr);
		if (refusal_of(w, r) != why) {		/* that was it; perhaps there is something else */
			w->missing |= left_out;
			why = refusal_of(w, r);
			i = (size_t)-1;
		}
	}
	return r;
}
