/*
 * The terminal; see live.h. TIOCGWINSZ answers both questions, whether stdout
 * is one and how large it is. It is asked for --interval only, so that without
 * it bpfwalk makes no ioctl but those that attach programs.
 *
 * In: a terminal  Out: its size, an empty screen
 * Try:  bpfwalk run --interval 1 build/progs/syscount.bpf.o
 * Next: loader/cli/stop.h
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "loader/cli/live.h"
#include "loader/cli/screen.h"

bool live_size(struct table_limits *limits)
{
	struct winsize size = { 0, 0, 0, 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return false;
	limits->lines = size.ws_row ? size.ws_row : 24;
	limits->columns = size.ws_col ? size.ws_col : SCREEN_WIDTH;
	return true;
}

void live_clear(void)
{
	fputs("\033[H\033[J", stdout);
}
