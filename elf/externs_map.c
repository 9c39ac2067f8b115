/*
 * The map .kconfig: values of the kernel's configuration, as variables.
 *
 *	extern bool CONFIG_BPF_JIT __kconfig;      type          in the configuration
 *	extern int CONFIG_HZ __kconfig;            bool          y, n
 *	extern char CONFIG_LSM[64] __kconfig;      integer       a number
 *	                                           char          y, n, m, or a number
 *	+-----------+----------------+------+      tristate      y, n, m
 *	| CONFIG_HZ | CONFIG_BPF_JIT | LSM  |      char array    "text"
 *	+-----------+----------------+------+
 *	  widest alignment first, then smallest, then by name
 *
 * The bytes stay zero until loader/kconfig.c has read the configuration. For the
 * rest of the loader this is a map like .rodata, and each extern a global
 * variable in it: so a user can set one, too.
 *
 * In: o->externals  Out: their offsets, a struct map, struct globals
 * Kernel: tools/lib/bpf/libbpf.c find_kcfg_type(), bpf_object__init_kconfig_map()
 * Try: bpfwalk inspect build/tests/objects/kconfig.bpf.o
 * Next: elf/maps.c
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "elf/object_parts.h"
#include "uapi/bpf_cmd.h"

static bool is_char(const struct btf_type *t)
{
	return t && btf_kind(t) == BTF_KIND_INT && t->size == 1 &&
		!(BTF_INT_ENCODING(btf_int_data(t)) & BTF_INT_BOOL);
}

static bool int_type(const struct btf_type *t, struct external *e)
{
	uint32_t encoding = BTF_INT_ENCODING(btf_int_data(t));

	e->is_signed = encoding & BTF_INT_SIGNED;
	e->config_type = encoding & BTF_INT_BOOL ? CONFIG_BOOL : t->size == 1 ? CONFIG_CHAR : CONFIG_INTEGER;
	return t->size <= 8 && (e->config_type != CONFIG_BOOL || t->size == 1);
}

bool extern_config_type(const struct object *o, struct external *e)
{
	const struct btf *b = &o->btf;
	uint32_t id = btf_skip_modifiers(b, e->type_id);
	const struct btf_type *t = btf_type(b, id);
	int64_t size = t ? btf_size(b, id) : -1;

	if (size <= 0 || size > INT_MAX)
		return false;
	e->size = e->align = (uint32_t)size;
	switch (btf_kind(t)) {
	case BTF_KIND_INT:
		return int_type(t, e);
	case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		e->config_type = CONFIG_TRISTATE;
		return size >= 4 && strcmp(btf_name(b, id), "libbpf_tristate") == 0;
	case BTF_KIND_ARRAY:
		e->config_type = CONFIG_STRING;
		e->align = 1;
		return is_char(btf_type(b, btf_skip_modifiers(b, btf_array(t)->type)));
	default:
		return false;
	}
}

/* Puts them one behind the other. The end in *size; false: they are too much for a map. */
static bool place_all(struct object *o, uint32_t *size)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < o->nexternals && o->externals[i].kind == EXTERN_KCONFIG; i++) {
		struct external *e = &o->externals[i];

		at = (at + e->align - 1) / e->align * e->align;
		e->offset = (uint32_t)at;
		at += e->size;
		if (at > INT_MAX)
			return false;
	}
	*size = (uint32_t)at;
	return true;
}

static int globals_add(struct object *o, struct diag *d)
{
	for (uint32_t i = 0; i < o->nexternals && o->externals[i].kind == EXTERN_KCONFIG; i++) {
		struct external *e = &o->externals[i];
		struct global *globals = array_grow(o->arena, o->globals, o->nglobals, sizeof(*globals));

		if (!globals)
			return fail_memory(d, "globals");
		o->globals = globals;
		o->globals[o->nglobals++] = (struct global){
			.name = e->name, .map = o->kconfig_map, .offset = e->offset, .size = e->size,
			.type_id = e->type_id,
		};
	}
	return 0;
}

int maps_from_externs(struct object *o, struct diag *d)
{
	struct map m = {
		.name = ".kconfig", .origin = MAP_KCONFIG, .type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .max_entries = 1,
		.flags = BPF_F_RDONLY_PROG | BPF_F_MMAPABLE, .inner = NO_INDEX, .frozen = true,
		.value_type_id = btf_find(&o->btf, BTF_KIND_DATASEC, ".kconfig"),
	};

	if (!o->nexternals || o->externals[0].kind != EXTERN_KCONFIG)
		return 0;
	if (!place_all(o, &m.value_size))
		return fail(d, -EINVAL, "maps", ".kconfig: more than %d bytes, which is what a map's value has at most", INT_MAX);
	m.data_size = m.value_size;
	m.data = arena_alloc(o->arena, m.data_size);
	if (!m.data)
		return fail_memory(d, "maps");
	o->kconfig_map = o->nmaps;
	if (map_add(o, &m, d) < 0)
		return -ENOMEM;
	return globals_add(o, d);
}
