/*
 * Programs at markers of user programs: each runs as often as the marker was passed, gets the arguments that were there,
 * wherever they were, and raises the marker's semaphore for as long as it is attached.
 *
 * This program has the markers, in code that puts known values into registers and memory (tests/marks.h). In the virtual
 * machines it is linked to a fixed address, on the machine that builds it wherever it is loaded; tests/markers.so is a
 * library.
 *
 * Kernel: kernel/events/uprobes.c, kernel/trace/bpf_trace.c bpf_uprobe_multi_link_attach()
 * Next: tests/marks.h
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "elf/elf64.h"
#include "elf/elf64_layout.h"
#include "loader/bpfwalk.h"
#include "tests/check.h"
#include "tests/marks.h"

#ifdef MARKS

void mark_all(long, long, long, long, long, long);
void mark_plain(long, long, long);
void mark_twice(long, long);
extern volatile unsigned short twice_semaphore;

__asm__(MARKS MARKER_BASE
	".pushsection .probes, \"aw\", %progbits\n.balign 2\n.globl twice_semaphore\ntwice_semaphore: .2byte 0\n.popsection\n");

enum { HITS = 1000, ARGS = 12 };

static struct bw_object *obj;
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

static bool has_cookies(void)
{
	return !older_than(5, 15);
}

/* Is this program where the linker put it? */
static bool is_fixed(void)
{
	struct elf64_hdr h;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	CHECK(fd >= 0 && read(fd, &h, sizeof(h)) == sizeof(h));
	close(fd);
	return h.e_type == ET_EXEC;
}

static void done(void)
{
	bw_close(obj);
	obj = NULL;
}

static int64_t *get(const char *name)
{
	static char section[4096];
	const struct bw_global *g = bw_find_global(obj, name);
	uint32_t key = 0;

	if (!g)
		FAIL("no variable %s", name);
	CHECK(g->map->value_buffer_size <= sizeof(section));
	CHECK_INT(bw_map_lookup(obj, g->map, &key, section), 0);
	return (int64_t *)(void *)(section + g->offset);
}

static void set(const char *name, uint32_t value)
{
	const struct bw_global *g = bw_find_global(obj, name);

	CHECK(g);
	CHECK_INT(bw_set_global(obj, g, &value, g->size, &err), 0);
}

static void open_program(const char *object, const char *name)
{
	if (geteuid() != 0)
		SKIP("needs root");
	NOTE("program %s", name);
	done();			/* of a test that failed */
	memset(&err, 0, sizeof(err));
	if (bw_open(object, NULL, &obj, &err))
		FAIL("%s: %s", err.where, err.msg);
	prog = bw_find_program(obj, name);
	CHECK(prog);
	bw_enable(obj, prog, true);
	set("process", (uint32_t)getpid());
}

static void load(void)
{
	int r = bw_load(obj, &err);

	if (r == -EPERM) {
		done();
		SKIP("EPERM: without the privilege");
	}
	if (r < 0)
		FAIL("%s: %s", err.where, err.msg);
}

static int try_attach(int pid)
{
	struct bw_attach_options o = { .pid = pid };

	memset(&err, 0, sizeof(err));
	return bw_attach(obj, prog, &o, &link_, &err);
}

/* For all processes; where the place is only known in one, for this. */
static void attach(bool known_everywhere)
{
	if (!known_everywhere) {
		CHECK_INT(try_attach(0), -ENOTSUP);
		CHECK_HAS(err.msg, "is at another address in each process");
	}
	if (try_attach(known_everywhere ? 0 : getpid()))
		FAIL("%s: %s", err.where, err.msg);
}

static const char usdt[] = "build/tests/objects/usdt.bpf.o", libbpf[] = "build/tests/objects/usdt_libbpf.bpf.o";

static void start(const char *object, const char *name)
{
	open_program(object, name);
	load();
	attach(has_cookies() || is_fixed());
}

static void check_values(const int64_t *want, int n)
{
	int64_t *got = get("values");

	for (int i = 0; i < n; i++) {
		NOTE("argument %d", i);
		CHECK_INT(got[i], want[i]);
		CHECK_INT(get("results")[i], 0);
		got = get("values");
	}
	NOTE("%s", "");
}

TEST(every_kind_of_place)
{
	static const int64_t want[ARGS] = {
		0x1122334455667788, -5, 0x80, -32768, 77, -9, 0x1122334455667788, -5, 0x80, 0x55, 0xfeedface, -127
	};

	start(usdt, "all");
	mark_all(0x1122334455667788, (long)0xdeadbeeffffffffb, 0x7f80, 0x12348000, 2, 0);
	CHECK_INT(*get("passed"), 1);
	CHECK_INT(*get("count"), ARGS);
	CHECK_INT(*get("beyond"), -ENOENT);
	check_values(want, ARGS);
	done();
}

