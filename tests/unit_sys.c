/*
 * The door: who is asked, who is told, which descriptors and sizes get through.
 *
 * Next: tests/kernel_uapi.c
 */
#include "tests/check.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "uapi/fields.h"
#include "uapi/net.h"
#include "uapi/netlink.h"
#include "uapi/perf_event.h"
#include "uapi/sys.h"

/* A pretend kernel: answers from a list, then with 0; and a diary of what both of its ends saw. */
struct pretend {
	long answers[16];
	unsigned nanswers, calls, watched;
	struct call saw[40], told[40];
	bool watch_after_kernel;
};

static long pretend_kernel(void *ctx, struct call *c)
{
	struct pretend *p = ctx;
	unsigned n = p->calls++;

	p->saw[n] = *c;
	return n < p->nanswers ? p->answers[n] : 0;
}

static void pretend_watch(void *ctx, const struct call *c)
{
	struct pretend *p = ctx;

	p->told[p->watched++] = *c;
	p->watch_after_kernel = p->watched == p->calls;
}

static struct sys sys_of(struct pretend *p)
{
	return (struct sys){ .kernel = pretend_kernel, .kernel_ctx = p, .watch = pretend_watch, .watch_ctx = p };
}

TEST(pretend_kernel_and_watch)
{
	struct pretend p = { .answers = { 7, -EPERM, 0 }, .nanswers = 3 };
	struct sys s = sys_of(&p);
	struct bpf_map_create_attr a;

	memset(&a, 0, sizeof(a));
	a.map_type = BPF_MAP_TYPE_ARRAY;
	CHECK_INT(sys_bpf(&s, BPF_MAP_CREATE, &a, 0), 7);
	CHECK_INT(sys_ioctl(&s, 7, PERF_EVENT_IOC_SET_BPF, 4), -EPERM);
	sys_close(&s, 7);
	sys_close(&s, -1);	/* nothing to close: no call */
	CHECK_INT(p.calls, 3);
	CHECK_INT(p.watched, 3);
	CHECK(p.watch_after_kernel);
	CHECK_INT(p.told[0].ret, 7);
	CHECK_INT(p.told[0].arg[0], BPF_MAP_CREATE);
	CHECK_INT(p.told[0].arg[1], (long)&a);
	CHECK_INT(p.told[1].nr, CALL_IOCTL);
	CHECK_INT(p.told[1].ret, -EPERM);
	CHECK_INT(p.told[2].nr, CALL_CLOSE);
	CHECK_INT(p.told[2].arg[0], 7);
}

