/*
 * Storing the first failure; see elf/diag.h.
 *
 * In: a code, a place, a sentence  Out: the code again
 * Next: elf/elf64.h
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "elf/diag.h"

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
	return code;
}

int fail_memory(struct diag *d, const char *where)
{
	return fail(d, -ENOMEM, where, "out of memory, or past this object's limit of it");
}
