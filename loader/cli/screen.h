/*
 * How much room text takes on a terminal, and filling lines of 80 columns.
 *
 * Next: loader/cli/screen.c
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stddef.h>

#include "loader/cli/buf.h"

enum { SCREEN_WIDTH = 80 };

/* Columns of UTF-8 text that is safe already: 2 for wide letters, 0 for accents that join the letter before. */
size_t text_width(const char *s, size_t len);
/* How many bytes of it fit, whole letters only. */
size_t text_cut(const char *s, size_t len, size_t columns);

/*
 * Words on lines of 80 columns. A word that does not fit begins the next line,
 * `indent` spaces in.
 */
struct fill {
	struct buf line;
	size_t indent, column;
};

void fill_start(struct fill *f, size_t first_column, size_t indent);
void fill_word(struct fill *f, const char *word, size_t len);	/* of anybody; a space goes before it where needed */
void fill_text(struct fill *f, const char *text);		/* words between spaces */
void fill_end(struct fill *f);					/* prints on stdout */

#endif
