/*
 * What list says of a link, and whom it finds holding things, over a pretend kernel: each type of link in words, a cgroup
 * by the number of its directory, processes and their perf events in a made-up /proc.
 *
 * Try: build/asan/tests/fake_list
 * Next: tests/fake_maps.c
 */
#include <dirent.h>

#include "loader/list.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"

static const struct fake_file files[] = {
	{ "/proc/self/mounts", "cgroup2 /cg cgroup2 rw 0 0\ncgroup2 /other cgroup2 rw 0 0\n", 0 },
	{ "/proc/12/fdinfo/3", "pos:\t0\nprog_type:\t5\nprog_id:\t70\n", 0 },
	{ "/proc/12/fdinfo/4", "map_type:\t1\nmap_id:\t71\n", 0 },
	{ "/proc/12/fdinfo/5", "link_type:\tx\nlink_id:\t72\nprog_tag:\tab\nprog_id:\t70\n", 0 },
	{ "/proc/12/comm", "loader\n", 0 },
	{ "/proc/13/comm", "tra\033cer\n", 0 },
	{ NULL, NULL, 0 }
};

/* Directories: path, then "name inode type" each. */
static const struct { const char *path, *name; uint64_t inode; unsigned char type; } entries[] = {
	{ "/cg", "cgroup.procs", 4711, DT_REG },
	{ "/cg", "a", 2, DT_DIR },
	{ "/cg/a", "deep", 3, DT_DIR },
	{ "/cg/a/deep", "guarded", 4711, DT_DIR },
	{ "/cg", "b", 5, DT_DIR },
	{ "/proc", "self", 1, DT_LNK },
	{ "/proc", "12", 2, DT_DIR },
	{ "/proc", "13", 3, DT_DIR },
	{ "/proc/12/fd", "0", 1, DT_LNK },
	{ "/proc/12/fd", "3", 1, DT_LNK },
	{ "/proc/12/fd", "4", 1, DT_LNK },
	{ "/proc/12/fd", "5", 1, DT_LNK },
	{ "/proc/12/fd", "6", 1, DT_LNK },
	{ "/proc/13/fd", "8", 1, DT_LNK },
	{ "/proc/13/fd", "9", 1, DT_LNK },
	{ "/proc/13/fd", "10", 1, DT_LNK },
};
enum { ENTRIES = sizeof(entries) / sizeof(entries[0]) };

static const struct { const char *path, *to; } links[] = {
	{ "/proc/12/fd/0", "/dev/null" }, { "/proc/12/fd/3", "anon_inode:bpf-prog" }, { "/proc/12/fd/4", "anon_inode:bpf-map" },
	{ "/proc/12/fd/5", "anon_inode:bpf_link" }, { "/proc/12/fd/6", "anon_inode:[eventpoll]" },
	{ "/proc/13/fd/8", "anon_inode:[perf_event]" }, { "/proc/13/fd/9", "anon_inode:[perf_event]" },
	{ "/proc/13/fd/10", "anon_inode:[perf_event]" },
};

static struct walk w;
static const char *opened[FAKE_FDS];	/* a directory that was opened and not read yet */
static const char *name;		/* of what a link is at; NULL: the kernel does not tell */

static long answer_open(const char *path)
{
	long fd;

	for (int i = 0; i < ENTRIES; i++) {
		if (strcmp(entries[i].path, path) != 0)
			continue;
		fd = fake_fd(NULL, 0);
		if (fd >= 0)
			opened[fd - FAKE_FD] = entries[i].path;
		return fd;
	}
	return FAKE_OURS;
}

static long answer_getdents(long fd, char *buf)
{
	const char *path = opened[fd - FAKE_FD];
	size_t used = 0;

	opened[fd - FAKE_FD] = NULL;
	for (int i = 0; path && i < ENTRIES; i++) {
		struct linux_dirent64 *e = (void *)(buf + used);

		if (strcmp(entries[i].path, path) != 0)
			continue;
		e->d_ino = entries[i].inode;
		e->d_type = entries[i].type;
		e->d_reclen = (uint16_t)((offsetof(struct linux_dirent64, d_name) + strlen(entries[i].name) + 8) / 8 * 8);
		strcpy(e->d_name, entries[i].name);
		used += e->d_reclen;
	}
	return (long)used;
}

