/*
 * The command's own arithmetic: JSON read back, sums over CPUs, counting,
 * columns, numbers of options, and the pretend kernel's descriptors.
 *
 * Next: tests/sh_cli_usage.sh
 */
#include "tests/check.h"

#include <stdint.h>

#include "loader/cli/args.h"
#include "loader/cli/asked.h"
#include "loader/cli/count.h"
#include "loader/cli/jsontext.h"
#include "loader/cli/map_read.h"
#include "loader/cli/out.h"
#include "loader/cli/pretend.h"
#include "loader/cli/rows.h"
#include "loader/cli/screen.h"
#include "loader/cli/setup.h"
#include "loader/cli/value.h"

/* main.c, which has the verbs, has a main() of its own. */
const struct verb verbs[] = { { NULL, 0, NULL, 0, 0, NULL, NULL, NULL } };

static const char *sum(const char *a, const char *b)
{
	static struct buf out;

	buf_clear(&out);
	json_add(&out, a, b);
	return out.at;
}

TEST(values_are_added_number_by_number)
{
	CHECK_STR(sum("17", "5"), "22");
	CHECK_STR(sum("-3", "5"), "2");
	CHECK_STR(sum("3", "-5"), "-2");
	CHECK_STR(sum("18446744073709551615", "1"), "0");
	CHECK_STR(sum("9223372036854775808", "1"), "9223372036854775809");
	CHECK_STR(sum("{\"n\":1,\"deep\":{\"m\":[2,3]}}", "{\"n\":10,\"deep\":{\"m\":[20,30]}}"),
		  "{\"n\":11,\"deep\":{\"m\":[22,33]}}");
}

TEST(what_is_no_whole_number_stays)
{
	CHECK_STR(sum("\"a1\"", "\"b2\""), "\"a1\"");
	CHECK_STR(sum("1.5", "2.5"), "1.5");
	CHECK_STR(sum("1e9", "2"), "1e9");
	CHECK_STR(sum("true", "false"), "true");
	CHECK_STR(sum("{\"name\":\"long \\\"1\",\"n\":1}", "{\"name\":\"x\",\"n\":2}"), "{\"name\":\"long \\\"1\",\"n\":3}");
	/* Texts that do not match end where the first does. */
	CHECK_STR(sum("[1,2,3]", "[1"), "[2,2,3]");
}

TEST(members_of_an_object)
{
	struct slice names[4], values[4];

	CHECK_INT(json_members("{\"a\":1,\"b\":{\"c\":[1,2]},\"d\":\"},\\\"\"}", names, values, 4), 3);
	CHECK_INT(names[1].len, 1);
	CHECK_MEM(names[1].at, "b", 1);
	CHECK_INT(values[1].len, 11);
	CHECK_MEM(values[1].at, "{\"c\":[1,2]}", 11);
	CHECK_INT(values[2].len, 6);
	CHECK_MEM(values[2].at, "\"},\\\"\"", 6);
	CHECK_INT(json_members("{}", names, values, 4), 0);
	CHECK_INT(json_members("[1]", names, values, 4), -1);
	CHECK_INT(json_members("7", names, values, 4), -1);
	CHECK_INT(json_members("{\"a\":1,\"b\":2,\"c\":3}", names, values, 2), 3);
}

TEST(the_first_number)
{
	bool negative;
	uint64_t n;

	CHECK(json_first_number("{\"x9\":\"8\",\"y\":-7}", &negative, &n));
	CHECK(negative);
	CHECK_INT(n, 7);
	CHECK(json_first_number("0", &negative, &n));
	CHECK_INT(n, 0);
	CHECK(!json_first_number("\"12\"", &negative, &n));
	CHECK(!json_first_number("", &negative, &n));
}

