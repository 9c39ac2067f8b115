/*
 * Objects as they were before BTF, or are for other loaders: maps that are defined by numbers, and what objects for Android's
 * loader and for iproute2 say of programs. Who is meant, and what is said of definitions that break a rule.
 *
 * Next: tests/unit_object_refused.c
 */
#include "tests/object_image.h"
#include "uapi/bpf_cmd.h"

/* ---- old map definitions --------------------------------------------------- */

static void start_legacy(const uint32_t *words, size_t bytes)
{
	start();
	object_section(&m, "maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, words, bytes);
}

TEST(legacy_maps)
{
	static const uint32_t words[14] = { 1, 4, 8, 64, 1, 0, 0, 2, 4, 24, 3, 0, 0, 5 };

	start_legacy(words, 56);
	object_symbol(&m, "second", STB_GLOBAL, STT_OBJECT, 2, 28, 28);
	object_symbol(&m, "first", STB_LOCAL, STT_NOTYPE, 2, 0, 0);
	object_symbol(&m, "", STB_LOCAL, STT_SECTION, 2, 0, 0);
	CHECK_REFUSED("map second: byte 24 of its definition is 0x05, a member behind map_flags that is unknown");
	CHECK_INT(o.nmaps, 2);
	CHECK_STR(o.maps[0].name, "first");
	CHECK_INT(o.maps[0].origin, MAP_LEGACY);
	CHECK_INT(o.maps[0].type, 1);
	CHECK_INT(o.maps[0].key_size, 4);
	CHECK_INT(o.maps[0].value_size, 8);
	CHECK_INT(o.maps[0].max_entries, 64);
	CHECK_INT(o.maps[0].flags, 1);
	CHECK_STR(o.maps[1].name, "second");
	CHECK_INT(o.maps[1].value_size, 24);

	/* gobpf: a section for each. */
	start_legacy(words, 20);
	object_symbol(&m, "first", STB_GLOBAL, STT_OBJECT, 2, 0, 20);
	object_section(&m, "maps/second", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, words + 7, 20);
	object_symbol(&m, "second", STB_GLOBAL, STT_OBJECT, 3, 0, 20);
	CHECK_BUILDS();
	CHECK_INT(o.nmaps, 2);
	CHECK_STR(o.maps[1].name, "second");
	CHECK_INT(o.maps[1].value_size, 24);
	CHECK_INT(o.maps[1].section_index, 3);

	start_legacy(words, 16);
	object_symbol(&m, "short", STB_GLOBAL, STT_OBJECT, 2, 0, 16);
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].max_entries, 64);
	CHECK_INT(o.maps[0].flags, 0);

	start_legacy(words, 40);
	object_symbol(&m, "one", STB_GLOBAL, STT_OBJECT, 2, 0, 20);
	object_symbol(&m, "two", STB_GLOBAL, STT_OBJECT, 2, 28, 12);
	CHECK_BAD("section maps", "map two: 12 bytes up to the next one, expected at least 16");
	start_legacy(words, 40);
	object_symbol(&m, "one", STB_GLOBAL, STT_OBJECT, 2, 44, 20);
	CHECK_BAD("section maps", "map one: offset 44 is outside the section (40 bytes)");
}

/* BPF_ANNOTATE_KV_PAIR(): the types of a map that is defined by numbers. */
TEST(legacy_types)
{
	static const uint32_t words[5] = { 1, 4, 8, 64, 0 };
	uint32_t pair;

	start_legacy(words, 20);
	object_symbol(&m, "counts", STB_GLOBAL, STT_OBJECT, 2, 0, 20);
	pair = btf_image_type(&m.btf, "____btf_map_counts", BTF_KIND_STRUCT, 2, 8);
	btf_image_member(&m.btf, "key", INT, 0);
	btf_image_member(&m.btf, "value", INT, 32);
	CHECK_BUILDS();
	CHECK_INT(pair, 2);
	CHECK_INT(o.maps[0].key_type_id, INT);
	CHECK_INT(o.maps[0].value_type_id, 0);	/* 4 bytes, the map has 8 */
}

