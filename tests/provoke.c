/*
 * Provoke an event an exact number of times, under a command name nobody else has.
 *
 * A program that counts events is right when it counts what happened: so something must happen a known number of times.
 * A process cannot be counted from its start to its end, for its C library makes system calls of its own. But the kernel
 * has the command's name at hand when an event fires, and prctl(PR_SET_NAME) changes that name at a known moment:
 *
 *	execve			comm is "provoke" from here on
 *	...			whatever the C library does at start
 *	prctl(PR_SET_NAME)	enters as "provoke", returns as NAME
 *	N - 1 times getppid	as NAME
 *	prctl(PR_SET_NAME)	enters as NAME: the N-th system call; returns as "provoke"
 *	exit_group		as "provoke"
 *
 * So `provoke calls NAME N` is N system calls by NAME for everybody who looks at their entry (raw_tracepoint sys_enter),
 * and N as well at their exit: the first prctl comes in, the last one goes out.
 *
 *	provoke calls NAME N		N system calls
 *	provoke execs NAME N		N execve by NAME, each in a child that is itself called "provoke" afterwards
 *	provoke opens NAME N PATH	N openat of PATH, each but a failing one followed by close; then the last prctl
 *	provoke hits NAME N		N calls of provoke_hit(0, 1000), provoke_hit(1, 1000) ..., which returns the sum
 *	provoke throws NAME N		N times the marker that C++ passes when an exception is thrown, its type called "provoked"
 *	provoke burn NAME MS		MS milliseconds of CPU time
 *	provoke tries NAME N PATH	N times open of PATH; prints how many succeeded, and in how many milliseconds
 *	provoke sends NAME N		N datagrams to port 9 of 127.0.0.1; prints how many could be sent
 *	provoke receives NAME N		N datagrams to a socket of its own; prints how many could be sent, and how many came
 *	provoke connects NAME PORT	a TCP connection to that port of 127.0.0.1; prints what came of it
 *
 * Linked statically, so that it runs in every tests/vm machine, and so that provoke_hit is found in this very file.
 *
 * Kernel: kernel/sys.c prctl, include/trace/events/syscalls.h sys_enter, fs/exec.c begin_new_exec
 * Try:    strace -f build/tests/provoke calls somebody 3
 * Next:   tests/kernel_provoke.sh shows with the kernel's own tracer that the numbers are true
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/marker.h"

long provoke_hit(long a, long b);	/* global: probes find it by name */

static void be(const char *name)
{
	prctl(PR_SET_NAME, name);
}

static void calls(long n, const char *path)
{
	(void)path;
	for (long i = 0; i < n - 1; i++)
		syscall(SYS_getppid);
}

static void execs(long n, const char *path)
{
	char self[4096] = "";

	(void)path;
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		_exit(1);
	for (long i = 0; i < n; i++) {
		pid_t child = fork();

		if (child == 0) {
			execl(self, "provoke", "nothing", (char *)NULL);
			_exit(1);
		}
		waitpid(child, NULL, 0);
	}
}

static void opens(long n, const char *path)
{
	for (long i = 0; i < n; i++) {
		int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);

		if (fd >= 0)
			close(fd);
	}
}

__attribute__((noinline)) long provoke_hit(long a, long b)
{
	__asm__ volatile("" : "+r"(a), "+r"(b));	/* has an effect nobody can see: stays a call */
	return a + b;
}

static void hits(long n, const char *path)
{
	(void)path;
	for (long i = 0; i < n; i++)
		provoke_hit(i, 1000);
}

/* What is behind the C++ library's marker: the object, and its type, of which the second member is the name. */
#ifdef FIRST_ARGS
__asm__(".text\nthrow:\n" MARKER("libstdcxx", "throw", "0", FIRST_ARGS) "ret\n" MARKER_BASE);
void throw(const void *object, const void *type);
#else
static void throw(const void *object, const void *type)
{
	(void)object, (void)type;
}
#endif

static void throws(long n, const char *path)
{
	static const struct { const void *functions; const char *name; } type = { NULL, "provoked" };

	(void)path;
	for (long i = 0; i < n; i++)
		throw(&i, &type);
}

static void burn(long ms, const char *path)
{
	struct timespec t;

	(void)path;
	do {
		for (volatile int i = 0; i < 100000; i++)
			;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	} while (t.tv_sec * 1000L + t.tv_nsec / 1000000L < ms);
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static void tries(long n, const char *path)
{
	long start = now_ms(), opened = 0;

	for (long i = 0; i < n; i++) {
		int fd = open(path, O_RDONLY);

		opened += fd >= 0;
		if (fd >= 0)
			close(fd);
	}
	printf("%ld %ld\n", opened, now_ms() - start);
}

static struct sockaddr_in localhost(long port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return to;
}

static void sends(long n, const char *path)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = localhost(9);
	long sent = 0;

	(void)path;
	for (long i = 0; i < n; i++)
		sent += sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)) == 1;
	close(fd);
	printf("%ld\n", sent);
}

/* What a program drops on the way in is told to nobody: half a second of silence says that no more will come. */
static void receives(long n, const char *path)
{
	int in = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), out = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct timeval patience = { .tv_usec = 500000 };
	struct sockaddr_in to = localhost(0);
	socklen_t size = sizeof(to);
	long sent = 0, came = 0;
	char byte;

	(void)path;
	if (bind(in, (struct sockaddr *)&to, size) < 0 || getsockname(in, (struct sockaddr *)&to, &size) < 0)
		_exit(1);
	setsockopt(in, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	for (long i = 0; i < n; i++)
		sent += sendto(out, "x", 1, 0, (struct sockaddr *)&to, size) == 1;
	while (came < n && recv(in, &byte, 1, 0) == 1)
		came++;
	close(in);
	close(out);
	printf("%ld %ld\n", sent, came);
}

static void connects(long port, const char *path)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in to = localhost(port);
	int r = connect(fd, (struct sockaddr *)&to, sizeof(to));

	(void)path;
	puts(r == 0 ? "connected" : errno == EPERM ? "EPERM" : errno == ECONNREFUSED ? "ECONNREFUSED" : strerror(errno));
	close(fd);
}

static const struct {
	const char *word;
	void (*run)(long n, const char *path);
	int args;
} modes[] = {
	{ "calls", calls, 2 }, { "execs", execs, 2 }, { "opens", opens, 3 }, { "hits", hits, 2 }, { "throws", throws, 2 }, { "burn", burn, 2 },
	{ "tries", tries, 3 }, { "sends", sends, 2 }, { "receives", receives, 2 },
	{ "connects", connects, 2 },
};

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "nothing") == 0)
		return 0;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (argc != 2 + modes[i].args || strcmp(argv[1], modes[i].word) != 0)
			continue;
		if (atol(argv[3]) < 1)
			break;
		be(argv[2]);
		modes[i].run(atol(argv[3]), argv[4]);
		be("provoke");
		return 0;
	}
	fputs("usage: provoke calls|execs|hits|sends|receives NAME N | opens|tries NAME N PATH | burn NAME MS | connects NAME PORT"
	      "    (numbers from 1)\n", stderr);
	return 2;
}
