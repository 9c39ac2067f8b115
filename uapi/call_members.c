/*
 * The members of perf_event_attr, and the arguments of every call.
 *
 * Arguments are rows like any others: their offset counts from call.arg[0],
 * their size is that of the kernel's parameter (an int arrives in a long).
 *
 * In: a call. Out: its rows, and which of them count.
 * Kernel: include/uapi/linux/perf_event.h; the manual pages of the calls
 * Next: uapi/fields.h
 */
#include "uapi/members.h"

#include <fcntl.h>
#include <string.h>

#include "uapi/names.h"
#include "uapi/net.h"
#include "uapi/netlink.h"
#include "uapi/perf_event.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))
#define M(x)		(1u << (x))

enum {
	SOFTWARE = 1, HARDWARE, OTHER, PERIOD, FREQUENCY, EVENTS, WATERMARK,
	BREAKPOINT, KPROBE_NAME, KPROBE_ADDR, UPROBE_PATH, PROBE_AT, PLAIN,
};

#define S perf_event_attr
static const struct member perf[] = {
	{ ENUM(type, NAMES_PERF_TYPE), ALWAYS },
	{ ENUM(size, NAMES_PERF_ATTR_SIZE), ALWAYS },
	{ ENUM(config, NAMES_PERF_SW_ID), ALWAYS, WHEN(SOFTWARE) },
	{ ENUM(config, NAMES_PERF_HW_ID), ALWAYS, WHEN(HARDWARE) },
	{ NUMBER(config), ALWAYS, WHEN(OTHER) },
	{ NUMBER(sample_period), WHEN(PERIOD) },
	{ NUMBER(sample_freq), WHEN(FREQUENCY) },
	{ FLAGS(sample_type, NAMES_PERF_SAMPLE) },
	{ FLAGS(read_format, NAMES_PERF_FORMAT) },
	{ .offset = offsetof(struct S, wakeup_events) - 8, .size = 8, .kind = MEMBER_BITS,
	  .names = NAMES_PERF_ATTR_BIT },
	{ NUMBER(wakeup_events), WHEN(EVENTS) },
	{ NUMBER(wakeup_watermark), WHEN(WATERMARK) },
	{ NUMBER(bp_type) },
	{ NUMBER(bp_addr), WHEN(BREAKPOINT) },
	{ STRING(kprobe_func), WHEN(KPROBE_NAME) },
	{ STRING(uprobe_path), WHEN(UPROBE_PATH) },
	{ NUMBER(config1), WHEN(PLAIN) },
	{ NUMBER(bp_len), WHEN(BREAKPOINT) },
	{ POINTER(kprobe_addr), WHEN(KPROBE_ADDR) },
	{ NUMBER(probe_offset), WHEN(PROBE_AT) },
	{ NUMBER(config2), WHEN(PLAIN) },
	{ NUMBER(branch_sample_type) },
	{ NUMBER(sample_regs_user) },
	{ NUMBER(sample_stack_user) },
	{ SIGNED(clockid) },
	{ NUMBER(sample_regs_intr) },
	{ NUMBER(aux_watermark) },
	{ NUMBER(sample_max_stack) },
	{ NUMBER(aux_sample_size) },
	{ NUMBER(aux_action) },
	{ NUMBER(sig_data) },
	{ NUMBER(config3) },
	{ NUMBER(config4) },
};
#undef S

struct layout perf_layout(void)
{
	return (struct layout){ perf, COUNT(perf) };
}

#define S ifreq_index
static const struct member ifreq[] = {
	{ NAME(ifr_name) },
	{ SIGNED(ifr_ifindex), OUT },
};
#undef S

#define S sockaddr_ll
static const struct member sockaddr[] = {
	{ ENUM(sll_family, NAMES_AF), ALWAYS },
	{ NUMBER(sll_protocol), ALWAYS },
	{ SIGNED(sll_ifindex), ALWAYS },
};
#undef S

#define S new_utsname
static const struct member utsname[] = {
	{ NAME(sysname), OUT },
	{ NAME(release), OUT },
	{ NAME(version), OUT },
	{ NAME(machine), OUT },
};
#undef S

enum { OF_PERF = 1, OF_SOCKET, OF_NETLINK, ARG_NUMBER, ARG_FD, ARG_STRING, ARG_POINTER, ANSWER, ANSWER_ERROR, NO_ANSWER };

