/*
 * Programs that are attached to functions, one or many: each runs as often as this process called them, not once more or
 * less, and never again once it is detached; and what cannot be found says why.
 *
 * The programs are those of tests/objects/functions.bpf.c. A kernel without such hooks refuses them, each with the errno it
 * has had since it knows nothing of them: only then the test says SKIP.
 *
 * Kernel: kernel/bpf/trampoline.c, kernel/trace/bpf_trace.c
 * Next: tests/kernel_usdt.c
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "tests/spelling.h"

#define ENOTSUPP 524

/* A function that nobody else calls. */
long bpfwalk_hit(void);
__asm__(".text\n.globl bpfwalk_hit\n.type bpfwalk_hit, %function\nbpfwalk_hit:\n"
	"nop\nnop\nnop\nnop\nnop\nnop\nnop\nnop\nret\n.size bpfwalk_hit, .-bpfwalk_hit\n");

enum { HITS = 1000 };

static struct bw_object *obj, *replaced;
static const struct bw_program *prog;
static struct bw_link *link_;
static struct bw_error err;

static bool older_than(int major, int minor)
{
	struct utsname u;
	int has_major = 0, has_minor = 0;

	CHECK(uname(&u) == 0 && sscanf(u.release, "%d.%d", &has_major, &has_minor) == 2);
	return has_major < major || (has_major == major && has_minor < minor);
}

static void done(void)
{
	bw_close(obj);
	bw_close(replaced);
	obj = replaced = NULL;
}

static const struct bw_global *global(struct bw_object *o, const char *name)
{
	const struct bw_global *g = bw_find_global(o, name);

	if (!g)
		FAIL("no variable %s", name);
	return g;
}

static uint64_t get(struct bw_object *o, const char *name)
{
	static char section[4096];
	const struct bw_global *g = global(o, name);
	uint64_t value = 0;
	uint32_t key = 0;

	CHECK(g->map->value_buffer_size <= sizeof(section));
	CHECK_INT(bw_map_lookup(o, g->map, &key, section), 0);
	memcpy(&value, section + g->offset, sizeof(value));
	return value;
}

static uint64_t hits(void)
{
	char name[64];

	snprintf(name, sizeof(name), "%s_hits", prog->name);
	return get(obj, name);
}

static void set(struct bw_object *o, const char *name, uint64_t value)
{
	if (bw_set_global(o, global(o, name), &value, global(o, name)->size, &err))
		FAIL("%s: %s", err.where, err.msg);
}

static void open_program(const char *name)
{
	if (geteuid() != 0)
		SKIP("needs root");
	NOTE("program %s", name);
	done();			/* of a test that failed */
	memset(&err, 0, sizeof(err));
	if (bw_open("build/tests/objects/functions.bpf.o", NULL, &obj, &err))
		FAIL("%s: %s", err.where, err.msg);
	prog = bw_find_program(obj, name);
	CHECK(prog);
	bw_enable(obj, prog, true);
	set(obj, "process", (uint64_t)getpid());
	set(obj, "getpgid_nr", SYS_getpgid);
}

/* A kernel that is locked down refuses all of these, with an empty log. */
static void skip_locked(int r)
{
	if (r == -EPERM) {
		done();
		SKIP("EPERM: a kernel that is locked down, or without the privilege");
	}
}

static void load(const char *name, int major, int minor)
{
	int r;

	open_program(name);
	r = bw_load(obj, &err);
	skip_locked(r);
	if (older_than(major, minor)) {
		if (r == 0)
			return;		/* verified as something else: the attach says no */
		CHECK_INT(r, -EINVAL);
		done();
		SKIP("needs Linux %d.%d or newer", major, minor);
	}
	if (r < 0)
		FAIL("%s: %s", err.where, err.msg);
}

static int try_attach(const struct bw_attach_options *o)
{
	memset(&err, 0, sizeof(err));
	return bw_attach(obj, prog, o, &link_, &err);
}

/* What kernels say that have the kind of program and not the link. */
static void attach_with(int major, int minor, const struct bw_attach_options *o)
{
	int r = try_attach(o);

	if (r == -EOPNOTSUPP || r == -ENOTSUPP || (older_than(major, minor) && r == -EINVAL)) {
		done();
		SKIP("%s", err.msg);
	}
	if (r < 0)
		FAIL("%s: %s", err.where, err.msg);
}

