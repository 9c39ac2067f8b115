/*
 * What bpfwalk hands to the kernel: the story of a dry run, as the text of canon.h.
 *
 *	bpfwalk explain --dry-run --json OBJ | build/tests/oracle/ours
 *
 * Read until something is attached, read or run. A bpf() call that makes or fills nothing of the object's is told as
 * well, as "extra": there should be none.
 *
 * Next: tests/oracle/theirs.c
 */
#include <stdlib.h>
#include <string.h>

#include "tests/json_call.h"
#include "tests/oracle/canon.h"

enum { FDS = 8192 };

static struct canon *table[FDS];
static bool is_module[FDS];
static char step[64], subject[256];	/* subject: the name in full */

struct canon *canon_of_fd(int fd)
{
	return fd >= 0 && fd < FDS ? table[fd] : NULL;
}

const char *canon_fd_text(int fd)
{
	return fd >= 0 && fd < FDS && is_module[fd] ? "a module" : "nothing";
}

/* Calls that make and fill nothing: of pins, of the search through the kernel's modules, and any other is one too many. */
static void extra(enum bpf_cmd cmd, const char *name, long ret)
{
	switch (cmd) {
	case BPF_BTF_GET_NEXT_ID:
		canon_modules();
		break;
	case BPF_BTF_GET_FD_BY_ID:
	case BPF_OBJ_GET_INFO_BY_FD:
	case BPF_OBJ_GET:
	case BPF_OBJ_PIN:
		break;
	default:
		printf("extra call: %s = %ld\n", name, ret);
	}
}

static void take_bpf(const struct json_object *call)
{
	const char *name = json_string(json_get(call, "cmd"));
	const enum bpf_cmd cmd = (enum bpf_cmd)json_named(NAMES_BPF_CMD, json_get(call, "cmd"));
	const long ret = (long)json_int(json_get(call, "ret"));
	uint64_t attr[64] = { 0 };
	struct json_object args;
	struct canon *made;

	json_parse(&args, json_string(json_get(call, "args")));
	if (bpf_command(cmd))
		json_fill(attr, bpf_command(cmd)->layout, &args);
	if (ret >= 0 && (cmd == BPF_MAP_UPDATE_ELEM || cmd == BPF_MAP_FREEZE)) {
		canon_elem(cmd, (const void *)attr);
		return;
	}
	if (strcmp(step, "arena_place") == 0)
		return;			/* a question that libbpf asks as well: how far into an arena may an address point? */
	made = ret >= 0 && ret < FDS ? canon_made(cmd, attr) : NULL;
	if (!made)
		extra(cmd, name, ret);
	if (ret >= 0 && ret < FDS) {
		table[ret] = made;
		is_module[ret] = cmd == BPF_BTF_GET_FD_BY_ID;
	}
	if (made)
		canon_keep(made, cmd == BPF_PROG_LOAD ? subject : NULL);
}

/* False: the object is loaded, what comes now is reading and attaching. */
static bool take(const char *line)
{
	struct json_object event;
	const char *kind;

	json_parse(&event, line);
	kind = json_string(json_get(&event, "event"));
	if (strcmp(kind, "step") == 0) {
		snprintf(step, sizeof(step), "%s", json_string(json_get(&event, "step")));
		snprintf(subject, sizeof(subject), "%s", json_string(json_get(&event, "subject")));
		return strcmp(step, "attach") != 0 && strcmp(step, "reader_open") != 0 && strcmp(step, "prog_run") != 0;
	}
	if (strcmp(kind, "syscall") == 0 && strcmp(json_string(json_get(&event, "call")), "bpf") == 0)
		take_bpf(&event);
	return true;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0 && take(line))
		;
	while (getline(&line, &room, stdin) > 0)
		;			/* so that bpfwalk can finish its sentence */
	canon_print(stdout);
	return 0;
}
