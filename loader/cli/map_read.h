/*
 * What the maps hold: as tables, or as "map_entry" lines.
 *
 * Next: loader/cli/map_read.c
 */
#ifndef CLI_MAP_READ_H
#define CLI_MAP_READ_H

#include <stdbool.h>

#include "loader/bpfwalk.h"
#include "loader/cli/rows.h"

/*
 * True for maps whose entries can be listed: tables and variables, not ring
 * buffers or maps of descriptors, nor what user space may not read.
 */
bool map_is_readable(const struct bw_map *m);

/* True for maps of maps and of programs, which can be listed where that is asked for: their values are ids. */
bool map_has_ids(const struct bw_map *m);

/* Prints one map. limits as in rows.h, also for the title. 0, or a negative errno with the reason in err. */
int map_print(struct bw_object *obj, const struct bw_map *m, const struct table_limits *limits, struct bw_error *err);
int map_print_json(struct bw_object *obj, const struct bw_map *m, struct bw_error *err);

/*
 * A value without BTF as JSON: a number of 1, 2, 4 or 8 bytes, or hex. With
 * `words`, for people, "bash" instead of the hex of plain text that is padded
 * with zeros; `slack` bytes at the end may be anything.
 */
void untyped_json(struct buf *out, const void *data, size_t size, size_t slack, bool words);

#endif