/* Every function is one knock at the door, and it carries the arguments of the manual page. */
TEST(every_function_goes_through)
{
	struct pretend p = { .answers = { 9 }, .nanswers = 1 };
	struct sys s = sys_of(&p);
	struct perf_event_attr attr;
	struct pollfd pfd = { 5, POLLIN, 0 };
	uint64_t limit[2] = { 1, 2 };
	struct ifreq_index interface = { .ifr_name = "x" };
	struct sockaddr_ll address = { 0 };
	struct tc_request request = { .tc = { .tcm_family = 0 } };
	int64_t size;
	struct new_utsname name;
	char buf[4];
	void *at;

	memset(&attr, 0, sizeof(attr));
	CHECK_INT(sys_perf_event_open(&s, &attr, -1, 2, -1, 0), 9);
	sys_open(&s, "/x", O_WRONLY);
	sys_read(&s, 5, buf, 4);
	sys_write(&s, 5, buf, 3);
	sys_file_size(&s, 5, &size);
	CHECK_INT(sys_mmap(&s, 4096, PROT_READ, MAP_SHARED, 5, 8192, &at), 0);
	sys_munmap(&s, &pfd, 4096);
	sys_poll(&s, &pfd, 1, 100);
	sys_prlimit(&s, RLIMIT_MEMLOCK, limit, NULL);
	sys_fsync(&s, 5);
	sys_chmod(&s, 5, 0640);
	sys_rename(&s, "/x", "/y");
	sys_unlink(&s, "/y");
	sys_mkdir(&s, "/x", 0755);
	sys_rmdir(&s, "/x");
	sys_symlink(&s, "/x", "/y");
	sys_getdents(&s, 5, buf, 4);
	sys_readlink(&s, "/x", buf, 4);
	sys_uname(&s, &name);
	CHECK_INT(sys_socket(&s, AF_PACKET, SOCK_RAW, 0), 0);
	sys_attach_bpf(&s, 7, 6);
	sys_bind(&s, 7, &address);
	sys_ifindex(&s, 7, &interface);
	sys_netlink_ext_ack(&s, 7);
	sys_netlink_send(&s, 7, &request, 36);
	sys_netlink_receive(&s, 7, buf, 4);

	static const struct { enum call_nr nr; long arg[6]; int n; } want[] = {
		{ CALL_PERF_EVENT_OPEN, { -2, -1, 2, -1, PERF_FLAG_FD_CLOEXEC }, 5 },
		{ CALL_OPENAT, { AT_FDCWD, -2, O_WRONLY | O_CLOEXEC }, 3 },
		/* 0 came back: a descriptor that must move */
		{ CALL_FCNTL, { 0, F_DUPFD_CLOEXEC, 3 }, 3 },
		{ CALL_CLOSE, { 0 }, 1 },
		{ CALL_READ, { 5, -2, 4 }, 3 },
		{ CALL_WRITE, { 5, -2, 3 }, 3 },
		{ CALL_FSTAT, { 5, -2 }, 2 },
		{ CALL_MMAP, { 0, 4096, PROT_READ, MAP_SHARED, 5, 8192 }, 6 },
		{ CALL_MUNMAP, { -2, 4096 }, 2 },
		{ CALL_POLL, { -2, 1, 100 }, 3 },
		{ CALL_PRLIMIT, { 0, RLIMIT_MEMLOCK, -2, 0 }, 4 },
		{ CALL_FSYNC, { 5 }, 1 },
		{ CALL_FCHMOD, { 5, 0640 }, 2 },
		{ CALL_RENAMEAT, { AT_FDCWD, -2, AT_FDCWD, -2 }, 4 },
		{ CALL_UNLINKAT, { AT_FDCWD, -2, 0 }, 3 },
		{ CALL_MKDIRAT, { AT_FDCWD, -2, 0755 }, 3 },
		{ CALL_UNLINKAT, { AT_FDCWD, -2, AT_REMOVEDIR }, 3 },
		{ CALL_SYMLINKAT, { -2, AT_FDCWD, -2 }, 3 },
		{ CALL_GETDENTS64, { 5, -2, 4 }, 3 },
		{ CALL_READLINKAT, { AT_FDCWD, -2, -2, 3 }, 4 },
		{ CALL_UNAME, { -2 }, 1 },
		{ CALL_SOCKET, { AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0 }, 3 },
		{ CALL_FCNTL, { 0, F_DUPFD_CLOEXEC, 3 }, 3 },
		{ CALL_CLOSE, { 0 }, 1 },
		{ CALL_SETSOCKOPT, { 7, SOL_SOCKET, SO_ATTACH_BPF, -2, 4 }, 5 },
		{ CALL_BIND, { 7, -2, 20 }, 3 },
		{ CALL_IOCTL, { 7, SIOCGIFINDEX, -2 }, 3 },
		{ CALL_SETSOCKOPT, { 7, SOL_NETLINK, NETLINK_EXT_ACK, -2, 4 }, 5 },
		{ CALL_SENDTO, { 7, -2, 36, 0, 0, 0 }, 6 },
		{ CALL_RECVFROM, { 7, -2, 4, MSG_DONTWAIT, 0, 0 }, 6 },
	};

	CHECK_INT(p.calls, sizeof(want) / sizeof(want[0]));
	for (unsigned i = 0; i < p.calls; i++) {
		NOTE("call %u", i);
		CHECK_INT(p.saw[i].nr, want[i].nr);
		for (int n = 0; n < want[i].n; n++)
			if (want[i].arg[n] != -2)	/* an address */
				CHECK_INT(p.saw[i].arg[n], want[i].arg[n]);
	}
}

