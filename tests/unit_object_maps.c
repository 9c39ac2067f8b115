/*
 * Map definitions and variables: what is read, and what is said of those that break a rule.
 *
 * Next: tests/unit_object_legacy.c
 */
#include "tests/object_image.h"
#include "uapi/bpf_cmd.h"

TEST(variables)
{
	uint32_t data, proto;

	start();
	data = object_section(&m, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	object_symbol(&m, "x", STB_GLOBAL, STT_OBJECT, data, 4, 8);
	CHECK_BAD("globals", "x: 8 bytes at 4 are outside section .data (8 bytes)");

	start();
	data = object_section(&m, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	object_btf_variable(&m, data, "gone", INT, BTF_VAR_GLOBAL_ALLOCATED, 0, 4);
	CHECK_BAD("btf datasec", "section .data: variable gone of the BTF has no symbol there");

	start();
	data = object_section(&m, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	object_variable(&m, data, "x", INT, BTF_VAR_STATIC, 6, 4);
	CHECK_BAD("btf datasec", "section .data: variable x, 4 bytes at 6, is outside its 8 bytes");

	start();
	data = object_section(&m, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	proto = btf_image_type(&m.btf, "", BTF_KIND_FUNC_PROTO, 0, 0);
	m.vars[0].section = data;
	m.vars[0].var = btf_image_type(&m.btf, "f", BTF_KIND_FUNC, 0, proto);
	m.nvars = 1;
	CHECK_BAD("btf datasec", "section .data: type 3 is of kind func, expected var");

	start();
	object_section(&m, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, (size_t)1 << 31);
	CHECK_BAD("maps", "section .bss: 2147483648 bytes, a map's value has at most 2147483647");
	start();
	object_section(&m, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, (size_t)1 << 33);
	object_variable(&m, m.nsections, "x", INT, BTF_VAR_GLOBAL_ALLOCATED, 0, 4);
	CHECK_BAD("btf datasec", "section .bss: 8589934592 bytes, BTF can describe 4 GiB");
}

TEST(bss_larger_than_the_limit)
{
	struct arena small = { .limit = 1 << 20 };

	start();
	object_section(&m, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, (size_t)1 << 30);
	memset(&d, 0, sizeof(d));
	CHECK_INT(object_build(object_image_view(&m), "x", &small, &o, &d), -ENOMEM);
	CHECK(image_said_well(-ENOMEM, &d));
	arena_free(&small);
}

/* ---- map definitions ------------------------------------------------------ */

#define CHECK_BAD_MAP(MSG, ...) do {			\
	start_maps();					\
	map_of(definition(__VA_ARGS__, NULL));		\
	CHECK_BAD("section .maps", "map counts: " MSG);	\
} while (0)

TEST(map_definitions)
{
	start_maps();
	map_of(definition("type", UINT(BPF_MAP_TYPE_HASH), "key", TYPE(INT), "value_size", UINT(12), "map_extra", UINT(7),
			  NULL));
	CHECK_BUILDS();
	CHECK_INT(o.nmaps, 1);
	CHECK_STR(o.maps[0].name, "counts");
	CHECK_STR(o.maps[0].kernel_name, "counts");
	CHECK_INT(o.maps[0].origin, MAP_BTF);
	CHECK_INT(o.maps[0].type, BPF_MAP_TYPE_HASH);
	CHECK_INT(o.maps[0].key_size, 4);
	CHECK_INT(o.maps[0].key_type_id, INT);
	CHECK_INT(o.maps[0].value_size, 12);
	CHECK_INT(o.maps[0].value_type_id, 0);
	CHECK_INT(o.maps[0].map_extra, 7);
	CHECK_INT(o.maps[0].max_entries, 0);
	CHECK_INT(o.maps[0].inner, NO_INDEX);

	CHECK_BAD_MAP("no type: expected __uint(type, BPF_MAP_TYPE_...)", "key", TYPE(INT));
	CHECK_BAD_MAP("member type is of kind int, expected ptr", "type", INT);
	CHECK_BAD_MAP("member type points at kind int, expected array: its size is the number", "type", TYPE(INT));
	CHECK_BAD_MAP("member key is of kind int, expected ptr", "type", UINT(1), "key", INT);
	CHECK_BAD_MAP("member value is of type void, which has no size", "type", UINT(1), "value", TYPE(0));
	CHECK_BAD_MAP("the type of its key, of kind fwd, has no size", "type", UINT(1), "key",
		      TYPE(btf_image_type(&m.btf, "later", BTF_KIND_FWD, 0, 0)));
	CHECK_BAD_MAP("key_size is 8, but its key has 4 bytes", "type", UINT(1), "key_size", UINT(8), "key", TYPE(INT));
	CHECK_BAD_MAP("value_size is 8, but its value has 4 bytes", "value", TYPE(INT), "type", UINT(1), "value_size", UINT(8));
	CHECK_BAD_MAP("pinning 2, expected 0 or 1 (LIBBPF_PIN_BY_NAME)", "type", UINT(1), "pinning", UINT(2));

	start_maps();
	map_of(INT);
	CHECK_BAD("section .maps", "map counts: its type is of kind int, expected struct");
	start_maps();
	object_variable(&m, 2, "counts", definition("type", UINT(1), NULL), BTF_VAR_GLOBAL_ALLOCATED, 0, 4);
	CHECK_BAD("section .maps", "map counts: its struct has 8 bytes, the variable 4");
}

TEST(map_sections)
{
	start_maps();
	CHECK_BAD("section .maps", "the BTF does not know it, but its maps are defined by their types");
	start_maps();
	memset(&m.btf, 0, sizeof(m.btf));
	CHECK_BAD("section .maps", "the file has no BTF, but its maps are defined by their types");
}

/* __ulong(): 64-bit numbers */
TEST(map_extra)
{
	uint32_t wide;

	start_maps();
	wide = btf_image_type(&m.btf, "", BTF_KIND_ENUM64, 1, 8);
	btf_image_words(&m.btf, 3, btf_image_name(&m.btf, "one"), 0x55667788u, 0x11223344u);
	map_of(definition("type", UINT(1), "map_extra", wide, NULL));
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].map_extra, 0x1122334455667788);

	start_maps();
	wide = btf_image_type(&m.btf, "", BTF_KIND_ENUM, 1, 4);
	btf_image_words(&m.btf, 2, btf_image_name(&m.btf, "one"), 9u);
	map_of(definition("type", UINT(1), "map_extra", wide, NULL));
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].map_extra, 9);

	CHECK_BAD_MAP("member map_extra is of kind int, expected ptr", "type", UINT(1), "map_extra", INT);
}

