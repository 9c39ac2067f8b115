/*
 * Tables of names, made of names.def and bpf/helpers.def.
 *
 * A table is two arrays: the values, and the names one after the other in one
 * string. Some 700 names would need 11 kB for pointers and wide values; so they
 * need 1 kB, and the walk to the n-th name costs nothing where it is used: a
 * narrated system call, a line of disassembly, an error message.
 *
 *	values    0              1                2
 *	strings  "BPF_MAP_CREATE\0BPF_MAP_LOOKUP_ELEM\0BPF_MAP_UPDATE_ELEM\0"
 *
 * In:  a list and a number. Out: the kernel's name, or NULL.
 * Kernel: include/uapi/linux/bpf.h
 * Next: uapi/members.h
 */
#include "uapi/names.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "uapi/bpf_cmd.h"
#include "uapi/netlink.h"
#include "uapi/perf_event.h"

#define VALUE(name, value)	(uint32_t)(value),
#define STRING(name, value)	#name "\0"
#define NAMED_VALUE(name)	(uint32_t)(name),
#define NAMED_STRING(name)	#name "\0"
#define ONE(name, value)	+ 1

struct table {
	const uint32_t *values;		/* NULL: 0, 1, 2, ... */
	const char *strings;		/* count names, a NUL behind each */
	uint32_t count;
	uint32_t part;			/* flags: the name of 0 stands for these bits alone, not for all of them */
};

/* Every list is variables of its own, so that the linker leaves out those that nobody asks for. */
#define LIST(id, list) \
	static const uint32_t values_##id[] = { list(VALUE) }; \
	static const char strings_##id[] = list(STRING); \
	static const struct table table_##id = { values_##id, strings_##id, 0 list(ONE), 0 };
/* Its rows have the values 0, 1, 2, ...; unit_names.c makes sure. */
#define COUNTED(id, list) \
	static const char strings_##id[] = list(STRING); \
	static const struct table table_##id = { NULL, strings_##id, 0 list(ONE), 0 };
/* Its names are constants themselves. */
#define NAMED(id, list, part) \
	static const uint32_t values_##id[] = { list(NAMED_VALUE) }; \
	static const char strings_##id[] = list(NAMED_STRING); \
	static const struct table table_##id = { values_##id, strings_##id, sizeof(values_##id) / sizeof(uint32_t), part };

/* Flags that the kernel declares once and takes in two places. */
#define PROG_FLAGS(X)	BPF_PROG_FLAG_LIST(X) X(BPF_F_TOKEN_FD, BPF_F_TOKEN_FD)
#define ATTACH_FLAGS(X)	BPF_ATTACH_FLAG_LIST(X) X(BPF_F_LINK, BPF_F_LINK)

#define LISTS(LIST, COUNTED, NAMED) \
	COUNTED(BPF_CMD, BPF_CMD_LIST) \
	COUNTED(BPF_MAP_TYPE, BPF_MAP_TYPE_LIST) \
	COUNTED(BPF_PROG_TYPE, BPF_PROG_TYPE_LIST) \
	COUNTED(BPF_ATTACH_TYPE, BPF_ATTACH_TYPE_LIST) \
	COUNTED(BPF_LINK_TYPE, BPF_LINK_TYPE_LIST) \
	COUNTED(BPF_CORE_RELO_KIND, BPF_CORE_RELO_KIND_LIST) \
	LIST(BPF_PERF_EVENT_TYPE, BPF_PERF_EVENT_TYPE_LIST) \
	COUNTED(BPF_CGROUP_ITER_ORDER, BPF_CGROUP_ITER_ORDER_LIST) \
	COUNTED(BPF_TASK_FD_TYPE, BPF_TASK_FD_TYPE_LIST) \
	COUNTED(BPF_STATS_TYPE, BPF_STATS_TYPE_LIST) \
	LIST(BPF_STREAM, BPF_STREAM_LIST) \
	COUNTED(PERF_TYPE, PERF_TYPE_ID_LIST) \
	COUNTED(PERF_HW_ID, PERF_HW_ID_LIST) \
	COUNTED(PERF_SW_ID, PERF_SW_IDS_LIST) \
	LIST(PERF_RECORD, PERF_EVENT_TYPE_LIST) \
	LIST(PERF_ATTR_SIZE, PERF_ATTR_SIZE_LIST) \
	LIST(PERF_ATTR_BIT, PERF_ATTR_BIT_LIST) \
	NAMED(PERF_IOC, PERF_IOC_LIST, 0) \
	NAMED(RLIMIT, RLIMIT_LIST, 0) \
	NAMED(FCNTL, FCNTL_LIST, 0) \
	NAMED(AT, AT_LIST, 0) \
	NAMED(SIOC, SIOC_LIST, 0) \
	NAMED(AF, AF_LIST, 0) \
	NAMED(SOL, SOL_LIST, 0) \
	NAMED(SO, SO_LIST, 0) \
	LIST(NLMSG_TYPE, NLMSG_TYPE_LIST) \
	NAMED(TC_H, TC_H_LIST, 0) \
	NAMED(ERRNO, ERRNO_LIST, 0) \
	LIST(BPF_ELEM_FLAGS, BPF_ELEM_FLAG_LIST) \
	LIST(BPF_MAP_FLAGS, BPF_MAP_FLAG_LIST) \
	LIST(BPF_PROG_FLAGS, PROG_FLAGS) \
	LIST(BPF_ATTACH_FLAGS, ATTACH_FLAGS) \
	LIST(BPF_QUERY_FLAGS, BPF_QUERY_FLAG_LIST) \
	LIST(BPF_TEST_FLAGS, BPF_TEST_FLAG_LIST) \
	LIST(BPF_KPROBE_MULTI_FLAGS, BPF_KPROBE_MULTI_FLAG_LIST) \
	LIST(BPF_UPROBE_MULTI_FLAGS, BPF_UPROBE_MULTI_FLAG_LIST) \
	LIST(BPF_NETFILTER_FLAGS, BPF_NETFILTER_FLAG_LIST) \
	LIST(XDP_FLAGS, XDP_FLAG_LIST) \
	LIST(PERF_SAMPLE, PERF_EVENT_SAMPLE_FORMAT_LIST) \
	LIST(PERF_FORMAT, PERF_EVENT_READ_FORMAT_LIST) \
	LIST(PERF_FLAGS, PERF_FLAG_LIST) \
	NAMED(OPEN_FLAGS, OPEN_FLAG_LIST, O_ACCMODE) \
	NAMED(UNLINK_FLAGS, UNLINK_FLAG_LIST, 0) \
	NAMED(SOCK_FLAGS, SOCK_LIST, 0) \
	NAMED(MSG_FLAGS, MSG_LIST, 0) \
	LIST(NLM_F, NLM_F_LIST) \
	LIST(TCA_BPF_FLAGS, TCA_BPF_FLAG_LIST) \
	NAMED(PROT, PROT_LIST, 0) \
	NAMED(MAP, MAP_LIST, 0) 

