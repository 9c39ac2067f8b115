/*
 * A pretend kernel with a memory: objects have ids, /bpf is a BPF file system, and what nobody holds is gone.
 *
 *	bpffs_start();			nothing is there
 *	... bw_pin(), bw_unpin(), bw_list() ...
 *	CHECK_STR(bpffs_tree(), "guard/ guard/links/ guard/links/device ");
 *
 * For tests of what is there before and after. It knows as much of the kernel as that takes: ids, names, BTF, pins,
 * directories, what a descriptor is according to fdinfo.
 */
#ifndef TESTS_FAKE_BPFFS_H
#define TESTS_FAKE_BPFFS_H

#include <dirent.h>
#include <fcntl.h>

#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"
#include "uapi/bpf_info.h"

enum { BPFFS_NODES = 64, BPFFS_THINGS = 64, BTF_BYTES = 65536 };

enum what { A_PROG = 1, A_MAP, A_LINK, A_BTF, A_DIR };

static struct {
	struct thing {			/* thing n has id n */
		enum what what;		/* 0: gone */
		uint32_t type, prog_id, btf_id, key_size, value_size, max_entries, btf_key, btf_value;
		char name[16];
		unsigned held;		/* descriptors and pins */
	} things[BPFFS_THINGS];
	unsigned nthings;
	struct node {
		char path[128];		/* "" : free */
		bool is_dir;
		unsigned thing;
		char leads_to[600];	/* a symbolic link's */
	} nodes[BPFFS_NODES];
	unsigned thing_of[FAKE_FDS];	/* what a descriptor is */
	const struct node *dir_of[FAKE_FDS];
	bool read[FAKE_FDS];		/* the entries of the directory were handed out */
	char text[4096];		/* of files that are made up */
	unsigned char btf[BTF_BYTES];
	uint32_t btf_size;
	long link_create, link_detach, pin_link;	/* what the kernel says; 0: yes */
} bpffs;

static inline void bpffs_start(void)
{
	memset(&bpffs, 0, sizeof(bpffs));
	snprintf(bpffs.nodes[0].path, sizeof(bpffs.nodes[0].path), "/bpf");
	bpffs.nodes[0].is_dir = true;
	bpffs.nthings = 1;
}

static inline void bpffs_let_go(unsigned thing)
{
	if (thing && --bpffs.things[thing].held == 0)
		bpffs.things[thing].what = 0;
}

static inline long bpffs_fd(unsigned thing)
{
	long fd = fake_fd(NULL, 0);

	if (fd >= 0) {
		bpffs.thing_of[fd - FAKE_FD] = thing;
		bpffs.dir_of[fd - FAKE_FD] = NULL;
		bpffs.things[thing].held++;
	}
	return fd;
}

static inline long bpffs_new(struct thing t)
{
	unsigned id = bpffs.nthings++;
	long fd;

	if (id >= BPFFS_THINGS)
		return -ENOSPC;
	bpffs.things[id] = t;
	fd = bpffs_fd(id);
	return fd;
}

static inline unsigned bpffs_thing(long fd)
{
	return fd >= FAKE_FD && fd < FAKE_FD + FAKE_FDS ? bpffs.thing_of[fd - FAKE_FD] : 0;
}

/* ---- files ------------------------------------------------------------------ */

static inline struct node *bpffs_node(const char *path)
{
	for (int i = 0; i < BPFFS_NODES; i++)
		if (strcmp(bpffs.nodes[i].path, path) == 0)
			return &bpffs.nodes[i];
	return NULL;
}

/* Is `path` right in directory `dir`? */
static inline const char *bpffs_entry(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 && path[len] == '/' && !strchr(path + len + 1, '/') ? path + len + 1 : NULL;
}

static inline bool bpffs_empty(const char *dir)
{
	for (int i = 0; i < BPFFS_NODES; i++)
		if (bpffs_entry(dir, bpffs.nodes[i].path))
			return false;
	return true;
}

