/*
 * The story in words.
 *
 *	4. load the program syscount            the step, and what it is for
 *	   The kernel's verifier now follows ...
 *
 *	   bpf(BPF_PROG_LOAD, {...}, 144) = 6   the call, as strace prints it
 *
 *	     prog_type = BPF_PROG_TYPE_...      each argument, and why it is there
 *	                                   decides what the program is given
 *	     = 6                           the descriptor of the program
 *
 * A call that repeats within a step (a ring for each CPU) is explained once;
 * after that only what is new in it is. Calls that only look, such as reading
 * a file, have no list, and many reads in a row are counted, not shown.
 *
 * In: struct bw_event  Out: text of 80 columns
 * Next: loader/cli/strace.h
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/lessons.h"
#include "loader/cli/out.h"
#include "loader/cli/screen.h"
#include "loader/cli/story.h"
#include "loader/cli/strace.h"

enum { CALL_INDENT = 3, FIELD_INDENT = 5, REASON_COLUMN = 36, READS_SHOWN = 2 };

void story_say(size_t indent, const char *text)
{
	struct fill f;

	printf("%*s", (int)indent, "");
	fill_start(&f, indent, indent);
	fill_text(&f, text);
	fill_end(&f);
}

/* A blank line, unless one thing of a list follows another. */
static void gap(struct story *s, bool list)
{
	if (s->begun && !(list && s->list_open))
		putchar('\n');
	s->begun = true;
	s->list_open = list;
}

/* ---- what was said already -------------------------------------------------- */