static void plain(const char *object)
{
	static const int64_t want[5] = { -1, -7, 65535, -2, 0x1234fffe };

	start(object, "plain");
	for (int i = 0; i < HITS; i++)
		mark_plain(-1, 0xfffffff9, 0x1234fffe);
	CHECK_INT(*get("passed"), HITS);
	CHECK_INT(*get("count"), 5);
	check_values(want, 5);
	done();
}

TEST(arguments)
{
	plain(usdt);
}

/* An object that was compiled with libbpf's own header, which describes arguments in another way. */
TEST(header_of_libbpf)
{
	if (access(libbpf, F_OK))
		SKIP("libbpf's header is not installed where this was built");
	plain(libbpf);
}

static void pass_twice(void)
{
	for (int i = 1; i <= HITS; i++)
		mark_twice(i, -i);
}

/* What was passed before it is attached and after it is detached does not count; the program sees two places. */
static void counts(const char *name)
{
	const int64_t sum = (int64_t)HITS * (HITS + 1);

	open_program(usdt, name);
	load();
	pass_twice();
	CHECK_INT(twice_semaphore, 0);
	attach(has_cookies() || is_fixed());
	CHECK_HAS(link_->target, "/proc/self/exe:bpfwalk:twice (2 places)");
	CHECK_INT(link_->nfds, older_than(6, 6) ? 2 : 1);
	CHECK_INT(twice_semaphore, 2);
	pass_twice();
	CHECK_INT(*get("passed"), 2 * HITS);
	CHECK_INT(*get("sum_first"), sum);
	CHECK_INT(*get("sum_second"), -sum);
	bw_detach(obj, link_);
	CHECK_INT(twice_semaphore, 0);
	pass_twice();
	CHECK_INT(*get("passed"), 2 * HITS);
	done();
}

TEST(two_places)
{
	counts("twice");
}

TEST(sleepable)
{
	if (older_than(6, 0)) {
		open_program(usdt, "sleeps");
		CHECK_INT(bw_load(obj, &err), -EINVAL);
		done();
		SKIP("needs Linux 6.0 or newer");
	}
	counts("sleeps");
}

TEST(without_arguments)
{
	open_program("build/tests/objects/usdt_plain.bpf.o", "twice");
	load();
	attach(true);
	pass_twice();
	CHECK_INT(*get("passed"), 2 * HITS);
	bw_detach(obj, link_);
	pass_twice();
	CHECK_INT(*get("passed"), 2 * HITS);
	done();
}

/* Programs that find their place by its address, on any kernel. */
TEST(by_address)
{
	struct bw_link *first;

	open_program(usdt, "twice");
	set("LINUX_HAS_BPF_COOKIE", 0);
	load();
	attach(is_fixed());
	pass_twice();
	CHECK_INT(*get("passed"), 2 * HITS);
	CHECK_INT(*get("sum_first"), (int64_t)HITS * (HITS + 1));
	first = link_;
	CHECK_INT(try_attach(getpid()), -EEXIST);
	CHECK_HAS(err.msg, "another program of this object is attached there: EEXIST");
	pass_twice();			/* and that has done no harm */
	CHECK_INT(*get("sum_first"), 2 * (int64_t)HITS * (HITS + 1));
	bw_detach(obj, first);
	CHECK_INT(try_attach(getpid()), 0);
	pass_twice();
	CHECK_INT(*get("sum_first"), 3 * (int64_t)HITS * (HITS + 1));
	done();
}

/* A link that is gone leaves its room in the map to others. */
TEST(again_and_again)
{
	struct bw_link *first;

	start(usdt, "twice");
	if (has_cookies()) {
		first = link_;
		attach(true);
		bw_detach(obj, first);
	}
	for (int i = 0; i < 300; i++) {
		bw_detach(obj, link_);
		CHECK_INT(try_attach(getpid()), 0);
	}
	mark_twice(3, 4);
	CHECK_INT(*get("passed"), 2);
	CHECK_INT(*get("sum_first"), 6);
	done();
}

/* More kinds of places than the map has room for. */
TEST(no_room)
{
	open_program(usdt, "twice");
	CHECK_INT(bw_set_max_entries(obj, bw_find_map(obj, "__bpf_usdt_specs"), 1, &err), 0);
	load();
	CHECK_INT(try_attach(getpid()), -E2BIG);
	CHECK_HAS(err.msg, "the map __bpf_usdt_specs has room for 1 places whose arguments differ");
	CHECK_INT(twice_semaphore, 0);
	done();
}

