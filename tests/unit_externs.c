/*
 * Externs in an object: which there are, where in .kconfig each lies, what becomes of the instructions that use them and
 * of the BTF that the kernel gets.
 *
 * Next: tests/unit_kconfig.c
 */
#include "elf/link.h"
#include "tests/object_image.h"
#include "uapi/bpf_cmd.h"

enum { MAX = 8 };

/* The externs of one section, before they are written into m. */
static struct { uint32_t ids[MAX], sizes[MAX], n; } section;

static uint32_t symbol_of(const char *name, unsigned bind)
{
	return object_symbol(&m, name, bind, STT_NOTYPE, SHN_UNDEF, 0, 0);
}

/* extern TYPE name, as clang writes it; returns the symbol. */
static uint32_t variable(const char *name, uint32_t type, uint32_t size, unsigned bind)
{
	section.ids[section.n] = btf_image_type(&m.btf, name, BTF_KIND_VAR, 0, type);
	section.sizes[section.n++] = size;
	btf_image_words(&m.btf, 1, (uint32_t)BTF_VAR_GLOBAL_EXTERN);
	return symbol_of(name, bind);
}

/* extern int name(int) */
static uint32_t function(const char *name, unsigned bind)
{
	uint32_t proto = btf_image_type(&m.btf, "", BTF_KIND_FUNC_PROTO, 1, INT);

	btf_image_words(&m.btf, 2, 0u, INT);
	section.ids[section.n] = btf_image_type(&m.btf, name, BTF_KIND_FUNC, BTF_FUNC_EXTERN, proto);
	section.sizes[section.n++] = 0;
	return symbol_of(name, bind);
}

/* What was declared since the last one is in the section of that name. */
static void ends(const char *name)
{
	btf_image_type(&m.btf, name, BTF_KIND_DATASEC, section.n, 0);
	for (uint32_t i = 0; i < section.n; i++)
		btf_image_words(&m.btf, 3, section.ids[i], 0u, section.sizes[i]);
	section.n = 0;
}

static uint32_t tristate(uint32_t size)
{
	uint32_t id = btf_image_type(&m.btf, "libbpf_tristate", BTF_KIND_ENUM, 1, size);

	btf_image_words(&m.btf, 2, btf_image_name(&m.btf, "TRI_NO"), 0u);
	return id;
}

static void begin(void)
{
	static const struct bpf_insn insns[] = { LD_IMM64(0), MOV_R0_0, EXIT };

	start_with(insns, 4);
	section.n = 0;
}

static const struct external *named(const char *name)
{
	const struct external *e = external_named(&o, name, strlen(name));

	CHECK(e != NULL);
	return e;
}

TEST(none)
{
	start();
	CHECK_BUILDS();
	CHECK_INT(o.nexternals, 0);
	CHECK_INT(o.kconfig_map, NO_INDEX);
	CHECK(external_named(&o, "x", 1) == NULL);
}

