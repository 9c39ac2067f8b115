/*
 * Reading back the JSON of values; see jsontext.h.
 *
 *	a    {"calls":17,"name":"read"}
 *	b    {"calls":5,"name":"read"}
 *	sum  {"calls":22,"name":"read"}       two values of one type have one shape
 *
 * In: JSON text  Out: slices, numbers, sums
 * Next: loader/cli/rows.h
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "loader/cli/jsontext.h"

/* Past the string that begins here. */
static const char *after_string(const char *s)
{
	for (s++; *s && *s != '"'; s++)
		if (*s == '\\' && s[1])
			s++;
	return *s ? s + 1 : s;
}

/* Past the value that begins here, up to ',', or the bracket that closes what is around it. */
static const char *after_value(const char *s)
{
	int depth = 0;

	while (*s) {
		if (*s == '"') {
			s = after_string(s);
			continue;
		}
		if (depth == 0 && strchr(",}]", *s))
			break;
		depth += (*s == '{' || *s == '[') - (*s == '}' || *s == ']');
		s++;
	}
	return s;
}

int json_members(const char *json, struct slice *names, struct slice *values, int max)
{
	const char *s = json;
	int n = 0;

	if (*s++ != '{')
		return -1;
	for (; *s == '"'; n++) {
		const char *name_end = after_string(s);
		const char *end = after_value(name_end + 1);

		if (n < max) {
			names[n] = (struct slice){ s + 1, (size_t)(name_end - s) - 2 };
			values[n] = (struct slice){ name_end + 1, (size_t)(end - name_end) - 1 };
		}
		s = *end == ',' ? end + 1 : end;
	}
	return n;
}

static bool number_at(const char *s)
{
	return isdigit((unsigned char)s[*s == '-']);
}

static const char *after_number(const char *s)
{
	return s + strspn(s, "+-.0123456789eE");
}

/* Nothing to add up in 1.5 and 1e9: a sum of digits would be wrong. */
static bool whole_number_at(const char *s)
{
	return number_at(s) && after_number(s) == s + (*s == '-') + strspn(s + (*s == '-'), "0123456789");
}

static uint64_t read_number(const char *s, bool *negative)
{
	uint64_t n = 0;

	*negative = *s == '-';
	for (s += *negative; isdigit((unsigned char)*s); s++)
		n = n * 10 + (uint64_t)(*s - '0');
	return n;
}

bool json_first_number(const char *json, bool *negative, uint64_t *size)
{
	while (*json && !number_at(json))
		json = *json == '"' ? after_string(json) : json + 1;
	if (!*json)
		return false;
	*size = read_number(json, negative);
	return true;
}

static void add_numbers(struct buf *out, const char *a, const char *b)
{
	bool a_negative, b_negative;
	uint64_t x = read_number(a, &a_negative), y = read_number(b, &b_negative);
	uint64_t sum = (a_negative ? -x : x) + (b_negative ? -y : y);

	if ((a_negative || b_negative) && sum >> 63)
		buf_printf(out, "-%" PRIu64, -sum);
	else
		buf_printf(out, "%" PRIu64, sum);
}

static const char *after_token(const char *s)
{
	return *s == '"' ? after_string(s) : number_at(s) ? after_number(s) : s + (*s != 0);
}

void json_add(struct buf *out, const char *a, const char *b)
{
	while (*a) {
		const char *next = after_token(a);

		if (whole_number_at(a) && whole_number_at(b))
			add_numbers(out, a, b);
		else
			buf_add(out, a, (size_t)(next - a));
		a = next;
		b = after_token(b);
	}
}
