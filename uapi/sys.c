/*
 * The door: every system call that bpfwalk makes is made here.
 *
 *	sys_bpf(), sys_open(), ...   fill a struct call
 *	        |
 *	      call() ---- s->kernel? ---> a pretend kernel
 *	        |  \----- else ---------> sys_real(): libc
 *	        |
 *	      s->watch is told
 *
 * What the rest may rely on is decided here too: errors are negative errno
 * values, descriptors close on exec and are never 0, 1 or 2, and attributes are
 * passed as short as they can be.
 *
 * In: a call. Out: the kernel's answer.
 * Kernel: kernel/bpf/syscall.c __sys_bpf(); kernel/events/core.c perf_event_open()
 * Try:  strace -f bpfwalk load build/progs/syscount.bpf.o
 * Next: uapi/net.h
 */
#define _FILE_OFFSET_BITS 64		/* files above 2 GiB on 32-bit machines */

#include "uapi/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uapi/members.h"
#include "uapi/names.h"
#include "uapi/net.h"
#include "uapi/netlink.h"
#include "uapi/perf_event.h"

/* A libc older than Linux 3.18 does not know bpf(2). */
#ifndef SYS_bpf
#if defined(__x86_64__)
#define SYS_bpf 321
#elif defined(__i386__)
#define SYS_bpf 357
#elif defined(__arm__)
#define SYS_bpf 386
#elif defined(__s390__)
#define SYS_bpf 351
#elif defined(__powerpc__)
#define SYS_bpf 361
#elif defined(__sparc__)
#define SYS_bpf 349
#elif defined(__mips__) && _MIPS_SIM == _ABIO32
#define SYS_bpf 4355
#elif defined(__mips__) && _MIPS_SIM == _ABI64
#define SYS_bpf 5315
#elif defined(__mips__)
#define SYS_bpf 6319
#else
#define SYS_bpf 280			/* arm64, riscv, loongarch and all that came later */
#endif
#endif

#define FIRST_FD 3			/* below are stdin, stdout and stderr, and 0 means "none" to bpf(2) */
#define LOAD_ATTEMPTS 5

static long real_fstat(int fd, int64_t *size, uint32_t *mode)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	*size = st.st_size;
	if (mode)
		*mode = st.st_mode;
	return 0;
}

static long real_mmap(const long *arg)
{
	void *at = mmap((void *)arg[0], (size_t)arg[1], (int)arg[2], (int)arg[3], (int)arg[4], (off_t)arg[5]);

	return at == MAP_FAILED ? -1 : (long)at;
}

/* Calls that are the same in the kernel and in the manual page: their number, and 1, for there is a call 0. */
static const short numbers[CALL_COUNT] = {
	[CALL_BPF] = 1 + SYS_bpf,
	[CALL_PERF_EVENT_OPEN] = 1 + SYS_perf_event_open,
	[CALL_IOCTL] = 1 + SYS_ioctl,
	[CALL_READ] = 1 + SYS_read,
	[CALL_WRITE] = 1 + SYS_write,
	[CALL_CLOSE] = 1 + SYS_close,
	[CALL_FCNTL] = 1 + SYS_fcntl,
	[CALL_MUNMAP] = 1 + SYS_munmap,
	[CALL_PRLIMIT] = 1 + SYS_prlimit64,
	[CALL_FSYNC] = 1 + SYS_fsync,
	[CALL_FCHMOD] = 1 + SYS_fchmod,
	[CALL_UNLINKAT] = 1 + SYS_unlinkat,
	[CALL_MKDIRAT] = 1 + SYS_mkdirat,
	[CALL_SYMLINKAT] = 1 + SYS_symlinkat,
	[CALL_GETDENTS64] = 1 + SYS_getdents64,
	[CALL_READLINKAT] = 1 + SYS_readlinkat,
	[CALL_SOCKET] = 1 + SYS_socket,
	[CALL_SETSOCKOPT] = 1 + SYS_setsockopt,
	[CALL_BIND] = 1 + SYS_bind,
	[CALL_SENDTO] = 1 + SYS_sendto,
	[CALL_RECVFROM] = 1 + SYS_recvfrom,
	[CALL_UNAME] = 1 + SYS_uname,
};

