/*
 * Makes the calls of a story again, from nothing but its JSON.
 *
 *	bpfwalk explain --json OBJ | build/asan/tests/json_replay
 *
 * docs/json.md promises that this is possible. So nothing is known here about
 * objects: a call's structure is filled member by member, by the kernel's names,
 * from the tables of uapi/. A descriptor gets the number that it had in the
 * story, since it is in instructions and in values of maps as well. Replayed
 * are bpf, perf_event_open, ioctl and close, until the story detaches.
 *
 * In: JSON on stdin  Out: how many calls were made, and how many keys the hash maps have then
 * Next: tests/sh_cli_json.sh
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/cli/jsontext.h"
#include "uapi/members.h"
#include "uapi/names.h"
#include "uapi/perf_event.h"
#include "uapi/sys.h"

enum { MEMBERS = 80, FDS = 256 };

struct object {
	struct slice name[MEMBERS], value[MEMBERS];
	int count;
};

static const struct sys sys;
static bool ours[FDS];			/* descriptors that the replay opened */
static bool is_hash[FDS];		/* of these, hash maps */
static unsigned calls, keys;

static void die(const char *what, struct slice s)
{
	fprintf(stderr, "json_replay: %s: %.*s\n", what, (int)s.len, s.at);
	exit(1);
}

static void parse(struct object *o, const char *json)
{
	o->count = json_members(json, o->name, o->value, MEMBERS);
	if (o->count < 0 || o->count > MEMBERS)
		die("not an object", (struct slice){ json, strlen(json) });
}

static struct slice get(const struct object *o, const char *name)
{
	for (int i = 0; i < o->count; i++)
		if (o->name[i].len == strlen(name) && memcmp(o->name[i].at, name, o->name[i].len) == 0)
			return o->value[i];
	return (struct slice){ NULL, 0 };
}

static bool is_string(struct slice s)
{
	return s.len >= 2 && s.at[0] == '"';
}

/* The text between the quotes, or the number's; kept for the rest of the process. */
static char *text(struct slice s)
{
	if (!s.at)
		return strdup("");
	return is_string(s) ? strndup(s.at + 1, s.len - 2) : strndup(s.at, s.len);
}

static uint64_t number(struct slice s)
{
	char *digits = text(s), *end;
	uint64_t n;

	errno = 0;
	n = digits[0] == '-' ? (uint64_t)strtoll(digits, &end, 0) : strtoull(digits, &end, 0);
	if (errno || *end || end == digits)
		die("not a number", s);
	return n;
}

static uint64_t named(enum names list, struct slice s)
{
	char *names = text(s), *save, *name;
	uint64_t all = 0, one;

	for (name = strtok_r(names, "|", &save); name; name = strtok_r(NULL, "|", &save)) {
		if (!name_value(list, name, &one))
			one = number((struct slice){ name, strlen(name) });
		all |= one;
	}
	return all;
}

static uint64_t bytes(struct slice s)
{
	char *hex = text(s);
	size_t n = strlen(hex) / 2;
	unsigned char *out = malloc(n + 1);

	for (size_t i = 0; i < n; i++)
		if (sscanf(hex + 2 * i, "%2hhx", &out[i]) != 1)
			die("not hex", s);
	return (uintptr_t)out;
}

static void put(unsigned char *at, size_t size, uint64_t value)
{
	uint32_t u32 = (uint32_t)value;
	uint16_t u16 = (uint16_t)value;

	memcpy(at, size == 8 ? (void *)&value : size == 4 ? (void *)&u32 : (void *)&u16, size);
}

/* Bits are counted from the low end of the word here, which is right on little-endian machines. */
static void put_bits(unsigned char *at, enum names list, const struct object *args)
{
	uint64_t word = 0, bit;
	const char *name;

	for (unsigned i = 0; name_row(list, i, &name, &bit); i++)
		if (get(args, name).at)
			word |= number(get(args, name)) << bit;
	memcpy(at, &word, sizeof(word));
}

static void fill_member(unsigned char *base, const struct member *m, const struct object *args)
{
	struct slice s = m->name ? get(args, m->name) : (struct slice){ NULL, 0 };
	uint64_t value;

	if (m->kind == MEMBER_BITS)
		put_bits(base + m->offset, (enum names)m->names, args);
	if (!s.at)
		return;
	if (!is_string(s))
		put(base + m->offset, m->size, number(s));
	else if (m->kind == FIELD_ENUM && name_value((enum names)m->names, text(s), &value))
		put(base + m->offset, m->size, value);	/* of another list: another meaning of the same bytes */
	else if (m->kind == FIELD_FLAGS)
		put(base + m->offset, m->size, named((enum names)m->names, s));
	else if (m->kind == FIELD_STRING)
		put(base + m->offset, m->size, (uintptr_t)text(s));
	else if (m->kind == FIELD_BYTES || m->kind == FIELD_INSNS)
		put(base + m->offset, m->size, bytes(s));
	else if (m->kind == MEMBER_NAME)
		memcpy(base + m->offset, text(s), s.len - 2);
}

