/*
 * A person at a terminal: type the commands of a script, print what the screen shows.
 *
 *	# bpfwalk run build/progs/hello.bpf.o        # bpfwalk run build/progs/hello.bpf.o
 *	^C                                      ->   attached hello to kprobe __x64_sys_execve
 *	                                             ^Ccleaning up
 *	script, on stdin                             transcript, on stdout
 *
 * The pages of docs/ show what a terminal shows: stdout and stderr mixed as they come, the ^C that the terminal echoes,
 * the shell's word about a job that ended. So the commands get a terminal, a pseudo one of 80 columns, and a shell with
 * job control. The shell reads its commands from a pipe, so that they are not on the screen twice. After each of them
 * it prints a mark that no program prints; only then comes the next.
 *
 *	script --> pipe --> sh -m --> slave | master --> transcript
 *	^C ---------------------------------> ^
 *
 * A line `# COMMAND` or `$ COMMAND` is typed; one that ends in a backslash goes on in the next line. A line `^C`
 * presses that key while the command before it runs, some seconds after it has begun to print: 3, or `^C SECONDS`.
 *
 * In: a script  Out: a transcript; exit status 1 when a command did not end in time
 * Try: printf '$ sleep 1; tty\n' | build/tests/terminal
 * Next: tests/docs/cut.awk
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MARK = 1,		/* the byte the shell prints when a command is over */
	PATIENCE = 100000,	/* ms for one command */
	SETTLE = 200,		/* ms without output: nothing more comes */
	SETTLE_JOBS = 1500,	/* the same while jobs run in the background */
	BEFORE_KEY = 3,		/* seconds between the first output and ^C */
};

struct terminal {
	int master, commands;
	pid_t shell;
	bool jobs;		/* a command was put into the background */
	bool fresh;		/* the screen's cursor is at the start of a line */
};

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000;
}

static void die(const char *what)
{
	fprintf(stderr, "terminal: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* It opens our end of the pipe by its name, so that no command inherits a descriptor more than a terminal's three. */
static void shell(pid_t parent, int commands)
{
	char path[64];

	for (int fd = 3; fd < 1024; fd++)
		close(fd);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)parent, commands);
	setenv("TERM", "dumb", 1);	/* no colours */
	execlp("sh", "sh", "-m", path, (char *)NULL);
	die("sh");
}

static void start(struct terminal *t)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	pid_t self = getpid();
	int ends[2];

	memset(t, 0, sizeof(*t));
	t->fresh = true;
	if (pipe2(ends, O_CLOEXEC) < 0)
		die("pipe");
	t->commands = ends[1];
	t->shell = forkpty(&t->master, NULL, NULL, &size);
	if (t->shell < 0)
		die("forkpty");
	if (t->shell == 0)
		shell(self, ends[0]);
}

/* Print what the screen shows. Returns whether the mark was in it. */
static bool show(struct terminal *t, const char *bytes, size_t n)
{
	bool mark = false;

	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == MARK) {
			mark = true;
		} else if (bytes[i] != '\r') {
			putchar(bytes[i]);
			t->fresh = bytes[i] == '\n';
		}
	}
	return mark;
}

/* Wait at most ms for output and print it: bytes, 0 none came, -1 the shell has gone. */
static int look(struct terminal *t, long ms, bool *mark)
{
	struct pollfd ready = { .fd = t->master, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	if (poll(&ready, 1, ms > 0 ? (int)ms : 0) <= 0)
		return 0;
	n = read(t->master, bytes, sizeof(bytes));
	if (n <= 0)
		return -1;
	if (show(t, bytes, (size_t)n))
		*mark = true;
	return (int)n;
}

static void settle(struct terminal *t)
{
	bool mark;

	while (look(t, t->jobs ? SETTLE_JOBS : SETTLE, &mark) > 0)
		;
}

static void press(struct terminal *t, char key)
{
	if (write(t->master, &key, 1) != 1)
		die("pressing a key");
}

/* Until the command is over. ^C is pressed `interrupt` ms after its first output; 0: not at all. False: no end. */
static bool wait_for(struct terminal *t, long interrupt)
{
	long end = now() + PATIENCE, key = end;
	bool mark = false;

	while (!mark && now() < end) {
		int n = look(t, (key < end ? key : end) - now(), &mark);

		if (n < 0)
			return false;
		if (interrupt && n > 0) {
			key = now() + interrupt;
			interrupt = 0;
		}
		if (!mark && now() >= key && key < end) {
			press(t, 3);
			key = end;
		}
	}
	settle(t);
	if (!t->fresh)
		show(t, "\n", 1);
	return mark;
}

static void type(struct terminal *t, const char *command)
{
	if (dprintf(t->commands, "%s\nprintf '\\001'\n", command) < 0)
		die("typing");
}

/* The next line of the script, without its newline; NULL at the end. */
static char *next_line(void)
{
	static char *line;
	static size_t size;
	ssize_t n = getline(&line, &size, stdin);

	if (n <= 0)
		return NULL;
	line[strcspn(line, "\n")] = 0;
	return line;
}

static bool goes_on(const char *command)
{
	size_t n = strlen(command);

	return n && command[n - 1] == '\\';
}

/* ms to wait before ^C is pressed; 0: the line is no key */
static long key_of(const char *line)
{
	if (!line || strncmp(line, "^C", 2) != 0)
		return 0;
	return 1000L * (atoi(line + 2) > 0 ? atoi(line + 2) : BEFORE_KEY);
}

/* One command of the script, perhaps of several lines, to *command. Returns the line after it. */
static char *take_command(char *line, char *command, size_t size)
{
	size_t n = (size_t)snprintf(command, size, "%s", line + 2);

	puts(line);
	while (goes_on(command) && (line = next_line())) {
		puts(line);
		if (n < size)
			n += (size_t)snprintf(command + n, size - n, "\n%s", line);
	}
	return next_line();
}

static bool run(struct terminal *t)
{
	char command[8192], *line = next_line();

	while (line) {
		long key;

		if (line[0] != '\0' && line[1] == ' ' && strchr("#$", line[0]))
			line = take_command(line, command, sizeof(command));
		else
			return false;
		key = key_of(line);
		t->jobs |= command[strlen(command) - 1] == '&';
		type(t, command);
		if (!wait_for(t, key))
			return false;
		if (key)
			line = next_line();
		fflush(stdout);
	}
	return true;
}

int main(void)
{
	struct terminal t;
	bool ended;

	start(&t);
	type(&t, "trap : INT");
	wait_for(&t, 0);
	ended = run(&t);
	if (!ended)
		puts("(still running: given up)");
	close(t.commands);
	kill(t.shell, SIGHUP);
	close(t.master);
	waitpid(t.shell, NULL, 0);
	return ended ? 0 : 1;
}
