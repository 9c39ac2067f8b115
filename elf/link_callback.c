/*
 * The function that catches: a program may throw an exception (bpf_throw(), since
 * 6.7), and the kernel then calls one of its sub-programs.
 *
 *	int cleanup(u64 cookie) { ... }
 *	__exception_cb(cleanup) SEC("tc") int prog(...) { ... bpf_throw(1); ... }
 *
 *	DECL_TAG "exception_callback:cleanup" -> FUNC prog
 *
 * Nothing in the program calls it, so no relocation leads to it: only a tag in
 * the BTF does. It is placed behind all that the program reaches, with whatever
 * it calls itself. Calling it as a function too is for the verifier to refuse.
 *
 * (A program without tags is not looked at: whether the object has any is asked once.)
 *
 * In: declaration tags  Out: an index into object.funcs
 * Kernel: kernel/bpf/btf.c btf_find_decl_tag_value(), kernel/bpf/verifier.c add_subprog_and_kfunc()
 * Next: elf/link_info.c
 */
#include <errno.h>
#include <string.h>

#include "elf/link.h"
#include "elf/object_parts.h"

static const char tag_head[] = "exception_callback:";

/* The name behind the colon, if type id is a tag of that kind on a whole declaration; else NULL. */
static const char *callback_name(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, id);
	struct btf_decl_tag tag;

	if (btf_kind(t) != BTF_KIND_DECL_TAG || strncmp(btf_str(b, t->name_off), tag_head, sizeof(tag_head) - 1) != 0)
		return NULL;
	memcpy(&tag, t + 1, sizeof(tag));
	return tag.component_idx == -1 ? btf_str(b, t->name_off) + sizeof(tag_head) - 1 : NULL;
}

bool link_has_callbacks(const struct object *o)
{
	for (uint32_t id = 1; id < o->btf.count; id++)
		if (callback_name(&o->btf, id))
			return true;
	return false;
}

/* The sub-program of that name. */
static int find(const struct object *o, const char *program, const char *name, uint32_t *callback, struct diag *d)
{
	for (uint32_t i = 0; i < o->nfuncs; i++) {
		if (o->funcs[i].is_program || strcmp(o->funcs[i].name, name) != 0)
			continue;
		if (!o->funcs[i].is_global)
			return fail(d, -EINVAL, "link", "program %s: its exception callback %s is static or hidden, expected a"
				    " global function", program, name);
		*callback = i;
		return 0;
	}
	return fail(d, -ENOENT, "link", "program %s: its exception callback %s is no function of this object", program, name);
}

int link_callback(const struct object *o, uint32_t func, uint32_t *callback, struct diag *d)
{
	const char *program = o->funcs[func].name;
	uint32_t tags = 0;
	int r = 0;

	*callback = NO_INDEX;
	for (uint32_t id = 1; r == 0 && id < o->btf.count; id++) {
		const char *name = callback_name(&o->btf, id);
		const struct btf_type *on = name ? btf_type(&o->btf, btf_type(&o->btf, id)->type) : NULL;

		if (!name)
			continue;
		if (!on || btf_kind(on) != BTF_KIND_FUNC || btf_vlen(on) != BTF_FUNC_GLOBAL)
			return fail(d, -EINVAL, "link", "an exception callback (%s) is declared for something that is no program",
				    name);
		if (strcmp(btf_str(&o->btf, on->name_off), program) != 0)
			continue;
		if (tags++)
			*callback = NO_INDEX;		/* two: the verifier says no, whatever is appended */
		else
			r = find(o, program, name, callback, d);
	}
	return r;
}
