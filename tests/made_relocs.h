/*
 * CO-RE relocations made up from numbers: an object's types, those of a kernel that has nearly the same, instructions.
 *
 *	numbers		of a fuzzer, or random ones; the same numbers make the same
 *	object		types that refer to earlier ones, all of a few names; members, arrays, bit-fields, flavours
 *	kernel		the same types again, some with other sizes, places, names, signs, elements
 *	relocations	of any kind, with paths that mostly exist
 *	instructions	each of which mostly holds what the compiler would have put there
 *
 * What C does not have is not made: a struct with two members of one name, a bit-field of something that is no integer.
 *
 * Next: tests/fuzz_core.c
 */
#ifndef TESTS_MADE_RELOCS_H
#define TESTS_MADE_RELOCS_H

#include "elf/core_parts.h"
#include "tests/btf_image.h"
#include "uapi/bpf_cmd.h"

enum { MADE_TYPES = 30, MADE_RELOCS = 6, MADE_INSNS = 3 * MADE_RELOCS };

struct numbers {
	const uint8_t *at;		/* taken first */
	size_t left;
	uint64_t state;			/* then these; 0: nothing but zeros */
};

struct made_type {
	uint32_t at;			/* in words */
	uint32_t size, level;		/* level: how many structs without a name are in it, one in the other */
	bool is_sized;
};

struct made {
	struct numbers *n;
	struct btf_image object, kernel;
	struct made_type types[MADE_TYPES + 1];	/* of both: they begin at the same word */
	uint32_t count;			/* how many types there will be */
	struct bpf_core_relo relocs[MADE_RELOCS];
	struct bpf_insn insns[MADE_INSNS];
};

static inline uint32_t pick(struct numbers *n, uint32_t below)
{
	uint32_t v = 0;

	if (n->left >= 2) {
		v = (uint32_t)n->at[0] << 8 | n->at[1];
		n->at += 2;
		n->left -= 2;
	} else if (n->state) {
		n->state ^= n->state << 13;
		n->state ^= n->state >> 7;
		n->state ^= n->state << 17;
		v = (uint32_t)(n->state >> 11);
	}
	return v % below;
}

static inline const char *pick_name(struct numbers *n)
{
	static const char *const names[] = { "s", "t", "s___a", "s___b", "t___c", "u" };

	return names[pick(n, 6)];
}

/* ---- types --------------------------------------------------------------------------- */

static inline uint32_t *made_words(struct btf_image *b, const struct made *m, uint32_t id)
{
	return b->words + m->types[id].at;
}

/* A type that is there and has a size; the first one always is. */
static inline uint32_t pick_sized(struct made *m)
{
	for (unsigned i = 0; i < 20 && m->object.ntypes; i++) {
		uint32_t id = 1 + pick(m->n, m->object.ntypes);

		if (m->types[id].is_sized)
			return id;
	}
	return 1;
}

static inline bool is_integer(const struct made *m, uint32_t id)
{
	uint32_t kind = BTF_INFO_KIND(m->object.words[m->types[id].at + 1]);

	return kind == BTF_KIND_INT || core_is_enum(kind);
}

static inline bool is_nameless_struct(const struct made *m, uint32_t id)
{
	const uint32_t *w = m->object.words + m->types[id].at;
	uint32_t kind = BTF_INFO_KIND(w[1]);

	return !w[0] && (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION);
}

static inline void make_int(struct made *m, struct made_type *t)
{
	static const uint32_t sizes[] = { 4, 4, 1, 2, 8, 16 };
	static const char *const names[] = { "int", "char", "long", "s" };
	uint32_t offset = pick(m->n, 40) ? 0 : 3;	/* as old compilers wrote bit-fields */

	t->size = sizes[pick(m->n, 6)];
	btf_image_type(&m->object, names[pick(m->n, 4)], BTF_KIND_INT, 0, t->size);
	btf_image_words(&m->object, 1, pick(m->n, 2) << 24 | offset << 16 | (t->size * 8 - offset));
}

