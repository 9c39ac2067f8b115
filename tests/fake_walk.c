/*
 * The whole walk over a pretend kernel, with every call made to fail in turn.
 *
 * For each compiled program, each errno and each n the n-th call that knocks at the door fails, once alone and once with
 * all calls after it. Whatever happens then, the walk ends; every descriptor that was handed out is closed, exactly once;
 * every mapping is unmapped with the size it was made with; and a failure says in one line why.
 *
 * Only the public header is used: this is what any application gets.
 *
 * In:   the programs of progs/ and tests/objects/, compiled
 * Try:  build/asan/tests/fake_walk
 * Next: tests/kernel_inject.sh, the same on a real kernel
 */
#include <glob.h>

#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "tests/fake_public.h"
#include "tests/whole_file.h"

/* What a walk reads, as a machine with four CPUs has it. */
static struct fake_file files[] = {
	{ "/lib64/libc.so.6", NULL, 0 },	/* this program: see be_a_library() */
	{ "/sys/kernel/tracing/events/sched/sched_process_exit/id", "310\n", 0 },
	{ "/sys/kernel/tracing/events/sched/sched_process_exec/id", "311\n", 0 },
	{ "/sys/kernel/tracing/events/syscalls/sys_enter_openat/id", "680\n", 0 },
	{ "/sys/kernel/tracing/events/raw_syscalls/sys_enter/id", "350\n", 0 },
	{ "/sys/kernel/tracing/trace_pipe", "cat-9 [001] ....1 2.5: bpf_trace_printk: hello\n", 0 },
	{ "/sys/bus/event_source/devices/kprobe/type", "8\n", 0 },
	{ "/sys/bus/event_source/devices/kprobe/format/retprobe", "config:0\n", 0 },
	{ "/sys/bus/event_source/devices/uprobe/type", "9\n", 0 },
	{ "/sys/bus/event_source/devices/uprobe/format/retprobe", "config:0\n", 0 },
	{ "/sys/devices/system/cpu/online", "0-3\n", 0 },
	{ "/sys/devices/system/cpu/possible", "0-3\n", 0 },
	{ "/proc/kallsyms", "ffff1 T __x64_sys_execve\nffff2 T __arm64_sys_execve\nffff3 T __x64_sys_prctl\n"
			    "ffff4 T __arm64_sys_prctl\n", 0 },
	{ "/proc/self/mounts", "tracefs /sys/kernel/tracing tracefs rw 0 0\ncgroup2 /cgroups cgroup2 rw 0 0\n", 0 },
	{ "/cgroups/guarded", "", 0 },
	{ NULL, NULL, 0 }
};

/* progs/uprobe.bpf.c looks for it in the C library. */
int getaddrinfo(void);
int getaddrinfo(void)
{
	return 0;
}

static int pins;		/* made and not removed */
static bool undo_pins;		/* an option of the walk */
static bool from_then_on;	/* not only the n-th call fails */

static long answer(const struct call *c)
{
	if (from_then_on && fake.fail_at && fake.calls > fake.fail_at)
		return fake.fail_with;
	if (c->nr == CALL_UNLINKAT) {
		pins--;
		return 0;
	}
	if (c->nr != CALL_BPF)
		return FAKE_OURS;
	switch (c->arg[0]) {
	case BPF_OBJ_PIN:
		pins++;
		return 0;
	case BPF_MAP_CREATE:
	case BPF_PROG_LOAD:
	case BPF_BTF_LOAD:
	case BPF_RAW_TRACEPOINT_OPEN:
	case BPF_LINK_CREATE:
		return fake_fd(NULL, 0);
	case BPF_OBJ_GET:
	case BPF_MAP_GET_NEXT_KEY:
	case BPF_MAP_LOOKUP_ELEM:
		return -ENOENT;
	}
	return 0;
}

static void take(void *ctx, const struct bw_record *r)
{
	unsigned *taken = ctx;

	CHECK(r->kind == BW_TRACE);
	++*taken;
}

