/*
 * Is this text JSON? As small as the question: no values, only yes or no.
 *
 * Next: tests/fuzz_btf.c
 */
#ifndef TESTS_FUZZ_JSON_H
#define TESTS_FUZZ_JSON_H

#include <stdbool.h>
#include <string.h>

/* Each returns what follows the thing, or NULL if the thing is not there. */
static inline const char *json_value(const char *s);

static inline const char *json_string(const char *s)
{
	if (*s++ != '"')
		return NULL;
	for (; *s != '"'; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return NULL;
		if (*s != '\\')
			continue;
		s++;
		if (*s == 'u') {
			if (strspn(s + 1, "0123456789abcdef") < 4)
				return NULL;
			s += 4;
		} else if (!*s || !strchr("\"\\bfnrt", *s)) {
			return NULL;
		}
	}
	return s + 1;
}

static inline const char *json_number(const char *s)
{
	const char *start = s += *s == '-';

	s += strspn(s, "0123456789");
	if (s == start || (*start == '0' && s > start + 1))
		return NULL;
	if (*s == '.') {
		if (!strspn(s + 1, "0123456789"))
			return NULL;
		s += 1 + strspn(s + 1, "0123456789");
	}
	if (*s == 'e') {
		s += 1 + (s[1] == '+' || s[1] == '-');
		if (!strspn(s, "0123456789"))
			return NULL;
		s += strspn(s, "0123456789");
	}
	return s;
}

static inline const char *json_list(const char *s, bool object)
{
	char end = object ? '}' : ']';

	if (*++s == end)
		return s + 1;
	for (;; s++) {
		if (object) {
			s = json_string(s);
			if (!s || *s++ != ':')
				return NULL;
		}
		s = json_value(s);
		if (!s)
			return NULL;
		if (*s == end)
			return s + 1;
		if (*s != ',')
			return NULL;
	}
}

static inline const char *json_value(const char *s)
{
	static const char *const words[] = { "null", "true", "false" };

	if (*s == '{' || *s == '[')
		return json_list(s, *s == '{');
	if (*s == '"')
		return json_string(s);
	for (unsigned i = 0; i < 3; i++)
		if (strncmp(s, words[i], strlen(words[i])) == 0)
			return s + strlen(words[i]);
	return json_number(s);
}

static inline bool is_json(const char *s)
{
	s = json_value(s);
	return s && !*s;
}

#endif