/* One member at *bit or behind; only one of a struct has no name, and its own members have names of another level. */
static inline void make_member(struct made *m, struct made_type *t, bool in_union, bool kflag, uint32_t i, uint32_t *bit)
{
	uint32_t type = pick_sized(m), bits = 0, at;
	char name[16];

	if (kflag && is_integer(m, type) && pick(m->n, 2))
		bits = 1 + pick(m->n, 20);
	at = in_union ? 0 : *bit + (pick(m->n, 4) ? 0 : pick(m->n, 64));
	at = bits ? at : (at + 7) / 8 * 8;
	snprintf(name, sizeof(name), "%c%s", 'a' + (int)i, pick(m->n, 8) ? "" : "___x");
	if (!t->level && is_nameless_struct(m, type) && pick(m->n, 4)) {
		t->level = m->types[type].level + 1;
		name[0] = 0;
	}
	btf_image_member(&m->object, name, type, kflag ? bits << 24 | at : at);
	at += bits ? bits : m->types[type].size * 8;
	*bit = in_union && *bit > at ? *bit : at;
}

static inline void make_struct(struct made *m, struct made_type *t, uint32_t kind)
{
	uint32_t kflag = pick(m->n, 2), vlen = pick(m->n, 5), bit = 0, nstrings = m->object.strings_size;

	btf_image_type(&m->object, pick(m->n, 3) ? pick_name(m->n) : "", kind | kflag << 7, vlen, 0);
	for (uint32_t i = 0; i < vlen; i++)
		make_member(m, t, kind == BTF_KIND_UNION, kflag, i, &bit);
	/* A level has letters of its own. */
	for (uint32_t i = nstrings; t->level && i < m->object.strings_size; i++)
		if (m->object.strings[i] >= 'a' && m->object.strings[i] <= 'e' && !m->object.strings[i - 1])
			m->object.strings[i] = (char)(m->object.strings[i] + (int)(5 * (t->level % 4)));
	t->size = (bit + 7) / 8 + (pick(m->n, 3) ? 0 : pick(m->n, 9));
	m->object.words[t->at + 2] = t->size;
}

static inline void make_enum(struct made *m, struct made_type *t, uint32_t kind)
{
	static const char *const names[] = { "A", "B", "C", "A___x", "B___y", "D" };
	static const uint32_t sizes[] = { 4, 8, 1, 2 };
	uint32_t vlen = pick(m->n, 4);

	t->size = sizes[pick(m->n, 4)];
	btf_image_type(&m->object, pick(m->n, 6) ? pick_name(m->n) : "", kind | pick(m->n, 2) << 7, vlen, t->size);
	for (uint32_t i = 0; i < vlen; i++) {
		btf_image_words(&m->object, 2, btf_image_name(&m->object, names[pick(m->n, 6)]), pick(m->n, 9) - 4);
		if (kind == BTF_KIND_ENUM64)
			btf_image_words(&m->object, 1, pick(m->n, 4) - 1);
	}
}

static inline void make_reference(struct made *m, struct made_type *t, uint32_t kind)
{
	uint32_t to = kind == BTF_KIND_TYPEDEF && !pick(m->n, 4) ? 0 : pick_sized(m);

	btf_image_type(&m->object, kind == BTF_KIND_TYPEDEF || kind == BTF_KIND_TYPE_TAG ? pick_name(m->n) : "", kind, 0, to);
	*t = (struct made_type){ .at = t->at, .size = m->types[to].size, .is_sized = to && m->types[to].is_sized };
}

static inline void make_array(struct made *m, struct made_type *t)
{
	uint32_t of = pick_sized(m), n = pick(m->n, 5);

	btf_image_array(&m->object, of, n);
	t->size = m->types[of].size * n;
}

static inline void make_proto(struct made *m)
{
	uint32_t n = pick(m->n, 4);

	btf_image_type(&m->object, "", BTF_KIND_FUNC_PROTO, n, pick(m->n, m->count + 1));
	for (uint32_t i = 0; i < n; i++)
		btf_image_words(&m->object, 2, 0u, 1 + pick(m->n, m->count));
}

