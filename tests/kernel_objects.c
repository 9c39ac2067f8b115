/*
 * What the objects of tests/objects compute in the kernel.
 *
 * An object that loads is not yet an object that was put together well: a function at the wrong place, a variable at the
 * wrong offset or a map under the wrong name pass the verifier and give wrong results. So each program is run with
 * BPF_PROG_TEST_RUN, which hands it arguments of ours and hands back what it returned; nobody else runs it, and what it
 * left in its variables and maps is exact.
 *
 * Kernel: net/bpf/test_run.c bpf_prog_test_run_raw_tp() (5.10)
 * Next: tests/kernel_maps.c
 */
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#include "tests/loaded.h"

TEST(several_programs_in_one_section)
{
	load("one_section");
	for (int i = 0; i < 3; i++)
		run("first", 0, 0);
	for (int i = 0; i < 4; i++)
		run("second", 0, 7);
	run("second", 0, 0);		/* leaves early */
	CHECK_INT(run("third", 0, 0), 0);
	run("third", 0, 0);
	CHECK_INT(run("third", 0, 0), 1);
	CHECK_INT(number("first_ran"), 3);
	CHECK_INT(number("second_ran"), 4);
	CHECK_INT(number("third_ran"), 3);
}

static void check_seen(const uint64_t want[15])
{
	uint64_t seen[15];

	run("globals", 0, 0);
	get("seen", seen, sizeof(seen));
	for (int i = 0; i < 15; i++) {
		NOTE("seen[%d]", i);
		CHECK_INT(seen[i], want[i]);
	}
	check.note[0] = 0;
}

TEST(globals_as_written)
{
	static const uint64_t want[15] = {
		0x01020304, 1, 7, 's', 0x0506, 0x0708090a0b0c0d0e, (uint64_t)-5, 0x12131415, 0x23, 0x24252627,
		0, 0, 0, 0x31323334, 0x41424344,
	};

	load("globals");
	check_seen(want);
}

TEST(globals_as_set)
{
	static const uint64_t want[15] = {
		1, 0, 0, 'o', 0xfffe, 0xffffffffffffffff, (uint64_t)-128, 0x99, 0x33, 0x44, 0x55, (uint64_t)-6,
		0x66, 0x77, 0x88,
	};

	open_object("globals");
	set_text("ro_u32", "1");
	set_text("ro_flag", "false");
	set_text("ro_mode", "MODE_OFF");
	set_text("ro_text", "\"other\"");
	set_text("ro_static", "0xfffe");
	set_text("data_u64", "18446744073709551615");
	set_text("data_s8", "-128");
	set_text("data_pair", "x:0100000099000000");
	set_text("data_array", "x:110000002200000033000000");
	set_text("data_static", "0x44");
	set_text("bss_u64", "0x55");
	set_text("bss_s32", "-6");
	set_text("bss_static", "0x66");
	set_text("ro_x", "0x77");
	set_text("data_x", "0x88");
	load_opened();
	check_seen(want);
}

TEST(constants_cannot_be_changed)
{
	unsigned char value[64] = { 0 };
	const struct bw_map *constants;
	uint32_t zero = 0;

	load("globals");
	constants = global("ro_u32")->map;
	CHECK(constants->read_only && constants->value_size <= sizeof(value));
	CHECK_INT(bw_map_update(obj, constants, &zero, value, 0), -EPERM);
	CHECK_INT(number("ro_u32"), 0x01020304);
	CHECK(!global("bss_u64")->map->read_only);
	CHECK_INT(bw_map_update(obj, global("data_x")->map, &zero, value, 0), 0);
	CHECK_INT(number("data_x"), 0);
}

TEST(bss_with_a_suffix)
{
	load("bss_x");
	for (int i = 0; i < 3; i++)
		run("bss_x", 0, 0);
	CHECK_INT(number("plain"), 3);
	CHECK_INT(number("other"), 6);
}

TEST(constants_without_a_name)
{
	struct { uint32_t number; char text[20]; uint64_t big; } seen;
	char letters[8];

	load("unnamed");
	run("unnamed", 0, 2);
	CHECK_INT(number("picked"), 32);
	get("seen", &seen, sizeof(seen));
	CHECK_INT(seen.number, 0x01020304);
	CHECK_STR(seen.text, "copied");
	CHECK_INT(seen.big, 0x1122334455667788);
	get("letters", letters, sizeof(letters));
	CHECK_STR(letters, "literal");
	run("unnamed", 0, 100);
	CHECK_INT(number("picked"), 65);
}

/* add(), clamp(), twice() and the program entry(): see the drawing in subprogs.bpf.c. */
TEST(sub_programs)
{
	load("subprogs");
	CHECK_INT(run("sys_enter", 0, 5), 5 + 5 + 3 + 4);
	CHECK_INT(number("total"), 5 + 3);
	CHECK_INT(run("sys_enter", 0, 600), 1000 + 7);
	CHECK_INT(number("total"), 8 + 600 + 3);
	CHECK_INT(run("sys_exit", 0, 41), 42);
	CHECK_INT(run("sys_exit", 0, 5000), 1000);
	CHECK_INT(run("entry", 0, 0), 7);
	CHECK_INT(number("total"), 611 + 41 + 5000 + 3);
}

