/*
 * The bpf(2) calls of a load in one block of bytes; positions count from its beginning.
 *
 *	record    calls[0]: cmd, size, attr, the descriptor it returned, holes
 *	          calls[1]: ...
 *	          pointers: at this position belongs the address of that one
 *	bytes     what the attrs point at: instructions, types, names
 *
 * A hole is where an attr or an instruction holds a descriptor, with the number of the call that returned it.
 *
 * Next: tests/bench/record.c
 */
#ifndef TESTS_BENCH_RECORD_H
#define TESTS_BENCH_RECORD_H

#include <stdint.h>

enum { RECORD_MAX = 1 << 22, RECORD_CALLS = 256, RECORD_HOLES = 32, RECORD_POINTERS = 1024, RECORD_ATTR = 192 };

struct record {
	uint32_t ncalls, npointers;
	struct record_call {
		_Alignas(8) unsigned char attr[RECORD_ATTR];
		int32_t cmd, size;
		int32_t fd;		/* -1: it returns none */
		uint32_t nholes;
		struct { uint32_t at, call; } holes[RECORD_HOLES];
	} calls[RECORD_CALLS];
	struct { uint32_t at, to; } pointers[RECORD_POINTERS];
};

#endif