/* values: pointers to inner maps, or to programs. */
static uint32_t values(uint32_t target)
{
	return btf_image_array(&m.btf, TYPE(target), 0);
}

TEST(maps_of_maps)
{
	uint32_t proto;

	start_maps();
	map_of(definition("type", UINT(BPF_MAP_TYPE_ARRAY_OF_MAPS), "key", TYPE(INT), "values",
			  values(definition("type", UINT(BPF_MAP_TYPE_HASH), "key", TYPE(INT), NULL)), NULL));
	CHECK_BUILDS();
	CHECK_INT(o.nmaps, 2);
	CHECK_STR(o.maps[0].name, "counts.inner");
	CHECK(o.maps[0].is_template && !o.maps[1].is_template);
	CHECK_INT(o.maps[0].type, BPF_MAP_TYPE_HASH);
	CHECK_INT(o.maps[1].inner, 0);
	CHECK_INT(o.maps[1].value_size, 4);

	start_maps();
	proto = btf_image_type(&m.btf, "", BTF_KIND_FUNC_PROTO, 0, 0);
	map_of(definition("type", UINT(BPF_MAP_TYPE_PROG_ARRAY), "key", TYPE(INT), "values", values(proto), NULL));
	CHECK_BUILDS();
	CHECK_INT(o.nmaps, 1);
	CHECK_INT(o.maps[0].value_size, 4);
	CHECK_INT(o.maps[0].inner, NO_INDEX);

	CHECK_BAD_MAP("member values is for maps of maps and of programs, not for map type 1", "type", UINT(1), "values",
		      values(definition("type", UINT(1), NULL)));
	CHECK_BAD_MAP("member values is not __array(values, struct of an inner map)", "type",
		      UINT(BPF_MAP_TYPE_HASH_OF_MAPS), "values", values(INT));
	CHECK_BAD_MAP("member values is not __array(values, function type)", "type", UINT(BPF_MAP_TYPE_PROG_ARRAY), "values",
		      values(INT));
	CHECK_BAD_MAP("member values is not __array(values, struct of an inner map)", "type",
		      UINT(BPF_MAP_TYPE_HASH_OF_MAPS), "values", INT);
	CHECK_BAD_MAP("value_size is 8, expected 4 for a map with values", "type", UINT(BPF_MAP_TYPE_HASH_OF_MAPS),
		      "value_size", UINT(8), "values", values(definition("type", UINT(1), NULL)));
}

