/*
 * Values and types as text, in a buffer that grows as needed.
 *
 * Next: loader/cli/value.c
 */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loader/bpfwalk.h"

/* The text is good until the next call of either; "" when there is no memory for it. type_id 0: hex and text. */
const char *value_text(const struct bw_object *obj, uint32_t type_id, const void *data, size_t len,
		       enum bw_style style);
const char *type_text(const struct bw_object *obj, uint32_t type_id, bool members);

/*
 * True when the bytes are a word of plain text and then only zeros, like
 * "bash\0\0\0"; after the first zero the last `slack` bytes may be anything.
 * The word's length in *len.
 */
bool value_is_word(const void *data, size_t size, size_t slack, size_t *len);

#endif
