/*
 * struct_ops over a pretend kernel, whose structure has other members than the object's, at other places: what the kernel
 * is told, what is refused, and that nothing stays open, whichever call fails.
 *
 * In: build/tests/objects/struct_ops.bpf.o
 * Next: tests/fake_externs.c
 */
#include "loader/bpfwalk.h"
#include "tests/btf_image.h"
#include "tests/check.h"
#include "tests/fake_public.h"

/* ---- the kernel's types -------------------------------------------------------- */

enum { VALUE_SIZE = 88, DATA_AT = 8, FLAGS_AT = DATA_AT + 4, NAME_AT = DATA_AT + 8, COMMON = 1 };

static struct btf_image types;
static uint32_t ops_id, value_id, u32_id;
static struct fake_file files[] = { { "/sys/kernel/btf/vmlinux", NULL, 0 }, { NULL, NULL, 0 } };

/* What a test makes the kernel have instead; 0: the usual. */
static struct {
	uint32_t flags_type, ssthresh_type;
	const char *undo_name;		/* NULL: undo_cwnd */
	bool no_value, no_data;
	uint32_t flags_bits;
	uint32_t value_size;		/* 0: VALUE_SIZE */
	bool nor_this;			/* has that member, a pointer to a function */
	void (*object)(unsigned char *bytes, size_t size);	/* the object is made wrong */
} other;

static uint32_t function_pointer(void)
{
	return btf_image_type(&types, "", BTF_KIND_PTR, 0, btf_image_type(&types, "", BTF_KIND_FUNC_PROTO, 0, 0));
}

/* struct { u32 first; u32 flags; char name[16]; ... ssthresh, cong_avoid, undo_cwnd } */
static void kernel_ops_type(void)
{
	uint32_t name = btf_image_array(&types, btf_image_int(&types, "char", 1, 0), 16), pointer = function_pointer();

	ops_id = btf_image_type(&types, "tcp_congestion_ops", BTF_KIND_STRUCT | (other.flags_bits ? 128 : 0), 6 + other.nor_this, 48);
	btf_image_member(&types, "first", u32_id, 0);
	btf_image_member(&types, "flags", other.flags_type ? other.flags_type : u32_id, 32 | other.flags_bits << 24);
	btf_image_member(&types, "name", name, 64);
	btf_image_member(&types, "ssthresh", other.ssthresh_type ? other.ssthresh_type : pointer, 192);
	btf_image_member(&types, "cong_avoid", pointer, 256);
	btf_image_member(&types, other.undo_name ? other.undo_name : "undo_cwnd", pointer, 320);
	if (other.nor_this)
		btf_image_member(&types, "nor_this", pointer, 320);
}

static void kernel_types_make(void)
{
	struct view v;

	kernel_ops_type();
	if (!other.no_value) {
		value_id = btf_image_type(&types, "bpf_struct_ops_tcp_congestion_ops", BTF_KIND_STRUCT, 2,
					  other.value_size ? other.value_size : VALUE_SIZE);
		btf_image_member(&types, "common", u32_id, 0);
		btf_image_member(&types, "data", other.no_data ? u32_id : ops_id, 64);
	}
	v = btf_image_view(&types);
	free((void *)(uintptr_t)files[0].text);
	files[0].text = memcpy(malloc(v.size), v.base, v.size);
	files[0].size = v.size;
}

/* ---- the kernel's answers ------------------------------------------------------- */

static struct bpf_map_create_attr created[8];
static struct bpf_prog_load_attr loaded[8];
static int loaded_fd[8];
static unsigned ncreated, nloaded, registered, deleted;
static unsigned char element[VALUE_SIZE];

static long answer(const struct call *c)
{
	const struct bpf_map_elem_attr *elem = (const void *)c->arg[1];

	if (c->nr != CALL_BPF)
		return FAKE_OURS;
	switch (c->arg[0]) {
	case BPF_MAP_CREATE:
		memset(&created[ncreated], 0, sizeof(created[0]));
		memcpy(&created[ncreated++], (const void *)c->arg[1], (size_t)c->arg[2]);
		return fake_fd(NULL, 0);
	case BPF_PROG_LOAD:
		memset(&loaded[nloaded], 0, sizeof(loaded[0]));
		memcpy(&loaded[nloaded], (const void *)c->arg[1], (size_t)c->arg[2]);
		return loaded_fd[nloaded++] = (int)fake_fd(NULL, 0);
	case BPF_BTF_LOAD: case BPF_LINK_CREATE:
		return fake_fd(NULL, 0);
	case BPF_MAP_UPDATE_ELEM:
		registered++;
		memcpy(element, (const void *)(uintptr_t)elem->value, sizeof(element));
		return 0;
	case BPF_MAP_DELETE_ELEM:
		deleted++;
		return 0;
	case BPF_BTF_GET_NEXT_ID:
		return -ENOENT;
	}
	return 0;
}

