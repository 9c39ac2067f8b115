/*
 * The directives of an assembler text, a function each; asm_directives[] names
 * them.
 *
 * They fill sections, and add symbols, maps, relocations and records of
 * .BTF.ext to the assembly. Whether a name exists is found out at the end.
 *
 * In: the words behind a directive  Out: struct assembly
 * Try: printf '.map counts hush 4 8 1\n' >x.s; bpfwalk asm x.s -o x.bpf.o
 * Next: elf/asm.c
 */
#include <errno.h>
#include <string.h>

#include "elf/asm_parts.h"
#include "elf/number.h"
#include "uapi/names.h"

enum { INSN = sizeof(struct bpf_insn) };

uint32_t asm_section_find(const struct assembly *s, const char *name)
{
	for (uint32_t i = 1; i < s->nsections; i++)
		if (strcmp(s->sections[i].name, name) == 0)
			return i;
	return 0;
}

uint32_t asm_section_named(struct assembly *s, const char *name)
{
	uint32_t i = asm_section_find(s, name);
	struct asm_section *sections;

	if (i)
		return i;
	sections = array_grow(s->arena, s->sections, s->nsections, sizeof(*sections));
	if (!sections)
		return 0;
	s->sections = sections;
	sections[s->nsections] = (struct asm_section){
		.name = name, .func = NO_INDEX, .is_bss = strncmp(name, ".bss", 4) == 0 && (!name[4] || name[4] == '.'),
	};
	return s->nsections++;
}

struct asm_section *asm_open_section(struct assembly *s)
{
	if (!s->section)
		asm_fail(s, 0, "nothing says where this goes, expected .section NAME before it");
	return s->section ? &s->sections[s->section] : NULL;
}

static int symbol_add(struct assembly *s, const struct asm_symbol *symbol)
{
	struct asm_symbol *symbols = array_grow(s->arena, s->symbols, s->nsymbols, sizeof(*symbols));

	if (!symbols)
		return asm_no_memory(s);
	s->symbols = symbols;
	symbols[s->nsymbols] = *symbol;
	symbols[s->nsymbols++].line = s->line;
	return 0;
}

/* static, weak, hidden: the words behind a name. */
static int attributes(struct assembly *s, char **at, struct asm_symbol *symbol)
{
	while (asm_more_words(*at)) {
		size_t len;
		const char *word = asm_word(s, at, &len, "static, weak or hidden");

		if (!word)
			return s->d->code;
		if (strcmp(word, "static") == 0)
			symbol->bind = STB_LOCAL;
		else if (strcmp(word, "weak") == 0)
			symbol->bind = STB_WEAK;
		else if (strcmp(word, "hidden") == 0)
			symbol->visibility = STV_HIDDEN;
		else
			return asm_fail(s, 0, "'%s', expected static, weak or hidden", word);
	}
	return 0;
}

int asm_func_end(struct assembly *s, struct asm_section *section)
{
	struct asm_symbol *f;

	if (section->func == NO_INDEX)
		return 0;
	f = &s->symbols[section->func];
	f->size = section->bytes.size - f->value;
	section->func = NO_INDEX;
	if (!f->size || f->size % INSN)
		return asm_fail(s, f->line, "function %s has %llu bytes, expected instructions of 8",
			    f->name, (unsigned long long)f->size);
	return 0;
}

static int do_section(struct assembly *s, char *at)
{
	const char *name = asm_name_word(s, &at, "the name of a section");

	if (!name)
		return s->d->code;
	s->section = asm_section_named(s, name);
	if (!s->section)
		return asm_no_memory(s);
	return asm_more_words(at) ? asm_fail(s, 0, "'%s' behind the section's name, expected nothing", at) : 0;
}

static int do_func(struct assembly *s, char *at)
{
	struct asm_section *section = asm_open_section(s);
	struct asm_symbol f = { .type = STT_FUNC, .bind = STB_GLOBAL, .section = s->section };
	int r;

	if (!section)
		return s->d->code;
	f.name = asm_name_word(s, &at, "the name of a function");
	if (!f.name)
		return s->d->code;
	if (section->is_bss || section->bytes.size % INSN)
		return asm_fail(s, 0, "a function at byte %u of section %s, expected a multiple of 8 in a section that has bytes",
				section->bytes.size, section->name);
	r = asm_func_end(s, section);
	f.value = section->bytes.size;
	if (r == 0)
		r = attributes(s, &at, &f);
	if (r == 0)
		r = symbol_add(s, &f);
	section->is_code = true;
	section->func = s->nsymbols - 1;
	return r;
}

