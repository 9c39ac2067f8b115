/*
 * Fields: a system call, taken apart for people.
 *
 *	struct call  {CALL_BPF, {BPF_MAP_CREATE, 0x7ffd..., 72}, ret 4}
 *	   becomes   cmd=BPF_MAP_CREATE  {map_type=BPF_MAP_TYPE_HASH  key_size=4
 *	             value_size=8  max_entries=10  map_name="counts"}  size=72
 *
 * Text, JSON and whatever else tells of a call are printed from these fields,
 * so they cannot disagree, and there is nothing to keep in step by hand: the
 * same table (uapi/members.h) decides how many bytes the kernel is given.
 *
 * What strace would print for a call is call_name() and all fields in order,
 * those in_struct between braces:
 *
 *	bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH, ...}, 72) = 4
 *	ioctl(5, PERF_EVENT_IOC_SET_BPF, 4) = 0
 *
 * A pretend kernel reads the same: call_returns_fd() and call_changes_kernel()
 * say what it has to answer, and fields that are `out` what it may zero.
 *
 * Kernel: none; it never tells.
 * Next: uapi/fields.c
 */
#ifndef UAPI_FIELDS_H
#define UAPI_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uapi/sys.h"

enum field_kind {
	FIELD_NUMBER,			/* value */
	FIELD_SIGNED,			/* value is an int64_t */
	FIELD_FD,			/* value is an int64_t; negative: none */
	FIELD_ENUM,			/* value; text is its name, NULL when it has none */
	FIELD_FLAGS,			/* value; text is "A|B|0x100" */
	FIELD_STRING,			/* text */
	FIELD_BYTES,			/* data, size; value is the address */
	FIELD_INSNS,			/* data, size: struct bpf_insn[size / 8]; value is the address */
	FIELD_POINTER,			/* value: an address; what is there is unknown, or too much to tell */
};

struct field {
	const char *name;		/* the kernel's, "kprobe_multi.cnt" in a structure inside; the manual page's for arguments */
	enum field_kind kind;
	bool in_struct;			/* a member of the structure the call takes, not an argument itself */
	bool out;			/* written by the kernel; BYTES only after it was */
	uint64_t value;
	const char *text;
	const void *data;
	size_t size;			/* bytes */
};

enum { FIELDS_MAX = 80, FIELDS_TEXT = 1536 };

struct fields {
	unsigned count;
	struct field at[FIELDS_MAX];
	char text[FIELDS_TEXT];		/* what some .text point into */
	size_t used;
};

/*
 * The fields of c in *out: every argument, and the members that were set, which
 * means not zero, or such that 0 is a choice (a program's attach_type, the
 * flags of an update: BPF_ANY). Members that share bytes are told by the one
 * name that the command, attach type or event type makes of them.
 *
 * c->ret counts: what the kernel wrote is shown as BYTES if the call worked.
 * Before the call set it to 0. Pointers are followed, so call this while the
 * caller's memory is alive; text and data point there or into *out.
 */
void call_fields(const struct call *c, struct fields *out);

/* "bpf", "perf_event_open", "openat", ... */
const char *call_name(const struct call *c);
/* "BPF_PROG_LOAD", "PERF_EVENT_IOC_ENABLE"; "" for other calls, NULL for a number without a name. */
const char *call_cmd_name(const struct call *c);
/* In the kernel the members of some commands sit in a named structure: "raw_tracepoint", "link_create"; else NULL. */
const char *call_group(const struct call *c);

/* Success is a new descriptor. */
bool call_returns_fd(const struct call *c);

/*
 * True for what a dry run must not do: making, changing, attaching, running,
 * taking out. False for looking: it may reach the real kernel, unless it names
 * a descriptor that the real kernel has not made. Closing is false: nothing
 * is left of a dry run that could be closed.
 */
bool call_changes_kernel(const struct call *c);

#endif
