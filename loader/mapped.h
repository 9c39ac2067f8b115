/*
 * Where a process has a place of a file.
 *
 *	/proc/PID/maps: 7f5c6f5d8000-7f5c6f5d9000 r-xp 00001000 103:01 362990598    /usr/lib/libshop.so
 *	                start                          offset in the file           path
 *
 * Next: loader/mapped.c
 */
#ifndef LOADER_MAPPED_H
#define LOADER_MAPPED_H

#include "loader/walk.h"

/* The address at which pid has the byte at file_offset of path, as code. -ESRCH: it has not. */
int mapped_address(struct walk *w, int pid, const char *path, uint64_t file_offset, uint64_t *out, const char *where,
		   struct diag *d);

#endif