static int do_end(struct assembly *s, char *at)
{
	struct asm_section *section = asm_open_section(s);

	if (!section)
		return s->d->code;
	if (section->func == NO_INDEX || asm_more_words(at))
		return asm_fail(s, 0, "expected .end alone, behind a function");
	return asm_func_end(s, section);
}

static int do_var(struct assembly *s, char *at)
{
	struct asm_section *section = asm_open_section(s);
	struct asm_symbol v = { .type = STT_OBJECT, .bind = STB_GLOBAL, .section = s->section };
	int r;

	if (!section)
		return s->d->code;
	v.name = asm_name_word(s, &at, "the name of a variable");
	if (!v.name)
		return s->d->code;
	v.value = section->bytes.size;
	r = asm_number_word(s, &at, SECTION_MAX, "its size in bytes", &v.size);
	if (r == 0)
		r = attributes(s, &at, &v);
	return r < 0 ? r : symbol_add(s, &v);
}

static int do_extern(struct assembly *s, char *at)
{
	struct asm_symbol e = { .type = STT_NOTYPE, .bind = STB_GLOBAL };
	int r;

	e.name = asm_name_word(s, &at, "a name");
	if (!e.name)
		return s->d->code;
	r = attributes(s, &at, &e);
	if (r < 0)
		return r;
	if (e.bind == STB_LOCAL)
		return asm_fail(s, 0, "static, expected something that others can see");
	return symbol_add(s, &e);
}

static int put_data(struct assembly *s, const void *data, size_t n)
{
	struct asm_section *section = asm_open_section(s);

	if (!section)
		return s->d->code;
	if (section->is_bss && data)
		return asm_fail(s, 0, "bytes in section %s, which has none, expected .zero", section->name);
	if (section->is_bss && n <= SECTION_MAX - section->bytes.size) {
		section->bytes.size += (uint32_t)n;
		return 0;
	}
	return asm_put(s, &section->bytes, data, n);
}

static bool hex_byte(const char *digits, unsigned char *out)
{
	const char text[] = { '0', 'x', digits[0], digits[1], 0 };
	struct number n;
	const char *end = number_read(text, &n);

	*out = (unsigned char)n.size;
	return end && !*end;
}

static int do_bytes(struct assembly *s, char *at)
{
	while (asm_more_words(at)) {
		size_t len;
		const char *word = asm_word(s, &at, &len, "two hex digits");
		unsigned char byte;
		int r;

		if (!word)
			return s->d->code;
		if (len != 2 || !hex_byte(word, &byte))
			return asm_fail(s, 0, "'%s', expected two hex digits for each byte", word);
		r = put_data(s, &byte, 1);
		if (r < 0)
			return r;
	}
	return 0;
}

static int do_string(struct assembly *s, char *at)
{
	size_t len;
	const char *text = asm_word(s, &at, &len, "a text in quotes");

	if (!text)
		return s->d->code;
	return asm_more_words(at) ? asm_fail(s, 0, "'%s' behind the text, expected nothing", at) : put_data(s, text, len + 1);
}

static int do_zero(struct assembly *s, char *at)
{
	uint64_t n;
	int r = asm_number_word(s, &at, SECTION_MAX, "how many bytes", &n);

	return r < 0 ? r : put_data(s, NULL, (size_t)n);
}

static int do_reloc(struct assembly *s, char *at)
{
	struct asm_section *section = asm_open_section(s);
	struct asm_reloc *relocs = array_grow(s->arena, s->relocs, s->nrelocs, sizeof(*relocs));
	uint64_t type;
	const char *name;

	if (!section || !relocs)
		return section ? asm_no_memory(s) : s->d->code;
	if (asm_number_word(s, &at, UINT32_MAX, "a relocation's type", &type) < 0)
		return s->d->code;
	name = asm_name_word(s, &at, "the name of a symbol or a section");
	if (!name)
		return s->d->code;
	s->relocs = relocs;
	relocs[s->nrelocs++] = (struct asm_reloc){ s->section, section->bytes.size, (uint32_t)type, name, NO_INDEX, 0, s->line };
	section->nrelocs++;
	return 0;
}

