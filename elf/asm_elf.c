/*
 * From sections, symbols and relocations to a file.
 *
 *	| header | section 1 | section 2 | ... | .rel... | .symtab | .strtab | section headers |
 *
 * Each begins at a multiple of eight. One string table serves symbols and
 * sections, as in what clang writes.
 *
 * The table of symbols has the sections first, then what is static, then the
 * rest: ELF wants those that nobody else may see in front.
 *
 * In: an assembly, linked  Out: the bytes of an object
 * Kernel: include/uapi/linux/elf.h
 * Try: readelf -aW on what asm wrote
 * Next: elf/asm_source.c
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf/asm_parts.h"
#include "elf/elf64_layout.h"

struct writer {
	struct assembly *s;
	unsigned char *file;
	uint64_t size;			/* of what is laid out; then of the file */
	struct elf64_shdr *headers;	/* sections, their relocations, .symtab, .strtab */
	const char **names;		/* of the headers */
	uint32_t nheaders;
	struct bytes strings;
	struct elf64_sym *symbols;
	uint32_t nsymbols, nlocal;
	int r;
};

static uint32_t put_string(struct writer *w, const char *prefix, const char *name)
{
	uint32_t at = w->strings.size;

	if (w->r == 0)
		w->r = asm_put(w->s, &w->strings, prefix, strlen(prefix));
	if (w->r == 0)
		w->r = asm_put(w->s, &w->strings, name, strlen(name) + 1);
	return at;
}

static void symbols_of_sections(struct writer *w)
{
	for (uint32_t i = 1; i < w->s->nsections; i++)
		w->symbols[i] = (struct elf64_sym){ .st_info = STT_SECTION, .st_shndx = (uint16_t)i };
	w->nsymbols = w->s->nsections;
}

static void symbols_put(struct writer *w, bool local)
{
	for (uint32_t i = 0; i < w->s->nsymbols; i++) {
		struct asm_symbol *from = &w->s->symbols[i];

		if ((from->bind == STB_LOCAL) != local)
			continue;
		from->number = w->nsymbols;
		w->symbols[w->nsymbols++] = (struct elf64_sym){
			.st_name = put_string(w, "", from->name), .st_info = (unsigned char)(from->bind << 4 | from->type),
			.st_other = from->visibility, .st_shndx = (uint16_t)from->section, .st_value = from->value,
			.st_size = from->size,
		};
	}
}

/* Room for a section, at the next multiple of eight. */
static struct elf64_shdr *header_add(struct writer *w, const char *prefix, const char *name, uint32_t type, uint64_t size)
{
	struct elf64_shdr *h = &w->headers[w->nheaders++];

	*h = (struct elf64_shdr){
		.sh_name = put_string(w, prefix, name), .sh_type = type, .sh_offset = w->size, .sh_size = size,
		.sh_addralign = 8,
	};
	if (type != SHT_NOBITS)
		w->size = (w->size + size + 7) & ~7ULL;
	return h;
}

static bool is_named(const char *name, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(name, prefix, n) == 0 && (!name[n] || name[n] == '.');
}

static uint64_t flags_of(const struct asm_section *s)
{
	if (s->is_code)
		return SHF_ALLOC | SHF_EXECINSTR;
	if (is_named(s->name, ".BTF"))
		return 0;
	return is_named(s->name, ".rodata") ? SHF_ALLOC : SHF_ALLOC | SHF_WRITE;
}