TEST(rows_are_sorted_by_value_then_key)
{
	static const char *const want[] = { "\"big\"", "\"a\"", "\"b\"", "\"zero\"", "\"minus\"", "\"minus2\"" };
	struct rows r = { 0 };

	rows_add(&r, "\"zero\"", "0");
	rows_add(&r, "\"minus2\"", "-20");
	rows_add(&r, "\"b\"", "{\"n\":5}");
	rows_add(&r, "\"minus\"", "-2");
	rows_add(&r, "\"big\"", "18446744073709551615");
	rows_add(&r, "\"a\"", "5");
	rows_add(&r, "\"b\"", "{\"n\":5}");
	rows_sort(&r);
	CHECK_INT(r.count, 6);
	for (size_t i = 0; i < 6; i++)
		CHECK_STR(r.text.at + r.row[i].key, want[i]);
	rows_free(&r);
}

TEST(counts_find_what_they_have_seen)
{
	struct counts c = { 0 };
	char text[24];
	size_t found = 0;

	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 1000; i++) {
			snprintf(text, sizeof(text), "word %d", i);
			counts_add(&c, (unsigned)i & 1, text);
		}
	counts_add(&c, 1, "word 0");
	CHECK_INT(c.used, 1001);
	for (size_t i = 0; i < c.places; i++) {
		found += c.place[i].n != 0;
		if (c.place[i].n && strcmp(c.texts.at + c.place[i].text, "word 0") == 0)
			CHECK_INT(c.place[i].n, c.place[i].group ? 1 : 3);
	}
	CHECK_INT(found, 1001);
	counts_free(&c);
}

TEST(columns_of_letters)
{
	static const char text[] = "a\xc3\xa9\xe6\xbc\xa2" "e\xcc\x81\xf0\x9f\x90\x9d";	/* a, e acute, a wide one, e + accent, a bee */

	CHECK_INT(text_width(text, sizeof(text) - 1), 1 + 1 + 2 + 1 + 2);
	CHECK_INT(text_cut(text, sizeof(text) - 1, 2), 3);
	CHECK_INT(text_cut(text, sizeof(text) - 1, 3), 3);	/* the wide letter does not fit */
	CHECK_INT(text_cut(text, sizeof(text) - 1, 4), 6);
	CHECK_INT(text_cut(text, sizeof(text) - 1, 100), sizeof(text) - 1);
	CHECK_INT(text_width("\xe6\xbc", 2), 2);	/* cut in the middle: a letter a byte */
	CHECK_INT(text_width("", 0), 0);
}

static const char *untyped(const void *data, size_t size, size_t slack)
{
	static struct buf out;

	buf_clear(&out);
	untyped_json(&out, data, size, slack, true);
	return out.at;
}

TEST(values_without_a_type)
{
	uint32_t number = 4000000000u;

	CHECK_STR(untyped(&number, sizeof(number), 0), "4000000000");
	CHECK_STR(untyped("bash\0\0\0\0\0\0\0", 11, 0), "\"bash\"");
	CHECK_STR(untyped("bash\0\0\0\0\0\1\2", 11, 0), "\"6261736800000000000102\"");
	CHECK_STR(untyped("bash\0\0\0\0\0\1\2", 11, 7), "\"bash\"");
	CHECK_STR(untyped("bash and no", 11, 0), "\"bash and no\"");
	CHECK_STR(untyped("bash\1\2\3\4\5\6\7", 11, 7), "\"6261736801020304050607\"");
	CHECK_STR(untyped("\0\0\0", 3, 0), "\"000000\"");
	CHECK_STR(untyped("say \"x\"\0\0", 9, 0), "\"say \\\"x\\\"\"");
}

TEST(numbers_of_options)
{
	uint64_t n;

	CHECK(args_number("0", 5, &n) && n == 0);
	CHECK(args_number("18446744073709551615", UINT64_MAX, &n) && n == UINT64_MAX);
	CHECK(!args_number("18446744073709551616", UINT64_MAX, &n));
	CHECK(args_number("0xFf", 255, &n) && n == 255);
	CHECK(!args_number("256", 255, &n));
	CHECK(!args_number("0x", 255, &n));
	CHECK(!args_number("", 255, &n));
	CHECK(!args_number("1 ", 255, &n));
	CHECK(!args_number("+1", 255, &n));
	CHECK(!args_number("a", 255, &n));
	CHECK(!args_number("9223372036854775808", INT64_MAX, &n));
}

