/*
 * The story as JSON, an object an event; docs/json.md has the names.
 *
 * Every argument that was set is there: blocks of memory as hex, numbers that
 * have a name in the kernel by that name. So the file is enough to make the
 * same calls again.
 *
 * In: struct bw_event  Out: a line
 * Try:  bpfwalk explain --dry-run --json build/progs/syscount.bpf.o | jq -r .cmd
 * Next: loader/cli/pretend.h
 */
#include <string.h>

#include "loader/cli/json.h"
#include "loader/cli/story.h"

static void field_json(const struct bw_field *f)
{
	switch (f->kind) {
	case BW_ENUM:
	case BW_FLAGS:
		if (f->text)
			json_text(f->name, f->text);
		else
			json_number(f->name, f->value);
		break;
	case BW_SIGNED:
	case BW_FD:
		json_signed(f->name, (int64_t)f->value);
		break;
	case BW_NUMBER:
		json_number(f->name, f->value);
		break;
	case BW_STRING:
		json_text(f->name, f->text);
		break;
	case BW_BYTES:
	case BW_INSNS:
		json_hex(f->name, f->data, f->size);
		break;
	case BW_POINTER:
		json_address(f->name, f->value);
		break;
	}
}

static void call_json(const struct bw_call *c)
{
	json_open("syscall");
	json_text("call", c->name);
	json_text("cmd", c->cmd && c->cmd[0] ? c->cmd : NULL);
	json_begin("args", '{');
	for (unsigned i = 0; i < c->nfields; i++)
		if (c->fields[i].in_struct || strcmp(c->fields[i].name, "cmd") != 0)
			field_json(&c->fields[i]);
	json_end('}');
	json_signed("ret", c->ret);
	if (c->ret < 0 && c->ret > -4096)
		json_text("errno", bw_errno_name((int)c->ret));
	json_close();
}

static void patch_json(const struct bw_patch *p)
{
	char text[128];

	json_open("patch");
	json_text("program", p->program->name);
	json_text("kind", p->kind);
	json_text("symbol", p->symbol);
	json_number("insn", p->insn);
	json_hex("before", p->before, p->slots * sizeof(struct bw_insn));
	json_hex("after", p->after, p->slots * sizeof(struct bw_insn));
	bw_disasm_insn(p->before, p->slots, text, sizeof(text));
	json_text("before_text", text);
	bw_disasm_insn(p->after, p->slots, text, sizeof(text));
	json_text("after_text", text);
	json_close();
}

static void candidate_json(const struct bw_core_candidate *c)
{
	json_begin(NULL, '{');
	json_text("in", c->in);
	json_number("type_id", c->type_id);
	json_text("name", c->name);
	if (c->matches)
		json_signed("value", (int64_t)c->value);
	else
		json_text("why", c->why);
	json_end('}');
}

static void core_json(const struct bw_core *c)
{
	static const char *const outcomes[] = {
		[BW_CORE_KEPT] = "kept", [BW_CORE_CHANGED] = "changed", [BW_CORE_POISONED] = "poisoned",
	};

	json_open("core");
	json_text("function", c->function->name);
	json_number("insn", c->insn);
	json_number("number", c->number);
	json_text("kind", c->kind);
	json_text("what", c->what);
	json_text("outcome", outcomes[c->outcome]);
	json_text("text", c->text);
	json_signed("compiled", (int64_t)c->compiled);
	if (c->outcome != BW_CORE_POISONED)
		json_signed("value", (int64_t)c->value);
	json_begin("candidates", '[');
	for (unsigned i = 0; i < c->ncandidates; i++)
		candidate_json(&c->candidates[i]);
	json_end(']');
	json_hex("before", c->before, c->slots * sizeof(struct bw_insn));
	json_hex("after", c->after, c->slots * sizeof(struct bw_insn));
	if (c->source) {
		json_text("file", c->file);
		json_number("line", c->line);
		json_text("source", c->source);
	}
	json_close();
}

void story_json(void *ctx, const struct bw_event *event)
{
	(void)ctx;
	switch (event->kind) {
	case BW_STEP:
		json_open("step");
		json_text("step", event->step);
		json_text("subject", event->subject);
		json_close();
		break;
	case BW_CALL:
		call_json(event->call);
		break;
	case BW_PATCH:
		patch_json(event->patch);
		break;
	case BW_CORE:
		core_json(event->core);
		break;
	case BW_NOTE:
		json_open("note");
		json_text("text", event->text);
		json_close();
		break;
	}
}