TEST(maps_of_maps_of_maps)
{
	uint32_t innermost, inner;

	start_maps();
	innermost = definition("type", UINT(1), NULL);
	inner = definition("type", UINT(BPF_MAP_TYPE_ARRAY_OF_MAPS), "values", values(innermost), NULL);
	map_of(definition("type", UINT(BPF_MAP_TYPE_ARRAY_OF_MAPS), "values", values(inner), NULL));
	CHECK_BAD("section .maps", "map counts.inner: inner maps cannot have inner maps of their own: counts.inner.inner");

	start_maps();
	inner = definition("type", UINT(1), "pinning", UINT(1), NULL);
	map_of(definition("type", UINT(BPF_MAP_TYPE_ARRAY_OF_MAPS), "values", values(inner), NULL));
	CHECK_BAD("section .maps", "map counts.inner: an inner map cannot be pinned by name");
}

/*
 * `outer` at byte 0 of .maps: its member values begins at byte 16, so element n is byte 16 + 8 n. `inner` is at byte 48;
 * its members are not values. The file's symbols: hello 1, outer 2, inner 3.
 */
static unsigned char map_bytes[64];

static void start_slots(uint32_t type)
{
	uint32_t target = type == BPF_MAP_TYPE_PROG_ARRAY ? btf_image_type(&m.btf, "", BTF_KIND_FUNC_PROTO, 0, 0) :
		definition("type", UINT(2), NULL);
	uint32_t outer = definition("type", UINT(type), "key", TYPE(INT), "values", values(target), NULL);

	memset(map_bytes, 0, sizeof(map_bytes));
	object_section(&m, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, map_bytes, sizeof(map_bytes));
	object_variable(&m, 2, "outer", outer, BTF_VAR_GLOBAL_ALLOCATED, 0, 48);
	object_variable(&m, 2, "inner", definition("type", UINT(2), NULL), BTF_VAR_GLOBAL_ALLOCATED, 48, 8);
}

static void start_map_slots(void)
{
	start();
	start_slots(BPF_MAP_TYPE_HASH_OF_MAPS);
}

static void start_program_slots(void)
{
	start();
	start_slots(BPF_MAP_TYPE_PROG_ARRAY);
}

TEST(elements_named_in_the_source)
{
	start_map_slots();
	object_reloc(&m, 2, 16 + 8 * 3, 3, R_BPF_64_ABS64);
	object_reloc(&m, 2, 16 + 8 * 1, 3, R_BPF_64_64);	/* as clang 12 wrote it, and in any order */
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_STR(o.maps[1].name, "outer");
	CHECK_INT(o.maps[1].nslots, 2);
	CHECK_INT(o.maps[1].slots[0].index, 1);
	CHECK_INT(o.maps[1].slots[1].index, 3);
	CHECK_STR(o.maps[o.maps[1].slots[1].target].name, "inner");
	CHECK_INT(o.maps[2].nslots, 0);

	start_program_slots();
	object_reloc(&m, 2, 16, 1, R_BPF_64_ABS64);
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].nslots, 1);
	CHECK_INT(o.maps[0].slots[0].index, 0);
	CHECK_STR(o.funcs[o.maps[0].slots[0].target].name, "hello");

	/* what is static is reached through its section, from what stands in the place */
	start_map_slots();
	map_bytes[16] = 48;
	object_reloc(&m, 2, 16, object_symbol(&m, "", STB_LOCAL, STT_SECTION, 2, 0, 0), R_BPF_64_ABS64);
	CHECK_BUILDS();
	CHECK_STR(o.maps[o.maps[1].slots[0].target].name, "inner");
}

