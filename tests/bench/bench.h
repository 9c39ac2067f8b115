/*
 * What the measurements here share: the least and the middle of many samples.
 *
 * Other work on the machine only ever makes a sample larger. The least of many is therefore what the thing itself
 * costs; the middle says what it costs here and today. What is compared takes turns in one run.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((noreturn))
static inline void give_up(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

static inline void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((unsigned)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

struct samples {
	double *at;
	unsigned count, room;
};

static inline void sample_add(struct samples *s, double x)
{
	if (s->count == s->room) {
		s->room = s->room ? 2 * s->room : 64;
		s->at = realloc(s->at, s->room * sizeof(*s->at));
		if (!s->at)
			give_up("samples", "out of memory");
	}
	s->at[s->count++] = x;
}

static inline int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* The sample that a part (0 to 1) of all are less than; 0 if there are none. */
static inline double quantile(struct samples *s, double part)
{
	if (!s->count)
		return 0;
	qsort(s->at, s->count, sizeof(*s->at), by_size);
	return s->at[(unsigned)(part * (s->count - 1))];
}

static inline double least(struct samples *s)
{
	return quantile(s, 0);
}

static inline double middle(struct samples *s)
{
	return quantile(s, 0.5);
}

#endif