/* What SO_ATTACH_BPF points at is the descriptor itself; NETLINK_EXT_ACK is on or off. */
static const struct member sockopt[] = {
	{ .name = "prog_fd", .size = sizeof(int), .kind = FIELD_FD, .always = true, WHEN(OF_SOCKET) },
	{ .name = "on", .size = sizeof(int), .kind = FIELD_SIGNED, .always = true, WHEN(OF_NETLINK) },
};

/* Of all that fstat(2) tells, the door keeps the size. */
static const struct member size_of_file[] = {
	{ .name = "st_size", .size = sizeof(int64_t), .kind = FIELD_SIGNED, .always = true, OUT },
};

#define S tc_request
#define ATTRIBUTE(text, m) \
	.name = text, .offset = offsetof(struct S, m), .size = sizeof(((struct S *)0)->m)
static const struct member tc_request[] = {
	{ ATTRIBUTE("nlmsg_len", header.nlmsg_len), .kind = FIELD_NUMBER },
	{ ATTRIBUTE("nlmsg_type", header.nlmsg_type), .kind = FIELD_ENUM, .names = NAMES_NLMSG_TYPE },
	{ ATTRIBUTE("nlmsg_flags", header.nlmsg_flags), .kind = FIELD_FLAGS, .names = NAMES_NLM_F },
	{ ATTRIBUTE("nlmsg_seq", header.nlmsg_seq), .kind = FIELD_NUMBER },
	{ ATTRIBUTE("tcm_ifindex", tc.tcm_ifindex), .kind = FIELD_SIGNED },
	{ ATTRIBUTE("tcm_handle", tc.tcm_handle), .kind = FIELD_ENUM, .names = NAMES_TC_H },
	{ ATTRIBUTE("tcm_parent", tc.tcm_parent), .kind = FIELD_ENUM, .names = NAMES_TC_H },
	{ ATTRIBUTE("tcm_info", tc.tcm_info), .kind = FIELD_ENUM, .names = NAMES_TC_H },
	{ ATTRIBUTE("TCA_KIND", kind_text), .kind = MEMBER_NAME },
	{ ATTRIBUTE("TCA_BPF_FD", fd_value), .kind = FIELD_FD },
	{ ATTRIBUTE("TCA_BPF_FLAGS", flags_value), .kind = FIELD_FLAGS, .names = NAMES_TCA_BPF_FLAGS },
	{ ATTRIBUTE("TCA_BPF_NAME", name_text), .kind = MEMBER_NAME },
};
#undef S

/* The beginning of an answer: its first message. */
#define S nlmsghdr
static const struct member answer[] = {
	{ NUMBER(nlmsg_len), OUT, WHEN(ANSWER) },
	{ ENUM(nlmsg_type, NAMES_NLMSG_TYPE), OUT, WHEN(ANSWER) },
	{ NUMBER(nlmsg_seq), OUT, WHEN(ANSWER) },
	{ .name = "error", .offset = sizeof(struct S), .size = sizeof(int32_t), .kind = FIELD_SIGNED, ALWAYS, OUT, WHEN(ANSWER_ERROR) },
};
#undef S

struct layout call_struct_layout(enum call_nr nr)
{
	switch (nr) {
	case CALL_PERF_EVENT_OPEN:
		return perf_layout();
	case CALL_IOCTL:
		return (struct layout){ ifreq, COUNT(ifreq) };
	case CALL_SETSOCKOPT:
		return (struct layout){ sockopt, COUNT(sockopt) };
	case CALL_BIND:
		return (struct layout){ sockaddr, COUNT(sockaddr) };
	case CALL_FSTAT:
		return (struct layout){ size_of_file, COUNT(size_of_file) };
	case CALL_SENDTO:
		return (struct layout){ tc_request, COUNT(tc_request) };
	case CALL_RECVFROM:
		return (struct layout){ answer, COUNT(answer) };
	case CALL_UNAME:
		return (struct layout){ utsname, COUNT(utsname) };
	default:
		return (struct layout){ NULL, 0 };
	}
}

static uint32_t config_meanings(const struct perf_event_attr *attr, enum probe probe)
{
	if (probe == PROBE_KPROBE)
		return M(OTHER) | (attr->kprobe_func ? M(KPROBE_NAME) | M(PROBE_AT) : M(KPROBE_ADDR));
	if (probe == PROBE_UPROBE)
		return M(OTHER) | M(UPROBE_PATH) | M(PROBE_AT);
	switch (attr->type) {
	case PERF_TYPE_SOFTWARE:
		return M(SOFTWARE) | M(PLAIN);
	case PERF_TYPE_HARDWARE:
		return M(HARDWARE) | M(PLAIN);
	case PERF_TYPE_BREAKPOINT:
		return M(OTHER) | M(BREAKPOINT);
	default:
		return M(OTHER) | M(PLAIN);
	}
}

