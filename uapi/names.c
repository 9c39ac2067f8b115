/*
 * Tables of names, made of names.def and bpf/helpers.def.
 *
 * A table is two arrays: the values, and the names one after the other in one
 * string. Some 700 names would need 11 kB for pointers and wide values; so they
 * need 3 kB, and the walk to the n-th name costs nothing where it is used: a
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
#include "uapi/perf_event.h"

#define VALUE(name, value)	(uint32_t)(value),
#define STRING(name, value)	#name "\0"
#define NAMED_VALUE(name)	(uint32_t)(name),
#define NAMED_STRING(name)	#name "\0"

/* A list whose rows are (name, value), and one whose names are constants themselves. */
#define TABLE(list) { (const uint32_t[]){ list(VALUE) }, list(STRING), \
		      sizeof((uint32_t[]){ list(VALUE) }) / sizeof(uint32_t), 0 }
#define NAMED_TABLE(list, part) { (const uint32_t[]){ list(NAMED_VALUE) }, list(NAMED_STRING), \
				  sizeof((uint32_t[]){ list(NAMED_VALUE) }) / sizeof(uint32_t), part }

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
static const uint32_t helper_values[] = {
	0,
#define H(number, name, ...) number,
#include "uapi/bpf/helpers.def"
#undef H
};

/* Flags that the kernel declares once and takes in two places. */
#define PROG_FLAGS(X)	BPF_PROG_FLAG_LIST(X) X(BPF_F_TOKEN_FD, BPF_F_TOKEN_FD)
#define ATTACH_FLAGS(X)	BPF_ATTACH_FLAG_LIST(X) X(BPF_F_LINK, BPF_F_LINK)

