/*
 * bpfwalk disasm: the program as the kernel will read it.
 *
 *	; key.comm[0] = 0;                          the C source, from line_info
 *	   3: 73 1a f0 ff 00 00 00 00   *(u8 *)(r10 -16) = r1
 *	      |  |  |     |             verifier's notation
 *	      |  |  |     immediate, 32 bits
 *	      |  |  offset, 16 bits
 *	      |  registers: source in the high half, destination in the low
 *	      operation
 *
 * An instruction is eight bytes; one that loads a 64-bit number takes two
 * places, and its second half has a line of its own.
 *
 * That is what the kernel will be given: sub-programs joined, calls pointing at
 * them. --bytes shows each function as the compiler left it in the file, with
 * the place of each instruction there, so that a hex dump can be laid beside.
 *
 * In: an object file  Out: a line or two an instruction, or a JSON object
 * Try:  bpfwalk disasm build/progs/syscount.bpf.o
 * Next: loader/cli/verb_patch.c
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/buf.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/parts.h"
#include "loader/cli/setup.h"
#include "loader/cli/verbs.h"

struct listing {
	const struct args *args;
	bool bytes;			/* of the file, not of what is loaded */
	const struct bw_program *program;
	const char *file;		/* the source line printed last; NULL: none in this function */
	uint32_t line;
};

/* A line of C that became several instructions comes again and again with another column: once is enough. */
static void source_line(struct listing *to, const struct bw_disasm_line *l)
{
	const char *file = l->file ? l->file : "", *slash = strrchr(file, '/');
	struct buf text = { 0 };

	if (!l->source || !l->source[strspn(l->source, " \t")])
		return;
	if (to->file && l->line == to->line && strcmp(to->file, file) == 0)
		return;
	to->file = file;
	to->line = l->line;
	buf_puts(&text, l->source + strspn(l->source, " \t"));
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '\t')
			text.at[i] = ' ';
	if (!text.failed)
		put("; %s  @ %s:%" PRIu32, text.at, slash ? slash + 1 : file, l->line);
	buf_free(&text);
}

static void insn_text(struct listing *to, const struct bw_disasm_line *l)
{
	const char *before = l->reloc ? "  # " : "", *reloc = l->reloc ? l->reloc : "";
	char hex[24], place[32] = "";
	int width = 0;

	if (l->function) {
		put("%s:", l->function);
		to->file = NULL;
	}
	if (to->bytes && l->is_target)
		put("L%" PRIu32 ":", l->insn);
	source_line(to, l);
	if (to->bytes)
		width = snprintf(place, sizeof(place), "%06" PRIx64 "  ", l->file_offset);
	put("%5" PRIu32 ": %s%s  %s%s%s", l->insn, place, parts_bytes(&l->bytes[0], 8, hex), l->text, before, reloc);
	if (l->slots == 2)
		put("       %*s%s", width, "", parts_bytes(&l->bytes[1], 8, hex));
	if (to->args->explain)
		parts_text(l);
}

static void insn_json(struct listing *to, const struct bw_disasm_line *l)
{
	json_open("insn");
	json_text("program", to->program->name);
	json_number("index", l->insn);
	json_hex("bytes", l->bytes, l->slots * sizeof(struct bw_insn));
	json_text("text", l->text);
	if (l->function)
		json_text("function", l->function);
	if (l->source) {
		json_text("file", l->file);
		json_number("line", l->line);
		json_text("source", l->source);
	}
	if (l->reloc)
		json_text("reloc", l->reloc);
	if (to->bytes)
		json_number("offset", l->file_offset);
	if (l->target >= 0)
		json_signed("target", l->target);
	if (to->args->explain)
		parts_json(l);
	json_close();
}

static void insn(void *ctx, const struct bw_disasm_line *l)
{
	struct listing *to = ctx;

	(to->args->json ? insn_json : insn_text)(to, l);
}

static int disasm_program(const struct args *a, struct bw_object *obj, const struct bw_program *p, bool first)
{
	struct listing to = { a, a->bytes || a->explain, p, NULL, 0 };
	struct bw_error err = { 0 };

	if (!a->json && !first)
		put("%s", "");
	if (!a->json)
		put("# %s %s, section %s", p->is_entry ? "program" : "function", p->name, p->section);
	if ((to.bytes ? bw_disasm_file : bw_disasm)(obj, p, insn, &to, &err))
		return failed(&err);
	return EXIT_DONE;
}

static int disasm_all(const struct args *a, struct bw_object *obj)
{
	bool first = true;
	int status = EXIT_DONE;

	for (unsigned i = 0; i < obj->nprograms && status == EXIT_DONE; i++) {
		if (!obj->programs[i].is_entry && !a->bytes && !a->explain)
			continue;
		status = disasm_program(a, obj, &obj->programs[i], first);
		first = false;
	}
	return status;
}

static int disasm_one(const struct args *a, struct bw_object *obj)
{
	const struct bw_program *p = bw_find_program(obj, a->program);

	if (!p)
		return args_refuse(a, "no program '%s' in %s; see bpfwalk inspect", a->program, a->object);
	return disasm_program(a, obj, p, true);
}

static void source_text(void *ctx, const char *text)
{
	(void)ctx;
	put("%s", text);
}

static int source(struct bw_object *obj)
{
	struct bw_error err = { 0 };

	return bw_source(obj, source_text, NULL, &err) ? failed(&err) : EXIT_DONE;
}

int verb_disasm(const struct args *a)
{
	struct bw_object *obj;
	int status;

	if (a->source && (a->program || a->json || a->bytes || a->explain))
		return args_refuse(a, "--asm is the whole object as text, without PROG, --json, --bytes and --explain");
	status = setup(a, NULL, &obj);
	if (status != EXIT_DONE)
		return status;
	if (a->source)
		status = source(obj);
	else
		status = a->program ? disasm_one(a, obj) : disasm_all(a, obj);
	bw_close(obj);
	return status;
}