/* Whatever call a caller is in, failing the n-th knock gives exactly that error, and nothing is left open. */
TEST(failing_the_nth_call)
{
	/* open: 0, so it is moved by fcntl, and closed */
	static const struct { long answers[3]; long result; long closed; } cases[] = {
		{ { -EMFILE, 0, 0 }, -EMFILE, -1 },
		{ { 0, -EMFILE, 0 }, -EMFILE, 0 },
		{ { 0, 5, -EIO }, 5, 0 },
		{ { 2, 3, 0 }, 3, 2 },
		{ { 3, 0, 0 }, 3, -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pretend p = { .nanswers = 3 };
		struct sys s = sys_of(&p);
		long closed = -1;

		NOTE("case %zu", i);
		memcpy(p.answers, cases[i].answers, sizeof(cases[i].answers));
		CHECK_INT(sys_open(&s, "/x", O_RDONLY), cases[i].result);
		for (unsigned n = 0; n < p.calls; n++)
			if (p.saw[n].nr == CALL_CLOSE)
				closed = p.saw[n].arg[0];
		CHECK_INT(closed, cases[i].closed);
	}
}

TEST(prog_load_is_repeated_while_again)
{
	struct pretend p = { .answers = { -EAGAIN, -EAGAIN, 6 }, .nanswers = 3 };
	struct sys s = sys_of(&p);
	struct bpf_prog_load_attr a;

	memset(&a, 0, sizeof(a));
	a.prog_type = BPF_PROG_TYPE_KPROBE;
	CHECK_INT(sys_bpf(&s, BPF_PROG_LOAD, &a, 0), 6);
	CHECK_INT(p.calls, 3);
	CHECK_INT(p.watched, 3);

	p = (struct pretend){ .nanswers = 16 };
	for (int i = 0; i < 16; i++)
		p.answers[i] = -EAGAIN;
	CHECK_INT(sys_bpf(&s, BPF_PROG_LOAD, &a, 0), -EAGAIN);
	CHECK_INT(p.calls, 5);

	p.calls = 0;
	CHECK_INT(sys_bpf(&s, BPF_MAP_CREATE, &a, 0), -EAGAIN);
	CHECK_INT(p.calls, 1);
}

/* Only what is a descriptor is moved: a 0 from other commands is just success. */
TEST(success_is_not_a_descriptor)
{
	struct pretend p = { .nanswers = 0 };
	struct sys s = sys_of(&p);
	struct bpf_map_elem_attr a;

	memset(&a, 0, sizeof(a));
	a.map_fd = 4;
	CHECK_INT(sys_bpf(&s, BPF_MAP_FREEZE, &a, 0), 0);
	CHECK_INT(sys_bpf_elem(&s, BPF_MAP_LOOKUP_ELEM, &a, 4, 16), 0);
	CHECK_INT(p.calls, 2);
	CHECK_INT(p.saw[0].key_size, 0);
	CHECK_INT(p.saw[1].key_size, 4);
	CHECK_INT(p.saw[1].value_size, 16);
}

static long size_of(enum bpf_cmd cmd, void *attr, size_t min_size)
{
	struct pretend p = { .answers = { 5 }, .nanswers = 1 };
	struct sys s = sys_of(&p);

	sys_bpf(&s, cmd, attr, min_size);
	return p.saw[0].arg[2];
}

TEST(attr_size)
{
	struct bpf_map_create_attr map;
	struct bpf_prog_load_attr load;
	struct bpf_link_create_attr link;

	memset(&map, 0, sizeof(map));
	CHECK_INT(size_of(BPF_MAP_CREATE, &map, 0), 0);
	map.map_type = BPF_MAP_TYPE_RINGBUF;
	CHECK_INT(size_of(BPF_MAP_CREATE, &map, 0), 4);
	map.max_entries = 4096;
	CHECK_INT(size_of(BPF_MAP_CREATE, &map, 0), 16);
	strcpy(map.map_name, "x");	/* its last bytes are 0, and part of it all the same */
	CHECK_INT(size_of(BPF_MAP_CREATE, &map, 0), 44);
	map.map_extra = 1ull << 63;
	CHECK_INT(size_of(BPF_MAP_CREATE, &map, 0), 72);
	CHECK_INT(size_of(BPF_MAP_CREATE, &map, 60), 72);
	CHECK_INT(size_of(BPF_MAP_CREATE, &map, 80), 80);

	memset(&load, 0, sizeof(load));
	load.prog_type = BPF_PROG_TYPE_KPROBE;
	load.license = (uintptr_t)"GPL";
	CHECK_INT(size_of(BPF_PROG_LOAD, &load, 0), 24);
	CHECK_INT(size_of(BPF_PROG_LOAD, &load, offsetof(struct bpf_prog_load_attr, log_true_size) + 4), 144);
	load.keyring_id = -1;
	CHECK_INT(size_of(BPF_PROG_LOAD, &load, 0), sizeof(load));

	/* shared bytes that no meaning of this attach type explains must reach the kernel all the same */
	memset(&link, 0, sizeof(link));
	link.prog_fd = 4;
	link.attach_type = BPF_XDP;
	CHECK_INT(size_of(BPF_LINK_CREATE, &link, 0), 12);
	link.uprobe_multi.pid = 1;
	CHECK_INT(size_of(BPF_LINK_CREATE, &link, 0), 60);

	/* a command this table does not have: the caller's size */
	CHECK_INT(size_of((enum bpf_cmd)999, &link, 20), 20);
}

TEST(perf_attr_size)
{
	struct pretend p = { .nanswers = 16 };
	struct sys s = sys_of(&p);
	struct perf_event_attr a;

	for (int i = 0; i < 16; i++)
		p.answers[i] = 5;
	memset(&a, 0, sizeof(a));
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);
	CHECK_INT(a.size, 64);
	a.defer_output = 1;
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);
	CHECK_INT(a.size, 64);
	a.probe_offset = 1;
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);
	CHECK_INT(a.size, 72);
	a.sample_stack_user = 8;	/* ends at 92 */
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);
	CHECK_INT(a.size, 96);
	a.config4 = 1;
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);
	CHECK_INT(a.size, 144);
}

