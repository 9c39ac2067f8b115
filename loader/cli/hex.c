/*
 * A hex dump beside the fields.
 *
 *	section 3: cgroup/dev
 *	000040  61 12 04 00 00 00 00 00  code 0x61, dst 2, src 1, off 4, imm 0
 *	|       |                        the same bytes by name
 *	|       eight bytes
 *	place in the file
 *
 * ELF is kind to who reads it in rows of eight: its header, section headers,
 * symbols and relocations are made of whole rows, and so is a BPF instruction.
 * layouts[] has the fields of each. What has no layout (strings, debugging
 * information, variables) is dumped as bytes and letters.
 *
 * In: the bytes of an object  Out: a line for eight or sixteen of them
 * Kernel: include/uapi/linux/elf.h
 * Try:  bpfwalk inspect --hex build/progs/device.bpf.o cgroup/dev
 * Next: loader/cli/parts.h
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/cli/buf.h"
#include "loader/cli/hex.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/parts.h"

enum { ROW = 8, PLAIN_ROW = 16, SECTION_HEADER = 64 };
enum { SHT_PROGBITS = 1, SHT_SYMTAB = 2, SHT_NOBITS = 8, SHT_REL = 9, SHF_EXECINSTR = 4 };

enum how { HEX, DECIMAL, SIGNED, LOW_HALF, HIGH_HALF /* of a byte */ };

struct hex_field {
	char name[13];			/* "" behind the last */
	unsigned char at, size;		/* bytes */
	unsigned char how;
};

static const struct hex_field header_fields[] = {
	{ "magic", 0, 4, HEX }, { "class", 4, 1, DECIMAL }, { "data", 5, 1, DECIMAL }, { "version", 6, 1, DECIMAL },
	{ "osabi", 7, 1, DECIMAL }, { "e_type", 16, 2, DECIMAL }, { "e_machine", 18, 2, DECIMAL },
	{ "e_version", 20, 4, DECIMAL }, { "e_entry", 24, 8, HEX }, { "e_phoff", 32, 8, HEX },
	{ "e_shoff", 40, 8, HEX }, { "e_flags", 48, 4, HEX }, { "e_ehsize", 52, 2, DECIMAL },
	{ "e_phentsize", 54, 2, DECIMAL }, { "e_phnum", 56, 2, DECIMAL }, { "e_shentsize", 58, 2, DECIMAL },
	{ "e_shnum", 60, 2, DECIMAL }, { "e_shstrndx", 62, 2, DECIMAL }, { "", 0, 0, HEX }
};
static const struct hex_field section_fields[] = {
	{ "sh_name", 0, 4, DECIMAL }, { "sh_type", 4, 4, HEX }, { "sh_flags", 8, 8, HEX }, { "sh_addr", 16, 8, HEX },
	{ "sh_offset", 24, 8, HEX }, { "sh_size", 32, 8, HEX }, { "sh_link", 40, 4, DECIMAL },
	{ "sh_info", 44, 4, DECIMAL }, { "sh_addralign", 48, 8, DECIMAL }, { "sh_entsize", 56, 8, DECIMAL },
	{ "", 0, 0, HEX }
};
static const struct hex_field symbol_fields[] = {
	{ "st_name", 0, 4, DECIMAL }, { "st_info", 4, 1, HEX }, { "st_other", 5, 1, HEX }, { "st_shndx", 6, 2, DECIMAL },
	{ "st_value", 8, 8, HEX }, { "st_size", 16, 8, DECIMAL }, { "", 0, 0, HEX }
};
static const struct hex_field reloc_fields[] = {
	{ "r_offset", 0, 8, HEX }, { "type", 8, 4, DECIMAL }, { "symbol", 12, 4, DECIMAL }, { "", 0, 0, HEX }
};
static const struct hex_field insn_fields[] = {
	{ "code", 0, 1, HEX }, { "dst", 1, 1, LOW_HALF }, { "src", 1, 1, HIGH_HALF }, { "off", 2, 2, SIGNED },
	{ "imm", 4, 4, SIGNED }, { "", 0, 0, HEX }
};
static const struct hex_field btf_fields[] = {
	{ "magic", 0, 2, HEX }, { "version", 2, 1, DECIMAL }, { "flags", 3, 1, DECIMAL }, { "hdr_len", 4, 4, DECIMAL },
	{ "type_off", 8, 4, DECIMAL }, { "type_len", 12, 4, DECIMAL }, { "str_off", 16, 4, DECIMAL },
	{ "str_len", 20, 4, DECIMAL }, { "", 0, 0, HEX }
};

