/*
 * Fuzz target: unpacking gzip. Input: the file.
 *
 * Next: tests/fuzz_kconfig.c
 */
#include "elf/inflate.h"
#include "tests/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { .limit = 64 << 20 };
	struct diag d = { 0 };
	struct view out;

	if (fuzz_said(gunzip((struct view){ data, size }, "x.gz", &a, &out, &d), &d) == 0) {
		PROMISE(size >= 18 && is_gzip((struct view){ data, size }));
		PROMISE(out.size <= GUNZIP_MAX && out.size / 1032 <= size);
		fuzz_touch(out.base, out.size);
	}
	arena_free(&a);
	return 0;
}
