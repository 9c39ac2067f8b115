/*
 * A set of names, and one pass over the types; see elf/btf_names.h.
 *
 * What the pass costs is touching 130000 strings. Each is judged by its first
 * eight bytes: they are read at once, what follows the end of the name is
 * cleared, and their hash is looked up in a table of bits that fits into a few
 * cache lines. Whoever passes that is compared properly.
 *
 *	"filp_close"     66 69 6c 70 5f 63 6c 6f     as they are
 *	"sk"             73 6b 00 00 00 00 00 00     behind the NUL cleared
 *	"sk___old"       73 6b 00 00 00 00 00 00     a flavour is no part of the name
 *
 * In: names, struct btf  Out: type ids for each name
 * Try: bpfwalk explain --dry-run on an object with CO-RE relocations
 * Next: elf/btf_ext.h
 */
#include <errno.h>
#include <string.h>

#include "elf/btf_names.h"

enum { START = 8, FIRST_SLOTS = 64, START_BITS = 12 };

/* A separator is exactly three underscores with something else on both sides; the last one counts. */
size_t btf_plain_length(const char *name)
{
	size_t len = strlen(name), at;

	/* at: where the three could begin. What is no underscore rules out the two places before it as well. */
	for (at = len > 4 ? len - 4 : 0; at > 0; ) {
		if (name[at] != '_')
			at -= at < 3 ? at : 3;
		else if (name[at + 1] == '_' && name[at + 2] == '_' && name[at + 3] != '_' && name[at - 1] != '_')
			return at;
		else
			at--;
	}
	return len;
}

static uint32_t hash_of(const char *name, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619u;
	return h;
}

static uint32_t start_hash(uint64_t start)
{
	return (uint32_t)(start * 0x9e3779b97f4a7c15u >> (64 - START_BITS));
}

/* The name's first bytes as the pass sees them, zeros behind it. */
static uint64_t start_of(const char *name, size_t len)
{
	uint64_t start = 0;

	memcpy(&start, name, len < START ? len : START);
	return start;
}

/* The slot that has the name, or the free one where it would be. */
static struct btf_name **slot_of(const struct btf_names *n, const char *name, size_t len, uint32_t hash)
{
	uint32_t i = hash & (n->nslots - 1);

	while (n->slots[i] && (n->slots[i]->hash != hash || n->slots[i]->len != len ||
			       memcmp(n->slots[i]->name, name, len) != 0))
		i = (i + 1) & (n->nslots - 1);
	return &n->slots[i];
}

/* Twice the slots, when they are half full. */
static int grow(struct btf_names *n, struct arena *a)
{
	struct btf_names bigger = *n;

	if (n->count * 2 < n->nslots)
		return 0;
	bigger.nslots = n->nslots ? n->nslots * 2 : FIRST_SLOTS;
	bigger.slots = arena_array(a, bigger.nslots, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (uint32_t i = 0; i < n->nslots; i++)
		if (n->slots[i])
			*slot_of(&bigger, n->slots[i]->name, n->slots[i]->len, n->slots[i]->hash) = n->slots[i];
	*n = bigger;
	return 0;
}

static uint32_t kind_bits(uint32_t kind)
{
	return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64 ? 1u << BTF_KIND_ENUM | 1u << BTF_KIND_ENUM64 : 1u << kind;
}

bool btf_names_covers(const struct btf_names *n, uint32_t kind)
{
	return !(kind_bits(kind) & ~n->kinds);
}

int btf_names_want(struct btf_names *n, uint32_t kind, const char *name, struct arena *a)
{
	size_t len = btf_plain_length(name);
	uint32_t hash = hash_of(name, len), bit = start_hash(start_of(name, len));
	struct btf_name **slot, *added;

	n->kinds |= kind_bits(kind);
	if (!len || len > UINT32_MAX || grow(n, a) < 0)
		return len ? -ENOMEM : 0;
	slot = slot_of(n, name, len, hash);
	if (*slot)
		return 0;
	added = arena_alloc(a, sizeof(*added));
	if (!added)
		return -ENOMEM;
	*added = (struct btf_name){ .name = arena_copy(a, name, len), .len = (uint32_t)len, .hash = hash };
	if (!added->name)
		return -ENOMEM;
	*slot = added;
	n->count++;
	n->starts[bit / 64] |= 1ull << bit % 64;
	n->lengths |= 1ull << len % 64;
	return 0;
}

const struct btf_name *btf_names_get(const struct btf_names *n, const char *name)
{
	size_t len = btf_plain_length(name);

	return n->lengths >> len % 64 & 1 ? *slot_of(n, name, len, hash_of(name, len)) : NULL;
}

/* 0x80 in each byte of v that is zero. */
static uint64_t zero_bytes(uint64_t v)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7full;

	return ~(((v & low) + low) | v | low);
}

