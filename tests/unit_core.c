/*
 * CO-RE: paths, and what becomes of an instruction.
 *
 * What is ordinary is in tests/sh_core.sh, compiled by clang and compared with libbpf. Here is what clang does not write:
 * every kind of damage, and every rule at its border.
 *
 * Next: tests/unit_core_types.c
 */
#include "tests/core_image.h"

/* ---- paths ------------------------------------------------------------------ */

TEST(wrong_paths)
{
	static const struct { const char *path; uint32_t kind; const char *why; } cases[] = {
		{ "", BPF_CORE_FIELD_BYTE_OFFSET, "it is not numbers with colons between" },
		{ ":0", BPF_CORE_FIELD_BYTE_OFFSET, "it is not numbers with colons between" },
		{ "0:", BPF_CORE_FIELD_BYTE_OFFSET, "it is not numbers with colons between" },
		{ "0:x", BPF_CORE_FIELD_BYTE_OFFSET, "it is not numbers with colons between" },
		{ "0:-1", BPF_CORE_FIELD_BYTE_OFFSET, "it is not numbers with colons between" },
		{ "99999999999", BPF_CORE_FIELD_BYTE_OFFSET, "it is not numbers with colons between" },
		{ "0:1", BPF_CORE_FIELD_BYTE_OFFSET, "it names a member behind the last" },
		{ "0:0:0", BPF_CORE_FIELD_BYTE_OFFSET, "it leads into something that has no members" },
		{ "214748363", BPF_CORE_FIELD_BYTE_OFFSET, "it leads beyond 512 MiB" },
		{ "0:0", BPF_CORE_TYPE_SIZE, "it asks about a type, whose path is always 0" },
		{ "0", BPF_CORE_ENUMVAL_VALUE, "it asks for a value of something that is no enum" },
		{ "0", 13, "its kind is not known" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char want[256];

		NOTE("%s", cases[i].path);
		begin();
		relo(ALU, cases[i].kind, one_member(&m.btf, "s", "x", INT, 0, 4), cases[i].path);
		snprintf(want, sizeof(want), "hello, relocation 0, instruction 0, kind %u of type 2, %s: the path '%s' in the"
			 " object's own types: %s", cases[i].kind, cases[i].path, cases[i].path, cases[i].why);
		CHECK_FAILS(-EINVAL, want);
	}
}

/* The same, of types that make other paths wrong. */
TEST(paths_into_wrong_types)
{
	char path[256] = "0";
	uint32_t array, id;

	begin();
	array = btf_image_array(&m.btf, INT, 4);
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "s", "a", array, 0, 16), "0:0:4");
	CHECK_FAILS(-EINVAL, "hello, relocation 0, instruction 0, kind 0 of type 3, 0:0:4: the path '0:0:4' in the object's own"
		    " types: it leads behind the end of an array");
	begin();
	array = btf_image_array(&m.btf, 0, 4);		/* of void */
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "s", "a", array, 0, 16), "0:0:1");
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "it leads through an array of something without a size");
	begin();
	id = btf_image_type(&m.btf, "e", BTF_KIND_ENUM, 1, 4);
	btf_image_words(&m.btf, 2, btf_image_name(&m.btf, "A"), 0u);
	relo(ALU, BPF_CORE_ENUMVAL_VALUE, id, "1");
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "it names no value of the enum");
	begin();
	id = INT;
	for (unsigned i = 0; i < 64; i++) {
		id = one_member(&m.btf, "s", "x", id, 0, 4);
		strcat(path, ":0");
	}
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, id, path);
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "it is more than 64 steps long");
	begin();
	id = INT;
	for (unsigned i = 0; i < 63; i++)
		id = one_member(&m.btf, "s", "x", id, 0, 4);
	path[strlen(path) - 2] = 0;
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, id, path);
	CHECK_INT(relocate(), 0);
}

/* Where a member must be of the object's type, it is that of the member that is asked for. */
TEST(the_type_of_the_member)
{
	uint32_t inner, s;

	begin();
	s = btf_image_type(&kernel, "s", BTF_KIND_STRUCT, 2, 8);
	btf_image_member(&kernel, "a", INT, 0);
	btf_image_member(&kernel, "b", INT, 32);
	inner = one_member(&m.btf, "in", "x", INT, 0, 4);
	s = btf_image_type(&m.btf, "s", BTF_KIND_STRUCT, 2, 8);
	btf_image_member(&m.btf, "a", INT, 0);
	btf_image_member(&m.btf, "b", inner, 32);
	compiled = 4;
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:1");
	CHECK_INT(relocate(), 0);
	CHECK_INT(last.outcome, CORE_POISONED);
	CHECK_STR(last.candidates[0].why, "b is int there, and struct in in the object");
}