static const struct layout {
	const char *section;		/* by name, or NULL: by type and flags */
	uint32_t type;
	uint64_t flags;
	unsigned char size, most;	/* bytes of an entry; how many: 0 as many as fit */
	const struct hex_field *fields;
} layouts[] = {
	{ NULL, SHT_PROGBITS, SHF_EXECINSTR, 8, 0, insn_fields },
	{ NULL, SHT_SYMTAB, 0, 24, 0, symbol_fields },
	{ NULL, SHT_REL, 0, 16, 0, reloc_fields },
	{ ".BTF", SHT_PROGBITS, 0, 24, 1, btf_fields },
};
static const struct layout header = { NULL, 0, 0, 64, 1, header_fields };
static const struct layout section_headers = { NULL, 0, 0, SECTION_HEADER, 0, section_fields };

struct dump {
	const struct bw_object *obj;
	const char *section;		/* "" outside all sections */
	bool json;
};

static uint64_t number_at(const unsigned char *at, unsigned size)
{
	uint64_t n = 0;

	while (size--)
		n = n << 8 | at[size];
	return n;
}

static int64_t field_value(const struct hex_field *f, const unsigned char *entry)
{
	uint64_t n = number_at(entry + f->at, f->size);

	switch (f->how) {
	case LOW_HALF: return (int64_t)(n & 15);
	case HIGH_HALF: return (int64_t)(n >> 4);
	case SIGNED: return (int64_t)(n << (64 - 8 * f->size)) >> (64 - 8 * f->size);
	default: return (int64_t)n;
	}
}

static void field_text(struct buf *line, const struct hex_field *f, const unsigned char *entry)
{
	int64_t value = field_value(f, entry);

	buf_printf(line, f->how == HEX ? "%s %#" PRIx64 : "%s %" PRId64, f->name, value);
}

static void row_open(const struct dump *d, const unsigned char *row, unsigned size)
{
	json_open("bytes");
	json_text("section", d->section);
	json_number("offset", (uint64_t)(row - d->obj->file));
	json_hex("bytes", row, size);
}

/* Those fields of the entry that are in the row, and who it is about, in the first row. */
static void row(const struct dump *d, const unsigned char *entry, unsigned at, const struct hex_field *fields,
		const char *about)
{
	const char *between = "  ";
	struct buf line = { 0 };
	char hex[3 * ROW];

	if (d->json)
		row_open(d, entry + at, ROW);
	buf_printf(&line, "%06zx  %s", (size_t)(entry + at - d->obj->file), parts_bytes(entry + at, ROW, hex));
	for (const struct hex_field *f = fields; f->name[0]; f++) {
		if (f->at / ROW != at / ROW)
			continue;
		buf_puts(&line, between);
		field_text(&line, f, entry);
		between = ", ";
		if (d->json)
			json_signed(f->name, field_value(f, entry));
	}
	if (d->json)
		json_close();
	else
		put("%s%s%s", line.failed ? "(out of memory)" : line.at, *about ? "  # " : "", about);
	buf_free(&line);
}

/* The name that goes with entry i: a symbol's, that of the symbol a relocation is for, a section's. */
static const char *about(const struct dump *d, const struct layout *l, const unsigned char *entry, size_t i)
{
	const struct bw_object *o = d->obj;
	uint64_t symbol = number_at(entry + (l->fields == reloc_fields ? 12 : 0), 4);

	if (l->fields == symbol_fields && i < o->nsymbols)
		return o->symbols[i].name;
	if (l->fields == reloc_fields && symbol < o->nsymbols)
		return o->symbols[symbol].name;
	if (l->fields == section_fields && i < o->nsections)
		return o->sections[i].name;
	return "";
}