static int attach_all(struct bw_object *obj, struct bw_error *err)
{
	for (unsigned i = 0; i < obj->nprograms; i++) {
		const struct bw_program *p = &obj->programs[i];
		struct bw_attach_options options = { 0 };
		struct bw_link *link;
		int r;

		if (!p->enabled || !p->hook->can_attach)
			continue;
		if (p->hook->needs[0])
			options.cgroup = "guarded";
		r = bw_attach(obj, p, &options, &link, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_all(struct bw_object *obj, struct bw_error *err)
{
	struct bw_reader *reader;
	unsigned taken = 0;
	int r = bw_reader_open(obj, bw_uses_trace_pipe(obj), take, &taken, &reader, err);

	if (r < 0)
		return r == -ENOENT && !fake.fail_at ? 0 : r;
	r = bw_reader_poll(reader, 0);
	return r < 0 ? 1 : 0;	/* the one function that returns a code and no words */
}

/* One walk to the end. What it leaves is in `fake`. */
static int walk(const void *bytes, size_t size, struct bw_error *err)
{
	struct bw_options options = { .bytes = bytes, .size = size, .undo_pins = undo_pins };
	struct bw_object *obj;
	int r;

	bw_other_kernel(&options, kernel, NULL);
	pins = 0;
	r = bw_open("test.bpf.o", &options, &obj, err);
	if (r < 0)
		return r;
	r = bw_load(obj, err);
	if (r < 0 && !from_then_on)
		CHECK_INT(pins, 0);	/* what a failed load pinned is not left behind */
	if (r == 0)
		r = attach_all(obj, err);
	if (r == 0)
		r = read_all(obj, err);
	bw_close(obj);
	return r;
}

static void check_clean(int r, const struct bw_error *err)
{
	CHECK_INT(fake.wrong, 0);
	CHECK_INT(fake.open, 0);
	CHECK_INT(fake.mapped, 0);
	if (r >= 0)
		return;
	CHECK_INT(err->code, r);
	CHECK(err->where[0] && err->msg[0]);
	CHECK(!strchr(err->msg, '\n'));
}

/* Returns whether call n was made at all. */
static bool fail_call(const char *path, const void *bytes, size_t size, unsigned n, long with)
{
	struct bw_error err = { 0 };
	int r;

	NOTE("%s: call %u%s fails with %s", path, n, from_then_on ? " and all after it" : "", errno_name(with));
	fake_start(files);
	fake.answer = answer;
	fake.fail_at = n;
	fake.fail_with = with;
	r = walk(bytes, size, &err);
	check_clean(r, &err);
	return fake.calls >= n;
}

/* Without a failure first: how far does it get? */
static int walk_well(const char *path, const void *bytes, size_t size)
{
	struct bw_error err = { 0 };
	int r;

	NOTE("%s", path);
	fake_start(files);
	fake.answer = answer;
	undo_pins = true;
	r = walk(bytes, size, &err);
	undo_pins = false;
	check_clean(r, &err);
	CHECK_INT(pins, 0);
	return r;
}

/* All n, all errnos. Returns how many walks were made. */
static unsigned fail_every_call(const char *path, const void *bytes, size_t size)
{
	static const long errnos[] = { -ENOMEM, -EPERM, -EINVAL, -ENOENT, -EINTR, -ENOSPC, -EBUSY };
	unsigned walks = 0;

	for (size_t e = 0; e < 2 * sizeof(errnos) / sizeof(errnos[0]); e++) {
		unsigned n = 1;

		from_then_on = e % 2;
		/* Signals without end would rightly be waited for without end; a log without end has the test below. */
		if (from_then_on && (errnos[e / 2] == -EINTR || errnos[e / 2] == -ENOSPC))
			continue;
		while (fail_call(path, bytes, size, n, errnos[e / 2]))
			n++;
		walks += n;
	}
	from_then_on = false;
	return walks;
}

static void be_a_library(void)
{
	if (!files[0].text)
		files[0].text = whole_file("/proc/self/exe", &files[0].size);
}

/* Walks every object; those that walk to the end must be at least `good`. */
static void every_object(const char *pattern, unsigned good)
{
	unsigned walks = 0, well = 0;
	glob_t g;

	be_a_library();
	if (glob(pattern, 0, NULL, &g))
		FAIL("%s: there are none; make builds them", pattern);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		size_t size;
		void *bytes = whole_file(g.gl_pathv[i], &size);

		if (walk_well(g.gl_pathv[i], bytes, size) == 0)
			well++;
		walks += fail_every_call(g.gl_pathv[i], bytes, size);
		free(bytes);
	}
	printf("# %zu objects, %u walk to the end, %u walks\n", g.gl_pathc, well, walks);
	globfree(&g);
	CHECK(well >= good);
}

TEST(programs)
{
	every_object("build/progs/*.bpf.o", 10);
}

TEST(objects)
{
	every_object("build/tests/objects/*.bpf.o", 15);
}

TEST(a_second_load_leaves_the_first)
{
	size_t size;
	void *bytes = whole_file("build/progs/syscount.bpf.o", &size);
	struct bw_options options = { .bytes = bytes, .size = size };
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int fd;

	bw_other_kernel(&options, kernel, NULL);
	fake_start(files);
	fake.answer = answer;
	CHECK_INT(bw_open("test.bpf.o", &options, &obj, &err), 0);
	CHECK_INT(bw_load(obj, &err), 0);
	fd = obj->programs[0].fd;
	CHECK(fd >= 0);
	CHECK_INT(bw_load(obj, &err), -EBUSY);
	CHECK_INT(obj->programs[0].fd, fd);
	CHECK_INT(attach_all(obj, &err), 0);
	bw_close(obj);
	check_clean(0, &err);
	free(bytes);
}

static struct bw_object *open_program(const char *path, void **bytes)
{
	size_t size;
	struct bw_options options = { .bytes = *bytes = whole_file(path, &size) };
	struct bw_error err = { 0 };
	struct bw_object *obj;

	bw_other_kernel(&options, kernel, NULL);
	options.size = size;
	fake_start(files);
	fake.answer = answer;
	CHECK_INT(bw_open(path, &options, &obj, &err), 0);
	return obj;
}

static unsigned updates;

static long count_updates(const struct call *c)
{
	updates += c->nr == CALL_BPF && c->arg[0] == BPF_MAP_UPDATE_ELEM;
	return answer(c);
}

/* And the kernel's zeros are written over only then. */
TEST(a_variable_is_set_as_a_whole)
{
	void *bytes;
	struct bw_object *obj = open_program("build/progs/syscount.bpf.o", &bytes);
	const struct bw_global *g = &obj->globals[0];
	unsigned char value[64] = { 1 };
	struct bw_error err = { 0 };

	CHECK(g->size > 1 && g->size < sizeof(value));
	CHECK_INT(bw_set_global(obj, g, value, g->size - 1, &err), -EINVAL);
	CHECK_HAS(err.msg, "bytes given, the variable has ");
	CHECK_INT(bw_set_global(obj, g, value, g->size + 1, NULL), -EINVAL);
	CHECK_INT(bw_set_global(obj, g, value, g->size, NULL), 0);
	CHECK_INT(*(const unsigned char *)g->data, 1);
	CHECK_STR(g->map->name, ".bss");
	fake.answer = count_updates;
	updates = 0;
	CHECK_INT(bw_load(obj, NULL), 0);
	CHECK_INT(updates, 1);
	bw_close(obj);
	free(bytes);
	obj = open_program("build/progs/syscount.bpf.o", &bytes);
	fake.answer = count_updates;
	updates = 0;
	CHECK_INT(bw_load(obj, NULL), 0);
	CHECK_INT(updates, 0);
	bw_close(obj);
	free(bytes);
}

/* Three CPUs have three values, one after the other; an array by the number of the CPU needs six places. */
TEST(cpus_with_a_hole)
{
	struct fake_file *possible = files;
	struct bw_object *obj;
	void *bytes;

	while (strcmp(possible->path, "/sys/devices/system/cpu/possible") != 0)
		possible++;
	possible->text = "0-1,5\n";
	obj = open_program("build/progs/syscount.bpf.o", &bytes);
	CHECK_INT(bw_load(obj, NULL), 0);
	CHECK_INT(bw_find_map(obj, "counts")->cpus, 3);
	CHECK_INT(bw_find_map(obj, "counts")->value_buffer_size, 24);
	bw_close(obj);
	free(bytes);
	obj = open_program("build/progs/hello_perf.bpf.o", &bytes);
	CHECK_INT(bw_load(obj, NULL), 0);
	CHECK_INT(obj->maps[0].max_entries, 6);
	bw_close(obj);
	free(bytes);
	possible->text = "0-3\n";
}

/* Whoever forgets the size of a ring shall hear it from the kernel: one page would lose records in silence. */
TEST(a_ring_without_a_size_gets_none)
{
	void *bytes;
	struct bw_object *obj = open_program("build/progs/ring.bpf.o", &bytes);
	unsigned ring = 0;

	while (strcmp(obj->maps[ring].type_name, "BPF_MAP_TYPE_RINGBUF") != 0)
		ring++;
	CHECK_INT(bw_set_max_entries(obj, &obj->maps[ring], 0, NULL), 0);
	CHECK_INT(bw_load(obj, NULL), 0);
	CHECK_INT(obj->maps[ring].max_entries, 0);
	bw_close(obj);
	free(bytes);
}

static unsigned log_tries, says_size;	/* of the kernel below: since 6.4 it says how much the log takes */

static long refuse(const struct call *c)
{
	struct bpf_prog_load_attr *attr = (void *)c->arg[1];

	if (c->nr != CALL_BPF || c->arg[0] != BPF_PROG_LOAD)
		return answer(c);
	if (!attr->log_buf)
		return -EACCES;
	log_tries++;
	CHECK(c->arg[2] >= (long)offsetof(struct bpf_prog_load_attr, log_true_size) + 4);
	if (says_size)
		attr->log_true_size = 1000000;
	if (attr->log_size < 1000000)
		return -ENOSPC;
	snprintf((char *)(uintptr_t)attr->log_buf, attr->log_size, "0: (95) exit\nR0 !read_ok\nprocessed 1 insns\n");
	return -EACCES;
}

TEST(the_log_is_never_cut)
{
	void *bytes;

	for (says_size = 0; says_size < 2; says_size++) {
		struct bw_object *obj = open_program("build/progs/minimal.bpf.o", &bytes);
		struct bw_error err = { 0 };

		fake.answer = refuse;
		log_tries = 0;
		CHECK_INT(bw_load(obj, &err), -EACCES);
		CHECK_HAS(err.msg, "R0 !read_ok");
		CHECK_HAS(bw_log(obj), "processed 1 insns");
		CHECK_INT(log_tries, says_size ? 2 : 5);	/* 64 KiB and 1000000 bytes; or doubled up to 1 MiB */
		bw_close(obj);
		free(bytes);
	}
}

static long refuse_for_room(const struct call *c)
{
	const struct bpf_prog_load_attr *attr = (const void *)c->arg[1];

	if (c->nr != CALL_BPF || c->arg[0] != BPF_PROG_LOAD)
		return answer(c);
	log_tries += attr->log_buf != 0;
	if (attr->log_buf)
		((struct bpf_prog_load_attr *)c->arg[1])->log_true_size = says_size;
	return attr->log_buf ? -ENOSPC : -EACCES;
}

/* A kernel that is never satisfied is not obeyed for ever: 64 KiB, doubled up to 256 MiB. */
TEST(a_log_without_end)
{
	void *bytes;
	struct bw_object *obj = open_program("build/progs/minimal.bpf.o", &bytes);
	struct bw_error err = { 0 };

	fake.answer = refuse_for_room;
	for (unsigned i = 0; i < 2; i++) {
		log_tries = 0;
		says_size = i ? UINT32_MAX : 0;		/* nor when it says that it wants 4 GiB */
		CHECK(bw_load(obj, &err) < 0);
		CHECK_INT(log_tries, 13);
	}
	bw_close(obj);
	check_clean(err.code, &err);
	free(bytes);
}