/* The widest alignment first, then the smallest, then by name: so libbpf lays them out. */
TEST(kconfig_layout)
{
	static const struct { const char *name; uint32_t offset; } want[] = {
		{ "CONFIG_LONG", 0 }, { "CONFIG_INT_A", 8 }, { "CONFIG_INT_B", 12 }, { "CONFIG_TRI", 16 },
		{ "CONFIG_SHORT", 20 }, { "CONFIG_BOOL", 22 }, { "CONFIG_CHAR", 23 }, { "CONFIG_A_TEXT", 24 },
	};
	uint32_t boolean, character, wide, narrow;

	begin();
	boolean = btf_image_int(&m.btf, "_Bool", 1, BTF_INT_BOOL);
	character = btf_image_int(&m.btf, "char", 1, BTF_INT_SIGNED);
	wide = btf_image_type(&m.btf, "u64", BTF_KIND_TYPEDEF, 0, btf_image_int(&m.btf, "long", 8, 0));
	narrow = btf_image_type(&m.btf, "", BTF_KIND_CONST, 0, btf_image_int(&m.btf, "short", 2, BTF_INT_SIGNED));
	variable("CONFIG_A_TEXT", btf_image_array(&m.btf, character, 7), 7, STB_GLOBAL);
	variable("CONFIG_CHAR", character, 1, STB_GLOBAL);
	variable("CONFIG_BOOL", boolean, 1, STB_WEAK);
	variable("CONFIG_INT_B", INT, 4, STB_GLOBAL);
	variable("CONFIG_INT_A", INT, 4, STB_GLOBAL);
	variable("CONFIG_LONG", wide, 8, STB_GLOBAL);
	variable("CONFIG_SHORT", narrow, 2, STB_GLOBAL);
	variable("CONFIG_TRI", tristate(4), 4, STB_GLOBAL);
	ends(".kconfig");
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	CHECK_INT(o.nexternals, sizeof(want) / sizeof(want[0]));
	for (uint32_t i = 0; i < o.nexternals; i++) {
		NOTE("extern %u", i);
		CHECK_STR(o.externals[i].name, want[i].name);
		CHECK_INT(o.externals[i].offset, want[i].offset);
		CHECK_INT(o.externals[i].is_weak, i == 5);
		CHECK_STR(o.globals[i].name, want[i].name);
		CHECK_INT(o.globals[i].offset, want[i].offset);
		CHECK_INT(o.globals[i].map, o.kconfig_map);
	}
	CHECK_STR(o.maps[o.kconfig_map].name, ".kconfig");
	CHECK_STR(o.maps[o.kconfig_map].kernel_name, "image.kconfig");
	CHECK_INT(o.maps[o.kconfig_map].value_size, 31);
	CHECK_INT(o.maps[o.kconfig_map].flags, BPF_F_RDONLY_PROG | BPF_F_MMAPABLE);
	CHECK(o.maps[o.kconfig_map].frozen);
	CHECK_INT(named("CONFIG_SHORT")->is_signed, 1);
	CHECK_INT(named("CONFIG_LONG")->is_signed, 0);
	CHECK_INT(named("CONFIG_A_TEXT")->config_type, CONFIG_STRING);
	CHECK_INT(named("CONFIG_TRI")->config_type, CONFIG_TRISTATE);
}

