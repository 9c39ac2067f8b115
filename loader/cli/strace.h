/*
 * A system call as strace prints it.
 *
 *	bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH, key_size=4, ...}, 72) = 4
 *
 * Next: loader/cli/strace.c
 */
#ifndef CLI_STRACE_H
#define CLI_STRACE_H

#include "loader/bpfwalk.h"
#include "loader/cli/buf.h"

/* On stdout, `indent` spaces in, on as many lines of 80 columns as it takes. */
void strace_print(const struct bw_call *c, size_t indent);
/* The value of one of its fields, the same way. Not safe yet: for buf_safe() or put(). */
void strace_value(struct buf *out, const struct bw_call *c, const struct bw_field *f);
/* What the call returned: "4", "-1 EPERM". */
void strace_result(struct buf *out, const struct bw_call *c);

#endif
