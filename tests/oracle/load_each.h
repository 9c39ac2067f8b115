/*
 * Loads each file named on the command line for real, in a process of its own, and prints what became of it:
 *
 *	syscount.bpf.o 0
 *	tool.bpf.o EINVAL
 *	other.bpf.o own		a number that is no errno, but one of libbpf's own
 *
 * load() is tests/oracle/load_theirs.c's or load_ours.c's: 0 or a negative errno.
 *
 * Next: tests/oracle/load_theirs.c
 */
#ifndef TESTS_ORACLE_LOAD_EACH_H
#define TESTS_ORACLE_LOAD_EACH_H

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loader/bpfwalk.h"

static int load(const char *path);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/'), *name = slash ? slash + 1 : argv[i];
		int status = 0;

		fflush(stdout);
		if (fork() == 0) {
			int r = load(argv[i]);

			printf("%s %s\n", name, r <= -4000 ? "own" : r ? bw_errno_name(r) : "0");
			fflush(stdout);
			_exit(0);
		}
		if (wait(&status) < 0 || !WIFEXITED(status))
			printf("%s signal%d\n", name, WTERMSIG(status));
	}
	return 0;
}

#endif
