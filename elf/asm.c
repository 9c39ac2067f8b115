/*
 * Reading an assembler text, line by line; see elf/asm.h.
 *
 *	"  yes:  "			a label
 *	"  .var limit 8 static"		a directive: a row of directives[]
 *	"  w0 = 1  ; comment"		an instruction
 *
 * Every name may be used before it is defined, so what refers to one is written
 * down as a wait and resolved at the end, in elf/asm_link.c.
 *
 * In: text  Out: sections, symbols, relocations
 * Try: bpfwalk asm FILE.s -o OUT
 * Next: elf/asm_link.c
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "elf/asm_parts.h"
#include "elf/number.h"
#include "uapi/bpf_cmd.h"
#include "uapi/names.h"

enum { INSN = sizeof(struct bpf_insn), SECTION_MAX = 16 << 20 };

int asm_fail(const struct assembly *s, unsigned line, const char *fmt, ...)
{
	char place[64], text[256];
	va_list ap;

	snprintf(place, sizeof(place), "%.48s:%u", s->file, line ? line : s->line);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return fail(s->d, -EINVAL, place, "%s", text);
}

int asm_no_memory(const struct assembly *s)
{
	return fail_memory(s->d, s->file);
}

int asm_put(struct assembly *s, struct bytes *b, const void *data, size_t n)
{
	if (n > SECTION_MAX - b->size)
		return asm_fail(s, 0, "more than %d bytes in a section", SECTION_MAX);
	if (b->size + n > b->room) {
		uint32_t room = b->room ? b->room : 256;
		unsigned char *at;

		while (room < b->size + n)
			room *= 2;
		at = arena_alloc(s->arena, room);
		if (!at)
			return asm_no_memory(s);
		if (b->size)
			memcpy(at, b->at, b->size);
		b->at = at;
		b->room = room;
	}
	if (n && data)
		memcpy(b->at + b->size, data, n);
	else if (n)
		memset(b->at + b->size, 0, n);
	b->size += (uint32_t)n;
	return 0;
}

/* ---- words ------------------------------------------------------------------ */

static int octal(const char *s)
{
	if (s[0] < '0' || s[0] > '3' || s[1] < '0' || s[1] > '7' || s[2] < '0' || s[2] > '7')
		return -1;
	return (s[0] - '0') * 64 + (s[1] - '0') * 8 + (s[2] - '0');
}

/* The character an escape stands for, and how many it has; -1: none. */
static int escape(const char *s, int *length)
{
	static const char letters[] = "n\nt\tr\rb\bf\f\"\"\\\\";

	*length = 2;
	for (const char *l = letters; *l; l += 2)
		if (s[1] == *l)
			return l[1];
	*length = 4;
	return octal(s + 1);
}

/* A word in quotes, unescaped in place; *len without a NUL, there may be some in it. Behind it, or NULL. */
static char *quoted(char *s, char **word, size_t *len)
{
	char *to = *word = ++s;

	while (*s && *s != '"') {
		int length = 1, c = *s == '\\' ? escape(s, &length) : (unsigned char)*s;

		if (c < 0)
			return NULL;
		*to++ = (char)c;
		s += length;
	}
	if (!*s)
		return NULL;
	*len = (size_t)(to - *word);
	*to = 0;
	return s + 1;
}

/* The next word of *at, which moves behind it; NULL: there is none, or what is there is said to be wrong. */
static char *word_of(struct assembly *s, char **at, size_t *len, const char *expected)
{
	char *word, *end;

	*at += strspn(*at, " \t");
	if (!**at) {
		asm_fail(s, 0, "the line ends, expected %s", expected);
		return NULL;
	}
	if (**at == '"') {
		end = quoted(*at, &word, len);
		if (!end)
			asm_fail(s, 0, "a word in quotes that does not end, or a \\ without n, t, r, b, f, \", \\ or three octal digits");
		*at = end;
		return end ? word : NULL;
	}
	word = *at;
	*len = strcspn(word, " \t");
	*at += *len;
	if (**at)
		*(*at)++ = 0;
	return word;
}

/* A name: no NUL in it, and not empty. */
static char *name_word(struct assembly *s, char **at, const char *expected)
{
	size_t len;
	char *name = word_of(s, at, &len, expected);

	if (name && (!len || strlen(name) != len)) {
		asm_fail(s, 0, "an empty name, or one with a NUL, expected %s", expected);
		return NULL;
	}
	return name;
}

static bool more_words(const char *at)
{
	return at[strspn(at, " \t")] != 0;
}

static int number_word(struct assembly *s, char **at, uint64_t max, const char *expected, uint64_t *out)
{
	struct number n;
	size_t len;
	char *word = word_of(s, at, &len, expected);
	const char *end;

	if (!word)
		return s->d->code;
	end = number_read(word, &n);
	if (!end || *end || n.negative || n.size > max)
		return asm_fail(s, 0, "'%s', expected %s, a number up to %llu", word, expected, (unsigned long long)max);
	*out = n.size;
	return 0;
}

