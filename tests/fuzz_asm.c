/*
 * Fuzz target: the assembler, and its inverse. Input: a text, or an object.
 *
 * What is assembled is an ELF file. If it is an object as well, the text made of it is assembled again, and the text
 * made of that is the same. Of an object that was not assembled here, only that it can be tried.
 *
 * Next: tests/unit_asm.c
 */
#include "elf/asm.h"
#include "elf/asm_insn.h"
#include "tests/fuzz.h"

enum { MOST_TEXT = 16 << 20 };

struct kept {
	char *text;
	size_t len, room;
};

static void keep(void *ctx, const char *line)
{
	struct kept *k = ctx;
	size_t n = strlen(line);

	PROMISE(!strpbrk(line, "\n\r\033"));
	if (k->len + n + 2 > k->room) {
		k->room = 2 * (k->len + n + 2);
		PROMISE(k->room < MOST_TEXT * 4);
		k->text = realloc(k->text, k->room);
		PROMISE(k->text);
	}
	memcpy(k->text + k->len, line, n);
	k->len += n;
	k->text[k->len++] = '\n';
}

/* The text of the object in file; 0: none. */
static int text_of(struct view file, struct arena *a, struct kept *k)
{
	struct diag d = { 0 };
	struct object o;

	k->len = 0;
	if (fuzz_said(object_build(file, "fuzz", a, &o, &d), &d) < 0)
		return 0;
	return fuzz_said(asm_source(&o, keep, k, &d), &d) == 0;
}

static int assemble_again(const struct kept *k, struct arena *a, struct view *out, int *code)
{
	struct diag d = { 0 };

	*code = fuzz_said(assemble((struct view){ (const unsigned char *)k->text, k->len }, "again.s", a, out, &d), &d);
	if (*code == -22)
		fprintf(stderr, "%s: %s\n", d.where, d.msg);
	return *code == 0;
}

static void a_text(struct view text)
{
	struct arena a = { .limit = 256 << 20 };
	struct kept first = { 0 }, second = { 0 };
	struct diag d = { 0 };
	struct view file, again;
	struct elf e;
	int code;

	if (fuzz_said(assemble(text, "fuzz.s", &a, &file, &d), &d) == 0) {
		PROMISE(elf_parse(file, &a, &e, &d) != -22);
		if (text_of(file, &a, &first)) {
			PROMISE(assemble_again(&first, &a, &again, &code) || code == -12);
			if (code == 0 && text_of(again, &a, &second))
				PROMISE(first.len == second.len && memcmp(first.text, second.text, first.len) == 0);
		}
	}
	free(first.text);
	free(second.text);
	arena_free(&a);
}

static void an_object(struct view file)
{
	struct arena a = { .limit = 256 << 20 };
	struct kept k = { 0 };
	struct diag d = { 0 };
	struct view again;

	if (text_of(file, &a, &k))
		fuzz_said(assemble((struct view){ (const unsigned char *)k.text, k.len }, "again.s", &a, &again, &d), &d);
	free(k.text);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct view input = { data, size };

	if (size > 4 && memcmp(data, "\177ELF", 4) == 0)
		an_object(input);
	else
		a_text(input);
	return 0;
}
