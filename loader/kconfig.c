/*
 * The values of .kconfig.
 *
 * The kernel's configuration is a file of text. Distributions install it beside
 * the kernel, as /boot/config-RELEASE; a kernel with CONFIG_IKCONFIG_PROC has it
 * in itself, packed: /proc/config.gz. The first one there is read, once, and only
 * if the object has an extern that begins with CONFIG_. `--kconfig FILE` takes
 * the place of both, for a kernel that is not the one running.
 *
 * Three values are in no configuration:
 *
 *	LINUX_KERNEL_VERSION		what KERNEL_VERSION(6, 12, 57) is
 *	LINUX_HAS_BPF_COOKIE		programs can ask for the cookie of their link
 *	LINUX_HAS_SYSCALL_WRAPPER	a system call's registers lie one pt_regs deeper
 *
 * libbpf finds out the last two by loading a program and opening a probe. The
 * kernel's own types say it too, or else its list of symbols: we look there.
 *
 * In: .kconfig externs  Out: bytes of the map .kconfig
 * Kernel: kernel/configs.c; init/Kconfig config IKCONFIG_PROC
 * Try:  bpfwalk load --kconfig /proc/config.gz build/tests/objects/kconfig.bpf.o
 * Next: loader/kernel_version.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "elf/inflate.h"
#include "elf/kconfig.h"
#include "loader/externs.h"
#include "loader/probe.h"
#include "loader/symbols.h"

static const char where[] = "kconfig";

/* What a file may hold, packed or not; and what it may take to unpack it. */
enum { SCRATCH_LIMIT = 64 << 20 };

/* ---- values that no configuration has --------------------------------------- */

static bool enum_has(const struct btf *b, uint32_t id, const char *name)
{
	const struct btf_type *t = btf_type(b, id);

	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (strcmp(btf_str(b, btf_enums(t)[i].name_off), name) == 0)
			return true;
	return false;
}

/* Yes or no: by a type that is there, or a value of an enum; where no types can be read, by a symbol. */
static const struct question {
	const char *name;
	uint32_t kind;
	const char *type, *enumerator, *symbol;
} questions[] = {
	{ "LINUX_HAS_BPF_COOKIE", BTF_KIND_ENUM, "bpf_func_id", "BPF_FUNC_get_attach_cookie", "bpf_get_attach_cookie_trace" },
	{ "LINUX_HAS_SYSCALL_WRAPPER", BTF_KIND_FUNC, ARCH_SYS "bpf", NULL, ARCH_SYS "bpf" },
};

static const struct question *question_of(const struct external *e)
{
	for (size_t i = 0; e->kind == EXTERN_KCONFIG && i < sizeof(questions) / sizeof(questions[0]); i++)
		if (strcmp(e->name, questions[i].name) == 0)
			return &questions[i];
	return NULL;
}

int kconfig_want(struct walk *w)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < w->o.nexternals; i++) {
		const struct question *q = question_of(&w->o.externals[i]);

		if (q)
			r = kernel_btf_want(w, q->kind, q->type);
	}
	return r;
}

/* 1 or 0 by the kernel's types; negative: they are not there to ask. */
static int types_say(struct walk *w, const struct question *q)
{
	struct diag ignored = { 0 };
	struct kernel_type found;
	int r = kernel_btf_find_in(w, "vmlinux", q->kind, q->type, &found, &ignored);

	return r == 1 && q->enumerator ? enum_has(&found.in->btf, found.id, q->enumerator) : r;
}

/* The same by the list of symbols, where names stand whoever asks. */
static int symbols_say(struct walk *w, const char *name)
{
	struct symbols s = { .name = name };
	long r;

	nearest_start(&s.near, name);
	r = symbols_read(w, &s);
	return r < 0 ? (int)r : s.functions > 0;
}

static int answer(struct walk *w, const struct question *q, const char **from)
{
	int r;

	*from = "the architecture";
	if (strcmp(q->symbol, "__se_sys_bpf") == 0)		/* of a machine without wrappers */
		return 0;
	*from = "the kernel's types";
	r = types_say(w, q);
	if (r >= 0)
		return r;
	*from = "/proc/kallsyms";
	return symbols_say(w, q->symbol);
}

