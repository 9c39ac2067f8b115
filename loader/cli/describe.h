/*
 * Maps and programs as JSON objects, the same from every verb.
 *
 * Next: loader/cli/describe.c
 */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include "loader/bpfwalk.h"

void map_json(const struct bw_object *obj, const struct bw_map *m);
void extern_json(const struct bw_object *obj, const struct bw_extern *x);
void program_json(const struct bw_program *p);

#endif
