/*
 * Everything the command says.
 *
 * Results and records go to stdout, everything else to stderr, and nothing
 * that came from a file or from the kernel reaches a terminal unchecked: put()
 * and say() take a whole line, and what in it is not plain text is escaped. So
 * no caller can forget it. What is made elsewhere and known to be safe (values
 * formatted by the library, JSON) goes through fputs().
 *
 * Next: loader/cli/out.c
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "loader/bpfwalk.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };

/* Before anything is printed. */
void out_start(void);
/* Writes what is still in the buffer. Returns status, or EXIT_FAILED when the results did not reach their reader. */
int out_finish(int status);
/* Hands on what was printed so far. */
void out_flush(void);
/* Nobody reads stdout any more, or the disk is full: time to stop. */
bool out_broken(void);

/* A line of results on stdout; a line on stderr. fmt has no newline. */
__attribute__((format(printf, 1, 2)))
void put(const char *fmt, ...);
__attribute__((format(printf, 1, 2)))
void say(const char *fmt, ...);

/* len bytes of anybody's text, escaped for a terminal or for a JSON string. */
void out_safe(FILE *to, const char *s, size_t len, enum bw_style style);

/* Bytes as hex digits on stdout. */
void out_hex(const void *data, size_t size);

#endif
