/*
 * Runs several programs that do the same job, and compares what they cost.
 *
 *	compare ROUNDS : NAME PROGRAM [ARG]... : NAME PROGRAM [ARG]... ...
 *
 * They take turns, every round beginning with another one. What a program prints is taken as nanoseconds of the part it
 * measured itself; "process" is all of its CPU time, from exec to exit. All are also given as multiples of the first.
 *
 * Peak memory is what the kernel calls VmHWM, read while the program is held in its exit: wait4(2) would give the larger
 * of this and of what its parent had before exec.
 *
 * Next: tests/bench/hook.c
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bench.h"

enum { PROGRAMS = 16, ARGS = 16 };

static struct program {
	const char *name;
	char *argv[ARGS];
	struct samples part, process;
	long peak;			/* kB */
} programs[PROGRAMS];
static int nprograms;

static void parse(int argc, char **argv)
{
	for (int i = 2; i < argc; nprograms++) {
		struct program *p = &programs[nprograms];
		int n = 0;

		if (nprograms == PROGRAMS || strcmp(argv[i], ":") != 0 || i + 2 >= argc)
			give_up("usage", "compare ROUNDS : NAME PROGRAM [ARG]... : ...");
		p->name = argv[i + 1];
		for (i += 2; i < argc && strcmp(argv[i], ":") != 0 && n < ARGS - 1; i++)
			p->argv[n++] = argv[i];
	}
}

/* In the child: never returns. */
static void become(const struct program *p, int out)
{
	dup2(out, STDOUT_FILENO);
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	execv(p->argv[0], p->argv);
	_exit(127);
}

static void run(struct program *p)
{
	struct rusage usage;
	char text[64] = "";
	int out[2], status;
	pid_t pid;
	ssize_t n;

	if (pipe(out) < 0)
		give_up(p->name, "pipe");
	pid = vfork();
	if (pid == 0)
		become(p, out[1]);
	close(out[1]);
	n = read(out[0], text, sizeof(text) - 1);
	while (n > 0 && read(out[0], (char[64]){ 0 }, 64) > 0)
		;
	close(out[0]);
	if (wait4(pid, &status, 0, &usage) < 0 || status)
		give_up(p->name, "it failed; run it by hand to see why");
	if (text[0] >= '0' && text[0] <= '9')
		sample_add(&p->part, strtod(text, NULL) / 1000);
	sample_add(&p->process, (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
		   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec));
}

static long peak_of(pid_t pid)
{
	char path[32], line[128];
	long kb = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "VmHWM: %ld", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}

static void measure_peak(struct program *p)
{
	int status, null = open("/dev/null", O_WRONLY);
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		become(p, null);
	}
	close(null);
	/* The first stop is behind exec. */
	for (long options = PTRACE_O_TRACEEXIT; waitpid(pid, &status, 0) == pid && WIFSTOPPED(status); options = 0) {
		if (options)
			ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)options);
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8))
			p->peak = peak_of(pid);
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	}
}

/* kB of the file, 0 if it needs shared libraries: then its size says little. */
static double size_of(const char *path)
{
	enum { E_TYPE = 16, ET_EXEC = 2 };
	unsigned char header[E_TYPE + 2] = { 0 };
	struct stat st = { 0 };
	int fd = open(path, O_RDONLY);

	if (read(fd, header, sizeof(header)) != sizeof(header) || header[E_TYPE] != ET_EXEC || fstat(fd, &st) < 0)
		st.st_size = 0;
	close(fd);
	return (double)st.st_size / 1000;
}

static void cell(double x, double first)
{
	if (x > 0)
		printf(" %9.1f x%-5.2f", x, first > 0 ? x / first : 1);
	else
		printf(" %9s %-6s", "-", "");
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 0;

	parse(argc, argv);
	stay_on(0);
	for (int i = 0; i < rounds; i++)
		for (int j = 0; j < nprograms; j++)
			run(&programs[(i + j) % nprograms]);
	printf("  %-24s %9s %6s %9s %6s %9s %6s %9s %8s\n", "CPU time, microseconds", "load", "", "middle", "", "process", "",
	       "peak kB", "size kB");
	for (struct program *p = programs; p < programs + nprograms; p++) {
		double size = size_of(p->argv[0]);

		measure_peak(p);
		printf("  %-24s", p->name);
		cell(least(&p->part), least(&programs->part));
		cell(middle(&p->part), middle(&programs->part));
		cell(least(&p->process), least(&programs->process));
		printf(" %8ld", p->peak);
		if (size > 0)
			printf(" %8.1f\n", size);
		else
			printf(" %8s\n", "-");
	}
	return 0;
}
