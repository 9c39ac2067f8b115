/*
 * Reading the command line; see args.h.
 *
 *	bpfwalk run --for 5 --set limit=10 prog.bpf.o
 *	        |   |       |              operand
 *	        |   options[], a row each: name, value, kind, where it goes, text
 *	        verbs[] (main.c)
 *
 * Options and operands may come in any order, `--` ends the options, and a
 * value may follow its option as the next word or after '='. A value that is
 * refused is named with what was expected in its place.
 *
 * In: argv  Out: struct args, or one line on stderr
 * Try:  bpfwalk run --for soon build/progs/hello.bpf.o
 * Next: loader/cli/out.h
 */
#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/bpfwalk.h"
#include "loader/cli/args.h"
#include "loader/cli/out.h"

enum kind { FLAG, TEXT, LIST, PAIRS, SECONDS, PID, COUNT };

struct option {
	const char *name;
	const char *value;		/* what it takes, "" nothing */
	enum kind kind;
	unsigned verbs;
	size_t at;			/* in struct args */
	const char *text;
};

#define AT(member) offsetof(struct args, member)
#define WALKS (V_RUN | V_LOAD | V_ATTACH | V_EXPLAIN)
#define ALL (WALKS | V_INSPECT | V_DISASM | V_PATCH | V_ASM | V_HOOKS | V_DETACH | V_LIST | V_DUMP_MAP | V_TRACE)

static const struct option options[] = {
	{ "--for", "SECONDS", SECONDS, V_RUN | V_TRACE, AT(for_ms), "stop after SECONDS (5, 0.5) instead of at ^C" },
	{ "--interval", "SECONDS", SECONDS, V_RUN, AT(interval_ms), "show the maps so often; on a terminal, like top" },
	{ "--prog", "NAME", LIST, WALKS, AT(progs), "only this program; may be repeated" },
	{ "--set", "VAR=VALUE", PAIRS, WALKS, AT(sets), "set a global variable first; may be repeated" },
	{ "--map-entries", "MAP=N", PAIRS, WALKS, AT(map_entries), "make MAP with room for N entries; may be repeated" },
	{ "--map-value-size", "MAP=N", PAIRS, WALKS, AT(value_sizes), "make MAP with values of N bytes; may be repeated" },
	{ "--map", "MAP", LIST, WALKS, AT(maps), "make this map too; may be repeated" },
	{ "--no-map", "MAP", LIST, WALKS, AT(no_maps), "do not make this map; may be repeated" },
	{ "--put", "MAP:KEY=VALUE", LIST, WALKS, AT(puts), "put an entry into MAP first; may be repeated" },
	{ "--type", "STRUCT", TEXT, V_RUN, AT(type), "decode records as this type of the object" },
	{ "--count", "", FLAG, V_RUN, AT(count), "count equal records instead of printing them" },
	{ "--count-by", "FIELD", TEXT, V_RUN, AT(count_by), "count records by one field" },
	{ "--pid", "PID", PID, V_RUN | V_ATTACH, AT(pid), "user probes, perf events, iter/task: this process" },
	{ "--event", "NAME", TEXT, V_RUN | V_ATTACH, AT(event), "perf_event programs: cpu-clock, page-faults, ..." },
	{ "--period", "N", COUNT, V_RUN | V_ATTACH, AT(period), "perf_event programs: run at every Nth event" },
	{ "--cgroup", "PATH", TEXT, V_RUN | V_ATTACH | V_EXPLAIN, AT(cgroup), "attach there; without / in front: in cgroup2" },
	{ "--iface", "NAME", TEXT, V_RUN | V_ATTACH | V_EXPLAIN, AT(iface), "attach to this network interface" },
	{ "--iter-map", "MAP", TEXT, V_RUN | V_ATTACH | V_EXPLAIN, AT(iter_map), "iter/bpf_map_elem: of this map" },
	{ "--netfilter", "POINT", TEXT, V_RUN | V_ATTACH | V_EXPLAIN, AT(netfilter), "netfilter: ipv4:input, ipv6:output:PRIORITY ..." },
	{ "--cgroup-create", "", FLAG, V_RUN | V_ATTACH | V_EXPLAIN, AT(cgroup_create), "make it first; run and explain remove it" },
	{ "--pin", "DIR", TEXT, V_ATTACH, AT(pin), "make DIR and pin there; without / in front: in bpffs" },
	{ "--netns", "PATH", TEXT, V_RUN | V_ATTACH, AT(netns), "sk_lookup, flow_dissector: of this network namespace" },
	{ "--target", "PROGRAM", TEXT, WALKS, AT(target), "freplace: of this program, by id, pin or name" },
	{ "--btf", "FILE", TEXT, WALKS, AT(btf), "another kernel's types: BTF, or ELF with .BTF" },
	{ "--kconfig", "FILE", TEXT, WALKS, AT(kconfig), "a kernel's configuration, for externs; plain or gzip" },
	{ "--dry-run", "", FLAG, V_EXPLAIN, AT(dry_run), "walk on a pretend kernel: any user, any machine" },
	{ "--bytes", "", FLAG, V_DISASM, AT(bytes), "as it lies in the file, and where" },
	{ "--hex", "", FLAG, V_INSPECT, AT(hex), "the bytes, beside the fields they are" },
	{ "--explain", "", FLAG, V_DISASM, AT(explain), "the same, with the fields of each instruction" },
	{ "--asm", "", FLAG, V_DISASM, AT(source), "the whole object as a text for bpfwalk asm" },
	{ "-o", "OUT", TEXT, V_PATCH | V_ASM, AT(out), "the file to write" },
	{ "--match", "FIELD=VALUE", PAIRS, V_PATCH, AT(matches), "the one instruction with this; may be repeated" },
	{ "--json", "", FLAG, ALL, AT(json), "one JSON object a line; docs/json.md has their names" },
	{ "--quiet", "", FLAG, V_RUN | V_ATTACH | V_DETACH, AT(quiet), "only errors on stderr" },
	{ "-v", "", FLAG, WALKS, AT(verbose), "the verifier's whole log when it refuses a program" },
	{ "--help", "", FLAG, ALL, AT(help), "this text" },
};