TEST(hidden_for_the_linker_only)
{
	load("hidden");
	CHECK_INT(bw_find_program(obj, "only_if_asked")->fd, -1);
	run("hidden", 0, 0);
	CHECK_INT(number("both_hidden"), 3 + 5);
	CHECK_INT(number("shown"), 3 + 5 + 1);
}

TEST(static_parts)
{
	load("static_parts");
	run("static_parts", 0, 0);
	run("static_parts", 0, 0);
	CHECK_INT(element("static_map", 1), 2);
	CHECK_INT(element("static_map", 0), 0);
}

TEST(sub_programs_out_of_order)
{
	need_kernel(5, 13);	/* bpf_for_each_map_elem() */
	load("link_order");
	/* top(a) = right(a) + left(a), right(a) = a, left(a) = a + 1 + 3a; last(1) = 3 */
	CHECK_INT(run("first", 0, 10), 10 + 10 + 1 + 30 + 3);
	CHECK_INT(number("seen"), 10 + 10);
	CHECK_INT(run("second", 0, 0), 6 + 3 + 1 + 9);
	CHECK_INT(number("seen"), 20 + 3);
}

TEST(callback)
{
	need_kernel(5, 13);
	load("callback");
	run("callback", 0, 0);
	run("callback", 0, 0);
	CHECK_INT(number("visited"), 8);
	for (uint32_t i = 0; i < 8; i++)
		CHECK_INT(element("numbers", i), 2);
}

TEST(without_btf)
{
	const uint32_t step = 10;

	load("no_btf");
	run("no_btf", 0, 0);
	CHECK_INT(element("table", 1), 5 + 3);
	CHECK_INT(element("table", 0), 0);
	CHECK_INT(number("sum"), 1);

	open_object("no_btf");
	CHECK_INT(bw_set_global(obj, global("step"), &step, sizeof(step), &err), 0);
	set_text("start", "7");
	load_opened();
	run("no_btf", 0, 0);
	CHECK_INT(element("table", 1), 7 + 10);
}

TEST(maps_of_the_old_section)
{
	const struct bw_map *second;
	unsigned char value[12] = "elf bytes  ";
	uint64_t key = 2;

	load("legacy_wide");
	second = bw_find_map(obj, "wide_second");
	CHECK(second && second->key_size == 8 && second->value_size == sizeof(value));
	CHECK_INT(run("legacy_wide", 0, 0), 0);
	CHECK_INT(bw_map_update(obj, second, &key, value, 0), 0);
	CHECK_INT(run("legacy_wide", 0, 0), 1);
	CHECK_INT(bw_map_delete(obj, second, &key), 0);
	CHECK_INT(run("legacy_wide", 0, 0), 0);
}

TEST(maps_of_maps)
{
	const struct bw_map *outer, *inner, *table;
	uint32_t key = 1, fd;
	uint64_t value = 9;

	load("map_in_map");
	outer = bw_find_map(obj, "outer");
	table = bw_find_map(obj, "table");
	inner = bw_find_map(obj, "inner");
	CHECK(outer && table && inner);
	CHECK_INT(run("map_in_map", 0, 0), 3);		/* both are empty */
	fd = (uint32_t)inner->fd;
	CHECK_INT(bw_map_update(obj, table, &key, &fd, 0), 0);
	CHECK_INT(run("map_in_map", 0, 0), 2);
	CHECK(bw_map_update(obj, outer, &key, &fd, 0) < 0);	/* an array is not what it wants inside */
	CHECK_INT(bw_map_update(obj, inner, &key, &value, 0), 0);
	CHECK_INT(element("inner", 1), 9);
}

/* ---- records: of one run each, through both kinds of rings, and their type */

static struct { unsigned ring, perf, wrong; char text[120]; } got;

static void take(void *ctx, const struct bw_record *r)
{
	(void)ctx;
	if (r->kind != BW_RECORD || r->size < 24) {
		got.wrong++;
		return;
	}
	*(strcmp(r->map->name, "ring") ? &got.perf : &got.ring) += 1;
	bw_format_value(obj, r->map->record_type_id, r->data, 24, BW_STYLE_JSON, got.text, sizeof(got.text));
	if (strcmp(got.text, "{\"number\":16909060,\"text\":\"hello\",\"big\":1234605616436508552}"))
		got.wrong++;
}

static void check_records(const char *program)
{
	struct bw_reader *reader;

	load(program);
	if (bw_reader_open(obj, false, take, NULL, &reader, &err))
		FAIL("%s: %s", err.where, err.msg);
	memset(&got, 0, sizeof(got));
	for (int i = 0; i < 5; i++)
		run(program, 0, 0);
	while (bw_reader_poll(reader, 0) > 0)
		;
	CHECK_INT(got.ring, 5);
	CHECK_INT(got.perf, 5);
	NOTE("%s", got.text);
	CHECK_INT(got.wrong, 0);
}

