/*
 * One load of one object, in a program of its own; there are three of these programs, and main() is the same.
 *
 *	load_X OBJECT		loads and closes the object, prints how many nanoseconds of CPU time that took
 *
 * A loader runs once in its process. What it pays for the first time (memory touched, what libbpf finds out about the
 * kernel and remembers) it pays every time, so it is measured with nothing before it. CPU time does not count what other
 * processes did meanwhile.
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

/* What may be done before the clock starts. 0 or -1. */
int prepare(const char *path);

/* Opens, loads, closes. 0 or -1. */
int load(const char *path);

static inline int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	int64_t start, end;
	int r;

	if (argc < 2 || prepare(argv[1]) < 0)
		return 2;
	start = cpu_ns();
	r = load(argv[1]);
	end = cpu_ns();
	printf("%ld\n", (long)(end - start));
	return r ? 1 : 0;
}

#endif
