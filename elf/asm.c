/*
 * Reading an assembler text, line by line; see elf/asm.h.
 *
 *	"  yes:  "			a label
 *	"  .var limit 8 static"		a directive: a row of asm_directives[]
 *	"  w0 = 1  ; comment"		an instruction
 *
 * Every name may be used before it is defined, so what refers to one is written
 * down as a wait and resolved at the end, in elf/asm_link.c.
 *
 * In: text  Out: an object
 * Try: bpfwalk asm FILE.s -o OUT
 * Next: elf/asm_link.c
 */
#include <errno.h>
#include <string.h>

#include "elf/asm_parts.h"

enum { INSN = sizeof(struct bpf_insn) };

static int label_add(struct assembly *s, char *name, size_t len)
{
	struct asm_section *section = asm_open_section(s);
	struct asm_label *labels = array_grow(s->arena, s->labels, s->nlabels, sizeof(*labels));

	if (!section || !labels)
		return section ? asm_no_memory(s) : s->d->code;
	if (section->func == NO_INDEX || section->bytes.size % INSN)
		return asm_fail(s, 0, "label %.*s, expected inside a function, before an instruction", (int)len, name);
	name[len] = 0;
	s->labels = labels;
	labels[s->nlabels++] = (struct asm_label){ name, section->func, section->bytes.size / INSN, s->line };
	return 0;
}

static int insn_add(struct assembly *s, const char *text)
{
	struct asm_section *section = asm_open_section(s);
	struct asm_wait *waits;
	struct asm_insn insn;

	if (!section)
		return s->d->code;
	if (!asm_insn_parse(text, &insn))
		return asm_fail(s, 0, "'%s' is no instruction and no directive; expected what disasm prints, like r0 = 0", text);
	if (section->func == NO_INDEX || section->bytes.size % INSN)
		return asm_fail(s, 0, "an instruction at byte %u of section %s, expected .func NAME before it and a multiple of 8",
				section->bytes.size, section->name);
	if (insn.waits) {
		waits = array_grow(s->arena, s->waits, s->nwaits, sizeof(*waits));
		if (!waits)
			return asm_no_memory(s);
		s->waits = waits;
		waits[s->nwaits++] = (struct asm_wait){
			insn.waits, arena_copy(s->arena, insn.name, insn.name_len), s->section, section->bytes.size,
			section->func, s->line,
		};
		if (!waits[s->nwaits - 1].name)
			return asm_no_memory(s);
	}
	return asm_put(s, &section->bytes, insn.insns, insn.slots * INSN);
}

/* Cuts the comment and the blanks at the end. */
static void trim(char *line)
{
	bool quotes = false;
	char *end = line;

	for (; *end; end++) {
		if (*end == '"')
			quotes = !quotes;
		if (quotes && *end == '\\' && end[1])
			end++;
		if (quotes)
			continue;
		if (*end == ';' || (*end == '#' && (end == line || end[-1] == ' ' || end[-1] == '\t')))
			break;
	}
	while (end > line && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	*end = 0;
}

static int line_read(struct assembly *s, char *line)
{
	size_t len;

	line += strspn(line, " \t");
	trim(line);
	if (!*line)
		return 0;
	len = strcspn(line, " \t");
	for (const struct asm_directive *d = asm_directives; d->name; d++)
		if (strlen(d->name) == len && memcmp(d->name, line, len) == 0)
			return d->run(s, line + len);
	len = asm_name_length(line);
	if (len && line[len] == ':' && !line[len + 1])
		return label_add(s, line, len);
	if (*line == '.')
		return asm_fail(s, 0, "'%s', expected a directive, such as .section, .func, .var, .bytes or .map", line);
	return insn_add(s, line);
}

static int read_all(struct assembly *s, struct view text)
{
	char *at = arena_copy(s->arena, text.base, text.size), *end;
	int r = 0;

	if (!at)
		return asm_no_memory(s);
	end = at + text.size;
	while (r == 0 && at < end) {
		char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((nl ? nl : end) - at);

		s->line++;
		at[len] = 0;
		r = strlen(at) == len ? line_read(s, at) : asm_fail(s, 0, "a NUL, expected text");
		at += len + 1;
	}
	for (uint32_t i = 1; r == 0 && i < s->nsections; i++)
		r = asm_func_end(s, &s->sections[i]);
	return r;
}

int assemble(struct view text, const char *name, struct arena *a, struct view *out, struct diag *d)
{
	const char *slash = strrchr(name, '/');
	struct assembly s = { .arena = a, .d = d, .file = slash ? slash + 1 : name };
	int r;

	asm_section_named(&s, "");	/* ELF's section 0 */
	if (!s.nsections)
		return asm_no_memory(&s);
	r = read_all(&s, text);
	if (r == 0)
		r = asm_link(&s);
	if (r == 0)
		r = asm_btf(&s);
	if (r == 0)
		r = asm_elf(&s, out);
	return r;
}
