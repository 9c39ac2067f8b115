/*
 * Taking a call apart, row by row of the table.
 *
 *	rows of the call      cmd | attr                        | size
 *	                             |
 *	rows of the command          +-> map_type | key_size | ...
 *
 * A row becomes a field if it counts (its meaning holds) and says something (it
 * is not 0, or 0 is a choice). One word of perf_event_attr becomes a field for
 * every bit-field that is set in it.
 *
 * In: struct call. Out: struct fields.
 * Kernel: none.
 * Try:  bpfwalk explain --dry-run build/progs/syscount.bpf.o
 * Next: loader/cli/main.c
 */
#include "uapi/fields.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "uapi/members.h"
#include "uapi/names.h"
#include "uapi/netlink.h"
#include "uapi/perf_event.h"

/* Where rows are read from: the arguments of the call, or its structure. */
struct source {
	const struct call *call;
	const unsigned char *base;
	bool in_struct;
	uint32_t meanings;
};

/* What stands at the row's place. An argument is a long whatever its type; the kernel looks at the low half for an int. */
static uint64_t number_at(const struct source *s, unsigned offset, unsigned size)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;
	unsigned long word;

	if (!s->in_struct) {
		memcpy(&word, s->base + offset, sizeof(word));
		return size == 4 ? (uint32_t)word : word;
	}
	switch (size) {
	case 2:
		memcpy(&u16, s->base + offset, 2);
		return u16;
	case 4:
		memcpy(&u32, s->base + offset, 4);
		return u32;
	default:
		memcpy(&u64, s->base + offset, 8);
		return u64;
	}
}

static uint64_t signed_value(uint64_t value, unsigned size)
{
	return size == 4 ? (uint64_t)(int64_t)(int32_t)value : value;
}

static uint64_t amount(const struct source *s, int how)
{
	if (how < 0)
		return number_at(s, (unsigned)-how, 4);
	switch (how) {
	case AMOUNT_KEY:
		return s->call->key_size;
	case AMOUNT_VALUE:
		return s->call->value_size;
	case AMOUNT_RETURNED:
		return (uint64_t)s->call->ret;
	default:
		return (uint64_t)how;
	}
}

static struct field *add(struct fields *out, const struct member *m, const struct source *s)
{
	struct field *f;

	if (out->count == FIELDS_MAX)
		return NULL;
	f = &out->at[out->count++];
	*f = (struct field){
		.name = m->name, .kind = (enum field_kind)m->kind, .in_struct = s->in_struct, .out = m->out,
	};
	return f;
}

/* The flags as text, kept behind the fields; NULL if there is no room, and then the number speaks. */
static const char *flags_text(struct fields *out, enum names list, uint64_t value)
{
	char *at = out->text + out->used;
	size_t room = sizeof(out->text) - out->used;
	size_t n = name_flags(list, value, at, room);

	if (n >= room)
		return NULL;
	out->used += n + 1;
	return at;
}

static void tell_string(struct field *f, uint64_t value)
{
	if (value)
		f->text = (const char *)(uintptr_t)value;
	else
		f->kind = FIELD_POINTER;
}

/* How much is there may not be known, and what the kernel should write is not there if it refused. */
static void tell_bytes(struct field *f, const struct member *m, const struct source *s, uint64_t value)
{
	bool there = value && !(m->out && s->call->ret < 0);
	uint64_t size = there ? amount(s, m->count) * amount(s, m->unit) : 0;

	if (size) {
		f->data = (const void *)(uintptr_t)value;
		f->size = (size_t)size;
	} else {
		f->kind = FIELD_POINTER;
	}
}

static void tell(struct fields *out, const struct member *m, const struct source *s)
{
	uint64_t value = number_at(s, m->offset, m->size);
	struct field *f;

	if ((!value && !m->always) || (m->out && m->kind == FIELD_SIGNED && s->call->ret < 0))
		return;
	f = add(out, m, s);
	if (!f)
		return;
	f->value = value;
	switch (m->kind) {
	case FIELD_SIGNED:
	case FIELD_FD:
		f->value = signed_value(value, m->size);
		break;
	case FIELD_ENUM:
		f->text = name_of((enum names)m->names, value);
		break;
	case FIELD_FLAGS:
		f->text = flags_text(out, (enum names)m->names, value);
		break;
	case FIELD_STRING:
		tell_string(f, value);
		break;
	case FIELD_BYTES:
	case FIELD_INSNS:
		tell_bytes(f, m, s, value);
		break;
	}
}

/* Characters in the structure; nothing but the kernel's rule says that they end, so they get an end here. */
static void tell_name(struct fields *out, const struct member *m, const struct source *s)
{
	const char *chars = (const char *)s->base + m->offset;
	size_t n = strnlen(chars, m->size);
	struct field *f;

	if (n == 0 || out->used + n + 1 > sizeof(out->text))
		return;
	f = add(out, m, s);
	if (!f)
		return;
	f->kind = FIELD_STRING;
	f->text = memcpy(out->text + out->used, chars, n);
	out->text[out->used + n] = 0;
	out->used += n + 1;
}

static bool big_endian(void)
{
	const uint16_t one = 1;
	unsigned char first;

	memcpy(&first, &one, 1);
	return first == 0;
}

/* Bit-fields begin at the low end of the word, on big-endian machines at the high end. */
static void tell_bits(struct fields *out, const struct member *m, const struct source *s)
{
	uint64_t word = number_at(s, m->offset, 8), first, next;
	const char *name, *other;

	for (unsigned n = 0; name_row((enum names)m->names, n, &name, &first); n++) {
		uint64_t width = name_row((enum names)m->names, n + 1, &other, &next) ? next - first : 1;
		uint64_t value = word >> (big_endian() ? 64 - first - width : first) & ((1u << width) - 1);
		struct field *f = value ? add(out, m, s) : NULL;

		if (!f)
			continue;
		f->name = name;
		f->kind = FIELD_NUMBER;
		f->value = value;
	}
}

