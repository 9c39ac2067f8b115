/*
 * The only door to the kernel.
 *
 * Every contact with the kernel that bpfwalk has, from bpf(2) to reading a
 * tracefs file, is one function below, and every one of them goes through the
 * one static call() in uapi/sys.c:
 *
 *	sys_bpf()   sys_perf_event_open()   sys_read() ...
 *	        \              |               /
 *	         +---------- call() ----------+
 *	                       |
 *	       s->kernel ? the pretend kernel : the real one
 *	                       |
 *	       s->watch: told about the call and its result
 *
 * So nothing can forget to report itself, a test can make the n-th call fail,
 * and a dry run needs no privilege: it just knocks at another kernel.
 *
 * All functions return what the kernel returned, or a negative errno; errno
 * itself is read in sys.c only. A returned descriptor is close-on-exec and
 * never 0, 1 or 2: descriptor 0 in a bpf attribute means "none", so a program
 * started with its standard input closed would otherwise lose an object.
 *
 * Kernel: the manual pages bpf(2), perf_event_open(2), ioctl(2)
 * Next: uapi/sys.c
 */
#ifndef UAPI_SYS_H
#define UAPI_SYS_H

#include <stddef.h>
#include <stdint.h>

#include "uapi/bpf_cmd.h"

struct ifreq_index;
struct perf_event_attr;
struct pollfd;
struct sockaddr_ll;
struct tc_request;

enum call_nr {
	CALL_BPF,		/* cmd, attr, size */
	CALL_PERF_EVENT_OPEN,	/* attr, pid, cpu, group_fd, flags */
	CALL_IOCTL,		/* fd, request, arg */
	CALL_OPENAT,		/* AT_FDCWD, path, flags, mode */
	CALL_READ,		/* fd, buf, count */
	CALL_WRITE,		/* fd, buf, count */
	CALL_CLOSE,		/* fd */
	CALL_FSTAT,		/* fd, &int64_t size, &uint32_t st_mode or 0 (the door hides struct stat: its layout is libc's) */
	CALL_FCNTL,		/* fd, F_DUPFD_CLOEXEC, 3 */
	CALL_MMAP,		/* addr, length, prot, flags, fd, offset */
	CALL_MUNMAP,		/* addr, length */
	CALL_POLL,		/* fds, nfds, timeout in ms */
	CALL_PRLIMIT,		/* pid, resource, new, old: limits are uint64_t[2], soft and hard */
	CALL_FSYNC,		/* fd */
	CALL_FCHMOD,		/* fd, mode */
	CALL_RENAMEAT,		/* AT_FDCWD, from, AT_FDCWD, to */
	CALL_UNLINKAT,		/* AT_FDCWD, path, flags */
	CALL_MKDIRAT,		/* AT_FDCWD, path, mode */
	CALL_SYMLINKAT,		/* where it leads, AT_FDCWD, path */
	CALL_GETDENTS64,	/* fd, buf, count */
	CALL_READLINKAT,	/* AT_FDCWD, path, buf, count */
	CALL_SOCKET,		/* domain, type, protocol */
	CALL_SETSOCKOPT,	/* fd, level, option, value, bytes */
	CALL_BIND,		/* fd, address, bytes */
	CALL_SENDTO,		/* fd, buf, count, flags, 0, 0 */
	CALL_RECVFROM,		/* fd, buf, count, flags, 0, 0 */
	CALL_UNAME,		/* struct new_utsname */
	CALL_COUNT
};

/* One call, as the manual page has it: pointers are addresses cast to long. */
struct call {
	enum call_nr nr;
	long arg[6];
	long ret;		/* >= 0, or a negative errno */
	/*
	 * What the caller knows and no argument says, for who reads the call
	 * (uapi/fields.h): the bytes behind key and value of an element command,
	 * 0 when not known, and whether config1 is the name of a function or file.
	 */
	uint32_t key_size, value_size;
	enum probe { PROBE_NONE, PROBE_KPROBE, PROBE_UPROBE } probe;
};

struct sys {
	/* NULL: the real kernel. Else answers in its place; returns what goes into c->ret. */
	long (*kernel)(void *kernel_ctx, struct call *c);
	void *kernel_ctx;
	/* NULL: nobody watches. Else told about each call once it has returned. */
	void (*watch)(void *watch_ctx, const struct call *c);
	void *watch_ctx;
	/* perf_event_attr.type of the PMUs for probes, once they are known: they set call.probe. 0: not known. */
	uint32_t kprobe_pmu, uprobe_pmu;
};

/* What the real kernel answers: for a pretend one that passes some calls on. */
long sys_real(struct call *c);

/*
 * bpf(2). attr is the struct of that command from uapi/bpf_cmd.h, the whole of
 * it memset to 0 before it was filled: the kernel may write members marked
 * "out", even behind the size it was given. The size passed ends after the last
 * member that is not zero (a kernel refuses bytes it does not know only if they
 * are not zero, but a short size never shows it any), or after min_size bytes
 * where an "out" member at the end is wanted. BPF_PROG_LOAD is repeated, five
 * times in all, while it returns -EAGAIN: a signal interrupted the verifier.
 */
long sys_bpf(const struct sys *s, enum bpf_cmd cmd, void *attr, size_t min_size);

