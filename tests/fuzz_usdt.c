/*
 * Fuzz target: the markers of user programs, and the places of their arguments.
 *
 * Input: 16 bytes, the provider, 16 bytes, the name, each padded with NULs; the rest is the file, and is also taken for
 * the text of a note's arguments.
 *
 * Next: tests/fuzz_inflate.c
 */
#include "elf/usdt.h"
#include "tests/fuzz.h"

static void arguments(uint16_t machine, const char *text)
{
	unsigned char value[USDT_SPEC], old[USDT_SPEC_OLD];
	struct diag d = { 0 };
	struct usdt_args args;

	if (fuzz_said(usdt_args_parse(machine, text, &args, &d), &d) < 0)
		return;
	PROMISE(args.count <= USDT_ARGS);
	for (uint32_t i = 0; i < args.count; i++) {
		const struct usdt_arg *a = &args.arg[i];

		PROMISE(a->type <= USDT_INDEXED && a->scale_shift <= 3);
		PROMISE(a->size == 1 || a->size == 2 || a->size == 4 || a->size == 8);
		PROMISE(a->reg <= 8 * 32 && a->index <= 8 * 32);
	}
	PROMISE(usdt_spec_write(&args, value, sizeof(value), &d) == 0);
	PROMISE(value[296] == args.count);
	fuzz_said(usdt_spec_write(&args, old, sizeof(old), &d), &d);
}

static void file_of(struct view file, const char *provider, const char *name)
{
	struct arena a = { .limit = 64 << 20 };
	struct diag d = { 0 };
	struct usdt_place *p;
	struct symfile s;
	uint32_t count;

	if (fuzz_said(symfile_open(file, &a, &s, &d), &d) == 0 &&
	    fuzz_said(usdt_find(&s, provider, name, &a, &p, &count, &d), &d) == 0) {
		PROMISE(count > 0);
		for (uint32_t i = 0; i < count; i++) {
			PROMISE(p[i].file_offset < file.size && p[i].semaphore < file.size);
			PROMISE(!i || p[i - 1].file_offset < p[i].file_offset);
			arguments(s.elf.machine, p[i].args);
		}
	}
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view input = { data, size }, file;
	char provider[17] = "", name[17] = "";
	struct arena a = { 0 };

	if (!view_get(input, 0, provider, 16) || !view_get(input, 16, name, 16))
		return 0;
	view_sub(input, 32, size - 32, &file);
	file_of(file, provider, name);
	if (file.size < 512) {
		const char *text = arena_copy(&a, file.base, file.size);

		arguments(EM_X86_64, text);
		arguments(EM_AARCH64, text);
		arguments(EM_RISCV, text);
	}
	arena_free(&a);
	return 0;
}
