/*
 * struct_ops maps, fitted to the running kernel.
 *
 * The object was compiled with some declaration of the kernel's structure. This
 * kernel's own may have other members, at other places; its BTF knows, so each
 * member is looked up there by its name:
 *
 *	the object's			the kernel's element of the map
 *	struct tcp_congestion_ops	struct bpf_struct_ops_tcp_congestion_ops
 *	+----------+			+------------------+
 *	| ssthresh |---- program ----	| common (state)   |
 *	| name     |--- bytes --	| data  | ssthresh | <- descriptor of the program
 *	+----------+			|       | ...      |
 *					|       | name     | <- "walk"
 *					+------------------+
 *
 * Bytes are copied now, descriptors when the programs are loaded; the element is
 * handed over when the map is attached. A program of a member is verified as an
 * implementation of exactly that member: attach_btf_id is the structure's number,
 * expected_attach_type the member's place in it. A member this kernel does not
 * have must be zero.
 *
 * In: maps of struct_ops, the kernel's BTF  Out: struct kernel_ops, and targets of programs
 * Kernel: kernel/bpf/bpf_struct_ops.c bpf_struct_ops_map_alloc(), kernel/bpf/verifier.c check_struct_ops_btf_id()
 * Try: bpfwalk load build/tests/objects/struct_ops.bpf.o
 * Next: loader/map_shape.c
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "loader/walk.h"

static const char where[] = "struct_ops";
static const char prefix[] = "bpf_struct_ops_";

enum { NAME_ROOM = 256 };

static bool is_struct_ops(const struct walk *w, uint32_t index)
{
	return w->o.maps[index].type == BPF_MAP_TYPE_STRUCT_OPS && w->maps[index].enabled;
}

/* ---- names ------------------------------------------------------------------ */

/* "bpf_struct_ops_tcp_congestion_ops", or from strlen(prefix) on the structure itself; without a flavour ("___old"). */
static int names_of(const struct walk *w, const struct map *m, char out[NAME_ROOM], struct diag *d)
{
	const char *name = btf_name(&w->o.btf, m->value_type_id);
	int len = snprintf(out, NAME_ROOM, "%s%.*s", prefix, (int)btf_plain_length(name), name);

	if (len >= NAME_ROOM)
		return fail(d, -ENAMETOOLONG, where, "map %s: no structure of a kernel has a name of %zu characters", m->name,
			    strlen(name));
	return 0;
}

int struct_ops_want(struct walk *w)
{
	char names[NAME_ROOM];
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < w->o.nmaps; i++) {
		if (!is_struct_ops(w, i) || names_of(w, &w->o.maps[i], names, NULL) < 0)
			continue;
		r = kernel_btf_want(w, BTF_KIND_STRUCT, names);
		if (r == 0)
			r = kernel_btf_want(w, BTF_KIND_STRUCT, names + sizeof(prefix) - 1);
	}
	return r;
}

void struct_ops_choose(struct walk *w)
{
	for (uint32_t i = 0; i < w->o.nmaps; i++)
		for (uint32_t s = 0; w->o.maps[i].origin == MAP_STRUCT_OPS && s < w->o.maps[i].nslots; s++)
			w->programs[w->o.maps[i].slots[s].target].enabled = false;
	for (uint32_t i = 0; i < w->o.nmaps; i++)
		for (uint32_t s = 0; w->o.maps[i].origin == MAP_STRUCT_OPS && s < w->o.maps[i].nslots; s++)
			w->programs[w->o.maps[i].slots[s].target].enabled |= w->maps[i].enabled;
}

/* ---- the kernel's types ------------------------------------------------------ */

/* Where in struct `outer` the member of type `inner` is. */
static int data_find(const struct btf *b, uint32_t outer, uint32_t inner, uint32_t *offset)
{
	const struct btf_type *t = btf_type(b, outer);

	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (btf_members(t)[i].type == inner) {
			*offset = btf_member_bit_offset(t, &btf_members(t)[i]) / 8;
			return 0;
		}
	return -EINVAL;
}

/* The structure itself is where the element's type is: for a module's, in the module or in the kernel. */
static int type_find(struct walk *w, const char *name, const struct kernel_types *in, struct kernel_type *out,
		     struct diag *d)
{
	int r = kernel_btf_find(w, BTF_KIND_STRUCT, name, out, d);

	if (r == 1 && (out->in == in || out->in == w->kernel_btf.vmlinux))
		return 1;
	return r < 0 ? r : kernel_btf_find_in(w, in->name, BTF_KIND_STRUCT, name, out, d);
}