static const struct table {
	const uint32_t *values;
	const char *strings;		/* count names, a NUL behind each */
	unsigned count;
	uint32_t part;			/* flags: the name of 0 stands for these bits alone, not for all of them */
} tables[NAMES_COUNT] = {
	[NAMES_BPF_CMD] = TABLE(BPF_CMD_LIST),
	[NAMES_BPF_MAP_TYPE] = TABLE(BPF_MAP_TYPE_LIST),
	[NAMES_BPF_PROG_TYPE] = TABLE(BPF_PROG_TYPE_LIST),
	[NAMES_BPF_ATTACH_TYPE] = TABLE(BPF_ATTACH_TYPE_LIST),
	[NAMES_BPF_LINK_TYPE] = TABLE(BPF_LINK_TYPE_LIST),
	[NAMES_HELPER] = { helper_values, (const char *)&helper_names,
			   sizeof(helper_values) / sizeof(helper_values[0]), 0 },
	[NAMES_BPF_CORE_RELO_KIND] = TABLE(BPF_CORE_RELO_KIND_LIST),
	[NAMES_BPF_PERF_EVENT_TYPE] = TABLE(BPF_PERF_EVENT_TYPE_LIST),
	[NAMES_BPF_CGROUP_ITER_ORDER] = TABLE(BPF_CGROUP_ITER_ORDER_LIST),
	[NAMES_BPF_TASK_FD_TYPE] = TABLE(BPF_TASK_FD_TYPE_LIST),
	[NAMES_BPF_STATS_TYPE] = TABLE(BPF_STATS_TYPE_LIST),
	[NAMES_BPF_STREAM] = TABLE(BPF_STREAM_LIST),
	[NAMES_PERF_TYPE] = TABLE(PERF_TYPE_ID_LIST),
	[NAMES_PERF_HW_ID] = TABLE(PERF_HW_ID_LIST),
	[NAMES_PERF_SW_ID] = TABLE(PERF_SW_IDS_LIST),
	[NAMES_PERF_RECORD] = TABLE(PERF_EVENT_TYPE_LIST),
	[NAMES_PERF_ATTR_SIZE] = TABLE(PERF_ATTR_SIZE_LIST),
	[NAMES_PERF_ATTR_BIT] = TABLE(PERF_ATTR_BIT_LIST),
	[NAMES_PERF_IOC] = NAMED_TABLE(PERF_IOC_LIST, 0),
	[NAMES_RLIMIT] = NAMED_TABLE(RLIMIT_LIST, 0),
	[NAMES_FCNTL] = NAMED_TABLE(FCNTL_LIST, 0),
	[NAMES_AT] = NAMED_TABLE(AT_LIST, 0),
	[NAMES_SIOC] = NAMED_TABLE(SIOC_LIST, 0),
	[NAMES_AF] = NAMED_TABLE(AF_LIST, 0),
	[NAMES_SOL] = NAMED_TABLE(SOL_LIST, 0),
	[NAMES_SO] = NAMED_TABLE(SO_LIST, 0),
	[NAMES_ERRNO] = NAMED_TABLE(ERRNO_LIST, 0),
	[NAMES_BPF_ELEM_FLAGS] = TABLE(BPF_ELEM_FLAG_LIST),
	[NAMES_BPF_MAP_FLAGS] = TABLE(BPF_MAP_FLAG_LIST),
	[NAMES_BPF_PROG_FLAGS] = TABLE(PROG_FLAGS),
	[NAMES_BPF_ATTACH_FLAGS] = TABLE(ATTACH_FLAGS),
	[NAMES_BPF_QUERY_FLAGS] = TABLE(BPF_QUERY_FLAG_LIST),
	[NAMES_BPF_TEST_FLAGS] = TABLE(BPF_TEST_FLAG_LIST),
	[NAMES_BPF_KPROBE_MULTI_FLAGS] = TABLE(BPF_KPROBE_MULTI_FLAG_LIST),
	[NAMES_BPF_UPROBE_MULTI_FLAGS] = TABLE(BPF_UPROBE_MULTI_FLAG_LIST),
	[NAMES_BPF_NETFILTER_FLAGS] = TABLE(BPF_NETFILTER_FLAG_LIST),
	[NAMES_XDP_FLAGS] = TABLE(XDP_FLAG_LIST),
	[NAMES_PERF_SAMPLE] = TABLE(PERF_EVENT_SAMPLE_FORMAT_LIST),
	[NAMES_PERF_FORMAT] = TABLE(PERF_EVENT_READ_FORMAT_LIST),
	[NAMES_PERF_FLAGS] = TABLE(PERF_FLAG_LIST),
	[NAMES_OPEN_FLAGS] = NAMED_TABLE(OPEN_FLAG_LIST, O_ACCMODE),
	[NAMES_UNLINK_FLAGS] = NAMED_TABLE(UNLINK_FLAG_LIST, 0),
	[NAMES_SOCK_FLAGS] = NAMED_TABLE(SOCK_LIST, 0),
	[NAMES_PROT] = NAMED_TABLE(PROT_LIST, 0),
	[NAMES_MAP] = NAMED_TABLE(MAP_LIST, 0),
};

static const char *nth_name(const struct table *t, unsigned n)
{
	const char *name = t->strings;

	while (n--)
		name += strlen(name) + 1;
	return name;
}

const char *name_of(enum names list, uint64_t value)
{
	const struct table *t = &tables[list];

	for (unsigned i = 0; i < t->count; i++)
		if (t->values[i] == value)
			return nth_name(t, i);
	return NULL;
}

bool name_row(enum names list, unsigned n, const char **name, uint64_t *value)
{
	const struct table *t = &tables[list];

	if (n >= t->count)
		return false;
	*name = nth_name(t, n);
	*value = t->values[n];
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
	const struct table *t = &tables[list];
	const char *zero = name_of(list, 0);
	size_t length = 0;
	char rest[20];

	if (!value || !(value & (t->part ? t->part : value)))
		length = append(out, size, 0, zero ? zero : "0");
	for (unsigned i = 0; i < t->count; i++) {
		uint64_t bits = t->values[i];

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
	return name_of(NAMES_ERRNO, (uint64_t)(error < 0 ? -error : error));
}
