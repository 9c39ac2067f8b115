/*
 * Finding the records of BTF, and what can be asked about one.
 *
 *	| header | type 1 | type 2 ...... | type 3 | ... | \0int\0char\0... |
 *	          ^        ^               ^
 *	offsets:  [1]      [2]             [3]
 *
 * How long a record is depends on its kind and on its count, so type n can only
 * be found by walking past the n - 1 before it. That walk is done once. It is
 * one tight loop because the kernel's own BTF goes through it too, and that has
 * 130000 types in 5.5 MB.
 *
 * In: the bytes of section .BTF or of /sys/kernel/btf/vmlinux  Out: struct btf
 * Kernel: kernel/bpf/btf.c btf_parse_hdr(), btf_check_all_metas()
 * Try: bpftool btf dump file build/progs/syscount.bpf.o
 * Next: elf/btf_check.c
 */
#include <errno.h>
#include <string.h>

#include "elf/btf.h"

/* Of the kernel's types one in 16 has an offset: 32 kB instead of 500, and few of them are ever looked at. */
enum { SPARSE = 4 };

/* What a type of a kind is called, and how many bytes stand behind struct btf_type: always, and for each of its vlen. */
static const struct { const char *name; uint8_t fixed, each; } kinds[NR_BTF_KINDS] = {
	[BTF_KIND_UNKN]		= { "void", 0, 0 },
	[BTF_KIND_INT]		= { "an int", sizeof(uint32_t), 0 },
	[BTF_KIND_PTR]		= { "a ptr", 0, 0 },
	[BTF_KIND_ARRAY]	= { "an array", sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT]	= { "a struct", 0, sizeof(struct btf_member) },
	[BTF_KIND_UNION]	= { "a union", 0, sizeof(struct btf_member) },
	[BTF_KIND_ENUM]		= { "an enum", 0, sizeof(struct btf_enum) },
	[BTF_KIND_FWD]		= { "a fwd", 0, 0 },
	[BTF_KIND_TYPEDEF]	= { "a typedef", 0, 0 },
	[BTF_KIND_VOLATILE]	= { "a volatile", 0, 0 },
	[BTF_KIND_CONST]	= { "a const", 0, 0 },
	[BTF_KIND_RESTRICT]	= { "a restrict", 0, 0 },
	[BTF_KIND_FUNC]		= { "a func", 0, 0 },
	[BTF_KIND_FUNC_PROTO]	= { "a func_proto", 0, sizeof(struct btf_param) },
	[BTF_KIND_VAR]		= { "a var", sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC]	= { "a datasec", 0, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_FLOAT]	= { "a float", 0, 0 },
	[BTF_KIND_DECL_TAG]	= { "a decl_tag", sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_TYPE_TAG]	= { "a type_tag", 0, 0 },
	[BTF_KIND_ENUM64]	= { "an enum64", 0, sizeof(struct btf_enum64) },
};

const char *btf_a_kind(uint32_t kind)
{
	return kind < NR_BTF_KINDS ? kinds[kind].name : "unknown";
}

const char *btf_kind_name(uint32_t kind)
{
	const char *name = btf_a_kind(kind), *space = strchr(name, ' ');

	return space ? space + 1 : name;
}

static int header_check(const struct btf_header *h, size_t size, struct diag *d)
{
	static const char where[] = "btf header";

	if (h->magic == (uint16_t)(BTF_MAGIC >> 8 | BTF_MAGIC << 8))
		return fail(d, -EINVAL, where, "big-endian, expected little-endian");
	if (h->magic != BTF_MAGIC)
		return fail(d, -EINVAL, where, "magic 0x%04x, expected 0x%04x", h->magic, BTF_MAGIC);
	if (h->version != BTF_VERSION)
		return fail(d, -EINVAL, where, "version %u, expected %u", h->version, BTF_VERSION);
	if (h->flags)
		return fail(d, -EINVAL, where, "flags 0x%02x, expected 0", h->flags);
	if (h->hdr_len < sizeof(*h) || h->hdr_len > size)
		return fail(d, -EINVAL, where, "header of %u bytes, expected 24 to %zu", h->hdr_len, size);
	return 0;
}

/* Fills raw, types and strings. */
static int parts_find(struct view raw, struct arena *a, struct btf *b, struct diag *d)
{
	static const char where[] = "btf header";
	struct btf_header h;
	int r;

	if (!view_get(raw, 0, &h, sizeof(h)))
		return fail(d, -EINVAL, where, "%zu bytes are too few for a header of 24", raw.size);
	r = header_check(&h, raw.size, d);
	if (r < 0)
		return r;
	if (((uint64_t)h.hdr_len + h.type_off) % 4)
		return fail(d, -EINVAL, where, "types at %llu, expected a multiple of 4",
			    (unsigned long long)h.hdr_len + h.type_off);
	if ((uintptr_t)raw.base % 4) {
		raw.base = arena_copy(a, raw.base, raw.size);
		if (!raw.base)
			return fail_memory(d, where);
	}
	b->raw = raw;
	if (!view_sub(raw, (uint64_t)h.hdr_len + h.type_off, h.type_len, &b->types))
		return fail(d, -EINVAL, where, "types at %llu size %u are outside the %zu bytes",
			    (unsigned long long)h.hdr_len + h.type_off, h.type_len, raw.size);
	if (!view_sub(raw, (uint64_t)h.hdr_len + h.str_off, h.str_len, &b->strings))
		return fail(d, -EINVAL, where, "strings at %llu size %u are outside the %zu bytes",
			    (unsigned long long)h.hdr_len + h.str_off, h.str_len, raw.size);
	if (b->base && !h.str_len)
		return 0;
	if (!h.str_len || (!b->base && b->strings.base[0]) || b->strings.base[h.str_len - 1])
		return fail(d, -EINVAL, where, "the strings do not begin and end with NUL");
	return 0;
}

