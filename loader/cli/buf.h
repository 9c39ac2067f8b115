/*
 * Text that grows. When there is no memory for more it stays as it is and says
 * so in `failed`: whoever prints it looks once, at the end.
 *
 * Next: loader/cli/buf.c
 */
#ifndef CLI_BUF_H
#define CLI_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "loader/bpfwalk.h"

struct buf {				/* zeroed: empty */
	char *at;			/* NUL-terminated once something was added */
	size_t len, room;
	bool failed;
};

bool buf_room(struct buf *b, size_t more);	/* at least `more` bytes and a NUL fit after len */
void buf_add(struct buf *b, const char *s, size_t len);
void buf_puts(struct buf *b, const char *s);
__attribute__((format(printf, 2, 3)))
void buf_printf(struct buf *b, const char *fmt, ...);
void buf_pad(struct buf *b, size_t spaces);
void buf_clear(struct buf *b);			/* keeps the memory */
void buf_free(struct buf *b);
bool buf_was_short(void);			/* was there ever no memory for more, in any buffer? */

/*
 * Anybody's text, made safe. BW_STYLE_JSON: the body of a JSON string.
 * BW_STYLE_TEXT: for a line on a terminal; quotes and backslashes stay as
 * they are, because the line has no quotes around it.
 */
void buf_safe(struct buf *b, const char *s, size_t len, enum bw_style style);

#endif
