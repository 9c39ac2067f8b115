/*
 * Programs, maps and links that are in the kernel already, whoever made them.
 *
 * Each has an id, a number that is not used again. An id is no hold on it, and
 * no permission: it is exchanged for a descriptor, and the descriptor can be
 * asked what it is.
 *
 *	BPF_PROG_GET_NEXT_ID  start_id -> next_id	the ids there are, one by one
 *	BPF_PROG_GET_FD_BY_ID  id -> a descriptor	-ENOENT: it is gone
 *	BPF_OBJ_GET_INFO_BY_FD  -> struct bpf_prog_info
 *
 * Next: loader/item.c
 */
#ifndef LOADER_ITEM_H
#define LOADER_ITEM_H

#include "loader/walk.h"
#include "uapi/bpf_info.h"

struct item_kind {
	enum bw_kind kind;
	const char *name;		/* "program" */
	enum bpf_cmd next_id, fd_by_id;
	const char *next_id_name;	/* for messages */
};

/* kind is one of enum bw_kind. */
const struct item_kind *item_kind(enum bw_kind kind);

/* The next id after `id`, or -ENOENT behind the last, or another negative errno. */
long item_next_id(struct walk *w, const struct item_kind *k, uint32_t id);
/* A descriptor, or a negative errno. */
long item_open(struct walk *w, const struct item_kind *k, uint32_t id);
/* Zeroes info and asks the kernel to fill it. 0 or a negative errno. */
long item_info(struct walk *w, int fd, void *info, size_t size);
/* The same without zeroing: what the kernel takes from info is in it. */
long item_ask(struct walk *w, int fd, void *info, size_t size);
/* Types that the kernel has: a descriptor, or a negative errno; and their bytes, in the walk's arena. 0 or a negative errno. */
long item_open_btf(struct walk *w, uint32_t id);
long item_read_btf(struct walk *w, int fd, uint32_t size, struct view *out);
/*
 * The types with that id, fetched and checked. 0; a negative errno of the kernel, with nothing said in d; or one of what is
 * wrong with them, which d says.
 */
int item_types(struct walk *w, uint32_t id, struct btf *out, struct diag *d);
/* What a descriptor is, all but pins, holders and, of programs, `attached`. Strings are in the arena. */
int item_of_fd(struct walk *w, struct arena *a, enum bw_kind kind, int fd, struct bw_item *out);

/*
 * Which kind a descriptor of process pid ("self", "812") is, one of enum bw_kind, and its id; 0: nothing of BPF, or /proc does
 * not show it. The kernel answers BPF_OBJ_GET_INFO_BY_FD for every kind, and does not say for which.
 */
uint32_t item_identify(struct walk *w, const char *pid, int fd, uint32_t *id);

/* link_target.c: where a link attaches: "CGROUP_DEVICE /sys/fs/cgroup/guarded". NULL: out of memory. */
const char *link_target(struct walk *w, struct arena *a, int fd, const struct bpf_link_info *info);

#endif