static long ask_libc(const struct call *c)
{
	const long *a = c->arg;

	switch (c->nr) {
	case CALL_OPENAT:			/* O_LARGEFILE, where there is such a thing */
		return openat((int)a[0], (const char *)a[1], (int)a[2], (mode_t)a[3]);
	case CALL_FSTAT:
		return real_fstat((int)a[0], (int64_t *)a[1], (uint32_t *)a[2]);
	case CALL_MMAP:				/* 32-bit machines count the offset in pages */
		return real_mmap(a);
	case CALL_POLL:				/* newer machines have ppoll(2) alone */
		return poll((struct pollfd *)a[0], (nfds_t)a[1], (int)a[2]);
	case CALL_RENAMEAT:			/* and renameat2(2) */
		return renameat((int)a[0], (const char *)a[1], (int)a[2], (const char *)a[3]);
	default:
		if ((unsigned)c->nr < CALL_COUNT && numbers[c->nr])
			return syscall(numbers[c->nr] - 1, a[0], a[1], a[2], a[3], a[4], a[5]);
		errno = ENOSYS;
		return -1;
	}
}

long sys_real(struct call *c)
{
	long r = ask_libc(c);

	return r == -1 ? -errno : r;
}

/* The one place through which everything goes. */
static long call(const struct sys *s, struct call *c)
{
	c->ret = 0;
	c->ret = s->kernel ? s->kernel(s->kernel_ctx, c) : sys_real(c);
	if (s->watch)
		s->watch(s->watch_ctx, c);
	return c->ret;
}

/* A descriptor that must not be mistaken for "none". Two more calls, in a process that was started without stdin. */
static long move_up(const struct sys *s, long fd)
{
	struct call c = { .nr = CALL_FCNTL, .arg = { fd, F_DUPFD_CLOEXEC, FIRST_FD } };

	if (fd < 0 || fd >= FIRST_FD)
		return fd;
	call(s, &c);
	sys_close(s, (int)fd);
	return c.ret;
}

static long bpf(const struct sys *s, struct call *c)
{
	const struct command *command = bpf_command((enum bpf_cmd)c->arg[0]);
	long r = call(s, c);

	for (int n = 1; r == -EAGAIN && c->arg[0] == BPF_PROG_LOAD && n < LOAD_ATTEMPTS; n++)
		r = call(s, c);
	return command && command->returns_fd ? move_up(s, r) : r;
}

/* The smallest size that holds all that was set. */
static size_t bpf_size(enum bpf_cmd cmd, const void *attr, size_t min_size)
{
	const struct command *command = bpf_command(cmd);
	size_t used = command ? layout_used(command->layout, attr) : 0;

	return used > min_size ? used : min_size;
}

long sys_bpf(const struct sys *s, enum bpf_cmd cmd, void *attr, size_t min_size)
{
	struct call c = { .nr = CALL_BPF, .arg = { (long)cmd, (long)attr, (long)bpf_size(cmd, attr, min_size) } };

	return bpf(s, &c);
}

long sys_bpf_elem(const struct sys *s, enum bpf_cmd cmd, void *attr, uint32_t key_size, uint32_t value_size)
{
	struct call c = {
		.nr = CALL_BPF, .arg = { (long)cmd, (long)attr, (long)bpf_size(cmd, attr, 0) },
		.key_size = key_size, .value_size = value_size,
	};

	return bpf(s, &c);
}

/* The sizes with a name are those that some kernel had, so no kernel that knows the members refuses them. */
static uint32_t perf_size(const struct perf_event_attr *attr)
{
	size_t used = layout_used(perf_layout(), attr);
	uint64_t size = PERF_ATTR_SIZE_VER0;
	const char *name;

	for (unsigned n = 0; name_row(NAMES_PERF_ATTR_SIZE, n, &name, &size) && size < used; n++)
		;
	return (uint32_t)size;
}

