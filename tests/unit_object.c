/*
 * Objects as the compiler makes them: programs, functions, maps, variables, BTF. Then the same objects damaged.
 *
 * Instruction numbers and type numbers depend on the compiler, so names and kinds are what is compared here; numbers are
 * in tests/unit_object_code.c.
 *
 * Next: tests/kernel_object.c
 */
#include "tests/object_image.h"
#include "uapi/bpf_cmd.h"

static struct view load(const char *name)
{
	struct view file;
	char path[128];

	snprintf(path, sizeof(path), "build/%s.bpf.o", name);
	file = image_file(path);
	if (!file.base)
		SKIP("%s is not there: it takes clang to make it", path);
	return file;
}

static void build_named(const char *name)
{
	build_file(load(name));
	CHECK_STR(d.msg, "");
}

static const struct map *map_named(const char *name)
{
	for (uint32_t i = 0; i < o.nmaps; i++)
		if (strcmp(o.maps[i].name, name) == 0)
			return &o.maps[i];
	FAIL("no map %s", name);
}

static const struct func *func_named(const char *name)
{
	for (uint32_t i = 0; i < o.nfuncs; i++)
		if (strcmp(o.funcs[i].name, name) == 0)
			return &o.funcs[i];
	FAIL("no function %s", name);
}

static const struct global *global_named(const char *name)
{
	for (uint32_t i = 0; i < o.nglobals; i++)
		if (strcmp(o.globals[i].name, name) == 0)
			return &o.globals[i];
	FAIL("no variable %s", name);
}

/* "map counts, call add, ..." in order of the instructions. */
static const char *relocs_of(const char *name)
{
	static const char *const kinds[] = { "map", "global", "jumps", "call", "func", "refused" };
	const struct func *f = func_named(name);
	static char text[512];
	size_t n = 0;

	text[0] = 0;
	for (uint32_t i = 0; i < f->nrelocs; i++) {
		const struct reloc *r = &f->relocs[i];

		CHECK(i == 0 || r->insn > f->relocs[i - 1].insn);
		CHECK_INT(f->insns[r->insn].code, r->kind == RELOC_CALL ? BPF_INSN_CALL : BPF_INSN_LD_IMM64);
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %s", i ? ", " : "", kinds[r->kind],
				      r->map != NO_INDEX ? o.maps[r->map].name :
				      r->func != NO_INDEX ? o.funcs[r->func].name : r->symbol);
	}
	return text;
}

TEST(programs_of_the_lessons)
{
	static const char *const names[] = {
		"minimal", "hello", "hello_perf", "comm_perf", "talk", "syscount", "open_tracepoint", "uprobe", "profile", "ring",
	};
	char path[64];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		NOTE("%s", names[i]);
		snprintf(path, sizeof(path), "progs/%s", names[i]);
		build_named(path);
		CHECK_INT(o.nrefused, 0);
		CHECK(o.nfuncs > 0 && o.funcs[0].is_program);
		CHECK_STR(o.license, strcmp(names[i], "minimal") ? "GPL" : "");
	}
}

TEST(several_programs_in_a_section)
{
	build_named("tests/objects/one_section");
	CHECK_INT(o.nfuncs, 3);
	CHECK_STR(o.funcs[0].name, "first");
	CHECK_STR(o.funcs[1].name, "second");
	CHECK_STR(o.funcs[2].name, "third");
	for (uint32_t i = 0; i < 3; i++) {
		CHECK(o.funcs[i].is_program);
		CHECK_STR(o.funcs[i].section, "raw_tracepoint/sys_enter");
		CHECK_INT(o.funcs[i].first, i ? o.funcs[i - 1].first + o.funcs[i - 1].count : 0);
		CHECK_STR(relocs_of(o.funcs[i].name), i < 2 ? "global .bss" : "global .bss, global .bss");
		CHECK_INT(o.funcs[i].relocs[0].offset, global_named(i == 0 ? "first_ran" : i == 1 ? "second_ran" : "third_ran")->offset);
	}
}

