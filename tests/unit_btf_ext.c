/*
 * .BTF.ext: the three tables read back, then every way in which they can be wrong.
 *
 * Next: tests/core_image.h
 */
#include "elf/btf_ext.h"
#include "tests/btf_image.h"
#include "tests/check.h"
#include "uapi/bpf_cmd.h"

/* A good .BTF.ext, to be spoilt: func_info of two sections, in records longer than we know; line_info; core_relo. */
struct ext_image {
	struct btf_ext_header h;
	uint32_t func_rec_size;
	struct btf_ext_info_sec func_sec1;
	struct { struct bpf_func_info known; uint32_t more; } func1[2];
	struct btf_ext_info_sec func_sec2;
	struct { struct bpf_func_info known; uint32_t more; } func2[1];
	uint32_t line_rec_size;
	struct btf_ext_info_sec line_sec;
	struct bpf_line_info lines[2];
	uint32_t core_rec_size;
	struct btf_ext_info_sec core_sec;
	struct bpf_core_relo relo;
};

static struct arena arena;
static struct btf btf;
static uint32_t text, kprobe, proto, func;	/* names and types */

static struct ext_image good(void)
{
	static struct btf_image m;
	struct diag d = { 0 };
	struct ext_image x = {
		.h = { .magic = BTF_MAGIC, .version = 1, .hdr_len = sizeof(x.h) },
		.func_rec_size = 12, .line_rec_size = 16, .core_rec_size = 16,
	};
	struct view v;

	m = (struct btf_image){ 0 };
	arena_free(&arena);
	text = btf_image_name(&m, ".text");
	kprobe = btf_image_name(&m, "kprobe/x");
	proto = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 0, 0);
	func = btf_image_type(&m, "f", BTF_KIND_FUNC, 0, proto);
	v = btf_image_view(&m);
	v.base = arena_copy(&arena, v.base, v.size);
	CHECK_INT(btf_parse(v, &arena, &btf, &d), 0);

	x.h.func_info_off = 0;
	x.h.func_info_len = offsetof(struct ext_image, line_rec_size) - offsetof(struct ext_image, func_rec_size);
	x.h.line_info_off = x.h.func_info_len;
	x.h.line_info_len = offsetof(struct ext_image, core_rec_size) - offsetof(struct ext_image, line_rec_size);
	x.h.core_relo_off = x.h.line_info_off + x.h.line_info_len;
	x.h.core_relo_len = sizeof(x) - offsetof(struct ext_image, core_rec_size);
	x.func_sec1 = (struct btf_ext_info_sec){ text, 2 };
	x.func1[0].known = (struct bpf_func_info){ 0, func };
	x.func1[1].known = (struct bpf_func_info){ 64, func };
	x.func_sec2 = (struct btf_ext_info_sec){ kprobe, 1 };
	x.func2[0].known = (struct bpf_func_info){ 0, func };
	x.line_sec = (struct btf_ext_info_sec){ kprobe, 2 };
	x.lines[0] = (struct bpf_line_info){ 0, text, kprobe, 12 << 10 | 9 };
	x.lines[1] = (struct bpf_line_info){ 8, text, kprobe, 13 << 10 | 2 };
	x.core_sec = (struct btf_ext_info_sec){ kprobe, 1 };
	x.relo = (struct bpf_core_relo){ 8, proto, text, BPF_CORE_FIELD_EXISTS };
	return x;
}

static int parse(const struct ext_image *x, size_t size, struct btf_ext *out, struct diag *d)
{
	memset(d, 0, sizeof(*d));
	return btf_ext_parse(image_copy(x, size), &btf, &arena, out, d);
}

static void check_says(const char *file, int line, const struct ext_image *x, const char *msg)
{
	struct btf_ext e;
	struct diag d;

	check_int(file, line, "btf_ext_parse()", parse(x, sizeof(*x), &e, &d), -EINVAL);
	check_str(file, line, "the message", d.msg, msg);
	check_str(file, line, "its place", d.where, "btf.ext");
}

#define CHECK_SAYS(X, MSG) check_says(__FILE__, __LINE__, X, MSG)