static int virtual_set(struct walk *w, struct external *e, struct diag *d)
{
	const struct question *q = question_of(e);
	const char *from;
	uint64_t value;
	int r;

	if (strcmp(e->name, "LINUX_KERNEL_VERSION") == 0) {
		value = kernel_version(w, &from);
		if (!value)
			return fail(d, -EINVAL, where, "%s: uname says no version that could be read", e->name);
		return kconfig_number(&w->o, e, value, from, d);
	}
	if (!q && e->is_weak && strncmp(e->name, "LINUX_", 6) == 0)
		return 0;
	if (!q)
		return fail(d, -EINVAL, where, "%s: not known; expected CONFIG_..., LINUX_KERNEL_VERSION, LINUX_HAS_BPF_COOKIE or"
			    " LINUX_HAS_SYSCALL_WRAPPER", e->name);
	r = answer(w, q, &from);
	if (r < 0)
		observe_note(w, "%s: neither the kernel's types nor its symbols can be read: taken for 0", e->name);
	return kconfig_number(&w->o, e, r > 0, from, d);
}

/* ---- the configuration ------------------------------------------------------ */

/* Reads an open file, unpacks it if need be, and takes the values. */
static int take(struct walk *w, int fd, const char *path, struct diag *d)
{
	struct arena scratch = { .limit = SCRATCH_LIMIT };
	struct view text;
	int64_t size;
	long n = sys_file_size(&w->sys, fd, &size);
	int r;

	r = n < 0 ? fail_kernel(d, n, where, "asking for the size of %s", path) :
		read_whole(w, &scratch, path, fd, size, &text, d);
	if (r == 0 && is_gzip(text))
		r = gunzip(text, path, &scratch, &text, d);
	if (r == 0)
		r = kconfig_read(&w->o, text, path, d);
	arena_free(&scratch);
	return r;
}

/* Opens the first configuration there is. Its path, which lives as long as the walk, in *path. */
static long config_open(struct walk *w, const char **path, struct diag *d)
{
	const struct new_utsname *name;
	long fd;

	*path = w->options.kconfig;
	if (*path) {
		fd = sys_open(&w->sys, *path, O_RDONLY);
		return fd < 0 ? fail_kernel(d, fd, where, "opening %s", *path) : fd;
	}
	name = utsname(w);
	*path = name ? arena_printf(&w->arena, "/boot/config-%s", name->release) : NULL;
	if (!*path)
		return fail_memory(d, where);
	fd = sys_open(&w->sys, *path, O_RDONLY);
	if (fd >= 0)
		return fd;
	fd = sys_open(&w->sys, "/proc/config.gz", O_RDONLY);
	if (fd < 0)
		/* EINVAL, as from libbpf */
		return fail(d, -EINVAL, where, "the kernel's configuration is neither in %s nor in /proc/config.gz"
			    " (CONFIG_IKCONFIG_PROC): %s", *path, bw_errno_name((int)fd));
	*path = "/proc/config.gz";
	return fd;
}

static bool is_config(const struct external *e)
{
	return e->kind == EXTERN_KCONFIG && strncmp(e->name, "CONFIG_", 7) == 0;
}

static int config_read(struct walk *w, struct diag *d)
{
	const char *path;
	long fd = config_open(w, &path, d);
	int r;

	if (fd < 0)
		return (int)fd;
	r = take(w, (int)fd, path, d);
	sys_close(&w->sys, (int)fd);
	for (uint32_t i = 0; i < w->o.nexternals; i++)
		if (is_config(&w->o.externals[i]) && !w->o.externals[i].is_known)
			w->o.externals[i].from = path;	/* where it is not */
	return r;
}

/* What the user set is known before anybody is asked. */
static void take_settings(struct walk *w)
{
	for (uint32_t i = 0; i < w->o.nglobals; i++) {
		const struct global *g = &w->o.globals[i];
		struct external *e = NULL;

		if (g->map == w->o.kconfig_map && g->is_set)
			e = external_named(&w->o, g->name, strlen(g->name));
		if (e) {
			e->is_known = true;
			e->from = "what was set";
		}
	}
}

int kconfig_resolve(struct walk *w, struct diag *d)
{
	bool config = false;
	int r = 0;

	take_settings(w);
	for (uint32_t i = 0; r == 0 && i < w->o.nexternals; i++) {
		struct external *e = &w->o.externals[i];

		if (e->kind != EXTERN_KCONFIG || e->is_known)
			continue;
		if (is_config(e))
			config = true;
		else
			r = virtual_set(w, e, d);
	}
	return r == 0 && config ? config_read(w, d) : r;
}