/* hash, BPF_MAP_TYPE_HASH, or a number */
static bool map_type(const char *word, uint32_t *out)
{
	char name[64] = "BPF_MAP_TYPE_";
	size_t at = strlen(name);
	const char *end;
	struct number n;
	uint64_t value;

	end = number_read(word, &n);
	*out = (uint32_t)n.size;
	if (end && !*end)
		return !n.negative && n.size <= UINT32_MAX;
	if (strncmp(word, name, at) == 0)
		at = 0;
	for (; *word && at + 1 < sizeof(name); word++)
		name[at++] = (char)(*word >= 'a' && *word <= 'z' ? *word - 'a' + 'A' : *word);
	name[at] = 0;
	if (*word || !name_value(NAMES_BPF_MAP_TYPE, name, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

/* Its definition is what a compiler makes of the usual macros: a pointer for each member, whose type says the number. */
static int map_define(struct assembly *s, const struct asm_map *m)
{
	struct asm_symbol v = { .name = m->name, .type = STT_OBJECT, .bind = STB_GLOBAL };
	struct asm_section *section;

	v.section = asm_section_named(s, ".maps");
	if (!v.section)
		return asm_no_memory(s);
	section = &s->sections[v.section];
	v.value = section->bytes.size;
	for (unsigned i = 0; i < MAP_NUMBERS; i++)
		v.size += m->numbers[i] ? sizeof(uint64_t) : 0;
	if (asm_put(s, &section->bytes, NULL, v.size) < 0)
		return s->d->code;
	return symbol_add(s, &v);
}

static int do_map(struct assembly *s, char *at)
{
	struct asm_map *maps = array_grow(s->arena, s->maps, s->nmaps, sizeof(*maps)), m = { NULL, { 0 } };
	const char *type;
	int r = 0;

	if (!maps)
		return asm_no_memory(s);
	s->maps = maps;
	m.name = asm_name_word(s, &at, "the name of a map");
	type = m.name ? asm_name_word(s, &at, "a map's type") : NULL;
	if (!type)
		return s->d->code;
	if (!map_type(type, &m.numbers[0]))
		return asm_fail(s, 0, "'%s', expected a map's type, like hash or ringbuf, or its number", type);
	for (unsigned i = 1; r == 0 && i < MAP_NUMBERS && (i < MAP_NUMBERS - 1 || asm_more_words(at)); i++) {
		uint64_t n = 0;

		r = asm_number_word(s, &at, UINT32_MAX, asm_map_members[i], &n);
		m.numbers[i] = (uint32_t)n;
	}
	if (r < 0)
		return r;
	if (asm_more_words(at))
		return asm_fail(s, 0, "'%s' behind the map, expected nothing", at);
	maps[s->nmaps++] = m;
	return map_define(s, &m);
}

/* A record of .BTF.ext for the next instruction: its place, and n numbers. */
static int ext_add(struct assembly *s, char *at, enum ext_kind kind, uint32_t *numbers, unsigned n, const char *expected)
{
	struct asm_section *section = asm_open_section(s);
	int r;

	if (!section)
		return s->d->code;
	numbers[0] = section->bytes.size;
	for (unsigned i = 1; i <= n; i++) {
		uint64_t value;

		if (asm_number_word(s, &at, UINT32_MAX, expected, &value) < 0)
			return s->d->code;
		numbers[i] = (uint32_t)value;
	}
	if (asm_more_words(at))
		return asm_fail(s, 0, "'%s' is one too many, expected %u numbers: %s", at, n, expected);
	if (kind == EXT_LINE) {
		if (numbers[3] > UINT32_MAX >> 10 || numbers[4] > 0x3ff)
			return asm_fail(s, 0, "line %u, column %u, expected at most %u and %u", numbers[3], numbers[4],
					UINT32_MAX >> 10, 0x3ff);
		numbers[3] = numbers[3] << 10 | numbers[4];
	}
	r = asm_put(s, &section->ext[kind], numbers, (kind == EXT_TYPE ? 2 : 4) * sizeof(*numbers));
	return r;
}

static int do_type(struct assembly *s, char *at)
{
	uint32_t numbers[2];

	return ext_add(s, at, EXT_TYPE, numbers, 1, "a FUNC's type");
}

static int do_line(struct assembly *s, char *at)
{
	uint32_t numbers[5];

	return ext_add(s, at, EXT_LINE, numbers, 4, "file, text, line, column");
}

static int do_core(struct assembly *s, char *at)
{
	uint32_t numbers[4];

	return ext_add(s, at, EXT_CORE, numbers, 3, "type, access, kind");
}

const struct asm_directive asm_directives[] = {
	{ ".section", do_section }, { ".func", do_func }, { ".end", do_end }, { ".var", do_var },
	{ ".extern", do_extern }, { ".bytes", do_bytes }, { "unknown:", do_bytes }, { ".string", do_string },
	{ ".zero", do_zero }, { ".reloc", do_reloc }, { ".map", do_map }, { ".type", do_type },
	{ ".line", do_line }, { ".core", do_core }, { NULL, NULL },
};