static void tell_all(struct fields *out, struct layout l, const struct source *s);

static void tell_struct(struct fields *out, const struct member *m, const struct source *s)
{
	const struct call *c = s->call;
	const void *attr = (const void *)(uintptr_t)number_at(s, m->offset, m->size);
	const struct command *command = c->nr == CALL_BPF ? bpf_command((enum bpf_cmd)c->arg[0]) : NULL;
	struct source inside = { .call = c, .base = attr, .in_struct = true };

	if (!attr)
		return;
	if (c->nr == CALL_PERF_EVENT_OPEN)
		inside.meanings = perf_meanings(attr, c->probe);
	else if (command)
		inside.meanings = bpf_meanings((enum bpf_cmd)c->arg[0], attr);
	else
		inside.meanings = s->meanings;
	tell_all(out, command ? command->layout : call_struct_layout(c->nr), &inside);
}

static void tell_all(struct fields *out, struct layout l, const struct source *s)
{
	for (unsigned i = 0; i < l.count; i++) {
		const struct member *m = &l.members[i];

		if (m->when && !(s->meanings & 1u << m->when))
			continue;
		switch (m->kind) {
		case MEMBER_STRUCT:
			tell_struct(out, m, s);
			break;
		case MEMBER_NAME:
			tell_name(out, m, s);
			break;
		case MEMBER_BITS:
			tell_bits(out, m, s);
			break;
		default:
			tell(out, m, s);
		}
	}
}

void call_fields(const struct call *c, struct fields *out)
{
	struct source s = {
		.call = c, .base = (const unsigned char *)c->arg, .meanings = call_meanings(c),
	};

	out->count = 0;
	out->used = 0;
	tell_all(out, call_layout(c->nr), &s);
}

static bool all_zero(const unsigned char *bytes, size_t n)
{
	while (n--)
		if (*bytes++)
			return false;
	return true;
}

size_t layout_used(struct layout l, const void *structure)
{
	const unsigned char *base = structure;
	size_t used = 0;

	for (unsigned i = 0; i < l.count; i++) {
		const struct member *m = &l.members[i];
		size_t end = (size_t)m->offset + m->size;

		if (end > used && !all_zero(base + m->offset, m->size))
			used = end;
	}
	return used;
}

const char *call_name(const struct call *c)
{
	static const char names[CALL_COUNT][16] = {
		"bpf", "perf_event_open", "ioctl", "openat", "read", "write", "close", "fstat", "fcntl",
		"mmap", "munmap", "poll", "prlimit", "fsync", "fchmod", "renameat", "unlinkat",
		"mkdirat", "symlinkat", "getdents64", "readlinkat",
		"socket", "setsockopt", "bind", "sendto", "recvfrom",
		"uname",
	};

	return names[c->nr];
}

const char *call_cmd_name(const struct call *c)
{
	const char *name;

	if (c->nr == CALL_BPF)
		return name_of(NAMES_BPF_CMD, (uint32_t)c->arg[0]);
	if (c->nr == CALL_IOCTL && (name = name_of(NAMES_SIOC, (uint32_t)c->arg[1])))
		return name;
	if (c->nr == CALL_IOCTL)
		return name_of(NAMES_PERF_IOC, (uint32_t)c->arg[1]);
	if (c->nr == CALL_SETSOCKOPT)
		return name_of(NAMES_SO, (uint32_t)c->arg[2]);
	if (c->nr == CALL_SENDTO)
		return name_of(NAMES_NLMSG_TYPE, ((const struct nlmsghdr *)c->arg[1])->nlmsg_type);
	return "";
}

const char *call_group(const struct call *c)
{
	const struct command *command = c->nr == CALL_BPF ? bpf_command((enum bpf_cmd)c->arg[0]) : NULL;

	return command ? command->group : NULL;
}

bool call_returns_fd(const struct call *c)
{
	const struct command *command;

	switch (c->nr) {
	case CALL_BPF:
		command = bpf_command((enum bpf_cmd)c->arg[0]);
		return command && command->returns_fd;
	case CALL_PERF_EVENT_OPEN:
	case CALL_OPENAT:
	case CALL_SOCKET:
		return true;
	case CALL_FCNTL:
		return c->arg[1] == F_DUPFD_CLOEXEC;
	default:
		return false;
	}
}

static bool ioctl_changes(unsigned request)
{
	return request != PERF_EVENT_IOC_ID && request != PERF_EVENT_IOC_QUERY_BPF && !name_of(NAMES_SIOC, request);
}

bool call_changes_kernel(const struct call *c)
{
	const struct command *command;

	switch (c->nr) {
	case CALL_BPF:
		command = bpf_command((enum bpf_cmd)c->arg[0]);
		return !command || command->changes;
	case CALL_PERF_EVENT_OPEN:
	case CALL_WRITE:
	case CALL_FCHMOD:
	case CALL_RENAMEAT:
	case CALL_MKDIRAT:
	case CALL_SYMLINKAT:
	case CALL_UNLINKAT:
	case CALL_SETSOCKOPT:
	case CALL_BIND:
	case CALL_SENDTO:
		return true;
	case CALL_SOCKET:		/* others are there to ask something */
		return c->arg[0] == AF_PACKET;
	case CALL_IOCTL:
		return ioctl_changes((unsigned)c->arg[1]);
	case CALL_OPENAT:
		return c->arg[2] & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC);
	case CALL_PRLIMIT:
		return c->arg[2] != 0;
	default:
		return false;
	}
}