#define CHECK_BAD_SLOT(START, OFFSET, SYMBOL, WHERE, MSG) do {	\
	START();						\
	object_reloc(&m, 2, OFFSET, SYMBOL, R_BPF_64_ABS64);	\
	CHECK_BAD(WHERE, MSG);					\
} while (0)

TEST(bad_elements)
{
	static const char where[] = "section .maps";

	CHECK_BAD_SLOT(start_map_slots, 16, 1, where, "map outer: values[0] is the address of hello, expected a map of this section");
	CHECK_BAD_SLOT(start_program_slots, 24, 3, where, "map outer: values[1] is the address of inner, expected a program");
	CHECK_BAD_SLOT(start_map_slots, 8, 3, where,
		       "map outer: byte 8 of it is the address of inner; only its member values may hold any");
	CHECK_BAD_SLOT(start_map_slots, 48, 3, where,
		       "map inner: byte 0 of it is the address of inner; only its member values may hold any");
	CHECK_BAD_SLOT(start_map_slots, 20, 3, where,
		       "map outer: byte 4 of its values is the address of inner, expected a multiple of 8");
	CHECK_BAD_SLOT(start_map_slots, 56, 3, where, "byte 56 is the address of inner, and belongs to no map");

	start_map_slots();
	map_bytes[16] = 4;
	object_reloc(&m, 2, 16, 3, R_BPF_64_ABS64);
	CHECK_BAD(where, "map outer: values[0] is the address of inner, expected a map of this section");
	start_map_slots();
	memset(map_bytes + 16, 0xff, 8);
	object_reloc(&m, 2, 16, 3, R_BPF_64_ABS64);
	CHECK_BAD(where, "map outer: values[0] is the address of inner, expected a map of this section");
	start_map_slots();
	object_reloc(&m, 2, 16, 3, R_BPF_64_ABS32);
	CHECK_BAD("relocations", "section .maps: byte 16 has relocation type 3, expected 2 (R_BPF_64_ABS64)");
	start_map_slots();
	object_reloc(&m, 2, 16, 3, R_BPF_64_ABS64);
	object_reloc(&m, 2, 20, 3, R_BPF_64_ABS64);
	CHECK_BAD("relocations", "section .maps: the addresses at bytes 16 and 20 overlap");

	start_maps();
	map_of(definition("type", UINT(BPF_MAP_TYPE_ARRAY_OF_MAPS), "key_size", UINT(8), "values",
			  values(definition("type", UINT(1), NULL)), NULL));
	object_reloc(&m, 2, 16, 2, R_BPF_64_ABS64);
	CHECK_BAD(where, "map counts: keys of 8 bytes; values in the source need keys of 4");
	start_maps();
	map_of(definition("type", UINT(BPF_MAP_TYPE_ARRAY_OF_MAPS), "values", values(definition("type", UINT(1), NULL)),
			  "key", TYPE(INT), NULL));
	CHECK_BAD(where, "map counts: member values is followed by others, expected it to be the last");
}