TEST(sub_programs)
{
	build_named("tests/objects/subprogs");
	CHECK(func_named("entry")->is_program && func_named("sys_enter")->is_program);
	CHECK(!func_named("add")->is_program && !func_named("add")->is_global);
	CHECK(!func_named("clamp")->is_program && func_named("clamp")->is_global);
	CHECK_STR(func_named("clamp")->section, ".text");
	CHECK_HAS(relocs_of("sys_enter"), "call twice, call clamp, call ");
	CHECK_STR(relocs_of("twice"), "call add");
	CHECK_STR(relocs_of("add"), "global .bss");
	CHECK_STR(relocs_of("clamp"), "global .data");

	build_named("tests/objects/callback");
	CHECK_STR(relocs_of("callback"), "map numbers, func visit, global .bss");
	CHECK_STR(relocs_of("visit"), "call one_more");
}

TEST(static_parts)
{
	build_named("tests/objects/static_parts");
	CHECK(!func_named("static_part")->is_program && !func_named("static_part")->is_global);
	CHECK_STR(func_named("static_part")->section, "raw_tracepoint/sys_enter");
	CHECK_STR(relocs_of("static_parts"), "map static_map, call static_part");
	CHECK_INT(map_named("static_map")->max_entries, 2);
	CHECK_INT(map_named("unused_map")->max_entries, 1);
}

TEST(hidden_parts)
{
	build_named("tests/objects/hidden");
	CHECK(!func_named("check")->is_global && !func_named("check")->is_weak);
	CHECK(func_named("weak_one")->is_global && func_named("weak_one")->is_weak);
	CHECK_STR(func_named("only_if_asked")->section, "?raw_tracepoint/sys_exit");
	CHECK(func_named("only_if_asked")->is_program);
	CHECK_INT(map_named(".data.hidden")->flags, 0);
	CHECK_INT(map_named(".bss")->flags, BPF_F_MMAPABLE);
	CHECK(!global_named("both_hidden")->is_static);
}

TEST(map_definitions)
{
	build_named("tests/objects/map_in_map");
	CHECK_INT(o.nmaps, 5);
	CHECK_STR(o.maps[0].name, "outer.inner");
	CHECK_STR(o.maps[1].name, "outer");
	CHECK_STR(o.maps[2].name, "table.inner");
	CHECK_STR(o.maps[3].name, "table");
	CHECK_STR(o.maps[4].name, "inner");
	CHECK_INT(o.maps[1].inner, 0);
	CHECK_INT(o.maps[3].inner, 2);
	CHECK(o.maps[0].is_template && o.maps[2].is_template && !o.maps[4].is_template);
	CHECK_STR(relocs_of("map_in_map"), "map outer, map table, map inner");

	build_named("tests/objects/pinned");
	CHECK(o.maps[0].pin_by_name);
	build_named("progs/syscount");
	CHECK(!map_named("counts")->pin_by_name);
	CHECK_INT(map_named("counts")->type, BPF_MAP_TYPE_PERCPU_HASH);
	CHECK_INT(btf_size(&o.btf, map_named("counts")->key_type_id), map_named("counts")->key_size);
	CHECK_INT(btf_size(&o.btf, map_named("counts")->value_type_id), 8);
}

TEST(types_of_records)
{
	static const char *const names[] = { "tests/objects/records", "tests/objects/records_plain" };

	for (size_t i = 0; i < 2; i++) {
		build_named(names[i]);
		CHECK_STR(btf_name(&o.btf, map_named("perf")->record_type_id), "event");
		CHECK_STR(btf_name(&o.btf, map_named("ring")->record_type_id), "event");
		CHECK_INT(map_named("perf")->key_size, 4);
		CHECK_INT(map_named("perf")->value_size, 4);
		CHECK_INT(map_named("ring")->key_size, 0);
		CHECK_INT(map_named("ring")->value_size, 0);
	}
}

