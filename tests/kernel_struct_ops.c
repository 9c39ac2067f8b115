/*
 * struct_ops of a module: its types are in the module's own BTF, and the kernel has to be told in which.
 *
 * Debian's kernels have no module with such a structure, so a small one is made: tests/module/ops.c was compiled without
 * the kernel's headers, and gets here what only this kernel's BTF knows. It is loaded in virtual machines alone.
 *
 *	vmlinux BTF   1 ................... count
 *	module's                                 count: FUNC_PROTO, FUNC, PTR, ARRAY, struct bpfwalk_ops, its element
 *
 * Kernel: kernel/bpf/btf.c btf_parse_module(), kernel/bpf/bpf_struct_ops.c bpf_struct_ops_map_alloc()
 * Next: tests/kernel_refused.sh
 */
#include <fcntl.h>
#include <glob.h>

#include "elf/elf64_layout.h"
#include "tests/btf_image.h"
#include "tests/loaded.h"
#include "tests/module/ops.h"
#include "tests/whole_file.h"

static struct arena arena;
static struct btf kernel;		/* this kernel's types */

/* ---- the module's file -------------------------------------------------------------- */

static unsigned char *file;
static size_t file_size;

/* NULL: there is none. */
static struct elf64_shdr *section_in(unsigned char *module, const char *name)
{
	const struct elf64_hdr *header = (const void *)module;
	struct elf64_shdr *all = (void *)(module + header->e_shoff);

	for (unsigned i = 1; i < header->e_shnum; i++)
		if (strcmp((char *)module + all[header->e_shstrndx].sh_offset + all[i].sh_name, name) == 0)
			return &all[i];
	return NULL;
}

static struct elf64_shdr *section(const char *name)
{
	struct elf64_shdr *s = section_in(file, name);

	if (!s)
		FAIL("the module has no section %s", name);
	return s;
}

/* In the place of the room that was left. */
static void fill(const char *name, const void *bytes, size_t size)
{
	struct elf64_shdr *s = section(name);

	CHECK(size <= s->sh_size);
	if (bytes)
		memcpy(file + s->sh_offset, bytes, size);
	s->sh_size = size;
}

/* ---- what this kernel's types say ------------------------------------------------------ */

static uint32_t kernel_id(uint32_t kind, const char *name)
{
	uint32_t id = btf_find(&kernel, kind, name);

	if (!id)
		FAIL("this kernel's types have no %s", name);
	return id;
}

static unsigned offset_of(const char *structure, const char *member)
{
	const struct btf_type *t = btf_type(&kernel, kernel_id(BTF_KIND_STRUCT, structure));

	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (strcmp(btf_str(&kernel, btf_members(t)[i].name_off), member) == 0)
			return btf_member_bit_offset(t, &btf_members(t)[i]) / 8;
	FAIL("this kernel's struct %s has no member %s", structure, member);
}

static unsigned long address_of(const char *function)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	unsigned long address = 0, at;
	char name[256];

	CHECK(f);
	while (!address && fscanf(f, "%lx %*c %255s%*[^\n]", &at, name) == 2)
		if (strcmp(name, function) == 0)
			address = at;
	fclose(f);
	CHECK(address);
	return address;
}

static void fill_layout(void)
{
	static const struct { const char *structure, *member; } members[OPS_LAYOUT_WORDS] = {
		[OPS_VERIFIER] = { "bpf_struct_ops", "verifier_ops" },
		[OPS_INIT] = { "bpf_struct_ops", "init" },
		[OPS_INIT_MEMBER] = { "bpf_struct_ops", "init_member" },
		[OPS_REG] = { "bpf_struct_ops", "reg" },
		[OPS_UNREG] = { "bpf_struct_ops", "unreg" },
		[OPS_CFI] = { "bpf_struct_ops", "cfi_stubs" },
		[OPS_OWNER] = { "bpf_struct_ops", "owner" },
		[OPS_NAME] = { "bpf_struct_ops", "name" },
		[VERIFIER_PROTO] = { "bpf_verifier_ops", "get_func_proto" },
		[VERIFIER_ACCESS] = { "bpf_verifier_ops", "is_valid_access" },
	};
	unsigned long layout[OPS_LAYOUT_WORDS] = { [REGISTER] = address_of("__register_bpf_struct_ops") };

	for (unsigned i = 0; i < REGISTER; i++)
		layout[i] = offset_of(members[i].structure, members[i].member);
	fill(".layout", layout, sizeof(layout));
}

