/*
 * Telling whoever watches: steps, calls, patches, notes.
 *
 * The door reports every call with its six numbers. Here the numbers become
 * what they mean (uapi/fields.c has the table) and go to the user's callback.
 * The same decoding is what another kernel is shown, so a dry run answers the
 * very calls that the real walk makes.
 *
 *	uapi/sys.c call() --> watch() --> BW_CALL  \
 *	loader/maps.c ... --> observe_step()        >  bw_observe()
 *	elf/link.c records -> observe_patches()    /
 *
 * When nobody watches, none of this runs; and a program that never calls
 * bw_observe() or bw_other_kernel() does not even have it. Nothing else refers
 * to the teller, who knows all the words, and so the linker leaves them out.
 *
 * In: what happened  Out: struct bw_event
 * Try: bpfwalk explain --dry-run OBJ
 * Next: loader/file.c
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "elf/core.h"
#include "loader/walk.h"
#include "uapi/fields.h"
#include "uapi/names.h"

/* A call with its fields, as long as it is being looked at. */
struct decoded {
	struct bw_call call;
	struct fields fields;
	struct bw_field out[FIELDS_MAX];
};

_Static_assert((int)BW_POINTER == (int)FIELD_POINTER && (int)BW_STRING == (int)FIELD_STRING, "the kinds are the same list");

static void decode(const struct call *c, struct decoded *d)
{
	const char *cmd = call_cmd_name(c);

	call_fields(c, &d->fields);
	for (unsigned i = 0; i < d->fields.count; i++) {
		const struct field *f = &d->fields.at[i];

		d->out[i] = (struct bw_field){
			.name = f->name, .kind = (enum bw_field_kind)f->kind, .in_struct = f->in_struct, .out = f->out,
			.value = f->value, .text = f->text, .data = f->data, .size = f->size,
		};
	}
	d->call = (struct bw_call){
		.name = call_name(c), .cmd = cmd ? cmd : "", .group = call_group(c),
		.changes = call_changes_kernel(c), .returns_fd = call_returns_fd(c),
		.fields = d->out, .nfields = d->fields.count, .nr = (int)c->nr, .ret = c->ret,
	};
	memcpy(d->call.arg, c->arg, sizeof(d->call.arg));
}

static void emit(struct walk *w, const struct bw_event *e)
{
	const struct bw_watching *by = &w->options.watching;

	if (by->observe)
		by->observe(by->observe_ctx, e);
}

static void watch(void *ctx, const struct call *c)
{
	struct decoded d;

	decode(c, &d);
	emit(ctx, &(struct bw_event){ .kind = BW_CALL, .call = &d.call });
}

static long other_kernel(void *ctx, struct call *c)
{
	struct walk *w = ctx;
	struct decoded d;

	decode(c, &d);
	return w->options.watching.kernel(w->options.watching.kernel_ctx, &d.call);
}

long bw_call_real(struct bw_call *bc)
{
	struct call c = { .nr = (enum call_nr)bc->nr };

	memcpy(c.arg, bc->arg, sizeof(c.arg));
	return sys_real(&c);
}

void observe_step(struct walk *w, const char *step, const char *subject)
{
	emit(w, &(struct bw_event){ .kind = BW_STEP, .step = step, .subject = subject });
}

void observe_note(struct walk *w, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (!w->watched)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	emit(w, &(struct bw_event){ .kind = BW_NOTE, .text = text });
}

static const char *patch_kind(enum reloc_kind kind)
{
	switch (kind) {
	case RELOC_MAP:
		return "map";
	case RELOC_GLOBAL:
		return "global";
	case RELOC_JUMPS:
		return "jumps";
	case RELOC_CALL:
		return "call";
	case RELOC_FUNC:
		return "function";
	case RELOC_KSYM:
		return "ksym";
	case RELOC_KFUNC:
		return "kfunc";
	case RELOC_REFUSED:
		break;
	}
	return "none";
}

static void tell_patches(struct walk *w, const struct bw_program *prog, const struct patch *patches, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct patch *p = &patches[i];
		struct bw_patch out = {
			.program = prog, .kind = patch_kind(p->kind), .symbol = p->symbol,
			.insn = p->insn, .slots = p->slots,
		};

		memcpy(out.before, p->before, sizeof(out.before));
		memcpy(out.after, p->after, sizeof(out.after));
		emit(w, &(struct bw_event){ .kind = BW_PATCH, .patch = &out });
	}
}

_Static_assert((int)BW_CORE_POISONED == (int)CORE_POISONED && (int)BW_CORE_CHANGED == (int)CORE_CHANGED,
	       "the outcomes are the same list");

static void tell_core(struct walk *w, const struct core_result *result)
{
	const struct core_relo *r = result->relo;
	struct bw_core_candidate candidates[CORE_CANDIDATES];
	struct bw_core out = {
		.function = &w->programs[r->func], .insn = r->insn, .number = r->number, .slots = result->slots,
		.kind = name_of(NAMES_BPF_CORE_RELO_KIND, r->kind), .what = result->what, .text = result->text,
		.outcome = (enum bw_core_outcome)result->outcome, .compiled = result->compiled, .value = result->value,
		.candidates = candidates,
	};
	struct source_line src;

	out.ncandidates = result->ncandidates < CORE_CANDIDATES ? result->ncandidates : CORE_CANDIDATES;
	out.nleft_out = result->ncandidates - out.ncandidates;
	for (unsigned i = 0; i < out.ncandidates; i++) {
		const struct core_candidate *c = &result->candidates[i];

		candidates[i] = (struct bw_core_candidate){ c->in, c->id, c->name, c->matches, c->value, c->why };
	}
	memcpy(out.before, result->before, sizeof(out.before));
	memcpy(out.after, result->after, sizeof(out.after));
	if (source_line_in_file(&w->o, r->func, r->insn, &src)) {
		out.file = src.file;
		out.source = src.text;
		out.line = src.line;
	}
	emit(w, &(struct bw_event){ .kind = BW_CORE, .core = &out });
}

/* ---- who is told ----------------------------------------------------------- */

struct bw_teller {
	void (*call)(void *walk, const struct call *c);
	long (*ask)(void *walk, struct call *c);
	void (*patches)(struct walk *w, const struct bw_program *prog, const struct patch *patches, uint32_t count);
	void (*core)(struct walk *w, const struct core_result *result);
};

static const struct bw_teller teller = { watch, other_kernel, tell_patches, tell_core };

void bw_observe(struct bw_options *options, void (*observe)(void *ctx, const struct bw_event *event), void *ctx)
{
	options->watching.observe = observe;
	options->watching.observe_ctx = ctx;
	options->watching.teller = &teller;
}

void bw_other_kernel(struct bw_options *options, long (*kernel)(void *ctx, struct bw_call *call), void *ctx)
{
	options->watching.kernel = kernel;
	options->watching.kernel_ctx = ctx;
	options->watching.teller = &teller;
}

void observe_start(struct walk *w)
{
	const struct bw_watching *by = &w->options.watching;

	w->watched = by->observe != NULL;
	if (by->kernel) {
		w->sys.kernel = by->teller->ask;
		w->sys.kernel_ctx = w;
	}
	if (by->observe) {
		w->sys.watch = by->teller->call;
		w->sys.watch_ctx = w;
	}
}

void observe_patches(struct walk *w, const struct bw_program *prog, const struct patch *patches, uint32_t count)
{
	if (w->watched)
		w->options.watching.teller->patches(w, prog, patches, count);
}

void observe_core(struct walk *w, const struct core_result *result)
{
	if (w->watched)
		w->options.watching.teller->core(w, result);
}
