/*
 * Reading an ELF file: three tables, each checked whole before it is used.
 *
 *	header ---e_shoff---> section headers ---sh_offset,sh_size---> bytes
 *	                        |  sh_name  -> .shstrtab   (the section e_shstrndx)
 *	                        |  .symtab  -> sh_link: its .strtab
 *	                        +  .rel*    -> sh_link: .symtab, sh_info: the patched section
 *
 * Every arrow is a number from the file. Each is followed here, once, so that
 * nobody else has to distrust one.
 *
 * Counts live in 16 bits of the header. A file with more than 65279 sections
 * writes 0 there (0xffff for e_shstrndx, st_shndx) and puts the number in a
 * field of section 0, or in a table beside .symtab.
 *
 * A string table is checked to end in NUL; then any name inside it ends, and no
 * table of a million names can make us search for the end a million times.
 *
 * In: the bytes of a file  Out: struct elf, elf_symbol, elf_reloc
 * Kernel: fs/binfmt_elf.c load_elf_phdrs() checks the other table of the header
 * Try: bpfwalk inspect build/progs/hello.bpf.o, beside readelf -SsrW
 * Next: elf/btf.h
 */
#include <errno.h>
#include <string.h>

#include "elf/elf64.h"
#include "elf/elf64_layout.h"

#define LLU(x) ((unsigned long long)(x))

static int magic_check(struct view file, struct diag *d)
{
	static const char where[] = "elf header";
	unsigned char m[4];

	if (!file.size)
		return fail(d, -EINVAL, where, "the file is empty");
	if (!view_get(file, 0, m, sizeof(m)))
		return fail(d, -EINVAL, where, "%zu bytes are too few for a header of 64", file.size);
	if (memcmp(m, "\177ELF", 4) != 0)
		return fail(d, -EINVAL, where, "the file starts with %02x %02x %02x %02x, an ELF file with 7f 45 4c 46",
			    m[0], m[1], m[2], m[3]);
	if (file.size < sizeof(struct elf64_hdr))
		return fail(d, -EINVAL, where, "%zu bytes are too few for a header of 64", file.size);
	return 0;
}

static int header_read(struct view file, struct elf64_hdr *h, struct diag *d)
{
	static const char where[] = "elf header";
	int r = magic_check(file, d);

	if (r < 0)
		return r;
	view_get(file, 0, h, sizeof(*h));
	if (h->e_ident[EI_CLASS] != ELFCLASS64)
		return fail(d, -EINVAL, where, "class %u%s, expected 2 (64-bit)", h->e_ident[EI_CLASS],
			    h->e_ident[EI_CLASS] == 1 ? " (32-bit)" : "");
	if (h->e_ident[EI_DATA] != ELFDATA2LSB)
		return fail(d, -EINVAL, where, "byte order %u%s, expected 1 (little-endian)", h->e_ident[EI_DATA],
			    h->e_ident[EI_DATA] == 2 ? " (big-endian)" : "");
	if (h->e_ident[EI_VERSION] != EV_CURRENT)
		return fail(d, -EINVAL, where, "version %u, expected 1", h->e_ident[EI_VERSION]);
	return 0;
}

/* Where the section headers lie; also fills in the numbers that did not fit into the header. */
static int table_find(struct view file, const struct elf64_hdr *h, struct view *table, uint32_t *shstrndx,
		      struct diag *d)
{
	static const char where[] = "elf sections";
	struct elf64_shdr first;
	uint64_t n = h->e_shnum;

	*table = (struct view){ 0 };
	*shstrndx = h->e_shstrndx;
	if (!h->e_shoff) {
		if (n)
			return fail(d, -EINVAL, where, "%u section headers, but no offset to them", h->e_shnum);
		return 0;
	}
	if (h->e_shentsize != sizeof(first))
		return fail(d, -EINVAL, where, "section headers of %u bytes, expected 64", h->e_shentsize);
	if (!view_get(file, h->e_shoff, &first, sizeof(first)))
		return fail(d, -EINVAL, where, "section headers at %llu are outside the file (%zu bytes)",
			    LLU(h->e_shoff), file.size);
	if (!n)
		n = first.sh_size;
	if (h->e_shstrndx == SHN_XINDEX)
		*shstrndx = first.sh_link;
	if (n > UINT32_MAX || !view_sub(file, h->e_shoff, n * sizeof(first), table))
		return fail(d, -EINVAL, where, "%llu section headers at %llu are outside the file (%zu bytes)",
			    LLU(n), LLU(h->e_shoff), file.size);
	return 0;
}