static uint64_t hash(uint64_t h, const char *text)
{
	for (; text && *text; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211u;
	return h * 31;
}

static bool was_said(const struct story *s, uint64_t h)
{
	for (unsigned i = 0; i < s->nseen; i++)
		if (s->seen[i] == h)
			return true;
	return false;
}

/* True the first time in this step that these three are said together. */
static bool first_in_step(struct story *s, const char *a, const char *b, const char *c)
{
	uint64_t h = hash(hash(hash(14695981039346656037u, a), b), c);

	if (was_said(s, h))
		return false;
	if (s->nseen < SEEN)
		s->seen[s->nseen++] = h;
	return true;
}

/* True the first time in the walk. */
static bool first_in_walk(struct story *s, const char *a, const char *b)
{
	uint64_t h = hash(hash(1, a), b);

	if (was_said(s, h))
		return false;
	if (s->nseen < SEEN) {
		s->seen[s->nseen++] = s->seen[s->kept];
		s->seen[s->kept++] = h;
	}
	return true;
}

/* ---- steps ------------------------------------------------------------------ */

static void step(struct story *s, const char *name, const char *subject)
{
	const struct lesson_step *l = lesson_step(name);
	const struct bw_program *p;
	char text[512];

	s->nseen = s->kept;
	gap(s, false);
	s->steps++;
	put("%u. %s %s", s->steps, l ? l->title : name, subject ? subject : "");
	if (l && first_in_walk(s, "step", name)) {
		story_say(CALL_INDENT, l->text);
		snprintf(text, sizeof(text), "In the kernel: %s", l->kernel ? l->kernel : "");
		if (l->kernel)
			story_say(CALL_INDENT, text);
	}
	p = s->obj && strcmp(name, "attach") == 0 ? bw_find_program(s->obj, subject) : NULL;
	if (!p || !p->hook)
		return;
	snprintf(text, sizeof(text), "What runs it, by its section %.128s: %s.", p->section,
		 bw_hook_words(p->hook).text);
	story_say(CALL_INDENT, text);
}

/* ---- calls ------------------------------------------------------------------ */

/* "     name = value", then the reason in its column: on the same line if it fits. */
static void reason_line(const char *left, const char *reason, const char *more)
{
	size_t width = FIELD_INDENT + strlen(left);
	struct fill f;

	printf("%*s", FIELD_INDENT, "");
	out_safe(stdout, left, strlen(left), BW_STYLE_TEXT);
	if (width + 1 > REASON_COLUMN)
		printf("\n%*s", REASON_COLUMN, "");
	else
		printf("%*s", (int)(REASON_COLUMN - width), "");
	fill_start(&f, REASON_COLUMN, REASON_COLUMN);
	fill_text(&f, reason);
	if (more)
		fill_text(&f, more);
	fill_end(&f);
}

/* The call's first enum that is a member: map_type, prog_type, type. */
static const char *kind_of(const struct bw_call *c)
{
	for (unsigned i = 0; i < c->nfields; i++)
		if (c->fields[i].in_struct && c->fields[i].kind == BW_ENUM)
			return c->fields[i].text ? c->fields[i].text : "";
	return "";
}

/* "the kind of map:" leads to what this value is. Where nobody knows, the value speaks for itself. */
static void field_line(const char *left, const char *reason, const struct bw_field *f)
{
	size_t len = strlen(reason);
	char lead[80];

	if (!len || reason[len - 1] != ':') {
		reason_line(left, reason, NULL);
	} else if (lesson_value(f->text)) {
		reason_line(left, reason, lesson_value(f->text));
	} else {
		snprintf(lead, sizeof(lead), "%.*s", (int)len - 1, reason);
		reason_line(left, lead, NULL);
	}
}

static void explain_field(struct story *s, const struct bw_call *c, const struct bw_field *f)
{
	const char *reason = lesson_field(c->name, c->cmd, kind_of(c), f->name);
	struct buf left = { 0 };

	if (!reason && !f->in_struct)
		return;
	if (!f->in_struct && strcmp(f->name, "size") == 0 && !first_in_walk(s, "size", NULL))
		return;
	buf_printf(&left, "%s = ", f->name);
	strace_value(&left, c, f);
	if (!left.failed && first_in_step(s, c->cmd[0] ? c->cmd : c->name, f->name, left.at))
		field_line(left.at, reason ? reason : f->out ? "the kernel's answer" : "", f);
	buf_free(&left);
}

static void explain_result(const struct bw_call *c, const struct lesson_call *l)
{
	struct buf left = { 0 };

	buf_puts(&left, "= ");
	strace_result(&left, c);
	if (!left.failed && c->ret < 0)
		reason_line(left.at, "the kernel refused", NULL);
	else if (!left.failed && l && l->result)
		reason_line(left.at, l->result, NULL);
	buf_free(&left);
}

/* Does the call have arguments worth a list? Reading a file has not, and what is only answered speaks for itself. */
static bool has_reasons(const struct bw_call *c)
{
	for (unsigned i = 0; i < c->nfields; i++)
		if ((c->fields[i].in_struct && !c->fields[i].out) || lesson_field(c->name, c->cmd, "", c->fields[i].name))
			return true;
	return false;
}

static const char *path_of(const struct bw_call *c)
{
	for (unsigned i = 0; i < c->nfields; i++)
		if (strcmp(c->name, "openat") == 0 && c->fields[i].kind == BW_STRING)
			return c->fields[i].text;
	return "";
}

/* True for the third and later of many reads in a row, such as those of /proc/kallsyms: they are only counted. */
static bool one_more_read(struct story *s, const struct bw_call *c)
{
	if (strcmp(c->name, "read") != 0 || c->arg[0] != s->reading)
		return false;
	if (++s->reads <= READS_SHOWN)
		return false;
	s->read_bytes += c->ret > 0 ? (uint64_t)c->ret : 0;
	return true;
}

/* Before anything else is told: how many there were. */
static void end_of_reads(struct story *s, const struct bw_event *next)
{
	bool reads = next->kind == BW_CALL && strcmp(next->call->name, "read") == 0;

	if (reads && next->call->arg[0] == s->reading)
		return;
	if (s->reads > READS_SHOWN)
		put("   ... %u more like this, %" PRIu64 " bytes", s->reads - READS_SHOWN, s->read_bytes);
	s->reading = reads ? next->call->arg[0] : -1;
	s->reads = 0;
	s->read_bytes = 0;
}

static void call(struct story *s, const struct bw_call *c)
{
	const struct lesson_call *l = lesson_call(c->name, c->cmd);
	const char *why = l ? l->text : lesson_file(path_of(c));

	if (one_more_read(s, c))
		return;
	if (!why || !first_in_step(s, c->name, c->cmd, why))
		why = NULL;
	gap(s, !has_reasons(c) && !why);
	if (why)
		story_say(CALL_INDENT, why);
	strace_print(c, CALL_INDENT);
	if (!has_reasons(c)) {
		s->list_open = true;
		return;
	}
	for (unsigned i = 0; i < c->nfields; i++)
		explain_field(s, c, &c->fields[i]);
	explain_result(c, l);
}

/* ---- patches and notes ------------------------------------------------------ */

static void hex8(const struct bw_insn *insn, char out[24])
{
	unsigned char byte[8];

	memcpy(byte, insn, sizeof(byte));
	for (unsigned i = 0; i < 8; i++)
		out += sprintf(out, i ? " %02x" : "%02x", byte[i]);
}

static void instruction(const char *label, const struct bw_insn *insn, unsigned slots)
{
	char text[128], hex[24];

	bw_disasm_insn(insn, slots, text, sizeof(text));
	hex8(&insn[0], hex);
	put("     %-7s %s  %s", label, hex, text);
	if (slots == 2) {
		hex8(&insn[1], hex);
		put("             %s", hex);
	}
}

static void patch(struct story *s, const struct bw_patch *p)
{
	const char *text = lesson_patch(p->kind);

	gap(s, false);
	if (text && first_in_walk(s, "patch", p->kind))
		story_say(CALL_INDENT, text);
	put("   instruction %" PRIu32 ": %s %s", p->insn, p->kind, p->symbol);
	instruction("before", p->before, p->slots);
	instruction("after", p->after, p->slots);
}

static void core_candidate(const struct bw_core_candidate *c)
{
	char line[512];

	if (c->matches)
		snprintf(line, sizeof(line), "%s: %s, type %" PRIu32 ": %" PRId64, c->in, c->name, c->type_id, (int64_t)c->value);
	else
		snprintf(line, sizeof(line), "%s: %s, type %" PRIu32 ", is not it: %s", c->in, c->name, c->type_id, c->why);
	story_say(FIELD_INDENT, line);
}

static void core(struct story *s, const struct bw_core *c)
{
	const char *slash = c->file ? strrchr(c->file, '/') : NULL;

	const char *text = lesson_core(c->kind);
	char line[768];

	gap(s, false);
	if (text && first_in_walk(s, "core", c->kind))
		story_say(CALL_INDENT, text);
	snprintf(line, sizeof(line), "%s, instruction %" PRIu32 ": %s", c->function->name, c->insn, c->text);
	story_say(CALL_INDENT, line);
	if (c->source) {
		snprintf(line, sizeof(line), "%s:%" PRIu32 ": %s", slash ? slash + 1 : c->file, c->line,
			 c->source + strspn(c->source, " \t"));
		story_say(FIELD_INDENT, line);
	}
	for (unsigned i = 0; i < c->ncandidates; i++)
		core_candidate(&c->candidates[i]);
	if (c->nleft_out)
		put("     and %u more", c->nleft_out);
	instruction(c->outcome == BW_CORE_KEPT ? "stays" : "before", c->before, c->slots);
	if (c->outcome != BW_CORE_KEPT)
		instruction("after", c->after, c->slots);
}

static void note(struct story *s, const char *text)
{
	gap(s, false);
	story_say(CALL_INDENT, text);
}

void story_text(void *ctx, const struct bw_event *event)
{
	struct story *s = ctx;

	end_of_reads(s, event);
	switch (event->kind) {
	case BW_STEP:
		step(s, event->step, event->subject);
		break;
	case BW_CALL:
		call(s, event->call);
		break;
	case BW_PATCH:
		patch(s, event->patch);
		break;
	case BW_NOTE:
		note(s, event->text);
		break;
	case BW_CORE:
		core(s, event->core);
		break;
	}
}
