/*
 * The externs of .ksyms: variables and functions of the kernel.
 *
 * With a type they are found in the kernel's types, or a module's, by name. The
 * instruction gets the number of the type there, and the verifier, which has the
 * same list, knows the address and what may be done with it. For a module the
 * descriptor of its BTF says which: beside the number in an ld_imm64, and for a
 * call as a place in an array of descriptors, the program's fd_array.
 *
 * Without a type (`extern const void x __ksym`) there is only an address, which
 * /proc/kallsyms has. It lists every symbol of the kernel, 5 to 10 MB of text: it
 * is read once, in one pass, for all of them.
 *
 * Types must agree as far as BTF goes, kind by kind; a function may be declared
 * several times with other types, by a flavour: bpf_x___old is bpf_x as well, and
 * who of them does not fit is as good as not there.
 *
 * In: .ksyms externs  Out: a number in the kernel's BTF or an address
 * Kernel: kernel/bpf/verifier.c check_pseudo_btf_id(), fetch_kfunc_meta(); kernel/kallsyms.c s_show()
 * Try: bpfwalk explain --dry-run build/tests/objects/ksym.bpf.o
 * Next: loader/core.c
 */
#include <errno.h>
#include <string.h>

#include "elf/core.h"
#include "elf/text.h"
#include "loader/externs.h"
#include "loader/lines.h"

static const char where[] = "externs";

/* ---- by type ----------------------------------------------------------------- */

/* A function goes by its name without the flavour, a variable by all of it: libbpf's rule. NULL: out of memory. */
static const char *kernel_name_of(struct walk *w, const struct external *e)
{
	size_t len = btf_plain_length(e->name);

	return e->kind == EXTERN_VAR || !e->name[len] ? e->name : arena_copy(&w->arena, e->name, len);
}

static uint32_t kind_of(const struct external *e)
{
	return e->kind == EXTERN_FUNC ? BTF_KIND_FUNC : BTF_KIND_VAR;
}

