/*
 * Patterns of names: "do_unlink*", "vfs_????".
 *
 * `*` stands for any bytes, or none, and `?` for one. Everything else stands
 * for itself. Sections that name many functions use them.
 *
 * Next: elf/glob.c
 */
#ifndef ELF_GLOB_H
#define ELF_GLOB_H

#include <stdbool.h>

bool glob_has_wildcard(const char *pattern);
/* Does the pattern fit the whole name? Takes at most the product of both lengths, whatever the pattern. */
bool glob_match(const char *pattern, const char *name);

#endif