static const char *cause_of(int code, const char *where, const char *msg)
{
	struct bw_error err = { .code = -code };

	snprintf(err.where, sizeof(err.where), "%s", where);
	snprintf(err.msg, sizeof(err.msg), "%s", msg);
	return advice(&err);
}

TEST(advice_depends_on_what_was_tried)
{
	CHECK_HAS(cause_of(EINVAL, "map create", "... of q (..., value 0 bytes, 0 entries, flags 0x0): EINVAL"), "max_entries");
	CHECK(!strstr(cause_of(EINVAL, "map create", "... of q (..., 10 entries, flags 0x0): EINVAL"), "max_entries"));
	CHECK_HAS(cause_of(EINVAL, "section .maps", "the file has no BTF, but its maps are defined by their types"), "-g");
	CHECK_HAS(cause_of(EINVAL, "program load", "p: the verifier refused it: EINVAL: infinite loop detected at insn 4"), "ends");
	CHECK_HAS(cause_of(EINVAL, "program load", "p: the verifier refused it: EINVAL: back-edge from insn 8 to 4"), "5.3");
	CHECK_HAS(cause_of(ENOENT, "possible CPUs", "reading /sys/devices/system/cpu/possible: ENOENT"), "mount -t sysfs");
	CHECK_HAS(cause_of(ENOENT, "attach p", "reading /sys/devices/system/cpu/online: ENOENT"), "mount -t sysfs");
	CHECK_HAS(cause_of(EPERM, "map pin", "BPF_OBJ_PIN of m at /tmp/m: EPERM"), "BPF file system");
	CHECK_HAS(cause_of(EPERM, "btf load", "BPF_BTF_LOAD of 7 bytes: EPERM"), "CAP_BPF");
	CHECK_HAS(cause_of(524, "program load", "p: BPF_PROG_LOAD, ...: ENOTSUPP"), "cannot run this type");
	CHECK_HAS(cause_of(524, "program load", "p: ...: JIT is required for calling kernel function"), "bpf_jit_enable");
	CHECK_HAS(cause_of(EINVAL, "program load", "p: the verifier refused it: ... in non-JITed programs"), "bpf_jit_enable");
	CHECK_HAS(cause_of(524, "attach p", "BPF_LINK_CREATE ... (CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS): ENOTSUPP"), "arm64 has");
	CHECK_HAS(cause_of(EINVAL, "program load", "p: BPF_PROG_LOAD, and the verifier's log is empty: EINVAL"), "older");
	CHECK_HAS(cause_of(EINVAL, "program load", "p: the verifier refused it: EINVAL: unknown func"), "-v shows");
	CHECK_HAS(cause_of(ENOENT, "attach p", "tracefs is not mounted: ..."), "mount -t tracefs");
	CHECK_HAS(cause_of(EMFILE, "anything", "at all: EMFILE"), "ulimit -n");
	CHECK_HAS(cause_of(EINVAL, "map create", "... of s (BPF_MAP_TYPE_STACK_TRACE, key 4 bytes, value 0 bytes, 9 entries"),
		  "value_size");
	CHECK_HAS(cause_of(EINVAL, "elf header", "the file starts with 00"), "clang -target bpf");
	CHECK_HAS(cause_of(ESRCH, "attach p", "no kernel function f (BPF_LINK_CREATE: ESRCH)"), "misspelt");
	CHECK(!cause_of(ESRCH, "attach p", "perf_event_open of a uprobe: no such process: ESRCH"));
	CHECK(!cause_of(EINVAL, "elf header", "byte order 2 (big-endian)"));
	CHECK(!cause_of(ENOMEM, "object", "out of memory, or past this object's limit of it"));
}

/* ---- the pretend kernel ----------------------------------------------------- */

static struct pretend kernel;

static long answer(const char *name, const char *cmd, bool returns_fd, long arg0)
{
	struct bw_call c = { .name = name, .cmd = cmd, .returns_fd = returns_fd, .changes = true, .arg = { arg0 } };

	return pretend_kernel(&kernel, &c);
}

