/*
 * CO-RE, one relocation at a time: an object's types, a kernel's types, an instruction before and after.
 *
 * What is ordinary is in tests/sh_core.sh, compiled by clang and compared with libbpf. Here is what clang does not write:
 * every kind of damage, and every rule at its border.
 *
 * Next: tests/unit_btf_text.c
 */
#include "elf/btf_names.h"
#include "elf/core.h"
#include "tests/object_image.h"
#include "uapi/bpf_cmd.h"

static struct btf_image kernel;		/* its types */
static struct core_relo relos[8];
static uint32_t nrelos;
static struct core_result last;
static uint32_t nlast;
static uint32_t pointer_size;

/* All types of the kernel of that name; CO-RE itself leaves out what is of another kind. */
static int find(void *ctx, uint32_t i, uint32_t kind, const char *name, struct core_source *out, struct diag *diag)
{
	static uint32_t ids[64];
	const struct btf *b = ctx;
	uint32_t n = 0;

	(void)diag;
	(void)kind;
	if (i)
		return 0;
	for (uint32_t id = 1; id < b->count; id++)
		if (btf_plain_length(btf_name(b, id)) == btf_plain_length(name) &&
		    strncmp(btf_name(b, id), name, btf_plain_length(name)) == 0)
			ids[n++] = id;
	*out = (struct core_source){ b, "vmlinux", ids, n };
	return 1;
}

static void tell(void *ctx, const struct core_result *r)
{
	(void)ctx;
	last = *r;
	nlast++;
}

/* A program of one instruction of each shape; begin() and the types of both sides come before relocate(). */
enum { ALU, LOAD, LONG, LONG_2, LONG_MAP, LONG_MAP_2, ADD_REG, JUMP, MAPPED_END };

static void begin(void)
{
	static const struct bpf_insn insns[] = {
		[ALU] = { BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, 0 },
		[LOAD] = { BPF_LDX | BPF_MEM | BPF_W, 1, 2, 0, 0 },
		[LONG] = { BPF_INSN_LD_IMM64, 1, 0, 0, 0 }, [LONG_2] = { 0, 0, 0, 0, 0 },
		[LONG_MAP] = { BPF_INSN_LD_IMM64, 2, 0, 7, 0 }, [LONG_MAP_2] = { 0, 0, 0, 0, 0 },
		[ADD_REG] = { BPF_ALU64 | BPF_ADD | BPF_X, 1, 2, 0, 0 },
		[JUMP] = { BPF_JMP | BPF_JA, 0, 0, 0, 0 },
		[MAPPED_END] = EXIT,
	};

	start_with(insns, sizeof(insns) / sizeof(insns[0]));
	kernel = (struct btf_image){ 0 };
	btf_image_int(&kernel, "int", 4, BTF_INT_SIGNED);
	nrelos = nlast = pointer_size = 0;
}

static void relo(uint32_t insn, uint32_t kind, uint32_t type, const char *path)
{
	relos[nrelos] = (struct core_relo){
		.insn = insn, .number = nrelos, .type_id = type, .kind = kind, .access_off = btf_image_name(&m.btf, path),
	};
	nrelos++;
}

/* The types of a struct with one member for each (name, type, bit offset). */
static uint32_t one_member(struct btf_image *b, const char *name, const char *member, uint32_t type, uint32_t offset,
			   uint32_t size)
{
	uint32_t id = btf_image_type(b, name, BTF_KIND_STRUCT, 1, size);

	btf_image_member(b, member, type, offset);
	return id;
}

/* There is one image at a time, and the object's bytes are to stay: so the kernel's are kept here. */
static struct view kernel_view(void)
{
	static uint32_t bytes[4096];
	struct view v = btf_image_view(&kernel);

	CHECK(v.size <= sizeof(bytes));
	memcpy(bytes, v.base, v.size);
	return (struct view){ (const void *)bytes, v.size };
}

static int relocate(void)
{
	struct core_kernel k = { .find = find, .tell = tell };
	struct view types = kernel_view();
	struct btf b;

	CHECK_STR((build(), d.msg), "");
	CHECK_INT(btf_parse(types, &a, &b, &d), 0);
	b.pointer_size = pointer_size;
	k.ctx = &b;
	o.core = relos;
	o.ncore = nrelos;
	return core_relocate(&o, &k, &a, &d);
}

#define CHECK_FAILS(CODE, MSG) do {			\
	CHECK_INT(relocate(), CODE);			\
	CHECK_STR(d.msg, MSG);				\
	CHECK_STR(d.where, "CO-RE");			\
} while (0)

#define INSN(N) (o.funcs[0].relocated[N])

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