/* Two flavours that give the same answer, of members at other places: which one is meant? */
TEST(the_same_by_chance)
{
	begin();
	one_member(&kernel, "s", "x", INT, 96, 16);
	one_member(&kernel, "s___old", "x", INT, 32, 16);
	compiled = 4;
	relo(ALU, BPF_CORE_FIELD_BYTE_SIZE, one_member(&m.btf, "s", "x", INT, 0, 4), "0:0");
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "there is more than one, and they differ: bit 96 in s (type 2 of vmlinux), bit 32 in s___old (type 3 of"
		  " vmlinux)");
}

/* s.a has four elements in the object; in the kernel it is elsewhere and has three. */
static uint32_t arrays(void)
{
	begin();
	one_member(&kernel, "s", "a", btf_image_array(&kernel, INT, 3), 32, 16);
	return one_member(&m.btf, "s", "a", btf_image_array(&m.btf, INT, 4), 0, 16);
}

TEST(arrays)
{
	relo(ALU, BPF_CORE_FIELD_EXISTS, arrays(), "0:0:2");
	CHECK_INT(relocate(), -EINVAL);		/* "exists" is 1 when compiled, and the instruction has 0 */
	CHECK_HAS(d.msg, "s.a[2]: the instruction has 0, and the object's own types say 1");
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, arrays(), "0:0:0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(ALU).imm, 4);
	relo(LONG, BPF_CORE_TYPE_ID_TARGET, arrays(), "0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(LONG).imm, 3);
}

TEST(behind_the_end_of_the_kernels_array)
{
	uint32_t s = arrays();

	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0:3");
	CHECK_INT(relocate(), 0);		/* nothing to compare with: what is poisoned need not hold a 12 */
	CHECK_INT(last.outcome, CORE_POISONED);
	CHECK_STR(last.candidates[0].why, "a has 3 elements there, so there is no [3]");
	CHECK_INT(INSN(ALU).code, BPF_INSN_CALL);
	CHECK_INT(INSN(ALU).imm, CORE_POISON);
	relo(ALU, BPF_CORE_FIELD_SIGNED, arrays(), "0:0:1");
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "an array's element has no such property");
}

/* Zero elements and the last member: as many as one likes. */
TEST(flexible_array)
{
	uint32_t s, array;

	begin();
	array = btf_image_array(&m.btf, INT, 0);
	s = one_member(&m.btf, "s", "a", array, 0, 0);
	array = btf_image_array(&kernel, INT, 0);
	one_member(&kernel, "s", "a", array, 64, 8);
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0:0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(LOAD).off, 8);
	CHECK_STR(last.what, "s.a[0]");
}

/* ---- the list in the file --------------------------------------------------- */

/* .BTF.ext with one relocation, at this byte of the section. */
static void relocation_at(uint32_t byte)
{
	static uint32_t ext[32 / 4 + 1 + 2 + 4];
	const uint32_t words[] = {
		1u << 16 | BTF_MAGIC, 32, 0, 0, 0, 0, 0, 4 + 8 + 16,
		16, btf_image_name(&m.btf, "kprobe/x"), 1, byte, INT, btf_image_name(&m.btf, "0"), BPF_CORE_TYPE_SIZE,
	};

	memcpy(ext, words, sizeof(ext));
	object_section(&m, ".BTF.ext", SHT_PROGBITS, 0, ext, sizeof(ext));
}

TEST(places_in_the_file)
{
	begin();
	relocation_at(LONG * 8);
	CHECK_BUILDS();
	CHECK_INT(o.ncore, 1);
	CHECK_INT(o.core[0].insn, LONG);
	CHECK_INT(object_core_at(&o, 0, LONG), 0);
	CHECK_INT(object_core_at(&o, 0, LOAD), 1);
	begin();
	relocation_at(LONG * 8 + 4);
	CHECK_BAD("CO-RE", "section kprobe/x, relocation 0: byte 20 is not where an instruction starts");
	begin();
	relocation_at(80000);		/* of a function that is gone */
	CHECK_BUILDS();
	CHECK_INT(o.ncore, 0);
}