#define NOPTIONS (sizeof(options) / sizeof(options[0]))

int args_refuse(const struct args *a, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say("bpfwalk %s: %s", a->verb->name, text);
	return EXIT_USAGE;
}

unsigned args_split(const char *pair, const char **value)
{
	const char *equals = strchr(pair, '=');

	*value = equals ? equals + 1 : "";
	return equals ? (unsigned)(equals - pair) : 0;
}

bool args_number(const char *s, uint64_t max, uint64_t *out)
{
	unsigned base = s[0] == '0' && (s[1] | ' ') == 'x' ? 16 : 10;
	uint64_t n = 0;

	s += base == 16 ? 2 : 0;
	if (!*s)
		return false;
	for (; *s; s++) {
		unsigned digit;

		if (!isxdigit((unsigned char)*s))
			return false;
		digit = isdigit((unsigned char)*s) ? (unsigned)*s - '0' : ((unsigned)*s | ' ') - 'a' + 10;
		if (digit >= base || n > (max - digit) / base)
			return false;
		n = n * base + digit;
	}
	*out = n;
	return n <= max;
}

/* "5", "0.5", ".25" to milliseconds; digits after the third are dropped. */
static bool seconds(const char *s, int64_t *ms)
{
	int64_t n = 0, part = 100;
	const char *start = s;

	for (; isdigit((unsigned char)*s); s++) {
		n = n * 10 + (*s - '0');
		if (n > 1000000000)
			return false;
	}
	n *= 1000;
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++, part /= 10)
			n += part * (*s - '0');
	*ms = n;
	return !*s && isdigit((unsigned char)s[-(s > start)]);
}

static int value_seconds(const struct args *a, const struct option *o, const char *value, int64_t *ms)
{
	if (!seconds(value, ms))
		return args_refuse(a, "%s: '%s' is not a number of seconds, like 5 or 0.5", o->name, value);
	if (*ms == 0 && o->at == AT(interval_ms))
		return args_refuse(a, "%s: '%s' is too short: 0.001 seconds at least", o->name, value);
	return 0;
}

static int value_pid(const struct args *a, const struct option *o, const char *value, int *pid)
{
	uint64_t n;

	if (!args_number(value, INT32_MAX, &n) || n == 0)
		return args_refuse(a, "%s: '%s' is not a process id, a number from 1", o->name, value);
	*pid = (int)n;
	return 0;
}

static int value_count(const struct args *a, const struct option *o, const char *value, uint64_t *n)
{
	if (!args_number(value, INT64_MAX, n) || *n == 0)
		return args_refuse(a, "%s: '%s' is not a number from 1", o->name, value);
	return 0;
}

static int value_pair(const struct args *a, const struct option *o, const char *value)
{
	const char *right;

	if (!args_split(value, &right))
		return args_refuse(a, "%s: '%s' is not %s", o->name, value, o->value);
	return 0;
}

static int store(struct args *a, const struct option *o, const char *value)
{
	void *at = (char *)a + o->at;
	struct list *list = at;
	int r = 0;

	switch (o->kind) {
	case FLAG:
		*(bool *)at = true;
		return 0;
	case TEXT:
		*(const char **)at = value;
		return 0;
	case SECONDS:
		return value_seconds(a, o, value, at);
	case PID:
		return value_pid(a, o, value, at);
	case COUNT:
		return value_count(a, o, value, at);
	case PAIRS:
		r = value_pair(a, o, value);
		break;
	case LIST:
		break;
	}
	list->item[list->count++] = value;	/* args_parse() made room for every word */
	return r;
}

