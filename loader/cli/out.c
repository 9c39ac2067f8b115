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
	if (!out_broken() || reader_left)
		return status;
	say("bpfwalk: stdout: writing: %s", bw_errno_name(write_error ? write_error : EIO));
	return EXIT_FAILED;
}

void out_safe(FILE *to, const char *s, size_t len, enum bw_style style)
{
	static struct buf safe;

	buf_clear(&safe);
	buf_safe(&safe, s, len, style);
	fwrite(safe.at, 1, safe.len, to);
}

/* One write for the line: another process may be writing to the same terminal. */
__attribute__((format(printf, 2, 0)))
static void line(FILE *to, const char *fmt, va_list ap)
{
	struct buf safe = { 0 };
	char *text;
	int len = vasprintf(&text, fmt, ap);

	if (len < 0) {
		fputs("(out of memory)\n", to);
		return;
	}
	buf_safe(&safe, text, (size_t)len, BW_STYLE_TEXT);
	buf_puts(&safe, "\n");
	if (safe.at)
		fwrite(safe.at, 1, safe.len, to);
	buf_free(&safe);
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
