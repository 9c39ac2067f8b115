/*
 * Kernel probes: almost any function of the kernel, by its name.
 *
 *	perf_event_open({type = kprobe PMU, kprobe_func = "do_unlinkat", probe_offset = 0}, pid -1, cpu 0)
 *
 * The kernel puts a breakpoint, or a jump, on the function's first instruction
 * (or `offset` bytes behind it), and runs the program with the registers of that
 * moment. A return probe changes the caller's return address when the function
 * is entered.
 *
 * System calls have had wrappers since 4.17, and the function called sys_execve
 * is __x64_sys_execve on x86-64, __arm64_sys_execve on arm64. So "sys_execve",
 * as everybody writes it, is tried as it stands and then in this machine's
 * spelling, and the link says which it was. "ksyscall/execve" asks for the
 * machine's spelling at once.
 *
 * The list of all symbols is read only to explain a failure.
 *
 * In: "sys_execve", "do_unlinkat+0x10"  Out: a perf event in the link
 * Kernel: kernel/trace/trace_kprobe.c create_local_trace_kprobe(), kernel/kprobes.c register_kprobe()
 * Try:  strace -e perf_event_open,ioctl bpfwalk run build/progs/hello.bpf.o
 * Next: loader/functions.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loader/probe.h"
#include "loader/symbols.h"

static const char *const spellings[] = { ARCH_SYS, "__se_sys_", "sys_" };
static const char *const known[] = {
	"sys_", "SyS_", "__se_sys_", "__x64_sys_", "__ia32_sys_", "__arm64_sys_", "__riscv_sys_", "__s390x_sys_",
};
enum { SPELLINGS = sizeof(spellings) / sizeof(spellings[0]), KNOWN = sizeof(known) / sizeof(known[0]) };

/* "execve" in "sys_execve" or "__arm64_sys_execve"; NULL: it is not called like a system call. */
static const char *syscall_in(const char *name)
{
	for (unsigned i = 0; i < KNOWN; i++)
		if (strncmp(name, known[i], strlen(known[i])) == 0)
			return name + strlen(known[i]);
	return NULL;
}

/* One try, with nothing said in d when perf_event_open is what failed. */
static int open_probe(struct walk *w, struct link *l, struct perf_event_attr *attr, const char *name, struct diag *d)
{
	link_say_target(l, "%s+0x%llx", name, (unsigned long long)attr->probe_offset);
	attr->kprobe_func = (uintptr_t)name;
	return attach_event(w, l, attr, -1, 0, d);
}

/* Tries the spellings of a system call, but not `given` again, until the kernel knows one. */
static int open_syscall(struct walk *w, struct link *l, struct perf_event_attr *attr, const char *given,
			const char *call, struct diag *d)
{
	char name[PROBE_NAME + 16];
	int r = -ENOENT;

	for (unsigned i = 0; i < SPELLINGS && r == -ENOENT && !d->code; i++) {
		snprintf(name, sizeof(name), "%s%s", spellings[i], call);
		if (strcmp(name, given) == 0 || (i && strcmp(spellings[i], spellings[i - 1]) == 0))
			continue;
		r = open_probe(w, l, attr, name, d);
		if (r >= 0)
			observe_note(w, "%s: this kernel's name for it is %s", l->target, name);
	}
	return r;
}

/* -ENOENT: which names are there? */
static int fail_missing(struct walk *w, struct link *l, const struct probe_target *p, const char *call, struct diag *d)
{
	char near[200], like[PROBE_NAME + 16];
	struct symbols s = { .name = p->name };
	long r;

	snprintf(like, sizeof(like), "%s%s", call ? ARCH_SYS : "", call ? call : p->name);
	nearest_start(&s.near, like);
	r = symbols_read(w, &s);
	if (r < 0)
		return fail(d, -ENOENT, l->where, "no kernel function %s (perf_event_open: ENOENT), and /proc/kallsyms"
			    " cannot be read (%s)", p->name, bw_errno_name((int)r));
	if (s.functions)
		return fail(d, -ENOENT, l->where, "/proc/kallsyms has a function %s%s%s, but no probe can be put there"
			    " (perf_event_open: ENOENT)", p->name, s.module[0] ? " " : "", s.module);
	return fail(d, -ENOENT, l->where, "no kernel function %s (perf_event_open: ENOENT%s)%s", p->name,
		    call ? ", in every spelling" : "", nearest_text(&s.near, near, sizeof(near)));
}

static int explain(struct walk *w, struct link *l, const struct probe_target *p, const char *call, int r, struct diag *d)
{
	const char *why = "";

	switch (r) {
	case -ENOENT:
		return fail_missing(w, l, p, call, d);
	case -EINVAL:
		why = ": the kernel does not let this place be probed (notrace, a blacklist, or inside an instruction)";
		break;
	case -EILSEQ:
		why = ": the offset is inside an instruction";
		break;
	case -EADDRNOTAVAIL:
		why = ": several functions have this name";
		break;
	}
	return fail_kernel(d, r, l->where, "perf_event_open of a %s at %s%s", p->at_return ? "kretprobe" : "kprobe",
			   l->pub.target, why);
}

static int parse(const struct link *l, const struct bw_attach_options *o, struct probe_target *p, struct diag *d)
{
	int r = refuse_pid(l, o, d);

	if (r < 0)
		return r;
	r = probe_parse(l, l->target, p, d);
	if (r < 0)
		return r;
	if (!p->name[0])
		return fail(d, -EINVAL, l->where, "%s: expected the name of a function", l->target);
	if (p->at_return && p->offset)
		return fail(d, -EINVAL, l->where, "%s: a return probe stands at a function, it has no offset", l->target);
	return 0;
}

/* is_call: the target is the bare name of a system call. */
static int attach(struct walk *w, struct link *l, const struct bw_attach_options *o, bool is_call, struct diag *d)
{
	struct perf_event_attr attr;
	const char *call;
	struct probe_target p;
	int r = parse(l, o, &p, d);

	if (r < 0)
		return r;
	r = probe_attr(w, l, "kprobe", p.at_return, &attr, d);
	if (r < 0)
		return r;
	attr.probe_offset = p.offset;
	call = is_call ? p.name : syscall_in(p.name);
	r = is_call ? -ENOENT : open_probe(w, l, &attr, p.name, d);
	if (r == -ENOENT && !d->code && call)
		r = open_syscall(w, l, &attr, p.name, call, d);
	return r < 0 && !d->code ? explain(w, l, &p, call, r, d) : r;
}

int attach_kprobe(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	return attach(w, l, o, false, d);
}

int attach_ksyscall(struct walk *w, struct link *l, const struct bw_attach_options *o, struct diag *d)
{
	return attach(w, l, o, true, d);
}
