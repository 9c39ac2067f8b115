/*
 * ^C and SIGTERM: the first asks the command to clean up and end, the second
 * ends it at once (the kernel then closes what was open, and so detaches).
 *
 * Next: loader/cli/stop.c
 */
#ifndef CLI_STOP_H
#define CLI_STOP_H

#include <stdbool.h>
#include <stdint.h>

void stop_catch(void);
bool stop_asked(void);
void stop_sleep(int ms);	/* or until a signal comes */
int64_t now_ms(void);		/* of a clock that only goes forward */

#endif
