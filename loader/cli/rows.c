/*
 * Rows, sorted and as a table; see rows.h.
 *
 *	{"comm":"bash"} , 812       ->   cells  bash | 812
 *	{"comm":"sshd"} , 17                    sshd |  17
 *	  key             value
 *
 * Two passes: the first finds how wide each column is, the second prints. A
 * column of numbers is aligned to the right.
 *
 * In: JSON texts  Out: lines on stdout
 * Next: loader/cli/map_read.h
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/jsontext.h"
#include "loader/cli/out.h"
#include "loader/cli/rows.h"
#include "loader/cli/screen.h"

enum { CELLS = 16, WIDEST = 48, GAP = 2 };

void rows_add(struct rows *r, const char *key, const char *value)
{
	size_t before = r->text.len;
	struct row row = { before, before + strlen(key) + 1, false, 0 };

	if (r->count == r->room) {
		size_t room = r->room ? r->room * 2 : 64;
		struct row *more = realloc(r->row, room * sizeof(*more));

		if (!more) {
			r->text.failed = true;
			return;
		}
		r->row = more;
		r->room = room;
	}
	buf_add(&r->text, key, strlen(key) + 1);
	buf_add(&r->text, value, strlen(value) + 1);
	if (r->text.failed)
		return;
	json_first_number(value, &row.negative, &row.size);
	r->row[r->count++] = row;
}

void rows_free(struct rows *r)
{
	buf_free(&r->text);
	free(r->row);
	memset(r, 0, sizeof(*r));
}

static const char *texts;		/* qsort() passes no context */

static int by_key(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	return strcmp(texts + a->key, texts + b->key);
}

static int by_value(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	if (a->negative != b->negative)
		return a->negative ? 1 : -1;
	if (a->size != b->size)
		return (a->size > b->size) == a->negative ? 1 : -1;
	return by_key(x, y);
}

void rows_sort(struct rows *r)
{
	size_t kept = 0;

	if (r->count < 2)
		return;
	texts = r->text.at;
	qsort(r->row, r->count, sizeof(*r->row), by_key);
	for (size_t i = 0; i < r->count; i++)
		if (i == 0 || by_key(&r->row[kept - 1], &r->row[i]) != 0)
			r->row[kept++] = r->row[i];
	r->count = kept;
	qsort(r->row, r->count, sizeof(*r->row), by_value);
}

/* ---- the table ------------------------------------------------------------ */

struct column {
	struct slice name;
	size_t width;
	bool numbers;
};

struct table {
	struct column column[2 * CELLS];
	int keys, values;		/* columns of each */
	struct buf line;		/* one cell, or one line, made safe */
	const struct table_limits *limits;
};

static struct slice slice_of(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* A string without its quotes; anything else as it is. */
static struct slice bare(struct slice s)
{
	if (s.len > 2 && s.at[0] == '"')
		return (struct slice){ s.at + 1, s.len - 2 };
	return s;
}

/* The cells of one JSON text: its members when there are `want` of them, else all of it in the first. */
static void split(const char *json, int want, struct slice *cells)
{
	struct slice names[CELLS];

	for (int i = 0; i < want; i++)
		cells[i] = slice_of("");
	if (json_members(json, names, cells, want) != want)
		cells[0] = slice_of(json);
	for (int i = 0; i < want; i++)
		cells[i] = bare(cells[i]);
}

/* Names the columns after the members of the first row's text; one that is no struct is called `otherwise`. */
static int name_columns(struct column *c, const char *json, const char *otherwise)
{
	struct slice names[CELLS], values[CELLS];
	int n = json_members(json, names, values, CELLS);

	if (n < 1 || n > CELLS) {
		c[0].name = slice_of(otherwise);
		return 1;
	}
	for (int i = 0; i < n; i++)
		c[i].name = names[i];
	return n;
}

static void row_cells(const struct table *t, const struct rows *r, size_t i, struct slice *cells)
{
	split(r->text.at + r->row[i].key, t->keys, cells);
	split(r->text.at + r->row[i].value, t->values, cells + t->keys);
}

static size_t safe_width(struct table *t, struct slice s)
{
	buf_clear(&t->line);
	buf_safe(&t->line, s.at, s.len, BW_STYLE_TEXT);
	return t->line.at ? text_width(t->line.at, t->line.len) : 0;
}

static void measure(struct table *t, const struct rows *r, size_t lines)
{
	struct slice cells[2 * CELLS];
	bool negative;
	uint64_t number;

	for (int c = 0; c < t->keys + t->values; c++) {
		t->column[c].width = safe_width(t, t->column[c].name);
		t->column[c].numbers = true;
	}
	for (size_t i = 0; i < lines; i++) {
		row_cells(t, r, i, cells);
		for (int c = 0; c < t->keys + t->values; c++) {
			struct column *column = &t->column[c];
			size_t width = safe_width(t, cells[c]);
			const char *text = cells[c].len ? cells[c].at : "\"";

			if (width > column->width)
				column->width = width > WIDEST ? WIDEST : width;
			column->numbers &= strchr("-0123456789", text[0]) != NULL &&
					   json_first_number(text, &negative, &number);
		}
	}
}

static void print_line(struct table *t, const struct slice *cells)
{
	int last = t->keys + t->values - 1;
	struct buf line = { 0 };

	for (int c = 0; c <= last; c++) {
		const struct column *column = &t->column[c];
		size_t width = safe_width(t, cells[c]);
		size_t space = width < column->width ? column->width - width : 0;

		if (column->numbers)
			buf_pad(&line, space);
		buf_add(&line, t->line.at, t->line.len);
		if (c < last)
			buf_pad(&line, GAP + (column->numbers ? 0 : space));
	}
	if (t->limits && t->limits->columns)
		line.len = text_cut(line.at, line.len, t->limits->columns);
	fwrite(line.at, 1, line.len, stdout);
	putchar('\n');
	buf_free(&line);
}

size_t rows_print(const struct rows *r, const char *key_name, const char *value_name,
		  const struct table_limits *limits)
{
	size_t lines = limits && limits->lines && r->count + 1 > limits->lines ? limits->lines - 1 : r->count;
	struct table t = { .limits = limits };
	struct slice cells[2 * CELLS];

	if (!r->count)
		return 0;
	t.keys = name_columns(t.column, r->text.at + r->row[0].key, key_name);
	t.values = name_columns(t.column + t.keys, r->text.at + r->row[0].value, value_name);
	measure(&t, r, lines);
	for (int c = 0; c < t.keys + t.values; c++)
		cells[c] = t.column[c].name;
	print_line(&t, cells);
	for (size_t i = 0; i < lines; i++) {
		row_cells(&t, r, i, cells);
		print_line(&t, cells);
	}
	buf_free(&t.line);
	return lines + 1;
}
