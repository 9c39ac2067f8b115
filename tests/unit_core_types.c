/*
 * CO-RE: which type of the kernel is meant, and which is not, and why.
 *
 * Next: tests/btf_texts.h
 */
#include "tests/core_image.h"

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
		struct core_kernel k = { .find = core_find, .tell = core_tell };
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

/* ---- why not ---------------------------------------------------------------- */

static uint32_t l(const char *name, uint32_t kind, uint32_t vlen, uint32_t size)
{
	return btf_image_type(&m.btf, name, kind, vlen, size);
}

static uint32_t k(const char *name, uint32_t kind, uint32_t vlen, uint32_t size)
{
	return btf_image_type(&kernel, name, kind, vlen, size);
}

/* int f(parameters), all int; an enum of the values A, B, ... */
static uint32_t proto(struct btf_image *b, uint32_t n)
{
	uint32_t id = btf_image_type(b, "", BTF_KIND_FUNC_PROTO, n, INT);

	for (uint32_t i = 0; i < n; i++)
		btf_image_words(b, 2, 0u, INT);
	return id;
}

static uint32_t enumeration(struct btf_image *b, const char *names, uint32_t size)
{
	uint32_t id = btf_image_type(b, "e", BTF_KIND_ENUM, (uint32_t)strlen(names), size);

	for (; *names; names++)
		btf_image_words(b, 2, btf_image_name(b, (const char[]){ *names, 0 }), 0u);
	return id;
}

/* The types called t on both sides must lead to these; the instruction holds what is compiled; why the kernel's is not it. */
#define CHECK_WHY(KIND, PATH, COMPILED, LOCAL, TARGET, WHY) do {			\
	NOTE("%s", WHY);								\
	relo(ALU, KIND, l("t", BTF_KIND_TYPEDEF, 0, LOCAL), PATH);			\
	k("t", BTF_KIND_TYPEDEF, 0, TARGET);						\
	compiled = COMPILED;								\
	CHECK_INT(relocate(), 0);							\
	CHECK_INT(last.candidates[0].matches, 0);					\
	CHECK_STR(last.candidates[0].why, WHY);						\
	begin();									\
} while (0)

TEST(why_a_type_is_another)
{
	uint32_t bits;

	begin();
	CHECK_WHY(BPF_CORE_TYPE_EXISTS, "0", 1, INT, k("", BTF_KIND_PTR, 0, 0), "it is a ptr there, and an int in the object");
	bits = l("bits", BTF_KIND_INT, 0, 4);
	btf_image_words(&m.btf, 1, 3u << 16 | 5u);	/* 5 bits, from the third on */
	CHECK_WHY(BPF_CORE_TYPE_EXISTS, "0", 1, bits, INT, "it is an integer of some bits of another");
	CHECK_WHY(BPF_CORE_TYPE_EXISTS, "0", 1, l("x", BTF_KIND_FLOAT, 0, 4), k("x", BTF_KIND_FLOAT, 0, 4),
		  "a float is nothing to compare");
	CHECK_WHY(BPF_CORE_TYPE_EXISTS, "0", 1, proto(&m.btf, 2), proto(&kernel, 1),
		  "it takes 1 arguments there, and 2 in the object");
	CHECK_WHY(BPF_CORE_TYPE_EXISTS, "0", 1, btf_image_array(&m.btf, l("", BTF_KIND_PTR, 0, INT), 2),
		  btf_image_array(&kernel, INT, 2), "it is an int there, and a ptr in the object");
}

TEST(why_a_type_does_not_match)
{
	begin();
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, enumeration(&m.btf, "A", 4), k("e", BTF_KIND_STRUCT, 0, 4), "e is no enum there");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, enumeration(&m.btf, "A", 4), enumeration(&kernel, "A", 8),
		  "e has 8 bytes there, and 4 in the object");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, enumeration(&m.btf, "AC", 4), enumeration(&kernel, "AB", 4),
		  "e has no value C there");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, enumeration(&m.btf, "AA", 4), enumeration(&kernel, "A", 4),
		  "e has fewer values there");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, one_member(&m.btf, "s", "x", INT, 0, 4), k("s", BTF_KIND_STRUCT, 0, 4),
		  "s has 0 members there, and 1 in the object");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, one_member(&m.btf, "s", "x", INT, 0, 4), one_member(&kernel, "s", "y", INT, 0, 4),
		  "s has no member x there");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, one_member(&m.btf, "s", "x", INT, 0, 4), k("s", BTF_KIND_UNION, 0, 4),
		  "s is a union there, and a struct in the object");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, proto(&m.btf, 2), proto(&kernel, 1),
		  "the function takes 1 arguments there, and 2 in the object");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, INT, btf_image_int(&kernel, "int", 4, 0), "int is unsigned there");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, INT, btf_image_int(&kernel, "long", 4, 0), "long stands where the object has int");
	CHECK_WHY(BPF_CORE_TYPE_MATCHES, "0", 1, l("x", BTF_KIND_FLOAT, 0, 4), k("x", BTF_KIND_FLOAT, 0, 4),
		  "a float is nothing to compare");
}

