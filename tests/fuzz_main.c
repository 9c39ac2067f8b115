/*
 * A fuzzer for compilers that bring none: seeds, small changes, no feedback.
 *
 *	fuzz_X [-max_total_time=SECONDS] [-seed=N] [-artifact_prefix=PATH] [-runs=N] FILE_OR_DIRECTORY...
 *
 * takes the options of libFuzzer that tests/sh_fuzz.sh uses, so that either can run a target. What breaks a target is
 * written to PATHcrash; given as the only FILE with -runs=1, it is run as it is.
 *
 * Without feedback from the code it finds what is a few changed bytes away from a real file: less than libFuzzer, but
 * every length, count and offset of those files is that near.
 *
 * Next: tests/fuzz_seeds.c
 */
#include <dirent.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/fuzz.h"

enum { MOST_SEEDS = 4096, MOST_BYTES = 1 << 20 };

/* The sanitizer's: called before it ends the program. Absent without one. */
extern void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

static struct { unsigned char *bytes; size_t size; } seeds[MOST_SEEDS];
static unsigned nseeds;
static const char *prefix = "";
static unsigned char *input;		/* what the target is reading */
static size_t input_size;

static void save_input(void)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%scrash", prefix);
	f = fopen(path, "wb");
	if (f) {
		fwrite(input, 1, input_size, f);
		fclose(f);
		fprintf(stderr, "the input was written to %s\n", path);
	}
}

/* xorshift64: the same numbers on every machine for the same seed. */
static uint64_t state = 1;

static uint64_t pick(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? state % below : 0;
}

static void load_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	unsigned char *p = malloc(MOST_BYTES);

	if (!f || !p) {
		perror(path);
		exit(2);
	}
	if (nseeds < MOST_SEEDS) {
		seeds[nseeds].size = fread(p, 1, MOST_BYTES, f);
		seeds[nseeds++].bytes = p;
	}
	fclose(f);
}

static void load(const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	char name[4096];
	struct stat st;

	if (!dir) {
		load_file(path);
		return;
	}
	while ((entry = readdir(dir))) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (stat(name, &st) == 0 && S_ISREG(st.st_mode))
			load_file(name);
	}
	closedir(dir);
}

/* Numbers that are near an edge of some type, or of the file. */
static uint64_t odd_number(void)
{
	static const uint64_t edges[] = {
		0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0xff00, 0xfff1, 0x7fffffff, 0x80000000, 0xffffffff,
		0x100000000, INT64_MAX, 1ull << 63, UINT64_MAX,
	};

	switch (pick(3)) {
	case 0:
		return edges[pick(sizeof(edges) / sizeof(*edges))] + pick(3) - 1;
	case 1:
		return input_size + pick(17) - 8;
	default:
		return pick(64);
	}
}

/* One change: a bit, a number, bytes from elsewhere, or a piece cut out. */
static void change(void)
{
	static const size_t widths[] = { 1, 2, 4, 8 };
	size_t at = pick(input_size), n = widths[pick(4)], from = pick(input_size);
	uint64_t number = odd_number();

	switch (input_size ? pick(8) : 7) {
	case 0: case 1:
		input[at] ^= (unsigned char)(1 << pick(8));
		break;
	case 2: case 3: case 4:
		memcpy(input + at, &number, n < input_size - at ? n : input_size - at);
		break;
	case 5:
		n = pick(64);
		n = n < input_size - at ? n : input_size - at;
		memmove(input + at, input + from, n < input_size - from ? n : input_size - from);
		break;
	case 6:
		n = pick(input_size - at) % 64;
		memmove(input + at, input + at + n, input_size - at - n);
		input_size -= n;
		break;
	default:
		break;
	}
}

/* A changed copy of a seed, in a block that is exactly as long. */
static void next_input(bool as_it_is)
{
	unsigned seed = (unsigned)pick(nseeds);
	unsigned changes = as_it_is ? 0 : 1 + (unsigned)pick(6);
	unsigned char *exact;

	input = malloc(seeds[seed].size + 1);
	if (!input)
		exit(2);
	memcpy(input, seeds[seed].bytes, seeds[seed].size);
	input_size = seeds[seed].size;
	while (changes--)
		change();
	if (!as_it_is && pick(8) == 0)
		input_size = pick(input_size + 1);
	exact = realloc(input, input_size ? input_size : 1);
	input = exact ? exact : input;
}

int main(int argc, char **argv)
{
	unsigned long seconds = 0, most = 0, runs = 0;
	time_t end;

	for (int i = 1; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (argv[i][0] != '-')
			load(argv[i]);
		else if (value && strncmp(argv[i], "-max_total_time", 15) == 0)
			seconds = strtoul(value + 1, NULL, 10);
		else if (value && strncmp(argv[i], "-seed", 5) == 0)
			state = strtoul(value + 1, NULL, 10) | 1;
		else if (value && strncmp(argv[i], "-runs", 5) == 0)
			most = strtoul(value + 1, NULL, 10);
		else if (value && strncmp(argv[i], "-artifact_prefix", 16) == 0)
			prefix = value + 1;
	}
	if (!nseeds || (!seconds && !most)) {
		fprintf(stderr, "usage: %s -max_total_time=SECONDS FILE_OR_DIRECTORY...\n", argv[0]);
		return 2;
	}
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(save_input);
	for (end = time(NULL) + (time_t)seconds; (most && runs < most) || (!most && time(NULL) < end); runs++) {
		next_input(nseeds == 1 && most == 1);
		LLVMFuzzerTestOneInput(input, input_size);
		free(input);
	}
	fprintf(stderr, "Done %lu runs\n", runs);
	return 0;
}