/* The kinds with something behind struct btf_type, a bit each. */
enum {
	TRAILED = 1 << BTF_KIND_INT | 1 << BTF_KIND_ARRAY | 1 << BTF_KIND_STRUCT | 1 << BTF_KIND_UNION | 1 << BTF_KIND_ENUM |
		  1 << BTF_KIND_FUNC_PROTO | 1 << BTF_KIND_VAR | 1 << BTF_KIND_DATASEC | 1 << BTF_KIND_DECL_TAG |
		  1 << BTF_KIND_ENUM64
};

/*
 * Bytes of a record whose kind is known. Most have nothing behind them, and the
 * processor guesses that: it goes on to the next record before it has read this
 * one's count, which makes the pass a third faster.
 */
static size_t record_size(const struct btf_type *t)
{
	uint32_t kind = btf_kind(t);

	if (!(TRAILED >> kind & 1))
		return sizeof(*t);
	return sizeof(*t) + kinds[kind].fixed + (size_t)kinds[kind].each * btf_vlen(t);
}

static int records_find(struct btf *b, uint32_t *offsets, const struct btf_visit *visit, struct diag *d)
{
	static const char where[] = "btf types";
	const uint32_t every = (1u << b->sparse) - 1, wanted = visit ? visit->kinds : 0;
	size_t at = 0, left, need;

	for (b->count = b->base ? b->first : 1; (left = b->types.size - at) != 0; b->count++) {
		const struct btf_type *t = (const void *)(b->types.base + at);
		uint32_t kind;

		if (left < sizeof(*t))
			return fail(d, -EINVAL, where, "type %u: %zu bytes are left, it needs 12", b->count, left);
		kind = btf_kind(t);
		if (kind == BTF_KIND_UNKN || kind >= NR_BTF_KINDS)
			return fail(d, -EINVAL, where, "type %u: kind %u, known are 1 to %u", b->count, kind,
				    NR_BTF_KINDS - 1);
		need = record_size(t);
		if (left < need)
			return fail(d, -EINVAL, where, "type %u (%s): %zu bytes are left, it needs %zu", b->count,
				    btf_kind_name(kind), left, need);
		if (!((b->count - b->first) & every))
			offsets[(b->count - b->first) >> b->sparse] = (uint32_t)at;
		if ((wanted >> kind & 1) && t->name_off && visit->visit(visit->ctx, b, b->count, t) < 0)
			return fail_memory(d, where);
		at += need;
	}
	return 0;
}

static int index_make(struct view raw, const struct btf *base, unsigned sparse, const struct btf_visit *visit,
		      struct arena *a, struct btf *out, struct diag *d)
{
	uint32_t *offsets;
	int r;

	*out = (struct btf){ .base = base, .sparse = sparse };
	if (base) {
		out->first = base->count;
		out->first_string = base->first_string + (uint32_t)base->strings.size;
	}
	r = parts_find(raw, a, out, d);
	if (r < 0)
		return r;
	/* Room for the shortest records there are; counting them first would cost more than pages never touched. */
	offsets = arena_array(a, (out->types.size / sizeof(struct btf_type) >> sparse) + 1, sizeof(*offsets));
	if (!offsets)
		return fail_memory(d, "btf types");
	out->offsets = offsets;
	return records_find(out, offsets, visit, d);
}

int btf_index_visit(struct view raw, const struct btf *base, const struct btf_visit *visit, struct arena *a,
		    struct btf *out, struct diag *d)
{
	return index_make(raw, base, SPARSE, visit, a, out, d);
}

int btf_visit_all(const struct btf *b, const struct btf_visit *v)
{
	const unsigned char *at = b->types.base;
	int r = 0;

	for (uint32_t id = b->base ? b->first : 1; r == 0 && id < b->count; id++) {
		const struct btf_type *t = (const void *)at;

		if ((v->kinds >> btf_kind(t) & 1) && t->name_off)
			r = v->visit(v->ctx, b, id, t);
		at += record_size(t);
	}
	return r;
}

int btf_index(struct view raw, struct arena *a, struct btf *out, struct diag *d)
{
	return index_make(raw, NULL, 0, NULL, a, out, d);
}

int btf_parse(struct view raw, struct arena *a, struct btf *out, struct diag *d)
{
	int r = btf_index(raw, a, out, d);

	return r < 0 ? r : btf_check(out, a, d);
}