/*
 * Could one of the names begin like this string? left: bytes up to the end of
 * all strings. Says yes where eight bytes do not tell: there could be a flavour
 * in them, or one that begins with the eighth.
 */
static bool could_be(const struct btf_names *n, const char *s, size_t left)
{
	uint64_t start, end, under;
	uint32_t bit;

	if (left < START)
		return true;
	memcpy(&start, s, START);
	end = zero_bytes(start);
	if (end)
		start &= (end & -end) / 0x80 - 1;	/* the lowest byte that is zero, and all above it */
	under = zero_bytes(start ^ 0x5f5f5f5f5f5f5f5full);
	if ((under & under >> 8 & under >> 16) || under >> 63)
		return true;
	bit = start_hash(start);
	return n->starts[bit / 64] >> bit % 64 & 1;
}

static int found(struct btf_name *name, uint32_t id, struct arena *a)
{
	/* array_grow() moves the array, and takes what is in it as it is. */
	uint32_t *ids = array_grow(a, (void *)(uintptr_t)name->ids, name->nids, sizeof(*ids));

	if (!ids)
		return -ENOMEM;
	ids[name->nids++] = id;
	name->ids = ids;
	return 0;
}

/*
 * A pass over types: the names that are looked for, and where what is found
 * goes. Strings are far from types, so each is asked for when its type is seen
 * and looked at some types later, when it has come.
 */
enum { LATE = 8 };

struct pass {
	struct btf_names *n;
	struct arena *a;
	struct { uint32_t id, name_off; } late[LATE];
	uint32_t seen;			/* types so far */
};

static int look_at(const struct pass *p, const struct btf *b, uint32_t id, uint32_t name_off)
{
	const char *name = btf_str(b, name_off);
	const size_t end = b->first_string + b->strings.size;
	const struct btf_name *hit;

	if (!could_be(p->n, name, name_off < b->first_string || name_off > end ? 0 : end - name_off))
		return 0;
	hit = btf_names_get(p->n, name);
	return hit ? found((struct btf_name *)(uintptr_t)hit, id, p->a) : 0;
}

static int see(void *ctx, const struct btf *b, uint32_t id, const struct btf_type *t)
{
	struct pass *p = ctx;
	uint32_t at = p->seen++ % LATE, late = p->late[at].id, name_off = p->late[at].name_off;

	__builtin_prefetch(btf_str(b, t->name_off));
	p->late[at].id = id;
	p->late[at].name_off = t->name_off;
	return late ? look_at(p, b, late, name_off) : 0;
}

/* Those that are still to be looked at, in their order. */
static int see_rest(struct pass *p, const struct btf *b)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < LATE; i++, p->seen++)
		if (p->late[p->seen % LATE].id)
			r = look_at(p, b, p->late[p->seen % LATE].id, p->late[p->seen % LATE].name_off);
	return r;
}

int btf_names_scan(struct btf_names *n, const struct btf *b, struct arena *a)
{
	struct pass p = { .n = n, .a = a };
	const struct btf_visit visit = { n->kinds, see, &p };
	int r = n->count ? btf_visit_all(b, &visit) : 0;

	return r == 0 ? see_rest(&p, b) : r;
}

int btf_index_names(struct view raw, const struct btf *base, struct btf_names *n, struct arena *a, struct btf *out,
		    struct diag *d)
{
	struct pass p = { .n = n, .a = a };
	const struct btf_visit visit = { n->count ? n->kinds : 0, see, &p };
	int r = btf_index_visit(raw, base, &visit, a, out, d);

	if (r == 0 && see_rest(&p, out) < 0)
		r = fail_memory(d, "btf types");
	return r;
}