static inline void make_type(struct made *m)
{
	static const uint8_t kinds[] = {
		BTF_KIND_INT, BTF_KIND_INT, BTF_KIND_STRUCT, BTF_KIND_STRUCT, BTF_KIND_STRUCT, BTF_KIND_UNION, BTF_KIND_ARRAY,
		BTF_KIND_ARRAY, BTF_KIND_PTR, BTF_KIND_ENUM, BTF_KIND_ENUM64, BTF_KIND_TYPEDEF, BTF_KIND_TYPEDEF, BTF_KIND_CONST,
		BTF_KIND_TYPE_TAG, BTF_KIND_FUNC_PROTO, BTF_KIND_FWD, BTF_KIND_FLOAT,
	};
	uint32_t kind = m->object.ntypes < 2 ? BTF_KIND_INT : kinds[pick(m->n, sizeof(kinds))];
	struct made_type *t = &m->types[m->object.ntypes + 1];

	*t = (struct made_type){ .at = m->object.nwords };	/* without a size until it is there: nothing contains itself */
	switch (kind) {
	case BTF_KIND_INT: make_int(m, t); break;
	case BTF_KIND_STRUCT: case BTF_KIND_UNION: make_struct(m, t, kind); break;
	case BTF_KIND_ENUM: case BTF_KIND_ENUM64: make_enum(m, t, kind); break;
	case BTF_KIND_ARRAY: make_array(m, t); break;
	case BTF_KIND_FUNC_PROTO: make_proto(m); break;
	case BTF_KIND_PTR:
		t->size = 8;
		btf_image_type(&m->object, "", kind, 0, pick(m->n, m->count + 1));
		break;
	case BTF_KIND_FWD:
		btf_image_type(&m->object, pick_name(m->n), kind | pick(m->n, 2) << 7, 0, 0);
		break;
	case BTF_KIND_FLOAT:
		t->size = 4u << pick(m->n, 2);
		btf_image_type(&m->object, "float", kind, 0, t->size);
		break;
	default:
		make_reference(m, t, kind);
		return;
	}
	t->is_sized = kind != BTF_KIND_FUNC_PROTO && kind != BTF_KIND_FWD;
}

/* ---- the kernel's ------------------------------------------------------------------------ */

static inline void vary_member(struct made *m, uint32_t level, uint32_t *members, uint32_t vlen, uint32_t i, bool kflag)
{
	uint32_t *w = members + 3 * i, *other = members + 3 * pick(m->n, vlen), swap[3];
	char name[16];

	switch (pick(m->n, 5)) {
	case 0:
		snprintf(name, sizeof(name), "z%u_%u", level, i);
		w[0] = w[0] ? btf_image_name(&m->kernel, name) : 0;
		break;
	case 1:
		w[2] += 8 * pick(m->n, 9) + (kflag && w[2] >> 24 ? pick(m->n, 7) : 0);
		break;
	case 2:
		if (kflag && w[2] >> 24)
			w[2] = (w[2] & 0xffffff) | pick(m->n, 20) << 24;
		break;
	case 3:
		memcpy(swap, w, sizeof(swap));
		memcpy(w, other, sizeof(swap));
		memcpy(other, swap, sizeof(swap));
		break;
	default:
		break;
	}
}

static inline void vary_enumerator(struct made *m, uint32_t *w)
{
	if (!pick(m->n, 3))
		w[0] = btf_image_name(&m->kernel, pick(m->n, 2) ? "A" : "Z");
	if (!pick(m->n, 3))
		w[1] += pick(m->n, 9);
}

static inline void vary_type(struct made *m, uint32_t id)
{
	uint32_t *w = made_words(&m->kernel, m, id), vlen = BTF_INFO_VLEN(w[1]), kind = BTF_INFO_KIND(w[1]);

	switch (kind) {
	case BTF_KIND_INT:
		w[3] ^= pick(m->n, 2) << 24;
		if (pick(m->n, 2)) {
			w[2] = 1u << pick(m->n, 4);
			w[3] = (w[3] & 0xff000000) | w[2] * 8;
		}
		break;
	case BTF_KIND_ARRAY:
		w[5] = pick(m->n, 6);
		break;
	case BTF_KIND_STRUCT: case BTF_KIND_UNION:
		for (uint32_t i = 0; i < vlen; i++)
			vary_member(m, m->types[id].level, w + 3, vlen, i, BTF_INFO_KFLAG(w[1]));
		w[2] += 64;		/* room for what moved */
		break;
	case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		for (uint32_t i = 0; i < vlen; i++)
			vary_enumerator(m, w + 3 + i * (kind == BTF_KIND_ENUM ? 2 : 3));
		break;
	case BTF_KIND_FUNC_PROTO:
		for (uint32_t i = 0; i < vlen; i++)
			w[4 + i * 2] = 1 + pick(m->n, m->count);
		break;
	case BTF_KIND_FWD:
		w[1] ^= pick(m->n, 2) << 31;
		break;
	case BTF_KIND_PTR:
		w[2] = pick(m->n, m->count + 1);
		break;
	default:
		break;
	}
}

