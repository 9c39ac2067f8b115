/*
 * What a loader hands to the kernel, as text that two loaders can be compared by.
 *
 * Both sides tell their calls of bpf(2) here, with the structures filled as the kernel would get them; the text that
 * comes out has names where the calls have descriptors, a line for each fact, and its subject on every line. So the
 * first line that differs says what is different:
 *
 *	map counts: type=BPF_MAP_TYPE_PERCPU_HASH key_size=16 value_size=8 ...
 *	map .rodata: data 0x10 0a000000 ...
 *	program hello: insn 12 18 1 1 0 map counts
 *
 * Everything about a call is written down while it is made: afterwards its memory may be gone and its descriptors mean
 * something else.
 *
 * Next: tests/oracle/canon.c
 */
#ifndef TESTS_ORACLE_CANON_H
#define TESTS_ORACLE_CANON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "uapi/bpf_cmd.h"

struct canon;				/* something that a call made: BTF, a map, a program */

/* attr: the command's structure, zeroed behind what was passed. NULL: not one of the commands that make something. */
struct canon *canon_made(enum bpf_cmd cmd, const void *attr);
/* attr of BPF_MAP_UPDATE_ELEM or BPF_MAP_FREEZE. */
void canon_elem(enum bpf_cmd cmd, const struct bpf_map_elem_attr *attr);
/* It looked for the types of the kernel's modules. */
void canon_modules(void);

/* It is the object's own, and no probe; name: in full, NULL: as the kernel was told. */
void canon_keep(struct canon *made, const char *name);

void canon_forget(void);		/* everything made so far */
/* All that was kept, by name. */
void canon_print(FILE *out);

/* Each side knows its descriptors. canon_of_fd: what was made, or NULL; canon_fd_text: what else it may be, "module nf_nat". */
struct canon *canon_of_fd(int fd);
const char *canon_fd_text(int fd);

#endif