/* A use of a value is a use of a variable of the map; the map stands behind all others, and is found among them. */
TEST(kconfig_is_a_variable)
{
	begin();
	object_section(&m, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	variable("CONFIG_A", INT, 4, STB_GLOBAL);
	object_reloc(&m, code, 0, variable("CONFIG_B", INT, 4, STB_GLOBAL), R_BPF_64_64);
	ends(".kconfig");
	CHECK_BUILDS();
	CHECK_INT(o.nmaps, 2);
	CHECK_INT(o.kconfig_map, 1);
	CHECK_INT(hello_reloc()->kind, RELOC_GLOBAL);
	CHECK_INT(hello_reloc()->map, 1);
	CHECK_INT(hello_reloc()->offset, 4);
	CHECK_STR(hello_reloc()->symbol, "CONFIG_B");
}

static void refuses(uint32_t type, uint32_t size)
{
	variable("CONFIG_X", type, size, STB_GLOBAL);
	ends(".kconfig");
	CHECK_REFUSED("extern CONFIG_X (.kconfig): of a type that no value of the configuration has; expected bool,"
		      " an integer, enum libbpf_tristate, or an array of char");
	CHECK_INT(o.nexternals, 0);
}

TEST(kconfig_types)
{
	uint32_t type;

	begin();
	refuses(btf_image_type(&m.btf, "pair", BTF_KIND_STRUCT, 0, 8), 8);
	begin();
	refuses(btf_image_type(&m.btf, "", BTF_KIND_PTR, 0, INT), 8);
	begin();
	refuses(btf_image_array(&m.btf, INT, 4), 16);
	begin();
	refuses(btf_image_array(&m.btf, btf_image_int(&m.btf, "char", 1, 0), 0), 0);
	begin();
	refuses(btf_image_array(&m.btf, btf_image_int(&m.btf, "_Bool", 1, BTF_INT_BOOL), 4), 4);
	begin();
	type = btf_image_array(&m.btf, btf_image_int(&m.btf, "char", 1, 0), 4);
	refuses(btf_image_array(&m.btf, type, 4), 16);
	begin();
	refuses(btf_image_int(&m.btf, "_Bool", 4, BTF_INT_BOOL), 4);
	begin();
	refuses(btf_image_int(&m.btf, "__int128", 16, 0), 16);
	begin();
	refuses(tristate(1), 1);
	begin();
	type = btf_image_type(&m.btf, "colour", BTF_KIND_ENUM, 1, 4);
	btf_image_words(&m.btf, 2, btf_image_name(&m.btf, "RED"), 0u);
	refuses(type, 4);
	begin();
	refuses(btf_image_type(&m.btf, "float", BTF_KIND_FLOAT, 0, 4), 4);

	begin();
	function("CONFIG_F", STB_GLOBAL);
	ends(".kconfig");
	CHECK_REFUSED("extern CONFIG_F (.kconfig): a function; the configuration has only values");
}

TEST(kconfig_larger_than_a_map)
{
	uint32_t type;

	begin();
	type = btf_image_array(&m.btf, btf_image_int(&m.btf, "char", 1, 0), 0x40000000);
	variable("CONFIG_A", type, 0x40000000, STB_GLOBAL);
	variable("CONFIG_B", type, 0x40000000, STB_GLOBAL);
	ends(".kconfig");
	CHECK_BAD("maps", ".kconfig: more than 2147483647 bytes, which is what a map's value has at most");
}

TEST(refused)
{
	begin();
	object_reloc(&m, code, 0, symbol_of("nobody", STB_GLOBAL), R_BPF_64_64);
	CHECK_REFUSED("symbol nobody: defined in no section of this object, and BTF has no extern of that name");
	CHECK_INT(o.refused_code, -ENOENT);
	CHECK_INT(hello_reloc()->kind, RELOC_REFUSED);

	begin();
	object_symbol(&m, "local", STB_LOCAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);	/* nothing refers to it */

	begin();
	variable("x", INT, 4, STB_GLOBAL);
	m.btf.words[m.btf.nwords - 1] = BTF_VAR_GLOBAL_ALLOCATED;
	CHECK_REFUSED("symbol x: no section has it, and BTF says that it is defined here");

	begin();
	variable("x", INT, 4, STB_GLOBAL);
	CHECK_REFUSED("extern x: nobody says who provides it; expected __kconfig or __ksym");

	begin();
	variable("x", INT, 4, STB_GLOBAL);
	ends(".mine");
	CHECK_REFUSED("extern x (.mine): nobody says who provides it; expected __kconfig or __ksym");
	CHECK_INT(o.refused_code, -ENOTSUP);

	/* The symbol was dropped, and its variable is left in a section that goes to the kernel. */
	begin();
	variable("x", INT, 4, STB_GLOBAL);
	variable("y", INT, 4, STB_GLOBAL);
	m.nsymbols--;
	ends(".ksyms");
	CHECK_REFUSED("extern y (.ksyms): BTF has it, and there is no symbol of that name");

	start_call(-1, 1);
	section.n = 0;
	object_reloc(&m, code, 0, variable("x", INT, 4, STB_GLOBAL), R_BPF_64_32);
	ends(".ksyms");
	CHECK_INT(build(), -EINVAL);
	CHECK_STR(d.msg, "hello, instruction 0, symbol x: calls an extern that is a variable");
}

/* One use of symbol x of .ksyms, as it is after linking; found tells what the kernel said of it. */
static const struct bpf_insn *linked_with(struct external found)
{
	static struct linked l;
	struct external *e = &o.externals[o.nexternals - 1];

	e->is_known = found.is_known;
	e->is_absent = found.is_absent;
	e->address = found.address;
	e->kernel_btf_id = found.kernel_btf_id;
	e->module_fd = found.module_fd;
	e->fd_index = found.fd_index;
	CHECK_INT(link_program(&o, 0, &a, &l, &d), 0);
	CHECK_INT(l.npatches, 1);
	CHECK(memcmp(l.insns, l.patches[0].after, l.patches[0].slots * sizeof(*l.insns)) == 0);
	CHECK_INT(l.patches[0].external, o.nexternals - 1);
	return l.insns;
}

#define CHECK_INSN(insn, c, dst, src, o, i) do {							\
		const struct bpf_insn *insn_ = (insn);							\
		CHECK_INT(insn_->code, c);								\
		CHECK_INT(insn_->dst_reg, dst);								\
		CHECK_INT(insn_->src_reg, src);								\
		CHECK_INT(insn_->off, o);								\
		CHECK_INT(insn_->imm, i);								\
	} while (0)