static int types_find(struct walk *w, const struct map *m, struct kernel_ops *ops, struct diag *d)
{
	struct kernel_type value, type = { 0 };
	char names[NAME_ROOM];
	int r = names_of(w, m, names, d);

	if (r == 0)
		r = kernel_btf_find(w, BTF_KIND_STRUCT, names, &value, d);
	if (r == 1)
		r = type_find(w, names + sizeof(prefix) - 1, value.in, &type, d);
	if (r < 0)
		return r;
	if (r == 0)
		return fail(d, -ESRCH, where, "map %s: this kernel has no struct %s: %s cannot be implemented in BPF", m->name,
			    type.in ? names + sizeof(prefix) - 1 : names, names + sizeof(prefix) - 1);
	*ops = (struct kernel_ops){
		.in = value.in, .type_id = type.id, .value_type_id = value.id,
		.value_size = btf_type(&value.in->btf, value.id)->size,
	};
	if (data_find(&value.in->btf, value.id, type.id, &ops->data_offset) < 0)
		return fail(d, -EINVAL, where, "map %s: struct %s of this kernel has no member of type struct %s", m->name, names,
			    names + sizeof(prefix) - 1);
	ops->value = arena_alloc(&w->arena, ops->value_size);
	ops->places = arena_array(&w->arena, m->nslots, sizeof(*ops->places));
	return ops->value && ops->places ? 0 : fail_memory(d, where);
}

/* ---- members ----------------------------------------------------------------- */

/* One member while it is fitted. */
struct fit {
	struct walk *w;
	struct diag *d;
	const struct map *m;
	struct kernel_ops *ops;
	const char *name;
	const struct btf_type *type;		/* the object's struct */
	uint32_t member;			/* its place there */
	const unsigned char *bytes;		/* of the map's data */
	size_t size;
	uint32_t slot;				/* of map.slots, or NO_INDEX */
	const struct btf_type *kernel_type;	/* the kernel's struct */
	uint32_t kernel_member;
};

/* "map walk: member flags has 4 bytes, in this kernel 2" */
__attribute__((format(printf, 2, 3)))
static int fit_fail(const struct fit *f, const char *fmt, ...)
{
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return fail(f->d, -EOPNOTSUPP, where, "map %s: member %s %s", f->m->name, f->name, what);
}

static bool is_zero(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i])
			return false;
	return true;
}

static uint32_t slot_find(const struct map *m, uint32_t member)
{
	for (uint32_t i = 0; i < m->nslots; i++)
		if (m->slots[i].index == member)
			return i;
	return NO_INDEX;
}

static const struct btf_member *kernel_member(const struct fit *f)
{
	return &btf_members(f->kernel_type)[f->kernel_member];
}

/* A type of the kernel without what only stands before it. */
static const struct btf_type *kernel_plain(const struct fit *f, uint32_t id)
{
	return btf_type(&f->ops->in->btf, btf_skip_modifiers(&f->ops->in->btf, id));
}

static const char *kind_of(const struct btf_type *t)
{
	return t ? btf_kind_name(btf_kind(t)) : "void";
}

/* Where the member is in the element; false if the kernel's BTF says nonsense. */
static bool place_of(const struct fit *f, size_t size, uint64_t *place)
{
	*place = (uint64_t)f->ops->data_offset + btf_member_bit_offset(f->kernel_type, kernel_member(f)) / 8;
	return *place + size <= f->ops->value_size;
}

/* The program of a slot is verified as this member. */
static int target_set(const struct fit *f, uint32_t func)
{
	struct target *t = &f->w->targets[func];

	if (f->w->programs[func].hook == NULL || f->w->programs[func].hook->prog_type != BPF_PROG_TYPE_STRUCT_OPS)
		return fit_fail(f, "is program %s of section %s, expected section struct_ops/%s", f->w->o.funcs[func].name,
				f->w->o.funcs[func].section, f->name);
	if (t->btf_id && (t->btf_id != f->ops->type_id || t->attach_type != f->kernel_member))
		return fail(f->d, -EINVAL, where, "map %s: member %s is program %s, which another map has in another member", f->m->name,
			    f->name, f->w->o.funcs[func].name);
	*t = (struct target){ .btf_id = f->ops->type_id, .fd = f->ops->in->fd, .attach_type = f->kernel_member };
	return 0;
}

