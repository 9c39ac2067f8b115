/*
 * Values, types and names as text, for whoever prints.
 *
 * In: bytes and a BTF type  Out: a string in the caller's buffer
 * Try: bpfwalk run build/progs/ring.bpf.o --for 2
 * Next: loader/listing.c
 */
#include <string.h>

#include "elf/btf_text.h"
#include "elf/disasm.h"
#include "elf/nearest.h"
#include "loader/walk.h"

size_t bw_format_value(const struct bw_object *obj, uint32_t type_id, const void *data, size_t len,
		       enum bw_style style, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	btf_value_text(&walk_of_const(obj)->o.btf, type_id, (struct view){ data, len },
		       style == BW_STYLE_JSON ? VALUE_JSON : VALUE_TEXT, &t);
	return t.length;
}

size_t bw_format_type(const struct bw_object *obj, uint32_t type_id, bool members, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	btf_type_text(&walk_of_const(obj)->o.btf, type_id, members, &t);
	return t.length;
}

size_t bw_format_text(const char *s, size_t len, enum bw_style style, char *out, size_t size)
{
	struct text t;

	text_init(&t, out, size);
	text_add_escaped(&t, s, len, style == BW_STYLE_JSON);
	return t.length;
}

void bw_disasm_insn(const struct bw_insn *insns, unsigned count, char *out, size_t size)
{
	disasm((const struct bpf_insn *)(const void *)insns, 0, count, out, size);
}

const char *bw_nearer(const char *want, const char *best, const char *name)
{
	struct nearest n;

	nearest_start(&n, want);
	if (best)
		nearest_see(&n, best);
	nearest_see(&n, name);
	if (!n.count)
		return NULL;
	return strcmp(n.best[0].name, name) == 0 ? name : best;
}