TEST(descriptors_are_the_lowest_free)
{
	memset(&kernel, 0, sizeof(kernel));
	CHECK_INT(answer("bpf", "BPF_MAP_CREATE", true, 0), 3);
	CHECK_INT(answer("bpf", "BPF_PROG_LOAD", true, 0), 4);
	CHECK_INT(answer("perf_event_open", "", true, 0), 5);
	CHECK_INT(answer("ioctl", "PERF_EVENT_IOC_ENABLE", false, 5), 0);
	CHECK_INT(answer("close", "", false, 4), 0);
	CHECK_INT(answer("bpf", "BPF_MAP_CREATE", true, 0), 4);
	CHECK_INT(pretend_left_open(&kernel), 3);
	CHECK_INT(answer("close", "", false, 9), -EBADF);
	CHECK_INT(answer("close", "", false, 1), -EBADF);
	CHECK_INT(answer("bpf", "BPF_OBJ_GET", true, 0), -ENOENT);
	CHECK_INT(answer("bpf", "BPF_MAP_GET_NEXT_KEY", false, 0), -ENOENT);
}

TEST(there_are_many_descriptors_but_not_endless)
{
	memset(&kernel, 0, sizeof(kernel));
	for (int i = 3; i < PRETEND_FDS; i++)
		CHECK_INT(answer("perf_event_open", "", true, 0), i);
	CHECK_INT(answer("perf_event_open", "", true, 0), -EMFILE);
}

/* openat of a file that nothing can open: nr is not a call at all, so the real kernel is not asked. */
static long open_changing(const char *path)
{
	struct bw_call c = { .name = "openat", .cmd = "", .returns_fd = true, .changes = true,
			     .arg = { 0, (long)(intptr_t)path } };

	return pretend_kernel(&kernel, &c);
}

TEST(files_that_cannot_be_read_are_made_up)
{
	char buf[16];
	struct bw_call c = { .name = "read", .cmd = "", .arg = { 3, (long)(intptr_t)buf, 2 } };

	memset(&kernel, 0, sizeof(kernel));
	CHECK_INT(open_changing("/etc/shadow"), -EACCES);
	CHECK_INT(pretend_left_open(&kernel), 0);
	CHECK_INT(open_changing("/sys/devices/uprobe/format/retprobe"), 3);
	CHECK_STR(kernel.made_up, "/sys/devices/uprobe/format/retprobe");
	CHECK_INT(pretend_kernel(&kernel, &c), 2);
	CHECK_MEM(buf, "co", 2);
	c.arg[2] = sizeof(buf);
	CHECK_INT(pretend_kernel(&kernel, &c), 7);
	CHECK_MEM(buf, "nfig:0\n", 7);
	CHECK_INT(pretend_kernel(&kernel, &c), 0);
}

TEST(maps_that_can_be_listed)
{
	struct bw_map m = { .fd = 3, .type_name = "BPF_MAP_TYPE_HASH" };

	CHECK(map_is_readable(&m));
	m.flags = 1 << 4;	/* BPF_F_WRONLY: a lookup answers EPERM */
	CHECK(!map_is_readable(&m));
	m.flags = 1 << 3;	/* BPF_F_RDONLY */
	CHECK(map_is_readable(&m));
	m.type_name = "BPF_MAP_TYPE_RINGBUF";
	CHECK(!map_is_readable(&m));
}

/* Of a struct_ops map the link has no program: the kernel calls those the map has. */
TEST(a_maps_link_waits_for_events)
{
	const struct bw_hook when_read = { .runs = BW_WHEN_READ };
	const struct bw_program iterator = { .name = "tasks", .hook = &when_read };
	struct bw_link of_map = { .name = "walk" }, of_iterator = { .program = &iterator };
	struct bw_link *both[] = { &of_iterator, &of_map };
	struct bw_object obj = { .nprograms = 0 };
	struct bw_error err = { 0 };
	struct args a = { .quiet = true };

	CHECK(!waits_for_events(&(struct links){ both, 1, 0 }));
	CHECK(waits_for_events(&(struct links){ both, 2, 0 }));
	CHECK_INT(run_asked(&a, &obj, &(struct links){ both + 1, 1, 0 }, &err), EXIT_DONE);
}