TEST(one_process)
{
	int status;
	pid_t child;

	open_program(usdt, "twice");
	set("process", 0);
	load();
	CHECK_INT(try_attach(getpid()), 0);
	child = fork();
	if (child == 0) {
		pass_twice();
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	CHECK_INT(*get("passed"), 0);
	pass_twice();
	CHECK_INT(*get("passed"), 2 * HITS);
	done();
}

/* ---- a library ------------------------------------------------------------- */

static struct {
	char *base;
	size_t size;
	int (*passed)(long, int);
} library;

/* As the dynamic linker does it: each part where the first says. */
static void map_library(void)
{
	int fd = open("build/tests/markers.so", O_RDONLY | O_CLOEXEC);
	struct elf64_hdr h;
	struct elf64_phdr p;
	uint64_t entry;

	if (fd < 0)
		SKIP("build/tests/markers.so: %s", strerror(errno));
	CHECK_INT(pread(fd, &h, sizeof(h), 0), (long)sizeof(h));
	library.size = 1 << 20;
	library.base = mmap(NULL, library.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(library.base != MAP_FAILED);
	for (unsigned i = 0; i < h.e_phnum; i++) {
		uint64_t start, size;
		int prot;

		CHECK_INT(pread(fd, &p, sizeof(p), (off_t)(h.e_phoff + i * sizeof(p))), (long)sizeof(p));
		if (p.p_type != PT_LOAD)
			continue;
		start = p.p_vaddr & ~((uint64_t)sysconf(_SC_PAGESIZE) - 1);
		size = p.p_vaddr + p.p_filesz - start;
		prot = (p.p_flags & 4 ? PROT_READ : 0) | (p.p_flags & 2 ? PROT_WRITE : 0) | (p.p_flags & 1 ? PROT_EXEC : 0);
		CHECK(start + size < library.size);
		CHECK(mmap(library.base + start, size, prot, MAP_PRIVATE | MAP_FIXED, fd,
			   (off_t)(p.p_offset - (p.p_vaddr - start))) != MAP_FAILED);
	}
	close(fd);
	entry = (uint64_t)(uintptr_t)(library.base + h.e_entry);
	memcpy(&library.passed, &entry, sizeof(entry));
}

TEST(shared_library)
{
	map_library();
	open_program(usdt, "shared");
	load();
	CHECK_INT(library.passed(1, 1), 0);
	attach(has_cookies());
	for (int i = 1; i <= HITS; i++)
		CHECK_INT(library.passed(i, -i), 1);
	CHECK_INT(*get("passed"), HITS);
	CHECK_INT(*get("sum_first"), HITS * (HITS + 1) / 2);
	CHECK_INT(*get("sum_second"), -HITS * (HITS + 1) / 2);
	bw_detach(obj, link_);
	CHECK_INT(library.passed(1, 1), 0);
	CHECK_INT(*get("passed"), HITS);
	munmap(library.base, library.size);
	done();
}

/* By its address, in a process that does not have it. */
TEST(not_mapped)
{
	open_program(usdt, "shared");
	set("LINUX_HAS_BPF_COOKIE", 0);
	load();
	CHECK_INT(try_attach(getpid()), -ESRCH);
	CHECK_HAS(err.msg, "has no code from offset 0x");
	CHECK_HAS(err.msg, "markers.so");
	done();
}

/* ---- what is not there ------------------------------------------------------- */

static const char *refused(const char *name, int code)
{
	static char msg[sizeof(err.msg)];

	open_program(usdt, name);
	load();
	CHECK_INT(try_attach(getpid()), code);
	snprintf(msg, sizeof(msg), "%s", err.msg);
	done();
	return msg;
}

TEST(refused)
{
	CHECK_HAS(refused("no_marker", -ENOENT), "/proc/self/exe: bpfwalk:alll is none of its 5 markers; the nearest: bpfwalk:all");
	CHECK_HAS(refused("no_provider", -EINVAL), "expected PATH:PROVIDER:NAME");
	CHECK_HAS(refused("bad_arguments", -EINVAL), "arguments \"" UNREADABLE "\": argument 2, 8f@%xmm0: expected SIZE@PLACE");
	CHECK_HAS(refused("no_file", -ENOENT), "reading build/tests/nothing.so: ENOENT");
	CHECK_HAS(refused("no_markers", -EINVAL), "ELF type 1 (an object file)");
}

#else

TEST(markers)
{
	SKIP("there are no markers for this machine");
}

#endif
