/*
 * BPF objects for tests, written section by section and symbol by symbol.
 *
 *	static struct object_image m;			or object_image_start(&m) to begin anew
 *	uint32_t code = object_code(&m, "kprobe/x", insns, 4);
 *	uint32_t hello = object_symbol(&m, "hello", STB_GLOBAL, STT_FUNC, code, 0, 32);
 *	object_reloc(&m, code, 8, hello, R_BPF_64_32);
 *	object_variable(&m, data, "limit", type, BTF_VAR_GLOBAL_ALLOCATED, 0, 4);	its symbol and its BTF
 *	struct view file = object_image_view(&m);
 *
 * Relocation sections, .BTF with a DATASEC for each section of variables, .symtab and .strtab come by themselves, with
 * what a compiler leaves open left open. What should be wrong is put in wrong, or written into the image afterwards.
 *
 * Next: tests/unit_object_code.c
 */
#ifndef TESTS_OBJECT_IMAGE_H
#define TESTS_OBJECT_IMAGE_H

#include "elf/object.h"
#include "tests/btf_image.h"
#include "tests/check.h"
#include "tests/elf_image.h"

enum { OBJECT_SECTIONS = 40, OBJECT_SYMBOLS = 64, OBJECT_RELOCS = 8 };

struct object_image {
	struct image_section sections[OBJECT_SECTIONS];	/* [0] is the first one: number 1 */
	uint32_t nsections;
	struct elf64_sym symbols[OBJECT_SYMBOLS];
	uint32_t nsymbols;
	char names[2048];
	uint32_t names_size;
	struct elf64_rel relocs[OBJECT_SECTIONS][OBJECT_RELOCS];
	uint32_t nrelocs[OBJECT_SECTIONS];
	struct btf_image btf;
	struct { uint32_t section, var, offset, size; } vars[OBJECT_SYMBOLS];
	uint32_t nvars;
	unsigned char btf_bytes[1 << 14];
};

#define MOV_R0_0	{ BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0 }
#define EXIT		{ BPF_JMP | BPF_EXIT, 0, 0, 0, 0 }
#define LD_IMM64(imm)	{ BPF_INSN_LD_IMM64, 1, 0, 0, (imm) }, { 0, 0, 0, 0, 0 }
#define CALL_FUNC(imm)	{ BPF_INSN_CALL, 0, BPF_PSEUDO_CALL, 0, (imm) }

static inline void object_image_start(struct object_image *m)
{
	memset(m, 0, sizeof(*m));
	m->nsymbols = 1;
	m->names_size = 1;
}

static inline uint32_t object_section(struct object_image *m, const char *name, uint32_t type, uint64_t flags,
				      const void *bytes, size_t size)
{
	if (m->nsections == OBJECT_SECTIONS)
		abort();
	m->sections[m->nsections++] = (struct image_section){
		.name = name, .type = type, .flags = flags, .bytes = bytes, .size = size,
	};
	return m->nsections;
}

static inline uint32_t object_code(struct object_image *m, const char *name, const struct bpf_insn *insns, size_t n)
{
	return object_section(m, name, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, insns, n * sizeof(*insns));
}

static inline uint32_t object_symbol(struct object_image *m, const char *name, unsigned bind, unsigned type,
				     uint32_t section, uint64_t value, uint64_t size)
{
	struct elf64_sym s = {
		.st_name = *name ? m->names_size : 0, .st_info = (unsigned char)(bind << 4 | type),
		.st_shndx = (uint16_t)section, .st_value = value, .st_size = size,
	};

	if (m->nsymbols == OBJECT_SYMBOLS || m->names_size + strlen(name) + 1 > sizeof(m->names))
		abort();
	memcpy(m->names + m->names_size, name, strlen(name) + 1);
	m->names_size += (uint32_t)strlen(name) + 1;
	m->symbols[m->nsymbols] = s;
	return m->nsymbols++;
}

static inline void object_reloc(struct object_image *m, uint32_t section, uint64_t offset, uint32_t symbol, uint32_t type)
{
	uint32_t n = m->nrelocs[section - 1]++;

	if (n == OBJECT_RELOCS)
		abort();
	m->relocs[section - 1][n] = (struct elf64_rel){ offset, (uint64_t)symbol << 32 | type };
}

