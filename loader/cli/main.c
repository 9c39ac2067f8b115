/*
 * The command bpfwalk: a user of the library like any other. It includes the
 * public header and nothing else of the loader.
 *
 *	verbs[]   run load attach list inspect disasm ...              one row, one file each
 *	   |
 *	args.c    words -> struct args
 *	   |
 *	verb_X.c  asks the library, prints with out.c (lines) or json.c (--json)
 *
 * In: argv  Out: results on stdout, the rest on stderr; exit 0 done, 1 failed, 2 wrong usage
 * Try:  bpfwalk --help
 * Next: loader/cli/verbs.h
 */
#include <stdio.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/buf.h"
#include "loader/cli/out.h"
#include "loader/cli/verbs.h"

#define VERSION "0.1"

const struct verb verbs[] = {
	{ "run", V_RUN, "OBJ", 1, 1, verb_run, "load, attach, print what comes",
	  "Loads the object, attaches every program whose section says where, and prints\n"
	  "records as they come. At ^C, SIGTERM or the end of --for it detaches and prints\n"
	  "what the maps hold." },
	{ "load", V_LOAD, "OBJ", 1, 1, verb_load, "only load, and say what was loaded",
	  "Creates the maps, loads the programs, says what the kernel took, and lets go of\n"
	  "everything again." },
	{ "attach", V_ATTACH, "OBJ", 1, 1, verb_attach, "leave it attached, pinned in bpffs",
	  "Loads the object, attaches its programs, pins programs, maps and links in DIR, a\n"
	  "new directory of the BPF file system, and ends. They stay until detach, or until\n"
	  "the machine is started anew. When something fails, nothing is left." },
	{ "detach", V_DETACH, "DIR", 1, 1, verb_detach, "undo attach",
	  "Detaches what attach pinned in DIR, and removes the pins and DIR. Cgroups stay." },
	{ "list", V_LIST, "[KIND]", 0, 1, verb_list, "programs, maps and links in the kernel",
	  "Everybody's programs, maps and links, or those of KIND, which is progs, maps or\n"
	  "links: ids, names, types, where they are attached and pinned, and who has them.\n"
	  "Runs are counted while kernel.bpf_stats_enabled is 1." },
	{ "dump-map", V_DUMP_MAP, "MAP", 1, 1, verb_dump_map, "what a map in the kernel holds",
	  "MAP is the path of a pin, an id, or a name; list maps shows what there is. Keys\n"
	  "and values are shown by the types that the kernel has of them." },
	{ "trace", V_TRACE, "", 0, 0, verb_trace, "what programs print with bpf_printk()",
	  "Lines of the trace pipe, of all programs there are, until ^C. Who reads it takes\n"
	  "the lines away from all other readers." },
	{ "inspect", V_INSPECT, "OBJ [SECTION]", 1, 2, verb_inspect, "what the object file holds",
	  "Header, sections, symbols, programs, maps, global variables, relocations. With\n"
	  "--hex the bytes of all this, or of SECTION, a name or a number. Asks nothing of\n"
	  "the kernel but the file." },
	{ "disasm", V_DISASM, "OBJ [PROG]", 1, 2, verb_disasm, "instructions, bytes and source lines",
	  "Disassembles the programs, or PROG, in the notation of the kernel's verifier." },
	{ "patch", V_PATCH, "OBJ PROG:INSN FIELD=VALUE...", 3, 8, verb_patch, "change an instruction",
	  "Writes OUT: OBJ with one instruction changed and every other byte as it was.\n"
	  "INSN counts from 0, as disasm --bytes does; with --match say PROG alone. FIELD\n"
	  "is code, dst, src, off or imm." },
	{ "asm", V_ASM, "FILE", 1, 1, verb_asm, "make an object of a text of instructions",
	  "Assembles FILE, instructions as disasm prints them, into the object OUT. See\n"
	  "docs/binary.md; disasm --asm writes such a text." },
	{ "explain", V_EXPLAIN, "OBJ", 1, 1, verb_explain, "the whole walk, told step by step",
	  "Walks from the file to the attached programs and back, and tells each step: in\n"
	  "words, the system call as strace prints it, its arguments with their reasons." },
	{ "hooks", V_HOOKS, "", 0, 0, verb_hooks, "which section names there are",
	  "The hook table: section names, program types, and what runs the program." },
	{ NULL, 0, NULL, 0, 0, NULL, NULL, NULL },
};

static int help(void)
{
	printf("bpfwalk takes a BPF object file into the kernel, every step in sight.\n\n");
	for (const struct verb *v = verbs; v->name; v++)
		printf("  bpfwalk %-8s %-13s  %s\n", v->name, v->operands, v->text);
	printf("\n  bpfwalk VERB --help     its options\n"
	       "  bpfwalk --version\n\n"
	       "Exit status: 0 done, 1 failed, 2 wrong usage. See bpfwalk(1).\n");
	return EXIT_DONE;
}

static const struct verb *verb_named(const char *word)
{
	for (const struct verb *v = verbs; v->name; v++)
		if (strcmp(word, v->name) == 0)
			return v;
	return NULL;
}

/* All of them, or the one that is meant. */
static int no_verb(const char *why, const char *word)
{
	struct buf names = { 0 };
	const char *near = NULL;

	for (const struct verb *v = verbs; v->name; v++) {
		buf_printf(&names, " %s", v->name);
		near = bw_nearer(word, near, v->name);
	}
	if (near)
		say("bpfwalk: %s; the nearest: %s; see bpfwalk --help", why, near);
	else
		say("bpfwalk: %s; there is%s; see bpfwalk --help", why, names.at ? names.at : "");
	buf_free(&names);
	return EXIT_USAGE;
}

static int unknown_verb(const char *word)
{
	char why[64];

	snprintf(why, sizeof(why), "'%.40s' is not a verb", word);
	return no_verb(why, word);
}

static bool asks_for_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* bpfwalk help, or bpfwalk help VERB */
static int help_of(const char *word)
{
	const struct verb *v = word ? verb_named(word) : NULL;

	if (!word)
		return help();
	if (!v)
		return unknown_verb(word);
	args_help(v);
	return EXIT_DONE;
}

static int run_verb(const struct verb *v, int argc, char **argv)
{
	struct args a;
	int status;

	memset(&a, 0, sizeof(a));
	a.verb = v;
	status = args_parse(&a, argc, argv);
	if (status == 0 && a.help)
		args_help(v);
	else if (status == 0)
		status = v->run(&a);
	args_free(&a);
	return status;
}

static int dispatch(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct verb *v = word ? verb_named(word) : NULL;

	if (!word)
		return no_verb("a verb is missing", "");
	if (asks_for_help(word))
		return help_of(argc > 2 ? argv[2] : NULL);
	if (strcmp(word, "--version") == 0) {
		printf("bpfwalk %s\n", VERSION);
		return EXIT_DONE;
	}
	return v ? run_verb(v, argc - 2, argv + 2) : unknown_verb(word);
}

int main(int argc, char **argv)
{
	out_start();
	return out_finish(dispatch(argc, argv));
}