static long answer_readlink(const char *path, char *buf, size_t size)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (strcmp(links[i].path, path) == 0) {
			size_t len = strlen(links[i].to) < size ? strlen(links[i].to) : size;

			memcpy(buf, links[i].to, len);
			return (long)len;
		}
	return -ENOENT;
}

/* Descriptor 8 runs program 80 at a kprobe, 9 the same at a tracepoint, 10 none. */
static long answer_query(struct bpf_task_fd_query_attr *q)
{
	CHECK_INT(q->pid, 13);
	if (q->fd == 10)
		return -EOPNOTSUPP;
	q->prog_id = 80;
	q->fd_type = q->fd == 8 ? BPF_FD_TYPE_KPROBE : BPF_FD_TYPE_TRACEPOINT;
	q->probe_offset = 0x10;
	snprintf((char *)(uintptr_t)q->buf, q->buf_len, "%s", q->fd == 8 ? "do_unlinkat" : "sched_switch");
	return 0;
}

/* The name goes where the kernel puts it for this type. */
static long answer_info(const struct bpf_info_attr *a)
{
	struct bpf_link_info *info = (void *)(uintptr_t)a->info;
	uint64_t at = info->raw_tracepoint.tp_name;

	if (info->type == BPF_LINK_TYPE_PERF_EVENT)
		at = info->perf_event.kprobe.func_name;
	if (!name)
		return -EINVAL;
	CHECK(at);
	strcpy((char *)(uintptr_t)at, name);
	return 0;
}

static long answer(const struct call *c)
{
	switch (c->nr) {
	case CALL_OPENAT:
		return answer_open((const char *)c->arg[1]);
	case CALL_GETDENTS64:
		return answer_getdents(c->arg[0], (char *)c->arg[1]);
	case CALL_READLINKAT:
		return answer_readlink((const char *)c->arg[1], (char *)c->arg[2], (size_t)c->arg[3]);
	case CALL_BPF:
		if (c->arg[0] == BPF_OBJ_GET_INFO_BY_FD)
			return answer_info((const void *)c->arg[1]);
		if (c->arg[0] == BPF_TASK_FD_QUERY)
			return answer_query((void *)c->arg[1]);
		return FAKE_OURS;
	default:
		return FAKE_OURS;
	}
}

static void start(void)
{
	fake_start(files);
	memset(&w, 0, sizeof(w));
	memset(opened, 0, sizeof(opened));
	fake.answer = answer;
	w.sys.kernel = fake_kernel;
}

static void is_at(const struct bpf_link_info *info, const char *of, const char *want)
{
	struct arena a = { 0 };

	NOTE("type %u", info->type);
	start();
	name = of;
	CHECK_STR(link_target(&w, &a, 5, info), want);
	CHECK_INT(fake.open + fake.wrong, 0);
	arena_free(&a);
}

#define LINK(t, ...) (&(struct bpf_link_info){ .type = BPF_LINK_TYPE_##t, __VA_ARGS__ })

TEST(every_type_of_link)
{
	is_at(LINK(RAW_TRACEPOINT, .prog_id = 1), "sys_enter", "raw_tracepoint sys_enter");
	is_at(LINK(RAW_TRACEPOINT, .prog_id = 1), NULL, "raw_tracepoint ");
	is_at(LINK(ITER, .prog_id = 1), "task", "iter task");
	is_at(LINK(TRACING, .tracing = { .attach_type = BPF_TRACE_FENTRY }), "", "TRACE_FENTRY");
	is_at(LINK(TRACING, .tracing = { BPF_LSM_MAC, 7, 12, 0, 0 }), "", "LSM_MAC BTF id 12 of 7");
	is_at(LINK(NETNS, .netns = { 4026531840, BPF_SK_LOOKUP }), "", "SK_LOOKUP netns 4026531840");
	is_at(LINK(XDP, .xdp = { 3 }), "", "XDP ifindex 3");
	is_at(LINK(TCX, .tcx = { 3, BPF_TCX_EGRESS }), "", "TCX_EGRESS ifindex 3");
	is_at(LINK(NETKIT, .netkit = { 4, BPF_NETKIT_PEER }), "", "NETKIT_PEER ifindex 4");
	is_at(LINK(KPROBE_MULTI, .kprobe_multi = { .count = 12 }), "", "kprobe.multi, 12 functions");
	is_at(LINK(UPROBE_MULTI, .uprobe_multi = { .count = 2 }), "/bin/x", "uprobe.multi, 2 places in /bin/x");
	is_at(LINK(STRUCT_OPS, .struct_ops = { 9 }), "", "struct_ops map 9");
	is_at(LINK(NETFILTER, .netfilter = { 2, 1, -5, 0 }), "", "NETFILTER family 2 hook 1 priority -5");
	is_at(LINK(SOCKMAP, .sockmap = { 8, BPF_SK_MSG_VERDICT }), "", "SK_MSG_VERDICT map 8");
	is_at(LINK(NETNS, .netns = { 1, 4711 }), "", "attach type 4711 netns 1");
	is_at(&(struct bpf_link_info){ .type = 4711 }, "", "");
}