static int pointer_fit(const struct fit *f)
{
	const struct btf_type *to = kernel_plain(f, kernel_plain(f, kernel_member(f)->type)->type);
	uint64_t place;

	if (f->slot == NO_INDEX)
		return is_zero(f->bytes, f->size) ? 0 : fit_fail(f, "points at something that is no program");
	if (!to || btf_kind(to) != BTF_KIND_FUNC_PROTO)
		return fit_fail(f, "is a program, but in this kernel a pointer to %s", kind_of(to));
	if (!place_of(f, sizeof(uint64_t), &place))
		return fit_fail(f, "is outside the kernel's struct (%u bytes)", f->ops->value_size);
	f->ops->places[f->slot] = (uint32_t)place;
	return target_set(f, f->m->slots[f->slot].target);
}

static int bytes_fit(const struct fit *f)
{
	int64_t size = btf_size(&f->ops->in->btf, kernel_member(f)->type);
	uint64_t place;

	if (size != (int64_t)f->size)
		return fit_fail(f, "has %zu bytes, in this kernel %lld", f->size, (long long)size);
	if (!place_of(f, f->size, &place))
		return fit_fail(f, "is outside the kernel's struct (%u bytes)", f->ops->value_size);
	memcpy(f->ops->value + place, f->bytes, f->size);
	return 0;
}

static bool kernel_member_find(struct fit *f)
{
	for (uint32_t i = 0; i < btf_vlen(f->kernel_type); i++) {
		f->kernel_member = i;
		if (strcmp(btf_str(&f->ops->in->btf, kernel_member(f)->name_off), f->name) == 0)
			return true;
	}
	return false;
}

static int member_fit(struct fit *f)
{
	const struct btf_member *member = &btf_members(f->type)[f->member];
	const struct btf_type *ours = btf_type(&f->w->o.btf, btf_skip_modifiers(&f->w->o.btf, member->type)), *theirs;

	if (!kernel_member_find(f)) {
		if (f->slot != NO_INDEX || !is_zero(f->bytes, f->size))
			return fit_fail(f, "is not zero, and this kernel's struct has no such member");
		observe_note(f->w, "map %s: this kernel's struct has no member %s: left out, as it is zero", f->m->name, f->name);
		return 0;
	}
	if (btf_member_bits(f->type, member) || btf_member_bits(f->kernel_type, kernel_member(f)))
		return fit_fail(f, "is a bit-field");
	theirs = kernel_plain(f, kernel_member(f)->type);
	if (!ours || !theirs || btf_kind(ours) != btf_kind(theirs))
		return fit_fail(f, "is of kind %s, in this kernel of kind %s", kind_of(ours), kind_of(theirs));
	return btf_kind(ours) == BTF_KIND_PTR ? pointer_fit(f) : bytes_fit(f);
}

static int members_fit(struct walk *w, const struct map *m, struct kernel_ops *ops, struct diag *d)
{
	struct fit f = {
		.w = w, .d = d, .m = m, .ops = ops, .type = btf_type(&w->o.btf, m->value_type_id),
		.kernel_type = btf_type(&ops->in->btf, ops->type_id),
	};
	int r = 0;

	for (f.member = 0; r == 0 && f.member < btf_vlen(f.type); f.member++) {
		const struct btf_member *member = &btf_members(f.type)[f.member];
		uint64_t offset = btf_member_bit_offset(f.type, member) / 8;
		int64_t size = btf_size(&w->o.btf, member->type);

		f.name = btf_str(&w->o.btf, member->name_off);
		if (size < 0 || offset + (uint64_t)size > m->value_size)
			return fit_fail(&f, "has no size, or is outside its struct (%u bytes)", m->value_size);
		f.bytes = m->data + offset;
		f.size = (size_t)size;
		f.slot = slot_find(m, f.member);
		r = member_fit(&f);
	}
	return r;
}

int struct_ops_resolve(struct walk *w, struct diag *d)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < w->o.nmaps; i++) {
		if (!is_struct_ops(w, i))
			continue;
		r = types_find(w, &w->o.maps[i], &w->kernel_ops[i], d);
		if (r == 0)
			r = members_fit(w, &w->o.maps[i], &w->kernel_ops[i], d);
	}
	return r;
}

void struct_ops_fill(struct walk *w)
{
	for (uint32_t i = 0; i < w->o.nmaps; i++) {
		const struct map *m = &w->o.maps[i];

		for (uint32_t s = 0; is_struct_ops(w, i) && s < m->nslots; s++) {
			uint64_t fd = (uint64_t)w->programs[m->slots[s].target].fd;

			memcpy(w->kernel_ops[i].value + w->kernel_ops[i].places[s], &fd, sizeof(fd));
		}
	}
}