static int section_read(struct view file, const struct elf64_shdr *h, uint32_t index, struct elf_section *s,
			struct diag *d)
{
	*s = (struct elf_section){
		.name = "", .type = h->sh_type, .link = h->sh_link, .info = h->sh_info, .flags = h->sh_flags,
		.addr = h->sh_addr, .offset = h->sh_offset, .size = h->sh_size,
		.addralign = h->sh_addralign, .entsize = h->sh_entsize,
	};
	/* Section 0 is of this type; its fields are not an offset and a size but leftovers of the header. */
	if (h->sh_type == SHT_NULL || h->sh_type == SHT_NOBITS)
		return 0;
	if (!view_sub(file, h->sh_offset, h->sh_size, &s->bytes))
		return fail(d, -EINVAL, "elf sections",
			    "section %u: offset %llu size %llu is outside the file (%zu bytes)", index,
			    LLU(h->sh_offset), LLU(h->sh_size), file.size);
	return 0;
}

/* The bytes of string table `index`, which `whose` refers to. */
static int strings_find(const struct elf *e, uint32_t index, const char *whose, struct view *out, struct diag *d)
{
	static const char where[] = "elf strings";
	const struct elf_section *s;

	if (index >= e->nsections)
		return fail(d, -EINVAL, where, "%s are in section %u, the file has %u sections", whose, index,
			    e->nsections);
	s = &e->sections[index];
	if (s->type != SHT_STRTAB)
		return fail(d, -EINVAL, where, "%s are in section %u, which has type %u, expected 3 (SHT_STRTAB)",
			    whose, index, s->type);
	if (s->bytes.size && s->bytes.base[s->bytes.size - 1])
		return fail(d, -EINVAL, where, "%s are in section %u, which does not end in NUL", whose, index);
	*out = s->bytes;
	return 0;
}

/* strings ends in NUL, so does every name in it. An empty table holds one name: "". */
static const char *string_at(struct view strings, uint32_t off)
{
	if (off < strings.size)
		return (const char *)strings.base + off;
	return off ? NULL : "";
}

static int sections_name(struct elf *e, struct elf_section *sections, struct view table, uint32_t shstrndx,
			 struct diag *d)
{
	struct elf64_shdr h;
	struct view strings;
	int r;

	if (!e->nsections || shstrndx == SHN_UNDEF)
		return 0;
	r = strings_find(e, shstrndx, "section names", &strings, d);
	if (r < 0)
		return r;
	for (uint32_t i = 1; i < e->nsections; i++) {
		view_get(table, (uint64_t)i * sizeof(h), &h, sizeof(h));
		sections[i].name = string_at(strings, h.sh_name);
		if (!sections[i].name)
			return fail(d, -EINVAL, "elf sections", "section %u: name at %u is outside the names (%zu bytes)",
				    i, h.sh_name, strings.size);
	}
	return 0;
}

int elf_parse(struct view file, struct arena *a, struct elf *out, struct diag *d)
{
	struct elf_section *sections;
	struct elf64_hdr header;
	struct view table;
	uint32_t shstrndx;
	int r = header_read(file, &header, d);

	if (r < 0)
		return r;
	r = table_find(file, &header, &table, &shstrndx, d);
	if (r < 0)
		return r;
	*out = (struct elf){
		.file = file, .type = header.e_type, .machine = header.e_machine,
		.flags = header.e_flags, .entry = header.e_entry,
		.nsections = (uint32_t)(table.size / sizeof(struct elf64_shdr)),
	};
	sections = arena_array(a, out->nsections, sizeof(*sections));
	if (!sections)
		return fail_memory(d, "elf sections");
	for (uint32_t i = 0; i < out->nsections; i++) {
		struct elf64_shdr h;

		view_get(table, (uint64_t)i * sizeof(h), &h, sizeof(h));
		r = section_read(file, &h, i, &sections[i], d);
		if (r < 0)
			return r;
	}
	out->sections = sections;
	return sections_name(out, sections, table, shstrndx, d);
}

