/*
 * stdout and stderr; see out.h.
 *
 * The buffer of stdout is ours: a libc that has to find one by itself first
 * asks the kernel whether stdout is a terminal, with an ioctl that would stand
 * between our own calls under strace.
 *
 * A reader that leaves (`bpfwalk ... | head`) is no failure: SIGPIPE is only
 * noted, the next look at out_broken() ends the work, everything is cleaned up
 * and the exit status is 0. A full disk is a failure, and said.
 *
 * In: lines  Out: safe text on stdout and stderr
 * Try:  bpfwalk hooks >/dev/full; echo $?
 * Next: loader/cli/setup.h
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/buf.h"
#include "loader/cli/out.h"

static char buffer[32 * 1024];
static volatile sig_atomic_t reader_left;
static int write_error;

static void on_sigpipe(int sig)
{
	(void)sig;
	reader_left = 1;
}

void out_start(void)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_handler = on_sigpipe;
	act.sa_flags = SA_RESTART;
	sigaction(SIGPIPE, &act, NULL);
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

void out_flush(void)
{
	if (fflush(stdout) && !write_error)
		write_error = errno;
}

bool out_broken(void)
{
	return ferror(stdout) != 0;
}

int out_finish(int status)
{
	out_flush();
	if (status == EXIT_DONE && buf_was_short()) {
		say("bpfwalk: stdout: out of memory: some of it is missing");
		status = EXIT_FAILED;
	}
	if (!out_broken() || reader_left)
		return status;
	say("bpfwalk: stdout: writing: %s", bw_errno_name(write_error ? write_error : EIO));
	return EXIT_FAILED;
}

/* What can be printed without memory for its escapes: one '?' for each byte that would need one. */
static void plain(FILE *to, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		putc(s[i] >= ' ' && s[i] <= '~' && s[i] != '"' && s[i] != '\\' ? s[i] : '?', to);
}

/* One write for all of it: another process may be writing to the same terminal. */
static void write_safe(FILE *to, const char *s, size_t len, enum bw_style style, const char *end)
{
	static struct buf safe;

	buf_clear(&safe);
	safe.failed = false;
	buf_safe(&safe, s, len, style);
	buf_puts(&safe, end);
	if (safe.failed) {
		plain(to, s, len);
		fputs(end, to);
	} else {
		fwrite(safe.at, 1, safe.len, to);
	}
}

void out_safe(FILE *to, const char *s, size_t len, enum bw_style style)
{
	write_safe(to, s, len, style, "");
}

/* When there is no memory for a long line, its beginning is better than nothing. */
__attribute__((format(printf, 2, 0)))
static void line(FILE *to, const char *fmt, va_list ap)
{
	char fixed[1024], *text = fixed;
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(fixed, sizeof(fixed), fmt, again);
	va_end(again);
	if (len >= (int)sizeof(fixed) && vasprintf(&text, fmt, ap) < 0) {
		text = fixed;
		len = (int)sizeof(fixed) - 1;
	}
	write_safe(to, text, len > 0 ? (size_t)len : 0, BW_STYLE_TEXT, "\n");
	if (text != fixed)
		free(text);
}

void put(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(stdout, fmt, ap);
	va_end(ap);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(stderr, fmt, ap);
	va_end(ap);
}

void out_hex(const void *data, size_t size)
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *byte = data;
	char hex[512];
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		hex[n++] = digit[byte[i] >> 4];
		hex[n++] = digit[byte[i] & 15];
		if (n == sizeof(hex) || i + 1 == size) {
			fwrite(hex, 1, n, stdout);
			n = 0;
		}
	}
}
