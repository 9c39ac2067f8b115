/*
 * An instruction field by field, below the line that has all of it.
 *
 * Next: loader/cli/parts.c
 */
#ifndef CLI_PARTS_H
#define CLI_PARTS_H

#include "loader/bpfwalk.h"

/* Lines of text, or a member "fields" of the JSON object that is open. Nothing for an unknown encoding. */
void parts_text(const struct bw_disasm_line *l);
void parts_json(const struct bw_disasm_line *l);

/* "18 02 00 00 04 00 00 00": n bytes, 3 * n characters with the NUL. */
const char *parts_bytes(const void *data, unsigned n, char *out);

#endif