/* ---- relocations ---------------------------------------------------------------------------- */

/* What one more step into the type may be: its number of parts, 0 where there is none; *to: what the part is. */
static inline uint32_t parts_of(struct made *m, uint32_t id)
{
	const uint32_t *w = made_words(&m->object, m, id);
	uint32_t kind = BTF_INFO_KIND(w[1]);

	return kind == BTF_KIND_ARRAY ? w[5] + 1 : kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION ? BTF_INFO_VLEN(w[1]) : 0;
}

static inline uint32_t part_of(struct made *m, uint32_t id, uint32_t i)
{
	const uint32_t *w = made_words(&m->object, m, id);

	return BTF_INFO_KIND(w[1]) == BTF_KIND_ARRAY ? w[3] : i < BTF_INFO_VLEN(w[1]) ? w[4 + 3 * i] : 0;
}

static inline uint32_t behind_modifiers(struct made *m, uint32_t id)
{
	while (id && btf_is_modifier(BTF_INFO_KIND(made_words(&m->object, m, id)[1])))
		id = made_words(&m->object, m, id)[2];
	return id;
}

/* True: it ends at an element of an array, not at a member. */
static inline bool make_path(struct made *m, uint32_t id, enum core_family family, char *out, size_t size)
{
	bool element = true;
	uint32_t n;

	id = behind_modifiers(m, id);
	if (family == CORE_ENUM_VALUE) {
		n = id ? BTF_INFO_VLEN(made_words(&m->object, m, id)[1]) : 0;
		snprintf(out, size, "%u", pick(m->n, n + !pick(m->n, 20) + !n));
		return false;
	}
	snprintf(out, size, "%u", family == CORE_TYPE || pick(m->n, 4) ? 0 : pick(m->n, 3));
	for (unsigned i = 0; family != CORE_TYPE && i < 6 && id && pick(m->n, 6); i++) {
		uint32_t parts = parts_of(m, id);

		if (!parts)
			break;
		n = pick(m->n, parts);
		element = BTF_INFO_KIND(made_words(&m->object, m, id)[1]) == BTF_KIND_ARRAY;
		snprintf(out + strlen(out), size - strlen(out), ":%u", n);
		id = behind_modifiers(m, part_of(m, id, n));
	}
	return element;
}

/* A type that such a question mostly can be asked about. */
static inline uint32_t pick_root(struct made *m, enum core_family family)
{
	uint32_t id = 1;

	for (unsigned i = 0; i < 20; i++) {
		uint32_t plain;

		id = 1 + pick(m->n, m->count);
		plain = behind_modifiers(m, id);
		if (!plain || (!made_words(&m->object, m, id)[0] && pick(m->n, 50)))
			continue;
		if (family == CORE_TYPE || (family == CORE_FIELD && parts_of(m, plain)) ||
		    (family == CORE_ENUM_VALUE && core_is_enum(BTF_INFO_KIND(made_words(&m->object, m, plain)[1]))))
			break;
	}
	return id;
}