static void call_getpgid(void)
{
	for (int i = 0; i < HITS; i++)
		syscall(SYS_getpgid, getpid());
}

static void call_function(void)
{
	for (int i = 0; i < HITS; i++)
		bpfwalk_hit();
}

/* Mounts that nobody else sees and that end with this process. */
static int mount_for_us(const char *type, const char *dir)
{
	return unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount(type, dir, type, 0, NULL);
}

static void have_functions(void)
{
	int fd;

	if (access("/sys/kernel/tracing/available_filter_functions", F_OK) &&
	    mount_for_us("tracefs", "/sys/kernel/tracing"))
		SKIP("tracefs cannot be mounted: %s", strerror(errno));
	fd = open("/sys/kernel/tracing/available_filter_functions", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		SKIP("the functions that can be traced: %s", strerror(errno));
	close(fd);
}

/* Before it is attached, while, and after: only what was done in between counts. */
static void counts(const char *name, int major, int minor, void (*provoke)(void), unsigned expected, const char *target)
{
	load(name, major, minor);
	provoke();
	attach_with(major, minor, NULL);
	CHECK(!older_than(major, minor));
	if (target)
		CHECK_STR(link_->target, target);
	provoke();
	CHECK_INT(hits(), expected);
	bw_detach(obj, link_);
	provoke();
	CHECK_INT(hits(), expected);
	done();
}

TEST(fentry)
{
	counts("fentry", 5, 5, call_getpgid, HITS, SYS "getpgid");
	counts("fentry_vmlinux", 5, 5, call_getpgid, HITS, "vmlinux:" SYS "getpgid");
}

TEST(fexit)
{
	counts("fexit", 5, 5, call_getpgid, HITS, SYS "getpgid");
}

TEST(fsession)
{
	counts("fsession", 7, 0, call_getpgid, 2 * HITS, NULL);
}

TEST(fentry_multi)
{
	counts("fentry_multi", 7, 2, call_getpgid, HITS, SYS "getpg?d (1 function)");
	counts("fexit_multi", 7, 2, call_getpgid, HITS, NULL);
	counts("fsession_multi", 7, 2, call_getpgid, 2 * HITS, NULL);
}

TEST(tp_btf)
{
	counts("tp_btf", 5, 5, call_getpgid, HITS, "sys_enter");
}

TEST(kprobe_multi)
{
	have_functions();
	counts("kprobe_multi", 5, 18, call_getpgid, HITS, SYS "getpg*d (1 function)");
	counts("kprobe_multi_one", 5, 18, call_getpgid, HITS, NULL);
	counts("kretprobe_multi", 5, 18, call_getpgid, HITS, NULL);
}

TEST(kprobe_session)
{
	have_functions();
	counts("kprobe_session", 6, 10, call_getpgid, 2 * HITS, NULL);
}

TEST(uprobe_multi)
{
	counts("uprobe_multi", 6, 6, call_function, HITS, "/proc/self/exe:bpfwalk_h* (1 place)");
	counts("uretprobe_multi", 6, 6, call_function, HITS, NULL);
}

TEST(uprobe_session)
{
	counts("uprobe_session", 6, 13, call_function, 2 * HITS, NULL);
}

/* Has the kernel's command line turned BPF's security module on? */
static bool has_bpf_lsm(void)
{
	char list[256] = "";
	int fd = open("/sys/kernel/security/lsm", O_RDONLY | O_CLOEXEC);

	if (fd < 0 && mkdir("/tmp/bpfwalk-lsm", 0700) == 0 && mount_for_us("securityfs", "/tmp/bpfwalk-lsm") == 0)
		fd = open("/tmp/bpfwalk-lsm/lsm", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		CHECK(read(fd, list, sizeof(list) - 1) >= 0);
		close(fd);
	}
	umount("/tmp/bpfwalk-lsm");
	rmdir("/tmp/bpfwalk-lsm");
	return strstr(list, "bpf") != NULL;
}

TEST(lsm)
{
	if (!has_bpf_lsm())
		SKIP("BPF is not among this kernel's security modules (lsm= on its command line)");
	counts("lsm", 5, 7, call_getpgid, HITS, "task_getpgid");
}

/* The kernel has a function that is there to be replaced, and calls it when asked to. */
TEST(fmod_ret)
{
	uint32_t by_itself, result;

	load("fmod_ret", 6, 2);		/* before, it could not be replaced unless errors could be injected, and here they cannot */
	CHECK_INT(bw_run_once(obj, prog, NULL, 0, &by_itself, &err), 0);
	CHECK_INT(hits(), 0);
	attach_with(6, 2, NULL);
	CHECK_INT(bw_run_once(obj, prog, NULL, 0, &result, &err), 0);
	CHECK_INT(hits(), 1);
	CHECK_INT((result & 0xffff) - (by_itself & 0xffff), 42 - (1 + 3));
	bw_detach(obj, link_);
	CHECK_INT(bw_run_once(obj, prog, NULL, 0, &result, &err), 0);
	CHECK_INT(hits(), 1);
	done();
}

/* ---- programs that run when somebody asks ---------------------------------- */

static struct { char text[1 << 20]; size_t len; } said;

static void take(void *ctx, const char *text, size_t size)
{
	(void)ctx;
	CHECK(size <= sizeof(said.text) - said.len);
	memcpy(said.text + said.len, text, size);
	said.len += size;
}

TEST(iter)
{
	uint64_t first;

	load("iter", 5, 8);
	attach_with(5, 8, NULL);
	said.len = 0;
	CHECK_INT(bw_iterate(obj, link_, take, NULL, &err), 0);
	first = hits();
	CHECK(first > 1);
	CHECK_INT(said.len, first * 5 + 3);
	for (uint64_t i = 0; i < first; i++)
		CHECK(memcmp(said.text + i * 5, "task\n", 5) == 0);
	CHECK(memcmp(said.text + first * 5, "end", 3) == 0);
	said.len = 0;
	CHECK_INT(bw_iterate(obj, link_, take, NULL, &err), 0);		/* from the beginning */
	CHECK(said.len > 8 && hits() > first);
	done();
}

TEST(syscall_programs)
{
	uint32_t result;

	load("run", 5, 14);
	CHECK_INT(bw_attach(obj, prog, NULL, &link_, &err), -ENOTSUP);
	for (uint32_t i = 1; i <= 3; i++) {
		CHECK_INT(bw_run_once(obj, prog, NULL, 0, &result, &err), 0);
		CHECK_INT(result, 40 + i);
	}
	CHECK_INT(get(obj, "runs"), 3);
	done();
}

TEST(what_is_not_asked_that_way)
{
	uint32_t result;

	load("tp_btf", 5, 5);
	attach_with(5, 5, NULL);
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_iterate(obj, link_, take, NULL, &err), -EINVAL);
	CHECK_STR(err.msg, "tp_btf: a program of section ?tp_btf/sys_enter is not there to be read");
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_run_once(obj, bw_find_program(obj, "run"), NULL, 0, &result, &err), -EBADF);
	CHECK_STR(err.msg, "run is not loaded");
	done();
}