static void fill(void *structure, struct layout l, const struct object *args)
{
	for (unsigned i = 0; i < l.count; i++)
		fill_member(structure, &l.members[i], args);
}

static long again_bpf(const struct object *call, const struct object *args)
{
	enum bpf_cmd cmd = (enum bpf_cmd)named(NAMES_BPF_CMD, get(call, "cmd"));
	const struct command *command = bpf_command(cmd);
	uint64_t attr[64] = { 0 };

	if (!command)
		die("unknown command", get(call, "cmd"));
	fill(attr, command->layout, args);
	return sys_bpf(&sys, cmd, attr, 0);
}

static long again_perf(const struct object *args)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	fill(&attr, perf_layout(), args);
	return sys_perf_event_open(&sys, &attr, (int)number(get(args, "pid")), (int)number(get(args, "cpu")),
				   (int)number(get(args, "group_fd")), named(NAMES_PERF_FLAGS, get(args, "flags")));
}

static long again(const char *name, const struct object *call, const struct object *args)
{
	int fd = get(args, "fd").at ? (int)number(get(args, "fd")) : -1;

	if (strcmp(name, "bpf") == 0)
		return again_bpf(call, args);
	if (strcmp(name, "perf_event_open") == 0)
		return again_perf(args);
	if (strcmp(name, "ioctl") == 0)
		return sys_ioctl(&sys, fd, named(NAMES_PERF_IOC, get(args, "request")), number(get(args, "arg")));
	if (strcmp(name, "close") == 0 && fd >= 0 && fd < FDS && ours[fd]) {
		close(fd);
		ours[fd] = false;
	}
	return 0;
}

/* The number the descriptor had in the story. */
static void renumber(long got, long want, struct slice line)
{
	if (want >= FDS)
		die("too many descriptors", line);
	if (got != want) {
		if (dup3((int)got, (int)want, O_CLOEXEC) < 0)
			die("dup3", line);
		close((int)got);
	}
	ours[want] = true;
}

/* Keys of a hash map, as proof that its program runs. */
static unsigned keys_of(int map_fd)
{
	unsigned char key[512];
	struct bpf_map_elem_attr attr;
	unsigned n = 0;

	memset(&attr, 0, sizeof(attr));
	attr.map_fd = (uint32_t)map_fd;
	attr.next_key = (uintptr_t)key;
	while (n < 100000 && sys_bpf(&sys, BPF_MAP_GET_NEXT_KEY, &attr, 0) == 0) {
		attr.key = (uintptr_t)key;
		n++;
	}
	return n;
}

static bool is_replayed(const char *name)
{
	return strcmp(name, "bpf") == 0 || strcmp(name, "perf_event_open") == 0 || strcmp(name, "ioctl") == 0 ||
	       strcmp(name, "close") == 0;
}

static void replay_call(const struct object *call, struct slice line)
{
	char *name = text(get(call, "call"));
	long want = (long)number(get(call, "ret")), got;
	struct object args;

	if (!is_replayed(name))
		return;
	parse(&args, text(get(call, "args")));
	got = again(name, call, &args);
	calls += strcmp(name, "close") != 0;
	if ((got < 0) != (want < 0))
		die(got < 0 ? errno_name(got) : "did not fail", line);
	if (got >= 3 && want >= 3)
		renumber(got, want, line);
	if (want >= 3 && want < FDS)
		is_hash[want] = strstr(text(get(&args, "map_type")), "HASH") != NULL;
}

/* False: the story begins to undo. */
static bool replay(const char *line)
{
	struct object event;
	char *kind;

	parse(&event, line);
	kind = text(get(&event, "event"));
	if (strcmp(kind, "step") == 0)
		return strcmp(text(get(&event, "step")), "detach") != 0;
	if (strcmp(kind, "syscall") == 0)
		replay_call(&event, (struct slice){ line, strcspn(line, "\n") });
	return true;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0 && replay(line))
		;
	usleep(300000);
	for (int fd = 0; fd < FDS; fd++)
		if (ours[fd] && is_hash[fd])
			keys += keys_of(fd);
	printf("%u calls, %u keys\n", calls, keys);
	return 0;
}
