/*
 * Opening the kernel's types and asking them for names; see loader/kernel_btf.h.
 *
 *	kernel_btf_want(STRUCT, "task_struct"), kernel_btf_want(FUNC, "bpf_lsm_file_open") ...
 *	kernel_btf_find(STRUCT, "task_struct")   opens vmlinux, one pass for all names
 *	kernel_btf_find(FUNC, "nft_do_chain")    not there: lists the modules, one pass each
 *
 * The file is mapped where the kernel can (since 6.16), which saves copying
 * 6 MB of which a load touches a part; before that it is read.
 *
 * In: /sys/kernel/btf/vmlinux, BPF_BTF_GET_NEXT_ID  Out: struct kernel_types
 * Kernel: kernel/bpf/sysfs_btf.c, kernel/bpf/btf.c btf_module_notify(), bpf_get_btf_vmlinux()
 * Try:  strace -e openat,mmap,bpf bpfwalk load OBJ
 * Next: loader/targets.c
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "elf/elf64.h"
#include "loader/item.h"

static const char vmlinux_path[] = "/sys/kernel/btf/vmlinux";
static const char where[] = "kernel btf";

/* Everybody who will ask for names says here which: before the first pass, so that it is the only one. */
static int (*const askers[])(struct walk *w) = {
	targets_want,
	kconfig_want,
	externs_want,
	core_want,
	struct_ops_want,
	NULL,
};

static int want_all(struct walk *w, struct diag *d)
{
	for (size_t i = 0; askers[i]; i++)
		if (askers[i](w) < 0)
			return fail_memory(d, where);
	return 0;
}

/* Maps the file, or reads it: sysfs could not map it before 6.16. */
static int bytes_of(struct walk *w, const char *path, struct view *out, struct diag *d)
{
	struct kernel_btf *k = &w->kernel_btf;
	int64_t size;
	long fd = sys_open(&w->sys, path, O_RDONLY), r;

	if (fd == -ENOENT && !w->options.kernel_btf)
		return fail(d, -ENOENT, where, "this kernel does not show its types: %s is not there (CONFIG_DEBUG_INFO_BTF)",
			    path);
	if (fd < 0)
		return fail_kernel(d, fd, where, "opening %s", path);
	r = sys_file_size(&w->sys, (int)fd, &size);
	if (r == 0 && size > 0 &&
	    sys_mmap(&w->sys, (size_t)size, PROT_READ, MAP_PRIVATE, (int)fd, 0, &k->mapped) == 0) {
		k->mapped_size = (size_t)size;
		*out = (struct view){ k->mapped, (size_t)size };
		sys_close(&w->sys, (int)fd);
		return 0;
	}
	k->mapped = NULL;
	r = r == 0 ? read_whole(w, &w->arena, path, (int)fd, size, out, d) :
		fail_kernel(d, r, where, "asking for the size of %s", path);
	sys_close(&w->sys, (int)fd);
	return (int)r;
}

/* A file of somebody else's: raw BTF, or an ELF file with a section .BTF. Nothing in it is trusted. */
static int parse_file(struct walk *w, struct view bytes, struct btf *out, struct diag *d)
{
	static const unsigned char elf_magic[4] = { 0x7f, 'E', 'L', 'F' };
	struct elf elf;
	int r;

	if (bytes.size < sizeof(elf_magic) || memcmp(bytes.base, elf_magic, sizeof(elf_magic)) != 0)
		return btf_parse(bytes, &w->arena, out, d);
	r = elf_parse(bytes, &w->arena, &elf, d);
	if (r < 0)
		return r;
	for (uint32_t i = 1; i < elf.nsections; i++)
		if (strcmp(elf.sections[i].name, ".BTF") == 0)
			return btf_parse(elf.sections[i].bytes, &w->arena, out, d);
	return fail(d, -EINVAL, "elf sections", "none is called .BTF");
}

/* Readers know no names of files: says whose bytes it is that are wrong. */
static int blame(const char *whose, const struct diag *said, struct diag *d)
{
	return fail(d, said->code, where, "%.150s: %s: %s", whose, said->where, said->msg);
}

int kernel_btf_want(struct walk *w, uint32_t kind, const char *name)
{
	return btf_names_want(&w->kernel_btf.wanted, kind, name, &w->arena);
}

/* What is to be looked for in t: all that was wanted so far, and nothing of it found yet. */
static int begin_pass(struct walk *w, struct kernel_types *t)
{
	const struct btf_names *wanted = &w->kernel_btf.wanted;
	int r = 0;

	t->found = (struct btf_names){ 0 };
	for (uint32_t i = 0; r == 0 && i < wanted->nslots; i++)
		if (wanted->slots[i])
			r = btf_names_want(&t->found, BTF_KIND_UNKN, wanted->slots[i]->name, &w->arena);
	t->found.kinds = wanted->kinds;
	return r;
}

