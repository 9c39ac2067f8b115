/*
 * The trace pipe: what bpf_printk() of every program in the system wrote.
 *
 *	 bash-1234    [001] ...21  5678.123456: bpf_trace_printk: Hello World!
 *
 * There is one of it for the whole machine and reading takes lines out of it:
 * whoever reads gets everybody's, and what another reader got is gone. This is
 * why it serves for a first try and not for data. Loading a program that prints
 * switches the printing on, in recent kernels a moment later: the very first lines
 * of a program may be missing.
 *
 * In: tracefs' trace_pipe  Out: bw_record BW_TRACE for each line
 * Kernel: kernel/trace/trace.c tracing_read_pipe(), kernel/trace/bpf_trace.c bpf_trace_printk()
 * Try:  bpfwalk run build/progs/hello.bpf.o
 * Next: loader/missed.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "loader/lines.h"
#include "loader/reader.h"
#include "loader/tracefs.h"

/* In one go; then the rings have their turn. */
enum { READS_AT_ONCE = 16 };

struct pipe_source {
	struct source src;		/* first */
	struct lines lines;
	const struct sink *out;		/* during source_read() */
	unsigned long count;
};

static void hand_out(void *ctx, char *line, size_t len)
{
	struct pipe_source *p = ctx;
	const struct bw_record record = { .kind = BW_TRACE, .cpu = -1, .data = line, .size = len };

	p->out->record(p->out->ctx, &record);
	p->count++;
}

static int source_read(const struct sys *s, struct source *src, const struct sink *out, struct haul *h)
{
	struct pipe_source *p = (struct pipe_source *)src;
	long n = 1;

	p->out = out;
	p->count = 0;
	for (int i = 0; i < READS_AT_ONCE && n > 0; i++)
		n = lines_read(s, src->fd, &p->lines, hand_out, p);
	h->records += p->count;
	return n == -EAGAIN || n > 0 ? 0 : (int)n;
}

static void source_close(const struct sys *s, struct source *src)
{
	sys_close(s, src->fd);
	free(src);
}

static const struct source_kind pipe_kind = { source_read, NULL, source_close };

int trace_pipe_open(struct walk *w, struct source **list, struct diag *d)
{
	static const char where[] = "trace pipe";
	char path[TRACEFS_PATH];
	struct pipe_source *p;
	int fd = tracefs_open(w, "trace_pipe", O_RDONLY | O_NONBLOCK, path, where, d);

	if (fd < 0)
		return fail(d, fd, where, "tracefs has no trace_pipe (%s: %s)", path, bw_errno_name(fd));
	p = malloc(sizeof(*p));
	if (!p) {
		sys_close(&w->sys, fd);
		return fail_memory(d, where);
	}
	p->lines.used = 0;
	p->src = (struct source){ fd, &pipe_kind, *list };
	*list = &p->src;
	return 0;
}

static bool calls_printk(const struct bw_insn *insns, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (insns[i].code == (BPF_JMP | BPF_CALL) && insns[i].regs >> 4 == 0 &&
		    (insns[i].imm == BPF_FUNC_trace_printk || insns[i].imm == BPF_FUNC_trace_vprintk))
			return true;
	return false;
}

bool bw_uses_trace_pipe(const struct bw_object *obj)
{
	for (unsigned i = 0; i < obj->nprograms; i++) {
		const struct bw_program *p = &obj->programs[i];

		if (p->enabled && p->insns && calls_printk(p->insns, p->loaded_insn_count))
			return true;
	}
	return false;
}
