/* libbpf's readers behind tests/bench/read.h, with rings as large as this library's. */
#include <bpf/libbpf.h>

#include "tests/bench/read.h"

enum { PERF_PAGES = 128 };		/* 512 KiB for each CPU */

static int on_ring(void *ctx, void *data, size_t size)
{
	((const struct sink *)ctx)->record(data, size);
	return 0;
}

static void on_perf(void *ctx, int cpu, void *data, uint32_t size)
{
	(void)cpu;
	((const struct sink *)ctx)->record(data, size);
}

static void *ring_open(int map_fd, const struct sink *sink)
{
	return ring_buffer__new(map_fd, on_ring, (void *)sink, NULL);
}

static void *perf_open(int map_fd, const struct sink *sink)
{
	return perf_buffer__new(map_fd, PERF_PAGES, on_perf, NULL, (void *)sink, NULL);
}

static int ring_poll(void *reader, int timeout_ms)
{
	return ring_buffer__poll(reader, timeout_ms);
}

static int perf_poll(void *reader, int timeout_ms)
{
	return perf_buffer__poll(reader, timeout_ms);
}

static void ring_close(void *reader)
{
	ring_buffer__free(reader);
}

static void perf_close(void *reader)
{
	perf_buffer__free(reader);
}

const struct how libbpf_ring = { "libbpf", ring_open, ring_poll, ring_close };
const struct how libbpf_perf = { "libbpf", perf_open, perf_poll, perf_close };
