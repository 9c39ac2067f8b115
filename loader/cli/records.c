/*
 * Records; see records.h.
 *
 *	              type known                        not known
 *	printed       events: {pid=812, comm="bash"}    events: 62 61 73 68 |bash| and 12 zeros
 *	--count       equal records                     equal bytes
 *	--count-by    equal fields                      -
 *
 * The type is the one the map's declaration names, or --type. The kernel rounds
 * a record of a perf event array up to 8 bytes, and what is in the rest is left
 * over from older records: it is cut off where the type says how long a record
 * is, and ignored after a word and its zero.
 *
 * Without a type a long record is cut: what a person would look for is at its
 * beginning, and tools send kilobytes of which they have filled a few dozens.
 *
 * In: struct bw_record  Out: lines, or counts
 * Try:  bpfwalk run --count-by comm --for 2 build/progs/comm_perf.bpf.o
 * Next: loader/cli/screen.h
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/json.h"
#include "loader/cli/jsontext.h"
#include "loader/cli/map_read.h"
#include "loader/cli/out.h"
#include "loader/cli/records.h"
#include "loader/cli/value.h"

enum { FIELDS = 64, MANY_ZEROS = 8, BYTES_SHOWN = 256 };

static bool counting(const struct records *r)
{
	return r->args->count || r->args->count_by;
}

static uint32_t type_of(const struct records *r, const struct bw_map *m)
{
	return r->type_id ? r->type_id : m->record_type_id;
}

/* The member of a value's JSON; at NULL: it has none of that name. */
static struct slice field_of(const char *json, const char *field)
{
	struct slice names[FIELDS], values[FIELDS];
	int n = json_members(json, names, values, FIELDS);

	for (int i = 0; i < n && i < FIELDS; i++)
		if (names[i].len == strlen(field) && memcmp(names[i].at, field, names[i].len) == 0)
			return values[i];
	return (struct slice){ NULL, 0 };
}

static bool type_has_field(const struct bw_object *obj, uint32_t type_id, const char *field)
{
	int64_t size = bw_type_size(obj, type_id);
	void *zeros = size > 0 ? calloc(1, (size_t)size) : NULL;
	bool has = zeros && field_of(value_text(obj, type_id, zeros, (size_t)size, BW_STYLE_JSON), field).at;

	free(zeros);
	return has;
}

static int check_field(const struct records *r, const char *field)
{
	uint32_t type = r->type_id;

	for (unsigned i = 0; i < r->obj->nmaps && !type; i++)
		type = r->obj->maps[i].record_type_id;
	if (!type)
		return args_refuse(r->args, "--count-by: records of this object have no type; --count counts whole records");
	if (!type_has_field(r->obj, type, field))
		return args_refuse(r->args, "--count-by: no field '%s' in %s", field, type_text(r->obj, type, true));
	return EXIT_DONE;
}

int records_start(struct records *r, const struct args *a, const struct bw_object *obj)
{
	memset(r, 0, sizeof(*r));
	r->args = a;
	r->obj = obj;
	if (a->type) {
		r->type_id = bw_find_type(obj, a->type);
		if (!r->type_id)
			return args_refuse(a, "--type: no type '%s' in %s", a->type, a->object);
	}
	r->lost = calloc(obj->nmaps ? obj->nmaps * 2 : 1, sizeof(*r->lost));
	if (!r->lost) {
		say("bpfwalk: records: out of memory");
		return EXIT_FAILED;
	}
	r->told = r->lost + obj->nmaps;
	return a->count_by ? check_field(r, a->count_by) : EXIT_DONE;
}

void records_free(struct records *r)
{
	buf_free(&r->scratch);
	counts_free(&r->counts);
	free(r->lost);
}

static void count(struct records *r, const struct bw_record *rec, uint32_t type, size_t size)
{
	const char *field = r->args->count_by;

	buf_clear(&r->scratch);
	if (type) {
		const char *json = value_text(r->obj, type, rec->data, size, BW_STYLE_JSON);
		struct slice part = field ? field_of(json, field) : (struct slice){ json, strlen(json) };

		buf_add(&r->scratch, part.at ? part.at : "null", part.at ? part.len : 4);
	} else {
		untyped_json(&r->scratch, rec->data, size, rec->cpu >= 0 ? 7 : 0, true);
	}
	if (!r->scratch.failed)
		counts_add(&r->counts, rec->map->index, r->scratch.at);
}

