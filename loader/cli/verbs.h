/*
 * The verbs: each takes the parsed command line and returns the exit status.
 *
 * Next: loader/cli/args.h
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

struct args;

int verb_run(const struct args *a);
int verb_load(const struct args *a);
int verb_attach(const struct args *a);
int verb_detach(const struct args *a);
int verb_list(const struct args *a);
int verb_dump_map(const struct args *a);
int verb_trace(const struct args *a);
int verb_inspect(const struct args *a);
int verb_disasm(const struct args *a);
int verb_patch(const struct args *a);
int verb_asm(const struct args *a);
int verb_explain(const struct args *a);
int verb_hooks(const struct args *a);

#endif
