/*
 * Fuzz target: functions of user programs.
 *
 * Input: 24 bytes, the name that is looked for, padded with NULs; 8 bytes, the offset; the rest is the file.
 *
 * Next: tests/fuzz_usdt.c
 */
#include "elf/symfile.h"
#include "tests/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view input = { data, size }, file;
	struct arena a = { .limit = 64 << 20 };
	struct diag d = { 0 };
	struct symfile_place p;
	struct symfile s;
	char name[25] = "";
	uint64_t offset;

	if (!view_get(input, 0, name, 24) || !view_get(input, 24, &offset, 8))
		return 0;
	view_sub(input, 32, size - 32, &file);
	if (fuzz_said(symfile_open(file, &a, &s, &d), &d) == 0 &&
	    fuzz_said(symfile_find(&s, name, offset, &p, &d), &d) == 0) {
		PROMISE(p.file_offset < file.size);
		fuzz_touch(file.base + p.file_offset, 1);
		fuzz_touch_string(p.name);
	}
	arena_free(&a);
	return 0;
}
