/*
 * strace's notation; see strace.h. Two things differ, because an address in our
 * memory tells nobody anything: instructions and other large blocks are shown
 * by their size, and small ones by their bytes.
 *
 * In: struct bw_call  Out: lines
 * Try:  bpfwalk explain --dry-run build/progs/minimal.bpf.o
 * Next: loader/cli/story_json.c
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/screen.h"
#include "loader/cli/strace.h"

enum { FEW = 12, SOME_TEXT = 40 };

static void quote(struct buf *out, const char *s, size_t len)
{
	buf_puts(out, "\"");
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\n')
			buf_puts(out, "\\n");
		else if (s[i] == 0)
			buf_puts(out, "\\0");
		else if (s[i] == '"' || s[i] == '\\')
			buf_printf(out, "\\%c", s[i]);
		else
			buf_add(out, &s[i], 1);
	}
	buf_puts(out, "\"");
}

/* Letters and lines, and perhaps zeros after them. */
static bool is_text(const unsigned char *data, size_t size)
{
	size_t letters = 0, i;

	while (letters < size && (isprint(data[letters]) || data[letters] == '\n'))
		letters++;
	for (i = letters; i < size && data[i] == 0; i++)
		;
	return i == size && letters > 0;
}

static void bytes_value(struct buf *out, const unsigned char *data, size_t size)
{
	if (is_text(data, size)) {
		quote(out, (const char *)data, size < SOME_TEXT ? size : SOME_TEXT);
		buf_puts(out, size > SOME_TEXT ? "..." : "");
	} else if (size <= FEW) {
		buf_puts(out, "\"");
		for (size_t i = 0; i < size; i++)
			buf_printf(out, "\\x%02x", data[i]);
		buf_puts(out, "\"");
	} else {
		buf_printf(out, "[/* %zu bytes */]", size);
	}
}

void strace_value(struct buf *out, const struct bw_call *c, const struct bw_field *f)
{
	switch (f->kind) {
	case BW_ENUM:
	case BW_FLAGS:
		if (f->text)
			buf_puts(out, f->text);
		else
			buf_printf(out, "%#" PRIx64, f->value);
		break;
	case BW_SIGNED:
	case BW_FD:
		buf_printf(out, "%" PRId64, (int64_t)f->value);
		break;
	case BW_NUMBER:
		buf_printf(out, "%" PRIu64, f->value);
		break;
	case BW_STRING:
		quote(out, f->text, strlen(f->text));
		break;
	case BW_BYTES:
		bytes_value(out, f->data, f->size);
		break;
	case BW_INSNS:
		buf_printf(out, "[/* %zu instructions */]", f->size / sizeof(struct bw_insn));
		break;
	case BW_POINTER:
		if (f->out && c->ret == 0)	/* the end of a file */
			buf_puts(out, "\"\"");
		else if (f->value)
			buf_printf(out, "%#" PRIx64, f->value);
		else
			buf_puts(out, "NULL");
		break;
	}
}

void strace_result(struct buf *out, const struct bw_call *c)
{
	if (c->ret < 0 && c->ret > -4096)
		buf_printf(out, "-1 %s", bw_errno_name((int)c->ret));
	else if (strcmp(c->name, "mmap") == 0)
		buf_printf(out, "%#lx", (unsigned long)c->ret);
	else
		buf_printf(out, "%ld", c->ret);
}

/* The structure's members are a run of fields between the arguments. */
static bool begins_struct(const struct bw_call *c, unsigned i)
{
	return c->fields[i].in_struct && (i == 0 || !c->fields[i - 1].in_struct);
}

static bool ends_struct(const struct bw_call *c, unsigned i)
{
	return c->fields[i].in_struct && (i + 1 == c->nfields || !c->fields[i + 1].in_struct);
}

static void argument(struct buf *word, const struct bw_call *c, unsigned i)
{
	const struct bw_field *f = &c->fields[i];

	if (i == 0)
		buf_printf(word, "%s(", c->name);
	if (begins_struct(c, i)) {
		buf_puts(word, "{");
		if (c->group)
			buf_printf(word, "%s={", c->group);
	}
	if (f->in_struct)
		buf_printf(word, "%s=", f->name);
	strace_value(word, c, f);
	if (ends_struct(c, i))
		buf_puts(word, c->group ? "}}" : "}");
	buf_puts(word, i + 1 == c->nfields ? ")" : ",");
}

void strace_print(const struct bw_call *c, size_t indent)
{
	struct buf word = { 0 };
	struct fill f;

	printf("%*s", (int)indent, "");
	fill_start(&f, indent, indent + 4);
	for (unsigned i = 0; i < c->nfields; i++) {
		buf_clear(&word);
		argument(&word, c, i);
		if (word.at)
			fill_word(&f, word.at, word.len);
	}
	buf_clear(&word);
	buf_puts(&word, "= ");
	strace_result(&word, c);
	if (word.at)
		fill_word(&f, word.at, word.len);
	fill_end(&f);
	buf_free(&word);
}
