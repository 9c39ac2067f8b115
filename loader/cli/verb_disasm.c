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
 * In: an object file  Out: a line or two an instruction, or a JSON object
 * Try:  bpfwalk disasm build/progs/syscount.bpf.o
 * Next: loader/cli/lessons.h
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/buf.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/verbs.h"

/* "18 02 00 00 04 00 00 00": 24 bytes with the NUL */
static const char *bytes(const struct bw_insn *insn, char out[24])
{
	unsigned char b[8];
	char *at = out;

	memcpy(b, insn, sizeof(b));
	for (unsigned i = 0; i < sizeof(b); i++)
		at += sprintf(at, i ? " %02x" : "%02x", b[i]);
	return out;
}

struct listing {
	const struct args *args;
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
	char hex[24];

	if (l->function) {
		put("%s:", l->function);
		to->file = NULL;
	}
	source_line(to, l);
	put("%5" PRIu32 ": %s  %s%s%s", l->insn, bytes(&l->bytes[0], hex), l->text, l->reloc ? "  # " : "",
	    l->reloc ? l->reloc : "");
	if (l->slots == 2)
		put("       %s", bytes(&l->bytes[1], hex));
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
	json_close();
}

static void insn(void *ctx, const struct bw_disasm_line *l)
{
	struct listing *to = ctx;

	(to->args->json ? insn_json : insn_text)(to, l);
}

static int disasm_program(const struct args *a, struct bw_object *obj, const struct bw_program *p, bool first)
{
	struct listing to = { a, p, NULL, 0 };
	struct bw_error err = { 0 };

	if (!a->json && !first)
		put("%s", "");
	if (!a->json)
		put("# program %s, section %s", p->name, p->section);
	if (bw_disasm(obj, p, insn, &to, &err))
		return failed(&err);
	return EXIT_DONE;
}

static int disasm_all(const struct args *a, struct bw_object *obj)
{
	bool first = true;
	int status = EXIT_DONE;

	for (unsigned i = 0; i < obj->nprograms && status == EXIT_DONE; i++) {
		if (!obj->programs[i].is_entry)
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

int verb_disasm(const struct args *a)
{
	struct bw_object *obj;
	int status = setup(a, NULL, &obj);

	if (status != EXIT_DONE)
		return status;
	status = a->program ? disasm_one(a, obj) : disasm_all(a, obj);
	bw_close(obj);
	return status;
}
