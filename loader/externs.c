/*
 * Externs: everything the object wants of the running kernel, looked up.
 *
 *	.kconfig   CONFIG_HZ            the kernel's configuration     loader/kconfig.c
 *	           LINUX_KERNEL_VERSION the kernel itself              loader/kconfig.c
 *	.ksyms     with a type          the kernel's types (BTF)       loader/ksyms.c
 *	           extern const void x  its list of symbols            loader/ksyms.c
 *
 * Each source is opened only if some extern needs it, and read once for all of
 * them. What is not there is an error, unless the extern is weak: then it is
 * zero, or its address is, and the program is expected to ask.
 *
 * In: o->externals  Out: is_known or is_absent in each, bytes in the map .kconfig
 * Kernel: tools/lib/bpf/libbpf.c bpf_object__resolve_externs()
 * Try: bpfwalk explain --dry-run build/tests/objects/kconfig.bpf.o
 * Next: elf/kconfig.h
 */
#include <errno.h>
#include <string.h>

#include "elf/kconfig.h"
#include "loader/externs.h"

static const char *section_of(const struct external *e)
{
	return e->kind == EXTERN_KCONFIG ? ".kconfig" : ".ksyms";
}

/* One line for whoever watches: what it was, what it became. */
static void tell(struct walk *w, const struct external *e)
{
	char value[128];

	if (e->is_absent)
		observe_note(w, "%s (%s): not in this kernel; it is weak, so %s", e->name, section_of(e),
			     e->kind == EXTERN_KCONFIG ? "its value is 0" : e->kind == EXTERN_VAR ? "its address is 0" :
			     "its address is 0, and a call of it is none that the verifier lets pass");
	else if (e->kind == EXTERN_KCONFIG)
		observe_note(w, "%s = %s, from %s", e->name, kconfig_text(&w->o, e, value, sizeof(value)), e->from);
	else if (!e->type_id)
		observe_note(w, "%s is at %#llx, says %s", e->name, (unsigned long long)e->address, e->from);
	else if (e->module_fd)
		observe_note(w, "%s is type %u of module %s (descriptor %d%s)", e->name, e->kernel_btf_id, e->from, e->module_fd,
			     e->kind == EXTERN_FUNC ? ", in fd_array for the calls of it" : "");
	else
		observe_note(w, "%s is type %u of %s", e->name, e->kernel_btf_id, e->from);
}

/* Nobody has said no and nobody has found it: so it is not there. */
static int absent(struct external *e, struct diag *d)
{
	if (e->is_weak) {
		e->is_absent = true;
		return 0;
	}
	if (e->kind == EXTERN_KCONFIG)
		return fail(d, -ESRCH, "externs", "%s (.kconfig): %s does not set it, and it is not weak", e->name,
			    e->from ? e->from : "the kernel's configuration");
	return fail(d, -ESRCH, "externs", "%s (.ksyms): no such symbol in /proc/kallsyms, and it is not weak", e->name);
}

/* The public face of what is known now. */
void externs_publish(struct walk *w)
{
	for (uint32_t i = 0; i < w->o.nexternals; i++) {
		const struct external *e = &w->o.externals[i];
		struct bw_extern *out = &w->externs[i];

		*out = (struct bw_extern){
			.name = e->name, .section = section_of(e), .is_function = e->kind == EXTERN_FUNC,
			.is_weak = e->is_weak, .type_id = e->type_id, .is_absent = e->is_absent,
			.from = e->is_known ? e->from : NULL, .kernel_btf_id = e->kernel_btf_id, .address = e->address,
		};
		for (unsigned g = 0; e->kind == EXTERN_KCONFIG && g < w->pub.nglobals; g++)
			if (w->pub.globals[g].map->index == w->o.kconfig_map && w->pub.globals[g].offset == e->offset)
				out->global = &w->pub.globals[g];
	}
}

int externs_resolve(struct walk *w, struct diag *d)
{
	int r;

	if (!w->o.nexternals)
		return 0;
	observe_step(w, "externs", w->o.name);
	r = kconfig_resolve(w, d);
	if (r == 0)
		r = ksyms_resolve(w, d);
	for (uint32_t i = 0; r == 0 && i < w->o.nexternals; i++) {
		struct external *e = &w->o.externals[i];

		if (!e->is_known && !e->is_absent)
			r = absent(e, d);
		if (r == 0)
			tell(w, e);
	}
	externs_publish(w);
	return r;
}