/* iproute2's definitions are known by their length, 36 bytes; others by what BTF calls their members. */
TEST(legacy_definitions_of_others)
{
	static const uint32_t tc[18] = { BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 8, 0, 1, 0, 9, 0,
					 BPF_MAP_TYPE_HASH, 4, 8, 64, 1, 9, 2, 0, 5 };
	static const uint32_t words[7] = { BPF_MAP_TYPE_HASH, 4, 8, 64, 4, 0, 3 };
	uint32_t def;

	start_legacy(tc, 72);
	object_symbol(&m, "outer", STB_GLOBAL, STT_OBJECT, 2, 0, 36);
	object_symbol(&m, "inner", STB_GLOBAL, STT_OBJECT, 2, 36, 36);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(o.maps[0].inner, 1);
	CHECK_INT(o.maps[0].nslots, 1);
	CHECK_INT(o.maps[0].slots[0].index, 5);
	CHECK_INT(o.maps[0].slots[0].target, 1);
	CHECK(!o.maps[0].pin_by_name && o.maps[1].pin_by_name);
	CHECK_STR(o.maps[1].pin_below, "tc/globals/");
	CHECK_INT(o.maps[1].flags, 1);
	CHECK_INT(o.maps[1].nslots, 0);

	start_legacy(words, 28);
	def = btf_image_type(&m.btf, "bpf_map_def", BTF_KIND_STRUCT, 7, 28);
	btf_image_member(&m.btf, "type", INT, 0);
	btf_image_member(&m.btf, "key_size", INT, 32);
	btf_image_member(&m.btf, "value_size", INT, 64);
	btf_image_member(&m.btf, "max_entries", INT, 96);
	btf_image_member(&m.btf, "map_flags", INT, 128);
	btf_image_member(&m.btf, "inner_map_idx", INT, 160);
	btf_image_member(&m.btf, "numa_node", INT, 192);
	object_variable(&m, 2, "counts", def, BTF_VAR_GLOBAL_ALLOCATED, 0, 28);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(o.maps[0].flags, 4);
	CHECK_INT(o.maps[0].numa_node, 3);
	CHECK_INT(o.maps[0].max_entries, 64);
	CHECK_INT(o.maps[0].inner, NO_INDEX);
}

static void legacy_member(const char *name)
{
	static const uint32_t words[3] = { BPF_MAP_TYPE_HASH, 4, 1 };
	uint32_t def;

	start_legacy(words, 12);
	m.sections[1].bytes = "\1\0\0\0\4\0\0\0\1\0\0\0\0\0\0\0";
	m.sections[1].size = 16;
	def = btf_image_type(&m.btf, "my_map_def", BTF_KIND_STRUCT, 3, 12);
	btf_image_member(&m.btf, "type", INT, 0);
	btf_image_member(&m.btf, "key_size", INT, 32);
	btf_image_member(&m.btf, name, INT, 64);
	object_variable(&m, 2, "counts", def, BTF_VAR_GLOBAL_ALLOCATED, 0, 12);
}

TEST(legacy_members_of_others)
{
	static const uint32_t inside[9] = { BPF_MAP_TYPE_HASH, 4, 8, 64, 0, 0, 0, 5, 0 };
	static const uint32_t nobody[9] = { BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 8, 64, 0, 0, 0, 5, 0 };

	legacy_member("colour");
	CHECK_REFUSED("map counts: member colour of its definition is not zero, and nobody knows what it means");
	legacy_member("uid");
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_STR(o.notes[0], "section maps: where Android's loader pins maps, and for whom, is left out");
	CHECK(!o.maps[0].meant_for.is_limited);
	legacy_member("max_kver");
	CHECK_BUILDS();
	CHECK_INT(o.nnotes, 0);
	CHECK(o.maps[0].meant_for.is_limited);
	CHECK_INT(o.maps[0].meant_for.max_kver, 1);
	legacy_member("max_kver");
	m.sections[1].bytes = "\1\0\0\0\4\0\0\0\xff\xff\xff\xff\0\0\0\0";
	CHECK_BUILDS();
	CHECK(!o.maps[0].meant_for.is_limited);
	legacy_member("min_kver");
	m.sections[1].bytes = "\1\0\0\0\4\0\0\0\x2c\1\x0f\5\0\0\0\0";
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].meant_for.min_kver, 0x050fff);	/* 5.15.300 */
	legacy_member("bpfloader_max_ver");
	CHECK_BUILDS();
	CHECK(o.maps[0].meant_for.other_loaders);
	legacy_member("pinning");
	CHECK_BUILDS();
	CHECK_STR(o.notes[0], "map counts: PIN_OBJECT_NS: each load has its own, and it is not pinned");
	CHECK(!o.maps[0].pin_by_name);
	legacy_member("pinning");
	m.sections[1].bytes = "\1\0\0\0\4\0\0\0\7\0\0\0\0\0\0\0";
	CHECK_REFUSED("map counts: pinning 7 is a directory of iproute2's configuration: only 0, 1 (PIN_OBJECT_NS) and 2"
		      " (PIN_GLOBAL_NS) are understood");
	legacy_member("inner_map_idx");
	CHECK_BAD("section maps", "map counts: it names what is inside, but is of type 1, no map of maps");

	start_legacy(inside, 36);
	object_symbol(&m, "one", STB_GLOBAL, STT_OBJECT, 2, 0, 36);
	CHECK_BAD("section maps", "map one: it names what is inside, but is of type 1, no map of maps");
	start_legacy(nobody, 36);
	object_symbol(&m, "one", STB_GLOBAL, STT_OBJECT, 2, 0, 36);
	CHECK_BAD("section maps", "map one: what is inside is id 5, expected a map that holds no maps itself");
}

