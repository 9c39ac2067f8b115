/*
 * A table that is drawn again and again on a terminal, like top's.
 *
 * Next: loader/cli/live.c
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <stdbool.h>

#include "loader/cli/rows.h"

/* stdout is a terminal: its size in *limits. */
bool live_size(struct table_limits *limits);
/* Clears the screen; what is printed from now on begins at its top. */
void live_clear(void);

#endif
