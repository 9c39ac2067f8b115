/*
 * "libc.so.6:malloc": a file of user space, and something in it. Shared by all
 * programs that run at functions of user programs.
 *
 * Next: loader/attach_uprobe.c
 */
#ifndef LOADER_USER_FILE_H
#define LOADER_USER_FILE_H

#include "elf/view.h"
#include "loader/library_path.h"

/* Cuts the link's target in two at its first colon, and looks the file up. *rest: what is behind the colon. */
int user_target(struct walk *w, const struct link *l, char path[LIBRARY_PATH], const char **rest, struct diag *d);
/* The file as bytes, mapped; to be unmapped if its size is not 0. 0 or a negative errno. */
long user_file_map(struct walk *w, const char *path, struct view *out);

#endif
