/*
 * What usually causes a failure: step, errno, sentence. The library says what
 * it tried and what the kernel answered, and no more, because that is what it
 * knows. This is the guess of somebody who has seen the answer before.
 *
 * EPERM has the most meanings: no privilege, a locked-down kernel, locked
 * memory before 5.11, a frozen map. Which one depends on what was tried and on
 * who tried it.
 *
 * In: struct bw_error  Out: half a sentence, or NULL
 * Try:  su nobody -s /bin/sh -c 'bpfwalk load build/progs/syscount.bpf.o'
 * Next: loader/cli/json.h
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "loader/cli/setup.h"

/* What the kernel's own code says for "not supported", and sometimes lets out. */
#define ENOTSUPP 524

enum who { ANYBODY, ROOT, USER };

static const struct {
	const char *where;		/* what the error's `where` begins with; "" anything */
	int code;
	enum who who;
	const char *says;		/* the message must hold it; "" nothing */
	const char *cause;
} causes[] = {				/* the first that fits counts: the special before the general */
	{ "elf header", EINVAL, ANYBODY, "the file starts with", "that is no object file; clang -target bpf -O2 -g -c makes"
								 " one of C" },
	{ "elf header", EINVAL, ANYBODY, "made for machine", "that is for a processor; clang -target bpf -O2 -g -c compiles"
							     " for the kernel" },
	{ "section .maps", EINVAL, ANYBODY, "the file has no BTF", "it was compiled without -g" },
	{ "map pin", EPERM, ANYBODY, "", "the path is not in a BPF file system, or has a '.' in it" },
	{ "map pin", ENOENT, ANYBODY, "", "the BPF file system is not mounted: mount -t bpf bpf /sys/fs/bpf" },
	{ "pin", ENOENT, ANYBODY, "no BPF file system", "mount -t bpf bpf /sys/fs/bpf" },
	{ "pin", EINVAL, ANYBODY, "none is mounted", "mount -t bpf bpf /sys/fs/bpf" },
	{ "pin", ENOENT, ANYBODY, "", "a misspelt path: only the last directory of it is made" },
	{ "pin", EEXIST, ANYBODY, "", "it is attached already: bpfwalk detach undoes that" },
	{ "pin", EACCES, USER, "", "not root: the BPF file system belongs to root" },
	{ "detach", ENOENT, ANYBODY, "no BPF file system", "it is not mounted here: mount -t bpf bpf /sys/fs/bpf" },
	{ "detach", EACCES, USER, "", "not root: the directory belongs to somebody else" },
	{ "list", EPERM, ANYBODY, "", "to see what others loaded takes root (CAP_SYS_ADMIN)" },
	{ "map open", EPERM, ANYBODY, "", "maps are found by name or id only by root (CAP_SYS_ADMIN)" },
	{ "map open", EACCES, ROOT, "", "that is no pin of the BPF file system" },
	{ "map open", EACCES, USER, "", "not root: the pin belongs to somebody else" },
	{ "map open", EINVAL, ROOT, "BPF_OBJ_GET", "that is no pin of the BPF file system" },
	{ "map open", ENOTUNIQ, ANYBODY, "", "say the id; bpfwalk list maps shows which is whose" },
	{ "map open", ENOENT, ANYBODY, "", "bpfwalk list maps shows what there is" },
	{ "map create", E2BIG, ANYBODY, "", "more entries, or a larger value, than this kind of map can have" },
	{ "map create", ENOMEM, ANYBODY, "", "more memory than there is: make it smaller with --map-entries" },
	{ "map create", EINVAL, ANYBODY, "STACK_TRACE, key 4 bytes, value 0 bytes", "the map's definition does not say value_size;"
										    " --map-value-size does: 8 for each frame, 1016 at most" },
	{ "map create", EINVAL, ANYBODY, ", 0 entries", "the map's definition does not say max_entries; --map-entries does" },
	{ "map create", EINVAL, ANYBODY, "", "this kernel is older than this kind of map or one of its flags, or a size is"
					     " one the kind does not allow" },
	{ "map create", EPERM, ROOT, "", "a container without CAP_BPF, or before Linux 5.11 the limit of locked memory"
					 " (ulimit -l)" },
	{ "kernel btf", ENOENT, ANYBODY, "CONFIG_DEBUG_INFO_BTF", "a small or an old kernel; with --btf the types come from a file" },
	{ "CO-RE", EINVAL, ANYBODY, "verifier", "this kernel has it under another name; bpf_core_field_exists() lets a program ask" },
	{ "program", EINVAL, ANYBODY, "(target)", "--target PROGRAM is missing" },
	{ "program load", E2BIG, ANYBODY, "", "too many instructions: 4096 without CAP_BPF, a million with it" },
	{ "program load", EACCES, ANYBODY, "verifier", "the program does something it may not; -v shows the verifier's"
						       " whole log" },
	{ "program load", EINVAL, ANYBODY, "JIT", "the compiler in the kernel is off: echo 1 >/proc/sys/net/core/bpf_jit_enable" },
	{ "program load", ENOTSUPP, ANYBODY, "JIT", "the compiler in the kernel is off: echo 1 >/proc/sys/net/core/bpf_jit_enable" },
	{ "program load", EINVAL, ANYBODY, "unrecognized bpf_ld_imm64", "the kernel is older than 5.2, with which variables came" },
	{ "program load", EINVAL, ANYBODY, "log is empty", "this kernel is older than this type of program or one of its"
							   " flags" },
	{ "program load", EINVAL, ANYBODY, "infinite loop", "the verifier has to see that a loop ends: a counter that"
							     " nothing else changes, and a bound" },
	{ "program load", EINVAL, ANYBODY, "back-edge", "kernels before 5.3 take no loop that the compiler did not unroll" },
	{ "program load", EINVAL, ANYBODY, "verifier", "a helper or an argument that this type of program may not use; -v"
						       " shows the verifier's whole log" },
	{ "program load", EOPNOTSUPP, ANYBODY, "", "this kernel or machine cannot run this type of program" },
	{ "program load", ENOTSUPP, ANYBODY, "", "this kernel or machine cannot run this type of program" },
	{ "attach", ENOENT, ANYBODY, "no cgroup", "a misspelt path; --cgroup-create makes it" },
	{ "attach", ENOENT, ANYBODY, "cgroup2 is not mounted", "mount -t cgroup2 cgroup2 /sys/fs/cgroup" },
	{ "cgroup", ENOENT, ANYBODY, "cgroup2 is not mounted", "mount -t cgroup2 cgroup2 /sys/fs/cgroup" },
	{ "cgroup", ENOENT, ANYBODY, "making", "the directory it is to be in is not there" },
	{ "cgroup", EACCES, USER, "", "not root: the directory it is in belongs to somebody else" },
	{ "attach", ENODEV, ANYBODY, "no interface", "a misspelt name, or it is in another network namespace" },
	{ "attach", EPERM, USER, "packet socket", "not root: packet sockets need CAP_NET_RAW" },
	{ "attach", EPERM, ROOT, "packet socket", "a container without CAP_NET_RAW" },
	{ "attach", EBUSY, ANYBODY, "XDP", "an interface has one at a time; ip link shows it" },
	{ "attach", EEXIST, ANYBODY, "XDP", "an interface has one at a time; ip link shows it" },
	{ "attach", EEXIST, ANYBODY, "", "the program is attached there already" },
	{ "attach", EBUSY, ANYBODY, "", "something else is attached there" },
	{ "attach", ENOENT, ANYBODY, "not mounted", "mount -t tracefs tracefs /sys/kernel/tracing" },
	{ "attach", ENOENT, ANYBODY, "PMU", "a kernel built without kprobes or uprobes" },
	{ "attach", ENOENT, ANYBODY, "no tracepoint", "a misspelt name, or a part of the kernel that is not built in" },
	{ "attach", ENOENT, ANYBODY, "no kernel function", "a misspelt name, or the compiler has inlined the function" },
	{ "attach", ESRCH, ANYBODY, "no kernel function", "a misspelt name, or the compiler has inlined the function" },
	{ "attach", ENOTSUPP, ANYBODY, "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
	  "arm64 has it since Linux 6.4; kprobes do without" },
	{ "attach", EACCES, USER, "", "not root: perf events and tracefs need CAP_PERFMON or root"
				      " (kernel.perf_event_paranoid)" },
	{ "attach", EACCES, ROOT, "perf_event_open", "a container without CAP_PERFMON (kernel.perf_event_paranoid)" },
	{ "perf event array", EPERM, ROOT, "mmap", "the limit of locked memory (ulimit -l, kernel.perf_event_mlock_kb)" },
	{ "trace pipe", ENODEV, ANYBODY, "not mounted", "mount -t tracefs tracefs /sys/kernel/tracing" },
	{ "trace pipe", EACCES, USER, "", "not root: only root may read tracefs" },
	{ "trace pipe", EBUSY, ANYBODY, "", "somebody else reads it" },

	{ "", ENOENT, ANYBODY, "/sys/devices/system/cpu", "sysfs is not mounted: mount -t sysfs sysfs /sys" },
	{ "", EPERM, USER, "", "not root: loading needs CAP_BPF, tracing CAP_PERFMON as well"
			       " (kernel.unprivileged_bpf_disabled)" },
	{ "", EPERM, ROOT, "", "a container without CAP_BPF and CAP_PERFMON, or a kernel that is locked down"
			       " (/sys/kernel/security/lockdown)" },
	{ "", EMFILE, ANYBODY, "", "too many open files: a ring or an event for each CPU takes a descriptor each"
				   " (ulimit -n)" },
	{ "", ENOMEM, ANYBODY, ": ENOMEM", "no memory left, in the machine or in this control group" },
};

const char *advice(const struct bw_error *err)
{
	int code = err->code < 0 ? -err->code : err->code;
	enum who who = geteuid() == 0 ? ROOT : USER;

	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (causes[i].code == code && (causes[i].who == ANYBODY || causes[i].who == who) &&
		    strncmp(err->where, causes[i].where, strlen(causes[i].where)) == 0 &&
		    strstr(err->msg, causes[i].says))
			return causes[i].cause;
	return NULL;
}
