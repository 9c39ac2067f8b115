/*
 * The prose of `bpfwalk explain`, as data: what each step is for, what each
 * call does, why each argument is there. The story asks here and prints; to
 * teach something new, add a row.
 *
 * Everything is looked up by the names the library uses: steps ("map_create"),
 * commands and calls ("BPF_MAP_CREATE", "openat"), fields ("map_type"), values
 * ("BPF_MAP_TYPE_HASH"), kinds of patches ("map"). NULL: nothing to say.
 *
 * Next: loader/cli/lessons.c
 */
#ifndef CLI_LESSONS_H
#define CLI_LESSONS_H

struct lesson_step {
	const char *step;
	const char *title;		/* the subject follows: "create the map" counts */
	const char *text;
	const char *kernel;		/* file and function; NULL */
};

struct lesson_call {
	const char *call;		/* a command, or the name of a call */
	const char *text;		/* what it does; NULL: what everybody who knows C expects */
	const char *result;		/* what a result that is no error is; NULL: nothing to add to 0 */
};

const struct lesson_step *lesson_step(const char *step);
const struct lesson_call *lesson_call(const char *call, const char *cmd);
/* kind: the value of the call's first enum, such as BPF_MAP_TYPE_RINGBUF: some fields mean another thing for each. */
const char *lesson_field(const char *call, const char *cmd, const char *kind, const char *field);
/* value NULL: a number that has no name. */
const char *lesson_value(const char *value);
/* Why this file is read. */
const char *lesson_file(const char *path);
const char *lesson_patch(const char *kind);
/* kind: "BPF_CORE_FIELD_BYTE_OFFSET" */
const char *lesson_core(const char *kind);

#endif
