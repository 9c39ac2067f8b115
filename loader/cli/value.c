/*
 * One buffer for all values that are printed; see value.h. A stream of records
 * formats millions of them and allocates once.
 *
 * In: bytes and a type  Out: text
 * Next: loader/cli/describe.h
 */
#include "loader/cli/buf.h"
#include "loader/cli/value.h"

static struct buf text;

const char *value_text(const struct bw_object *obj, uint32_t type_id, const void *data, size_t len,
		       enum bw_style style)
{
	size_t need = 0;

	do {
		if (!buf_room(&text, need))
			return "";
		need = bw_format_value(obj, type_id, data, len, style, text.at, text.room);
	} while (need >= text.room);
	return text.at;
}

const char *type_text(const struct bw_object *obj, uint32_t type_id, bool members)
{
	size_t need = 0;

	do {
		if (!buf_room(&text, need))
			return "";
		need = bw_format_type(obj, type_id, members, text.at, text.room);
	} while (need >= text.room);
	return text.at;
}

bool value_is_word(const void *data, size_t size, size_t slack, size_t *len)
{
	const unsigned char *byte = data;
	size_t n = 0;

	while (n < size && byte[n] >= ' ' && byte[n] < 0x7f)
		n++;
	*len = n;
	while (n < size && byte[n] == 0)
		n++;
	return *len > 0 && (n == size || (n > *len && size - n <= slack));
}