/* ---- programs ---------------------------------------------------------------- */

/* hello, and its definition: these words in a section of that name. */
static void start_def(const char *section, const uint32_t *words, size_t bytes)
{
	start();
	object_section(&m, section, SHT_PROGBITS, SHF_ALLOC, words, bytes);
	object_symbol(&m, "hello_def", STB_GLOBAL, STT_OBJECT, 2, 0, (uint32_t)bytes);
}

static struct meant_for f;		/* of hello */

/* Once a start. */
static void read_it(void)
{
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK(o.is_android);
	f = o.funcs[0].meant_for;
}

TEST(android_definitions_of_programs)
{
	/*			    uid gid min_kver    max_kver optional min max of the loader */
	static uint32_t words[] = { 0, 0, 0x040e0000, 0x05040000, 1, 0, 0x10000 };

	start_def("progs", words, 20);			/* the first ones had no versions of loaders */
	read_it();
	CHECK_INT(f.min_kver, 0x040e00);
	CHECK_INT(f.max_kver, 0x050400);
	CHECK(f.is_limited && !f.other_loaders);
	CHECK(o.funcs[0].is_optional);
	CHECK_INT(o.nnotes, 0);
	start_def("progs", words, 28);
	read_it();
	CHECK(!f.other_loaders);
	words[6] = 0xffff;
	start_def("progs", words, 28);
	read_it();
	CHECK(f.other_loaders);
	words[6] = 0x10000;

	words[2] = 0;
	words[3] = UINT32_MAX;
	words[4] = 0;
	start_def("progs", words, 28);
	read_it();
	CHECK(!f.is_limited && !o.funcs[0].is_optional);
	words[2] = 0x050a2c;				/* as the kernel writes it: 5.10.44 */
	start_def("progs", words, 28);
	read_it();
	CHECK_INT(f.min_kver, 0x050a2c);
	words[2] = 0x050a012c;				/* 5.10.300 */
	start_def("progs", words, 28);
	read_it();
	CHECK_INT(f.min_kver, 0x050aff);
	words[1] = 3004;
	start_def("progs", words, 28);
	read_it();
	CHECK_STR(o.notes[0], "section progs: where Android's loader pins programs, and for whom, is left out");
	words[1] = 0;
}

/* Two words more in front: its type, which the section says as well. */
TEST(android_definitions_of_2025)
{
	static const uint32_t words[] = { 1, 0, 0, 0, 0x06010000, 0x06060000, 1, 3100, 0x10000 };

	start_def(".android_progs", words, 36);
	read_it();
	CHECK_INT(f.min_kver, 0x060100);
	CHECK_INT(f.max_kver, 0x060600);
	CHECK(o.funcs[0].is_optional && !f.other_loaders);
	start_def(".android_progs", words, 20);
	CHECK_BAD("section progs", "hello_def: 20 bytes at 0 of section .android_progs (20 bytes), expected at least 25");
}

TEST(android_definitions_that_are_none)
{
	static const uint32_t words[] = { 0, 0, 1, 2, 1, 0, 0 };

	start_def("progs", words, 16);
	CHECK_BAD("section progs", "hello_def: 16 bytes at 0 of section progs (16 bytes), expected at least 17");
	start_def("other", words, 28);
	CHECK_BUILDS();
	CHECK(!o.is_android && !o.funcs[0].meant_for.is_limited);
	/* Of somebody who is not here. */
	start();
	object_section(&m, "progs", SHT_PROGBITS, SHF_ALLOC, words, 28);
	object_symbol(&m, "bye_def", STB_GLOBAL, STT_OBJECT, 2, 0, 28);
	read_it();
	CHECK(!f.is_limited);
	/* Code is code, whatever its section is called. */
	start();
	object_code(&m, "progs", (const struct bpf_insn[]){ MOV_R0_0, EXIT }, 2);
	object_symbol(&m, "second", STB_GLOBAL, STT_FUNC, 2, 0, 16);
	CHECK_BUILDS();
	CHECK_INT(o.nfuncs, 2);
}