TEST(legacy_maps)
{
	build_named("tests/objects/legacy_maps");
	CHECK_INT(o.nmaps, 3);
	CHECK_INT(o.kern_version, 0x060c00);
	CHECK_STR(o.maps[0].name, "old_hash");
	CHECK_INT(o.maps[0].flags, BPF_F_NO_PREALLOC);
	CHECK_INT(o.maps[1].value_size, 24);
	CHECK_INT(o.maps[2].type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	build_named("tests/objects/legacy_wide");
	CHECK_INT(map_named("wide_second")->value_size, 12);
	CHECK_INT(map_named("wide_second")->section_offset, 28);
}

static void check_global(const char *name, const char *map, uint32_t size, const char *type, const void *bytes)
{
	const struct global *g = global_named(name);

	NOTE("%s", name);
	CHECK_STR(o.maps[g->map].name, map);
	CHECK_INT(g->size, size);
	CHECK_STR(btf_kind_name(btf_kind(btf_type(&o.btf, btf_skip_modifiers(&o.btf, g->type_id)))), type);
	CHECK_INT(btf_size(&o.btf, g->type_id), size);
	CHECK_INT(g->is_static, strstr(name, "static") != NULL);
	CHECK_MEM(o.maps[g->map].data + g->offset, bytes, size);
}

TEST(variables)
{
	build_named("tests/objects/globals");
	check_global("ro_u32", ".rodata", 4, "int", "\4\3\2\1");
	check_global("ro_flag", ".rodata", 1, "int", "\1");
	check_global("ro_mode", ".rodata", 4, "enum", "\7\0\0");
	check_global("ro_text", ".rodata", 16, "array", "sixteen bytes\0\0");
	check_global("ro_static", ".rodata", 2, "int", "\6\5");
	check_global("data_u64", ".data", 8, "int", "\xe\xd\xc\xb\xa\x9\x8\x7");
	check_global("data_s8", ".data", 1, "int", "\xfb");
	check_global("data_pair", ".data", 8, "struct", "\x11\0\0\0\x15\x14\x13\x12");
	check_global("data_static", ".data", 4, "int", "\x27\x26\x25\x24");
	check_global("bss_u64", ".bss", 8, "int", "\0\0\0\0\0\0\0");
	check_global("bss_static", ".bss", 4, "int", "\0\0\0");
	check_global("ro_x", ".rodata.x", 4, "int", "\x34\x33\x32\x31");
	check_global("data_x", ".data.x", 4, "int", "\x44\x43\x42\x41");
	CHECK(map_named(".rodata")->frozen && map_named(".rodata.x")->frozen);
	CHECK(!map_named(".data")->frozen && !map_named(".bss")->frozen);
	CHECK_INT(map_named(".rodata")->flags, BPF_F_RDONLY_PROG | BPF_F_MMAPABLE);
	CHECK_INT(map_named(".rodata")->origin, MAP_RODATA);
	CHECK_INT(map_named(".data.x")->origin, MAP_DATA);
	CHECK_INT(map_named(".bss")->origin, MAP_BSS);
	for (uint32_t i = 1; i < o.nglobals; i++)
		CHECK(o.globals[i - 1].map < o.globals[i].map || o.globals[i - 1].offset < o.globals[i].offset);
}

TEST(without_btf)
{
	build_named("tests/objects/no_btf");
	CHECK_INT(o.btf.count, 0);
	CHECK_INT(global_named("start")->size, 4);
	CHECK_INT(global_named("start")->type_id, 0);
	CHECK_INT(map_named(".data")->flags, 0);
	CHECK_INT(map_named(".rodata")->flags, BPF_F_RDONLY_PROG);
	CHECK_INT(map_named(".data")->value_type_id, 0);
	CHECK_STR(relocs_of("no_btf"), "map table, global .data, call next, global .bss");
}

/* How maps of data sections are called in the kernel. */
TEST(kernel_names)
{
	static const struct { const char *path, *section, *name; } cases[] = {
		{ "syscount.bpf.o", ".rodata", "syscount.rodata" },
		{ "/a.b/open_tracepoint.bpf.o", ".rodata", "open_tra.rodata" },
		{ "open_tracepoint.bpf.o", ".bss", "open_tra.bss" },
		{ "open_tracepoint.bpf.o", ".data", "open_tra.data" },
		{ "a-b c.o", ".data", "a_b_c.data" },
		{ "x", ".data.custom", ".data.custom" },
		{ "x", ".rodata.abracadabra", ".rodata.abracad" },
		{ "x", ".rodata.str1.1", ".rodata.str1.1" },
		{ "x", ".bss.a-b", ".bss.a_b" },
		{ ".hidden", ".data", ".data" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool bss = strncmp(cases[i].section, ".bss", 4) == 0;

		NOTE("%s %s", cases[i].path, cases[i].section);
		start();
		object_section(&m, cases[i].section, bss ? SHT_NOBITS : SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
		arena_free(&a);
		memset(&d, 0, sizeof(d));
		CHECK_INT(object_build(object_image_view(&m), cases[i].path, &a, &o, &d), 0);
		CHECK_INT(o.nmaps, 1);
		CHECK_STR(o.maps[0].kernel_name, cases[i].name);
		CHECK_STR(o.maps[0].name, cases[i].section);
	}
	start_maps();
	object_variable(&m, 2, "a_name_longer_than_15", definition("type", UINT(1), NULL), BTF_VAR_GLOBAL_ALLOCATED, 0, 8);
	CHECK_BUILDS();
	CHECK_STR(o.maps[0].kernel_name, "a_name_longer_t");
}

/* Sections that look like data and are none: empty, or with the wrong type. */
TEST(not_data)
{
	start();
	object_section(&m, ".data", SHT_PROGBITS, SHF_ALLOC, "", 0);
	object_section(&m, ".bss", SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
	object_section(&m, ".rodata", SHT_NOBITS, SHF_ALLOC, NULL, 8);
	object_section(&m, ".database", SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
	CHECK_BUILDS();
	CHECK_INT(o.nmaps, 0);
}

/* ---- BTF for the kernel ---------------------------------------------------- */

static struct btf kernel_btf(void)
{
	struct view raw;
	struct btf b;

	CHECK_INT(object_btf_for_kernel(&o, &a, &raw, &d), 0);
	CHECK_INT(raw.size, o.btf.raw.size);
	CHECK_INT(btf_parse(raw, &a, &b, &d), 0);
	return b;
}

TEST(btf_is_completed)
{
	struct btf b;
	uint32_t sections = 0;

	build_named("tests/objects/globals");
	b = kernel_btf();
	for (uint32_t id = 1; id < b.count; id++) {
		const struct btf_type *t = btf_type(&b, id);
		const struct btf_var_secinfo *v = btf_secinfos(t);

		if (btf_kind(t) != BTF_KIND_DATASEC)
			continue;
		NOTE("%s", btf_name(&b, id));
		CHECK_INT(t->size, elf_section_named(&o.elf, btf_name(&b, id))->size);
		for (uint32_t i = 0; i < btf_vlen(t); i++) {
			CHECK(v[i].offset >= (i ? v[i - 1].offset + v[i - 1].size : 0));
			CHECK(v[i].offset + v[i].size <= t->size);
			if (strcmp(btf_name(&b, id), "license"))
				CHECK_INT(v[i].offset, global_named(btf_name(&b, v[i].type))->offset);
		}
		sections++;
	}
	CHECK_INT(sections, 7);
}

TEST(btf_of_hidden_parts)
{
	struct btf b;

	build_named("tests/objects/hidden");
	CHECK_INT(btf_vlen(btf_type(&o.btf, btf_find(&o.btf, BTF_KIND_FUNC, "check"))), BTF_FUNC_GLOBAL);
	b = kernel_btf();
	CHECK_INT(btf_vlen(btf_type(&b, btf_find(&b, BTF_KIND_FUNC, "check"))), BTF_FUNC_STATIC);
	CHECK_INT(btf_vlen(btf_type(&b, btf_find(&b, BTF_KIND_FUNC, "weak_one"))), BTF_FUNC_GLOBAL);
	CHECK_INT(btf_vlen(btf_type(&b, btf_find(&b, BTF_KIND_FUNC, "hidden"))), BTF_FUNC_GLOBAL);
	CHECK_INT(btf_var(btf_type(&b, btf_find(&b, BTF_KIND_VAR, "both_hidden")))->linkage, BTF_VAR_STATIC);
	CHECK_INT(btf_var(btf_type(&b, btf_find(&b, BTF_KIND_VAR, "shown")))->linkage, BTF_VAR_GLOBAL_ALLOCATED);
}

/* bpftool's linker fills in sizes and offsets: they stay. */
TEST(btf_that_is_complete)
{
	uint32_t first, second;
	struct btf b;

	start();
	object_section(&m, ".data", SHT_PROGBITS, SHF_ALLOC, "1234567812345678", 16);
	first = btf_image_type(&m.btf, "x", BTF_KIND_VAR, 0, INT);
	btf_image_words(&m.btf, 1, (uint32_t)BTF_VAR_GLOBAL_ALLOCATED);
	second = btf_image_type(&m.btf, "y", BTF_KIND_VAR, 0, INT);
	btf_image_words(&m.btf, 1, (uint32_t)BTF_VAR_GLOBAL_ALLOCATED);
	btf_image_type(&m.btf, ".data", BTF_KIND_DATASEC, 2, 14);
	btf_image_words(&m.btf, 6, first, 8u, 4u, second, 4u, 4u);
	object_symbol(&m, "x", STB_GLOBAL, STT_OBJECT, 2, 0, 4);
	object_symbol(&m, "y", STB_GLOBAL, STT_OBJECT, 2, 4, 4);
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].value_size, 16);
	b = kernel_btf();
	CHECK_INT(btf_type(&b, second + 1)->size, 14);
	CHECK_INT(btf_secinfos(btf_type(&b, second + 1))[0].type, second);
	CHECK_INT(btf_secinfos(btf_type(&b, second + 1))[0].offset, 4);
	CHECK_INT(btf_secinfos(btf_type(&b, second + 1))[1].offset, 8);
}

TEST(btf_of_a_section_that_is_not_there)
{
	struct view raw;

	start();
	btf_image_type(&m.btf, ".data", BTF_KIND_DATASEC, 0, 0);
	CHECK_BUILDS();
	CHECK_INT(object_btf_for_kernel(&o, &a, &raw, &d), -EINVAL);
	CHECK_STR(d.msg, "section .data: the BTF knows it, the file has no section of that name");
	CHECK_INT(raw.size, 0);
}

TEST(no_btf_for_the_kernel)
{
	struct view raw;

	build_named("tests/objects/no_btf");
	CHECK_INT(object_btf_for_kernel(&o, &a, &raw, &d), 0);
	CHECK_INT(raw.size, 0);
}

/* ---- damage ------------------------------------------------------------------ */

static const char *const victims[] = {
	"progs/syscount", "progs/talk", "tests/objects/globals", "tests/objects/map_in_map", "tests/objects/subprogs",
	"tests/objects/static_parts",
};

/* An error is one line; an object without an error can be asked for its BTF. */
static void check_whole(struct view file)
{
	struct view raw;
	int r = build_file(file);

	CHECK(image_said_well(r, &d));
	if (r == 0)
		CHECK(image_said_well(object_btf_for_kernel(&o, &a, &raw, &d), &d));
}

TEST(cut_short)
{
	for (size_t v = 0; v < 2; v++) {
		struct view file = load(victims[v]);

		while (file.size) {
			NOTE("%s, %zu bytes", victims[v], file.size - 1);
			file = image_copy(file.base, file.size - 1);
			CHECK(build_file(file) < 0);
			CHECK(image_said_well(d.code, &d));
		}
	}
}

TEST(one_byte_wrong)
{
	for (size_t v = 0; v < sizeof(victims) / sizeof(victims[0]); v++) {
		struct view file = load(victims[v]);
		unsigned char *bytes = (unsigned char *)(uintptr_t)file.base;

		for (size_t i = v; i < file.size; i += 3) {
			unsigned char was = bytes[i];

			NOTE("%s, byte %zu", victims[v], i);
			bytes[i] = (unsigned char)(was + 1);
			check_whole(file);
			bytes[i] = 0xff;
			check_whole(file);
			bytes[i] = was;
		}
	}
}
