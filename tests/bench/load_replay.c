/*
 * The least a load can take: tests/bench/load.h by repeating the bpf(2) calls of a load, and nothing else.
 *
 *	load_replay RECORD	the calls in a file, written by tests/bench/record
 *
 * All that is left to do is what nobody can do beforehand: put the descriptors of this time where those of last time were.
 *
 * Next: tests/bench/record.h
 */
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/bench/load.h"
#include "tests/bench/record.h"

static union {
	struct record record;
	unsigned char bytes[RECORD_MAX];
} file;

int prepare(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, file.bytes, sizeof(file));

	if (n < (ssize_t)sizeof(struct record))
		return -1;
	close(fd);
	for (uint32_t i = 0; i < file.record.npointers; i++) {
		uint64_t address = (uintptr_t)(file.bytes + file.record.pointers[i].to);

		memcpy(file.bytes + file.record.pointers[i].at, &address, sizeof(address));
	}
	return 0;
}

int load(const char *path)
{
	struct record *r = &file.record;
	int result = 0;

	(void)path;
	for (struct record_call *c = r->calls; c < r->calls + r->ncalls; c++) {
		long ret;

		for (uint32_t i = 0; i < c->nholes; i++)
			memcpy(file.bytes + c->holes[i].at, &r->calls[c->holes[i].call].fd, sizeof(int));
		ret = syscall(SYS_bpf, c->cmd, c->attr, c->size);
		if (ret < 0)
			result = -1;
		if (c->fd >= 0)
			c->fd = (int)ret;
	}
	for (struct record_call *c = r->calls; c < r->calls + r->ncalls; c++)
		if (c->fd >= 0)
			close(c->fd);
	return result;
}
