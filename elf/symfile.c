/*
 * From a name to an offset in the file.
 *
 *	.symtab, .dynsym	name, type, address
 *	.gnu.version		for each entry of .dynsym a number, its version; bit 15: not the default
 *	.gnu.version_d		what the numbers are called: GLIBC_2.14, ...
 *	program headers		address - p_vaddr + p_offset = place in the file
 *
 * A library that has changed a function keeps the old one for old programs: two
 * symbols memcpy, told apart by their versions. New programs get the default,
 * so a name without a version means that one. In .symtab the version is part of
 * the name: memcpy@@GLIBC_2.14 is the default, memcpy@GLIBC_2.2.5 an old one.
 *
 * In: the bytes of a program or library, a name  Out: where a uprobe goes
 * Try: bpfwalk run build/progs/uprobe.bpf.o, beside readelf -sW and readelf -lW of the library
 * Next: elf/usdt.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "elf/elf64_layout.h"
#include "elf/glob.h"
#include "elf/nearest.h"
#include "elf/symfile.h"

#define LLU(x) ((unsigned long long)(x))

static const char where[] = "user symbol";

#define PN_XNUM			0xffff		/* the number of program headers is in section 0 */
#define SHT_GNU_verdef		0x6ffffffd
#define SHT_GNU_versym		0x6fffffff
#define VERSYM_HIDDEN		0x8000

/* .gnu.version_d: one of these for each version, its first aux has its name. */
struct elf64_verdef {
	uint16_t vd_version, vd_flags, vd_ndx, vd_cnt;
	uint32_t vd_hash, vd_aux, vd_next;
};

/* One table of symbols and what belongs to it. */
struct table {
	struct view symbols, strings;
	struct view versym, verdef, verdef_strings;	/* of .dynsym only */
};

/* What is looked for, and the best that was found. */
struct search {
	const char *name;
	size_t length;			/* of the name without its version */
	const char *version;		/* "" if none was asked for */
	unsigned rank;			/* of the best; 0: none yet */
	struct elf64_sym best;
	const char *best_name;
	bool ambiguous;
	uint64_t other;			/* the address of another of the same rank */
	bool imported;
	uint32_t functions;		/* seen */
};

static int type_check(const struct elf *e, struct diag *d)
{
	if (e->type != ET_EXEC && e->type != ET_DYN)
		return fail(d, -EINVAL, where, "ELF type %u%s, expected 2 or 3 (a program or a shared library)", e->type,
			    e->type == ET_REL ? " (an object file)" : "");
	if (e->machine != EM_X86_64 && e->machine != EM_AARCH64 && e->machine != EM_RISCV)
		return fail(d, -EINVAL, where, "ELF machine %u%s, expected 62, 183 or 243 (x86-64, aarch64, riscv)",
			    e->machine, e->machine == EM_BPF ? " (BPF)" : "");
	return 0;
}

int symfile_open(struct view file, struct arena *a, struct symfile *out, struct diag *d)
{
	struct elf64_hdr h;
	uint32_t n;
	int r;

	*out = (struct symfile){ 0 };
	r = elf_parse(file, a, &out->elf, d);
	if (r == 0)
		r = type_check(&out->elf, d);
	if (r < 0)
		return r;
	view_get(file, 0, &h, sizeof(h));
	n = h.e_phnum == PN_XNUM && out->elf.nsections ? out->elf.sections[0].info : h.e_phnum;
	if (n && h.e_phentsize != sizeof(struct elf64_phdr))
		return fail(d, -EINVAL, where, "program headers of %u bytes, expected 56", h.e_phentsize);
	if (!view_sub(file, h.e_phoff, (uint64_t)n * sizeof(struct elf64_phdr), &out->phdrs))
		return fail(d, -EINVAL, where, "%u program headers at %llu are outside the file (%zu bytes)", n,
			    LLU(h.e_phoff), file.size);
	return 0;
}

bool symfile_offset(const struct symfile *s, uint64_t address, bool executable, uint64_t *offset)
{
	struct elf64_phdr p;

	for (uint64_t at = 0; view_get(s->phdrs, at, &p, sizeof(p)); at += sizeof(p)) {
		if (p.p_type != PT_LOAD || !(p.p_flags & PF_X) == executable)
			continue;
		if (address < p.p_vaddr || address - p.p_vaddr >= p.p_filesz)
			continue;
		*offset = address - p.p_vaddr + p.p_offset;
		return *offset >= p.p_offset && *offset < s->elf.file.size;
	}
	return false;
}

static struct view bytes_of(const struct elf *e, uint32_t section)
{
	return section < e->nsections ? e->sections[section].bytes : (struct view){ 0 };
}

