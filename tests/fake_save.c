/*
 * Saving, with every call made to fail in turn: OUT is the old file or the new one, whole, and nothing lies beside it.
 *
 * The calls are real, but for the one that fails: the kernel of this test stands in the door and hands the others on.
 *
 * Next: tests/sh_cli_patch.sh
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/bpfwalk.h"
#include "tests/check.h"

static const char source[] = "build/progs/device.bpf.o";
static const char *const change[] = { "imm=5" };

static struct {
	unsigned calls, fail_at;	/* 0: none */
	unsigned first_write;		/* the number of that call */
	long fail_with;
	size_t write_most;		/* bytes a write takes; 0: all */
	int open;			/* descriptors */
	char last[32];			/* the call that failed */
} door;

static long ask(void *ctx, struct bw_call *c)
{
	long r;

	(void)ctx;
	if (strcmp(c->name, "close") == 0) {
		door.open--;
		return bw_call_real(c);
	}
	door.calls++;
	if (!door.first_write && strcmp(c->name, "write") == 0)
		door.first_write = door.calls;
	if (door.calls == door.fail_at) {
		snprintf(door.last, sizeof(door.last), "%s", c->name);
		return door.fail_with;
	}
	if (strcmp(c->name, "write") == 0 && door.write_most && (size_t)c->arg[2] > door.write_most)
		c->arg[2] = (long)door.write_most;
	r = bw_call_real(c);
	door.open += c->returns_fd && r >= 0;
	return r;
}

struct bytes {
	unsigned char at[65536];
	size_t size;
};

static void load(const char *path, struct bytes *to)
{
	FILE *f = fopen(path, "rb");

	CHECK(f);
	to->size = fread(to->at, 1, sizeof(to->at), f);
	fclose(f);
}

static void store(const char *path, const void *bytes, size_t size)
{
	FILE *f = fopen(path, "wb");

	CHECK(f);
	CHECK_INT(fwrite(bytes, 1, size, f), size);
	CHECK_INT(fclose(f), 0);
}

static char dir[] = "/tmp/fake_save.XXXXXX", path[64];

static unsigned files_there(void)
{
	DIR *d = opendir(dir);
	unsigned n = 0;

	CHECK(d);
	for (const struct dirent *e; (e = readdir(d));)
		n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
	closedir(d);
	return n;
}

/* Opens source, edits, saves to path. What bw_save() returned, or what bw_open() did. */
static int walk(struct bw_error *err)
{
	struct bw_options options = { 0 };
	struct bw_object *obj;
	struct bw_edit e;
	int r;

	bw_other_kernel(&options, ask, NULL);
	memset(err, 0, sizeof(*err));
	door.calls = 0;
	r = bw_open(source, &options, &obj, err);
	if (r < 0)
		return r;
	CHECK_INT(bw_edit(obj, bw_find_program(obj, "device"), 0, change, 1, &e, err), 0);
	r = bw_save(obj, path, err);
	bw_close(obj);
	CHECK_INT(door.open, 0);
	return r;
}

static void start(void)
{
	static bool made;

	memset(&door, 0, sizeof(door));
	if (!made)
		CHECK(mkdtemp(dir));
	made = true;
	snprintf(path, sizeof(path), "%s/out", dir);
	unlink(path);
	if (access(source, R_OK))
		check_skip("no %s: no clang?", source);
}

/* The file with imm of its first instruction changed, as this test does it. */
static void expected(struct bytes *to)
{
	load(source, to);
	to->at[0x40 + 4] = 5;
}

TEST(all_is_well)
{
	static struct bytes want, got;
	struct bw_error err;

	start();
	expected(&want);
	CHECK_INT(walk(&err), 0);
	load(path, &got);
	CHECK_INT(got.size, want.size);
	CHECK_MEM(got.at, want.at, want.size);
	CHECK_INT(files_there(), 1);
}

TEST(writes_may_be_short)
{
	static struct bytes want, got;
	struct bw_error err;

	start();
	expected(&want);
	door.write_most = 7;
	CHECK_INT(walk(&err), 0);
	load(path, &got);
	CHECK_INT(got.size, want.size);
	CHECK_MEM(got.at, want.at, want.size);
}

static void every_call_fails(bool there_was_one, int code)
{
	static struct bytes want, got;
	struct bw_error err;
	unsigned n;
	int r = -1;

	expected(&want);
	for (n = 1; r < 0; n++) {
		unlink(path);
		if (there_was_one)
			store(path, "old", 3);
		memset(&door, 0, sizeof(door));
		door.fail_at = n;
		door.fail_with = code;
		r = walk(&err);
		NOTE("call %u, %s: %d", n, door.last, r);
		if (r == 0)
			break;
		/* The first open says ENOENT where nothing is, and the first name may be taken: those are no failures. */
		CHECK_INT(r, code);
		CHECK_INT(err.code, r);
		CHECK_HAS(err.msg, bw_errno_name(code));
		CHECK_INT(files_there(), there_was_one);
		if (there_was_one) {
			load(path, &got);
			CHECK_INT(got.size, 3);
			CHECK_MEM(got.at, "old", 3);
		}
	}
	CHECK(n > 7);
	load(path, &got);
	CHECK_INT(got.size, want.size);
	CHECK_MEM(got.at, want.at, want.size);
	CHECK_INT(files_there(), 1);
}

TEST(every_call_fails_and_nothing_was_there)
{
	start();
	every_call_fails(false, -EIO);
	every_call_fails(false, -ENOSPC);
}

TEST(every_call_fails_and_a_file_was_there)
{
	start();
	every_call_fails(true, -EIO);
	every_call_fails(true, -EACCES);
}

/* Another walk in which the first write returns this. */
static int walk_writing(long answer)
{
	struct bw_error err;
	unsigned write;

	start();
	CHECK_INT(walk(&err), 0);
	write = door.first_write;
	CHECK(write);
	start();
	door.fail_at = write;
	door.fail_with = answer;
	return walk(&err);
}

TEST(an_interrupted_write_goes_on)
{
	static struct bytes want, got;

	CHECK_INT(walk_writing(-EINTR), 0);
	expected(&want);
	load(path, &got);
	CHECK_INT(got.size, want.size);
	CHECK_MEM(got.at, want.at, want.size);
}

TEST(a_write_that_takes_nothing_is_an_error)
{
	CHECK_INT(walk_writing(0), -EIO);
	CHECK_INT(files_there(), 0);
}

TEST(names_that_are_taken_are_passed_over)
{
	struct bw_error err;
	char taken[96];

	start();
	for (int i = 0; i < 3; i++) {
		snprintf(taken, sizeof(taken), "%s/.bpfwalk-%d", dir, i);
		store(taken, "mine", 4);
	}
	CHECK_INT(walk(&err), 0);
	CHECK_INT(files_there(), 4);
	for (int i = 0; i < 3; i++) {
		struct stat st;

		snprintf(taken, sizeof(taken), "%s/.bpfwalk-%d", dir, i);
		CHECK_INT(stat(taken, &st), 0);
		CHECK_INT(st.st_size, 4);
		unlink(taken);
	}
	unlink(path);
	rmdir(dir);
}
