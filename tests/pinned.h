/*
 * attach and detach as the command does them, over a pretend kernel that remembers what is pinned (tests/fake_bpffs.h).
 *
 *	start(files);
 *	CHECK_INT(attach("build/progs/device.bpf.o", "d"), 0);		pinned in /bpf/d
 *	CHECK_INT(detach("d"), 0);
 *	check_told(0);
 *
 * Only the public header is used.
 *
 * Next: tests/fake_pin.c
 */
#ifndef TESTS_PINNED_H
#define TESTS_PINNED_H

#include "tests/fake_bpffs.h"

static const struct fake_file files[] = {
	{ "/proc/self/mounts", "proc /proc proc rw 0 0\nbpf /bpf bpf rw 0 0\ncgroup2 /cg cgroup2 rw 0 0\n", 0 },
	{ "/proc/self/mountinfo", "7 1 0:9 / /bpf rw - bpf none rw\n8 1 0:8 / / rw - ext4 /dev/x rw\n", 0 },
	{ "/proc/sys/kernel/bpf_stats_enabled", "1\n", 0 },
	{ "/cg/guarded", "", 0 },
	{ "/elsewhere", "", 0 },
	{ "/sys/kernel/tracing/events/sched/sched_process_exit/id", "310\n", 0 },
	{ "/sys/devices/system/cpu/online", "0-1\n", 0 },
	{ "/sys/devices/system/cpu/possible", "0-1\n", 0 },
	{ NULL, NULL, 0 }
};

static struct bw_error err;
static struct bw_object *obj;
static char gone[1024];

static inline void start(const struct fake_file *have)
{
	fake_start(have);
	bpffs_start();
	memset(&err, 0, sizeof(err));
	gone[0] = 0;
}

static inline struct bw_options with_bpffs(void)
{
	struct bw_options o = { .undo_pins = true, .pin_dir = "/bpf" };

	bw_other_kernel(&o, bpffs_kernel, NULL);
	return o;
}

/* The file is read here, so that every call that is counted has to do with pins or could have. */
static inline int open_object(const char *path)
{
	static char bytes[1 << 20];
	struct bw_options o = with_bpffs();
	FILE *f = fopen(path, "rb");

	CHECK(f);
	o.size = fread(bytes, 1, sizeof(bytes), f);
	o.bytes = bytes;
	fclose(f);
	return bw_open(path, &o, &obj, &err);
}

/* What bpfwalk attach does. */
static inline int attach(const char *path, const char *dir)
{
	const struct bw_attach_options how = { .cgroup = strstr(path, "device") ? "guarded" : NULL, .pinnable = true };
	struct bw_link *link;
	int r;

	memset(&err, 0, sizeof(err));
	r = open_object(path);
	if (r == 0)
		r = bw_load(obj, &err);
	if (r == 0)
		r = bw_pin(obj, dir, &err);
	if (r == 0 && how.cgroup)
		r = bw_pin_cgroup(obj, how.cgroup, &err);
	for (unsigned i = 0; r == 0 && i < obj->nprograms; i++) {
		r = bw_attach(obj, &obj->programs[i], &how, &link, &err);
		if (r == 0)
			r = bw_pin_link(obj, link, &err);
	}
	if (r == 0)
		bw_keep_pins(obj);
	bw_close(obj);
	return r;
}

static inline void see_gone(void *ctx, const struct bw_item *item)
{
	(void)ctx;
	snprintf(gone + strlen(gone), sizeof(gone) - strlen(gone), "%s ", item->pins[0]);
}

static char cgroup[24];
static int cgroup_end;

static inline int detach(const char *dir)
{
	const struct bw_options options = with_bpffs();
	int r;

	memset(&err, 0, sizeof(err));
	r = bw_open_empty(&options, &obj, &err);
	if (r == 0)
		r = bw_pinned_cgroup(obj, dir, cgroup, sizeof(cgroup), &err);
	if (r >= 0)
		r = bw_unpin(obj, dir, see_gone, NULL, &err);
	bw_close(obj);
	cgroup_end = r < 0 ? 0 : r;
	return r < 0 ? r : 0;
}

static inline void check_told(int r)
{
	CHECK_INT(fake.open + fake.wrong + fake.mapped, 0);
	CHECK_INT(err.code, r);
	if (r < 0)
		CHECK(err.where[0] && err.msg[0] && !strchr(err.msg, '\n'));
}

static const long codes[] = { -ENOMEM, -EPERM, -EINVAL, -ENOENT, -EINTR, -ENOSPC, -EBUSY, -EEXIST };
enum { CODES = sizeof(codes) / sizeof(codes[0]) };

#endif
