/*
 * The command line: one table of options, from which the parser, --help and
 * every usage error are made.
 *
 * Next: loader/cli/args.c
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stdint.h>

struct args;

struct verb {
	const char *name;
	unsigned bit;			/* V_... */
	const char *operands;		/* as in --help: "OBJ [PROG]" */
	unsigned least, most;		/* how many of them */
	int (*run)(const struct args *a);
	const char *text;		/* one line */
	const char *more;		/* for its own --help */
};

enum {
	V_RUN = 1 << 0, V_LOAD = 1 << 1, V_INSPECT = 1 << 2, V_DISASM = 1 << 3, V_EXPLAIN = 1 << 4, V_HOOKS = 1 << 5,
	V_PATCH = 1 << 6, V_ASM = 1 << 7, V_ATTACH = 1 << 8, V_DETACH = 1 << 9, V_LIST = 1 << 10, V_DUMP_MAP = 1 << 11,
	V_TRACE = 1 << 12,
};

struct list {				/* the values of an option that may be repeated */
	const char **item;
	unsigned count;
};

struct args {
	const struct verb *verb;
	const char *object, *program;	/* the operands; NULL where there is none */
	struct list changes;		/* those behind them */
	struct list progs, sets, map_entries, value_sizes, maps, no_maps, puts, matches;
	const char *type, *count_by, *event, *out, *cgroup, *iface, *iter_map, *netfilter, *pin, *target, *btf, *netns, *kconfig;
	int64_t for_ms, interval_ms;	/* -1: not given */
	int pid;			/* 0: not given */
	uint64_t period;		/* 0: not given */
	bool json, quiet, verbose, dry_run, count, bytes, explain, hex, source, cgroup_create, help;
};

extern const struct verb verbs[];	/* ends with a name of NULL; main.c */

/* The words after the verb. 0, or EXIT_USAGE with one line said. */
int args_parse(struct args *a, int argc, char **argv);
void args_free(struct args *a);

/* --help of one verb, on stdout. */
void args_help(const struct verb *v);

/* "VAR=VALUE": the length of VAR, and VALUE in *value. 0: there is no '=', or nothing before it. */
unsigned args_split(const char *pair, const char **value);
/* A whole number, decimal or 0x..., at most max. */
bool args_number(const char *s, uint64_t max, uint64_t *out);

/* `bpfwalk VERB: ...` on stderr. Returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3)))
int args_refuse(const struct args *a, const char *fmt, ...);

#endif