/* ---- instructions ----------------------------------------------------------- */

/* s.x is at 0 in the object and at 12 in the kernel. */
static uint32_t moved(void)
{
	begin();
	one_member(&kernel, "s", "x", INT, 96, 16);
	return one_member(&m.btf, "s", "x", INT, 0, 4);
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

/* But of an array that is itself an element all of it: libbpf's rule. */
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
	CHECK_INT(last.outcome, CORE_POISONED);
	CHECK_STR(last.text, "s.a[0] has 16 bytes, and 20 in this kernel, which a load cannot make up for");
}

/* A pointer of a 32-bit kernel has four bytes. */
TEST(pointers_of_other_machines)
{
	static struct bpf_insn *load;
	static struct btf b;
	struct core_kernel k = { .find = find, .ctx = &b };
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

static uint32_t bitfield(struct btf_image *b, uint32_t type, uint32_t offset, uint32_t bits)
{
	btf_image_words(b, 3, btf_image_name(b, "s"), BTF_INFO_ENC(BTF_KIND_STRUCT, 1, 1), 16u);
	btf_image_member(b, "x", type, bits << 24 | offset);
	return ++b->ntypes;
}

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

/* ---- candidates ------------------------------------------------------------- */

TEST(candidates_must_agree)
{
	uint32_t s = moved();

	one_member(&kernel, "s___two", "x", INT, 96, 16);
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(ALU).imm, 12);
	CHECK_INT(last.ncandidates, 2);
	s = moved();
	one_member(&kernel, "s___two", "x", INT, 96, 16);
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	one_member(&kernel, "s___three", "x", INT, 64, 16);
	CHECK_FAILS(-EINVAL, "hello, relocation 0, instruction 0, s.x: there is more than one, and they differ: 12 in s (type 2 of"
		    " vmlinux), 8 in s___three (type 4 of vmlinux)");
}

/* The same offset by chance, but not the same bits. */
TEST(candidates_must_mean_the_same)
{
	begin();
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, bitfield(&m.btf, INT, 0, 3), "0:0");
	bitfield(&kernel, INT, 0, 3);
	bitfield(&kernel, INT, 3, 3);
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "they differ: bit 0 in s (type 2 of vmlinux), bit 3 in s (type 3 of vmlinux)");
}

TEST(other_kinds_are_no_candidates)
{
	uint32_t s = moved();

	btf_image_type(&kernel, "s", BTF_KIND_TYPEDEF, 0, INT);
	btf_image_type(&kernel, "s", BTF_KIND_FWD, 0, 0);
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, s, "0:0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(last.ncandidates, 1);
}

TEST(a_type_without_a_name)
{
	begin();
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "", "x", INT, 0, 4), "0:0");
	CHECK_FAILS(-EOPNOTSUPP, "hello, relocation 0, instruction 0, type 2.x: a type without a name cannot be looked for");
	begin();
	relo(ALU, BPF_CORE_TYPE_ID_LOCAL, one_member(&m.btf, "", "x", INT, 0, 4), "0");
	CHECK_INT(relocate(), 0);
	CHECK_INT(INSN(ALU).imm, 2);
}

/* ---- types that match ------------------------------------------------------- */

