/*
 * Programs that run when somebody asks: iterators and syscall programs.
 *
 *	BPF_ITER_CREATE { link_fd } -> fd		one walk through a list of the kernel
 *	read(fd), read(fd), ... 0			the program runs for each element, and what it prints is read
 *
 *	BPF_PROG_RUN { prog_fd, ctx }			runs it once, here and now
 *
 * An iterator's program sees each process, each map or each socket as the
 * kernel's own structure, and writes what it likes about it. The link only says
 * which list; every descriptor made from it is a walk from the beginning.
 *
 * In: a link, or a loaded program  Out: text, or a number
 * Kernel: kernel/bpf/bpf_iter.c bpf_iter_new_fd(), bpf_seq_read(); net/bpf/test_run.c bpf_prog_test_run_syscall()
 * Try:  bpfwalk run build/progs/tasks.bpf.o
 * Next: loader/lines.h
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "loader/walk.h"

enum { CHUNK = 4096 };

static int read_all(struct walk *w, int fd, void (*take)(void *ctx, const char *text, size_t size), void *ctx)
{
	char text[CHUNK];
	long n;

	do {
		n = sys_read(&w->sys, fd, text, sizeof(text));
		if (n > 0)
			take(ctx, text, (size_t)n);
	} while (n > 0 || n == -EINTR || n == -EAGAIN);	/* EAGAIN: many elements had nothing to say, and it wants a pause */
	return (int)n;
}

int bw_iterate(struct bw_object *obj, const struct bw_link *link, void (*take)(void *ctx, const char *text, size_t size),
	       void *ctx, struct bw_error *err)
{
	const struct bw_program *prog = link->program;	/* NULL: a map's link */
	struct walk *w = walk_of(obj);
	struct bpf_iter_create_attr attr;
	struct diag d = { 0 };
	long fd, r;

	if (!prog)
		return error_out(&d, fail(&d, -EINVAL, "iterate", "%s: a map's link is not there to be read", link->name), err);
	if (prog->hook->runs != BW_WHEN_READ)
		return error_out(&d, fail(&d, -EINVAL, "iterate", "%s: a program of section %s is not there to be read",
					  prog->name, prog->section), err);
	observe_step(w, "iterate", prog->name);
	memset(&attr, 0, sizeof(attr));
	attr.link_fd = (uint32_t)link->fds[0];
	fd = sys_bpf(&w->sys, BPF_ITER_CREATE, &attr, 0);
	if (fd < 0)
		return error_out(&d, fail_kernel(&d, fd, "iterate", "%s: BPF_ITER_CREATE", prog->name), err);
	r = read_all(w, (int)fd, take, ctx);
	sys_close(&w->sys, (int)fd);
	return r < 0 ? error_out(&d, fail_kernel(&d, r, "iterate", "%s: reading", prog->name), err) : 0;
}

int bw_run_once(struct bw_object *obj, const struct bw_program *prog, void *ctx, size_t size, uint32_t *result,
		struct bw_error *err)
{
	struct walk *w = walk_of(obj);
	struct bpf_prog_test_run_attr attr;
	struct diag d = { 0 };
	long r;

	*result = 0;
	if (prog->fd < 0)
		return error_out(&d, fail(&d, -EBADF, "run", "%s is not loaded", prog->name), err);
	if (size > UINT32_MAX)
		return error_out(&d, fail(&d, -E2BIG, "run", "%s: an argument of %zu bytes", prog->name, size), err);
	observe_step(w, "prog_run", prog->name);
	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)prog->fd;
	attr.ctx_in = (uintptr_t)ctx;
	attr.ctx_size_in = (uint32_t)size;
	r = sys_bpf(&w->sys, BPF_PROG_RUN, &attr, offsetof(struct bpf_prog_test_run_attr, data_size_in));
	if (r < 0)
		return error_out(&d, fail_kernel(&d, r, "run", "%s: BPF_PROG_RUN%s", prog->name,
						 r == -EINVAL ? ": this kernel cannot run this kind of program by itself" : ""), err);
	*result = attr.retval;
	return 0;
}
