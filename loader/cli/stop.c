/*
 * Signals; see stop.h.
 *
 * A signal may come after the loop has looked at stop_asked() and before it
 * waits for records: the flag is set, but nobody looks. Therefore the handler
 * also sets an alarm, one second ahead, which ends the wait. So the loop can
 * wait without a limit, and an idle bpfwalk does nothing at all.
 *
 * A wait ends with EINTR whatever the handler's flags are. All other calls go on
 * where they were (SA_RESTART): a write to a pipe whose reader is slow would
 * otherwise fail at ^C, and what it was to print would be lost.
 *
 * In: signals  Out: a flag
 * Kernel: signal(7), "Interruption of system calls and library functions"
 * Next: loader/cli/attaching.h
 */
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "loader/cli/stop.h"

static volatile sig_atomic_t asked;

static void on_stop(int sig)
{
	(void)sig;
	asked = 1;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	alarm(1);
}

static void on_alarm(int sig)
{
	(void)sig;
}

void stop_catch(void)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_flags = SA_RESTART;
	act.sa_handler = on_alarm;
	sigaction(SIGALRM, &act, NULL);
	act.sa_handler = on_stop;
	sigaddset(&act.sa_mask, SIGINT);
	sigaddset(&act.sa_mask, SIGTERM);
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

bool stop_asked(void)
{
	if (asked)
		alarm(0);	/* nothing waits any more */
	return asked;
}

void stop_sleep(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
