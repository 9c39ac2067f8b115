/*
 * Failures on their way out: from elf/'s and our own diag to the user's error,
 * and from the kernel's errno to a sentence that names it.
 *
 * The library says what was tried and what the kernel answered. What usually
 * causes it is advice, and advice belongs to whoever prints the message.
 *
 * In: a diag and a code  Out: struct bw_error
 * Next: loader/observe.c
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "loader/walk.h"
#include "uapi/names.h"

_Static_assert(sizeof(struct bw_error) == sizeof(struct diag), "the two are the same sentence in two layers");

int error_out(const struct diag *d, int code, struct bw_error *err)
{
	if (!err || code >= 0)
		return code;
	err->code = code;
	if (d && d->code) {
		memcpy(err->where, d->where, sizeof(err->where));
		memcpy(err->msg, d->msg, sizeof(err->msg));
	} else {
		snprintf(err->where, sizeof(err->where), "bpfwalk");
		snprintf(err->msg, sizeof(err->msg), "%s", bw_errno_name(code));
	}
	return code;
}

int fail_kernel(struct diag *d, long code, const char *where, const char *fmt, ...)
{
	char tried[sizeof(d->msg) - 32];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(tried, sizeof(tried), fmt, ap);
	va_end(ap);
	return fail(d, (int)code, where, "%s: %s", tried, bw_errno_name((int)code));
}

const char *bw_errno_name(int code)
{
	const char *name = errno_name(code < 0 ? -code : code);

	return name ? name : "an errno without a name";
}