uint32_t perf_meanings(const struct perf_event_attr *attr, enum probe probe)
{
	return config_meanings(attr, probe) | M(attr->freq ? FREQUENCY : PERIOD) |
	       M(attr->watermark ? WATERMARK : EVENTS);
}

/* Arguments by their place. All are told, for who prints them one after the other; `when` leaves out what is not there. */
#define ARG(n, text)		.name = text, .offset = (n) * sizeof(long), .always = true
#define INT(n, text, k)		ARG(n, text), .size = 4, .kind = k
#define LONG(n, text, k)	ARG(n, text), .size = sizeof(long), .kind = k
#define NAMED(n, text, k, list)	ARG(n, text), .size = 4, .kind = k, .names = list
#define BUFFER(n, text, c, u)	LONG(n, text, FIELD_BYTES), .count = c, .unit = u
#define IN(n)			-(int16_t)((n) * sizeof(long))

static const struct member args_bpf[] = {
	{ NAMED(0, "cmd", FIELD_ENUM, NAMES_BPF_CMD) },
	{ LONG(1, "attr", MEMBER_STRUCT) },
	{ INT(2, "size", FIELD_NUMBER) },
};

static const struct member args_perf_event_open[] = {
	{ LONG(0, "attr", MEMBER_STRUCT) },
	{ INT(1, "pid", FIELD_SIGNED) },
	{ INT(2, "cpu", FIELD_SIGNED) },
	{ INT(3, "group_fd", FIELD_FD) },
	{ LONG(4, "flags", FIELD_FLAGS), .names = NAMES_PERF_FLAGS },
};

static const struct member args_ioctl[] = {
	{ INT(0, "fd", FIELD_FD) },
	{ NAMED(1, "request", FIELD_ENUM, NAMES_PERF_IOC), WHEN(OF_PERF) },
	{ NAMED(1, "request", FIELD_ENUM, NAMES_SIOC), WHEN(OF_SOCKET) },
	{ LONG(2, "arg", MEMBER_STRUCT), WHEN(OF_SOCKET) },
	{ LONG(2, "arg", FIELD_NUMBER), WHEN(ARG_NUMBER) },
	{ LONG(2, "arg", FIELD_FD), WHEN(ARG_FD) },
	{ LONG(2, "arg", FIELD_STRING), WHEN(ARG_STRING) },
	{ LONG(2, "arg", FIELD_POINTER), WHEN(ARG_POINTER) },
};

enum { WITH_MODE = 1 };

static const struct member args_openat[] = {
	{ NAMED(0, "dirfd", FIELD_ENUM, NAMES_AT) },
	{ LONG(1, "pathname", FIELD_STRING) },
	{ NAMED(2, "flags", FIELD_FLAGS, NAMES_OPEN_FLAGS) },
	{ INT(3, "mode", FIELD_NUMBER), WHEN(WITH_MODE) },
};

static const struct member args_read[] = {
	{ INT(0, "fd", FIELD_FD) },
	{ BUFFER(1, "buf", 1, AMOUNT_RETURNED), OUT },
	{ LONG(2, "count", FIELD_NUMBER) },
};

static const struct member args_write[] = {
	{ INT(0, "fd", FIELD_FD) },
	{ BUFFER(1, "buf", 1, IN(2)) },
	{ LONG(2, "count", FIELD_NUMBER) },
};

static const struct member args_close[] = {
	{ INT(0, "fd", FIELD_FD) },
};

static const struct member args_fstat[] = {
	{ INT(0, "fd", FIELD_FD) },
	{ LONG(1, "statbuf", MEMBER_STRUCT) },
};

static const struct member args_fcntl[] = {
	{ INT(0, "fd", FIELD_FD) },
	{ NAMED(1, "cmd", FIELD_ENUM, NAMES_FCNTL) },
	{ LONG(2, "arg", FIELD_NUMBER) },
};

