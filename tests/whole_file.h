/*
 * A file in memory, exactly as long as it is: what reads behind its end is caught by the sanitizers.
 */
#ifndef TESTS_WHOLE_FILE_H
#define TESTS_WHOLE_FILE_H

#include <stdio.h>
#include <stdlib.h>

#include "tests/check.h"

/* The caller frees it. A file that is not there, or empty, is a failure. */
static inline void *whole_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	void *bytes;
	long end;

	if (!f || fseek(f, 0, SEEK_END) || (end = ftell(f)) <= 0)
		FAIL("%s: there is nothing; make builds it", path);
	rewind(f);
	bytes = malloc((size_t)end);
	CHECK(bytes);
	*size = fread(bytes, 1, (size_t)end, f);
	CHECK_INT(*size, end);
	fclose(f);
	return bytes;
}

#endif