LISTS(LIST, COUNTED, NAMED)

/* All helpers in one string literal are more than the 4095 bytes that C11 promises, in one struct they are not. */
static const struct {
	char unspec[sizeof("bpf_unspec")];
#define H(number, name, ...) char name[sizeof("bpf_" #name)];
#include "uapi/bpf/helpers.def"
#undef H
} helper_names = {
	"bpf_unspec",
#define H(number, name, ...) "bpf_" #name,
#include "uapi/bpf/helpers.def"
#undef H
};
enum {
	HELPERS = 1
#define H(number, name, ...) + 1
#include "uapi/bpf/helpers.def"
#undef H
};
static const struct table table_HELPER = { NULL, (const char *)&helper_names, HELPERS, 0 };

static const struct table *const tables[NAMES_COUNT] = {
#define AT(id, ...) [NAMES_##id] = &table_##id,
	[NAMES_NONE] = &(const struct table){ NULL, NULL, 0, 0 },
	[NAMES_HELPER] = &table_HELPER,
	LISTS(AT, AT, AT)
};

static const char *nth_name(const struct table *t, unsigned n)
{
	const char *name = t->strings;

	while (n--)
		name += strlen(name) + 1;
	return name;
}

static uint32_t nth_value(const struct table *t, unsigned n)
{
	return t->values ? t->values[n] : n;
}

static const char *find(const struct table *t, uint64_t value)
{
	for (unsigned i = 0; i < t->count; i++)
		if (nth_value(t, i) == value)
			return nth_name(t, i);
	return NULL;
}

const char *name_of(enum names list, uint64_t value)
{
	return find(tables[list], value);
}

bool name_row(enum names list, unsigned n, const char **name, uint64_t *value)
{
	const struct table *t = tables[list];

	if (n >= t->count)
		return false;
	*name = nth_name(t, n);
	*value = nth_value(t, n);
	return true;
}

bool name_value(enum names list, const char *name, uint64_t *value)
{
	const char *found;
	uint64_t v;

	for (unsigned i = 0; name_row(list, i, &found, &v); i++) {
		if (strcmp(found, name) == 0) {
			*value = v;
			return true;
		}
	}
	return false;
}

/* Adds s to the length-byte text in out, as far as it fits; returns the new length. */
static size_t append(char *out, size_t size, size_t length, const char *s)
{
	size_t n = strlen(s);

	if (length < size) {
		size_t room = size - length - 1;

		memcpy(out + length, s, n < room ? n : room);
		out[length + (n < room ? n : room)] = 0;
	}
	return length + n;
}

size_t name_flags(enum names list, uint64_t value, char *out, size_t size)
{
	const struct table *t = tables[list];
	const char *zero = name_of(list, 0);
	size_t length = 0;
	char rest[20];

	if (!value || !(value & (t->part ? t->part : value)))
		length = append(out, size, 0, zero ? zero : "0");
	for (unsigned i = 0; i < t->count; i++) {
		uint64_t bits = nth_value(t, i);

		if (!bits || (value & bits) != bits)
			continue;
		if (length)
			length = append(out, size, length, "|");
		length = append(out, size, length, nth_name(t, i));
		value &= ~bits;
	}
	if (value) {
		snprintf(rest, sizeof(rest), "%s%#" PRIx64, length ? "|" : "", value);
		length = append(out, size, length, rest);
	}
	return length;
}

const char *errno_name(long error)
{
	return find(&table_ERRNO, (uint64_t)(error < 0 ? -error : error));
}

const char *map_type_name(uint32_t type)
{
	return find(&table_BPF_MAP_TYPE, type);
}