/* hello loads the address of `there`, 8 bytes into .addr_space.1, which has 16; `counts` may be the arena. */
static void start_arena(uint32_t type, int32_t imm)
{
	start_load(imm);
	object_section(&m, ".addr_space.1", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678ABCDEFGH", 16);
	object_reloc(&m, code, 0, object_variable(&m, 3, "there", INT, BTF_VAR_GLOBAL_ALLOCATED, 8, 4), R_BPF_64_64);
	object_section(&m, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, NULL, 32);
	m.sections[3].bytes = "12345678123456781234567812345678";
	object_variable(&m, 4, "counts", definition("type", UINT(type), NULL), BTF_VAR_GLOBAL_ALLOCATED, 0, 8);
}

TEST(variables_in_an_arena)
{
	start_arena(BPF_MAP_TYPE_ARENA, 4);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(o.arena_map, 0);
	CHECK_INT(o.maps[0].data_size, 16);
	CHECK_INT(o.maps[0].value_size, 0);
	CHECK(memcmp(o.maps[0].data, "12345678ABCDEFGH", 16) == 0);
	CHECK_STR(o.globals[0].name, "there");
	CHECK_INT(o.globals[0].map, 0);
	CHECK_INT(o.globals[0].offset, 8);
	CHECK_INT(o.globals[0].type_id, INT);
	CHECK_INT(hello_reloc()->kind, RELOC_GLOBAL);
	CHECK_INT(hello_reloc()->map, 0);
	CHECK_INT(hello_reloc()->offset, 12);

	start_arena(BPF_MAP_TYPE_ARRAY, 0);
	CHECK_INT(build(), -ENOENT);
	CHECK_STR(d.msg, "section .addr_space.1: variables in an arena, but no map is a BPF_MAP_TYPE_ARENA");
	start_arena(BPF_MAP_TYPE_ARENA, 0);
	object_variable(&m, 4, "more", definition("type", UINT(BPF_MAP_TYPE_ARENA), NULL), BTF_VAR_GLOBAL_ALLOCATED, 8, 8);
	CHECK_BAD("maps", "counts and more are both arenas, expected one at most");
	start_arena(BPF_MAP_TYPE_ARENA, -16);
	CHECK_BAD("relocations", "hello, instruction 0, symbol there: byte -8 of section .addr_space.1, which has 16 bytes in it");
}

/* hello loads the address of a table in .jumptables. */
static void start_jumps(uint64_t at, uint64_t size)
{
	start_load(0);
	object_section(&m, ".jumptables", SHT_PROGBITS, 0, "\x18\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0", 16);
	object_reloc(&m, code, 0, object_symbol(&m, "table", STB_LOCAL, STT_NOTYPE, 3, at, size), R_BPF_64_64);
}

TEST(jump_tables)
{
	start_jumps(0, 16);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(hello_reloc()->kind, RELOC_JUMPS);
	CHECK_INT(hello_reloc()->offset, 0);
	CHECK_INT(hello_reloc()->size, 16);

	start_jumps(4, 8);
	CHECK_BAD("relocations", "hello, instruction 0, symbol table: a jump table of 8 bytes at 4, expected multiples of 8");
	start_jumps(0, 0);
	CHECK_BAD("relocations", "hello, instruction 0, symbol table: a jump table of 0 bytes at 0, expected multiples of 8");
	start_jumps(8, 16);
	CHECK_BAD("relocations", "hello, instruction 0, symbol table: a jump table of 16 bytes at 8 is outside section"
		  " .jumptables (16 bytes)");
}

/*
 * `ops`, 32 bytes in a section of struct_ops: a number, a pointer to a function, a pointer to a number, a bit-field. The
 * file's symbols: hello 1, ops 2.
 */
static unsigned char ops_bytes[40];

static void start_ops(const char *section, uint32_t offset)
{
	uint32_t call, data, ops;

	start();
	memset(ops_bytes, 0, sizeof(ops_bytes));
	ops_bytes[offset] = 7;
	object_section(&m, section, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, ops_bytes, sizeof(ops_bytes));
	call = TYPE(btf_image_type(&m.btf, "", BTF_KIND_FUNC_PROTO, 0, 0));
	data = TYPE(INT);
	ops = btf_image_type(&m.btf, "kernel_ops", BTF_KIND_STRUCT | 128, 4, 32);	/* with bit-fields */
	btf_image_member(&m.btf, "number", INT, 0);
	btf_image_member(&m.btf, "call", call, 64);
	btf_image_member(&m.btf, "data", data, 128);
	btf_image_member(&m.btf, "bits", INT, 192 | 3 << 24);
	object_variable(&m, 2, "ops", ops, BTF_VAR_GLOBAL_ALLOCATED, offset, 32);
}

TEST(structures_of_functions)
{
	start_ops(".struct_ops.link", 0);
	object_reloc(&m, 2, 8, 1, R_BPF_64_ABS64);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(o.nmaps, 1);
	CHECK_STR(o.maps[0].name, "ops");
	CHECK_INT(o.maps[0].origin, MAP_STRUCT_OPS);
	CHECK_INT(o.maps[0].type, BPF_MAP_TYPE_STRUCT_OPS);
	CHECK_INT(o.maps[0].key_size, 4);
	CHECK_INT(o.maps[0].value_size, 32);
	CHECK_INT(o.maps[0].max_entries, 1);
	CHECK_INT(o.maps[0].flags, BPF_F_LINK);
	CHECK(!o.maps[0].is_optional);
	CHECK_INT(o.maps[0].nslots, 1);
	CHECK_INT(o.maps[0].slots[0].index, 1);
	CHECK_STR(o.funcs[o.maps[0].slots[0].target].name, "hello");
	CHECK_INT(o.nglobals, 1);	/* what is neither pointer nor bit-field */
	CHECK_STR(o.globals[0].name, "ops.number");
	CHECK_INT(o.maps[0].data[o.globals[0].offset], 7);

	start_ops("?.struct_ops", 8);
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].flags, 0);
	CHECK(o.maps[0].is_optional);
	CHECK_INT(o.maps[0].section_offset, 8);
	CHECK_INT(o.maps[0].nslots, 0);
}