/* Their two dashes have nothing to say about which is meant, and of single letters all are near. */
static void unknown(const struct args *a, const char *word, size_t len)
{
	const char *near = NULL;
	char want[64] = "";

	if (strncmp(word, "--", 2) == 0)
		snprintf(want, sizeof(want), "%.*s", (int)len - 2, word + 2);
	for (size_t i = 0; i < NOPTIONS && want[0]; i++)
		if ((options[i].verbs & a->verb->bit) && options[i].name[1] == '-')
			near = bw_nearer(want, near, options[i].name + 2);
	args_refuse(a, "unknown option %.*s%s%s; see bpfwalk %s --help", (int)len, word, near ? "; the nearest: --" : "",
		    near ? near : "", a->verb->name);
}

/* The row of `word` up to its '=', for this verb. What is wrong is said; NULL. */
static const struct option *find(const struct args *a, const char *word)
{
	size_t len = strncmp(word, "--", 2) ? strlen(word) : strcspn(word, "=");

	if (strcmp(word, "-h") == 0)
		return find(a, "--help");
	for (size_t i = 0; i < NOPTIONS; i++) {
		const struct option *o = &options[i];

		if (strlen(o->name) != len || memcmp(o->name, word, len) != 0)
			continue;
		if (o->verbs & a->verb->bit)
			return o;
		for (const struct verb *v = verbs; v->name; v++)
			if (o->verbs & v->bit) {
				args_refuse(a, "%s is an option of %s", o->name, v->name);
				return NULL;
			}
	}
	unknown(a, word, len);
	return NULL;
}

/* The option at argv[*i], which moves on when the value is the next word. */
static int take_option(struct args *a, int argc, char **argv, int *i)
{
	const struct option *o = find(a, argv[*i]);
	const char *equals = o ? strchr(argv[*i], '=') : NULL;

	if (!o)
		return EXIT_USAGE;
	if (!o->value[0])
		return equals ? args_refuse(a, "%s takes no value", o->name) : store(a, o, NULL);
	if (equals)
		return store(a, o, equals + 1);
	if (*i + 1 >= argc)
		return args_refuse(a, "%s needs a value: %s %s", o->name, o->name, o->value);
	return store(a, o, argv[++*i]);
}

static unsigned operands(const struct args *a)
{
	return (a->object ? 1u : 0) + (a->program ? 1u : 0) + a->changes.count;
}

static int take_operand(struct args *a, const char *word)
{
	if (operands(a) >= a->verb->most)
		return args_refuse(a, "'%s' is one operand too many; expected %s", word,
				   a->verb->most ? a->verb->operands : "none");
	if (!a->object)
		a->object = word;
	else if (!a->program)
		a->program = word;
	else
		a->changes.item[a->changes.count++] = word;
	return 0;
}

static bool make_room(struct args *a, int words)
{
	struct list *lists[] = { &a->progs, &a->sets, &a->map_entries, &a->value_sizes, &a->maps, &a->no_maps, &a->puts, &a->changes, &a->matches };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		lists[i]->item = calloc((size_t)words + 1, sizeof(char *));
		if (!lists[i]->item)
			return false;
	}
	return true;
}

int args_parse(struct args *a, int argc, char **argv)
{
	bool options_over = false;
	int r = 0;

	a->for_ms = a->interval_ms = -1;
	if (!make_room(a, argc)) {
		say("bpfwalk: arguments: out of memory");
		return EXIT_FAILED;
	}
	for (int i = 0; i < argc && r == 0; i++) {
		if (!options_over && strcmp(argv[i], "--") == 0)
			options_over = true;
		else if (!options_over && argv[i][0] == '-' && argv[i][1])
			r = take_option(a, argc, argv, &i);
		else
			r = take_operand(a, argv[i]);
	}
	if (r == 0 && !a->help && operands(a) < a->verb->least)
		r = args_refuse(a, "%s is missing; see bpfwalk %s --help", a->verb->operands, a->verb->name);
	return r;
}

void args_free(struct args *a)
{
	free(a->progs.item);
	free(a->sets.item);
	free(a->map_entries.item);
	free(a->value_sizes.item);
	free(a->maps.item);
	free(a->no_maps.item);
	free(a->puts.item);
	free(a->changes.item);
	free(a->matches.item);
}

void args_help(const struct verb *v)
{
	put("bpfwalk %s [OPTIONS]%s%s", v->name, v->operands[0] ? " " : "", v->operands);
	put("%s", "");
	printf("%s\n\n", v->more);
	for (size_t i = 0; i < NOPTIONS; i++) {
		const struct option *o = &options[i];
		int width = 24 - (int)strlen(o->name);

		if (o->verbs & v->bit)
			printf("  %s %-*s %s\n", o->name, width, o->value, o->text);
	}
}
