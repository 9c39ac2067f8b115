/*
 * Members: what each system call takes, as a table.
 *
 * One row is one member of a structure, or one argument of a call. From these
 * rows come the size that is passed to bpf(2), the arguments in a narration,
 * and the check against the running kernel's own types. Nobody else here knows
 * what follows what in a bpf attribute.
 *
 *	{ ENUM(map_type, NAMES_BPF_MAP_TYPE), ALWAYS },
 *	{ BYTES(insns, AT(insn_cnt), 8) },
 *
 * Kernel: include/uapi/linux/bpf.h union bpf_attr
 * Next: uapi/bpf_members.c
 */
#ifndef UAPI_MEMBERS_H
#define UAPI_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uapi/fields.h"

/* Behind the kinds of fields those that become another kind, or many, when they are told. */
enum {
	MEMBER_NAME = FIELD_POINTER + 1,	/* characters in the structure itself */
	MEMBER_BITS,			/* the word of bit-fields in perf_event_attr */
	MEMBER_STRUCT,			/* address of the structure of the call */
};

/*
 * An amount: a number; or where the number stands, as minus the offset of that
 * member; or one of these.
 */
enum {
	AMOUNT_KEY = 0x7001,		/* call.key_size */
	AMOUNT_VALUE,			/* call.value_size */
	AMOUNT_RETURNED,		/* what the call returned */
};

struct member {				/* 16 bytes, for there are hundreds */
	const char *name;
	unsigned offset : 11, size : 8;	/* bytes */
	unsigned kind : 5;		/* enum field_kind, or above: what a pointer points at, not the pointer */
	unsigned when : 5;		/* which of several meanings of its bytes this is; 0: the only one */
	unsigned always : 1;		/* 0 means something: told also when it is 0 */
	unsigned out : 1;		/* the kernel writes it, or what it points at */
	int16_t count;			/* BYTES and INSNS: amounts, count * unit bytes */
	union {
		int16_t unit;
		int16_t names;		/* ENUM, FLAGS and BITS: enum names */
	};
};

struct layout {
	const struct member *members;
	unsigned count;
};

/* A command of bpf(2). */
struct command {
	struct layout layout;
	const char *group;		/* its structure's name inside union bpf_attr; NULL: none */
	uint32_t meanings;		/* those that the command alone decides */
	bool returns_fd;
	bool changes;			/* see call_changes_kernel() */
};

/* NULL for a number without a row. */
const struct command *bpf_command(enum bpf_cmd cmd);
struct layout perf_layout(void);
/* The structure that an argument of a call other than bpf(2) points to. */
struct layout call_struct_layout(enum call_nr nr);
/* The arguments of a call; offsets count from call.arg[0]. */
struct layout call_layout(enum call_nr nr);

/* Which meanings hold: rows with `when` n count if bit n is set. */
uint32_t bpf_meanings(enum bpf_cmd cmd, const void *attr);
uint32_t perf_meanings(const struct perf_event_attr *attr, enum probe probe);
uint32_t call_meanings(const struct call *c);

/* The end of the last member that is not zero, in bytes; rows of all meanings count. */
size_t layout_used(struct layout l, const void *structure);

/*
 * How a row is written, S being the structure:
 *
 *	NUMBER(m) SIGNED(m) FD(m) STRING(m) POINTER(m) NAME(m)
 *	ENUM(m, list) FLAGS(m, list)	numbers with names, see uapi/names.h
 *	BYTES(m, n, each) INSNS(m, n)	an address and how much is there
 *	ALWAYS				0 is a choice, not an absence
 *	OUT				the kernel writes it
 *	WHEN(x)				one of several meanings of the same bytes
 */
#define PLACE(m)		.name = #m, .offset = offsetof(struct S, m), .size = sizeof(((struct S *)0)->m)
#define NUMBER(m)		PLACE(m), .kind = FIELD_NUMBER
#define SIGNED(m)		PLACE(m), .kind = FIELD_SIGNED
#define FD(m)			PLACE(m), .kind = FIELD_FD
#define STRING(m)		PLACE(m), .kind = FIELD_STRING
#define POINTER(m)		PLACE(m), .kind = FIELD_POINTER
#define NAME(m)			PLACE(m), .kind = MEMBER_NAME
#define ENUM(m, list)		PLACE(m), .kind = FIELD_ENUM, .names = list
#define FLAGS(m, list)		PLACE(m), .kind = FIELD_FLAGS, .names = list
#define BYTES(m, n, each)	PLACE(m), .kind = FIELD_BYTES, .count = n, .unit = each
#define INSNS(m, n)		PLACE(m), .kind = FIELD_INSNS, .count = n, .unit = 8
#define AT(m)			-(int16_t)offsetof(struct S, m)
#define ALWAYS			.always = true
#define OUT			.out = true
#define WHEN(x)			.when = x

#endif