TEST(probe_pmus_are_known_by_their_number)
{
	struct pretend p = { .answers = { 5, 5, 5, 5 }, .nanswers = 4 };
	struct sys s = sys_of(&p);
	struct perf_event_attr a;

	memset(&a, 0, sizeof(a));
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);	/* type 0, and no PMU is known: not a probe */
	s.kprobe_pmu = 8;
	s.uprobe_pmu = 9;
	a.type = 8;
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);
	a.type = 9;
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);
	a.type = PERF_TYPE_SOFTWARE;
	sys_perf_event_open(&s, &a, 0, -1, -1, 0);
	CHECK_INT(p.told[0].probe, PROBE_NONE);
	CHECK_INT(p.told[1].probe, PROBE_KPROBE);
	CHECK_INT(p.told[2].probe, PROBE_UPROBE);
	CHECK_INT(p.told[3].probe, PROBE_NONE);
}

/* ---- the real kernel ----------------------------------------------------- */

TEST(real_files)
{
	static const char text[] = "0123456789";
	char path[] = "/tmp/unit_sys.XXXXXX", buf[16];
	struct sys s = { 0 };
	struct pollfd pfd;
	int64_t size;
	void *at;
	int fd;

	fd = mkstemp(path);
	CHECK(fd >= 0);
	close(fd);
	fd = (int)sys_open(&s, path, O_RDWR);
	unlink(path);
	CHECK(fd >= 3);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(sys_write(&s, fd, text, 10), 10);
	CHECK_INT(sys_file_size(&s, fd, &size), 0);
	CHECK_INT(size, 10);
	CHECK_INT(sys_mmap(&s, 10, PROT_READ, MAP_SHARED, fd, 0, &at), 0);
	CHECK_MEM(at, text, 10);
	sys_munmap(&s, at, 10);
	CHECK_INT(lseek(fd, 4, SEEK_SET), 4);
	CHECK_INT(sys_read(&s, fd, buf, sizeof(buf)), 6);
	CHECK_MEM(buf, text + 4, 6);
	pfd = (struct pollfd){ fd, POLLIN, 0 };
	CHECK_INT(sys_poll(&s, &pfd, 1, 0), 1);
	sys_close(&s, fd);
	CHECK_INT(sys_read(&s, fd, buf, 1), -EBADF);
	CHECK_INT(sys_file_size(&s, fd, &size), -EBADF);
	CHECK_INT(sys_mmap(&s, 10, PROT_READ, MAP_SHARED, fd, 0, &at), -EBADF);
	CHECK_INT(sys_ioctl(&s, fd, PERF_EVENT_IOC_ENABLE, 0), -EBADF);
	CHECK_INT(sys_open(&s, "/no/such/file", O_RDONLY), -ENOENT);
}