/* ---- programs for a place --------------------------------------------------- */

/* A network of our own, in which nothing happens but what we do. */
static void own_network(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int s;

	if (unshare(CLONE_NEWNET))
		SKIP("no network namespace: %s", strerror(errno));
	s = socket(AF_INET, SOCK_DGRAM, 0);
	CHECK(s >= 0 && ioctl(s, SIOCSIFFLAGS, &lo) == 0);
	close(s);
}

static void send_datagrams(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(999), .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int in = socket(AF_INET, SOCK_DGRAM, 0), out = socket(AF_INET, SOCK_DGRAM, 0);
	char byte = 0;

	CHECK(in >= 0 && out >= 0 && bind(in, (struct sockaddr *)&to, sizeof(to)) == 0);
	for (int i = 0; i < HITS; i++) {
		CHECK(sendto(out, &byte, 1, 0, (struct sockaddr *)&to, sizeof(to)) == 1);
		CHECK(recv(in, &byte, 1, 0) == 1);
	}
	close(in);
	close(out);
}

TEST(sk_lookup)
{
	if (geteuid() != 0)
		SKIP("needs root");
	own_network();
	counts("sk_lookup", 5, 9, send_datagrams, HITS, "/proc/self/ns/net");
}

TEST(a_named_network_namespace)
{
	char before[32];
	struct bw_attach_options other = { .netns = before }, none = { .netns = "/proc/self/ns/nat" },
		file = { .netns = "/dev/null" };
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	if (geteuid() != 0)
		SKIP("needs root");
	CHECK(fd >= 0);
	snprintf(before, sizeof(before), "/proc/self/fd/%d", fd);
	own_network();
	load("sk_lookup", 5, 9);
	CHECK_INT(try_attach(&none), -ENOENT);
	CHECK_HAS(err.msg, "opening network namespace /proc/self/ns/nat: ENOENT");
	CHECK_INT(try_attach(&file), -EINVAL);
	CHECK_HAS(err.msg, "BPF_LINK_CREATE at /dev/null: that is no network namespace");
	CHECK_INT(try_attach(&other), 0);
	send_datagrams();
	CHECK_INT(hits(), 0);
	done();
	load("flow_dissector", 5, 8);
	CHECK_INT(try_attach(NULL), 0);
	done();
}

