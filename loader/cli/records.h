/*
 * What programs send: printed as it comes, or counted.
 *
 * Next: loader/cli/records.c
 */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include "loader/bpfwalk.h"
#include "loader/cli/args.h"
#include "loader/cli/count.h"
#include "loader/cli/rows.h"

struct records {
	const struct args *args;
	const struct bw_object *obj;
	uint32_t type_id;		/* --type; 0: as the map says */
	bool silent;			/* a live table has the screen */
	struct buf scratch;
	struct counts counts;
	uint64_t *lost, *told;		/* of each map; told: lines about it were printed */
};

/* Checks --type and --count-by against the object. EXIT_DONE, or a line was said. */
int records_start(struct records *r, const struct args *a, const struct bw_object *obj);
void records_free(struct records *r);

/* For bw_reader_open(). ctx: struct records. */
void records_take(void *ctx, const struct bw_record *record);

/* Says on stderr how many were lost since the last time. */
void records_tell_lost(struct records *r);

/* The counted records so far, as tables or as "count" lines. False: some were not counted. */
bool records_print_counts(const struct records *r, const struct table_limits *limits);

#endif