TEST(perf_events)
{
	struct bpf_link_info info = { .type = BPF_LINK_TYPE_PERF_EVENT };

	is_at(&info, NULL, "perf_event");	/* before 6.6 */
	info.perf_event.type = BPF_PERF_EVENT_KPROBE;
	info.perf_event.kprobe.offset = 0x1f;
	is_at(&info, "do_unlinkat", "kprobe do_unlinkat+0x1f");
	info.perf_event.type = BPF_PERF_EVENT_KRETPROBE;
	is_at(&info, "do_unlinkat", "kretprobe do_unlinkat+0x1f");
	info.perf_event.type = BPF_PERF_EVENT_UPROBE;
	info.perf_event.uprobe.offset = 0x2f;
	is_at(&info, "/bin/x", "uprobe /bin/x+0x2f");
	info.perf_event.type = BPF_PERF_EVENT_URETPROBE;
	is_at(&info, "/bin/x", "uretprobe /bin/x+0x2f");
	info.perf_event.type = BPF_PERF_EVENT_TRACEPOINT;
	is_at(&info, "sched_switch", "tracepoint sched_switch");
	memset(&info.perf_event, 0, sizeof(info.perf_event));
	info.perf_event.type = BPF_PERF_EVENT_EVENT;
	info.perf_event.event.type = 1;
	is_at(&info, NULL, "perf_event type 1 config 0");
}

TEST(cgroups)
{
	struct bpf_link_info info = { .type = BPF_LINK_TYPE_CGROUP, .cgroup = { 4711, BPF_CGROUP_DEVICE } };

	is_at(&info, "", "CGROUP_DEVICE /cg/a/deep/guarded");	/* not the file of that number */
	info.cgroup.cgroup_id = 5;
	is_at(&info, "", "CGROUP_DEVICE /cg/b");
	info.cgroup.cgroup_id = 1;
	is_at(&info, "", "CGROUP_DEVICE /cg");
	info.cgroup.cgroup_id = 99;
	is_at(&info, "", "CGROUP_DEVICE cgroup 99");
	info.cgroup.cgroup_id = 0;
	is_at(&info, "", "CGROUP_DEVICE a cgroup that was removed");
}

static void check_seen(const struct sighting *list, const char *want)
{
	char text[512] = "";

	for (const struct sighting *s = list; s; s = s->next)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d:%u=%s(%d) ", (int)s->kind, s->id, s->text, s->pid);
	CHECK_STR(text, want);
}

TEST(processes)
{
	struct arena a = { 0 };
	struct sightings s = { .w = &w, .arena = &a };

	start();
	see_processes(&s);
	CHECK(!s.no_memory);
	check_seen(s.holders, "1:80=tra\033cer(13) 4:72=loader(12) 2:71=loader(12) 1:70=loader(12) ");
	check_seen(s.events, "1:80=tracepoint sched_switch(0) 1:80=kprobe do_unlinkat+0x10(0) ");
	check_seen(s.pins, "");
	CHECK_INT(fake.open + fake.wrong, 0);
	arena_free(&a);
}

/* What cannot be read is not seen, and nothing stays open. */
TEST(processes_with_failures)
{
	static const long codes[] = { -ENOENT, -EACCES, -ENOMEM, -EINTR, -ESRCH };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		for (unsigned n = 1;; n++) {
			struct arena a = { 0 };
			struct sightings s = { .w = &w, .arena = &a };

			NOTE("call %u fails with %s", n, errno_name(codes[i]));
			start();
			fake.fail_at = n;
			fake.fail_with = codes[i];
			see_processes(&s);
			CHECK_INT(fake.open + fake.wrong, 0);
			arena_free(&a);
			if (fake.calls < n)
				break;
		}
}