TEST(typed_records)
{
	check_records("records");
}

TEST(records_typed_by_their_value)
{
	check_records("records_plain");
}

/* ---- attached, and provoked by a call that nobody else makes */

static void attach_all(void)
{
	for (unsigned i = 0; i < obj->nprograms; i++) {
		struct bw_link *link;

		if (bw_attach(obj, &obj->programs[i], NULL, &link, &err))
			FAIL("%s: %s", err.where, err.msg);
	}
}

TEST(arguments_from_registers)
{
	uint64_t seen[5], raw[2];

	if (access("/sys/bus/event_source/devices/kprobe/type", F_OK))
		SKIP("this kernel has no kprobes");
	load("arguments");
	attach_all();
	CHECK(prctl(0x42, 1UL, 2UL, 3UL, 4UL) == -1 && errno == EINVAL);
	get("seen_ksyscall", seen, sizeof(seen));
	get("seen_raw", raw, sizeof(raw));
	for (unsigned i = 0; i < 5; i++)
		CHECK_INT(seen[i], i ? i : 0x42);
	CHECK_INT(raw[0], SYS_prctl);
	CHECK_INT(raw[1], 3);
	CHECK_INT(number("seen_kret"), -EINVAL);
}

static struct { char line[3][160]; unsigned lines; } printed;

static void take_line(void *ctx, const struct bw_record *r)
{
	(void)ctx;
	if (r->kind == BW_TRACE && printed.lines < 3)
		snprintf(printed.line[printed.lines], sizeof(printed.line[0]), "%.*s", (int)r->size, (const char *)r->data);
	printed.lines++;
}

/* tracefs in a mount namespace of our own, where it is not mounted. */
static void need_tracefs(void)
{
	if (access("/sys/kernel/tracing/trace_pipe", F_OK) == 0)
		return;
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL))
		SKIP("tracefs cannot be mounted: %s", strerror(errno));
}

TEST(printk_with_none_three_and_twelve_arguments)
{
	struct bw_reader *reader;

	need_kernel(5, 16);	/* bpf_trace_vprintk() */
	need_tracefs();
	load("printk");
	memset(&printed, 0, sizeof(printed));
	if (bw_reader_open(obj, bw_uses_trace_pipe(obj), take_line, NULL, &reader, &err))
		FAIL("%s: %s", err.where, err.msg);
	attach_all();
	/* The kernel switches printing on by itself when such a program is loaded, on newer kernels a moment later. */
	for (int i = 0; i < 100 && !printed.lines; i++) {
		syscall(0x7fff);
		bw_reader_poll(reader, 20);
	}
	CHECK(printed.lines >= 3);
	CHECK_HAS(printed.line[0], "bpf_trace_printk: none");
	CHECK_HAS(printed.line[1], "bpf_trace_printk: three -1 text ");
	CHECK_HAS(printed.line[2], "bpf_trace_printk: twelve 1 2 3 4 5 6 7 8 9 10 text ");
}

/* Thrown: the callback and what it calls have run, and the result is theirs. */
TEST(an_exception_is_caught)
{
	unsigned char packet[64] = { 0 };
	struct bpf_prog_test_run_attr attr;
	uint64_t cookie;

	need_kernel(6, 7);
	load("exceptions");
	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = (uint32_t)bw_find_program(obj, "exceptions")->fd;
	attr.data_in = (uintptr_t)packet;
	attr.data_size_in = sizeof(packet);
	if (syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attr, sizeof(attr)))
		FAIL("running it: %s", strerror(errno));
	CHECK_INT(attr.retval, 42);
	get("cookie_seen", &cookie, sizeof(cookie));
	CHECK_INT(cookie, 41);
}

/* Before 6.8 the tag says nothing to the kernel, and the types have to. */
TEST(arguments_tagged_as_the_context)
{
	uint64_t value;

	load("arg_ctx");
	CHECK_INT(run("arg_ctx", 0, 1234), 3);
	get("number", &value, sizeof(value));
	CHECK_INT(value, 1234);
	get("twice", &value, sizeof(value));
	CHECK_INT(value, 2468);
}

/* Descriptors of this process that are BPF's: the last object's. */
static unsigned open_bpf(void)
{
	char path[64], target[64];
	unsigned found = 0;

	for (int fd = 0; fd < 1024; fd++) {
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n = readlink(path, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = 0;
		if (strstr(target, "bpf") || strstr(target, "btf") || strstr(target, "perf_event"))
			found++;
	}
	return found;
}

TEST(nothing_stays_open)
{
	load("subprogs");
	CHECK_INT(open_bpf(), obj->nmaps + 3 + 1);	/* programs, BTF */
	bw_close(obj);
	obj = NULL;
	CHECK_INT(open_bpf(), 0);
}
