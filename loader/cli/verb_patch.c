/*
 * bpfwalk patch: change an instruction in an object file.
 *
 *	bpfwalk patch device.bpf.o device:4 imm=5 -o other.bpf.o
 *	device: instruction 4, at 0x60 in the file
 *	  - 16 01 01 00 09 00 00 00  if w1 == 0x9 goto pc+1
 *	  + 16 01 01 00 05 00 00 00  if w1 == 0x5 goto pc+1
 *
 * Everything else of the file stays as it is, byte for byte. --match finds the
 * instruction by what is in it, and must find exactly one.
 *
 * In: an object file  Out: another one
 * Try:  bpfwalk patch build/progs/device.bpf.o --match imm=9 device imm=5 -o /tmp/device.bpf.o
 * Next: loader/cli/verb_asm.c
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/buf.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/parts.h"
#include "loader/cli/setup.h"
#include "loader/cli/verbs.h"

/* Instructions that have what --match asks for. */
struct search {
	const struct list *conditions;
	unsigned found, insn;		/* how many; the first */
	struct buf all;			/* "4, 7, 9" */
};

static void look_at(void *ctx, const struct bw_disasm_line *l)
{
	struct search *s = ctx;

	for (unsigned i = 0; i < s->conditions->count; i++)
		if (bw_insn_has(l->bytes, l->slots, s->conditions->item[i], NULL) != 1)
			return;
	if (!s->found++)
		s->insn = l->insn;
	buf_printf(&s->all, "%s%" PRIu32, s->all.len ? ", " : "", l->insn);
}

static int search(const struct args *a, struct bw_object *obj, const struct bw_program *p, uint32_t *insn)
{
	static const struct bw_insn none;
	struct search s = { .conditions = &a->matches };
	struct bw_error err = { 0 };
	int status = EXIT_DONE;

	for (unsigned i = 0; i < a->matches.count; i++)
		if (bw_insn_has(&none, 1, a->matches.item[i], &err) < 0)
			return args_refuse(a, "--match: %s", err.msg);
	if (bw_disasm_file(obj, p, look_at, &s, &err))
		return failed(&err);
	*insn = s.insn;
	if (!s.found)
		status = args_refuse(a, "--match: no instruction of %s has %s%s", p->name, a->matches.item[0],
				     a->matches.count > 1 ? " and the rest" : "");
	else if (s.found > 1)
		status = args_refuse(a, "--match: %u instructions of %s: %s; name one, as %s:%" PRIu32, s.found, p->name,
				     s.all.failed ? "" : s.all.at, p->name, s.insn);
	buf_free(&s.all);
	return status;
}

/* The function of that name, which must be the only one. */
static int find(const struct args *a, const struct bw_object *obj, const char *name, size_t len,
		const struct bw_program **out)
{
	unsigned found = 0;

	for (unsigned i = 0; i < obj->nprograms; i++) {
		const struct bw_program *p = &obj->programs[i];

		if (strlen(p->name) == len && memcmp(p->name, name, len) == 0 && !found++)
			*out = p;
	}
	if (found > 1)
		return args_refuse(a, "%u functions of %s are called '%.*s'", found, a->object, (int)len, name);
	if (!found)
		return args_refuse(a, "no program '%.*s' in %s; see bpfwalk inspect", (int)len, name, a->object);
	return EXIT_DONE;
}

/* PROG:INSN, or PROG and --match. */
static int place(const struct args *a, struct bw_object *obj, const struct bw_program **p, uint32_t *insn)
{
	const char *where = a->program, *colon = strrchr(where, ':');
	uint64_t number;
	int status;

	if (a->matches.count) {
		status = find(a, obj, where, strlen(where), p);
		return status == EXIT_DONE ? search(a, obj, *p, insn) : status;
	}
	if (!colon || !args_number(colon + 1, UINT32_MAX, &number))
		return args_refuse(a, "'%s' is not PROG:INSN, like device:4; or say --match", where);
	*insn = (uint32_t)number;
	return find(a, obj, where, (size_t)(colon - where), p);
}

static void told_text(const struct bw_insn *insns, unsigned slots, char sign)
{
	char hex[24], text[128];

	bw_disasm_insn(insns, slots, text, sizeof(text));
	put("  %c %s  %s", sign, parts_bytes(insns, 8, hex), text);
	if (slots == 2)
		put("    %s", parts_bytes(insns + 1, 8, hex));
}

static void edit_text(const struct bw_program *p, const struct bw_edit *e)
{
	put("%s: instruction %" PRIu32 ", at 0x%" PRIx64 " in the file", p->name, e->insn, e->file_offset);
	told_text(e->before, e->slots, '-');
	told_text(e->after, e->slots, '+');
}

static void edit_json(const struct bw_program *p, const struct bw_edit *e)
{
	char text[128];

	json_open("edit");
	json_text("program", p->name);
	json_number("insn", e->insn);
	json_number("offset", e->file_offset);
	json_hex("before", e->before, e->slots * sizeof(struct bw_insn));
	bw_disasm_insn(e->before, e->slots, text, sizeof(text));
	json_text("before_text", text);
	json_hex("after", e->after, e->slots * sizeof(struct bw_insn));
	bw_disasm_insn(e->after, e->slots, text, sizeof(text));
	json_text("after_text", text);
	json_text("reloc", e->reloc[0] ? e->reloc : NULL);
	json_close();
}

static void warn(const struct bw_program *p, const struct bw_edit *e)
{
	struct bw_insn_part parts[BW_INSN_PARTS];

	if (e->reloc[0])
		say("bpfwalk patch: %s:%" PRIu32 ": when it is loaded, a relocation will write over this: %s", p->name,
		    e->insn, e->reloc);
	if (!bw_insn_parts(e->after, e->slots, parts))
		say("bpfwalk patch: %s:%" PRIu32 ": these bytes are no known instruction", p->name, e->insn);
}

static int patch(const struct args *a, struct bw_object *obj)
{
	const struct bw_program *p;
	struct bw_error err = { 0 };
	struct bw_edit e;
	uint32_t insn = 0;
	int status = place(a, obj, &p, &insn);

	if (status != EXIT_DONE)
		return status;
	if (bw_edit(obj, p, insn, a->changes.item, a->changes.count, &e, &err))
		return args_refuse(a, "%s", err.msg);
	if (bw_save(obj, a->out, &err))
		return failed(&err);
	(a->json ? edit_json : edit_text)(p, &e);
	warn(p, &e);
	return EXIT_DONE;
}

int verb_patch(const struct args *a)
{
	struct bw_object *obj;
	int status;

	if (!a->out)
		return args_refuse(a, "-o OUT is missing; see bpfwalk patch --help");
	status = setup(a, NULL, &obj);
	if (status != EXIT_DONE)
		return status;
	status = patch(a, obj);
	bw_close(obj);
	return status;
}