static void start_android_map(const char *section, const uint32_t *words, uint32_t bytes)
{
	start();
	object_section(&m, section, SHT_PROGBITS, SHF_ALLOC, words, bytes);
	object_symbol(&m, "counts", STB_GLOBAL, STT_OBJECT, 2, 0, bytes);
	object_section(&m, "critical", SHT_PROGBITS, SHF_ALLOC, "x", 2);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(o.nmaps, 1);
}

/* Without BTF: its words, as many as there are, when the object is Android's; else nobody knows them. */
TEST(android_definitions_of_maps)
{
	static const uint32_t words[12] = { BPF_MAP_TYPE_ARRAY, 4, 8, 2, 0, 0, 0, 0, 0, 0x10000, 0x05040000, 0x060c0000 };

	start();
	object_section(&m, "maps", SHT_PROGBITS, SHF_ALLOC, words, 48);
	object_symbol(&m, "counts", STB_GLOBAL, STT_OBJECT, 2, 0, 48);
	CHECK_REFUSED("map counts: byte 38 of its definition is 0x01, a member behind map_flags that is unknown");

	start_android_map("maps", words, 48);
	CHECK_INT(o.maps[0].meant_for.min_kver, 0x050400);
	CHECK_INT(o.maps[0].meant_for.max_kver, 0x060c00);
	CHECK(!o.maps[0].meant_for.other_loaders);
	start_android_map("maps", words, 32);
	CHECK(!o.maps[0].meant_for.is_limited);
	start_android_map(".android_maps", words, 48);
	CHECK_INT(o.maps[0].meant_for.min_kver, 0x050400);
}

/* ---- sections called by numbers ---------------------------------------------------------- */

static void start_tail(const char *section, uint32_t type)
{
	static uint32_t words[9];
	static const struct bpf_insn insns[] = { MOV_R0_0, EXIT };

	memcpy(words, (const uint32_t[9]){ type, 4, 4, 8, 0, 7, 0, 0, 0 }, sizeof(words));
	start();
	object_section(&m, "maps", SHT_PROGBITS, SHF_ALLOC, words, 36);
	object_symbol(&m, "jumps", STB_GLOBAL, STT_OBJECT, 2, 0, 36);
	object_symbol(&m, "tail", STB_GLOBAL, STT_FUNC, object_code(&m, section, insns, 2), 0, 16);
}

TEST(sections_called_by_numbers)
{
	static const char *const same[] = { "7/3", "0x7/3", "07/0x3" };
	static const char *const none[] = { "7", "7/", "/3", "7/3/1", "7/x", "-7/3", "7/ 3", " 7/3", "7/99999999999", "x7/3" };

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		start_tail(same[i], BPF_MAP_TYPE_PROG_ARRAY);
		CHECK_BUILDS();
		CHECK_INT(o.nrefused, 0);
		CHECK_INT(o.maps[0].nslots, 1);
		CHECK_INT(o.maps[0].slots[0].index, 3);
		CHECK_STR(o.funcs[o.maps[0].slots[0].target].name, "tail");
		CHECK_INT(o.funcs[o.maps[0].slots[0].target].tail_of, 0);
		CHECK_INT(o.funcs[0].tail_of, NO_INDEX);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		NOTE("%s", none[i]);
		start_tail(none[i], BPF_MAP_TYPE_PROG_ARRAY);
		CHECK_BUILDS();
		CHECK_INT(o.maps[0].nslots, 0);
		CHECK_INT(o.nrefused, 0);
	}
	start_tail("8/3", BPF_MAP_TYPE_PROG_ARRAY);
	CHECK_REFUSED("program tail: section 8/3 puts it into the map with id 8, and no array of programs has that id");
	start_tail("0/3", BPF_MAP_TYPE_PROG_ARRAY);
	CHECK_REFUSED("program tail: section 0/3 puts it into the map with id 0, and no array of programs has that id");
	start_tail("7/3", BPF_MAP_TYPE_HASH);
	CHECK_REFUSED("program tail: section 7/3 puts it into the map with id 7, and no array of programs has that id");
}