static void print_json(struct records *r, const struct bw_record *rec, uint32_t type, size_t size)
{
	json_open("record");
	json_text("map", rec->map->name);
	if (rec->cpu >= 0)
		json_signed("cpu", rec->cpu);
	json_hex("data", rec->data, size);
	if (type)
		json_value("value", r->obj, type, rec->data, size);
	else
		json_text("value", NULL);
	json_close();
}

/* Without a type: hex and text, up to the zeros that often fill the rest. */
static void print_untyped(const struct records *r, const unsigned char *data, size_t size)
{
	size_t used = size, shown;

	while (used && data[used - 1] == 0)
		used--;
	if (size - used < MANY_ZEROS)
		used = size;
	shown = used > BYTES_SHOWN ? BYTES_SHOWN : used;
	if (used)
		fputs(value_text(r->obj, 0, data, shown, BW_STYLE_TEXT), stdout);
	if (shown < used)
		printf(" and %zu more bytes", size - shown);
	else if (used < size)
		printf("%s%zu zeros", used ? " and " : "", size - used);
}

static void print_text(struct records *r, const struct bw_record *rec, uint32_t type, size_t size)
{
	out_safe(stdout, rec->map->name, strlen(rec->map->name), BW_STYLE_TEXT);
	fputs(": ", stdout);
	if (type)
		fputs(value_text(r->obj, type, rec->data, size, BW_STYLE_TEXT), stdout);
	else
		print_untyped(r, rec->data, size);
	putchar('\n');
}

static void take_record(struct records *r, const struct bw_record *rec)
{
	uint32_t type = type_of(r, rec->map);
	int64_t type_size = type ? bw_type_size(r->obj, type) : 0;
	size_t size = type_size > 0 && (uint64_t)type_size < rec->size ? (size_t)type_size : rec->size;

	if (counting(r))
		count(r, rec, type, size);
	else if (!r->silent)
		(r->args->json ? print_json : print_text)(r, rec, type, size);
}

static void take_trace(struct records *r, const struct bw_record *rec)
{
	if (r->args->json) {
		json_open("trace");
		json_text_of("text", rec->data, rec->size);
		json_close();
	} else if (!r->silent) {
		out_safe(stdout, rec->data, rec->size, BW_STYLE_TEXT);
		putchar('\n');
	}
}

static void take_lost(struct records *r, const struct bw_record *rec)
{
	if (rec->map)
		r->lost[rec->map->index] += rec->lost;
	if (!r->args->json)
		return;
	json_open("lost");
	json_text("map", rec->map ? rec->map->name : NULL);
	json_number("count", rec->lost);
	json_close();
}

void records_take(void *ctx, const struct bw_record *record)
{
	struct records *r = ctx;

	switch (record->kind) {
	case BW_RECORD:
		take_record(r, record);
		break;
	case BW_LOST:
		take_lost(r, record);
		break;
	case BW_TRACE:
		take_trace(r, record);
		break;
	}
}

void records_tell_lost(struct records *r)
{
	for (unsigned i = 0; i < r->obj->nmaps; i++) {
		if (r->lost[i] == r->told[i])
			continue;
		say("%s: %" PRIu64 " records lost: they came faster than they were read", r->obj->maps[i].name,
		    r->lost[i] - r->told[i]);
		r->told[i] = r->lost[i];
	}
}

static void counts_json(const struct records *r, const struct bw_map *m, const struct counted *c)
{
	json_open("count");
	json_text("map", m->name);
	json_text("field", r->args->count_by);
	json_ready("value", r->counts.texts.at + c->text);
	json_number("count", c->n);
	json_close();
}

static bool print_map_counts(const struct records *r, const struct bw_map *m, const struct table_limits *limits)
{
	struct rows rows = { 0 };
	bool ok;

	for (size_t i = 0; i < r->counts.places; i++) {
		const struct counted *c = &r->counts.place[i];
		char number[24];

		if (!c->n || c->group != m->index)
			continue;
		if (r->args->json) {
			counts_json(r, m, c);
			continue;
		}
		snprintf(number, sizeof(number), "%" PRIu64, c->n);
		rows_add(&rows, r->counts.texts.at + c->text, number);
	}
	if (rows.count) {
		rows_sort(&rows);
		put("%s: %zu different", m->name, rows.count);
		rows_print(&rows, r->args->count_by ? r->args->count_by : "record", "count", limits);
	}
	ok = !rows.text.failed;
	rows_free(&rows);
	return ok;
}

bool records_print_counts(const struct records *r, const struct table_limits *limits)
{
	bool ok = !r->counts.texts.failed;

	for (unsigned i = 0; i < r->obj->nmaps && counting(r); i++)
		ok &= print_map_counts(r, &r->obj->maps[i], limits);
	return ok;
}