/* ---- sections and symbols --------------------------------------------------- */

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

/* The open section; NULL, and said, when there is none. */
static struct asm_section *open_section(struct assembly *s)
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
	while (more_words(*at)) {
		size_t len;
		const char *word = word_of(s, at, &len, "static, weak or hidden");

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

static int func_end(struct assembly *s, struct asm_section *section)
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

/* ---- directives ------------------------------------------------------------- */

static int do_section(struct assembly *s, char *at)
{
	const char *name = name_word(s, &at, "the name of a section");

	if (!name)
		return s->d->code;
	s->section = asm_section_named(s, name);
	if (!s->section)
		return asm_no_memory(s);
	return more_words(at) ? asm_fail(s, 0, "'%s' behind the section's name, expected nothing", at) : 0;
}

static int do_func(struct assembly *s, char *at)
{
	struct asm_section *section = open_section(s);
	struct asm_symbol f = { .type = STT_FUNC, .bind = STB_GLOBAL, .section = s->section };
	int r;

	if (!section)
		return s->d->code;
	f.name = name_word(s, &at, "the name of a function");
	if (!f.name)
		return s->d->code;
	if (section->is_bss || section->bytes.size % INSN)
		return asm_fail(s, 0, "a function at byte %u of section %s, expected a multiple of 8 in a section that has bytes",
				section->bytes.size, section->name);
	r = func_end(s, section);
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
	struct asm_section *section = open_section(s);

	if (!section)
		return s->d->code;
	if (section->func == NO_INDEX || more_words(at))
		return asm_fail(s, 0, "expected .end alone, behind a function");
	return func_end(s, section);
}

static int do_var(struct assembly *s, char *at)
{
	struct asm_section *section = open_section(s);
	struct asm_symbol v = { .type = STT_OBJECT, .bind = STB_GLOBAL, .section = s->section };
	int r;

	if (!section)
		return s->d->code;
	v.name = name_word(s, &at, "the name of a variable");
	if (!v.name)
		return s->d->code;
	v.value = section->bytes.size;
	r = number_word(s, &at, SECTION_MAX, "its size in bytes", &v.size);
	if (r == 0)
		r = attributes(s, &at, &v);
	return r < 0 ? r : symbol_add(s, &v);
}

static int do_extern(struct assembly *s, char *at)
{
	struct asm_symbol e = { .type = STT_NOTYPE, .bind = STB_GLOBAL };
	int r;

	e.name = name_word(s, &at, "a name");
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
	struct asm_section *section = open_section(s);

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
	while (more_words(at)) {
		size_t len;
		const char *word = word_of(s, &at, &len, "two hex digits");
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
	const char *text = word_of(s, &at, &len, "a text in quotes");

	if (!text)
		return s->d->code;
	return more_words(at) ? asm_fail(s, 0, "'%s' behind the text, expected nothing", at) : put_data(s, text, len + 1);
}

static int do_zero(struct assembly *s, char *at)
{
	uint64_t n;
	int r = number_word(s, &at, SECTION_MAX, "how many bytes", &n);

	return r < 0 ? r : put_data(s, NULL, (size_t)n);
}

static int do_reloc(struct assembly *s, char *at)
{
	struct asm_section *section = open_section(s);
	struct asm_reloc *relocs = array_grow(s->arena, s->relocs, s->nrelocs, sizeof(*relocs));
	uint64_t type;
	const char *name;

	if (!section || !relocs)
		return section ? asm_no_memory(s) : s->d->code;
	if (number_word(s, &at, UINT32_MAX, "a relocation's type", &type) < 0)
		return s->d->code;
	name = name_word(s, &at, "the name of a symbol or a section");
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
	m.name = name_word(s, &at, "the name of a map");
	type = m.name ? name_word(s, &at, "a map's type") : NULL;
	if (!type)
		return s->d->code;
	if (!map_type(type, &m.numbers[0]))
		return asm_fail(s, 0, "'%s', expected a map's type, like hash or ringbuf, or its number", type);
	for (unsigned i = 1; r == 0 && i < MAP_NUMBERS && (i < MAP_NUMBERS - 1 || more_words(at)); i++) {
		uint64_t n = 0;

		r = number_word(s, &at, UINT32_MAX, asm_map_members[i], &n);
		m.numbers[i] = (uint32_t)n;
	}
	if (r < 0)
		return r;
	if (more_words(at))
		return asm_fail(s, 0, "'%s' behind the map, expected nothing", at);
	maps[s->nmaps++] = m;
	return map_define(s, &m);
}

/* A record of .BTF.ext for the next instruction: its place, and n numbers. */
static int ext_add(struct assembly *s, char *at, enum ext_kind kind, uint32_t *numbers, unsigned n, const char *expected)
{
	struct asm_section *section = open_section(s);
	int r;

	if (!section)
		return s->d->code;
	numbers[0] = section->bytes.size;
	for (unsigned i = 1; i <= n; i++) {
		uint64_t value;

		if (number_word(s, &at, UINT32_MAX, expected, &value) < 0)
			return s->d->code;
		numbers[i] = (uint32_t)value;
	}
	if (more_words(at))
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

static const struct {
	const char *name;
	int (*run)(struct assembly *s, char *at);
} directives[] = {
	{ ".section", do_section }, { ".func", do_func }, { ".end", do_end }, { ".var", do_var },
	{ ".extern", do_extern }, { ".bytes", do_bytes }, { "unknown:", do_bytes }, { ".string", do_string },
	{ ".zero", do_zero }, { ".reloc", do_reloc }, { ".map", do_map }, { ".type", do_type },
	{ ".line", do_line }, { ".core", do_core },
};

/* ---- lines ------------------------------------------------------------------ */

static int label_add(struct assembly *s, char *name, size_t len)
{
	struct asm_section *section = open_section(s);
	struct asm_label *labels = array_grow(s->arena, s->labels, s->nlabels, sizeof(*labels));

	if (!section || !labels)
		return section ? asm_no_memory(s) : s->d->code;
	if (section->func == NO_INDEX || section->bytes.size % INSN)
		return asm_fail(s, 0, "label %.*s, expected inside a function, before an instruction", (int)len, name);
	name[len] = 0;
	s->labels = labels;
	labels[s->nlabels++] = (struct asm_label){ name, section->func, section->bytes.size / INSN, s->line };
	return 0;
}

static int insn_add(struct assembly *s, const char *text)
{
	struct asm_section *section = open_section(s);
	struct asm_wait *waits;
	struct asm_insn insn;

	if (!section)
		return s->d->code;
	if (!asm_insn_parse(text, &insn))
		return asm_fail(s, 0, "'%s' is no instruction and no directive; expected what disasm prints, like r0 = 0", text);
	if (section->func == NO_INDEX || section->bytes.size % INSN)
		return asm_fail(s, 0, "an instruction at byte %u of section %s, expected .func NAME before it and a multiple of 8",
				section->bytes.size, section->name);
	if (insn.waits) {
		waits = array_grow(s->arena, s->waits, s->nwaits, sizeof(*waits));
		if (!waits)
			return asm_no_memory(s);
		s->waits = waits;
		waits[s->nwaits++] = (struct asm_wait){
			insn.waits, arena_copy(s->arena, insn.name, insn.name_len), s->section, section->bytes.size,
			section->func, s->line,
		};
		if (!waits[s->nwaits - 1].name)
			return asm_no_memory(s);
	}
	return asm_put(s, &section->bytes, insn.insns, insn.slots * INSN);
}

/* Cuts the comment and the blanks at the end. */
static void trim(char *line)
{
	bool quotes = false;
	char *end = line;

	for (; *end; end++) {
		if (*end == '"')
			quotes = !quotes;
		if (quotes && *end == '\\' && end[1])
			end++;
		if (quotes)
			continue;
		if (*end == ';' || (*end == '#' && (end == line || end[-1] == ' ' || end[-1] == '\t')))
			break;
	}
	while (end > line && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	*end = 0;
}

static int line_read(struct assembly *s, char *line)
{
	size_t len;

	line += strspn(line, " \t");
	trim(line);
	if (!*line)
		return 0;
	len = strcspn(line, " \t");
	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++)
		if (strlen(directives[i].name) == len && memcmp(directives[i].name, line, len) == 0)
			return directives[i].run(s, line + len);
	len = asm_name_length(line);
	if (len && line[len] == ':' && !line[len + 1])
		return label_add(s, line, len);
	if (*line == '.')
		return asm_fail(s, 0, "'%s', expected a directive, such as .section, .func, .var, .bytes or .map", line);
	return insn_add(s, line);
}

static int read_all(struct assembly *s, struct view text)
{
	char *at = arena_copy(s->arena, text.base, text.size), *end;
	int r = 0;

	if (!at)
		return asm_no_memory(s);
	end = at + text.size;
	while (r == 0 && at < end) {
		char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((nl ? nl : end) - at);

		s->line++;
		at[len] = 0;
		r = strlen(at) == len ? line_read(s, at) : asm_fail(s, 0, "a NUL, expected text");
		at += len + 1;
	}
	for (uint32_t i = 1; r == 0 && i < s->nsections; i++)
		r = func_end(s, &s->sections[i]);
	return r;
}

int assemble(struct view text, const char *name, struct arena *a, struct view *out, struct diag *d)
{
	const char *slash = strrchr(name, '/');
	struct assembly s = { .arena = a, .d = d, .file = slash ? slash + 1 : name };
	int r;

	asm_section_named(&s, "");	/* ELF's section 0 */
	if (!s.nsections)
		return asm_no_memory(&s);
	r = read_all(&s, text);
	if (r == 0)
		r = asm_link(&s);
	if (r == 0)
		r = asm_btf(&s);
	if (r == 0)
		r = asm_elf(&s, out);
	return r;
}
