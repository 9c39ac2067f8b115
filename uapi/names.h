/*
 * Numbers to the kernel's names and back.
 *
 *	name_of(NAMES_BPF_MAP_TYPE, 1)                "BPF_MAP_TYPE_HASH"
 *	name_flags(NAMES_BPF_MAP_FLAGS, 0x401, ...)   "BPF_F_NO_PREALLOC|BPF_F_MMAPABLE"
 *	name_of(NAMES_HELPER, 6)                      "bpf_trace_printk"
 *	errno_name(-524)                              "ENOTSUPP"
 *
 * The rows are in names.def. A number that is not there has no name, and this
 * is said, not papered over: a kernel may be newer than the list.
 *
 * Kernel: include/uapi/linux/bpf.h
 * Next: uapi/names.c
 */
#ifndef UAPI_NAMES_H
#define UAPI_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Inside the kernel "not supported" is not EOPNOTSUPP, and sometimes it gets out. */
#ifndef ENOTSUPP
#define ENOTSUPP 524
#endif

enum names {
	NAMES_NONE,			/* the empty list */
	NAMES_BPF_CMD,
	NAMES_BPF_MAP_TYPE,
	NAMES_BPF_PROG_TYPE,
	NAMES_BPF_ATTACH_TYPE,
	NAMES_BPF_LINK_TYPE,
	NAMES_HELPER,			/* the function: "bpf_map_lookup_elem", not BPF_FUNC_map_lookup_elem */
	NAMES_BPF_CORE_RELO_KIND,
	NAMES_BPF_PERF_EVENT_TYPE,
	NAMES_BPF_CGROUP_ITER_ORDER,
	NAMES_BPF_TASK_FD_TYPE,
	NAMES_BPF_STATS_TYPE,
	NAMES_BPF_STREAM,
	NAMES_PERF_TYPE,
	NAMES_PERF_HW_ID,
	NAMES_PERF_SW_ID,
	NAMES_PERF_RECORD,
	NAMES_PERF_ATTR_SIZE,
	NAMES_PERF_ATTR_BIT,
	NAMES_PERF_IOC,
	NAMES_RLIMIT,
	NAMES_FCNTL,
	NAMES_AT,
	NAMES_SIOC,
	NAMES_AF,
	NAMES_SOL,
	NAMES_SO,
	NAMES_NLMSG_TYPE,
	NAMES_TC_H,
	NAMES_ERRNO,
	/* lists of flags */
	NAMES_BPF_ELEM_FLAGS,
	NAMES_BPF_MAP_FLAGS,
	NAMES_BPF_PROG_FLAGS,
	NAMES_BPF_ATTACH_FLAGS,
	NAMES_BPF_QUERY_FLAGS,
	NAMES_BPF_TEST_FLAGS,
	NAMES_BPF_KPROBE_MULTI_FLAGS,
	NAMES_BPF_UPROBE_MULTI_FLAGS,
	NAMES_BPF_NETFILTER_FLAGS,
	NAMES_XDP_FLAGS,
	NAMES_PERF_SAMPLE,
	NAMES_PERF_FORMAT,
	NAMES_PERF_FLAGS,
	NAMES_OPEN_FLAGS,
	NAMES_UNLINK_FLAGS,
	NAMES_SOCK_FLAGS,
	NAMES_MSG_FLAGS,
	NAMES_NLM_F,
	NAMES_TCA_BPF_FLAGS,
	NAMES_PROT,
	NAMES_MAP,
	NAMES_COUNT
};

/* The name of value, or NULL when the list has none. */
const char *name_of(enum names list, uint64_t value);

/* True, and its value in *value, when the list has that name. */
bool name_value(enum names list, const char *name, uint64_t *value);

/*
 * Flags as "A|B|0x100": what has no name stays a number, no flag at all is the
 * list's name for 0 or "0". Writes at most size bytes, always with a NUL, and
 * returns the length of the whole text: it was cut if that is >= size.
 */
size_t name_flags(enum names list, uint64_t value, char *out, size_t size);

/* Without the other lists, for programs that say little: "EPERM" for EPERM and for -EPERM, or NULL. */
const char *errno_name(long error);
/* "BPF_MAP_TYPE_HASH" or NULL. */
const char *map_type_name(uint32_t type);

/* The n-th row of a list: false behind the last. For those who show or check whole lists. */
bool name_row(enum names list, unsigned n, const char **name, uint64_t *value);

#endif