static struct bw_object *obj;
static struct bw_error err;

static void start(void)
{
	memset(&types, 0, sizeof(types));
	memset(&other, 0, sizeof(other));
	u32_id = btf_image_int(&types, "unsigned int", 4, 0);
}

static void open_it(void)
{
	struct bw_options options = { 0 };
	FILE *f = fopen("build/tests/objects/struct_ops.bpf.o", "rb");
	static unsigned char bytes[1 << 16];

	bw_other_kernel(&options, kernel, NULL);
	CHECK(f);
	options.bytes = bytes;
	options.size = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	if (other.object)
		other.object(bytes, options.size);
	bw_close(obj);
	fake_start(files);
	fake.answer = answer;
	ncreated = nloaded = registered = deleted = 0;
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_open("struct_ops.bpf.o", &options, &obj, &err), 0);
}

static int load(void)
{
	kernel_types_make();
	open_it();
	return bw_load(obj, &err);
}

static void check_nothing_left(void)
{
	bw_close(obj);
	obj = NULL;
	CHECK_INT(fake.wrong, 0);
	CHECK_INT(fake.open, 0);
	CHECK_INT(fake.mapped, 0);
}

static uint64_t word_at(unsigned at)
{
	uint64_t word;

	memcpy(&word, element + at, sizeof(word));
	return word;
}

TEST(what_the_kernel_is_told)
{
	struct bw_link *link;

	start();
	CHECK_INT(load(), 0);
	CHECK_INT(ncreated, 3);		/* .bss, walk_old, walk_link; nobody asked for walk_spare */
	CHECK_INT(created[1].map_type, BPF_MAP_TYPE_STRUCT_OPS);
	CHECK_STR(created[1].map_name, "walk_old");
	CHECK_INT(created[1].key_size, 4);
	CHECK_INT(created[1].value_size, VALUE_SIZE);
	CHECK_INT(created[1].max_entries, 1);
	CHECK_INT(created[1].map_flags, 0);
	CHECK_INT(created[1].btf_vmlinux_value_type_id, value_id);
	CHECK_INT(created[1].btf_value_type_id, 0);
	CHECK(created[1].btf_fd > 0);
	CHECK_INT(created[2].map_flags, BPF_F_LINK);

	CHECK_INT(nloaded, 3);		/* ssthresh, undo_cwnd, cong_avoid: each once, though two maps have it */
	for (unsigned i = 0; i < 3; i++) {
		CHECK_INT(loaded[i].prog_type, BPF_PROG_TYPE_STRUCT_OPS);
		CHECK_INT(loaded[i].attach_btf_id, ops_id);
		CHECK_INT(loaded[i].attach_btf_obj_fd, 0);
	}
	CHECK_INT(loaded[0].expected_attach_type, 3);
	CHECK_INT(loaded[1].expected_attach_type, 5);
	CHECK_INT(loaded[2].expected_attach_type, 4);

	CHECK_INT(registered, 0);
	CHECK_INT(bw_attach_map(obj, bw_find_map(obj, "walk_old"), NULL, &link, &err), 0);
	CHECK_INT(registered, 1);
	CHECK_STR((char *)element + NAME_AT, "bpfwalk_old");
	CHECK_INT(word_at(DATA_AT + 24), loaded_fd[0]);
	CHECK_INT(word_at(DATA_AT + 32), loaded_fd[2]);
	CHECK_INT(word_at(DATA_AT + 40), loaded_fd[1]);
	CHECK_INT(word_at(0), 0);
	bw_detach(obj, link);
	CHECK_INT(deleted, 1);
	CHECK_INT(bw_attach_map(obj, bw_find_map(obj, "walk_link"), NULL, &link, &err), 0);
	CHECK_INT(link->nfds, 1);
	bw_detach(obj, link);
	CHECK_INT(deleted, 1);
	check_nothing_left();
}

