/*
 * The walk: a BPF object, from bytes to the kernel. Read this file first.
 *
 *	stage             becomes                            by
 *	---------------------------------------------------------------------
 *	bytes             struct view                        read_object()
 *	  |  sections     struct elf                       \
 *	  |  types        struct btf, struct btf_ext        > object_build()
 *	  v  object       functions, maps, globals, relocs /
 *	- - - - bw_open() ends, bw_load() begins; set globals in between - - - -
 *	  |  targets      the numbers of kernel functions    targets_resolve()
 *	  |  CO-RE        instructions for this kernel       core_apply()
 *	  |  BTF fd       the kernel knows the types         btf_load()
 *	  |  map fds      the maps exist, .rodata is frozen  maps_create()
 *	  |  linked       one array of instructions each   \
 *	  |  complete     map fds inside the instructions   > progs_load()
 *	  |  prog fds     verified, and in the kernel      /
 *	  v  tail calls   programs inside program arrays     prog_slots_fill()
 *	- - - - bw_load() ends - - - -
 *	  |  links        the program runs at its event      bw_attach()
 *	  v  records      what it has to say                 bw_reader_poll()
 *
 * Linking needs nothing of the kernel and comes late all the same: it is done
 * program by program, right before each is loaded, so that only one is in work
 * at a time. Maps come before it because an instruction names a map by its
 * file descriptor: the one bend in an otherwise straight line.
 *
 * In: a path  Out: programs in the kernel, or nothing at all
 * Try: bpfwalk explain --dry-run build/progs/syscount.bpf.o
 * Next: loader/walk.h
 */
#include <stdlib.h>
#include <string.h>

#include "elf/asm.h"
#include "loader/walk.h"

/* An object describes itself in a few hundred kilobytes; what wants more is crafted. */
enum { ARENA_LIMIT = 512 << 20 };

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "object";
}

struct walk *walk_new(const struct bw_options *options)
{
	struct arena arena = { .limit = ARENA_LIMIT };
	struct walk *w = arena_alloc(&arena, sizeof(*w));

	if (!w)
		return NULL;
	w->arena = arena;		/* which w lies in itself */
	if (options)
		w->options = *options;
	w->btf_fd = -1;
	w->target_fd = -1;
	observe_start(w);
	return w;
}

/* The walk up to an object. make: what makes the object's bytes of the file's; NULL: they are the object. */
static int open_as(const char *path, int (*make)(struct view, const char *, struct arena *, struct view *, struct diag *),
		   const struct bw_options *options, struct bw_object **out, struct bw_error *err)
{
	struct walk *w = walk_new(options);
	struct diag d = { 0 };
	struct view bytes;
	int r;

	*out = NULL;
	if (!w)
		return error_out(&d, fail_memory(&d, base_name(path)), err);
	observe_step(w, "open", base_name(path));
	r = read_object(w, path, &bytes, &d);
	if (r < 0)
		goto out;
	r = make ? make(bytes, base_name(path), &w->arena, &bytes, &d) : 0;
	if (r < 0)
		goto out;
	r = object_build(bytes, base_name(path), &w->arena, &w->o, &d);
	if (r < 0)
		goto out;
	r = publish_object(w, &d);
	if (r < 0)
		goto out;
	*out = &w->pub;
	return 0;
out:
	bw_close(&w->pub);
	return error_out(&d, r, err);
}

int bw_open_empty(const struct bw_options *options, struct bw_object **out, struct bw_error *err)
{
	struct walk *w = walk_new(options);
	struct diag d = { 0 };

	*out = w ? &w->pub : NULL;
	if (!w)
		return error_out(&d, fail_memory(&d, "open"), err);
	w->pub.name = w->pub.license = "";
	return 0;
}

int bw_open(const char *path, const struct bw_options *options, struct bw_object **out, struct bw_error *err)
{
	return open_as(path, NULL, options, out, err);
}

int bw_assemble(const char *path, const struct bw_options *options, struct bw_object **out, struct bw_error *err)
{
	return open_as(path, assemble, options, out, err);
}

int bw_load(struct bw_object *obj, struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct diag d = { 0 };
	int r;

	r = load_check(w, &d);
	if (r < 0)
		return error_out(&d, r, err);	/* nothing was made, and what an earlier load made stays */
	left_out_choose(w);
	r = targets_resolve(w, &d);
	if (r < 0)
		goto out;
	r = externs_resolve(w, &d);
	if (r < 0)
		goto out;
	r = struct_ops_resolve(w, &d);
	if (r < 0)
		goto out;
	r = core_apply(w, &d);
	if (r < 0)
		goto out;
	r = btf_load(w, &d);
	if (r < 0)
		goto out;
	r = maps_create(w, &d);
	if (r < 0)
		goto out;
	r = progs_load(w, &d);
	if (r < 0)
		goto out;
	r = prog_slots_fill(w, &d);
	if (r < 0)
		goto out;
	struct_ops_fill(w);
	w->loaded = true;
	return 0;
out:
	unload(w);
	return error_out(&d, r, err);
}

static void close_fd(struct walk *w, int *fd)
{
	sys_close(&w->sys, *fd);
	*fd = -1;
}

void unload(struct walk *w)
{
	for (uint32_t i = 0; i < w->pub.nprograms; i++)
		close_fd(w, &w->programs[i].fd);
	for (uint32_t i = 0; i < w->pub.nmaps; i++) {
		if (!w->loaded || w->options.undo_pins)
			map_unpin(w, i);
		map_arena_close(w, i);
		close_fd(w, &w->maps[i].fd);
	}
	close_fd(w, &w->btf_fd);
	close_fd(w, &w->target_fd);
	w->loaded = false;
}

void bw_close(struct bw_object *obj)
{
	struct walk *w = walk_of(obj);
	struct arena arena;

	if (!obj)
		return;
	readers_close(w);
	pins_undo(w, NULL);
	while (w->links)
		bw_detach(obj, &w->links->pub);
	if (w->loaded)
		observe_step(w, "close", w->pub.name);
	unload(w);
	kernel_btf_close(w);
	free(w->edited);
	free(w->log);
	arena = w->arena;
	arena_free(&arena);
}

const char *bw_log(const struct bw_object *obj)
{
	const char *log = walk_of_const(obj)->log;

	return log ? log : "";
}