/* What only BTF says of a variable; returns its VAR. */
static inline uint32_t object_btf_variable(struct object_image *m, uint32_t section, const char *name, uint32_t type,
					   uint32_t linkage, uint32_t offset, uint32_t size)
{
	uint32_t var = btf_image_type(&m->btf, name, BTF_KIND_VAR, 0, type);

	btf_image_words(&m->btf, 1, linkage);
	m->vars[m->nvars].section = section;
	m->vars[m->nvars].var = var;
	m->vars[m->nvars].offset = linkage == BTF_VAR_STATIC ? offset : 0;
	m->vars[m->nvars++].size = size;
	return var;
}

/* A variable as compilers write it: symbol and BTF. Returns the symbol. */
static inline uint32_t object_variable(struct object_image *m, uint32_t section, const char *name, uint32_t type,
				       uint32_t linkage, uint32_t offset, uint32_t size)
{
	object_btf_variable(m, section, name, type, linkage, offset, size);
	return object_symbol(m, name, linkage == BTF_VAR_STATIC ? STB_LOCAL : STB_GLOBAL, STT_OBJECT, section, offset, size);
}

/* __uint(x, n) and __type(x, type) */
static inline uint32_t object_uint(struct object_image *m, uint32_t n)
{
	return btf_image_type(&m->btf, "", BTF_KIND_PTR, 0, btf_image_array(&m->btf, 1, n));
}

static inline uint32_t object_pointer(struct object_image *m, uint32_t type)
{
	return btf_image_type(&m->btf, "", BTF_KIND_PTR, 0, type);
}

static inline void object_image_btf(struct object_image *m)
{
	struct view v;

	for (uint32_t s = 1, n; s <= m->nsections; s++) {
		n = 0;
		for (uint32_t i = 0; i < m->nvars; i++)
			n += m->vars[i].section == s;
		if (n)
			btf_image_type(&m->btf, m->sections[s - 1].name, BTF_KIND_DATASEC, n, 0);
		for (uint32_t i = 0; i < m->nvars; i++)
			if (m->vars[i].section == s)
				btf_image_words(&m->btf, 3, m->vars[i].var, m->vars[i].offset, m->vars[i].size);
	}
	if (!m->btf.ntypes)
		return;
	v = btf_image_view(&m->btf);
	if (v.size > sizeof(m->btf_bytes))
		abort();
	memcpy(m->btf_bytes, v.base, v.size);
	object_section(m, ".BTF", SHT_PROGBITS, 0, m->btf_bytes, v.size);
}

static inline struct view object_image_view(struct object_image *m)
{
	static char names[OBJECT_SECTIONS][64];
	uint32_t symtab, code;

	object_image_btf(m);
	symtab = object_section(m, ".symtab", SHT_SYMTAB, 0, m->symbols, m->nsymbols * sizeof(m->symbols[0]));
	m->sections[symtab - 1].link = object_section(m, ".strtab", SHT_STRTAB, 0, m->names, m->names_size);
	m->sections[symtab - 1].entsize = sizeof(struct elf64_sym);
	for (code = 1; code <= symtab; code++) {
		uint32_t rel;

		if (!m->nrelocs[code - 1])
			continue;
		snprintf(names[code - 1], sizeof(names[0]), ".rel%s", m->sections[code - 1].name);
		rel = object_section(m, names[code - 1], SHT_REL, 0, m->relocs[code - 1],
				     m->nrelocs[code - 1] * sizeof(struct elf64_rel));
		m->sections[rel - 1].link = symtab;
		m->sections[rel - 1].info = code;
		m->sections[rel - 1].entsize = sizeof(struct elf64_rel);
	}
	return image_elf(m->sections, m->nsections);
}

/* ---- one object at a time: what the tests of objects share ------------------ */

enum { INT = 1 };			/* the first type of every BTF here */

static struct object_image m;
static struct object o;
static struct arena a;
static struct diag d;
static uint32_t code;			/* number of section kprobe/x */

static inline int build_file(struct view file)
{
	arena_free(&a);
	memset(&d, 0, sizeof(d));
	return object_build(file, "dir/image.bpf.o", &a, &o, &d);
}