long sys_perf_event_open(const struct sys *s, struct perf_event_attr *attr, int pid, int cpu,
			 int group_fd, unsigned long flags)
{
	struct call c = {
		.nr = CALL_PERF_EVENT_OPEN,
		.arg = { (long)attr, pid, cpu, group_fd, (long)(flags | PERF_FLAG_FD_CLOEXEC) },
	};

	if (s->kprobe_pmu && attr->type == s->kprobe_pmu)
		c.probe = PROBE_KPROBE;
	else if (s->uprobe_pmu && attr->type == s->uprobe_pmu)
		c.probe = PROBE_UPROBE;
	attr->size = perf_size(attr);
	return move_up(s, call(s, &c));
}

long sys_ioctl(const struct sys *s, int fd, unsigned long request, unsigned long arg)
{
	struct call c = { .nr = CALL_IOCTL, .arg = { fd, (long)request, (long)arg } };

	return call(s, &c);
}

long sys_open(const struct sys *s, const char *path, int flags)
{
	struct call c = { .nr = CALL_OPENAT, .arg = { AT_FDCWD, (long)path, flags | O_CLOEXEC } };

	return move_up(s, call(s, &c));
}

long sys_read(const struct sys *s, int fd, void *buf, size_t n)
{
	struct call c = { .nr = CALL_READ, .arg = { fd, (long)buf, (long)n } };

	return call(s, &c);
}

long sys_write(const struct sys *s, int fd, const void *buf, size_t n)
{
	struct call c = { .nr = CALL_WRITE, .arg = { fd, (long)buf, (long)n } };

	return call(s, &c);
}

void sys_close(const struct sys *s, int fd)
{
	struct call c = { .nr = CALL_CLOSE, .arg = { fd } };

	if (fd >= 0)
		call(s, &c);
}

long sys_file_stat(const struct sys *s, int fd, int64_t *size, uint32_t *mode)
{
	struct call c = { .nr = CALL_FSTAT, .arg = { fd, (long)size, (long)mode } };

	return call(s, &c);
}

long sys_file_size(const struct sys *s, int fd, int64_t *size)
{
	return sys_file_stat(s, fd, size, NULL);
}

long sys_create(const struct sys *s, const char *path, unsigned mode)
{
	struct call c = {
		.nr = CALL_OPENAT,
		.arg = { AT_FDCWD, (long)path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode },
	};

	return move_up(s, call(s, &c));
}

long sys_fsync(const struct sys *s, int fd)
{
	struct call c = { .nr = CALL_FSYNC, .arg = { fd } };

	return call(s, &c);
}

long sys_chmod(const struct sys *s, int fd, unsigned mode)
{
	struct call c = { .nr = CALL_FCHMOD, .arg = { fd, mode } };

	return call(s, &c);
}

long sys_rename(const struct sys *s, const char *from, const char *to)
{
	struct call c = { .nr = CALL_RENAMEAT, .arg = { AT_FDCWD, (long)from, AT_FDCWD, (long)to } };

	return call(s, &c);
}

long sys_unlink(const struct sys *s, const char *path)
{
	struct call c = { .nr = CALL_UNLINKAT, .arg = { AT_FDCWD, (long)path, 0 } };

	return call(s, &c);
}

long sys_mkdir(const struct sys *s, const char *path, unsigned mode)
{
	struct call c = { .nr = CALL_MKDIRAT, .arg = { AT_FDCWD, (long)path, (long)mode } };

	return call(s, &c);
}

long sys_rmdir(const struct sys *s, const char *path)
{
	struct call c = { .nr = CALL_UNLINKAT, .arg = { AT_FDCWD, (long)path, AT_REMOVEDIR } };

	return call(s, &c);
}

long sys_getdents(const struct sys *s, int fd, void *buf, size_t n)
{
	struct call c = { .nr = CALL_GETDENTS64, .arg = { fd, (long)buf, (long)n } };

	return call(s, &c);
}

long sys_symlink(const struct sys *s, const char *to, const char *path)
{
	struct call c = { .nr = CALL_SYMLINKAT, .arg = { (long)to, AT_FDCWD, (long)path } };

	return call(s, &c);
}