int externs_want(struct walk *w)
{
	for (uint32_t i = 0; i < w->o.nexternals; i++) {
		const struct external *e = &w->o.externals[i];

		if (e->kind != EXTERN_KCONFIG && e->type_id && kernel_btf_want(w, kind_of(e), e->name) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* The place of a module's descriptor in fd_array. Place 0 means the kernel itself. -ENOMEM, or -E2BIG. */
static int fd_index(struct walk *w, int fd)
{
	int *bigger;

	for (uint32_t i = 1; i < w->nfd_array; i++)
		if (w->fd_array[i] == fd)
			return (int)i;
	if (w->nfd_array > INT16_MAX)
		return -E2BIG;
	do {
		bigger = array_grow(&w->arena, w->fd_array, w->nfd_array, sizeof(*bigger));
		if (!bigger)
			return -ENOMEM;
		w->fd_array = bigger;
		w->fd_array[w->nfd_array] = w->nfd_array ? fd : 0;
	} while (!w->nfd_array++);
	return (int)w->nfd_array - 1;
}

static int found(struct walk *w, struct external *e, const struct kernel_type *t, struct diag *d)
{
	int index = 0;

	e->is_known = true;
	e->kernel_btf_id = t->id;
	e->module_fd = t->in->fd < 0 ? 0 : t->in->fd;
	e->from = t->in->name;
	if (e->kind == EXTERN_FUNC && e->module_fd)
		index = fd_index(w, e->module_fd);
	if (index < 0)
		return index == -ENOMEM ? fail_memory(d, where) :
			fail(d, index, where, "%s (.ksyms): functions of more than %d modules", e->name, INT16_MAX);
	e->fd_index = (int16_t)index;
	return 0;
}

static int typed(struct walk *w, struct external *e, struct diag *d)
{
	uint32_t kernel_id;
	const char *name = kernel_name_of(w, e);
	struct kernel_type t;
	char text[160];
	struct text why;
	int r = name ? kernel_btf_find(w, kind_of(e), name, &t, d) : fail_memory(d, where);

	if (r < 0)
		return r;
	if (r == 0)
		return e->is_weak ? 0 : fail(d, -EINVAL, where, "%s (.ksyms): no %s of that name in the types of the kernel or"
					     " of a module, and it is not weak", name,
					     e->kind == EXTERN_FUNC ? "function" : "variable");
	text_init(&why, text, sizeof(text));
	kernel_id = btf_type(&t.in->btf, t.id)->type;
	if (core_types_agree(&w->o.btf, e->type_id, &t.in->btf, kernel_id, &why))
		return found(w, e, &t, d);
	if (e->kind == EXTERN_FUNC && e->is_weak)
		return 0;
	return fail(d, -EINVAL, where, "%s (.ksyms): declared in another way than %s has it: %s", e->name, t.in->name, text);
}

/* ---- by address -------------------------------------------------------------- */

struct pass {
	struct walk *w;
	struct diag *d;
	bool has_addresses;		/* some symbol has one: they are not hidden from us */
	int r;
};

static bool is_zero(const char *address)
{
	return *address == '0' && address[strspn(address, "0")] == ' ';
}

static uint64_t hex(const char *s)
{
	uint64_t n = 0;

	for (; *s && *s != ' '; s++)
		n = n << 4 | (uint64_t)(*s <= '9' ? *s - '0' : (*s | ' ') - 'a' + 10);
	return n;
}

/* Bytes of a symbol's name. LLVM adds to the names of variables that several files have: "x.llvm.123" is x. */
static size_t name_length(const char *name, char type)
{
	size_t len = strcspn(name, "\t ");
	const char *llvm = type == 'd' ? strstr(name, ".llvm.") : NULL;

	return llvm && (size_t)(llvm - name) < len ? (size_t)(llvm - name) : len;
}

static void see_symbol(void *ctx, char *line, size_t len)
{
	struct pass *p = ctx;
	char *space = memchr(line, ' ', len), *name;
	struct external *e;
	uint64_t address;

	if (!space || line + len - space <= 3 || space[2] != ' ')
		return;
	name = space + 3;
	p->has_addresses |= !is_zero(line);
	e = external_named(&p->w->o, name, name_length(name, space[1]));
	if (!e || e->kind != EXTERN_VAR || e->type_id)
		return;
	address = hex(line);
	if (e->is_known && e->address != address && p->r == 0)
		p->r = fail(p->d, -EINVAL, where, "%s (.ksyms): /proc/kallsyms has it more than once, at %#llx and at %#llx",
			    e->name, (unsigned long long)e->address, (unsigned long long)address);
	e->is_known = true;
	e->address = address;
	e->from = "/proc/kallsyms";
}

/* All addresses are zero: the symbols are there, but where they are is not for us. */
static int hidden(struct walk *w, struct diag *d)
{
	for (uint32_t i = 0; i < w->o.nexternals; i++) {
		struct external *e = &w->o.externals[i];

		if (e->kind != EXTERN_VAR || e->type_id)
			continue;
		if (!e->is_weak)
			return fail(d, -EPERM, where, "%s (.ksyms): /proc/kallsyms hides all addresses from this process"
				    " (kernel.kptr_restrict, CAP_SYSLOG)", e->name);
		e->is_known = false;
		e->is_absent = true;
	}
	observe_note(w, "/proc/kallsyms hides all addresses from this process (kernel.kptr_restrict, CAP_SYSLOG)");
	return 0;
}

static int kallsyms_read(struct walk *w, struct diag *d)
{
	struct pass p = { .w = w, .d = d };
	long r;

	r = lines_of(&w->sys, "/proc/kallsyms", see_symbol, &p);
	if (r < 0)
		return fail_kernel(d, r, where, "reading /proc/kallsyms");
	if (p.r < 0)
		return p.r;
	return p.has_addresses ? 0 : hidden(w, d);
}

int ksyms_resolve(struct walk *w, struct diag *d)
{
	bool addresses = false;
	int r = 0;

	for (uint32_t i = 0; i < w->o.nexternals; i++) {
		const struct external *e = &w->o.externals[i];

		addresses |= e->kind == EXTERN_VAR && !e->type_id && !e->is_known && !e->is_absent;
	}
	if (addresses)
		r = kallsyms_read(w, d);
	for (uint32_t i = 0; r == 0 && i < w->o.nexternals; i++) {
		struct external *e = &w->o.externals[i];

		if (e->kind != EXTERN_KCONFIG && e->type_id && !e->is_known && !e->is_absent)
			r = typed(w, e, d);
	}
	return r;
}
