/*
 * Text in a buffer: the cut, and that nothing a terminal obeys comes out.
 *
 * Next: tests/unit_btf_text.c
 */
#include "elf/text.h"
#include "tests/check.h"

static char buf[256];

static const char *escaped(const char *s, size_t len, bool json)
{
	struct text t;

	text_init(&t, buf, sizeof(buf));
	text_add_escaped(&t, s, len, json);
	check_int(__FILE__, __LINE__, "length", (long long)t.length, (long long)strlen(buf));
	return buf;
}

#define C_FORM(S) escaped(S, sizeof(S) - 1, false)
#define JSON_FORM(S) escaped(S, sizeof(S) - 1, true)

TEST(plain)
{
	CHECK_STR(C_FORM("hello, world ~"), "hello, world ~");
	CHECK_STR(JSON_FORM("hello, world ~"), "hello, world ~");
	CHECK_STR(C_FORM(""), "");
}

TEST(quotes)
{
	CHECK_STR(C_FORM("a\"b\\c/'"), "a\\\"b\\\\c/'");
	CHECK_STR(JSON_FORM("a\"b\\c/'"), "a\\\"b\\\\c/'");
}

TEST(control_bytes)
{
	CHECK_STR(C_FORM("\n\t\r\b\f"), "\\n\\t\\r\\b\\f");
	CHECK_STR(JSON_FORM("\n\t\r\b\f"), "\\n\\t\\r\\b\\f");
	CHECK_STR(C_FORM("\033[2J\0" "1\x7f"), "\\033[2J\\0001\\177");
	CHECK_STR(JSON_FORM("\033[2J\0" "1\x7f"), "\\u001b[2J\\u00001\\u007f");
}

TEST(utf8)
{
	CHECK_STR(C_FORM("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\x9d"),
		  "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\x9d");
	CHECK_STR(JSON_FORM("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
}

/* U+009B is ESC [ in one character; U+202E writes what follows from right to left. */
TEST(characters_that_act)
{
	CHECK_STR(C_FORM("\xc2\x9b" "2J"), "\\302\\2332J");
	CHECK_STR(JSON_FORM("\xc2\x9b" "2J"), "\\u009b2J");
	CHECK_STR(C_FORM("\xe2\x80\xae"), "\\342\\200\\256");
	CHECK_STR(JSON_FORM("\xe2\x80\xae\xef\xbb\xbf"), "\\u202e\\ufeff");
	CHECK_STR(JSON_FORM("\xf3\xa0\x80\x81"), "\\udb40\\udc01");
}

TEST(not_utf8)
{
	CHECK_STR(C_FORM("\x9b" "2J"), "\\2332J");			/* a lone C1 control */
	CHECK_STR(JSON_FORM("\x9b" "2J"), "\\ufffd2J");
	CHECK_STR(C_FORM("\xc3"), "\\303");				/* cut off */
	CHECK_STR(C_FORM("\xc3(\xe2\x82"), "\\303(\\342\\202");
	CHECK_STR(C_FORM("\xc0\xaf"), "\\300\\257");			/* '/' the long way */
	CHECK_STR(C_FORM("\xe0\x80\xaf"), "\\340\\200\\257");
	CHECK_STR(C_FORM("\xed\xa0\x80"), "\\355\\240\\200");		/* half a surrogate pair */
	CHECK_STR(C_FORM("\xf4\x90\x80\x80"), "\\364\\220\\200\\200");	/* behind U+10FFFF */
	CHECK_STR(JSON_FORM("\xff\xfe"), "\\ufffd\\ufffd");
}

/* Every pair of bytes, in both forms: only printable ASCII and whole UTF-8 may come out. */
TEST(every_pair_of_bytes)
{
	for (unsigned pair = 0; pair < 65536; pair++) {
		char s[2] = { (char)(pair >> 8), (char)pair };

		NOTE("0x%04x", pair);
		for (int json = 0; json < 2; json++) {
			const unsigned char *p = (const unsigned char *)escaped(s, 2, json);

			for (; *p; p++) {
				if (*p >= 0xc2 && *p <= 0xdf && (p[1] & 0xc0) == 0x80 && !(*p == 0xc2 && p[1] < 0xa0))
					p++;
				else
					CHECK(*p >= ' ' && *p < 0x7f);
			}
		}
	}
}

TEST(cut)
{
	struct text t;

	for (size_t size = 0; size < 12; size++) {
		char *small = malloc(size ? size : 1);	/* so that a byte too much is seen */

		CHECK(small);
		text_init(&t, small, size);
		text_add(&t, "%s-%d", "abc", 42);
		text_add(&t, "%c", '!');
		NOTE("%zu bytes", size);
		CHECK_INT(t.length, 7);
		if (size)
			CHECK_INT(strlen(small), size < 8 ? size - 1 : 7);
		if (size)
			CHECK(strncmp(small, "abc-42!", strlen(small)) == 0);
		free(small);
	}
}

/* An escape or a character is there whole or not at all, and nothing follows the cut. */
TEST(cut_between_characters)
{
	struct text t;

	for (size_t size = 0; size < 16; size++) {
		char *small = malloc(size ? size : 1);

		CHECK(small);
		text_init(&t, small, size);
		text_add_escaped(&t, "a\033\xc3\xbc" "b", 5, false);
		NOTE("%zu bytes", size);
		CHECK_INT(t.length, 8);
		if (size)
			CHECK_STR(small, size < 2 ? "" : size < 6 ? "a" : size < 8 ? "a\\033" :
				  size < 9 ? "a\\033\xc3\xbc" : "a\\033\xc3\xbc" "b");
		free(small);
	}
}