static void plain_row(const struct dump *d, const unsigned char *at, unsigned size)
{
	char hex[3 * PLAIN_ROW], letters[PLAIN_ROW + 1];

	if (d->json) {
		row_open(d, at, size);
		json_close();
		return;
	}
	for (unsigned i = 0; i < size; i++)
		letters[i] = at[i] >= ' ' && at[i] < 0x7f ? (char)at[i] : '.';
	letters[size] = 0;
	put("%06zx  %-47s  %s", (size_t)(at - d->obj->file), parts_bytes(at, size, hex), letters);
}

/* size bytes: entries of the layout (NULL: none), then what is left. */
static void rows(const struct dump *d, const struct layout *l, const unsigned char *at, size_t size)
{
	size_t entries = !l ? 0 : l->most && size / l->size > l->most ? l->most : size / l->size;

	for (size_t i = 0; i < entries && !out_broken(); i++, at += l->size, size -= l->size)
		for (unsigned r = 0; r < l->size; r += ROW)
			row(d, at, r, l->fields, r ? "" : about(d, l, at, i));
	for (; size && !out_broken(); at += PLAIN_ROW, size -= size < PLAIN_ROW ? size : PLAIN_ROW)
		plain_row(d, at, size < PLAIN_ROW ? (unsigned)size : PLAIN_ROW);
}

static const struct layout *layout_of(const struct bw_section *s)
{
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		const struct layout *l = &layouts[i];

		if (l->type == s->type && (s->flags & l->flags) == l->flags &&
		    (!l->section || strcmp(l->section, s->name) == 0))
			return l;
	}
	return NULL;
}

static void title(const struct dump *d, const char *what)
{
	if (!d->json)
		put("%s", what);
}

static void section(struct dump *d, unsigned i)
{
	const struct bw_section *s = &d->obj->sections[i];
	bool bytes = s->type != SHT_NOBITS && s->type != 0 && s->size;

	if (!d->json)
		put("section %u: %s%s", i, s->name, bytes ? "" : " (no bytes in the file)");
	d->section = s->name;
	if (bytes)
		rows(d, layout_of(s), d->obj->file + s->offset, (size_t)s->size);
	d->section = "";
}

static int by_offset(const void *a, const void *b)
{
	const struct bw_section *x = *(const struct bw_section *const *)a, *y = *(const struct bw_section *const *)b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* In the order of the file, which is not that of the section table. */
static void whole_file(struct dump *d)
{
	const struct bw_object *o = d->obj;
	const struct bw_section **sorted = calloc(o->nsections + 1, sizeof(*sorted));
	uint64_t table = number_at(o->file + 40, 8);

	title(d, "ELF header");
	rows(d, &header, o->file, 64);
	for (unsigned i = 0; sorted && i < o->nsections; i++)
		sorted[i] = &o->sections[i];
	if (sorted)
		qsort(sorted, o->nsections, sizeof(*sorted), by_offset);
	for (unsigned i = 0; sorted && i < o->nsections; i++)
		if (sorted[i]->type)
			section(d, (unsigned)(sorted[i] - o->sections));
	free(sorted);
	title(d, "section headers");
	rows(d, &section_headers, o->file + table, (size_t)o->nsections * SECTION_HEADER);
}

int hex_dump(const struct args *a, const struct bw_object *obj)
{
	struct dump d = { obj, "", a->json };
	uint64_t number;

	if (!a->program) {
		whole_file(&d);
		return EXIT_DONE;
	}
	for (unsigned i = 0; i < obj->nsections; i++)
		if (strcmp(obj->sections[i].name, a->program) == 0) {
			section(&d, i);
			return EXIT_DONE;
		}
	if (!args_number(a->program, UINT32_MAX, &number) || number >= obj->nsections)
		return args_refuse(a, "no section '%s' in %s; see bpfwalk inspect", a->program, a->object);
	section(&d, (unsigned)number);
	return EXIT_DONE;
}
