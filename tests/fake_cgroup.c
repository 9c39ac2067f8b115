/*
 * Cgroups over a pretend kernel: where they are looked for, links and the calls of kernels that have none, what is said when
 * a call fails, and that nothing stays open or attached then, whichever call it was.
 */
#include "loader/walk.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"

static const struct fake_file files[] = {
	{ "/proc/self/mounts", "tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/pids cgroup rw 0 0\n"
			       "cgroup2 /sys/fs/two\\040words cgroup2 rw 0 0\ncgroup2 /elsewhere cgroup2 rw 0 0\n", 0 },
	{ "/sys/fs/two words/guarded", "", 0 },
	{ "/abs", "", 0 },
	{ "/proc/self/fdinfo/10", "pos:\t0\nflags:\t0100000\nmnt_id:\t25\n", 0 },
	{ "/proc/self/mountinfo", "24 1 0:1 / / rw - ext4 /dev/x rw\n25 24 0:2 / /abs rw shared:1 - tmpfs none rw\n", 0 },
	{ NULL, NULL, 0 }
};

static const struct fake_file v1[] = {
	{ "/abs", "", 0 },
	{ "/proc/self/fdinfo/10", "mnt_id:\t25\n", 0 },
	{ "/proc/self/mountinfo", "25 24 0:2 / /abs rw - cgroup none rw\n", 0 },
	{ NULL, NULL, 0 }
};

static const struct fake_file nothing[] = {
	{ "/abs", "", 0 }, { "/proc/self/mounts", "proc /proc proc rw 0 0\n", 0 }, { NULL, NULL, 0 }
};

static struct walk w;
static struct bw_program prog;
static struct bw_error err;
static struct bw_link *link;
static char note[512];
static long link_create, prog_attach, made, removed;	/* what the kernel says; 0: yes */
static unsigned attached;				/* by BPF_PROG_ATTACH and not detached again */

static void observe(void *ctx, const struct bw_event *e)
{
	(void)ctx;
	if (e->kind == BW_NOTE)
		snprintf(note, sizeof(note), "%s", e->text);
}

static long answer_attach(const struct bpf_prog_attach_attr *a, bool on)
{
	fake_log("%s target=%u prog=%u type=%u flags=%u", on ? "PROG_ATTACH" : "PROG_DETACH", a->target_fd, a->attach_bpf_fd,
		 a->attach_type, a->attach_flags);
	if (on && prog_attach)
		return prog_attach;
	attached += on ? 1u : -1u;
	return 0;
}

static long answer(const struct call *c)
{
	const struct bpf_link_create_attr *l = (const void *)c->arg[1];

	if (c->nr == CALL_MKDIRAT || c->nr == CALL_UNLINKAT) {
		fake_log("%s %s", call_name(c), (const char *)c->arg[1]);
		return c->nr == CALL_MKDIRAT ? made : removed;
	}
	if (c->nr != CALL_BPF)
		return FAKE_OURS;
	if (c->arg[0] == BPF_PROG_ATTACH || c->arg[0] == BPF_PROG_DETACH)
		return answer_attach((const void *)c->arg[1], c->arg[0] == BPF_PROG_ATTACH);
	if (c->arg[0] != BPF_LINK_CREATE)
		return FAKE_OURS;
	fake_log("LINK_CREATE prog=%u target=%u type=%u", l->prog_fd, l->target_fd, l->attach_type);
	return link_create ? link_create : fake_fd(NULL, 0);
}

static void start(const struct fake_file *have)
{
	arena_free(&w.arena);
	memset(&w, 0, sizeof(w));
	memset(&err, 0, sizeof(err));
	note[0] = 0;
	attached = 0;
	bw_observe(&w.options, observe, NULL);
	w.watched = true;
	fake_start(have);
	fake.answer = answer;
	w.sys.kernel = fake_kernel;
}

/* Attaches a program of that section, descriptor 5. */
static int attach_to(const char *section, const struct bw_attach_options *o)
{
	const struct hook *hook = hook_find(section, &prog.target);

	CHECK(hook);
	prog.name = "test";
	prog.section = section;
	prog.hook = &hook->pub;
	prog.fd = 5;
	return bw_attach(&w.pub, &prog, o, &link, &err);
}

