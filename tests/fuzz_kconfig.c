/*
 * Fuzz target: a kernel's configuration, read into externs of every type. Input: the file.
 *
 * Next: tests/fuzz_main.c
 */
#include "elf/kconfig.h"
#include "tests/fuzz.h"

static const struct external kinds[] = {
	{ .name = "CONFIG_A", .config_type = CONFIG_BOOL, .size = 1 },
	{ .name = "CONFIG_B", .config_type = CONFIG_TRISTATE, .size = 4 },
	{ .name = "CONFIG_C", .config_type = CONFIG_CHAR, .size = 1, .is_signed = true },
	{ .name = "CONFIG_D", .config_type = CONFIG_INTEGER, .size = 2 },
	{ .name = "CONFIG_E", .config_type = CONFIG_INTEGER, .size = 4, .is_signed = true },
	{ .name = "CONFIG_F", .config_type = CONFIG_INTEGER, .size = 8 },
	{ .name = "CONFIG_G", .config_type = CONFIG_STRING, .size = 1 },
	{ .name = "CONFIG_H", .config_type = CONFIG_STRING, .size = 9 },
};

enum { N = sizeof(kinds) / sizeof(kinds[0]), ROOM = 32, MARK = 0xa5 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char bytes[N * ROOM];
	struct external externs[N];
	uint32_t names[N];
	struct map map = { .data = bytes, .value_size = sizeof(bytes) };
	struct object o = { .externals = externs, .nexternals = N, .externals_by_name = names, .maps = &map, .nmaps = 1 };
	struct diag d = { 0 };
	char text[64];

	memset(bytes, MARK, sizeof(bytes));
	memcpy(externs, kinds, sizeof(externs));
	for (uint32_t i = 0; i < N; i++) {
		names[i] = i;
		externs[i].offset = i * ROOM;
	}
	fuzz_said(kconfig_read(&o, (struct view){ data, size }, "config", &d), &d);
	for (uint32_t i = 0; i < N; i++) {
		for (uint32_t at = externs[i].is_known ? externs[i].size : 0; at < ROOM; at++)
			PROMISE(bytes[i * ROOM + at] == MARK);
		if (!externs[i].is_known)
			continue;
		fuzz_touch_string(kconfig_text(&o, &externs[i], text, sizeof(text)));
		PROMISE(externs[i].config_type != CONFIG_STRING || !bytes[i * ROOM + externs[i].size - 1]);
	}
	return 0;
}