#define CHECK_BAD_OPS(OFFSET, SYMBOL, WHERE, MSG) do {		\
	start_ops(".struct_ops", 0);				\
	object_reloc(&m, 2, OFFSET, SYMBOL, R_BPF_64_ABS64);	\
	CHECK_BAD(WHERE, MSG);					\
} while (0)

TEST(bad_structures_of_functions)
{
	static const char where[] = "struct_ops";
	uint32_t ops;

	CHECK_BAD_OPS(4, 1, where, "map ops: byte 4 of it is the address of hello, and no member begins there");
	CHECK_BAD_OPS(16, 1, where, "map ops: member data is the address of hello, but no pointer to a function");
	CHECK_BAD_OPS(8, 2, where, "map ops: member call is the address of ops, expected a program");
	CHECK_BAD_OPS(32, 1, where, "section .struct_ops: byte 32 is the address of hello, and belongs to no map");

	start();
	object_section(&m, ".struct_ops", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, ops_bytes, sizeof(ops_bytes));
	CHECK_BAD(where, "section .struct_ops: the BTF does not know it, but its maps are made by their types");
	start();
	object_section(&m, ".struct_ops", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, ops_bytes, sizeof(ops_bytes));
	object_variable(&m, 2, "ops", INT, BTF_VAR_GLOBAL_ALLOCATED, 0, 4);
	CHECK_BAD(where, "section .struct_ops: variable ops is of kind int, expected a struct with the name of one of the kernel's");
	start();
	object_section(&m, ".struct_ops", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, ops_bytes, sizeof(ops_bytes));
	object_variable(&m, 2, "ops", definition("a", INT, NULL), BTF_VAR_GLOBAL_ALLOCATED, 0, 8);
	CHECK_BAD(where, "section .struct_ops: variable ops is of kind struct without a name, expected a struct with the name of"
		  " one of the kernel's");
	start_ops(".struct_ops", 0);
	m.sections[1].size = 24;
	m.vars[0].size = 24;
	CHECK_BAD(where, "section .struct_ops: variable ops, 32 bytes at 0, is outside its 24 bytes");
	start();
	object_section(&m, ".struct_ops", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, ops_bytes, sizeof(ops_bytes));
	ops = btf_image_type(&m.btf, "kernel_ops", BTF_KIND_STRUCT, 1, 8);
	btf_image_member(&m.btf, "number", INT, 48);
	object_variable(&m, 2, "ops", ops, BTF_VAR_GLOBAL_ALLOCATED, 0, 8);
	CHECK_BAD(where, "map ops: member number, 4 bytes at 6, is outside its 8 bytes");
}

/* Addresses in variables are left alone, and said. */
TEST(addresses_in_variables)
{
	start();
	object_section(&m, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "1234567812345678", 16);
	object_symbol(&m, "a", STB_GLOBAL, STT_OBJECT, 2, 0, 8);
	object_symbol(&m, "b", STB_GLOBAL, STT_OBJECT, 2, 8, 8);
	object_reloc(&m, 2, 8, 1, R_BPF_64_ABS64);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(o.nnotes, 1);
	CHECK_STR(o.notes[0], "variable b: the addresses it holds (section .rel.data) stay what the file has:"
		  " variables have no address before a program runs");
	CHECK(memcmp(o.maps[0].data, "1234567812345678", 16) == 0);
}