TEST(members_set_before_the_load)
{
	struct bw_link *link;

	start();
	kernel_types_make();
	open_it();
	CHECK_INT(bw_set_global_text(obj, bw_find_global(obj, "walk_old.flags"), "0x1234", &err), 0);
	CHECK_INT(bw_load(obj, &err), 0);
	CHECK_INT(bw_attach_map(obj, bw_find_map(obj, "walk_old"), NULL, &link, &err), 0);
	CHECK_INT((uint32_t)word_at(FLAGS_AT), 0x1234);
	check_nothing_left();
}

#define CHECK_BAD(CODE, MSG) do {	\
	CHECK_INT(load(), CODE);	\
	CHECK_STR(err.where, "struct_ops");	\
	CHECK_STR(err.msg, MSG);	\
	check_nothing_left();		\
} while (0)

TEST(kernels_that_do_not_fit)
{
	start();
	other.no_value = true;
	CHECK_BAD(-ESRCH, "map walk_old: this kernel has no struct bpf_struct_ops_tcp_congestion_ops:"
		  " tcp_congestion_ops cannot be implemented in BPF");
	start();
	other.no_data = true;
	CHECK_BAD(-EINVAL, "map walk_old: struct bpf_struct_ops_tcp_congestion_ops of this kernel has no member of type"
		  " struct tcp_congestion_ops");
	start();
	other.undo_name = "undo";
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member undo_cwnd is not zero, and this kernel's struct has no such member");
	start();
	other.flags_type = btf_image_int(&types, "unsigned short", 2, 0);
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member flags has 4 bytes, in this kernel 2");
	start();
	other.flags_type = btf_image_array(&types, u32_id, 1);
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member flags is of kind int, in this kernel of kind array");
	start();
	other.ssthresh_type = btf_image_type(&types, "", BTF_KIND_PTR, 0, u32_id);
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member ssthresh is a program, but in this kernel a pointer to int");
	start();
	other.flags_bits = 3;
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member flags is a bit-field");
}

TEST(a_program_in_no_variable)
{
	start();
	kernel_types_make();
	open_it();
	bw_enable(obj, bw_find_program(obj, "forgotten"), true);
	CHECK_INT(bw_load(obj, &err), -EINVAL);
	CHECK_STR(err.msg, "forgotten: section ?struct_ops/ssthresh: no variable of a section .struct_ops has it in a member");
	check_nothing_left();
	start();				/* a kernel without the structure says so first */
	other.no_value = true;
	kernel_types_make();
	open_it();
	bw_enable(obj, bw_find_program(obj, "forgotten"), true);
	CHECK_INT(bw_load(obj, &err), -ESRCH);
	check_nothing_left();
}

TEST(kernels_whose_members_lie_outside)
{
	start();
	other.value_size = NAME_AT + 16 + 4;	/* the name is inside, ssthresh behind it is not */
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member ssthresh is outside the kernel's struct (36 bytes)");
	start();
	other.value_size = NAME_AT + 4;
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member name is outside the kernel's struct (20 bytes)");
}

/* ---- objects that are wrong ------------------------------------------------------------ */

static struct elf_section section_of(unsigned char *bytes, size_t size, const char *name)
{
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct elf_section s;
	struct elf e;

	CHECK_INT(elf_parse((struct view){ bytes, size }, &a, &e, &d), 0);
	CHECK(elf_section_named(&e, name));
	s = *elf_section_named(&e, name);
	arena_free(&a);
	return s;
}

/* The programs of the first two members change places, in walk_link alone. */
static void swap_programs(unsigned char *bytes, size_t size)
{
	struct elf_section s = section_of(bytes, size, ".rel.struct_ops.link");
	struct elf64_rel rel[2];
	uint64_t info;

	memcpy(rel, bytes + s.offset, sizeof(rel));
	info = rel[0].r_info;
	rel[0].r_info = rel[1].r_info;
	rel[1].r_info = info;
	memcpy(bytes + s.offset, rel, sizeof(rel));
}

