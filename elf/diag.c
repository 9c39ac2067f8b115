/*
 * Storing the first failure; see elf/diag.h.
 *
 * Names in a message come from the file, and a file may put a newline or an
 * escape sequence into a section name. The message is one line all the same:
 * each control byte becomes a '?'.
 *
 * In: a code, a place, a sentence  Out: the code again
 * Next: elf/view.h
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "elf/diag.h"

static void keep_one_line(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

int fail(struct diag *d, int code, const char *where, const char *fmt, ...)
{
	va_list ap;

	if (!d || d->code)
		return code;
	d->code = code;
	snprintf(d->where, sizeof(d->where), "%s", where);
	va_start(ap, fmt);
	vsnprintf(d->msg, sizeof(d->msg), fmt, ap);
	va_end(ap);
	keep_one_line(d->where);
	keep_one_line(d->msg);
	return code;
}

int fail_memory(struct diag *d, const char *where)
{
	return fail(d, -ENOMEM, where, "out of memory, or past this object's limit of it");
}