/* struct module: its length, its name, and where the addresses of init and exit are to be written. */
static void fill_this_module(void)
{
	const char *name = ".gnu.linkonce.this_module";
	struct elf64_rela *relocations = (void *)(file + section(".rela.gnu.linkonce.this_module")->sh_offset);

	CHECK_INT(section(".rela.gnu.linkonce.this_module")->sh_size, 2 * sizeof(*relocations));
	fill(name, NULL, btf_type(&kernel, kernel_id(BTF_KIND_STRUCT, "module"))->size);
	strcpy((char *)file + section(name)->sh_offset + offset_of("module", "name"), "bpfwalk_ops");
	for (unsigned i = 0; i < 2; i++)
		relocations[i].r_offset = offset_of("module", relocations[i].r_offset ? "exit" : "init");
}

/* A kernel with versions of symbols compares the one of struct module in any case. */
static void fill_version(unsigned char *other)
{
	const struct elf64_shdr *s = section_in(other, "__versions");

	for (size_t at = 0; s && at < s->sh_size; at += sizeof(struct ops_version)) {
		const struct ops_version *v = (const void *)(other + s->sh_offset + at);

		if (strcmp(v->name, "module_layout") == 0)
			fill("__versions", v, sizeof(*v));
	}
}

/* A kernel takes modules that name its version, its processors and more, in one string. Its own modules have it. */
static void fill_info(void)
{
	char info[256] = "name=bpfwalk_ops\0license=GPL\0depends=\0retpoline=Y";
	size_t used = sizeof("name=bpfwalk_ops\0license=GPL\0depends=\0retpoline=Y"), size;
	unsigned char *other;
	const char *magic;
	glob_t g;

	if (glob("/etc/modules/*.ko", 0, NULL, &g))
		SKIP("no module of this kernel to learn from");
	other = whole_file(g.gl_pathv[0], &size);
	magic = memmem(other, size, "vermagic=", strlen("vermagic="));
	CHECK(magic && strlen(magic) < sizeof(info) - used);
	strcpy(info + used, magic);
	fill(".modinfo", info, used + strlen(magic) + 1);
	fill_version(other);
	free(other);
	globfree(&g);
}

static void fill_types(void)
{
	static struct btf_image m;
	uint32_t integer = kernel_id(BTF_KIND_INT, "int"), letter = kernel_id(BTF_KIND_INT, "char"), hit, name, ops;
	struct view v;

	m = (struct btf_image){ .types_before = kernel.count - 1, .strings_before = (uint32_t)kernel.strings.size };
	hit = btf_image_type(&m, "", BTF_KIND_FUNC_PROTO, 1, integer);
	btf_image_words(&m, 2, btf_image_name(&m, "n"), integer);
	btf_image_type(&m, "bpfwalk_ops__hit", BTF_KIND_FUNC, BTF_FUNC_STATIC, hit);
	hit = btf_image_type(&m, "", BTF_KIND_PTR, 0, hit);
	name = btf_image_type(&m, "", BTF_KIND_ARRAY, 0, 0);
	btf_image_words(&m, 3, letter, integer, (uint32_t)sizeof(((struct bpfwalk_ops *)NULL)->name));
	ops = btf_image_type(&m, "bpfwalk_ops", BTF_KIND_STRUCT, 3, sizeof(struct bpfwalk_ops));
	btf_image_member(&m, "hit", hit, 8 * (uint32_t)offsetof(struct bpfwalk_ops, hit));
	btf_image_member(&m, "times", integer, 8 * (uint32_t)offsetof(struct bpfwalk_ops, times));
	btf_image_member(&m, "name", name, 8 * (uint32_t)offsetof(struct bpfwalk_ops, name));
	btf_image_type(&m, "bpf_struct_ops_bpfwalk_ops", BTF_KIND_STRUCT, 2, 128);
	btf_image_member(&m, "common", kernel_id(BTF_KIND_STRUCT, "bpf_struct_ops_common_value"), 0);
	btf_image_member(&m, "data", ops, 8 * 64);
	v = btf_image_view(&m);
	fill(".BTF", v.base, v.size);
}

