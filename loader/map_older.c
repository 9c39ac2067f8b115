/*
 * BPF_MAP_CREATE for kernels that do not know all that a map can say.
 *
 *	.data: BPF_F_MMAPABLE, name "prog.data"		-> EINVAL
 *	without BPF_F_MMAPABLE				-> EINVAL
 *	with the name "prog_data"			-> a descriptor
 *
 * EINVAL is all that the kernel says, of what it does not know and of what it
 * knows to be wrong. So things are left out one after the other, the newest
 * first, unless the kernel has shown that it knows them; see older.c. When it
 * still refuses, the map was wrong from the beginning, and that is told.
 *
 * In: the command's struct  Out: a descriptor
 * Kernel: kernel/bpf/syscall.c map_create(), bpf_obj_name_cpy(); kernel/bpf/arraymap.c array_map_alloc_check()
 * Next: loader/map_fill.c
 */
#include <errno.h>

#include "loader/walk.h"
#include "uapi/names.h"

static bool drop_flag(struct bpf_map_create_attr *attr, uint32_t flag)
{
	bool had = (attr->map_flags & flag) != 0;

	attr->map_flags &= ~flag;
	return had;
}

/* These two flags of variables nobody wrote; in a map of the source they are meant. */
static bool drop_mmapable(const struct map *m, struct bpf_map_create_attr *attr)
{
	return map_is_data(m) && drop_flag(attr, BPF_F_MMAPABLE);
}

static bool drop_read_only(const struct map *m, struct bpf_map_create_attr *attr)
{
	return map_is_data(m) && drop_flag(attr, BPF_F_RDONLY_PROG);
}

static bool drop_map_dots(const struct map *m, struct bpf_map_create_attr *attr)
{
	(void)m;
	return drop_dots(attr->map_name);
}

static bool drop_types(const struct map *m, struct bpf_map_create_attr *attr)
{
	bool had = attr->btf_value_type_id != 0;

	(void)m;
	attr->btf_fd = attr->btf_key_type_id = attr->btf_value_type_id = 0;
	return had;
}

static bool drop_map_name(const struct map *m, struct bpf_map_create_attr *attr)
{
	(void)m;
	return drop_name(attr->map_name);
}

enum { TYPES = -1 };			/* no extra: some types of maps take none, on this kernel or on all */

static const struct row {
	int extra;			/* enum extra, or TYPES */
	bool (*drop)(const struct map *m, struct bpf_map_create_attr *attr);	/* false: there was nothing to leave out */
	const char *text;
} rows[] = {
	{ EXTRA_MMAPABLE, drop_mmapable, "BPF_F_MMAPABLE (known since 5.5)" },
	{ EXTRA_READ_ONLY, drop_read_only, "BPF_F_RDONLY_PROG, and not frozen (known since 5.2)" },
	{ EXTRA_DOTS, drop_map_dots, "dots in its name (taken since 5.2)" },
	{ TYPES, drop_types, "the types of its key and value" },
	{ EXTRA_NAMES, drop_map_name, "its name (known since 4.15)" },
};

enum { NROWS = sizeof(rows) / sizeof(rows[0]) };

static uint64_t type_bit(uint32_t map_type)
{
	return map_type < 64 ? 1ULL << map_type : 0;
}

static bool row_missing(const struct walk *w, const struct row *row, uint32_t map_type)
{
	return row->extra == TYPES ? (w->typeless_maps & type_bit(map_type)) != 0 : is_missing(w, (enum extra)row->extra);
}

/*
 * Can types be what was refused? Because maps of that type have none (ENOTSUPP), or because of what is in these: a lock
 * where none may be (EOPNOTSUPP, EACCES), two of them, or something too large (E2BIG).
 */
static bool may_be_types(long r)
{
	return r == -EINVAL || r == -ENOTSUPP || r == -EOPNOTSUPP || r == -EACCES || r == -E2BIG;
}

static bool may_be_it(struct walk *w, const struct row *row, long r)
{
	if (row->extra == TYPES)
		return may_be_types(r);
	return r == -EINVAL && !is_present(w, (enum extra)row->extra);
}

/* Only ENOTSUPP says that no map of the type takes any. */
static void remember(struct walk *w, const struct row *row, uint32_t map_type, long refusal)
{
	if (row->extra != TYPES)
		w->missing |= 1u << row->extra;
	else if (refusal == -ENOTSUPP)
		w->typeless_maps |= type_bit(map_type);
}

/* The kernel took all of it. */
static void learn(struct walk *w, const struct map *m, struct bpf_map_create_attr attr)
{
	for (size_t i = 0; i < NROWS; i++)
		if (rows[i].drop(m, &attr) && rows[i].extra != TYPES)
			w->present |= 1u << rows[i].extra;
}

static void tell(struct walk *w, const struct map *m, const struct row *row)
{
	if (row->extra == TYPES)
		observe_note(w, "map %s: refused with BTF, trying without", m->name);
	else
		observe_note(w, "The kernel refused map %s (EINVAL), so it is made without %s.", m->name, row->text);
}

/* Refused: with less and less. What was left out by then is missing, if that was it. */
static long create_older(struct walk *w, const struct map *m, struct bpf_map_create_attr *attr, long r)
{
	struct bpf_map_create_attr less = *attr;
	long refusals[NROWS] = { 0 };	/* what made us leave it out */

	for (size_t i = 0; i < NROWS && r < 0; i++) {
		if (!may_be_it(w, &rows[i], r) || !rows[i].drop(m, &less))
			continue;
		refusals[i] = r;
		tell(w, m, &rows[i]);
		r = bpf_charged(w, BPF_MAP_CREATE, &less, 0);
	}
	for (size_t i = 0; i < NROWS && r >= 0; i++)
		if (refusals[i])
			remember(w, &rows[i], attr->map_type, refusals[i]);
	if (r >= 0)
		*attr = less;
	return r;
}

long map_create_call(struct walk *w, const struct map *m, struct bpf_map_create_attr *attr)
{
	long r;

	for (size_t i = 0; i < NROWS; i++)
		if (row_missing(w, &rows[i], attr->map_type))
			rows[i].drop(m, attr);
	r = bpf_charged(w, BPF_MAP_CREATE, attr, 0);
	if (r >= 0)
		learn(w, m, *attr);
	return may_be_types(r) ? create_older(w, m, attr, r) : r;
}
