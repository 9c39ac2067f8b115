/*
 * A reader as tests/bench/read.c uses it: this library's, or libbpf's, of a ring buffer or of perf rings.
 *
 * Next: tests/bench/read.c
 */
#ifndef TESTS_BENCH_READ_H
#define TESTS_BENCH_READ_H

#include <stddef.h>
#include <stdint.h>

struct sink {
	void (*record)(const void *data, size_t size);
};

struct how {
	const char *name;
	void *(*open)(int map_fd, const struct sink *sink);	/* NULL: this library, which opens by object */
	int (*poll)(void *reader, int timeout_ms);
	void (*close)(void *reader);
};

extern const struct how libbpf_ring, libbpf_perf;

#endif