/* ---- the module ------------------------------------------------------------------------- */

static void need_machine(void)
{
	if (access("/etc/vm", F_OK))
		SKIP("only in the virtual machines of tests/vm: it loads a module of its own into the kernel");
	if (access("build/tests/module/ops.ko", F_OK))
		SKIP("the module is made for x86-64 alone");
	need_kernel(6, 9);
}

static void module_load(void)
{
	struct diag d = { 0 };
	struct view types;

	types.base = whole_file("/sys/kernel/btf/vmlinux", &types.size);
	CHECK_INT(btf_index(types, &arena, &kernel, &d), 0);
	file = whole_file("build/tests/module/ops.ko", &file_size);
	fill_info();
	fill_this_module();
	fill_layout();
	fill_types();
	if (syscall(SYS_init_module, file, file_size, ""))
		FAIL("loading the module: %s", strerror(errno));
	arena_free(&arena);
	free((void *)(uintptr_t)types.base);
	free(file);
}

static int module_unload(void)
{
	return syscall(SYS_delete_module, "bpfwalk_ops", O_NONBLOCK) ? -errno : 0;
}

/* The module calls hit(n). */
static int provoke(const char *n)
{
	int fd = open("/sys/module/bpfwalk_ops/parameters/hit", O_WRONLY | O_CLOEXEC), r;

	CHECK(fd >= 0);
	r = write(fd, n, strlen(n)) < 0 ? -errno : 0;
	close(fd);
	return r;
}

static struct bw_link *attach_walk(void)
{
	struct bw_link *link;

	if (bw_attach_map(obj, bw_find_map(obj, "walk"), NULL, &link, &err))
		FAIL("%s: %s", err.where, err.msg);
	return link;
}

TEST(without_the_module)
{
	need_machine();
	open_object("module_ops");
	CHECK_INT(bw_load(obj, &err), -ESRCH);
	CHECK_STR(err.msg, "map walk: this kernel has no struct bpf_struct_ops_bpfwalk_ops: bpfwalk_ops cannot be implemented in BPF");
}

TEST(a_structure_of_a_module)
{
	struct bw_link *link;

	need_machine();
	module_load();
	open_object("module_ops");
	set_text("walk.times", "3");
	load_opened();
	CHECK_INT(provoke("5"), -ENODEV);
	link = attach_walk();
	CHECK_STR(link->target, "bpfwalk_ops");
	CHECK_INT(link->nfds, 1);
	CHECK_INT(provoke("5"), 0);
	CHECK_INT(number("hits"), 3);
	CHECK_INT(number("sum"), 3 * 5);
	CHECK_INT(provoke("7"), 0);
	CHECK_INT(number("hits"), 6);
	CHECK_INT(number("sum"), 3 * 5 + 3 * 7);
	bw_detach(obj, link);
	CHECK_INT(provoke("5"), -ENODEV);
	CHECK_INT(number("hits"), 6);
	attach_walk();			/* again: the map keeps its element */
	CHECK_INT(provoke("1"), 0);
	CHECK_INT(number("hits"), 9);
	CHECK(module_unload() < 0);	/* somebody needs it */
	bw_close(obj);
	obj = NULL;
	CHECK_INT(provoke("5"), -ENODEV);
	for (int i = 0; i < 1000 && module_unload(); i++)	/* maps go a little later */
		usleep(10000);
	CHECK(access("/sys/module/bpfwalk_ops", F_OK));
}