TEST(tables)
{
	struct ext_image x = good();
	const struct ext_group *g;
	struct bpf_line_info l;
	struct btf_ext e;
	struct diag d;

	CHECK_INT(parse(&x, sizeof(x), &e, &d), 0);
	CHECK_INT(e.func_info.rec_size, 12);
	CHECK_INT(e.func_info.ngroups, 2);
	g = ext_group_of(&e.func_info, ".text");
	CHECK(g == &e.func_info.groups[0]);
	CHECK_INT(g->count, 2);
	CHECK_INT(g->records.size, 24);
	CHECK_STR(e.func_info.groups[1].section, "kprobe/x");
	CHECK(!ext_group_of(&e.line_info, ".text"));
	g = ext_group_of(&e.line_info, "kprobe/x");
	CHECK(g);
	CHECK(view_get(g->records, 16, &l, sizeof(l)));
	CHECK_INT(BPF_LINE_INFO_LINE_NUM(l.line_col), 13);
	CHECK_INT(e.core_relo.ngroups, 1);
	CHECK_INT(e.core_relo.rec_size, 16);
	arena_free(&arena);
}

TEST(tables_that_are_absent)
{
	struct ext_image x = good();
	struct btf_ext e;
	struct diag d;

	x.h.func_info_len = x.h.line_info_len = x.h.core_relo_len = 0;
	CHECK_INT(parse(&x, sizeof(x), &e, &d), 0);
	CHECK_INT(e.func_info.rec_size, 0);
	CHECK_INT(e.func_info.ngroups, 0);
	CHECK(!ext_group_of(&e.func_info, ".text"));
	arena_free(&arena);
}

/* Before CO-RE the header ended sooner: what follows it is not read as an offset. */
TEST(short_header)
{
	struct ext_image x = good();
	struct btf_ext e;
	struct diag d;

	x.h.hdr_len = 24;
	x.h.func_info_off += 8;
	x.h.line_info_off += 8;
	CHECK_INT(parse(&x, sizeof(x), &e, &d), 0);
	CHECK_INT(e.func_info.ngroups, 2);
	CHECK_INT(e.core_relo.rec_size, 0);
	arena_free(&arena);
}

TEST(header)
{
	struct ext_image x = good();
	struct btf_ext e;
	struct diag d;

	CHECK_INT(parse(&x, 23, &e, &d), -EINVAL);
	CHECK_STR(d.msg, "23 bytes are too few for a header of 24");
	x.h.magic = 1;
	CHECK_SAYS(&x, "magic 0x0001, expected 0xeb9f");
	x = good();
	x.h.version = 3;
	CHECK_SAYS(&x, "version 3 flags 0x00, expected 1 and 0");
	x = good();
	x.h.flags = 0x80;
	CHECK_SAYS(&x, "version 1 flags 0x80, expected 1 and 0");
	x = good();
	x.h.hdr_len = 20;
	CHECK_SAYS(&x, "header of 20 bytes, expected 24 to 160");
	x.h.hdr_len = 161;
	CHECK_SAYS(&x, "header of 161 bytes, expected 24 to 160");
}

TEST(table_outside)
{
	struct ext_image x = good();

	x.h.func_info_off = UINT32_MAX;
	CHECK_SAYS(&x, "func_info at 4294967327 size 56 is outside the 160 bytes");
	x = good();
	x.h.line_info_len = UINT32_MAX;
	CHECK_SAYS(&x, "line_info at 88 size 4294967295 is outside the 160 bytes");
	x = good();
	x.h.core_relo_off++;
	CHECK_SAYS(&x, "core_relo at 133 size 28 is outside the 160 bytes");
}

TEST(record_sizes)
{
	struct ext_image x = good();

	x.h.func_info_len = 3;
	CHECK_SAYS(&x, "func_info: 3 bytes are too few for a record size");
	x = good();
	x.func_rec_size = 4;
	CHECK_SAYS(&x, "func_info: records of 4 bytes, expected a multiple of 4 from 8 on");
	x.func_rec_size = 13;
	CHECK_SAYS(&x, "func_info: records of 13 bytes, expected a multiple of 4 from 8 on");
	x = good();
	x.line_rec_size = 12;
	CHECK_SAYS(&x, "line_info: records of 12 bytes, expected a multiple of 4 from 16 on");
	x = good();
	x.core_rec_size = 8;
	CHECK_SAYS(&x, "core_relo: records of 8 bytes, expected a multiple of 4 from 16 on");
}

