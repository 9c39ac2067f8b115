/*
 * bpfwalk asm: an object from a text of instructions.
 *
 *	bpfwalk disasm --asm build/progs/device.bpf.o >device.s
 *	$EDITOR device.s
 *	bpfwalk asm device.s -o device.bpf.o
 *
 * In: a text  Out: an object file, and a line for each function in it
 * Try:  printf '.section socket\n.func none\nr0 = 0\nexit\n' >none.s; bpfwalk asm none.s -o none.bpf.o
 * Next: loader/cli/verb_load.c
 */
#include <inttypes.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/describe.h"
#include "loader/cli/out.h"
#include "loader/cli/setup.h"
#include "loader/cli/verbs.h"

int verb_asm(const struct args *a)
{
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int status = EXIT_DONE;

	if (!a->out)
		return args_refuse(a, "-o OUT is missing; see bpfwalk asm --help");
	if (strcmp(a->out, a->object) == 0)
		return args_refuse(a, "-o %s: that is the text itself", a->out);
	if (bw_assemble(a->object, NULL, &obj, &err))
		return failed(&err);
	if (bw_save(obj, a->out, &err))
		status = failed(&err);
	for (unsigned i = 0; status == EXIT_DONE && i < obj->nprograms; i++) {
		const struct bw_program *p = &obj->programs[i];

		if (a->json)
			program_json(p);
		else
			put("%s %s: %" PRIu32 " instructions, section %s", p->is_entry ? "program" : "function", p->name,
			    p->insn_count, p->section);
	}
	bw_close(obj);
	return status;
}