static void lay_out(struct writer *w)
{
	struct assembly *s = w->s;
	struct elf64_shdr *h;
	uint32_t symtab = s->nsections;

	for (uint32_t i = 1; i < s->nsections; i++)
		symtab += s->sections[i].nrelocs > 0;
	for (uint32_t i = 1; i < s->nsections; i++)
		header_add(w, "", s->sections[i].name, s->sections[i].is_bss ? SHT_NOBITS : SHT_PROGBITS,
			   s->sections[i].bytes.size)->sh_flags = flags_of(&s->sections[i]);
	for (uint32_t i = 1; i < s->nsections; i++) {
		if (!s->sections[i].nrelocs)
			continue;
		h = header_add(w, ".rel", s->sections[i].name, SHT_REL, s->sections[i].nrelocs * sizeof(struct elf64_rel));
		h->sh_entsize = sizeof(struct elf64_rel);
		h->sh_link = symtab;
		h->sh_info = i;
	}
	h = header_add(w, "", ".symtab", SHT_SYMTAB, w->nsymbols * sizeof(struct elf64_sym));
	h->sh_entsize = sizeof(struct elf64_sym);
	h->sh_link = symtab + 1;
	h->sh_info = w->nlocal;
	h = header_add(w, "", ".strtab", SHT_STRTAB, 0);
	h->sh_size = w->strings.size;	/* its own name is in it */
	w->size = (w->size + h->sh_size + 7) & ~7ULL;
}

static int by_offset(const void *a, const void *b)
{
	const struct elf64_rel *x = a, *y = b;

	return x->r_offset < y->r_offset ? -1 : x->r_offset > y->r_offset;
}

/* The relocations of a section, ascending. */
static void relocs_put(struct writer *w, uint32_t section, const struct elf64_shdr *h)
{
	struct elf64_rel *out = (struct elf64_rel *)(void *)(w->file + h->sh_offset);
	const struct assembly *s = w->s;
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->nrelocs; i++) {
		const struct asm_reloc *r = &s->relocs[i];
		uint64_t symbol = r->symbol == NO_INDEX ? r->target : s->symbols[r->symbol].number;

		if (r->section == section)
			out[n++] = (struct elf64_rel){ r->offset, symbol << 32 | r->type };
	}
	qsort(out, n, sizeof(*out), by_offset);
}

static void copy(struct writer *w, const struct elf64_shdr *h, const void *bytes)
{
	if (h->sh_type != SHT_NOBITS && h->sh_size)
		memcpy(w->file + h->sh_offset, bytes, h->sh_size);
}

static void fill(struct writer *w)
{
	const struct assembly *s = w->s;
	const struct elf64_hdr header = {
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_REL, .e_machine = EM_BPF, .e_version = EV_CURRENT, .e_shoff = w->size,
		.e_ehsize = sizeof(header), .e_shentsize = sizeof(struct elf64_shdr), .e_shnum = (uint16_t)w->nheaders,
		.e_shstrndx = (uint16_t)(w->nheaders - 1),
	};
	uint32_t rel = s->nsections;

	memcpy(w->file, &header, sizeof(header));
	for (uint32_t i = 1; i < s->nsections; i++) {
		copy(w, &w->headers[i], s->sections[i].bytes.at);
		if (s->sections[i].nrelocs)
			relocs_put(w, i, &w->headers[rel++]);
	}
	copy(w, &w->headers[w->nheaders - 2], w->symbols);
	copy(w, &w->headers[w->nheaders - 1], w->strings.at);
	memcpy(w->file + w->size, w->headers, w->nheaders * sizeof(*w->headers));
}

int asm_elf(struct assembly *s, struct view *out)
{
	struct writer w = { .s = s, .size = sizeof(struct elf64_hdr), .nheaders = 1 };
	uint64_t most = 2 * (uint64_t)s->nsections + 2, total;

	if (most >= SHN_LORESERVE)
		return asm_fail(s, 0, "%u sections, expected fewer", s->nsections);
	w.headers = arena_array(s->arena, most, sizeof(*w.headers));
	w.symbols = arena_array(s->arena, (size_t)s->nsections + s->nsymbols, sizeof(*w.symbols));
	if (!w.headers || !w.symbols)
		return asm_no_memory(s);
	put_string(&w, "", "");
	symbols_of_sections(&w);
	symbols_put(&w, true);
	w.nlocal = w.nsymbols;
	symbols_put(&w, false);
	lay_out(&w);
	total = w.size + w.nheaders * sizeof(*w.headers);
	w.file = w.r == 0 ? arena_alloc(s->arena, total) : NULL;
	if (!w.file)
		return w.r < 0 ? w.r : asm_no_memory(s);
	fill(&w);
	*out = (struct view){ w.file, total };
	return 0;
}
