/*
 * Names: every row of every list, both ways, and flags as text.
 *
 * Next: tests/kernel_uapi.c
 */
#include "tests/check.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include "uapi/bpf_cmd.h"
#include "uapi/names.h"
#include "uapi/perf_event.h"

TEST(every_row_both_ways)
{
	const char *name;
	uint64_t value, back;
	unsigned rows = 0;

	for (int list = NAMES_NONE + 1; list < NAMES_COUNT; list++) {
		for (unsigned n = 0; name_row((enum names)list, n, &name, &value); n++, rows++) {
			NOTE("list %d row %u %s", list, n, name);
			CHECK_STR(name_of((enum names)list, value), name);
			CHECK(name_value((enum names)list, name, &back));
			CHECK_INT(back, value);
		}
		NOTE("list %d", list);
		CHECK(name_row((enum names)list, 0, &name, &value));
		CHECK(!name_value((enum names)list, "BPF_NO_SUCH_NAME", &back));
		CHECK(name_of((enum names)list, 0x7ffffff1) == NULL);
	}
	CHECK(rows > 650);
	CHECK(name_of(NAMES_NONE, 0) == NULL);
}

/* names.c keeps no values of lists that count from 0: the headers' enums must agree. */
TEST(counted_lists)
{
#define ROW(name, value)	CHECK_STR(name_of(list, value), #name);
#define LISTED(id, rows)	{ const enum names list = id; rows(ROW) }
	LISTED(NAMES_BPF_CMD, BPF_CMD_LIST)
	LISTED(NAMES_BPF_MAP_TYPE, BPF_MAP_TYPE_LIST)
	LISTED(NAMES_BPF_PROG_TYPE, BPF_PROG_TYPE_LIST)
	LISTED(NAMES_BPF_ATTACH_TYPE, BPF_ATTACH_TYPE_LIST)
	LISTED(NAMES_BPF_LINK_TYPE, BPF_LINK_TYPE_LIST)
	LISTED(NAMES_BPF_CORE_RELO_KIND, BPF_CORE_RELO_KIND_LIST)
	LISTED(NAMES_BPF_CGROUP_ITER_ORDER, BPF_CGROUP_ITER_ORDER_LIST)
	LISTED(NAMES_BPF_TASK_FD_TYPE, BPF_TASK_FD_TYPE_LIST)
	LISTED(NAMES_BPF_STATS_TYPE, BPF_STATS_TYPE_LIST)
	LISTED(NAMES_PERF_TYPE, PERF_TYPE_ID_LIST)
	LISTED(NAMES_PERF_HW_ID, PERF_HW_ID_LIST)
	LISTED(NAMES_PERF_SW_ID, PERF_SW_IDS_LIST)
#define H(number, name, ...)	CHECK_STR(name_of(NAMES_HELPER, number), "bpf_" #name);
#include "uapi/bpf/helpers.def"
#undef H
}

TEST(helpers_are_functions)
{
	CHECK_STR(name_of(NAMES_HELPER, 1), "bpf_map_lookup_elem");
	CHECK_STR(name_of(NAMES_HELPER, BPF_FUNC_trace_printk), "bpf_trace_printk");
	CHECK_STR(name_of(NAMES_HELPER, 211), "bpf_cgrp_storage_delete");
	CHECK(name_of(NAMES_HELPER, 212) == NULL);
}

/* A value that fits no list must not be cut to one that does. */
TEST(no_narrowing)
{
	CHECK(name_of(NAMES_BPF_MAP_TYPE, 0x100000001) == NULL);
}

TEST(errors)
{
	CHECK_STR(errno_name(-EPERM), "EPERM");
	CHECK_STR(errno_name(E2BIG), "E2BIG");
	CHECK_STR(errno_name(-524), "ENOTSUPP");
	CHECK_STR(errno_name(-EOPNOTSUPP), "EOPNOTSUPP");
	CHECK(errno_name(-4000) == NULL);
	CHECK(errno_name(0) == NULL);
#ifdef __GLIBC__	/* from 2.32 on it has names too */
	for (int e = 1; e < 200; e++) {
		NOTE("errno %d", e);
		CHECK_STR(errno_name(e), strerrorname_np(e));
	}
#endif
}