TEST(real_files_come_and_go)
{
	char dir[] = "/tmp/unit_sys.XXXXXX", from[64], to[64], buf[8];
	struct sys s = { 0 };
	uint32_t mode = 0;
	int64_t size;
	int fd;

	CHECK(mkdtemp(dir));
	snprintf(from, sizeof(from), "%s/from", dir);
	snprintf(to, sizeof(to), "%s/to", dir);
	umask(022);
	fd = (int)sys_create(&s, from, 0666);
	CHECK(fd >= 3);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(sys_create(&s, from, 0666), -EEXIST);
	CHECK_INT(sys_write(&s, fd, "abc", 3), 3);
	CHECK_INT(sys_file_stat(&s, fd, &size, &mode), 0);
	CHECK_INT(size, 3);
	CHECK_INT(mode, S_IFREG | 0644);
	CHECK_INT(sys_chmod(&s, fd, 0600), 0);
	CHECK_INT(sys_file_stat(&s, fd, &size, &mode), 0);
	CHECK_INT(mode, S_IFREG | 0600);
	CHECK_INT(sys_fsync(&s, fd), 0);
	sys_close(&s, fd);
	CHECK_INT(sys_fsync(&s, fd), -EBADF);
	CHECK_INT(sys_chmod(&s, fd, 0600), -EBADF);
	CHECK_INT(sys_rename(&s, from, to), 0);
	CHECK_INT(sys_rename(&s, from, to), -ENOENT);
	fd = (int)sys_open(&s, to, O_RDONLY);
	CHECK_INT(sys_read(&s, fd, buf, sizeof(buf)), 3);
	sys_close(&s, fd);
	CHECK_INT(sys_unlink(&s, to), 0);
	CHECK_INT(sys_unlink(&s, to), -ENOENT);
	CHECK_INT(rmdir(dir), 0);
}

TEST(real_directories)
{
	char path[] = "/tmp/unit_sys.XXXXXX";
	struct sys s = { 0 };

	CHECK(mkdtemp(path));
	CHECK_INT(sys_mkdir(&s, path, 0755), -EEXIST);
	CHECK_INT(sys_rmdir(&s, path), 0);
	CHECK_INT(sys_rmdir(&s, path), -ENOENT);
	CHECK_INT(sys_mkdir(&s, path, 0755), 0);
	CHECK_INT(access(path, X_OK), 0);
	CHECK_INT(sys_rmdir(&s, path), 0);
}

TEST(real_interfaces)
{
	struct ifreq_index lo = { .ifr_name = "lo" }, none = { .ifr_name = "no-such" };
	struct sys s = { 0 };
	int fd;

	fd = (int)sys_socket(&s, AF_UNIX, SOCK_DGRAM, 0);
	CHECK(fd >= 3);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK_INT(sys_ifindex(&s, fd, &lo), 0);
	CHECK_INT(lo.ifr_ifindex, 1);
	CHECK_INT(sys_ifindex(&s, fd, &none), -ENODEV);
	sys_close(&s, fd);
	CHECK_INT(sys_ifindex(&s, fd, &lo), -EBADF);
	CHECK_INT(sys_attach_bpf(&s, fd, fd), -EBADF);
	CHECK_INT(sys_bind(&s, fd, &(struct sockaddr_ll){ .sll_family = AF_PACKET }), -EBADF);
	CHECK_INT(sys_socket(&s, -1, SOCK_DGRAM, 0), -EAFNOSUPPORT);
}