static inline long bpffs_make(const char *path, bool is_dir, unsigned thing)
{
	char parent[128];
	struct node *in, *n;

	snprintf(parent, sizeof(parent), "%.*s", (int)(strrchr(path, '/') - path), path);
	in = bpffs_node(parent);
	n = bpffs_node("");
	if (bpffs_node(path))
		return -EEXIST;
	if (!in || !n)
		return in ? -ENOSPC : -ENOENT;
	if (!in->is_dir)
		return -ENOTDIR;
	snprintf(n->path, sizeof(n->path), "%s", path);
	n->is_dir = is_dir;
	n->thing = thing;
	n->leads_to[0] = 0;
	bpffs.things[thing].held += thing != 0;
	return 0;
}

static inline long bpffs_symlink(const char *to, const char *path)
{
	long r = bpffs_make(path, false, 0);

	if (r == 0)
		snprintf(bpffs_node(path)->leads_to, sizeof(bpffs.nodes[0].leads_to), "%s", to);
	return r;
}

static inline long bpffs_readlink(const char *path, char *buf, size_t size)
{
	const struct node *n = bpffs_node(path);
	size_t len = n ? strlen(n->leads_to) : 0;

	if (!n || !len)
		return n ? -EINVAL : -ENOENT;
	len = len < size ? len : size;
	memcpy(buf, n->leads_to, len);
	return (long)len;
}

static inline long bpffs_remove(const char *path, bool is_dir)
{
	struct node *n = bpffs_node(path);

	if (!n || n->is_dir != is_dir)
		return n ? -EISDIR : -ENOENT;
	if (is_dir && !bpffs_empty(path))
		return -ENOTEMPTY;
	bpffs_let_go(n->thing);
	n->path[0] = 0;
	return 0;
}

static inline long bpffs_getdents(long fd, char *buf, size_t size)
{
	const struct node *dir = bpffs.dir_of[fd - FAKE_FD];
	size_t used = 0;

	if (!dir || bpffs.read[fd - FAKE_FD])
		return 0;
	bpffs.read[fd - FAKE_FD] = true;
	for (int i = 0; i < BPFFS_NODES; i++) {
		const char *name = bpffs_entry(dir->path, bpffs.nodes[i].path);
		struct linux_dirent64 *e = (void *)(buf + used);
		size_t len = name ? (offsetof(struct linux_dirent64, d_name) + strlen(name) + 8) / 8 * 8 : 0;

		if (!name)
			continue;
		CHECK(used + len <= size);
		e->d_ino = (uint64_t)i + 100;
		e->d_off = 0;
		e->d_reclen = (uint16_t)len;
		e->d_type = bpffs.nodes[i].is_dir ? DT_DIR : bpffs.nodes[i].leads_to[0] ? DT_LNK : DT_REG;
		strcpy(e->d_name, name);
		used += len;
	}
	return (long)used;
}

/* "prog_id:\t4\n": what fdinfo says of a descriptor of ours. */
static inline long bpffs_fdinfo(long of)
{
	static const char *const words[] = { [A_PROG] = "prog_id", [A_MAP] = "map_id", [A_LINK] = "link_id", [A_BTF] = "btf_id" };
	unsigned thing = bpffs_thing(of);
	const struct thing *t = &bpffs.things[thing];

	if (thing && t->what == A_LINK)
		snprintf(bpffs.text, sizeof(bpffs.text), "link_id:\t%u\nprog_id:\t%u\n", thing, t->prog_id);
	else if (thing)
		snprintf(bpffs.text, sizeof(bpffs.text), "pos:\t0\n%s:\t%u\n", words[t->what], thing);
	else
		snprintf(bpffs.text, sizeof(bpffs.text), "mnt_id:\t%d\n", of >= FAKE_FD && bpffs.dir_of[of - FAKE_FD] ? 7 : 8);
	return fake_fd(bpffs.text, strlen(bpffs.text));
}

static inline long bpffs_open_file(const char *path)
{
	struct node *n = bpffs_node(path);
	long fd, of;

	if (n && !n->is_dir)
		return -ENOTDIR;
	if (!n && sscanf(path, "/proc/self/fdinfo/%ld", &of) == 1)
		return bpffs_fdinfo(of);
	if (!n)
		return FAKE_OURS;
	fd = fake_fd(NULL, 0);
	if (fd >= 0) {
		bpffs.thing_of[fd - FAKE_FD] = 0;
		bpffs.dir_of[fd - FAKE_FD] = n;
		bpffs.read[fd - FAKE_FD] = false;
	}
	return fd;
}