/* Names. Only a table that ends in NUL has any: then each ends, and finding one is no search. */
static struct view strings_of(const struct elf *e, uint32_t section)
{
	struct view v = bytes_of(e, section);

	return v.size && !v.base[v.size - 1] ? v : (struct view){ 0 };
}

static const char *string_at(struct view strings, uint32_t off)
{
	return off < strings.size ? (const char *)strings.base + off : "";
}

/* The section of that type that says it belongs to section `link`, or 0. */
static uint32_t companion(const struct elf *e, uint32_t type, uint32_t link)
{
	for (uint32_t i = 1; i < e->nsections; i++)
		if (e->sections[i].type == type && (!link || e->sections[i].link == link))
			return i;
	return 0;
}

/* The table of that type; without one, or with entries that are none of ours, an empty one. */
static struct table table_of(const struct elf *e, uint32_t type)
{
	uint32_t i = companion(e, type, 0), verdef;
	struct table t = { 0 };

	if (!i || e->sections[i].entsize != sizeof(struct elf64_sym))
		return t;
	t.symbols = e->sections[i].bytes;
	t.strings = strings_of(e, e->sections[i].link);
	if (type != SHT_DYNSYM)
		return t;
	verdef = companion(e, SHT_GNU_verdef, 0);
	t.versym = bytes_of(e, companion(e, SHT_GNU_versym, i));
	t.verdef = bytes_of(e, verdef);
	t.verdef_strings = verdef ? strings_of(e, e->sections[verdef].link) : t.verdef;
	return t;
}

/* The name of version `index` of the file, "" if it has none. */
static const char *version_name(const struct table *t, unsigned index)
{
	struct elf64_verdef v;
	uint32_t name_off;

	/* Entries are chained by distances that only go forward, so this ends. */
	for (uint64_t at = 0; view_get(t->verdef, at, &v, sizeof(v)); at += v.vd_next) {
		if (v.vd_ndx == index && view_get(t->verdef, at + v.vd_aux, &name_off, sizeof(name_off)))
			return string_at(t->verdef_strings, name_off);
		if (!v.vd_next)
			break;
	}
	return "";
}

/* The version of symbol `index`, wherever it is written; *hidden: it is not the default. */
static const char *version_of(const struct table *t, uint32_t index, const char *name, bool *hidden)
{
	const char *at = strchr(name, '@');
	uint16_t number;

	*hidden = at && at[1] != '@';
	if (at)
		return at + 1 + !*hidden;
	if (!view_get(t->versym, (uint64_t)index * sizeof(number), &number, sizeof(number)))
		return "";
	*hidden = number & VERSYM_HIDDEN;
	number &= (uint16_t)~VERSYM_HIDDEN;
	return number > 1 ? version_name(t, number) : "";	/* 0: local, 1: no version */
}

static bool is_function(const struct elf64_sym *sym)
{
	return (sym->st_info & 0xf) == STT_FUNC || (sym->st_info & 0xf) == STT_GNU_IFUNC;
}

/* Symbol `index` if it is a function with a name, else false. False with *end: there are no more. */
static bool function_read(const struct table *t, uint32_t index, struct elf64_sym *sym, const char **name, bool *end)
{
	*end = !view_get(t->symbols, (uint64_t)index * sizeof(*sym), sym, sizeof(*sym));
	if (*end || !is_function(sym))
		return false;
	*name = string_at(t->strings, sym->st_name);
	return **name;
}

static bool name_matches(const struct search *q, const char *name)
{
	return strncmp(name, q->name, q->length) == 0 && (!name[q->length] || name[q->length] == '@');
}

/* Local 1, weak 2, global 3; the default version 4 more than an old one. */
static unsigned rank_of(const struct elf64_sym *sym, bool hidden)
{
	unsigned bind = sym->st_info >> 4;

	return (hidden ? 0u : 4u) + (bind == STB_LOCAL ? 1u : bind == STB_WEAK ? 2u : 3u);
}

/* A function of the right name: is it better than what we have? */
static void consider(struct search *q, const struct table *t, uint32_t index, const struct elf64_sym *sym,
		     const char *name)
{
	const char *version;
	unsigned rank;
	bool hidden;

	if (sym->st_shndx == SHN_UNDEF) {
		q->imported = true;
		return;
	}
	version = version_of(t, index, name, &hidden);
	if (*q->version && strcmp(q->version, version) != 0)
		return;
	rank = rank_of(sym, hidden);
	if (rank > q->rank) {
		q->rank = rank;
		q->best = *sym;
		q->best_name = name;
		q->ambiguous = false;
	} else if (rank == q->rank && sym->st_value != q->best.st_value) {
		q->ambiguous = true;
		q->other = sym->st_value;
	}
}