/* Finds where the types are, and those that are wanted with them: one pass through 5 MB instead of two. */
static int index_and_scan(struct walk *w, struct view bytes, const struct btf *base, struct kernel_types *t, struct diag *d)
{
	if (begin_pass(w, t) < 0)
		return fail_memory(d, where);
	return btf_index_names(bytes, base, &t->found, &w->arena, &t->btf, d);
}

/* What one BTF has for the name, after a pass if it was not asked for it before. NULL: out of memory. */
static const struct btf_name *ask(struct walk *w, struct kernel_types *t, uint32_t kind, const char *name)
{
	const struct btf_name *n = btf_names_get(&t->found, name);

	if (n && btf_names_covers(&t->found, kind))
		return n;
	if (kernel_btf_want(w, kind, name) < 0 || begin_pass(w, t) < 0 ||
	    btf_names_scan(&t->found, &t->btf, &w->arena) < 0)
		return NULL;
	return btf_names_get(&t->found, name);
}

static void unmap(struct walk *w)
{
	struct kernel_btf *k = &w->kernel_btf;

	if (k->mapped)
		sys_munmap(&w->sys, k->mapped, k->mapped_size);
	k->mapped = NULL;
}

int kernel_btf_open(struct walk *w, struct diag *d)
{
	const char *path = w->options.kernel_btf ? w->options.kernel_btf : vmlinux_path;
	struct kernel_types *vmlinux;
	struct diag said = { 0 };
	struct view bytes;
	int r;

	if (w->kernel_btf.vmlinux)
		return 0;
	observe_step(w, "kernel_btf", path);
	vmlinux = arena_alloc(&w->arena, sizeof(*vmlinux));
	if (!vmlinux)
		return fail_memory(d, where);
	*vmlinux = (struct kernel_types){ .name = "vmlinux", .fd = -1 };
	r = bytes_of(w, path, &bytes, d);
	if (r == 0)
		r = want_all(w, d);
	if (r < 0)
		return r;
	r = w->options.kernel_btf ? parse_file(w, bytes, &vmlinux->btf, &said) :
		index_and_scan(w, bytes, NULL, vmlinux, &said);
	if (r < 0) {
		unmap(w);		/* who goes on without the types may ask again */
		return blame(path, &said, d);
	}
	if (w->options.kernel_btf)
		vmlinux->btf.pointer_size = btf_guess_pointer_size(&vmlinux->btf);
	w->kernel_btf.vmlinux = vmlinux;
	return 0;
}

int kernel_btf_named_in(struct walk *w, uint32_t i, uint32_t kind, const char *name, const struct kernel_types **out,
			const struct btf_name **found, struct diag *d)
{
	int r = i ? kernel_btf_modules(w, d) : kernel_btf_open(w, d);

	if (r < 0)
		return r;
	if (i > w->kernel_btf.nmodules)
		return 0;
	*out = i ? &w->kernel_btf.modules[i - 1] : w->kernel_btf.vmlinux;
	*found = ask(w, i ? &w->kernel_btf.modules[i - 1] : w->kernel_btf.vmlinux, kind, name);
	return *found ? 1 : fail_memory(d, where);
}

/* The type among those of that name which has the kind, and no flavour. */
static uint32_t exact(const struct btf *b, const struct btf_name *n, uint32_t kind, const char *name)
{
	for (uint32_t i = 0; i < n->nids; i++)
		if (btf_kind(btf_type(b, n->ids[i])) == kind && strcmp(btf_name(b, n->ids[i]), name) == 0)
			return n->ids[i];
	return 0;
}

static int find_in(struct walk *w, struct kernel_types *t, uint32_t kind, const char *name, struct kernel_type *out,
		   struct diag *d)
{
	const struct btf_name *n = ask(w, t, kind, name);

	if (!n)
		return fail_memory(d, where);
	*out = (struct kernel_type){ t, exact(&t->btf, n, kind, name) };
	return out->id != 0;
}

int kernel_btf_find(struct walk *w, uint32_t kind, const char *name, struct kernel_type *out, struct diag *d)
{
	int r = kernel_btf_open(w, d);

	if (r < 0)
		return r;
	r = find_in(w, w->kernel_btf.vmlinux, kind, name, out, d);
	if (r)
		return r;
	r = kernel_btf_modules(w, d);
	for (uint32_t i = 0; r == 0 && i < w->kernel_btf.nmodules; i++)
		r = find_in(w, &w->kernel_btf.modules[i], kind, name, out, d);
	return r;
}