static inline int build(void)
{
	return build_file(object_image_view(&m));
}

/* One program "hello", symbol 1, of these instructions. */
static inline void start_with(const struct bpf_insn *insns, size_t n)
{
	object_image_start(&m);
	btf_image_int(&m.btf, "int", 4, BTF_INT_SIGNED);
	code = object_code(&m, "kprobe/x", insns, n);
	object_symbol(&m, "hello", STB_GLOBAL, STT_FUNC, code, 0, n * sizeof(*insns));
}

static inline void start(void)
{
	static const struct bpf_insn two[] = { MOV_R0_0, EXIT };

	start_with(two, 2);
}

/* hello loads an address with this imm; .bss has 8 bytes; x, symbol 2, is the second half of them. */
static inline void start_load(int32_t imm)
{
	static struct bpf_insn insns[] = { LD_IMM64(0), MOV_R0_0, EXIT };
	uint32_t bss;

	insns[0].imm = imm;
	start_with(insns, 4);
	bss = object_section(&m, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, 8);
	object_variable(&m, bss, "x", INT, BTF_VAR_GLOBAL_ALLOCATED, 4, 4);
}

/*
 * hello calls with this imm; .text has two sub-programs of two instructions: first, symbol 2, and second, symbol 3. The
 * section is symbol 4.
 */
static inline void start_call(int32_t imm, unsigned src_reg)
{
	static const struct bpf_insn subs[] = { MOV_R0_0, EXIT, MOV_R0_0, EXIT };
	static struct bpf_insn insns[] = { CALL_FUNC(0), EXIT };
	uint32_t text;

	insns[0].imm = imm;
	insns[0].src_reg = (uint8_t)(src_reg & 0xf);
	start_with(insns, 2);
	text = object_code(&m, ".text", subs, 4);
	object_symbol(&m, "first", STB_LOCAL, STT_FUNC, text, 0, 16);
	object_symbol(&m, "second", STB_GLOBAL, STT_FUNC, text, 16, 16);
	object_symbol(&m, "", STB_LOCAL, STT_SECTION, text, 0, 0);
}

/* The relocation of hello's first instruction. */
static inline const struct reloc *hello_reloc(void)
{
	for (uint32_t i = 0; i < o.nfuncs; i++)
		if (strcmp(o.funcs[i].name, "hello") == 0 && o.funcs[i].nrelocs == 1)
			return o.funcs[i].relocs;
	FAIL("hello has not one relocation");
}

/* A struct type with these members, 8 bytes each: name, type, name, type, ..., NULL. */
static inline uint32_t definition(const char *name, ...)
{
	struct { const char *name; uint32_t type; } members[8];
	uint32_t n = 0, id;
	va_list ap;

	va_start(ap, name);
	for (; name; name = va_arg(ap, const char *)) {
		members[n].name = name;
		members[n++].type = va_arg(ap, uint32_t);
	}
	va_end(ap);
	id = btf_image_type(&m.btf, "", BTF_KIND_STRUCT, n, 8 * n);
	for (uint32_t i = 0; i < n; i++)
		btf_image_member(&m.btf, members[i].name, members[i].type, 64 * i);
	return id;
}

#define UINT(N) object_uint(&m, N)
#define TYPE(N) object_pointer(&m, N)

/* Section 2 is .maps, 32 bytes. */
static inline void start_maps(void)
{
	start();
	object_section(&m, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678123456781234567812345678", 32);
}

static inline void map_of(uint32_t type)
{
	object_variable(&m, 2, "counts", type, BTF_VAR_GLOBAL_ALLOCATED, 0, 32);
}

#define CHECK_BAD(WHERE, MSG) do {			\
	CHECK_INT(build(), -EINVAL);			\
	CHECK(image_said_well(-EINVAL, &d));		\
	CHECK_STR(d.msg, MSG);				\
	CHECK_STR(d.where, WHERE);			\
} while (0)

#define CHECK_BUILDS() CHECK_STR((build(), d.msg), "")

#define CHECK_REFUSED(LINE) do {			\
	CHECK_BUILDS();					\
	CHECK_INT(o.nrefused, 1);			\
	CHECK_STR(o.refused[0], LINE);			\
} while (0)

#endif