/* ---- instructions ----------------------------------------------------------- */

/* 16 bits with a sign are what a load has for an offset. */
TEST(the_farthest_member)
{
	begin();
	one_member(&kernel, "s", "x", INT, 32767 * 8, 32772);
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "s", "x", INT, 0, 4), "0:0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(LOAD).off, 32767);
	begin();
	one_member(&kernel, "s", "x", INT, 32768 * 8, 32772);
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "s", "x", INT, 0, 4), "0:0");
	CHECK_INT(relocate(), -ERANGE);
}

TEST(places_for_a_value)
{
	uint32_t s = moved();

	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	relo(LONG, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(ALU).imm, 12);
	CHECK_INT(INSN(LOAD).off, 12);
	CHECK_INT(INSN(LONG).imm, 12);
	CHECK_INT(INSN(LONG_2).imm, 0);
	CHECK_INT(o.funcs[0].insns[ALU].imm, 0);	/* what the file says stays */
	CHECK_INT(nlast, 3);
	CHECK_STR(last.text, "compiled for s.x at 0; this kernel has it at 12");
}

TEST(no_place_for_a_value)
{
	uint32_t s = moved();

	relo(ADD_REG, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	CHECK_FAILS(-EINVAL, "hello, relocation 0, instruction 6, s.x: the instruction (code 0x0f) takes a register, not a number");
	relo(JUMP, BPF_CORE_FIELD_BYTE_OFFSET, moved(), "0:0");
	CHECK_FAILS(-EINVAL, "hello, relocation 0, instruction 7, s.x: the instruction (code 0x05) is a jump, which has no place for it");
	relo(LONG_MAP, BPF_CORE_FIELD_BYTE_OFFSET, moved(), "0:0");
	CHECK_FAILS(-EINVAL, "hello, relocation 0, instruction 4, s.x: the instruction (code 0x18) is no plain ld_imm64");
	relo(LONG_2, BPF_CORE_FIELD_BYTE_OFFSET, moved(), "0:0");
	CHECK_FAILS(-EINVAL, "hello, relocation 0, instruction 3, s.x: the instruction (code 0x00) is no plain ld_imm64");
}

/* Twice the same: the second finds what the first has left. */
TEST(two_on_one_instruction)
{
	uint32_t s = moved();

	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	CHECK_FAILS(-EINVAL, "hello, relocation 1, instruction 0, s.x: the instruction has 12, and the object's own types say 0");
}

TEST(poison_takes_both_halves)
{
	begin();
	relo(LONG, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "s", "x", INT, 0, 4), "0:0");
	CHECK_INT(relocate(), 0);
	for (unsigned i = LONG; i <= LONG_2; i++) {
		CHECK_INT(INSN(i).code, BPF_INSN_CALL);
		CHECK_INT(INSN(i).imm, 195896080);
		CHECK_INT(INSN(i).dst_reg, 0);
	}
	CHECK_INT(INSN(LONG_MAP).code, BPF_INSN_LD_IMM64);
	CHECK_INT(last.outcome, CORE_POISONED);
	CHECK_STR(last.text, "this kernel has no s.x");
}

TEST(types_that_are_not_there_are_zero)
{
	static const uint32_t kinds[] = { BPF_CORE_TYPE_ID_TARGET, BPF_CORE_TYPE_SIZE, BPF_CORE_TYPE_EXISTS };

	for (unsigned i = 0; i < 3; i++) {
		begin();
		relo(LONG, kinds[i], one_member(&m.btf, "s", "x", INT, 0, 0), "0");
		if (kinds[i] == BPF_CORE_TYPE_EXISTS) {
			CHECK_INT(relocate(), -EINVAL);
			continue;	/* the instruction was to have a 1 */
		}
		CHECK_INT(relocate(), 0);
		CHECK_INT(INSN(LONG).imm, 0);
		CHECK_INT(INSN(LONG).code, BPF_INSN_LD_IMM64);
		CHECK_STR(last.text, "this kernel has no s");
	}
}

/* ---- sizes of loads --------------------------------------------------------- */