TEST(why_a_path_leads_nowhere)
{
	uint32_t is, nothing;

	begin();
	CHECK_WHY(BPF_CORE_ENUMVAL_VALUE, "0", 0, enumeration(&m.btf, "A", 4), INT, "it is no enum");
	CHECK_WHY(BPF_CORE_ENUMVAL_VALUE, "0", 0, enumeration(&m.btf, "A", 4), enumeration(&kernel, "B", 4), "it has no value A");
	CHECK_WHY(BPF_CORE_FIELD_BYTE_OFFSET, "0:0", 0, one_member(&m.btf, "s", "x", INT, 0, 4),
		  one_member(&kernel, "s", "y", INT, 0, 4), "struct s has no member x");
	CHECK_WHY(BPF_CORE_FIELD_BYTE_OFFSET, "0:0", 0, one_member(&m.btf, "s", "x", INT, 0, 4),
		  one_member(&kernel, "s", "x", k("", BTF_KIND_PTR, 0, INT), 0, 8), "x is int * there, and int in the object");
	CHECK_WHY(BPF_CORE_FIELD_BYTE_OFFSET, "0:0:0", 0, one_member(&m.btf, "s", "x", one_member(&m.btf, "", "y", INT, 0, 4), 0, 4),
		  one_member(&kernel, "s", "x", k("", BTF_KIND_UNION, 0, 4), 0, 4), "union {} has no member y");
	CHECK_WHY(BPF_CORE_FIELD_BYTE_OFFSET, "0:0", 0, btf_image_array(&m.btf, INT, 2), INT, "the element is no array there");

	/* An element that has no size, and one that is far away: neither can be said where it is. */
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, l("t", BTF_KIND_TYPEDEF, 0, INT), "0");
	k("t", BTF_KIND_TYPEDEF, 0, 0);
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "t: comparing it with type 2 of vmlinux: element 0 of it has no place");
	begin();
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, l("t", BTF_KIND_TYPEDEF, 0, INT), "100000");
	is = btf_image_array(&kernel, INT, 100000);
	k("t", BTF_KIND_TYPEDEF, 0, is);
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "t[100000]: comparing it with type 3 of vmlinux: element 100000 of it has no place");

	/* 70 structs without a name, one in the other. */
	begin();
	nothing = INT;
	for (unsigned i = 0; i < 70; i++)
		nothing = one_member(&kernel, i == 69 ? "s" : "", i ? "" : "x", nothing, 0, 4);
	relo(ALU, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "s", "x", INT, 0, 4), "0:0");
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "s.x: comparing it with type 71 of vmlinux: is more than 64 steps deep");
}

/* n pointers, one to the next. */
static uint32_t pointers(struct btf_image *b, uint32_t n)
{
	uint32_t id = INT;

	while (n--)
		id = btf_image_type(b, "", BTF_KIND_PTR, 0, id);
	return id;
}

TEST(types_that_lead_on)
{
	static const uint32_t kinds[] = { BPF_CORE_TYPE_EXISTS, BPF_CORE_TYPE_MATCHES };

	for (unsigned i = 0; i < 2; i++) {
		begin();
		relo(ALU, kinds[i], l("t", BTF_KIND_TYPEDEF, 0, pointers(&m.btf, 31)), "0");
		k("t", BTF_KIND_TYPEDEF, 0, pointers(&kernel, 31));
		compiled = 1;
		CHECK_INT(relocate(), 0);
		CHECK_INT(last.candidates[0].matches, 1);
		begin();
		relo(ALU, kinds[i], l("t", BTF_KIND_TYPEDEF, 0, pointers(&m.btf, 32)), "0");
		k("t", BTF_KIND_TYPEDEF, 0, pointers(&kernel, 32));
		CHECK_INT(relocate(), -EINVAL);
		CHECK_HAS(d.msg, "comparing it with type 34 of vmlinux: its type leads through more than 32 others");
	}
}

/* n structs, one in the other. */
static uint32_t structs(struct btf_image *b, uint32_t n)
{
	uint32_t id = INT;

	while (n--)
		id = one_member(b, "s", "x", id, 0, 4);
	return id;
}

TEST(types_that_contain_on)
{
	begin();
	relo(ALU, BPF_CORE_TYPE_MATCHES, l("t", BTF_KIND_TYPEDEF, 0, structs(&m.btf, 31)), "0");
	k("t", BTF_KIND_TYPEDEF, 0, structs(&kernel, 31));
	compiled = 1;
	CHECK_INT(relocate(), 0);
	CHECK_INT(last.candidates[0].matches, 1);
	begin();
	relo(ALU, BPF_CORE_TYPE_MATCHES, l("t", BTF_KIND_TYPEDEF, 0, structs(&m.btf, 32)), "0");
	k("t", BTF_KIND_TYPEDEF, 0, structs(&kernel, 32));
	CHECK_INT(relocate(), -EINVAL);
	CHECK_HAS(d.msg, "comparing it with type 34 of vmlinux: its type leads through more than 32 others");
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