long sys_readlink(const struct sys *s, const char *path, char *buf, size_t n)
{
	struct call c = { .nr = CALL_READLINKAT, .arg = { AT_FDCWD, (long)path, (long)buf, (long)(n - 1) } };
	long r = call(s, &c);

	buf[r < 0 ? 0 : (size_t)r < n ? (size_t)r : n - 1] = 0;
	return r;
}

long sys_socket(const struct sys *s, int domain, int type, int protocol)
{
	struct call c = { .nr = CALL_SOCKET, .arg = { domain, type | SOCK_CLOEXEC, protocol } };

	return move_up(s, call(s, &c));
}

long sys_attach_bpf(const struct sys *s, int fd, int prog_fd)
{
	struct call c = {
		.nr = CALL_SETSOCKOPT, .arg = { fd, SOL_SOCKET, SO_ATTACH_BPF, (long)&prog_fd, sizeof(prog_fd) },
	};

	return call(s, &c);
}

long sys_bind(const struct sys *s, int fd, const struct sockaddr_ll *address)
{
	struct call c = { .nr = CALL_BIND, .arg = { fd, (long)address, sizeof(*address) } };

	return call(s, &c);
}

long sys_ifindex(const struct sys *s, int fd, struct ifreq_index *request)
{
	return sys_ioctl(s, fd, SIOCGIFINDEX, (unsigned long)request);
}

long sys_netlink_ext_ack(const struct sys *s, int fd)
{
	const int on = 1;
	struct call c = {
		.nr = CALL_SETSOCKOPT, .arg = { fd, SOL_NETLINK, NETLINK_EXT_ACK, (long)&on, sizeof(on) },
	};

	return call(s, &c);
}

long sys_netlink_send(const struct sys *s, int fd, const struct tc_request *request, size_t n)
{
	struct call c = { .nr = CALL_SENDTO, .arg = { fd, (long)request, (long)n } };

	return call(s, &c);
}

long sys_netlink_receive(const struct sys *s, int fd, void *buf, size_t n)
{
	struct call c = { .nr = CALL_RECVFROM, .arg = { fd, (long)buf, (long)n, MSG_DONTWAIT } };

	return call(s, &c);
}

long sys_mmap_at(const struct sys *s, uintptr_t at, size_t length, int prot, int flags, int fd, int64_t offset, void **out)
{
	struct call c = { .nr = CALL_MMAP, .arg = { (long)at, (long)length, prot, flags, fd, (long)offset } };
	long r;

	if (offset != (long)offset)
		return -EOVERFLOW;
	r = call(s, &c);
	if (r < 0 && r > -4096)		/* on 32-bit machines an address may be negative, but not that small */
		return r;
	*out = (void *)r;
	return 0;
}

long sys_mmap(const struct sys *s, size_t length, int prot, int flags, int fd, int64_t offset, void **out)
{
	return sys_mmap_at(s, 0, length, prot, flags, fd, offset, out);
}

void sys_munmap(const struct sys *s, void *addr, size_t length)
{
	struct call c = { .nr = CALL_MUNMAP, .arg = { (long)addr, (long)length } };

	call(s, &c);
}

long sys_poll(const struct sys *s, struct pollfd *fds, unsigned long n, int timeout_ms)
{
	struct call c = { .nr = CALL_POLL, .arg = { (long)fds, (long)n, timeout_ms } };

	return call(s, &c);
}

long sys_prlimit(const struct sys *s, int resource, const uint64_t new_limit[2], uint64_t old_limit[2])
{
	struct call c = { .nr = CALL_PRLIMIT, .arg = { 0, resource, (long)new_limit, (long)old_limit } };

	return call(s, &c);
}

long sys_uname(const struct sys *s, struct new_utsname *out)
{
	struct call c = { .nr = CALL_UNAME, .arg = { (long)out } };

	return call(s, &c);
}

size_t page_size(void)
{
	return getauxval(AT_PAGESZ);
}
