/*
 * Makes the calls of a story again, from nothing but its JSON.
 *
 *	bpfwalk explain --json OBJ | build/asan/tests/json_replay
 *
 * docs/json.md promises that this is possible. A descriptor gets the number
 * that it had in the story, since it is in instructions and in values of maps as
 * well. Replayed are bpf, perf_event_open, ioctl and close, until the story
 * detaches.
 *
 * In: JSON on stdin  Out: how many calls were made, and how many keys the hash maps have then
 * Next: tests/json_call.h
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/json_call.h"
#include "uapi/perf_event.h"
#include "uapi/sys.h"

enum { FDS = 256 };

static const struct sys sys;
static bool ours[FDS];			/* descriptors that the replay opened */
static bool is_hash[FDS];		/* of these, hash maps */
static unsigned calls, keys;

static long again_bpf(const struct json_object *call, const struct json_object *args)
{
	enum bpf_cmd cmd = (enum bpf_cmd)json_named(NAMES_BPF_CMD, json_get(call, "cmd"));
	const struct command *command = bpf_command(cmd);
	uint64_t attr[64] = { 0 };

	if (!command)
		json_die("unknown command", json_get(call, "cmd"));
	json_fill(attr, command->layout, args);
	return sys_bpf(&sys, cmd, attr, 0);
}

static long again_perf(const struct json_object *args)
{
	struct perf_event_attr attr;

	memset(&attr, 0, sizeof(attr));
	json_fill(&attr, perf_layout(), args);
	return sys_perf_event_open(&sys, &attr, (int)json_int(json_get(args, "pid")), (int)json_int(json_get(args, "cpu")),
				   (int)json_int(json_get(args, "group_fd")), json_named(NAMES_PERF_FLAGS, json_get(args, "flags")));
}

static long again(const char *name, const struct json_object *call, const struct json_object *args)
{
	int fd = json_get(args, "fd").at ? (int)json_int(json_get(args, "fd")) : -1;

	if (strcmp(name, "bpf") == 0)
		return again_bpf(call, args);
	if (strcmp(name, "perf_event_open") == 0)
		return again_perf(args);
	if (strcmp(name, "ioctl") == 0)
		return sys_ioctl(&sys, fd, json_named(NAMES_PERF_IOC, json_get(args, "request")), json_int(json_get(args, "arg")));
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
		json_die("too many descriptors", line);
	if (got != want) {
		if (dup3((int)got, (int)want, O_CLOEXEC) < 0)
			json_die("dup3", line);
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

static void replay_call(const struct json_object *call, struct slice line)
{
	char *name = json_string(json_get(call, "call"));
	long want = (long)json_int(json_get(call, "ret")), got;
	struct json_object args;

	if (!is_replayed(name))
		return;
	json_parse(&args, json_string(json_get(call, "args")));
	got = again(name, call, &args);
	calls += strcmp(name, "close") != 0;
	if ((got < 0) != (want < 0))
		json_die(got < 0 ? errno_name(got) : "did not fail", line);
	if (got >= 3 && want >= 3)
		renumber(got, want, line);
	if (want >= 3 && want < FDS)
		is_hash[want] = strstr(json_string(json_get(&args, "map_type")), "HASH") != NULL;
}

/* False: the story begins to undo. */
static bool replay(const char *line)
{
	struct json_object event;
	char *kind;

	json_parse(&event, line);
	kind = json_string(json_get(&event, "event"));
	if (strcmp(kind, "step") == 0)
		return strcmp(json_string(json_get(&event, "step")), "detach") != 0;
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
