/*
 * Whose registers does an object read?
 *
 * A program at a kernel function finds the function's arguments in the CPU's
 * registers, as struct pt_regs. That struct is another one for every machine,
 * and so the program is compiled for one of them:
 *
 *	x86       ((struct pt_regs *)ctx)->di
 *	arm64     ((struct user_pt_regs *)ctx)->regs[0]
 *
 * On the wrong machine it may load and read something else. But the object's
 * BTF has the struct it was compiled with, and its members tell the machine.
 *
 * In: an object's types  Out: "arm64"
 * Kernel: arch/.../include/asm/ptrace.h
 * Next: elf/link.h
 */
#include <string.h>

#include "elf/btf_names.h"
#include "elf/core_parts.h"

static const struct registers { const char *type, *member, *machine; } table[] = {
	{ "pt_regs", "di", "x86" }, { "pt_regs", "si", "x86" }, { "pt_regs", "ip", "x86" }, { "pt_regs", "ax", "x86" },
	{ "pt_regs", "rdi", "x86" },
	{ "user_pt_regs", "regs", "arm64" }, { "user_pt_regs", "pc", "arm64" }, { "user_pt_regs", "sp", "arm64" },
	{ "user_pt_regs", "gprs", "s390" }, { "user_pt_regs", "psw", "s390" },
	{ "user_regs_struct", "a0", "riscv" }, { "pt_regs", "a0", "riscv" }, { "pt_regs", "epc", "riscv" },
	{ "pt_regs", "uregs", "arm" }, { "pt_regs", "gpr", "powerpc" }, { "pt_regs", "nip", "powerpc" },
	{ "user_pt_regs", "csr_era", "loongarch" }, { "pt_regs", "csr_era", "loongarch" },
};

const char *registers_machine(const char *type, const char *member)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (core_names_equal(type, table[i].type) && strcmp(member, table[i].member) == 0)
			return table[i].machine;
	return NULL;
}

const char *registers_of_object(const struct object *o)
{
	const char *machine = NULL;

	for (uint32_t id = 1; !machine && id < o->btf.count; id++) {
		const struct btf_type *t = btf_type(&o->btf, id);

		if (btf_kind(t) != BTF_KIND_STRUCT)
			continue;
		for (uint32_t i = 0; !machine && i < btf_vlen(t); i++)
			machine = registers_machine(btf_str(&o->btf, t->name_off),
						    btf_str(&o->btf, btf_members(t)[i].name_off));
	}
	return machine;
}