/* ---- bpf(2) ------------------------------------------------------------------- */

static inline long bpffs_next_id(struct bpf_id_attr *a, enum what what)
{
	for (unsigned id = a->start_id + 1; id < bpffs.nthings; id++)
		if (bpffs.things[id].what == what) {
			a->next_id = id;
			return 0;
		}
	return -ENOENT;
}

static inline long bpffs_by_id(uint32_t id, enum what what)
{
	return id < bpffs.nthings && bpffs.things[id].what == what ? bpffs_fd(id) : -ENOENT;
}

static inline long bpffs_info(const struct bpf_info_attr *a)
{
	unsigned id = bpffs_thing(a->bpf_fd);
	const struct thing *t = &bpffs.things[id];
	void *info = (void *)(uintptr_t)a->info;
	struct bpf_prog_info *prog = info;
	struct bpf_link_info *link = info;
	struct bpf_map_info *map = info;
	struct bpf_btf_info *btf = info;

	switch (t->what) {
	case A_PROG:
		prog->type = t->type;
		prog->id = id;
		memcpy(prog->name, t->name, sizeof(prog->name));
		prog->nr_map_ids = 0;
		return 0;
	case A_MAP:
		*map = (struct bpf_map_info){
			.type = t->type, .id = id, .key_size = t->key_size, .value_size = t->value_size, .max_entries = t->max_entries,
			.btf_id = t->btf_id, .btf_key_type_id = t->btf_key, .btf_value_type_id = t->btf_value,
		};
		memcpy(map->name, t->name, sizeof(map->name));
		return 0;
	case A_LINK:
		link->type = BPF_LINK_TYPE_NETNS;
		link->id = id;
		link->prog_id = t->prog_id;
		return 0;
	case A_BTF:
		if (btf->btf)
			memcpy((void *)(uintptr_t)btf->btf, bpffs.btf, btf->btf_size);
		btf->btf_size = bpffs.btf_size;
		return 0;
	default:
		return -EINVAL;
	}
}

static inline long bpffs_create(const struct bpf_map_create_attr *a)
{
	struct thing t = {
		.what = A_MAP, .type = a->map_type, .key_size = a->key_size, .value_size = a->value_size,
		.max_entries = a->max_entries, .btf_id = a->btf_fd ? bpffs_thing(a->btf_fd) : 0,
		.btf_key = a->btf_key_type_id, .btf_value = a->btf_value_type_id,
	};

	memcpy(t.name, a->map_name, sizeof(t.name));
	if (t.btf_id)
		bpffs.things[t.btf_id].held++;	/* for good: nobody counts types */
	return bpffs_new(t);
}

static inline long bpffs_load(const struct bpf_prog_load_attr *a)
{
	struct thing t = { .what = A_PROG, .type = a->prog_type };

	memcpy(t.name, a->prog_name, sizeof(t.name));
	return bpffs_new(t);
}

static inline long bpffs_link(uint32_t prog_fd)
{
	return bpffs.link_create ? bpffs.link_create : bpffs_new((struct thing){ .what = A_LINK, .prog_id = bpffs_thing(prog_fd) });
}

static inline long bpffs_load_btf(const struct bpf_btf_load_attr *a)
{
	CHECK(a->btf_size <= sizeof(bpffs.btf));
	memcpy(bpffs.btf, (const void *)(uintptr_t)a->btf, a->btf_size);
	bpffs.btf_size = a->btf_size;
	return bpffs_new((struct thing){ .what = A_BTF });
}

static inline long bpffs_pin(const struct bpf_obj_attr *a)
{
	unsigned thing = bpffs_thing(a->bpf_fd);

	if (!thing)
		return -EINVAL;
	if (bpffs.things[thing].what == A_LINK && bpffs.pin_link)
		return bpffs.pin_link;
	return bpffs_make((const char *)(uintptr_t)a->pathname, false, thing);
}

static inline long bpffs_get(const char *path)
{
	const struct node *n = bpffs_node(path);

	return n && n->thing ? bpffs_fd(n->thing) : n ? -EACCES : -ENOENT;
}