/* Checks that section `index` is a whole number of entries; their number in *count. */
static int entries_count(const struct elf *e, uint32_t index, size_t entry, uint32_t *count, struct diag *d)
{
	const struct elf_section *s = &e->sections[index];

	if (s->entsize != entry)
		return fail(d, -EINVAL, "elf sections", "section %u (%s): entries of %llu bytes, expected %zu", index,
			    s->name, LLU(s->entsize), entry);
	if (s->bytes.size % entry || s->bytes.size / entry > UINT32_MAX)
		return fail(d, -EINVAL, "elf sections", "section %u (%s): %zu bytes are not a number of %zu-byte entries",
			    index, s->name, s->bytes.size, entry);
	*count = (uint32_t)(s->bytes.size / entry);
	return 0;
}

/* Index of the one section of that type, 0 if there is none. */
static int section_of_type(const struct elf *e, uint32_t type, const char *what, uint32_t *out, struct diag *d)
{
	*out = 0;
	for (uint32_t i = 1; i < e->nsections; i++) {
		if (e->sections[i].type != type)
			continue;
		if (*out)
			return fail(d, -EINVAL, "elf symbols", "sections %u and %u are both of type %s, expected one",
				    *out, i, what);
		*out = i;
	}
	return 0;
}

/* The section a symbol belongs to; `wide` has the numbers that do not fit into 16 bits. */
static int symbol_section(const struct elf *e, const struct elf64_sym *raw, uint32_t index, struct view wide,
			  uint32_t *out, struct diag *d)
{
	uint32_t section = raw->st_shndx;

	*out = section;
	if (section == SHN_ABS || section == SHN_COMMON)
		return 0;
	if (section == SHN_XINDEX && !view_get(wide, (uint64_t)index * 4, &section, 4))
		return fail(d, -EINVAL, "elf symbols", "symbol %u: no SHT_SYMTAB_SHNDX section has its section (SHN_XINDEX)",
			    index);
	if (section >= SHN_LORESERVE && raw->st_shndx != SHN_XINDEX)
		return fail(d, -EINVAL, "elf symbols", "symbol %u: reserved section number 0x%x", index, section);
	if (section >= e->nsections && section != SHN_UNDEF)
		return fail(d, -EINVAL, "elf symbols", "symbol %u: section %u, the file has %u sections", index, section,
			    e->nsections);
	*out = section;
	return 0;
}

static int symbol_read(const struct elf *e, const struct elf64_sym *raw, uint32_t index, struct view strings,
		       struct view wide, struct elf_symbol *s, struct diag *d)
{
	int r;

	*s = (struct elf_symbol){
		.name = string_at(strings, raw->st_name), .value = raw->st_value, .size = raw->st_size,
		.type = raw->st_info & 0xf, .bind = raw->st_info >> 4, .visibility = raw->st_other & 3,
	};
	if (!s->name)
		return fail(d, -EINVAL, "elf symbols", "symbol %u: name at %u is outside the names (%zu bytes)", index,
			    raw->st_name, strings.size);
	r = symbol_section(e, raw, index, wide, &s->section, d);
	if (r < 0)
		return r;
	if (s->type == STT_SECTION && s->section < e->nsections)
		s->name = e->sections[s->section].name;
	return 0;
}

static int symbols_read(const struct elf *e, uint32_t symtab, struct view wide, struct arena *a,
			struct elf_symbol **out, uint32_t *count, struct diag *d)
{
	struct elf_symbol *symbols;
	struct view strings;
	int r = entries_count(e, symtab, sizeof(struct elf64_sym), count, d);

	if (r < 0)
		return r;
	r = strings_find(e, e->sections[symtab].link, "symbol names", &strings, d);
	if (r < 0)
		return r;
	symbols = arena_array(a, *count, sizeof(*symbols));
	if (!symbols)
		return fail_memory(d, "elf symbols");
	for (uint32_t i = 0; i < *count; i++) {
		struct elf64_sym raw;

		view_get(e->sections[symtab].bytes, (uint64_t)i * sizeof(raw), &raw, sizeof(raw));
		r = symbol_read(e, &raw, i, strings, wide, &symbols[i], d);
		if (r < 0)
			return r;
	}
	*out = symbols;
	return 0;
}