static inline void make_reloc(struct made *m, struct bpf_core_relo *r)
{
	uint32_t kind = pick(m->n, 90) ? pick(m->n, 13) : 13;
	uint32_t id = pick_root(m, core_family(kind)), plain = behind_modifiers(m, id);
	char path[64];

	if (core_family(kind) == CORE_ENUM_VALUE && (!plain || !is_integer(m, plain)) && pick(m->n, 20))
		kind = BPF_CORE_TYPE_EXISTS;	/* there is no enum */
	if (make_path(m, id, core_family(kind), path, sizeof(path)) && kind >= BPF_CORE_FIELD_SIGNED &&
	    kind <= BPF_CORE_FIELD_RSHIFT_U64 && pick(m->n, 20))
		kind = pick(m->n, 2);		/* all that can be asked about an element is where it is, and its size */
	*r = (struct bpf_core_relo){ .type_id = id, .kind = kind, .access_str_off = btf_image_name(&m->object, path) };
}

/* What the compiler would have put into the instruction: what the object's own types say. */
static inline uint64_t compiled_of(const struct btf *b, const struct bpf_core_relo *r)
{
	struct core_relo relo = { .type_id = r->type_id, .kind = r->kind, .access_off = r->access_str_off };
	struct core_value v = { 0 };
	struct core_path path;
	const char *why;

	if (core_path_parse(b, &relo, &path, &why) == 0)
		core_value_find(r->kind, &path, NULL, &v, &why);
	return v.compiled;
}

static inline void make_insn(struct made *m, uint32_t i, uint64_t value)
{
	static const uint8_t numbers[] = { 0xb7, 0xb4, 0x07, 0x57 }, none[] = { 0x0f, 0x05, 0x95, 0x30 };
	static const uint8_t memory[] = { 0x61, 0x69, 0x71, 0x79, 0x81, 0x89, 0x91, 0x62, 0x63, 0x73, 0x7b, 0xdb };
	struct bpf_insn *insn = &m->insns[3 * i];
	uint32_t shape = pick(m->n, 10);

	m->relocs[i].insn_off = 3 * i * (uint32_t)sizeof(*insn);
	if (!pick(m->n, 40))
		value += pick(m->n, 5);
	if (i && !pick(m->n, 25)) {		/* two for one instruction */
		m->relocs[i].insn_off = m->relocs[i - 1].insn_off;
	} else if (shape < 4) {
		*insn = (struct bpf_insn){ .code = (pick(m->n, 40) ? numbers : none)[pick(m->n, 4)], .imm = (int32_t)(uint32_t)value };
	} else if (shape < 8) {
		*insn = (struct bpf_insn){ .code = memory[pick(m->n, sizeof(memory))], .off = (int16_t)(uint16_t)value };
	} else {
		insn[0] = (struct bpf_insn){ .code = BPF_INSN_LD_IMM64, .src_reg = !pick(m->n, 20), .imm = (int32_t)(uint32_t)value };
		insn[1] = (struct bpf_insn){ .off = !pick(m->n, 30), .imm = (int32_t)(uint32_t)(value >> 32) };
		m->relocs[i].insn_off += pick(m->n, 30) ? 0 : (uint32_t)sizeof(*insn);
	}
}

/* Copies a view that the next image would take the place of. */
static inline struct view made_bytes(struct btf_image *b, struct arena *a)
{
	struct view v = btf_image_view(b);

	return (struct view){ arena_copy(a, v.base, v.size), v.size };
}

/* All of it; the bytes of both sides in arena a. False: the types are none that can be read. */
static inline bool make(struct made *m, struct numbers *n, struct arena *a, struct view *object, struct view *kernel)
{
	struct diag d = { 0 };
	struct btf b;

	*m = (struct made){ .n = n, .count = 6 + pick(n, MADE_TYPES - 5) };
	while (m->object.ntypes < m->count)
		make_type(m);
	m->kernel = m->object;
	for (uint32_t id = 1; id <= m->count; id++)
		if (!pick(n, 4))
			vary_type(m, id);
	for (unsigned i = 0; i < MADE_RELOCS; i++)
		make_reloc(m, &m->relocs[i]);
	*object = made_bytes(&m->object, a);
	*kernel = made_bytes(&m->kernel, a);
	if (!object->base || !kernel->base || btf_parse(*object, a, &b, &d) < 0)
		return false;
	for (unsigned i = 0; i < MADE_RELOCS; i++)
		make_insn(m, i, compiled_of(&b, &m->relocs[i]));
	return true;
}

#endif