/* A member of these two sizes and signs; outcome and size of the load. */
static void resize(uint32_t old, uint32_t old_sign, uint32_t new, uint32_t new_sign)
{
	begin();
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "s", "x", btf_image_int(&m.btf, "i", old, old_sign), 0, 8), "0:0");
	one_member(&kernel, "s", "x", btf_image_int(&kernel, "i", new, new_sign), 64, 16);
}

TEST(loads_change_their_size)
{
	resize(4, 0, 8, 0);
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(LOAD).code, BPF_LDX | BPF_MEM | BPF_DW);
	CHECK_INT(INSN(LOAD).off, 8);
	resize(4, BTF_INT_SIGNED, 8, 0);
	CHECK_INT(relocate(), 0);
	CHECK_INT(last.outcome, CORE_POISONED);
	CHECK_STR(last.text, "s.x has 4 bytes, and 8 in this kernel, which a load cannot make up for");
	resize(4, 0, 8, BTF_INT_SIGNED);
	CHECK_INT(relocate(), 0);
	CHECK_INT(last.outcome, CORE_POISONED);
	resize(4, BTF_INT_SIGNED, 4, 0);	/* no other size: read as before */
	CHECK_INT(relocate(), 0);
	CHECK_INT(last.outcome, CORE_CHANGED);
	resize(8, 0, 4, 0);			/* the load moves 4 bytes of what should have 8 */
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "s.x: the instruction moves 4 bytes of a member that had 8, and has 4 in the kernel");
	resize(4, 0, 16, 0);
	CHECK_INT(relocate(), -EINVAL);
}

/* Of an array the element counts, since libbpf 1.6. */
TEST(loads_of_arrays)
{
	uint32_t s;

	begin();
	s = one_member(&m.btf, "s", "a", btf_image_array(&m.btf, INT, 4), 0, 16);
	one_member(&kernel, "s", "a", btf_image_array(&kernel, INT, 9), 32, 40);
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(LOAD).off, 4);
}

/* Also where an element is an array itself. */
TEST(loads_of_arrays_in_arrays)
{
	uint32_t s, inner;

	begin();
	inner = btf_image_array(&m.btf, INT, 4);
	s = one_member(&m.btf, "s", "a", btf_image_array(&m.btf, inner, 2), 0, 32);
	inner = btf_image_array(&kernel, INT, 5);
	one_member(&kernel, "s", "a", btf_image_array(&kernel, inner, 2), 32, 48);
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0:0");
	CHECK_INT(relocate(), 0);
	CHECK_STR(last.text, "compiled for s.a[0] at 0; this kernel has it at 4");
}

/* A pointer of a 32-bit kernel has four bytes. */
TEST(pointers_of_other_machines)
{
	static struct bpf_insn *load;
	static struct btf b;
	struct core_kernel k = { .find = core_find, .ctx = &b };
	struct view types;
	uint32_t s;

	begin();
	s = one_member(&m.btf, "s", "p", btf_image_type(&m.btf, "", BTF_KIND_PTR, 0, 0), 0, 8);
	one_member(&kernel, "s", "p", btf_image_type(&kernel, "", BTF_KIND_PTR, 0, 0), 32, 8);
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	pointer_size = 4;
	types = kernel_view();
	CHECK_INT(relocate(), -EINVAL);		/* this load is one of 4 bytes, a pointer's has 8 */
	CHECK_HAS(d.msg, "moves 4 bytes of a member that had 8, and has 4 in the kernel");
	load = (struct bpf_insn *)(uintptr_t)&o.funcs[0].insns[LOAD];
	load->code = BPF_LDX | BPF_MEM | BPF_DW;
	d = (struct diag){ 0 };
	CHECK_INT(btf_parse(types, &a, &b, &d), 0);
	b.pointer_size = 4;
	CHECK_INT(core_relocate(&o, &k, &a, &d), 0);
	CHECK_INT(INSN(LOAD).code, BPF_LDX | BPF_MEM | BPF_W);
	CHECK_INT(INSN(LOAD).off, 4);
}

TEST(pointer_size_is_that_of_long)
{
	struct btf b;

	begin();
	CHECK_INT(btf_parse(btf_image_view(&kernel), &a, &b, &d), 0);
	CHECK_INT(btf_guess_pointer_size(&b), 8);
	btf_image_int(&kernel, "long unsigned int", 4, 0);
	CHECK_INT(btf_parse(btf_image_view(&kernel), &a, &b, &d), 0);
	CHECK_INT(btf_guess_pointer_size(&b), 4);
}

