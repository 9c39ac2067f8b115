/*
 * Opening a map that is in the kernel, over a pretend one: by its pin, its id or its name, with its types or without.
 *
 * In:  programs of progs/, compiled
 * Try: build/asan/tests/fake_open_map
 * Next: tests/kernel_life.sh, the same on real kernels
 */
#include "tests/pinned.h"

static int open_map(const char *name)
{
	const struct bw_options options = with_bpffs();

	memset(&err, 0, sizeof(err));
	return bw_open_map(name, &options, &obj, &err);
}

static void is_counts(const char *name)
{
	char text[64];

	NOTE("%s", name);
	CHECK_INT(open_map(name), 0);
	CHECK_STR(obj->maps[0].name, "counts");
	CHECK_STR(obj->maps[0].type_name, "BPF_MAP_TYPE_PERCPU_HASH");
	CHECK_INT(obj->maps[0].cpus, 2);
	CHECK_INT(obj->maps[0].value_buffer_size, 16);
	bw_format_type(obj, obj->maps[0].key_type_id, false, text, sizeof(text));
	CHECK_STR(text, "struct command");
	CHECK_INT(obj->nrefused, 0);
	bw_close(obj);
	check_told(0);
}

static void no_map(const char *name, int code, const char *msg)
{
	NOTE("%s", name);
	CHECK_INT(open_map(name), code);
	CHECK(!obj);
	CHECK_STR(err.where, "map open");
	CHECK_STR(err.msg, msg);
	check_told(code);
}

TEST(maps_by_their_names)
{
	char id[16];
	unsigned n = 1;

	start(files);
	CHECK_INT(attach("build/progs/syscount.bpf.o", "d"), 0);
	while (strcmp(bpffs.things[n].name, "counts") != 0)
		n++;
	snprintf(id, sizeof(id), "%u", n);
	is_counts("counts");
	is_counts("/bpf/d/maps/counts");
	is_counts("d/maps/counts");
	is_counts(id);
	CHECK_INT(open_map("syscount.bss"), 0);
	CHECK_INT(obj->nglobals, 1);
	CHECK_STR(obj->globals[0].name, "uncounted");
	bw_close(obj);
	no_map("", -EINVAL, "the name is empty");
	no_map("nobody", -ENOENT, "no map is called nobody");
	no_map("count", -ENOENT, "no map is called count");
	no_map("4711", -ENOENT, "there is no map with id 4711 (BPF_MAP_GET_FD_BY_ID: ENOENT)");
	no_map("99999999999999999999", -ENOENT, "there is no map with id 99999999999999999999 (BPF_MAP_GET_FD_BY_ID: ENOENT)");
	no_map("d/maps/nobody", -ENOENT, "there is no /bpf/d/maps/nobody (ENOENT)");
	no_map("d/progs/syscount", -EINVAL, "/bpf/d/progs/syscount is a program, expected a map");
	no_map("d/links/syscount", -EINVAL, "/bpf/d/links/syscount is a link, expected a map");
	no_map("d/maps", -EACCES, "BPF_OBJ_GET of /bpf/d/maps: EACCES");
}

/* It is in the kernel: what is for before the load comes too late, and an entry goes there at once. */
TEST(an_opened_map_is_loaded)
{
	start(files);
	CHECK_INT(attach("build/progs/syscount.bpf.o", "d"), 0);
	CHECK_INT(open_map("counts"), 0);
	CHECK_INT(bw_set_max_entries(obj, &obj->maps[0], 5, &err), -EBUSY);
	CHECK_INT(bw_enable_map(obj, &obj->maps[0], true), -EBUSY);
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_load(obj, &err), -EBUSY);
	fake.calls = 0;
	CHECK_INT(bw_map_put_text(obj, &obj->maps[0], "x:62617368000000000000000000000000", NULL, &err), 0);
	CHECK_INT(fake.calls, 1);
	bw_close(obj);
	CHECK_INT(open_map("syscount.bss"), 0);
	CHECK_INT(bw_set_global_text(obj, &obj->globals[0], "1", &err), -EBUSY);
	bw_close(obj);
	CHECK_INT(fake.open + fake.wrong + fake.mapped, 0);
}

TEST(maps_of_one_name)
{
	start(files);
	CHECK_INT(attach("build/progs/syscount.bpf.o", "d"), 0);
	CHECK_INT(attach("build/progs/syscount.bpf.o", "e"), 0);
	CHECK_INT(open_map("counts"), -ENOTUNIQ);
	CHECK_HAS(err.msg, "2 maps are called counts: their ids are ");
	check_told(-ENOTUNIQ);
}

/* A map is opened with its types, or without them and with the reason, or not at all. */
TEST(opening_with_failures)
{
	static const char *const names[] = { "counts", "d/maps/counts", "syscount.bss" };

	for (unsigned i = 0; i < 3 * CODES; i++) {
		bool reached = true;

		for (unsigned n = 1; reached; n++) {
			int r;

			start(files);
			CHECK_INT(attach("build/progs/syscount.bpf.o", "d"), 0);
			NOTE("%s: call %u fails with %s", names[i % 3], n, errno_name(codes[i / 3]));
			fake.calls = 0;
			fake.fail_at = n;
			fake.fail_with = codes[i / 3];
			r = open_map(names[i % 3]);
			reached = fake.calls >= n;
			if (r == 0)
				CHECK((obj->nrefused == 1) == (obj->btf_types == 0));
			bw_close(obj);
			check_told(r);
		}
	}
}