TEST(lsm_cgroup)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	struct bw_attach_options guarded = { .cgroup = "bpfwalk-functions" };
	char procs[512];
	int s, cgroup_fd;

	if (!has_bpf_lsm())
		SKIP("BPF is not among this kernel's security modules (lsm= on its command line)");
	load("lsm_cgroup", 6, 0);
	CHECK_INT(try_attach(NULL), -ENOTSUP);
	memset(&err, 0, sizeof(err));
	if (bw_cgroup_make(obj, guarded.cgroup, &err) < 0)
		SKIP("%s", err.msg);
	attach_with(6, 0, &guarded);
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", link_->target);
	cgroup_fd = open(procs, O_WRONLY | O_CLOEXEC);
	CHECK(cgroup_fd >= 0);
	s = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(bind(s, (struct sockaddr *)&any, sizeof(any)) == 0);	/* outside */
	close(s);
	CHECK_INT(hits(), 0);
	CHECK(write(cgroup_fd, "0", 1) == 1);
	s = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(bind(s, (struct sockaddr *)&any, sizeof(any)) == 0);	/* inside */
	close(s);
	CHECK_INT(hits(), 1);
	bw_detach(obj, link_);
	close(cgroup_fd);
	done();
}

/* ---- freplace ---------------------------------------------------------------- */

static void run_replaced(uint64_t *asked, uint64_t *allowed)
{
	*asked = get(replaced, "asked");
	*allowed = get(replaced, "allowed");
	call_getpgid();
	*asked = get(replaced, "asked") - *asked;
	*allowed = get(replaced, "allowed") - *allowed;
}

/* Loads and attaches the program that is to be changed; target: by which it is named. */
static void start_replaced(char target[32], bool by_id)
{
	const struct bw_program *caller;
	char info[512] = "";
	FILE *f;

	if (geteuid() != 0)
		SKIP("needs root");
	done();
	if (bw_open("build/tests/objects/replaced.bpf.o", NULL, &replaced, &err))
		FAIL("%s: %s", err.where, err.msg);
	set(replaced, "process", (uint64_t)getpid());
	caller = bw_find_program(replaced, "replaced_caller");
	have_functions();
	if (bw_load(replaced, &err) || bw_attach(replaced, caller, NULL, &link_, &err))
		FAIL("%s: %s", err.where, err.msg);
	snprintf(target, 32, "replaced_caller");
	snprintf(info, sizeof(info), "/proc/self/fdinfo/%d", caller->fd);
	f = by_id ? fopen(info, "r") : NULL;
	while (f && fgets(info, sizeof(info), f))
		if (strncmp(info, "prog_id:", 8) == 0)
			snprintf(target, 32, "%ld", strtol(info + 8, NULL, 10));
	if (f)
		fclose(f);
}

static void replaces(bool by_id)
{
	char target[32];
	struct bw_options o = { .target = target };
	uint64_t asked, allowed;
	int r;

	start_replaced(target, by_id);
	run_replaced(&asked, &allowed);
	CHECK(asked >= HITS && allowed == 0);
	CHECK_INT(bw_open("build/tests/objects/freplace.bpf.o", &o, &obj, &err), 0);
	r = bw_load(obj, &err);
	skip_locked(r);
	if (r)
		FAIL("%s: %s", err.where, err.msg);
	prog = bw_find_program(obj, "stricter");
	attach_with(5, 6, NULL);
	run_replaced(&asked, &allowed);
	CHECK(asked >= HITS && allowed == asked);
	bw_detach(obj, link_);
	run_replaced(&asked, &allowed);
	CHECK(asked >= HITS && allowed == 0);
	done();
}

TEST(freplace)
{
	replaces(false);
	replaces(true);
}

/* ---- what is not there ------------------------------------------------------- */

