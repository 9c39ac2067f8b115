/*
 * What a program on every system call costs each of them.
 *
 *	hook OBJECT... : NAME COMMAND [ARG]... : NAME COMMAND [ARG]... ...
 *
 * getppid(2) is called again and again, with nothing attached, with each object attached by this library, and with each
 * command running (which has to attach something by itself, and says "ready" or "attached" on the way). They take turns.
 * Given is what a call takes more than with nothing attached, and this as a multiple of what the first object costs,
 * because what a program costs at least depends on the machine and on what protects it against its own speculation.
 *
 * Next: tests/bench/read.c
 */
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "loader/bpfwalk.h"
#include "tests/bench/bench.h"

enum { ROUNDS = 5, BURSTS = 60, CALLS = 5000, STATES = 16, ARGS = 16 };

static struct state {
	const char *name;
	const char *path;		/* an object, or */
	char *argv[ARGS];		/* a command, or neither */
	struct samples ns;
} states[STATES] = { { .name = "nothing" } };
static unsigned nstates = 1;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void burst(struct samples *s)
{
	int64_t start = now_ns();

	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
	sample_add(s, (double)(now_ns() - start) / CALLS);
}

static void bursts(struct state *s)
{
	stay_on(0);
	for (int i = 0; i < BURSTS; i++)
		burst(&s->ns);
}

static void with_object(struct state *s)
{
	struct bw_error err = { 0 };
	struct bw_object *obj;
	struct bw_link *link;

	if (bw_open(s->path, NULL, &obj, &err) || bw_load(obj, &err))
		give_up(err.where, err.msg);
	for (unsigned i = 0; i < obj->nprograms; i++)
		if (obj->programs[i].is_entry && bw_attach(obj, &obj->programs[i], NULL, &link, &err))
			give_up(err.where, err.msg);
	bursts(s);
	bw_close(obj);
}

/* Reads until the command says that it is ready; what it says behind that is left in the pipe. */
static void wait_ready(const struct state *s, int fd)
{
	char text[4096];
	size_t have = 0;
	ssize_t n;

	for (;;) {
		n = read(fd, text + have, sizeof(text) - 1 - have);
		if (n <= 0)
			give_up(s->name, "the command ended before it was ready");
		have += (size_t)n;
		text[have] = 0;
		if (strstr(text, "ready") || strstr(text, "ttached"))
			break;
		if (have == sizeof(text) - 1)
			have = 0;
	}
	/* bpftrace says so before it attaches the last. */
	sleep(1);
}

static void with_command(struct state *s)
{
	int out[2], status;
	pid_t pid;

	if (pipe(out) < 0)
		give_up(s->name, "pipe");
	pid = fork();
	if (pid == 0) {
		stay_on(1);
		dup2(out[1], STDOUT_FILENO);
		dup2(out[1], STDERR_FILENO);
		close(out[0]);
		execvp(s->argv[0], s->argv);
		_exit(127);
	}
	close(out[1]);
	wait_ready(s, out[0]);
	bursts(s);
	kill(pid, SIGINT);
	while (read(out[0], (char[4096]){ 0 }, 4096) > 0)
		;
	close(out[0]);
	waitpid(pid, &status, 0);
}

static void parse(int argc, char **argv)
{
	int i = 1;

	for (; i < argc && strcmp(argv[i], ":") != 0 && nstates < STATES; i++) {
		const char *slash = strrchr(argv[i], '/');

		states[nstates].name = slash ? slash + 1 : argv[i];
		states[nstates++].path = argv[i];
	}
	while (i + 2 < argc && nstates < STATES) {
		struct state *s = &states[nstates++];
		int n = 0;

		s->name = argv[i + 1];
		for (i += 2; i < argc && strcmp(argv[i], ":") != 0 && n < ARGS - 1; i++)
			s->argv[n++] = argv[i];
	}
}

int main(int argc, char **argv)
{
	double none, first;

	parse(argc, argv);
	if (nstates < 2)
		give_up("usage", "hook OBJECT... : NAME COMMAND [ARG]... : ...");
	for (int round = 0; round < ROUNDS; round++)
		for (struct state *s = states; s < states + nstates; s++) {
			if (s->path)
				with_object(s);
			else if (s->argv[0])
				with_command(s);
			else
				bursts(s);
		}
	none = least(&states[0].ns);
	first = least(&states[1].ns) - none;
	printf("  %-36s %8s %8s %8s %8s\n", "nanoseconds for each system call", "least", "added", "ratio", "middle");
	for (struct state *s = states; s < states + nstates; s++) {
		double added = least(&s->ns) - none;

		printf("  %-36s %8.1f %8.1f", s->name, least(&s->ns), added);
		if (s == states)
			printf(" %8s", "");
		else
			printf("   x%-5.2f", added / first);
		printf(" %8.1f\n", middle(&s->ns));
	}
	return 0;
}
