/*
 * Maps over a pretend kernel, one function at a time: what an object cannot be made to ask, and what kernels do not do.
 *
 * Try: build/asan/tests/fake_maps
 * Next: tests/fake_pin.c
 */
#include "loader/walk.h"
#include "tests/btf_image.h"
#include "tests/check.h"
#include "tests/fake_kernel.h"
#include "uapi/bpf_info.h"

/* Kernels refuse such a value; a size that is too small for it would be for us to run over. */
TEST(more_values_than_a_size_can_count)
{
	struct walk w = { .possible_cpus = 3 };
	struct bw_map m = { .name = "huge", .type = BPF_MAP_TYPE_PERCPU_ARRAY, .value_size = 0x80000000 };
	struct diag d = { 0 };

	CHECK_INT(map_buffer(&w, &m, &d), -E2BIG);
	CHECK_STR(d.msg, "huge: a value of 2147483648 bytes for each of 3 CPUs is more than a lookup can take");
	m.value_size = 0x50000000;
	CHECK_INT(map_buffer(&w, &m, &d), 0);
	CHECK_INT(m.value_buffer_size, 0xf0000000);
	m.value_size = 9;
	CHECK_INT(map_buffer(&w, &m, &d), 0);
	CHECK_INT(m.value_buffer_size, 48);
}

/* ---- the map that is pinned ------------------------------------------------------- */

static struct bpf_map_info pinned;

static long answer_pin(const struct call *c)
{
	const struct bpf_info_attr *a = (const void *)c->arg[1];

	if (c->nr != CALL_BPF)
		return FAKE_OURS;
	if (c->arg[0] == BPF_OBJ_GET)
		return fake_fd(NULL, 0);
	memcpy((void *)(uintptr_t)a->info, &pinned, sizeof(pinned));
	return 0;
}

/* A program verified for one shape must not be given another, whatever it is in that differs. */
TEST(pinned_maps_of_other_shapes)
{
	static const struct { const char *field; size_t at, size; } fields[] = {
		{ "type", offsetof(struct bpf_map_info, type), sizeof(pinned.type) },
		{ "key_size", offsetof(struct bpf_map_info, key_size), sizeof(pinned.key_size) },
		{ "value_size", offsetof(struct bpf_map_info, value_size), sizeof(pinned.value_size) },
		{ "max_entries", offsetof(struct bpf_map_info, max_entries), sizeof(pinned.max_entries) },
		{ "map_flags", offsetof(struct bpf_map_info, map_flags), sizeof(pinned.map_flags) },
		{ "map_extra", offsetof(struct bpf_map_info, map_extra), sizeof(pinned.map_extra) },
	};
	const struct bpf_map_create_attr want = {
		.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 10, .map_flags = 1, .map_extra = 2,
	};
	struct map m = { .name = "shared" };
	struct walk w = { .o = { .maps = &m }, .sys = { .kernel = fake_kernel } };

	for (size_t i = 0; i <= sizeof(fields) / sizeof(fields[0]); i++) {
		bool same = i == sizeof(fields) / sizeof(fields[0]);
		struct diag d = { 0 };
		char says[64];

		NOTE("%s", same ? "none" : fields[i].field);
		fake_start(NULL);
		fake.answer = answer_pin;
		pinned = (struct bpf_map_info){
			.type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 10, .map_flags = 1, .map_extra = 2,
		};
		if (same) {
			CHECK(map_pin_open(&w, 0, &want, &d) >= 0);
			CHECK_INT(fake.open, 1);
			continue;
		}
		((unsigned char *)&pinned)[fields[i].at + fields[i].size - 1] ^= 1;
		snprintf(says, sizeof(says), ": %s differs", fields[i].field);
		CHECK_INT(map_pin_open(&w, 0, &want, &d), -EINVAL);
		CHECK_HAS(d.msg, says);
		CHECK_INT(fake.open, 0);
	}
}

/* ---- the types of the kernel and of modules ----------------------------------------- */

static struct btf types_of(const char *name, struct arena *a)
{
	struct btf_image image = { 0 };
	struct diag d = { 0 };
	struct view v;
	struct btf b;

	btf_image_type(&image, name, BTF_KIND_STRUCT, 0, 4);
	v = btf_image_view(&image);
	v.base = arena_copy(a, v.base, v.size);
	CHECK_INT(btf_parse(v, a, &b, &d), 0);
	return b;
}

/* Number 0 is the kernel, 1 the first module, and the last module is one of them. */
TEST(the_types_of_the_last_module)
{
	struct kernel_types vmlinux = { .name = "vmlinux", .fd = -1 }, modules[2] = { { .name = "one" }, { .name = "two" } };
	struct walk w = { .kernel_btf = { .vmlinux = &vmlinux, .modules = modules, .nmodules = 2, .modules_asked = true } };
	const struct kernel_types *in;
	const struct btf_name *found;
	struct diag d = { 0 };

	vmlinux.btf = types_of("kernels", &w.arena);
	modules[0].btf = types_of("ones", &w.arena);
	modules[1].btf = types_of("twos", &w.arena);
	for (uint32_t i = 0; i < 3; i++) {
		NOTE("number %u", i);
		CHECK_INT(kernel_btf_named_in(&w, i, BTF_KIND_STRUCT, "twos", &in, &found, &d), 1);
		CHECK(in == (i ? &modules[i - 1] : &vmlinux));
		CHECK_INT(found->nids, i == 2);
	}
	CHECK_INT(kernel_btf_named_in(&w, 3, BTF_KIND_STRUCT, "twos", &in, &found, &d), 0);
	arena_free(&w.arena);
}
