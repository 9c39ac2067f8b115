/*
 * Fuzz target: BTF, .BTF.ext, and types and values as text.
 *
 * Input: 4 bytes, the length n of the BTF; n bytes of BTF; the rest is .BTF.ext. Values are made of the input's bytes.
 *
 * Next: tests/fuzz_object.c
 */
#include "elf/btf_ext.h"
#include "elf/btf_downgrade.h"
#include "elf/btf_text.h"
#include "tests/fuzz.h"
#include "tests/fuzz_json.h"

enum { TYPES = 60, TEXT = 4096 };	/* at most so many types are written, and so much of each is looked at */

/* No control byte, and an end. */
static void check_text(const struct text *t)
{
	size_t n = strlen(t->at);

	PROMISE(n == t->length || (n < t->size && t->length >= t->size));
	for (size_t i = 0; i < n; i++)
		PROMISE((unsigned char)t->at[i] >= ' ' && t->at[i] != 0x7f);
}

/* Each text is written twice, to see that the length is what it takes; the second time there is room for half of it. */
static void type_text(const struct btf *b, uint32_t id, bool members, char *buf)
{
	struct text t, cut;

	text_init(&t, buf, TEXT);
	btf_type_text(b, id, members, &t);
	check_text(&t);
	PROMISE(t.length);
	text_init(&cut, buf, t.length < TEXT ? t.length / 2 + 1 : TEXT / 2);
	btf_type_text(b, id, members, &cut);
	check_text(&cut);
	PROMISE(cut.length == t.length);
}

static void value_text(const struct btf *b, uint32_t id, struct view data, enum value_style style, char *buf)
{
	struct text t;

	text_init(&t, buf, TEXT);
	btf_value_text(b, id, data, style, &t);
	check_text(&t);
	PROMISE(t.length);
	if (style == VALUE_JSON && t.length < TEXT)
		PROMISE(is_json(t.at));
}

/* A whole integer that was printed can be given back. */
static void round_trip(const struct btf *b, uint32_t id, struct view data, const char *text)
{
	const struct btf_type *t = btf_type(b, id);
	unsigned char back[8];

	if (btf_kind(t) != BTF_KIND_INT || t->size > 8 || data.size < t->size)
		return;
	if (BTF_INT_BITS(btf_int_data(t)) != t->size * 8 || BTF_INT_OFFSET(btf_int_data(t)))
		return;
	if (btf_is_char(b, t) || (BTF_INT_ENCODING(btf_int_data(t)) & BTF_INT_BOOL))
		return;
	PROMISE(btf_value_parse(b, id, text, back, t->size, NULL) == 0);
	PROMISE(memcmp(back, data.base, t->size) == 0);
}

static void parse_values(const struct btf *b, uint32_t id, size_t size)
{
	static const char *const texts[] = {
		"42", "-1", "0xffffffffffffffff", "true", "'a'", "bash", "\"x:\"", "1e9", "x:00", "", "[1,2]", "1.2.3.4", "[",
	};
	unsigned char *data = malloc(size ? size : 1);

	PROMISE(data);
	for (unsigned i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct diag d = { 0 };

		fuzz_said(btf_value_parse(b, id, texts[i], data, size, &d), &d);
	}
	free(data);
}

/* input: the data of the values; how much of it is there depends on it, too. */
static void write_types(const struct btf *b, struct view input, bool checked)
{
	struct view data = { NULL, input.base[0] % 64 < input.size ? input.base[0] % 64 : input.size };
	uint32_t step = b->count / TYPES + 1;
	unsigned char *exact = malloc(data.size ? data.size : 1);
	char *buf = malloc(TEXT);

	PROMISE(buf && exact);
	memcpy(exact, input.base, data.size);
	data.base = exact;
	for (uint32_t id = 0; id <= b->count; id += step) {
		int64_t size = btf_size(b, id);

		fuzz_touch_string(btf_name(b, id));
		if (btf_type(b, id))
			PROMISE(btf_find(b, btf_kind(btf_type(b, id)), btf_name(b, id)) - 1 < id);
		type_text(b, id, false, buf);
		type_text(b, id, true, buf);
		value_text(b, id, data, VALUE_JSON, buf);
		value_text(b, id, data, VALUE_TEXT, buf);
		if (checked && btf_type(b, id))
			round_trip(b, id, data, buf);
		if (size >= 0 && size < 4096)
			parse_values(b, id, (size_t)size);
	}
	free(exact);
	free(buf);
}

static void touch_ext(struct view raw, const struct btf *b, struct arena *a)
{
	struct diag d = { 0 };
	struct btf_ext e;
	const struct ext_table *tables[] = { &e.func_info, &e.line_info, &e.core_relo };

	if (fuzz_said(btf_ext_parse(raw, b, a, &e, &d), &d) < 0)
		return;
	for (unsigned t = 0; t < 3; t++) {
		for (uint32_t i = 0; i < tables[t]->ngroups; i++) {
			const struct ext_group *g = &tables[t]->groups[i];

			fuzz_touch_string(g->section);
			PROMISE(g->records.size == (size_t)g->count * tables[t]->rec_size);
			fuzz_touch(g->records.base, g->records.size);
			PROMISE(ext_group_of(tables[t], g->section));
		}
	}
}

/* Whatever is written as something older is as long as it was, and is then nothing new any more. */
static void downgrade(struct view raw, uint32_t count, struct arena *a)
{
	unsigned char *bytes = arena_copy(a, raw.base, raw.size);

	for (enum btf_step step = 0; bytes && step < BTF_STEPS; step++) {
		struct diag d = { 0 };
		struct btf after;

		if (fuzz_said(btf_step_take(step, bytes, raw.size, a, &d), &d) < 0)
			return;
		if (fuzz_said(btf_index((struct view){ bytes, raw.size }, a, &after, &d), &d) < 0)
			return;
		PROMISE(after.count == count);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view input = { data, size }, btf, ext;
	struct arena a = { .limit = 64 << 20 };
	struct diag d = { 0 }, check = { 0 };
	struct btf b;
	uint32_t n;

	if (!view_get(input, 0, &n, sizeof(n)) || !view_sub(input, sizeof(n), n % (size - sizeof(n) + 1), &btf))
		return 0;
	view_sub(input, sizeof(n) + btf.size, size - sizeof(n) - btf.size, &ext);
	if (fuzz_said(btf_index(btf, &a, &b, &d), &d) == 0) {
		int r = fuzz_said(btf_check(&b, &a, &check), &check);

		/* Also unchecked: what walks types has to end, and to stay inside. */
		write_types(&b, input, r == 0);
		if (r == 0)
			touch_ext(ext, &b, &a);
		downgrade(btf, b.count, &a);
	}
	arena_free(&a);
	return 0;
}
