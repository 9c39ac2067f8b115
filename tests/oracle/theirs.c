/*
 * What libbpf hands to the kernel, as the text of canon.h, without a kernel that would take it.
 *
 *	cc -static -Wl,--wrap=syscall ... theirs.c -lbpf -lelf -lz; theirs OBJECT [BTF]
 *
 * libbpf calls bpf(2) through syscall(), and what it finds there is the function below:
 *
 *	makes something          a descriptor of an empty file that stands for it
 *	fills or freezes a map   written down
 *	asks about BTF           the real kernel: modules are those of this machine
 *	asks about our own       what was made
 *	anything else            works, as far as libbpf can tell
 *
 * So no privilege is needed, nothing is made, and every feature that libbpf probes for is there: it acts as on a new
 * kernel. A file is known by its inode, because libbpf duplicates and renumbers descriptors. What is libbpf's own, made
 * to find out what the kernel can do, is known by not being among the object's maps and programs afterwards.
 *
 * What an arena begins with is not compared: neither loader makes a call for it, it is written to mapped memory.
 *
 * All programs are loaded, also those whose section starts with '?'. One that libbpf cannot load is left out the next
 * time, and told: "without NAME: why". When it fails with none to blame: "libbpf: why", status 1.
 *
 * Next: tests/oracle/newer_libc.c
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The canonical text is made from our own declarations of the same structures. */
struct canon;
struct canon *canon_made(int cmd, const void *attr);
void canon_elem(int cmd, const void *attr);
void canon_keep(struct canon *made, const char *name);
void canon_print(FILE *out);
void canon_modules(void);
void canon_forget(void);
struct canon *canon_of_fd(int fd);
const char *canon_fd_text(int fd);

long __real_syscall(long nr, ...);
long __wrap_syscall(long nr, ...);
FILE *__real_fopen64(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);

enum { MOST = 8192, ATTR = 512 };

static struct { ino_t inode; dev_t dev; struct canon *made; int cmd; } files[MOST];
static size_t nfiles;
static char complaint[1024];		/* the first warning */
static char blamed[256];		/* the program that the last warning was about */

/* ---- descriptors ---------------------------------------------------------- */

static size_t file_of(int fd)
{
	struct stat st;
	size_t i = nfiles;

	if (fstat(fd, &st) < 0)
		return nfiles;
	while (i && (files[i - 1].inode != st.st_ino || files[i - 1].dev != st.st_dev))
		i--;
	return i ? i - 1 : nfiles;
}

struct canon *canon_of_fd(int fd)
{
	size_t i = file_of(fd);

	return i < nfiles ? files[i].made : NULL;
}

const char *canon_fd_text(int fd)
{
	static char name[80];
	struct bpf_btf_info info = { .name = (uintptr_t)(name + 7), .name_len = sizeof(name) - 7 };
	__u32 size = sizeof(info);

	memcpy(name, "module ", 8);
	return bpf_obj_get_info_by_fd(fd, &info, &size) < 0 ? "nothing" : "a module";
}

/* Enough behind it to be mapped; what is not written takes no room. */
static int stand_in(int cmd, struct canon *made, uint64_t size)
{
	int fd = memfd_create("bpf", MFD_CLOEXEC);
	struct stat st;

	if (fd < 0 || nfiles == MOST || ftruncate(fd, (off_t)size) < 0 || fstat(fd, &st) < 0) {
		perror("memfd_create");
		exit(2);
	}
	files[nfiles].inode = st.st_ino;
	files[nfiles].dev = st.st_dev;
	files[nfiles].cmd = cmd;
	files[nfiles++].made = made;
	return fd;
}

static uint64_t memory_of(const union bpf_attr *attr)
{
	uint64_t page = 4096, value = ((uint64_t)attr->value_size + 7) / 8 * 8;
	uint64_t size = attr->map_type == 33 /* BPF_MAP_TYPE_ARENA */ ? page * attr->max_entries : value * attr->max_entries;

	return (size + page - 1) / page * page;
}

/* ---- the pretended kernel ------------------------------------------------- */

static long answer_info(union bpf_attr *attr, long size)
{
	struct bpf_prog_info *prog = (void *)(uintptr_t)attr->info.info;
	size_t i = file_of((int)attr->info.bpf_fd);

	if (i == nfiles)
		return __real_syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, attr, size);
	if (files[i].cmd == BPF_PROG_LOAD)
		prog->id = (uint32_t)i + 1;
	return 0;
}

static long made_fd(int cmd, const union bpf_attr *attr)
{
	struct canon *made = canon_made(cmd, attr);

	return stand_in(cmd, made, cmd == BPF_MAP_CREATE ? memory_of(attr) : 0);
}

static long no(int error)
{
	errno = error;
	return -1;
}

/* One probe asks for the processes of pid -1: new kernels look at it, and refuse. */
static int probes_uprobe_multi_pid(const union bpf_attr *attr)
{
	enum { UPROBE_MULTI = 48, ATTACH_TYPE = 8, PID = 56 };	/* newer than the headers may be */
	uint32_t attach_type;
	int32_t pid;

	memcpy(&attach_type, (const char *)attr + ATTACH_TYPE, sizeof(attach_type));
	memcpy(&pid, (const char *)attr + PID, sizeof(pid));
	return attach_type == UPROBE_MULTI && pid == -1;
}