/*
 * The same for commands on elements, struct bpf_map_elem_attr or
 * bpf_map_batch_attr. The attribute does not say how long keys and values are,
 * so whoever watches could not show them: the caller says it here. value_size
 * is that of the buffer: for per-CPU maps a value, padded to 8 bytes, for every
 * possible CPU. Both in bytes, of one element; 0 shows addresses.
 */
long sys_bpf_elem(const struct sys *s, enum bpf_cmd cmd, void *attr, uint32_t key_size, uint32_t value_size);

/* attr->size is filled in: the smallest that the kernel has a name for and that holds all that was set. */
long sys_perf_event_open(const struct sys *s, struct perf_event_attr *attr, int pid, int cpu,
			 int group_fd, unsigned long flags);
long sys_ioctl(const struct sys *s, int fd, unsigned long request, unsigned long arg);

/* Files. open flags as open(2), O_CLOEXEC is added. read/write do not retry; EINTR comes back. */
long sys_open(const struct sys *s, const char *path, int flags);
long sys_read(const struct sys *s, int fd, void *buf, size_t n);
long sys_write(const struct sys *s, int fd, const void *buf, size_t n);
/* Closes fd unless it is negative. */
void sys_close(const struct sys *s, int fd);
long sys_file_size(const struct sys *s, int fd, int64_t *size);
/* The same, and st_mode of stat(2): kind and permissions. */
long sys_file_stat(const struct sys *s, int fd, int64_t *size, uint32_t *mode);

/* A new file, for writing; -EEXIST when there is one. mode: its permissions, before the umask. */
long sys_create(const struct sys *s, const char *path, unsigned mode);
long sys_fsync(const struct sys *s, int fd);
long sys_chmod(const struct sys *s, int fd, unsigned mode);
long sys_rename(const struct sys *s, const char *from, const char *to);
long sys_unlink(const struct sys *s, const char *path);

/* A directory, and none: of a cgroup file system these make and remove a cgroup. */
long sys_mkdir(const struct sys *s, const char *path, unsigned mode);
long sys_rmdir(const struct sys *s, const char *path);

/*
 * What is in a directory that is open: as many entries as fit into buf, struct linux_dirent64 one behind the other.
 * Bytes filled, 0 behind the last. buf is aligned to 8 bytes.
 */
struct linux_dirent64 {
	uint64_t d_ino;
	int64_t d_off;
	uint16_t d_reclen;		/* bytes to the next */
	uint8_t d_type;			/* DT_DIR, DT_REG, ... of libc's <dirent.h> */
	char d_name[];			/* with its NUL */
};
long sys_getdents(const struct sys *s, int fd, void *buf, size_t n);
/* Makes a symbolic link at path. */
long sys_symlink(const struct sys *s, const char *to, const char *path);
/* Where a symbolic link leads, with a NUL; cut when it is longer. Its length or a negative errno. */
long sys_readlink(const struct sys *s, const char *path, char *buf, size_t n);

/* Sockets. SOCK_CLOEXEC is added to the type. */
long sys_socket(const struct sys *s, int domain, int type, int protocol);
/* SOL_SOCKET, SO_ATTACH_BPF: the program that sees each packet before the socket gets it. */
long sys_attach_bpf(const struct sys *s, int fd, int prog_fd);
/* The address is struct sockaddr_ll of uapi/net.h. */
long sys_bind(const struct sys *s, int fd, const struct sockaddr_ll *address);
/* ioctl(SIOCGIFINDEX) on any socket: fills in ifr_ifindex, or -ENODEV. */
long sys_ifindex(const struct sys *s, int fd, struct ifreq_index *request);

/*
 * A socket of netlink: a request of that many bytes (uapi/netlink.h), and the next datagram of the answer. It is there when
 * sending returns, so nothing is waited for: -EAGAIN, there is none.
 */
long sys_netlink_ext_ack(const struct sys *s, int fd);
long sys_netlink_send(const struct sys *s, int fd, const struct tc_request *request, size_t n);
long sys_netlink_receive(const struct sys *s, int fd, void *buf, size_t n);

/* mmap(2): 0 and the address in *out, or a negative errno. at: for MAP_FIXED_NOREPLACE, where; else 0. */
long sys_mmap(const struct sys *s, size_t length, int prot, int flags, int fd, int64_t offset, void **out);
long sys_mmap_at(const struct sys *s, uintptr_t at, size_t length, int prot, int flags, int fd, int64_t offset, void **out);
void sys_munmap(const struct sys *s, void *addr, size_t length);
long sys_poll(const struct sys *s, struct pollfd *fds, unsigned long n, int timeout_ms);

/* prlimit(2) of this process: {soft, hard}; NULL leaves or ignores. */
long sys_prlimit(const struct sys *s, int resource, const uint64_t new_limit[2], uint64_t old_limit[2]);

/* Which kernel this is: strings, each with its NUL. */
struct new_utsname {
	char sysname[65], nodename[65];
	char release[65];		/* "6.12.57+deb13-amd64" */
	char version[65];		/* "#1 SMP PREEMPT_DYNAMIC Debian 6.12.57-1 (2025-11-05)" */
	char machine[65], domainname[65];
};
long sys_uname(const struct sys *s, struct new_utsname *out);

/* Bytes in a page of memory. No call: the kernel put the number beside the program's arguments. */
size_t page_size(void);

#endif