/* undo_cwnd is a program for something else, by a name that is as long. */
static void rename_section(unsigned char *bytes, size_t size)
{
	static const char was[] = "struct_ops/undo_cwnd", is[] = "tp/syscall/undo_cwnd";

	for (size_t i = 0; i + sizeof(was) <= size; i++)
		if (memcmp(bytes + i, was, sizeof(was)) == 0)
			memcpy(bytes + i, is, sizeof(is));
}

enum { NOR_THIS_AT = 48 };

static void point_somewhere(unsigned char *bytes, size_t size)
{
	bytes[section_of(bytes, size, ".struct_ops").offset + NOR_THIS_AT] = 1;
}

/* The last member begins where the struct ends. */
static void move_behind(unsigned char *bytes, size_t size)
{
	struct elf_section s = section_of(bytes, size, ".BTF");
	struct arena a = { 0 };
	struct diag d = { 0 };
	struct btf b;
	const struct btf_type *t;
	uint32_t offset;

	CHECK_INT(btf_parse(s.bytes, &a, &b, &d), 0);
	t = btf_type(&b, btf_find(&b, BTF_KIND_STRUCT, "tcp_congestion_ops___walk"));
	CHECK(t && btf_vlen(t) == 7);
	offset = t->size * 8;
	memcpy(bytes + s.offset + ((const unsigned char *)&btf_members(t)[6].offset - b.raw.base), &offset, sizeof(offset));
	arena_free(&a);
}

TEST(objects_that_do_not_fit)
{
	start();
	other.object = swap_programs;
	CHECK_BAD(-EINVAL, "map walk_link: member ssthresh is program cong_avoid, which another map has in another member");
	start();
	other.object = rename_section;
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member undo_cwnd is program undo_cwnd of section tp/syscall/undo_cwnd, expected section"
		  " struct_ops/undo_cwnd");
	start();
	other.object = point_somewhere;
	other.nor_this = true;
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member nor_this points at something that is no program");
	start();
	other.object = point_somewhere;
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member nor_this is not zero, and this kernel's struct has no such member");
	start();
	other.object = move_behind;
	CHECK_BAD(-EOPNOTSUPP, "map walk_old: member nor_this has no size, or is outside its struct (56 bytes)");
}

TEST(what_is_not_attached)
{
	struct bw_attach_options pin = { .pinnable = true };
	struct bw_link *link;

	start();
	CHECK_INT(load(), 0);
	CHECK_INT(bw_attach_map(obj, bw_find_map(obj, ".bss"), NULL, &link, &err), -EINVAL);
	CHECK_STR(err.msg, "map .bss is of type BPF_MAP_TYPE_ARRAY; only struct_ops maps are attached");
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_attach_map(obj, bw_find_map(obj, "walk_spare"), NULL, &link, &err), -EBADF);
	CHECK_STR(err.msg, "map walk_spare is not made");
	memset(&err, 0, sizeof(err));
	CHECK_INT(bw_attach_map(obj, bw_find_map(obj, "walk_old"), &pin, &link, &err), -EOPNOTSUPP);
	CHECK_HAS(err.msg, "section .struct_ops.link has");
	check_nothing_left();
}

/* Returns whether call n was made at all. */
static bool fail_call(unsigned n, long with)
{
	struct bw_link *link;
	int r;

	NOTE("call %u fails with %s", n, errno_name(with));
	kernel_types_make();
	memset(&types, 0, sizeof(types));
	u32_id = btf_image_int(&types, "unsigned int", 4, 0);
	open_it();
	fake.fail_at = n;
	fake.fail_with = with;
	r = bw_load(obj, &err);
	if (r == 0)
		r = bw_attach_map(obj, bw_find_map(obj, "walk_old"), NULL, &link, &err);
	if (r == 0)
		r = bw_attach_map(obj, bw_find_map(obj, "walk_link"), NULL, &link, &err);
	if (r < 0)
		CHECK(err.code == r && err.msg[0]);
	check_nothing_left();
	return fake.calls >= n;
}

TEST(every_call_fails)
{
	static const long errnos[] = { -ENOMEM, -EPERM, -EINVAL, -EBUSY };

	start();
	for (size_t e = 0; e < sizeof(errnos) / sizeof(errnos[0]); e++) {
		unsigned n = 1;

		while (fail_call(n, errnos[e]))
			n++;
		CHECK(n > 10);
	}
}