/* What people write as the value of a ring, and what becomes of it: sizes for the kernel, a type for the reader. */
TEST(records)
{
	uint32_t record, tail;

	start_maps();
	record = definition("a", TYPE(INT), "b", TYPE(INT), NULL);
	map_of(definition("type", UINT(BPF_MAP_TYPE_PERF_EVENT_ARRAY), "value", TYPE(record), NULL));
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].key_size, 4);
	CHECK_INT(o.maps[0].value_size, 4);
	CHECK_INT(o.maps[0].value_type_id, 0);
	CHECK_INT(o.maps[0].record_type_id, record);

	start_maps();
	map_of(definition("type", UINT(BPF_MAP_TYPE_PERF_EVENT_ARRAY), "key", TYPE(INT), "value", TYPE(INT), NULL));
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].key_size, 4);
	CHECK_INT(o.maps[0].value_size, 4);
	CHECK_INT(o.maps[0].record_type_id, 0);

	start_maps();
	record = definition("a", TYPE(INT), NULL);
	tail = btf_image_array(&m.btf, record, 0);
	record = btf_image_type(&m.btf, "", BTF_KIND_STRUCT, 2, 4);
	btf_image_member(&m.btf, "fd", INT, 0);
	btf_image_member(&m.btf, "record", tail, 32);
	map_of(definition("type", UINT(BPF_MAP_TYPE_PERF_EVENT_ARRAY), "value", TYPE(record), NULL));
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].value_size, 4);
	CHECK_INT(o.maps[0].record_type_id, tail - 1);

	start_maps();
	map_of(definition("type", UINT(BPF_MAP_TYPE_RINGBUF), "value", TYPE(INT), NULL));
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].key_size, 0);
	CHECK_INT(o.maps[0].value_size, 0);
	CHECK_INT(o.maps[0].record_type_id, INT);

	start_maps();
	tail = btf_image_array(&m.btf, INT, 0);
	map_of(definition("type", UINT(BPF_MAP_TYPE_USER_RINGBUF), "value", TYPE(tail), NULL));
	CHECK_BUILDS();
	CHECK_INT(o.maps[0].value_size, 0);
	CHECK_INT(o.maps[0].record_type_id, INT);
}

/* A map is known by where it starts. */
TEST(map_references)
{
	start_load(0);
	object_section(&m, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "1234567812345678", 16);
	object_variable(&m, m.nsections, "one", definition("type", UINT(1), NULL), BTF_VAR_GLOBAL_ALLOCATED, 0, 8);
	object_reloc(&m, code, 0, object_variable(&m, m.nsections, "two", definition("type", UINT(2), NULL),
						  BTF_VAR_GLOBAL_ALLOCATED, 8, 8), R_BPF_64_64);
	CHECK_BUILDS();
	CHECK_INT(hello_reloc()->kind, RELOC_MAP);
	CHECK_STR(o.maps[hello_reloc()->map].name, "two");

	/* static maps are reached through their section */
	start_load(8);
	object_section(&m, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "1234567812345678", 16);
	object_variable(&m, m.nsections, "one", definition("type", UINT(1), NULL), BTF_VAR_STATIC, 0, 8);
	object_variable(&m, m.nsections, "two", definition("type", UINT(2), NULL), BTF_VAR_STATIC, 8, 8);
	object_reloc(&m, code, 0, object_symbol(&m, "", STB_LOCAL, STT_SECTION, m.nsections, 0, 0), R_BPF_64_64);
	CHECK_BUILDS();
	CHECK_STR(o.maps[hello_reloc()->map].name, "two");

	start_load(4);
	object_section(&m, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "1234567812345678", 16);
	object_reloc(&m, code, 0, object_variable(&m, m.nsections, "one", definition("type", UINT(1), NULL),
						  BTF_VAR_GLOBAL_ALLOCATED, 0, 8), R_BPF_64_64);
	CHECK_BAD("relocations", "hello, instruction 0, symbol one: byte 4 of section .maps is not where a map starts");
}
