/*
 * Finding things by the name they have in the source.
 *
 * In: a name  Out: the struct, or NULL
 * Next: loader/load_check.c
 */
#include <string.h>

#include "loader/walk.h"

const struct bw_program *bw_find_program(const struct bw_object *obj, const char *name)
{
	for (unsigned i = 0; i < obj->nprograms; i++)
		if (!strcmp(obj->programs[i].name, name))
			return &obj->programs[i];
	return NULL;
}

const struct bw_map *bw_find_map(const struct bw_object *obj, const char *name)
{
	for (unsigned i = 0; i < obj->nmaps; i++)
		if (!strcmp(obj->maps[i].name, name))
			return &obj->maps[i];
	return NULL;
}

const struct bw_global *bw_find_global(const struct bw_object *obj, const char *name)
{
	for (unsigned i = 0; i < obj->nglobals; i++)
		if (!strcmp(obj->globals[i].name, name))
			return &obj->globals[i];
	return NULL;
}

uint32_t bw_find_type(const struct bw_object *obj, const char *name)
{
	static const struct { const char *word; uint32_t kind; } kinds[] = {
		{ "struct ", BTF_KIND_STRUCT }, { "union ", BTF_KIND_UNION }, { "enum ", BTF_KIND_ENUM },
		{ "", BTF_KIND_STRUCT }, { "", BTF_KIND_TYPEDEF }, { "", BTF_KIND_INT },
		{ "", BTF_KIND_UNION }, { "", BTF_KIND_ENUM },
	};
	const struct btf *b = &walk_of_const(obj)->o.btf;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i].word);
		uint32_t id = strncmp(name, kinds[i].word, len) ? 0 : btf_find(b, kinds[i].kind, name + len);

		if (id)
			return id;
	}
	return 0;
}

int64_t bw_type_size(const struct bw_object *obj, uint32_t type_id)
{
	return btf_size(&walk_of_const(obj)->o.btf, type_id);
}