TEST(ksym_typed)
{
	const struct bpf_insn *insns;

	begin();
	object_reloc(&m, code, 0, variable("x", INT, 4, STB_WEAK), R_BPF_64_64);
	ends(".ksyms");
	CHECK_BUILDS();
	CHECK_INT(hello_reloc()->kind, RELOC_KSYM);
	insns = linked_with((struct external){ 0 });		/* nobody was asked yet */
	CHECK_INSN(insns, BPF_INSN_LD_IMM64, 1, 0, 0, 0);
	insns = linked_with((struct external){ .is_known = true, .kernel_btf_id = 4711, .module_fd = 9 });
	CHECK_INSN(insns, BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_BTF_ID, 0, 4711);
	CHECK_INT(insns[1].imm, 9);
	insns = linked_with((struct external){ .is_absent = true });
	CHECK_INSN(insns, BPF_INSN_LD_IMM64, 1, 0, 0, 0);
	CHECK_INT(insns[1].imm, 0);
}

TEST(ksym_typeless)
{
	const struct bpf_insn *insns;

	begin();
	object_reloc(&m, code, 0, variable("x", btf_image_type(&m.btf, "", BTF_KIND_CONST, 0, 0), 0, STB_GLOBAL), R_BPF_64_64);
	ends(".ksyms");
	CHECK_BUILDS();
	CHECK_INT(o.externals[0].type_id, 0);
	insns = linked_with((struct external){ .is_known = true, .address = 0xffffffff81234567 });
	CHECK_INSN(insns, BPF_INSN_LD_IMM64, 1, 0, 0, (int32_t)0x81234567);
	CHECK_INT(insns[1].imm, -1);
}

TEST(kfunc)
{
	const struct bpf_insn *insns;

	start_call(-1, 1);
	section.n = 0;
	object_reloc(&m, code, 0, function("x", STB_WEAK), R_BPF_64_32);
	ends(".ksyms");
	CHECK_BUILDS();
	CHECK_INT(hello_reloc()->kind, RELOC_KFUNC);
	insns = linked_with((struct external){ .is_known = true, .kernel_btf_id = 4711, .module_fd = 9, .fd_index = 2 });
	CHECK_INSN(insns, BPF_INSN_CALL, 0, BPF_PSEUDO_KFUNC_CALL, 2, 4711);
	insns = linked_with((struct external){ .is_absent = true });
	CHECK_INSN(insns, BPF_INSN_CALL, 0, 0, 0, NO_SUCH_KFUNC + 0);

	/* Its address: whoever asks for that wants to know whether it is there. */
	begin();
	variable("first", INT, 4, STB_GLOBAL);
	object_reloc(&m, code, 0, function("x", STB_WEAK), R_BPF_64_64);
	ends(".ksyms");
	CHECK_BUILDS();
	insns = linked_with((struct external){ .is_known = true, .kernel_btf_id = 4711 });
	CHECK_INSN(insns, BPF_INSN_LD_IMM64, 1, BPF_PSEUDO_BTF_ID, 0, 4711);
}

/* The number of a call that cannot be made counts all externs, those of .kconfig first. */
TEST(kfunc_absent_index)
{
	const struct bpf_insn *insns;

	start_call(-1, 1);
	section.n = 0;
	variable("CONFIG_A", INT, 4, STB_GLOBAL);
	ends(".kconfig");
	variable("a", INT, 4, STB_GLOBAL);
	object_reloc(&m, code, 0, function("x", STB_WEAK), R_BPF_64_32);
	ends(".ksyms");
	CHECK_BUILDS();
	insns = linked_with((struct external){ .is_absent = true });
	CHECK_INT(insns->imm, NO_SUCH_KFUNC + 2);
}

/* ---- the BTF for the kernel ------------------------------------------------- */

static struct btf for_kernel(void)
{
	struct view raw;
	struct btf b;

	CHECK_INT(object_btf_for_kernel(&o, &a, &raw, &d), 0);
	CHECK_INT(btf_parse(raw, &a, &b, &d), 0);
	return b;
}