TEST(type_match)
{
	struct bpf_insn *insn;
	struct view types;
	struct {
		const char *name;
		uint32_t local, target;
		int want;
	} c[32];
	unsigned n = 0;
	uint32_t lp, tp;

	begin();
#define L(...) btf_image_type(&m.btf, __VA_ARGS__)
#define K(...) btf_image_type(&kernel, __VA_ARGS__)
#define CASE(NAME, LOCAL, TARGET, WANT) (c[n].name = NAME, c[n].local = (LOCAL), c[n].target = (TARGET), c[n++].want = (WANT))
	CASE("int", INT, INT, 1);
	CASE("other name", INT, btf_image_int(&kernel, "long", 4, BTF_INT_SIGNED), 0);
	CASE("other sign", INT, btf_image_int(&kernel, "int", 4, 0), 0);
	CASE("other size", INT, btf_image_int(&kernel, "int", 8, BTF_INT_SIGNED), 0);
	CASE("modifiers", L("", BTF_KIND_CONST, 0, INT), K("t", BTF_KIND_TYPEDEF, 0, INT), 1);
	lp = L("", BTF_KIND_PTR, 0, INT), tp = K("", BTF_KIND_PTR, 0, INT);
	CASE("pointer", lp, tp, 1);
	CASE("pointer and int", lp, INT, 0);
	CASE("void pointer", L("", BTF_KIND_PTR, 0, 0), K("", BTF_KIND_PTR, 0, 0), 1);
	CASE("void and int", L("", BTF_KIND_PTR, 0, 0), tp, 0);
	CASE("array", btf_image_array(&m.btf, INT, 3), btf_image_array(&kernel, INT, 3), 1);
	CASE("longer array", btf_image_array(&m.btf, INT, 3), btf_image_array(&kernel, INT, 4), 0);
	CASE("forward", L("f", BTF_KIND_FWD, 0, 0), K("f", BTF_KIND_FWD, 0, 0), 1);
	CASE("forward and struct", L("f", BTF_KIND_FWD, 0, 0), one_member(&kernel, "f", "x", INT, 0, 4), 0);
	CASE("behind a pointer", L("", BTF_KIND_PTR, 0, L("f", BTF_KIND_FWD, 0, 0)),
	     K("", BTF_KIND_PTR, 0, one_member(&kernel, "f", "x", INT, 0, 4)), 1);
	CASE("struct behind a pointer", L("", BTF_KIND_PTR, 0, one_member(&m.btf, "f", "y", INT, 0, 4)),
	     K("", BTF_KIND_PTR, 0, one_member(&kernel, "f", "x", INT, 0, 4)), 1);
	CASE("members", one_member(&m.btf, "f", "y", INT, 0, 4), one_member(&kernel, "f", "x", INT, 0, 4), 0);
	CASE("float", L("float", BTF_KIND_FLOAT, 0, 4), K("float", BTF_KIND_FLOAT, 0, 4), 0);	/* as libbpf: nothing to compare */
	for (unsigned i = 0; i < n; i++) {
		char name[16];

		snprintf(name, sizeof(name), "case%u", i);
		c[i].local = one_member(&m.btf, name, "x", c[i].local, 0, 16);
		one_member(&kernel, name, "x", c[i].target, 0, 16);
	}
	types = kernel_view();
	CHECK_STR((build(), d.msg), "");
	insn = (struct bpf_insn *)(uintptr_t)&o.funcs[0].insns[ALU];
	insn->imm = 1;			/* what the compiler puts there */
	for (unsigned i = 0; i < n; i++) {
		struct core_kernel k = { .find = find, .tell = tell };
		struct btf b;

		NOTE("%s", c[i].name);
		nrelos = 0;
		relos[nrelos++] = (struct core_relo){ .insn = ALU, .type_id = c[i].local, .kind = BPF_CORE_TYPE_MATCHES };
		for (uint32_t off = 1; strcmp(btf_str(&o.btf, relos[0].access_off), "0") != 0 && off < o.btf.strings.size; off++)
			relos[0].access_off = off;
		CHECK_INT(btf_parse(types, &a, &b, &d), 0);
		k.ctx = &b;
		o.core = relos;
		o.ncore = nrelos;
		CHECK_INT(core_relocate(&o, &k, &a, &d), 0);
		CHECK_INT(INSN(ALU).imm, c[i].want);
		CHECK(c[i].want || *last.candidates[0].why);
	}
}

/* ---- what nobody compiles --------------------------------------------------- */

/*
 * Eight members of one name, each a struct of eight of one name, and so on: 8 to the power of the depth ways to compare
 * them, and the innermost does not match.
 */
TEST(comparing_ends)
{
	uint32_t local = INT, target;

	begin();
	target = btf_image_int(&kernel, "int", 8, 0);
	for (unsigned level = 0; level < 20; level++) {
		local = one_member(&m.btf, level == 19 ? "s" : "", "x", local, 0, 8);
		target = btf_image_type(&kernel, level == 19 ? "s" : "", BTF_KIND_STRUCT, 8, 8);
		for (unsigned i = 0; i < 8; i++)
			btf_image_member(&kernel, "x", target - 1, 0);
	}
	relo(ALU, BPF_CORE_TYPE_MATCHES, local, "0");
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "its types lead on for too long");
}

TEST(registers)
{
	begin();
	one_member(&m.btf, "user_pt_regs", "regs", INT, 0, 8);
	CHECK_STR((build(), registers_of_object(&o)), "arm64");
	begin();
	one_member(&m.btf, "pt_regs___x", "di", INT, 0, 8);
	CHECK_STR((build(), registers_of_object(&o)), "x86");
	begin();
	one_member(&m.btf, "pt_regs", "something", INT, 0, 8);
	CHECK_STR((build(), d.msg), "");
	CHECK(!registers_of_object(&o));
	begin();
	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "user_pt_regs", "regs", INT, 0, 8), "0:0");
	CHECK_INT(relocate(), 0);
	CHECK_STR(last.text, "this kernel has no user_pt_regs.regs, a register of arm64: the object was compiled for that machine");
}