int elf_symbols(struct elf *e, struct arena *a, struct diag *d)
{
	struct elf_symbol *symbols = NULL;
	struct view wide = { 0 };
	uint32_t symtab, shndx, count = 0;
	int r = section_of_type(e, SHT_SYMTAB, "SHT_SYMTAB", &symtab, d);

	if (r < 0)
		return r;
	r = section_of_type(e, SHT_SYMTAB_SHNDX, "SHT_SYMTAB_SHNDX", &shndx, d);
	if (r < 0)
		return r;
	if (shndx)
		wide = e->sections[shndx].bytes;
	if (symtab)
		r = symbols_read(e, symtab, wide, a, &symbols, &count, d);
	if (r < 0)
		return r;
	e->symbols = symbols;
	e->nsymbols = count;
	return 0;
}

static int reloc_check(const struct elf *e, const struct elf_reloc *rel, uint32_t section, uint32_t index,
		       const struct elf_section *target, struct diag *d)
{
	unsigned width = rel->type == R_BPF_64_64 || rel->type == R_BPF_64_ABS64 ? 8 : 4;
	struct view patched;

	if (!view_sub(target->bytes, rel->offset, width, &patched))
		return fail(d, -EINVAL, "elf relocations",
			    "section %u (%s): relocation %u at offset %llu is outside section %s (%zu bytes)", section,
			    e->sections[section].name, index, LLU(rel->offset), target->name, target->bytes.size);
	if (rel->symbol >= e->nsymbols)
		return fail(d, -EINVAL, "elf relocations",
			    "section %u (%s): relocation %u is against symbol %u, the file has %u symbols", section,
			    e->sections[section].name, index, rel->symbol, e->nsymbols);
	return 0;
}

static struct elf_reloc reloc_read(const struct elf_section *s, uint32_t index, size_t entry)
{
	struct elf64_rela raw = { 0 };	/* SHT_REL is the same without r_addend, which stays 0 */

	view_get(s->bytes, (uint64_t)index * entry, &raw, entry);
	return (struct elf_reloc){
		.offset = raw.r_offset, .type = (uint32_t)raw.r_info, .symbol = (uint32_t)(raw.r_info >> 32),
		.addend = raw.r_addend,
	};
}

/* Relocation sections name two others: the symbols they use and the section they patch. */
static int reloc_links_check(const struct elf *e, uint32_t index, struct diag *d)
{
	static const char where[] = "elf relocations";
	const struct elf_section *s = &e->sections[index];

	if (s->info == 0 || s->info >= e->nsections)
		return fail(d, -EINVAL, where, "section %u (%s): patches section %u, the file has %u sections", index,
			    s->name, s->info, e->nsections);
	if (s->link >= e->nsections || e->sections[s->link].type != SHT_SYMTAB)
		return fail(d, -EINVAL, where, "section %u (%s): its symbols are in section %u, which is not a SHT_SYMTAB",
			    index, s->name, s->link);
	return 0;
}

int elf_relocs(const struct elf *e, uint32_t index, struct arena *a, const struct elf_reloc **out,
	       uint32_t *count, struct diag *d)
{
	const struct elf_section *s = &e->sections[index];
	size_t entry = s->type == SHT_RELA ? sizeof(struct elf64_rela) : sizeof(struct elf64_rel);
	struct elf_reloc *relocs;
	uint32_t n;
	int r = reloc_links_check(e, index, d);

	if (r < 0)
		return r;
	r = entries_count(e, index, entry, &n, d);
	if (r < 0)
		return r;
	relocs = arena_array(a, n, sizeof(*relocs));
	if (!relocs)
		return fail_memory(d, "elf relocations");
	for (uint32_t i = 0; i < n; i++) {
		relocs[i] = reloc_read(s, i, entry);
		r = reloc_check(e, &relocs[i], index, i, &e->sections[s->info], d);
		if (r < 0)
			return r;
	}
	*out = relocs;
	*count = n;
	return 0;
}

const struct elf_section *elf_section_named(const struct elf *e, const char *name)
{
	for (uint32_t i = 1; i < e->nsections; i++)
		if (strcmp(e->sections[i].name, name) == 0)
			return &e->sections[i];
	return NULL;
}
