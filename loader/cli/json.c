/*
 * Writing JSON; see json.h. Nothing here can fail: what happens to stdout is
 * out.c's business.
 *
 * In: names and values  Out: a line on stdout
 * Try:  bpfwalk hooks --json | jq -r .section
 * Next: loader/cli/verb_hooks.c
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/value.h"

static bool comma;			/* something stands before the next member */

static void member(const char *name)
{
	if (comma)
		putchar(',');
	comma = true;
	if (name)
		printf("\"%s\":", name);
}

void json_open(const char *event)
{
	comma = false;
	putchar('{');
	json_text("event", event);
}

void json_close(void)
{
	puts("}");
	comma = false;
}

void json_begin(const char *name, char bracket)
{
	member(name);
	putchar(bracket);
	comma = false;
}

void json_end(char bracket)
{
	putchar(bracket);
	comma = true;
}

void json_text_of(const char *name, const char *s, size_t len)
{
	member(name);
	putchar('"');
	out_safe(stdout, s, len, BW_STYLE_JSON);
	putchar('"');
}

void json_text(const char *name, const char *s)
{
	if (s)
		json_text_of(name, s, strlen(s));
	else
		json_ready(name, "null");
}

void json_number(const char *name, uint64_t n)
{
	member(name);
	printf("%" PRIu64, n);
}

void json_signed(const char *name, int64_t n)
{
	member(name);
	printf("%" PRId64, n);
}

void json_bool(const char *name, bool b)
{
	json_ready(name, b ? "true" : "false");
}

void json_hex(const char *name, const void *data, size_t size)
{
	member(name);
	putchar('"');
	out_hex(data, size);
	putchar('"');
}

void json_address(const char *name, uint64_t address)
{
	member(name);
	if (address)
		printf("\"0x%" PRIx64 "\"", address);
	else
		fputs("null", stdout);
}

void json_ready(const char *name, const char *value)
{
	member(name);
	fputs(value, stdout);
}

void json_value(const char *name, const struct bw_object *obj, uint32_t type_id, const void *data, size_t len)
{
	json_ready(name, value_text(obj, type_id, data, len, BW_STYLE_JSON));
}