static const struct member args_mmap[] = {
	{ LONG(0, "addr", FIELD_POINTER) },
	{ LONG(1, "length", FIELD_NUMBER) },
	{ NAMED(2, "prot", FIELD_FLAGS, NAMES_PROT) },
	{ NAMED(3, "flags", FIELD_FLAGS, NAMES_MAP) },
	{ INT(4, "fd", FIELD_FD) },
	{ LONG(5, "offset", FIELD_NUMBER) },
};

static const struct member args_munmap[] = {
	{ LONG(0, "addr", FIELD_POINTER) },
	{ LONG(1, "length", FIELD_NUMBER) },
};

static const struct member args_poll[] = {
	{ LONG(0, "fds", FIELD_POINTER) },
	{ LONG(1, "nfds", FIELD_NUMBER) },
	{ INT(2, "timeout", FIELD_SIGNED) },
};

static const struct member args_prlimit[] = {
	{ INT(0, "pid", FIELD_SIGNED) },
	{ NAMED(1, "resource", FIELD_ENUM, NAMES_RLIMIT) },
	{ BUFFER(2, "new_limit", 1, 16) },
	{ BUFFER(3, "old_limit", 1, 16), OUT },
};

static const struct member args_fchmod[] = {
	{ INT(0, "fd", FIELD_FD) },
	{ INT(1, "mode", FIELD_NUMBER) },
};

static const struct member args_renameat[] = {
	{ NAMED(0, "olddirfd", FIELD_ENUM, NAMES_AT) },
	{ LONG(1, "oldpath", FIELD_STRING) },
	{ NAMED(2, "newdirfd", FIELD_ENUM, NAMES_AT) },
	{ LONG(3, "newpath", FIELD_STRING) },
};

static const struct member args_mkdirat[] = {
	{ NAMED(0, "dirfd", FIELD_ENUM, NAMES_AT) },
	{ LONG(1, "pathname", FIELD_STRING) },
	{ INT(2, "mode", FIELD_NUMBER) },
};

static const struct member args_unlinkat[] = {
	{ NAMED(0, "dirfd", FIELD_ENUM, NAMES_AT) },
	{ LONG(1, "pathname", FIELD_STRING) },
	{ NAMED(2, "flags", FIELD_FLAGS, NAMES_UNLINK_FLAGS) },
};

static const struct member args_symlinkat[] = {
	{ LONG(0, "target", FIELD_STRING) },
	{ NAMED(1, "newdirfd", FIELD_ENUM, NAMES_AT) },
	{ LONG(2, "linkpath", FIELD_STRING) },
};

static const struct member args_getdents64[] = {
	{ INT(0, "fd", FIELD_FD) },
	{ BUFFER(1, "dirp", 1, AMOUNT_RETURNED), OUT },
	{ LONG(2, "count", FIELD_NUMBER) },
};

static const struct member args_readlinkat[] = {
	{ NAMED(0, "dirfd", FIELD_ENUM, NAMES_AT) },
	{ LONG(1, "pathname", FIELD_STRING) },
	{ BUFFER(2, "buf", 1, AMOUNT_RETURNED), OUT },
	{ LONG(3, "bufsiz", FIELD_NUMBER) },
};

static const struct member args_socket[] = {
	{ NAMED(0, "domain", FIELD_ENUM, NAMES_AF) },
	{ NAMED(1, "type", FIELD_FLAGS, NAMES_SOCK_FLAGS) },
	{ INT(2, "protocol", FIELD_NUMBER) },
};

static const struct member args_setsockopt[] = {
	{ INT(0, "sockfd", FIELD_FD) },
	{ NAMED(1, "level", FIELD_ENUM, NAMES_SOL) },
	{ NAMED(2, "optname", FIELD_ENUM, NAMES_SO) },
	{ LONG(3, "optval", MEMBER_STRUCT) },
	{ INT(4, "optlen", FIELD_NUMBER) },
};

static const struct member args_bind[] = {
	{ INT(0, "sockfd", FIELD_FD) },
	{ LONG(1, "addr", MEMBER_STRUCT) },
	{ INT(2, "addrlen", FIELD_NUMBER) },
};

static const struct member args_sendto[] = {
	{ INT(0, "sockfd", FIELD_FD) },
	{ LONG(1, "buf", MEMBER_STRUCT) },
	{ LONG(2, "len", FIELD_NUMBER) },
	{ NAMED(3, "flags", FIELD_FLAGS, NAMES_MSG_FLAGS) },
	{ LONG(4, "dest_addr", FIELD_POINTER) },
	{ INT(5, "addrlen", FIELD_NUMBER) },
};