const struct btf_type *btf_type(const struct btf *b, uint32_t id)
{
	const unsigned char *at;
	uint32_t n;

	if (id < b->first)
		return btf_type(b->base, id);
	if (!id || id >= b->count)
		return NULL;
	n = id - b->first;
	at = b->types.base + b->offsets[n >> b->sparse];
	/* The first of all is number 1. */
	for (uint32_t i = n >> b->sparse << b->sparse; i < n; i++)
		at += i || b->base ? record_size((const void *)at) : 0;
	return (const void *)at;
}

const char *btf_str(const struct btf *b, uint32_t off)
{
	if (off < b->first_string)
		return btf_str(b->base, off);
	off -= b->first_string;
	return off < b->strings.size ? (const char *)b->strings.base + off : "";
}

const char *btf_name(const struct btf *b, uint32_t id)
{
	const struct btf_type *t = btf_type(b, id);

	return t ? btf_str(b, t->name_off) : "";
}

/* All of these stand right behind the record. */
const struct btf_member *btf_members(const struct btf_type *t)
{
	return (const void *)(t + 1);
}

const struct btf_enum *btf_enums(const struct btf_type *t)
{
	return (const void *)(t + 1);
}

const struct btf_enum64 *btf_enums64(const struct btf_type *t)
{
	return (const void *)(t + 1);
}

const struct btf_array *btf_array(const struct btf_type *t)
{
	return (const void *)(t + 1);
}

const struct btf_param *btf_params(const struct btf_type *t)
{
	return (const void *)(t + 1);
}

const struct btf_var *btf_var(const struct btf_type *t)
{
	return (const void *)(t + 1);
}

const struct btf_var_secinfo *btf_secinfos(const struct btf_type *t)
{
	return (const void *)(t + 1);
}

uint32_t btf_int_data(const struct btf_type *t)
{
	return *(const uint32_t *)(t + 1);
}

bool btf_is_modifier(uint32_t kind)
{
	return kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_VOLATILE || kind == BTF_KIND_CONST ||
	       kind == BTF_KIND_RESTRICT || kind == BTF_KIND_TYPE_TAG;
}

bool btf_is_char(const struct btf *b, const struct btf_type *t)
{
	return t && btf_kind(t) == BTF_KIND_INT && t->size == 1 &&
	       (strcmp(btf_str(b, t->name_off), "char") == 0 ||
		(BTF_INT_ENCODING(btf_int_data(t)) & BTF_INT_CHAR));
}

uint32_t btf_find(const struct btf *b, uint32_t kind, const char *name)
{
	for (uint32_t id = b->base ? b->first : 1; id < b->count; id++) {
		const struct btf_type *t = btf_type(b, id);

		if (btf_kind(t) == kind && strcmp(btf_str(b, t->name_off), name) == 0)
			return id;
	}
	return 0;
}

uint32_t btf_skip_modifiers(const struct btf *b, uint32_t id)
{
	for (unsigned i = 0; i <= BTF_MAX_DEPTH; i++) {
		const struct btf_type *t = btf_type(b, id);

		if (!t || !btf_is_modifier(btf_kind(t)))
			return t ? id : 0;
		id = t->type;
	}
	return 0;
}

uint32_t btf_guess_pointer_size(const struct btf *b)
{
	static const char *const longs[] = { "long int", "long unsigned int", "long", "unsigned long" };

	for (uint32_t id = 1; id < b->count; id++) {
		const struct btf_type *t = btf_type(b, id);

		for (unsigned i = 0; btf_kind(t) == BTF_KIND_INT && i < sizeof(longs) / sizeof(longs[0]); i++)
			if (strcmp(btf_str(b, t->name_off), longs[i]) == 0 && (t->size == 4 || t->size == 8))
				return t->size;
	}
	return 8;
}

int64_t btf_size(const struct btf *b, uint32_t id)
{
	uint64_t elements = 1, size;
	const struct btf_type *t;

	for (unsigned i = 0; i <= BTF_MAX_DEPTH; i++) {
		t = btf_type(b, btf_skip_modifiers(b, id));
		if (!t || (btf_kind(t) != BTF_KIND_ARRAY && btf_kind(t) != BTF_KIND_VAR))
			break;
		id = t->type;
		if (btf_kind(t) == BTF_KIND_ARRAY) {
			id = btf_array(t)->type;
			elements *= btf_array(t)->nelems;
		}
		if (elements > UINT32_MAX)
			return -EINVAL;
	}
	switch (t ? btf_kind(t) : BTF_KIND_UNKN) {
	case BTF_KIND_INT: case BTF_KIND_ENUM: case BTF_KIND_ENUM64: case BTF_KIND_FLOAT:
	case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_DATASEC:
		size = t->size;
		break;
	case BTF_KIND_PTR:
		size = b->pointer_size ? b->pointer_size : 8;
		break;
	default:
		return -EINVAL;
	}
	return elements * size <= UINT32_MAX ? (int64_t)(elements * size) : -EINVAL;
}