static int attach(const struct fake_file *have, const char *section, const char *cgroup)
{
	start(have);
	return attach_to(section, &(struct bw_attach_options){ .cgroup = cgroup });
}

static void detach(void)
{
	bw_detach(&w.pub, link);
	CHECK_INT(fake.open + fake.wrong + attached, 0);
}

/* ---- the calls ------------------------------------------------------------ */

TEST(relative_to_the_mount)
{
	CHECK_INT(attach(files, "cgroup/dev", "guarded"), 0);
	CHECK_STR(fake.log,
		  "open /proc/self/mounts = 10\nread 10 = 153\nread 10 = 0\nclose 10\n"
		  "open /sys/fs/two words/guarded = 10\n"
		  "LINK_CREATE prog=5 target=10 type=6 = 11\n"
		  "close 10\n");
	CHECK_STR(link->target, "/sys/fs/two words/guarded");
	CHECK_INT(link->nfds, 1);
	CHECK_INT(link->fds[0], 11);
	CHECK_STR(note, "");
	detach();
	/* The second does not look again. */
	fake.used = 0;
	CHECK_INT(attach_to("cgroup/connect4", &(struct bw_attach_options){ .cgroup = "guarded" }), 0);
	CHECK_STR(fake.log, "open /sys/fs/two words/guarded = 10\nLINK_CREATE prog=5 target=10 type=10 = 11\nclose 10\n");
	detach();
}

TEST(absolute)
{
	CHECK_INT(attach(nothing, "sockops", "/abs"), 0);
	CHECK_STR(fake.log, "open /abs = 10\nLINK_CREATE prog=5 target=10 type=3 = 11\nclose 10\n");
	detach();
	CHECK_HAS(fake.log, "close 10\nclose 11\n");
}

TEST(without_links)
{
	link_create = -EINVAL;
	CHECK_INT(attach(files, "cgroup/dev", "/abs"), 0);
	CHECK_STR(fake.log,
		  "open /abs = 10\n"
		  "LINK_CREATE prog=5 target=10 type=6 = EINVAL\n"
		  "PROG_ATTACH target=10 prog=5 type=6 flags=2 = 0\n");
	CHECK_HAS(note, "older than 5.7");
	CHECK_INT(attached, 1);
	CHECK_INT(link->fds[0], 10);
	detach();
	CHECK_HAS(fake.log, "PROG_DETACH target=10 prog=5 type=6 flags=0 = 0\nclose 10\n");
	link_create = 0;
}

/* Any other errno is an answer, not an old kernel. */
TEST(only_einval_means_older)
{
	static const long codes[] = { -EPERM, -ENOMEM, -EOPNOTSUPP, -ENOSYS, -EBADF, -E2BIG };

	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		link_create = codes[i];
		CHECK_INT(attach(files, "cgroup/dev", "/abs"), codes[i]);
		CHECK(!strstr(fake.log, "PROG_ATTACH"));
		CHECK_INT(fake.open + fake.wrong, 0);
	}
	link_create = 0;
}

/* ---- what is said --------------------------------------------------------- */

TEST(messages)
{
	CHECK_INT(attach(files, "cgroup/dev", "none"), -ENOENT);
	CHECK_STR(err.msg, "no cgroup /sys/fs/two words/none (ENOENT)");
	CHECK_STR(err.where, "attach test");
	CHECK_INT(attach(nothing, "cgroup/dev", "x"), -ENOENT);
	CHECK_STR(err.msg, "cgroup2 is not mounted: /proc/self/mounts has none, and x is relative to it");
	CHECK_INT(attach(files, "cgroup/dev", ""), -EINVAL);
	CHECK_STR(err.msg, "the name of the cgroup is empty");

	link_create = -EBADF;
	CHECK_INT(attach(files, "cgroup/dev", "/abs"), -EBADF);
	CHECK_STR(err.msg, "/abs is no cgroup, but a directory on tmpfs (BPF_LINK_CREATE): EBADF");
	CHECK_INT(attach(v1, "cgroup/dev", "/abs"), -EBADF);
	CHECK_STR(err.msg, "/abs is a cgroup of version 1, and programs are attached to those of version 2"
		  " (BPF_LINK_CREATE): EBADF");
	CHECK_INT(attach(nothing, "cgroup/dev", "/abs"), -EBADF);
	CHECK_HAS(err.msg, "a directory on another file system");
	link_create = -EPERM;
	CHECK_INT(attach(files, "cgroup/dev", "/abs"), -EPERM);
	CHECK_HAS(err.msg, "BPF_LINK_CREATE at /abs: not permitted, or a program is attached there or above");
	link_create = -ENOTSUPP;
	CHECK_INT(attach(files, "cgroup/dev", "/abs"), -ENOTSUPP);
	CHECK_HAS(err.msg, "BPF_LINK_CREATE at /abs: on this machine this kernel cannot lead functions to programs");
	link_create = prog_attach = -EINVAL;
	CHECK_INT(attach(files, "cgroup/dev", "/abs"), -EINVAL);
	CHECK_STR(err.msg, "BPF_PROG_ATTACH at /abs: this kernel cannot attach this kind of program to a cgroup: EINVAL");
	CHECK_INT(fake.open + fake.wrong + attached, 0);
	link_create = prog_attach = 0;
}