static const char *flags(enum names list, uint64_t value)
{
	static char text[800];
	size_t n = name_flags(list, value, text, sizeof(text));

	CHECK_INT(n, strlen(text));
	return text;
}

TEST(flags_as_text)
{
	CHECK_STR(flags(NAMES_BPF_MAP_FLAGS, 0x401), "BPF_F_NO_PREALLOC|BPF_F_MMAPABLE");
	CHECK_STR(flags(NAMES_BPF_MAP_FLAGS, 1u << 31 | 1), "BPF_F_NO_PREALLOC|0x80000000");
	CHECK_STR(flags(NAMES_BPF_MAP_FLAGS, 1ull << 40), "0x10000000000");
	CHECK_STR(flags(NAMES_BPF_MAP_FLAGS, 0), "0");
	CHECK_STR(flags(NAMES_BPF_ELEM_FLAGS, 0), "BPF_ANY");
	CHECK_STR(flags(NAMES_BPF_ELEM_FLAGS, BPF_EXIST | BPF_F_LOCK), "BPF_EXIST|BPF_F_LOCK");
	CHECK_STR(flags(NAMES_BPF_ELEM_FLAGS, 3ull << 32 | BPF_F_CPU), "BPF_F_CPU|0x300000000");
	CHECK_STR(flags(NAMES_BPF_PROG_FLAGS, BPF_F_SLEEPABLE | BPF_F_TOKEN_FD), "BPF_F_SLEEPABLE|BPF_F_TOKEN_FD");
	CHECK_STR(flags(NAMES_OPEN_FLAGS, O_RDONLY), "O_RDONLY");
	CHECK_STR(flags(NAMES_OPEN_FLAGS, O_RDONLY | O_CLOEXEC), "O_RDONLY|O_CLOEXEC");
	CHECK_STR(flags(NAMES_OPEN_FLAGS, O_WRONLY | O_APPEND), "O_WRONLY|O_APPEND");
	CHECK_STR(flags(NAMES_PERF_FLAGS, PERF_FLAG_FD_CLOEXEC), "PERF_FLAG_FD_CLOEXEC");
}

/* Every size from none to enough: never past the end, always a NUL, always the full length. */
TEST(flags_are_cut)
{
	static const char whole[] = "BPF_F_NO_PREALLOC|BPF_F_MMAPABLE|0x80000000";
	char *out;

	for (size_t size = 1; size <= sizeof(whole); size++) {
		NOTE("size %zu", size);
		out = malloc(size);	/* the sanitizer watches its end */
		CHECK_INT(name_flags(NAMES_BPF_MAP_FLAGS, 0x80000401, out, size), sizeof(whole) - 1);
		CHECK_INT(strlen(out), size - 1);
		CHECK_MEM(out, whole, size - 1);
		free(out);
	}
	CHECK_INT(name_flags(NAMES_BPF_MAP_FLAGS, 0x80000401, NULL, 0), sizeof(whole) - 1);
}

/* Against the macros of the libc headers, which know this architecture. */
TEST(ioctl_numbers)
{
	CHECK_INT(PERF_EVENT_IOC_ENABLE, _IO('$', 0));
	CHECK_INT(PERF_EVENT_IOC_PERIOD, _IOW('$', 4, uint64_t));
	CHECK_INT(PERF_EVENT_IOC_SET_FILTER, _IOW('$', 6, char *));
	CHECK_INT(PERF_EVENT_IOC_ID, _IOR('$', 7, uint64_t *));
	CHECK_INT(PERF_EVENT_IOC_SET_BPF, _IOW('$', 8, uint32_t));
	CHECK_INT(PERF_EVENT_IOC_QUERY_BPF, _IOWR('$', 10, void *));
	CHECK_INT(PERF_EVENT_IOC_MODIFY_ATTRIBUTES, _IOW('$', 11, void *));
}