TEST(btf_of_ksyms)
{
	const struct btf_var_secinfo *infos;
	const struct btf_type *t;
	uint32_t count;
	struct btf b;

	begin();
	variable("v", btf_image_type(&m.btf, "s", BTF_KIND_STRUCT, 0, 64), 64, STB_GLOBAL);
	function("f", STB_GLOBAL);
	function("g", STB_GLOBAL);
	ends(".ksyms");
	CHECK_BUILDS();
	CHECK_INT(o.nrefused, 0);
	count = o.btf.count;
	b = for_kernel();
	CHECK_INT(b.count, count + 1);
	CHECK_STR(btf_name(&b, count), "dummy_ksym");
	t = btf_type(&b, btf_find(&b, BTF_KIND_DATASEC, ".ksyms"));
	infos = btf_secinfos(t);
	CHECK_INT(t->size, 12);
	for (uint32_t i = 0; i < 3; i++) {
		CHECK_INT(infos[i].offset, i * 4);
		CHECK_INT(infos[i].size, 4);
	}
	CHECK_INT(infos[1].type, count);
	CHECK_INT(infos[2].type, count);
	t = btf_type(&b, infos[0].type);
	CHECK_INT(btf_var(t)->linkage, BTF_VAR_GLOBAL_ALLOCATED);
	CHECK_INT(t->type, INT);
	t = btf_type(&b, btf_find(&b, BTF_KIND_FUNC, "g"));
	CHECK_INT(btf_vlen(t), BTF_FUNC_GLOBAL);
	CHECK_STR(btf_str(&b, btf_params(btf_type(&b, t->type))->name_off), "dummy_ksym");
	/* The file's own is as it was. */
	t = btf_type(&o.btf, btf_find(&o.btf, BTF_KIND_FUNC, "g"));
	CHECK_INT(btf_vlen(t), BTF_FUNC_EXTERN);
}

/* Without an int of 32 bits one is added; the name of a type that is called so already is taken again. */
TEST(btf_without_int)
{
	const struct btf_type *t;
	uint32_t count, strings;
	struct btf b;

	object_image_start(&m);
	section.n = 0;
	btf_image_int(&m.btf, "long", 8, BTF_INT_SIGNED);
	btf_image_type(&m.btf, "int", BTF_KIND_FWD, 0, 0);
	object_code(&m, "xdp", (struct bpf_insn[]){ MOV_R0_0, EXIT }, 2);
	object_symbol(&m, "hello", STB_GLOBAL, STT_FUNC, 1, 0, 16);
	variable("v", 1, 8, STB_GLOBAL);
	ends(".ksyms");
	CHECK_BUILDS();
	count = o.btf.count;
	strings = (uint32_t)o.btf.strings.size;
	b = for_kernel();
	CHECK_INT(b.count, count + 1);
	CHECK_INT(b.strings.size, strings);
	t = btf_type(&b, count);
	CHECK_INT(btf_kind(t), BTF_KIND_INT);
	CHECK_INT(btf_int_data(t), 32);
	CHECK_STR(btf_name(&b, count), "int");
	CHECK_INT(btf_type(&b, btf_find(&b, BTF_KIND_VAR, "v"))->type, count);
}

TEST(btf_of_kconfig)
{
	const struct btf_var_secinfo *infos;
	const struct btf_type *t;
	struct btf b;

	begin();
	variable("CONFIG_B", INT, 4, STB_GLOBAL);
	variable("CONFIG_C", btf_image_int(&m.btf, "long", 8, 0), 8, STB_GLOBAL);
	variable("CONFIG_A", INT, 4, STB_GLOBAL);
	ends(".kconfig");
	CHECK_BUILDS();
	b = for_kernel();
	CHECK_INT(b.count, o.btf.count);
	t = btf_type(&b, o.maps[o.kconfig_map].value_type_id);
	CHECK_INT(t->size, 16);
	infos = btf_secinfos(t);
	CHECK_STR(btf_name(&b, infos[0].type), "CONFIG_C");
	CHECK_STR(btf_name(&b, infos[1].type), "CONFIG_A");
	CHECK_STR(btf_name(&b, infos[2].type), "CONFIG_B");
	CHECK_INT(infos[2].offset, 12);
	CHECK_INT(btf_var(btf_type(&b, infos[1].type))->linkage, BTF_VAR_GLOBAL_ALLOCATED);
}