TEST(what_does_not_fit)
{
	struct bw_attach_options o = { .cgroup = "/abs", .pid = 77 };

	start(files);
	CHECK_INT(attach_to("cgroup/dev", NULL), -ENOTSUP);
	CHECK_STR(err.msg, "test: section cgroup/dev is attached to a cgroup, and none is named");
	CHECK_INT(attach(files, "raw_tp/sys_enter", "/abs"), -EINVAL);
	CHECK_STR(err.msg, "test: a program of section raw_tp/sys_enter cannot be attached to a cgroup");
	start(files);
	CHECK_INT(attach_to("cgroup/dev", &o), -EINVAL);
	CHECK_HAS(err.msg, "process 77 alone cannot be chosen");
	CHECK_STR(fake.log, "");
}

TEST(a_path_that_is_too_long)
{
	static char path[600];

	memset(path, 'x', sizeof(path) - 1);
	CHECK_INT(attach(files, "cgroup/dev", path), -ENAMETOOLONG);
	path[0] = '/';
	CHECK_INT(attach(files, "cgroup/dev", path), -ENAMETOOLONG);
	CHECK_HAS(err.msg, "...: the path is too long");
}

TEST(making_and_removing)
{
	start(files);
	CHECK_INT(bw_cgroup_make(&w.pub, "new", &err), 1);
	CHECK_INT(bw_cgroup_remove(&w.pub, "/new", &err), 0);
	CHECK_HAS(fake.log, "mkdirat /sys/fs/two words/new = 0\nunlinkat /new = 0\n");
	made = -EEXIST;
	removed = -EBUSY;
	CHECK_INT(bw_cgroup_make(&w.pub, "new", &err), 0);
	CHECK_INT(bw_cgroup_remove(&w.pub, "new", &err), -EBUSY);
	CHECK_STR(err.msg, "removing /sys/fs/two words/new: EBUSY");
	made = -EACCES;
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_cgroup_make(&w.pub, "new", &err), -EACCES);
	CHECK_STR(err.msg, "making /sys/fs/two words/new: EACCES");
	start(nothing);
	CHECK_INT(bw_cgroup_make(&w.pub, "new", &err), -ENOENT);
	CHECK_INT(bw_cgroup_remove(&w.pub, "new", &err), -ENOENT);
	made = removed = 0;
}

/* ---- whichever call fails ------------------------------------------------- */

static void fail_each_call(const char *cgroup, long code)
{
	for (unsigned at = 1;; at++) {
		bool reached;
		int r;

		NOTE("%s, call %u", cgroup, at);
		start(files);
		fake.fail_at = at;
		fake.fail_with = code;
		r = attach_to("cgroup/dev", &(struct bw_attach_options){ .cgroup = cgroup });
		reached = fake.calls >= at;
		fake.fail_at = 0;
		if (r < 0)
			CHECK(err.msg[0] && err.where[0] && err.code == r);
		else
			detach();
		CHECK_INT(fake.open + fake.wrong + attached, 0);
		if (!reached)
			break;
	}
}

TEST(nothing_stays)
{
	static const long codes[] = { -ENOMEM, -EPERM, -ENOENT, -EINTR, -EBADF, -EINVAL };

	for (unsigned i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		link_create = 0;
		fail_each_call("guarded", codes[i]);
		link_create = -EINVAL;
		fail_each_call("/abs", codes[i]);
	}
	link_create = 0;
	arena_free(&w.arena);
}