int kernel_btf_find_in(struct walk *w, const char *module, uint32_t kind, const char *name, struct kernel_type *out,
		       struct diag *d)
{
	int r = kernel_btf_open(w, d);

	if (r == 0 && strcmp(module, w->kernel_btf.vmlinux->name) == 0)
		return find_in(w, w->kernel_btf.vmlinux, kind, name, out, d);
	if (r == 0)
		r = kernel_btf_modules(w, d);
	for (uint32_t i = 0; r == 0 && i < w->kernel_btf.nmodules; i++)
		if (strcmp(w->kernel_btf.modules[i].name, module) == 0)
			r = find_in(w, &w->kernel_btf.modules[i], kind, name, out, d);
	return r;
}

/* ---- modules --------------------------------------------------------------- */

/* Reads one BTF object. 1: it is a module's and in *out, 0: it is something else, or a failure; -E2BIG: no kernel for it. */
static int module_read(struct walk *w, int fd, struct kernel_types *out, struct diag *d)
{
	struct bpf_btf_info info = { 0 };
	struct diag said = { 0 };
	char name[64] = "";
	struct view bytes;
	long r;

	info.name = (uintptr_t)name;
	info.name_len = sizeof(name);
	r = item_ask(w, fd, &info, sizeof(info));
	if (r == -E2BIG)
		return (int)r;
	if (r < 0)
		return fail_kernel(d, r, where, "asking what BTF a descriptor is");
	if (!info.kernel_btf || strcmp(name, "vmlinux") == 0 || !info.btf_size)
		return 0;
	*out = (struct kernel_types){ .name = arena_copy(&w->arena, name, strlen(name)), .fd = fd };
	if (!out->name)
		return fail_memory(d, where);
	r = item_read_btf(w, fd, info.btf_size, &bytes);
	if (r < 0)
		return fail_kernel(d, r, where, "reading the BTF of module %s", name);
	r = index_and_scan(w, bytes, &w->kernel_btf.vmlinux->btf, out, &said);
	return r < 0 ? blame(name, &said, d) : 1;
}

/* Goes on from *id, which stays as it is when there is no other. */
static long next_id(struct walk *w, uint32_t *id)
{
	struct bpf_id_attr attr;
	long r;

	memset(&attr, 0, sizeof(attr));
	attr.start_id = *id;
	r = sys_bpf(&w->sys, BPF_BTF_GET_NEXT_ID, &attr, sizeof(attr.start_id) + sizeof(attr.next_id));
	if (r == 0)
		*id = attr.next_id;
	return r;
}

static int module_add(struct walk *w, uint32_t id, struct diag *d)
{
	struct kernel_btf *k = &w->kernel_btf;
	struct kernel_types *modules;
	long fd = item_open_btf(w, id);
	int r;

	if (fd == -ENOENT)
		return 0;		/* its program or module has gone since */
	if (fd < 0)
		return fail_kernel(d, fd, where, "BPF_BTF_GET_FD_BY_ID of %u", id);
	modules = array_grow(&w->arena, k->modules, k->nmodules, sizeof(*modules));
	if (modules)
		k->modules = modules;
	r = modules ? module_read(w, (int)fd, &modules[k->nmodules], d) : fail_memory(d, where);
	if (r != 1)
		sys_close(&w->sys, (int)fd);
	else
		k->nmodules++;
	return r < 0 ? r : 0;
}

int kernel_btf_modules(struct walk *w, struct diag *d)
{
	uint32_t id = 0;
	long r;
	int err = 0;

	if (w->kernel_btf.modules_asked || w->options.kernel_btf)
		return 0;
	w->kernel_btf.modules_asked = true;
	observe_step(w, "module_btf", "");
	while (err == 0 && (r = next_id(w, &id)) == 0)
		err = module_add(w, id, d);
	if (err == -E2BIG) {
		observe_note(w, "this kernel knows no names of BTF, and so has none of modules (before 5.11)");
		return 0;
	}
	if (err < 0)
		return err;
	if (r == -EPERM)
		observe_note(w, "the modules' types cannot be listed without CAP_SYS_ADMIN: going on with the kernel's own");
	else if (r != -ENOENT)
		return fail_kernel(d, r, where, "BPF_BTF_GET_NEXT_ID after %u", id);
	return 0;
}

void kernel_btf_close(struct walk *w)
{
	struct kernel_btf *k = &w->kernel_btf;

	for (uint32_t i = 0; i < k->nmodules; i++)
		sys_close(&w->sys, k->modules[i].fd);
	unmap(w);
	*k = (struct kernel_btf){ 0 };
}