TEST(groups)
{
	struct ext_image x = good();

	x.h.func_info_len -= 16;
	CHECK_SAYS(&x, "func_info: 4 bytes are left for a group, it needs 8");
	x = good();
	x.func_sec2.sec_name_off = 1000;
	CHECK_SAYS(&x, "func_info: section name at 1000 is outside the strings (18 bytes)");
	x = good();
	x.line_sec.num_info = 0;
	CHECK_SAYS(&x, "line_info: section kprobe/x has 0 records");
	x = good();
	x.line_sec.num_info = UINT32_MAX;
	CHECK_SAYS(&x, "line_info: section kprobe/x has 4294967295 records of 16 bytes, but 32 bytes are left");
	x = good();
	x.func_sec2.num_info = 2;
	CHECK_SAYS(&x, "func_info: section kprobe/x has 2 records of 12 bytes, but 12 bytes are left");
}

TEST(records)
{
	struct ext_image x = good();

	x.func1[1].known.type_id = 3;
	CHECK_SAYS(&x, "func_info of byte 64 has type 3, the last is 2");
	x.func1[1].known.type_id = proto;
	CHECK_SAYS(&x, "func_info of byte 64 has type 1, which is a func_proto, expected a func");
	x.func1[1].known.type_id = 0;
	CHECK_SAYS(&x, "func_info of byte 64 has type 0, which is void, expected a func");
	x = good();
	x.lines[1].file_name_off = 18;
	CHECK_SAYS(&x, "line_info of byte 8 has a string at 18, outside the strings (18 bytes)");
	x = good();
	x.lines[0].line_off = 19;
	CHECK_SAYS(&x, "line_info of byte 0 has a string at 19, outside the strings (18 bytes)");
	x = good();
	x.relo.type_id = 77;
	CHECK_SAYS(&x, "core_relo of byte 8 has type 77, the last is 2");
	x = good();
	x.relo.access_str_off = 20;
	CHECK_SAYS(&x, "core_relo of byte 8 has a string at 20, outside the strings (18 bytes)");
	arena_free(&arena);
}

TEST(out_of_memory)
{
	struct ext_image x = good();
	size_t limit = 0;
	int r;

	do {
		struct arena small = { .limit = limit += 16 };
		struct diag d = { 0 };
		struct btf_ext e;

		NOTE("%zu bytes", limit);
		r = btf_ext_parse(image_copy(&x, sizeof(x)), &btf, &small, &e, &d);
		CHECK(image_said_well(r, &d));
		CHECK(r == 0 || r == -ENOMEM);
		arena_free(&small);
	} while (r < 0);
	CHECK(limit > 100);
	arena_free(&arena);
}

TEST(truncated_at_every_byte)
{
	struct ext_image x = good();
	struct btf_ext e;
	struct diag d;

	for (size_t size = 0; size < sizeof(x); size++) {
		NOTE("%zu bytes", size);
		CHECK_INT(parse(&x, size, &e, &d), -EINVAL);
		CHECK(image_said_well(-EINVAL, &d));
	}
	arena_free(&arena);
}

TEST(each_byte_changed)
{
	struct ext_image x = good();
	unsigned char *p = (unsigned char *)&x;

	for (size_t i = 0; i < sizeof(x); i++) {
		for (unsigned v = 0; v < 256; v++) {
			unsigned char was = p[i];
			struct btf_ext e;
			struct diag d;

			p[i] = (unsigned char)v;
			NOTE("byte %zu = %u", i, v);
			CHECK(image_said_well(parse(&x, sizeof(x), &e, &d), &d));
			p[i] = was;
		}
	}
	arena_free(&arena);
}

TEST(real_object)
{
	struct view v = image_file("build/progs/talk.bpf.o");
	struct diag d = { 0 };
	struct btf_ext e;
	struct elf elf;

	if (!v.base)
		SKIP("build/progs/talk.bpf.o is not there (no clang?)");
	CHECK_INT(elf_parse(v, &arena, &elf, &d), 0);
	CHECK(elf_section_named(&elf, ".BTF") && elf_section_named(&elf, ".BTF.ext"));
	CHECK_INT(btf_parse(elf_section_named(&elf, ".BTF")->bytes, &arena, &btf, &d), 0);
	CHECK_INT(btf_ext_parse(elf_section_named(&elf, ".BTF.ext")->bytes, &btf, &arena, &e, &d), 0);
	CHECK_INT(e.func_info.rec_size, 8);
	CHECK_INT(e.line_info.rec_size, 16);
	CHECK(ext_group_of(&e.func_info, "kprobe/sys_execve"));
	CHECK_INT(ext_group_of(&e.func_info, "kprobe/sys_execve")->count, 1);
	CHECK(ext_group_of(&e.line_info, "kprobe/sys_execve"));
	arena_free(&arena);
}