static const char *refused(const char *name, int code)
{
	static char msg[sizeof(err.msg)];

	open_program(name);
	CHECK_INT(bw_load(obj, &err), code);
	snprintf(msg, sizeof(msg), "%s", err.msg);
	done();
	return msg;
}

static const char *not_attached(const char *name, int code)
{
	static char msg[sizeof(err.msg)];
	int r;

	load(name, 5, 8);
	r = try_attach(NULL);
	if (r == -EOPNOTSUPP || (r == -EINVAL && older_than(7, 2))) {
		done();
		SKIP("%s", err.msg);
	}
	CHECK_INT(r, code);
	snprintf(msg, sizeof(msg), "%s", err.msg);
	done();
	return msg;
}

TEST(no_such_target)
{
	CHECK_HAS(refused("fentry_none", -ESRCH), "fentry_none: section ?fentry/do_sys_openat22: this kernel has no function"
		  " do_sys_openat22 in its types; the nearest: do_sys_openat2");
	CHECK_HAS(refused("lsm_none", -ESRCH), "no function bpf_lsm_file_opne in its types; the nearest: file_open");
	CHECK_HAS(refused("tp_btf_none", -ESRCH), "no typedef btf_trace_sys_entre in its types; the nearest: sys_enter");
	CHECK_HAS(refused("iter_none", -ESRCH), "no function bpf_iter_taks in its types; the nearest: task");
	CHECK_HAS(refused("module_none", -ESRCH), "module nomodule_xyz is not loaded, or has no BTF");
	CHECK_STR(refused("fentry_nowhere", -EINVAL), "fentry_nowhere: section ?fentry does not say which: expected"
		  " fentry/[MODULE:]FUNCTION");
}

TEST(no_function_fits)
{
	have_functions();
	CHECK_HAS(not_attached("kprobe_multi_nobody", -ENOENT), SYS "nobody* fits none of the functions in"
		  " /sys/kernel/tracing/available_filter_functions");
	CHECK_HAS(not_attached("kprobe_multi_none", -ESRCH), "no kernel function " SYS "getpgidd (BPF_LINK_CREATE: ESRCH);"
		  " the nearest: " SYS "getpgid");
}

TEST(no_user_function_fits)
{
	CHECK_STR(not_attached("uprobe_multi_none", -ENOENT), "nobody* fits none of the function symbols of /proc/self/exe");
}

TEST(no_typed_function_fits)
{
	if (older_than(7, 2))
		SKIP("needs Linux 7.2 or newer");
	CHECK_STR(not_attached("fentry_multi_none", -ENOENT),
		  SYS "nobody* fits no function of the kernel's types that can be traced");
}

TEST(no_such_program_to_replace)
{
	struct bw_options none = { 0 }, nobody = { .target = "nobody_x" }, pin = { .target = "/sys/fs/bpf/nobody" },
		id = { .target = "4000000000" };
	const struct { const struct bw_options *o; int code; const char *says; } tries[] = {
		{ &none, -EINVAL, "stricter: section freplace/replaced replaces a function of a loaded program, and none is named" },
		{ &nobody, -ENOENT, "no loaded program is called nobody_x" },
		{ &pin, -ENOENT, "BPF_OBJ_GET of /sys/fs/bpf/nobody: ENOENT" },
		{ &id, -ENOENT, "BPF_PROG_GET_FD_BY_ID of 4000000000: ENOENT" },
	};

	if (geteuid() != 0)
		SKIP("needs root");
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		done();
		memset(&err, 0, sizeof(err));
		CHECK_INT(bw_open("build/tests/objects/freplace.bpf.o", tries[i].o, &obj, &err), 0);
		CHECK_INT(bw_load(obj, &err), tries[i].code);
		CHECK_HAS(err.msg, tries[i].says);
	}
	done();
}

TEST(no_such_function_to_replace)
{
	char target[32];
	struct bw_options o = { .target = target };

	start_replaced(target, true);
	CHECK_INT(bw_open("build/tests/objects/freplace.bpf.o", &o, &obj, &err), 0);
	bw_enable(obj, bw_find_program(obj, "stricter"), false);
	bw_enable(obj, bw_find_program(obj, "misspelt"), true);
	CHECK_INT(bw_load(obj, &err), -ENOENT);
	CHECK_HAS(err.msg, "misspelt: section ?freplace/replacd: program ");
	CHECK_HAS(err.msg, " has no function replacd; the nearest: replaced");
	done();
}