static long answer(int cmd, union bpf_attr *attr, union bpf_attr *theirs, long size)
{
	switch (cmd) {
	case BPF_BTF_LOAD:
	case BPF_MAP_CREATE:
	case BPF_PROG_LOAD:
		return made_fd(cmd, attr);
	case BPF_MAP_UPDATE_ELEM:
	case BPF_MAP_FREEZE:
		canon_elem(cmd, attr);
		return 0;
	case BPF_OBJ_GET_INFO_BY_FD:
		return answer_info(theirs, size);
	case BPF_BTF_GET_NEXT_ID:
		canon_modules();
		/* fall through */
	case BPF_BTF_GET_FD_BY_ID:
		return __real_syscall(SYS_bpf, cmd, theirs, size);
	case BPF_OBJ_GET:		/* nothing is pinned */
	case 36 /* BPF_TOKEN_CREATE */:
		return no(ENOENT);
	case BPF_LINK_CREATE:
		return no(probes_uprobe_multi_pid(attr) ? EINVAL : EBADF);	/* what probes hope for */
	}
	return 0;
}

/* A kernel function can be probed if there is one. */
static long answer_perf_event(const unsigned char *attr)
{
	const char *wanted;
	char line[512], name[256];
	FILE *f = __real_fopen64("/proc/kallsyms", "r");
	long fd = -1;

	memcpy(&wanted, attr + 56, sizeof(wanted));	/* config1: kprobe_func */
	while (f && fd < 0 && wanted && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %*s %255s", name) == 1 && strcmp(name, wanted) == 0)
			fd = stand_in(0, NULL, 0);
	if (f)
		fclose(f);
	return fd < 0 ? no(ENOENT) : fd;
}

long __wrap_syscall(long nr, ...)
{
	uint64_t attr[ATTR / 8] = { 0 };
	long arg[6];
	va_list ap;

	va_start(ap, nr);
	for (int i = 0; i < 6; i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	if (nr == SYS_perf_event_open)
		return answer_perf_event((const void *)arg[0]);
	if (nr != SYS_bpf)
		return __real_syscall(nr, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
	memcpy(attr, (const void *)arg[1], arg[2] < ATTR ? (size_t)arg[2] : ATTR);
	return answer((int)arg[0], (union bpf_attr *)attr, (union bpf_attr *)arg[1], arg[2]);
}

/* The number of the probe PMU, which this machine may be without. */
FILE *__wrap_fopen64(const char *path, const char *mode)
{
	static char number[] = "8\n";

	if (strcmp(path, "/sys/bus/event_source/devices/kprobe/type") == 0)
		return fmemopen(number, 2, "r");
	return __real_fopen64(path, mode);
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	return __wrap_fopen64(path, mode);
}

/* ---- the object ----------------------------------------------------------- */

static int listen(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char text[1024], *name, *end;

	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(text, sizeof(text), fmt, ap);
	text[strcspn(text, "\n")] = 0;
	if (!complaint[0])
		strcpy(complaint, text);
	name = strstr(text, "prog '");
	end = name ? strchr(name + 6, '\'') : NULL;
	if (end)
		snprintf(blamed, sizeof(blamed), "%.*s", (int)(end - name - 6), name + 6);
	return 0;
}

static void print_left_out(const char *name)
{
	printf("without %s: %s\n", name, complaint);
}

static int is_left_out(char **left_out, size_t n, const char *name)
{
	while (n && strcmp(left_out[n - 1], name) != 0)
		n--;
	return n != 0;
}

static void keep_all(const struct bpf_object *object)
{
	const int types = bpf_object__btf_fd(object);
	struct bpf_program *prog;
	struct bpf_map *map;

	if (types >= 0 && canon_of_fd(types))
		canon_keep(canon_of_fd(types), NULL);
	bpf_object__for_each_map(map, object)
		if (bpf_map__fd(map) >= 0 && canon_of_fd(bpf_map__fd(map)))
			canon_keep(canon_of_fd(bpf_map__fd(map)), NULL);
	bpf_object__for_each_program(prog, object)
		if (bpf_program__fd(prog) >= 0)
			canon_keep(canon_of_fd(bpf_program__fd(prog)), bpf_program__name(prog));
}

/* btf: the file of another kernel's types, or NULL. */
static int load(const char *path, const char *btf, char **left_out, size_t n)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = btf);
	struct bpf_object *object;
	struct bpf_program *prog;
	int r;

	complaint[0] = blamed[0] = 0;
	object = bpf_object__open_file(path, &opts);
	if (!object)
		return -errno;
	bpf_object__for_each_program(prog, object)
		bpf_program__set_autoload(prog, !is_left_out(left_out, n, bpf_program__name(prog)));
	r = bpf_object__load(object);
	if (r == 0)
		keep_all(object);
	else
		bpf_object__close(object);
	return r;
}

int main(int argc, char **argv)
{
	char *left_out[512];
	size_t n = 0;
	int r;

	if (argc != 2 && argc != 3)
		return 2;
	libbpf_set_print(listen);
	while ((r = load(argv[1], argv[2], left_out, n)) < 0 && blamed[0] && n < 512 && !is_left_out(left_out, n, blamed)) {
		print_left_out(blamed);
		left_out[n++] = strdup(blamed);
		canon_forget();
		nfiles = 0;
	}
	if (r < 0) {
		printf("libbpf: %s (%s)\n", complaint, strerror(-r));
		return 1;
	}
	canon_print(stdout);
	return 0;
}