static inline long bpffs_bpf(long cmd, void *attr)
{
	const struct bpf_id_attr *id = attr;

	switch (cmd) {
	case BPF_MAP_CREATE:
		return bpffs_create(attr);
	case BPF_PROG_LOAD:
		return bpffs_load(attr);
	case BPF_BTF_LOAD:
		return bpffs_load_btf(attr);
	case BPF_RAW_TRACEPOINT_OPEN:
		return bpffs_link(((const struct bpf_raw_tracepoint_open_attr *)attr)->prog_fd);
	case BPF_LINK_CREATE:
		return bpffs_link(((const struct bpf_link_create_attr *)attr)->prog_fd);
	case BPF_LINK_DETACH:
		return bpffs.link_detach;
	case BPF_OBJ_PIN:
		return bpffs_pin(attr);
	case BPF_OBJ_GET:
		return bpffs_get((const char *)(uintptr_t)((const struct bpf_obj_attr *)attr)->pathname);
	case BPF_PROG_GET_NEXT_ID:
		return bpffs_next_id(attr, A_PROG);
	case BPF_MAP_GET_NEXT_ID:
		return bpffs_next_id(attr, A_MAP);
	case BPF_LINK_GET_NEXT_ID:
		return bpffs_next_id(attr, A_LINK);
	case BPF_PROG_GET_FD_BY_ID:
		return bpffs_by_id(id->prog_id, A_PROG);
	case BPF_MAP_GET_FD_BY_ID:
		return bpffs_by_id(id->prog_id, A_MAP);
	case BPF_LINK_GET_FD_BY_ID:
		return bpffs_by_id(id->prog_id, A_LINK);
	case BPF_BTF_GET_FD_BY_ID:
		return bpffs_by_id(id->prog_id, A_BTF);
	case BPF_OBJ_GET_INFO_BY_FD:
		return bpffs_info(attr);
	case BPF_MAP_GET_NEXT_KEY:
	case BPF_MAP_LOOKUP_ELEM:
		return -ENOENT;
	}
	return 0;
}

static inline long bpffs_answer(const struct call *c)
{
	const char *path = (const char *)c->arg[1];

	switch (c->nr) {
	case CALL_OPENAT:
		return bpffs_open_file(path);
	case CALL_GETDENTS64:
		return bpffs_getdents(c->arg[0], (char *)c->arg[1], (size_t)c->arg[2]);
	case CALL_MKDIRAT:
		return bpffs_make(path, true, 0);
	case CALL_SYMLINKAT:
		return bpffs_symlink((const char *)c->arg[0], (const char *)c->arg[2]);
	case CALL_READLINKAT:
		return bpffs_readlink(path, (char *)c->arg[2], (size_t)c->arg[3]);
	case CALL_UNLINKAT:
		return bpffs_remove(path, c->arg[2] == AT_REMOVEDIR);
	case CALL_BPF:
		return bpffs_bpf(c->arg[0], (void *)c->arg[1]);
	default:
		return FAKE_OURS;
	}
}

/* For struct bw_options: kernel. What is closed lets go. */
static inline long bpffs_kernel(void *ctx, struct bw_call *bc)
{
	struct call c = { .nr = (enum call_nr)bc->nr };

	memcpy(c.arg, bc->arg, sizeof(c.arg));
	if (c.nr == CALL_CLOSE && bpffs_thing(c.arg[0])) {
		bpffs_let_go(bpffs_thing(c.arg[0]));
		bpffs.thing_of[c.arg[0] - FAKE_FD] = 0;
	}
	fake.used = 0;
	fake.answer = bpffs_answer;
	return fake_kernel(ctx, &c);
}

/* Everything below /bpf, in the order it was made. */
static inline const char *bpffs_tree(void)
{
	static char text[2048];

	text[0] = 0;
	for (int i = 1; i < BPFFS_NODES; i++) {
		const struct node *n = &bpffs.nodes[i];

		if (n->path[0])
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s ", n->path + strlen("/bpf/"), n->is_dir ? "/" : "");
	}
	return text;
}

/* How many of that kind are in the kernel. */
static inline unsigned bpffs_count(enum what what)
{
	unsigned n = 0;

	for (unsigned i = 1; i < bpffs.nthings; i++)
		n += bpffs.things[i].what == what;
	return n;
}

#endif
