/*
 * inspect --hex: the bytes of the file, with the names of what they are.
 *
 * Next: loader/cli/hex.c
 */
#ifndef CLI_HEX_H
#define CLI_HEX_H

#include "loader/bpfwalk.h"
#include "loader/cli/args.h"

/* The whole file, or the section a->program by name or number. EXIT_DONE or EXIT_USAGE. */
int hex_dump(const struct args *a, const struct bw_object *obj);

#endif
