/*
 * A kernel module with a structure of functions that BPF programs can implement: struct bpfwalk_ops. None of Debian's
 * modules has one.
 *
 *	echo 5 >/sys/module/bpfwalk_ops/parameters/hit		calls hit(5), as often as the member `times` says
 *
 * It is made without the kernel's headers, so that the test needs none: this file is compiled with room where each
 * kernel has something else, and tests/kernel_struct_ops.c fills it in:
 *
 *	.modinfo                    the kernel's version, letter by letter
 *	.gnu.linkonce.this_module   struct module, as long as this kernel's; init and exit where it has them
 *	.BTF                        struct bpfwalk_ops, in types that go on where this kernel's end
 *	.layout                     where members are in the kernel's structures
 *	__versions                  what a kernel that compares versions of symbols wants to see
 *
 * It needs no symbol of the kernel, for those have versions: what it calls is in .layout, too.
 *
 * Kernel: kernel/module/main.c load_module(), kernel/bpf/bpf_struct_ops.c bpf_struct_ops_desc_init()
 * Next: tests/kernel_struct_ops.c
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/module/ops.h"
#include "uapi/btf.h"

#define IN(name) __attribute__((section(name), used))

IN(".modinfo") char module_info[512] = "?";
IN(".BTF") char module_types[4096] = "?";
IN(".layout") volatile unsigned long module_layout[OPS_LAYOUT_WORDS] = { 1 };
IN("__versions") struct ops_version module_version = { 0, "?" };

static int start(void);
static void end(void);

/* Where init and exit are is what the test moves. */
IN(".gnu.linkonce.this_module") struct {
	int (*init)(void);
	void (*exit)(void);
	char rest[4096 - 2 * sizeof(void *)];
} __this_module __attribute__((aligned(64))) = { .init = start, .exit = end };

static struct bpfwalk_ops *registered;

/* ---- what the kernel asks of a structure -------------------------------------- */

static const void *no_helper(int id, const void *prog)
{
	(void)id, (void)prog;
	return NULL;
}

static bool argument(int off, int size, int is_read, const void *prog, void *info)
{
	(void)prog, (void)info;
	return off == 0 && size == 8 && is_read == 1;
}

static int nothing(void *btf)
{
	(void)btf;
	return 0;
}

/* Members that are no functions are ours to take: 1. */
static int take_member(const struct btf_type *t, const struct btf_member *m, void *to, const void *from)
{
	size_t at = m->offset / 8, size = at == offsetof(struct bpfwalk_ops, times) ? sizeof(int) : sizeof(registered->name);

	(void)t;
	if (at == offsetof(struct bpfwalk_ops, hit))
		return 0;
	for (size_t i = 0; i < size; i++)
		((char *)to)[at + i] = ((const char *)from)[at + i];
	return 1;
}

static int take(void *ops, void *link)
{
	(void)link;
	if (registered)
		return -17;		/* EEXIST */
	registered = ops;
	return 0;
}

static void leave(void *ops, void *link)
{
	(void)ops, (void)link;
	registered = NULL;
}

/* In the place of a program: the kernel looks in the module's BTF for a function of this name. */
static int bpfwalk_ops__hit(int n)
{
	(void)n;
	return 0;
}

/* ---- calling it ----------------------------------------------------------------- */

static int hit(const char *text, const void *parameter)
{
	int n = 0;

	(void)parameter;
	if (!registered)
		return -19;		/* ENODEV */
	for (; *text >= '0' && *text <= '9'; text++)
		n = n * 10 + (*text - '0');
	for (int i = 0; i < registered->times; i++)
		registered->hit(n);
	return 0;
}

static const struct {
	unsigned flags;
	int (*set)(const char *text, const void *parameter);
	int (*get)(char *text, const void *parameter);
	void (*free)(void *arg);
} hit_ops = { .set = hit };

IN("__param") struct {
	const char *name;
	void *module;
	const void *ops;
	uint16_t mode;
	int8_t level;
	uint8_t flags;
	void *arg;
} module_parameter = { "hit", &__this_module, &hit_ops, 0200, -1, 0, NULL };

/* ---- coming and going ------------------------------------------------------------- */

static unsigned char st_ops[4096] __attribute__((aligned(64)));
static const void *verifier_ops[32];
static struct bpfwalk_ops stubs = { .hit = bpfwalk_ops__hit };

static void put(void *base, enum ops_layout member, const void *value)
{
	*(const void **)((unsigned char *)base + module_layout[member]) = value;
}

static int start(void)
{
	put(verifier_ops, VERIFIER_PROTO, no_helper);
	put(verifier_ops, VERIFIER_ACCESS, argument);
	put(st_ops, OPS_VERIFIER, verifier_ops);
	put(st_ops, OPS_INIT, nothing);
	put(st_ops, OPS_INIT_MEMBER, take_member);
	put(st_ops, OPS_REG, take);
	put(st_ops, OPS_UNREG, leave);
	put(st_ops, OPS_CFI, &stubs);
	put(st_ops, OPS_OWNER, &__this_module);
	put(st_ops, OPS_NAME, "bpfwalk_ops");
	return ((int (*)(void *))module_layout[REGISTER])(st_ops);
}

static void end(void)
{
}