static void search_table(struct search *q, const struct table *t)
{
	struct elf64_sym sym;
	const char *name;
	bool end = false;

	for (uint32_t i = 1; !end; i++) {
		if (!function_read(t, i, &sym, &name, &end))
			continue;
		q->functions++;
		if (name_matches(q, name))
			consider(q, t, i, &sym, name);
	}
}

/* Only after a miss: reads all names once more, for those that are near. */
static void nearest_in(struct nearest *n, const struct search *q, const struct table *t)
{
	char full[NEAREST_LENGTH];
	struct elf64_sym sym;
	const char *name, *version;
	bool end = false, hidden;

	for (uint32_t i = 1; !end; i++) {
		if (!function_read(t, i, &sym, &name, &end) || sym.st_shndx == SHN_UNDEF)
			continue;
		if (!*q->version) {
			nearest_see(n, name);
		} else if (name_matches(q, name)) {	/* the name was right, the version is not */
			version = version_of(t, i, name, &hidden);
			snprintf(full, sizeof(full), "%.*s%s%s", (int)q->length, name, *version ? "@" : "", version);
			nearest_see(n, full);
		}
	}
}

static int not_found(const struct search *q, const struct table *symtab, const struct table *dynsym, struct diag *d)
{
	char near[3 * NEAREST_LENGTH + 32];
	struct nearest n;

	if (!q->functions)
		return fail(d, -ENOENT, where, "%s: the file has no function symbols (stripped?)", q->name);
	if (q->imported)
		return fail(d, -ENOENT, where, "%s is imported, its code is in another file", q->name);
	nearest_start(&n, q->name);
	nearest_in(&n, q, symtab);
	nearest_in(&n, q, dynsym);
	return fail(d, -ENOENT, where, "%s is none of the %u function symbols%s", q->name, q->functions,
		    nearest_text(&n, near, sizeof(near)));
}

static int place(const struct symfile *s, const struct search *q, uint64_t offset, struct symfile_place *out,
		 struct diag *d)
{
	uint64_t size = q->best.st_size;

	if (q->ambiguous)
		return fail(d, -EINVAL, where, "%s is ambiguous: functions at 0x%llx and 0x%llx have that name", q->name,
			    LLU(q->best.st_value), LLU(q->other));
	if (size && offset >= size)		/* 0: assembly that does not say */
		return fail(d, -EINVAL, where, "%s+0x%llx: the function has %llu bytes", q->name, LLU(offset), LLU(size));
	*out = (struct symfile_place){
		.address = q->best.st_value + offset, .name = q->best_name,
		.is_ifunc = (q->best.st_info & 0xf) == STT_GNU_IFUNC,
	};
	if (!symfile_offset(s, out->address, true, &out->file_offset))
		return fail(d, -EINVAL, where, "%s at address 0x%llx is in no executable part of the file", q->name,
			    LLU(out->address));
	return 0;
}

int symfile_find(const struct symfile *s, const char *symbol, uint64_t offset, struct symfile_place *out,
		 struct diag *d)
{
	struct table symtab = table_of(&s->elf, SHT_SYMTAB), dynsym = table_of(&s->elf, SHT_DYNSYM);
	struct search q = { .name = symbol, .length = strcspn(symbol, "@") };

	q.version = symbol + q.length + strspn(symbol + q.length, "@");
	if (!q.length)
		return fail(d, -EINVAL, where, "'%s' has no name of a function", symbol);
	search_table(&q, &symtab);
	if (!q.rank)
		search_table(&q, &dynsym);
	return q.rank ? place(s, &q, offset, out, d) : not_found(&q, &symtab, &dynsym, d);
}

static int64_t match_table(const struct symfile *s, const struct table *t, const char *pattern,
			   int (*each)(void *ctx, uint64_t file_offset), void *ctx)
{
	struct elf64_sym sym;
	const char *name;
	bool end = false;
	int64_t n = 0;

	for (uint32_t i = 1; !end; i++) {
		uint64_t offset;
		int r;

		if (!function_read(t, i, &sym, &name, &end) || sym.st_shndx == SHN_UNDEF || !glob_match(pattern, name))
			continue;
		if (!symfile_offset(s, sym.st_value, true, &offset))
			continue;
		r = each(ctx, offset);
		if (r < 0)
			return r;
		n++;
	}
	return n;
}

int64_t symfile_match(const struct symfile *s, const char *pattern, int (*each)(void *ctx, uint64_t file_offset), void *ctx)
{
	struct table symtab = table_of(&s->elf, SHT_SYMTAB), dynsym = table_of(&s->elf, SHT_DYNSYM);
	int64_t n = match_table(s, &symtab, pattern, each, ctx);

	return n ? n : match_table(s, &dynsym, pattern, each, ctx);
}
