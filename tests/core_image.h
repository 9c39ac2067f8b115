/*
 * CO-RE, one relocation at a time: an object's types, a kernel's types, an instruction before and after.
 *
 *	begin();
 *	relo(LOAD, BPF_CORE_FIELD_BYTE_OFFSET, one_member(&m.btf, "s", "x", INT, 0, 4), "0:0");	the object
 *	one_member(&kernel, "s", "x", INT, 96, 16);						the kernel
 *	CHECK_INT(relocate(), 0);
 *	CHECK_INT(INSN(LOAD).off, 12);								and what was told is in `last`
 *
 * Next: tests/unit_core.c
 */
#ifndef TESTS_CORE_IMAGE_H
#define TESTS_CORE_IMAGE_H

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
static int32_t compiled;		/* what the first instruction holds */

/* All types of the kernel of that name; CO-RE itself leaves out what is of another kind. */
static inline int core_find(void *ctx, uint32_t i, uint32_t kind, const char *name, struct core_source *out, struct diag *diag)
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

static inline void core_tell(void *ctx, const struct core_result *r)
{
	(void)ctx;
	last = *r;
	nlast++;
}

/* A program of one instruction of each shape; begin() and the types of both sides come before relocate(). */
enum { ALU, LOAD, LONG, LONG_2, LONG_MAP, LONG_MAP_2, ADD_REG, JUMP, MAPPED_END };

static inline void begin(void)
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
	compiled = 0;
}

static inline void relo(uint32_t insn, uint32_t kind, uint32_t type, const char *path)
{
	relos[nrelos] = (struct core_relo){
		.insn = insn, .number = nrelos, .type_id = type, .kind = kind, .access_off = btf_image_name(&m.btf, path),
	};
	nrelos++;
}

/* The types of a struct with one member for each (name, type, bit offset). */
static inline uint32_t one_member(struct btf_image *b, const char *name, const char *member, uint32_t type, uint32_t offset,
			   uint32_t size)
{
	uint32_t id = btf_image_type(b, name, BTF_KIND_STRUCT, 1, size);

	btf_image_member(b, member, type, offset);
	return id;
}

/* There is one image at a time, and the object's bytes are to stay: so the kernel's are kept here. */
static inline struct view kernel_view(void)
{
	static uint32_t bytes[4096];
	struct view v = btf_image_view(&kernel);

	CHECK(v.size <= sizeof(bytes));
	memcpy(bytes, v.base, v.size);
	return (struct view){ (const void *)bytes, v.size };
}

static inline int relocate(void)
{
	struct core_kernel k = { .find = core_find, .tell = core_tell };
	struct view types = kernel_view();
	struct btf b;

	CHECK_STR((build(), d.msg), "");
	((struct bpf_insn *)(uintptr_t)o.funcs[0].insns)[ALU].imm = compiled;
	CHECK_INT(btf_parse(types, &a, &b, &d), 0);
	b.pointer_size = pointer_size;
	k.ctx = &b;
	o.core = relos;
	o.ncore = nrelos;
	return core_relocate(&o, &k, &a, &d);
}

/* s.x is at 0 in the object and at 12 in the kernel. */
static inline uint32_t moved(void)
{
	begin();
	one_member(&kernel, "s", "x", INT, 96, 16);
	return one_member(&m.btf, "s", "x", INT, 0, 4);
}

/* struct s { type x : bits; }, 16 bytes */
static inline uint32_t bitfield(struct btf_image *b, uint32_t type, uint32_t offset, uint32_t bits)
{
	btf_image_words(b, 3, btf_image_name(b, "s"), BTF_INFO_ENC(BTF_KIND_STRUCT, 1, 1), 16u);
	btf_image_member(b, "x", type, bits << 24 | offset);
	return ++b->ntypes;
}

#define CHECK_FAILS(CODE, MSG) do {			\
	CHECK_INT(relocate(), CODE);			\
	CHECK_STR(d.msg, MSG);				\
	CHECK_STR(d.where, "CO-RE");			\
} while (0)

#define INSN(N) (o.funcs[0].relocated[N])

#endif
