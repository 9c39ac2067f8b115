/*
 * Text in a buffer, cut at its end, with nothing in it that a terminal obeys.
 *
 * A writer appends and never overflows; the text is always terminated, and
 * `length` goes on counting behind the cut, so one call tells how much room the
 * whole text takes, as snprintf() does.
 *
 * Strings that come from a file or from the kernel (a command's name, a section)
 * may hold anything: they go through text_add_escaped(), always.
 *
 * Kernel: lib/string_helpers.c string_escape_mem() has the same job for dmesg
 * Next: elf/text.c
 */
#ifndef ELF_TEXT_H
#define ELF_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *at;			/* NUL-terminated from text_init() on, unless size is 0 */
	size_t size;			/* of the buffer */
	size_t length;			/* what the whole text needs, without NUL: cut if >= size */
};

void text_init(struct text *t, char *buf, size_t size);
__attribute__((format(printf, 2, 3)))
void text_add(struct text *t, const char *fmt, ...);

/*
 * len bytes as the body of a C string or a JSON string, without quotes. UTF-8
 * stays as it is; what a terminal could act on (control bytes, DEL, the second
 * set of controls U+0080 to U+009F, what reorders or hides text) becomes an
 * escape: \n or \033 in C, \n or \u001b in JSON. What is not UTF-8 becomes an
 * octal escape in C and \ufffd in JSON. A cut never splits an escape or a
 * character.
 */
void text_add_escaped(struct text *t, const char *s, size_t len, bool json);

#endif