static const struct member args_recvfrom[] = {
	{ INT(0, "sockfd", FIELD_FD) },
	{ LONG(1, "buf", MEMBER_STRUCT), WHEN(ANSWER) },
	{ LONG(1, "buf", FIELD_POINTER), WHEN(NO_ANSWER) },
	{ LONG(2, "len", FIELD_NUMBER) },
	{ NAMED(3, "flags", FIELD_FLAGS, NAMES_MSG_FLAGS) },
	{ LONG(4, "src_addr", FIELD_POINTER) },
	{ LONG(5, "addrlen", FIELD_POINTER) },
};

static const struct member args_uname[] = {
	{ LONG(0, "buf", MEMBER_STRUCT) },
};

#define CALL(call, table) [call] = { table, COUNT(table) }
static const struct layout calls[CALL_COUNT] = {
	CALL(CALL_BPF, args_bpf),
	CALL(CALL_PERF_EVENT_OPEN, args_perf_event_open),
	CALL(CALL_IOCTL, args_ioctl),
	CALL(CALL_OPENAT, args_openat),
	CALL(CALL_READ, args_read),
	CALL(CALL_WRITE, args_write),
	CALL(CALL_CLOSE, args_close),
	CALL(CALL_FSTAT, args_fstat),
	CALL(CALL_FCNTL, args_fcntl),
	CALL(CALL_MMAP, args_mmap),
	CALL(CALL_MUNMAP, args_munmap),
	CALL(CALL_POLL, args_poll),
	CALL(CALL_PRLIMIT, args_prlimit),
	CALL(CALL_FSYNC, args_close),
	CALL(CALL_FCHMOD, args_fchmod),
	CALL(CALL_RENAMEAT, args_renameat),
	CALL(CALL_UNLINKAT, args_unlinkat),
	CALL(CALL_MKDIRAT, args_mkdirat),
	CALL(CALL_SYMLINKAT, args_symlinkat),
	CALL(CALL_GETDENTS64, args_getdents64),
	CALL(CALL_READLINKAT, args_readlinkat),
	CALL(CALL_SOCKET, args_socket),
	CALL(CALL_SETSOCKOPT, args_setsockopt),
	CALL(CALL_BIND, args_bind),
	CALL(CALL_SENDTO, args_sendto),
	CALL(CALL_RECVFROM, args_recvfrom),
	CALL(CALL_UNAME, args_uname),
};

struct layout call_layout(enum call_nr nr)
{
	return calls[nr];
}

static uint32_t ioctl_meaning(unsigned request)
{
	switch (request) {
	case PERF_EVENT_IOC_SET_BPF:
	case PERF_EVENT_IOC_SET_OUTPUT:
		return M(ARG_FD);
	case PERF_EVENT_IOC_SET_FILTER:
		return M(ARG_STRING);
	case PERF_EVENT_IOC_PERIOD:
	case PERF_EVENT_IOC_ID:
	case PERF_EVENT_IOC_QUERY_BPF:
	case PERF_EVENT_IOC_MODIFY_ATTRIBUTES:
		return M(ARG_POINTER);
	default:
		return M(ARG_NUMBER);
	}
}

/* What came is looked at only as far as it came. */
static uint32_t answer_meanings(const struct call *c)
{
	struct nlmsghdr header;

	if (c->ret < (long)sizeof(header))
		return M(NO_ANSWER);
	memcpy(&header, (const void *)c->arg[1], sizeof(header));
	if (header.nlmsg_type == NLMSG_ERROR && c->ret >= (long)(sizeof(header) + sizeof(int32_t)))
		return M(ANSWER) | M(ANSWER_ERROR);
	return M(ANSWER);
}

uint32_t call_meanings(const struct call *c)
{
	if (c->nr == CALL_RECVFROM)
		return answer_meanings(c);
	if (c->nr == CALL_SETSOCKOPT)
		return c->arg[1] == SOL_NETLINK ? M(OF_NETLINK) : M(OF_SOCKET);
	if (c->nr == CALL_IOCTL && name_of(NAMES_SIOC, (unsigned)c->arg[1]))
		return M(OF_SOCKET);
	if (c->nr == CALL_IOCTL)
		return M(OF_PERF) | ioctl_meaning((unsigned)c->arg[1]);
	if (c->nr == CALL_OPENAT)
		return c->arg[2] & O_CREAT ? M(WITH_MODE) : 0;
	return 0;
}