/* ---- bit-fields ------------------------------------------------------------- */

TEST(bitfields)
{
	/* Where it is in the kernel, and what that makes of offset, size and the two shifts. */
	static const struct { uint32_t offset, bits; int byte, bytes, left, right; } cases[] = {
		{ 0, 1, 0, 4, 63, 63 }, { 31, 1, 0, 4, 32, 63 }, { 32, 5, 4, 4, 59, 59 },
		{ 30, 5, 0, 8, 29, 59 }, { 60, 4, 4, 4, 32, 60 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const int want[] = { cases[i].byte, cases[i].bytes, -1, 1, cases[i].left, cases[i].right };

		for (uint32_t kind = BPF_CORE_FIELD_BYTE_OFFSET; kind <= BPF_CORE_FIELD_RSHIFT_U64; kind++) {
			if (kind == BPF_CORE_FIELD_EXISTS || kind == BPF_CORE_FIELD_SIGNED)
				continue;
			NOTE("case %zu, kind %u", i, kind);
			begin();
			relo(ALU, kind, bitfield(&m.btf, INT, 0, cases[i].bits), "0:0");
			bitfield(&kernel, INT, cases[i].offset, cases[i].bits);
			if (kind == BPF_CORE_FIELD_RSHIFT_U64) {	/* is compared: the object has it, too */
				CHECK_INT(relocate(), -EINVAL);
				continue;
			}
			CHECK_INT(relocate(), 0);
			CHECK_INT(INSN(ALU).imm, want[kind]);
		}
	}
}

TEST(bitfield_no_load_has)
{
	begin();
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, bitfield(&m.btf, INT, 0, 8), "0:0");
	bitfield(&kernel, INT, 60, 8);
	CHECK_INT(relocate(), -E2BIG);
	CHECK_HAS(d.msg, "s.x: in type 2 of vmlinux: it is a bit-field that no load of 8 bytes has all of");
}

/* No kernel has it, and so what the object itself says comes to light. */
TEST(bitfield_no_load_has_in_the_object)
{
	begin();
	relo(ALU, BPF_CORE_FIELD_BYTE_SIZE, bitfield(&m.btf, INT, 60, 8), "0:0");
	CHECK_FAILS(-E2BIG, "hello, relocation 0, instruction 0, size of s.x: in the object's own types: it is a bit-field that no"
		    " load of 8 bytes has all of");
}

/* A load of a member that the kernel made a bit-field of, or the other way round. */
TEST(members_that_become_bitfields)
{
	for (unsigned was = 0; was < 2; was++) {
		const struct { uint32_t insn; enum core_outcome outcome; const char *text; } cases[] = {
			{ LOAD, CORE_POISONED, was ? "s.x is a bit-field, and has 4 bytes in this kernel, which a load cannot make up for" :
			  "s.x has 4 bytes, and is a bit-field in this kernel, which a load cannot make up for" },
			{ ALU, CORE_CHANGED, was ? "compiled for s.x at 0; this kernel has it at 4, no longer as a bit-field" :
			  "compiled for s.x at 0; this kernel has it at 4, as a bit-field" },
		};

		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			uint32_t type;

			NOTE("was %u, case %zu", was, i);
			begin();
			type = btf_image_int(&m.btf, "unsigned int", 4, 0);
			relo(cases[i].insn, BPF_CORE_FIELD_BYTE_OFFSET, was ? bitfield(&m.btf, type, 0, 3) :
			     one_member(&m.btf, "s", "x", type, 0, 4), "0:0");
			type = btf_image_int(&kernel, "unsigned int", 4, 0);
			if (was)
				one_member(&kernel, "s", "x", type, 32, 16);
			else
				bitfield(&kernel, type, 32, 3);
			CHECK_INT(relocate(), 0);
			CHECK_INT(last.outcome, cases[i].outcome);
			CHECK_STR(last.text, cases[i].text);
		}
	}
}

TEST(bitfield_of_a_struct)
{
	begin();
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, bitfield(&m.btf, INT, 0, 8), "0:0");
	bitfield(&kernel, one_member(&kernel, "inner", "y", INT, 0, 0), 0, 8);
	CHECK_INT(relocate(), 0);
	CHECK_INT(last.outcome, CORE_POISONED);		/* an int is no struct */
}