/* Which qdiscs there are anybody may ask. */
TEST(real_netlink)
{
	struct tc_request q = { .header = { 36, RTM_GETQDISC, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 } };
	struct nlmsghdr answer[512];
	struct sys s = { 0 };
	int fd = (int)sys_socket(&s, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	CHECK(fd >= 3);
	CHECK_INT(sys_netlink_ext_ack(&s, fd), 0);
	CHECK_INT(sys_netlink_receive(&s, fd, answer, sizeof(answer)), -EAGAIN);
	CHECK_INT(sys_netlink_send(&s, fd, &q, 36), 36);
	CHECK(sys_netlink_receive(&s, fd, answer, sizeof(answer)) >= 16);
	CHECK(answer[0].nlmsg_type == RTM_NEWQDISC || answer[0].nlmsg_type == NLMSG_DONE);
	CHECK_INT(answer[0].nlmsg_seq, 1);
	sys_close(&s, fd);
	CHECK_INT(sys_netlink_receive(&s, fd, answer, sizeof(answer)), -EBADF);
}

TEST(real_limits)
{
	uint64_t now[2], again[2];
	struct rlimit libc;
	struct sys s = { 0 };

	CHECK_INT(sys_prlimit(&s, RLIMIT_NOFILE, NULL, now), 0);
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &libc), 0);
	CHECK_INT(now[0], libc.rlim_cur);
	CHECK_INT(now[1], libc.rlim_max);
	now[0]--;
	CHECK_INT(sys_prlimit(&s, RLIMIT_NOFILE, now, NULL), 0);
	CHECK_INT(sys_prlimit(&s, RLIMIT_NOFILE, NULL, again), 0);
	CHECK_INT(again[0], now[0]);
}

/* In a process without stdin, stdout and stderr the kernel hands out 0, 1 and 2. */
static int without_stdio(void)
{
	struct sys s = { 0 };
	int first, second;

	close(0);
	close(1);
	close(2);
	first = (int)sys_open(&s, "/dev/null", O_RDONLY);
	second = (int)sys_open(&s, "/dev/null", O_RDONLY);
	if (first < 3 || second < 3 || first == second)
		return 1;
	if (!(fcntl(first, F_GETFD) & FD_CLOEXEC))
		return 2;
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return 3;	/* a low one was left open */
	return 0;
}

TEST(descriptors_above_stdio)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(without_stdio());
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
}

/* bpf(2) and perf_event_open(2) are the calls we think they are: their own errors come back, not ENOSYS. */
TEST(real_numbers)
{
	struct perf_event_attr attr;
	struct bpf_info_attr info;
	struct sys s = { 0 };
	long r;

	memset(&info, 0, sizeof(info));
	info.bpf_fd = 9999;
	r = sys_bpf(&s, BPF_OBJ_GET_INFO_BY_FD, &info, 0);
	CHECK(r == -EBADFD || r == -EPERM);
	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_TRACEPOINT;
	r = sys_perf_event_open(&s, &attr, -1, -1, -1, 0);
	CHECK(r == -EINVAL || r == -EACCES || r == -EPERM);	/* no process and no CPU; or no privilege to ask */
}

/* Every call reaches the kernel, with descriptors and addresses that it refuses. */
TEST(every_call_has_a_number)
{
	for (int nr = 0; nr < CALL_COUNT; nr++) {
		struct call c = { .nr = (enum call_nr)nr, .arg = { -1, -1, -1, -1, -1, -1 } };

		long r = nr == CALL_POLL ? -1 : sys_real(&c);	/* -1 milliseconds are for ever */

		NOTE("call %d: %ld", nr, r);
		CHECK(r < 0 && r != -ENOSYS);
	}
	CHECK_INT(sys_real(&(struct call){ .nr = CALL_COUNT }), -ENOSYS);
}
