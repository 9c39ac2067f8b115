/*
 * From an object back to a text that elf/asm.c reads.
 *
 *	.section raw_tracepoint/sys_enter
 *	.func syscount
 *		.type 8
 *		.line 62 101 34 0
 *		; int syscount(void *ctx __unused)
 *		r1 = 0
 *		...
 *		r1 = &counts			ld_imm64 and its relocation
 *		call bpf_map_lookup_elem#1
 *		if r0 != 0x0 goto L30
 *
 * What a loader looks at is written: code, maps, variables, license, BTF, and
 * the symbols and relocations of these. An instruction is written as text if
 * the text becomes the same bytes and the same relocation again; the others,
 * such as one with bits in a field that it does not use, are .bytes.
 *
 * In: struct object  Out: lines
 * Try: bpfwalk disasm --asm build/progs/syscount.bpf.o
 * Next: elf/text.h
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/asm.h"
#include "elf/asm_insn.h"
#include "elf/disasm.h"
#include "elf/text.h"
#include "uapi/bpf_cmd.h"

enum { INSN = sizeof(struct bpf_insn), LINE_MAX = 4096, BYTES_A_LINE = 16, ZEROS = 8 };

static const char where[] = "disasm";

struct source {
	const struct object *o;
	struct diag *d;
	void (*line)(void *ctx, const char *text);
	void *ctx;
	struct text text;		/* the line that is made */
	char buf[LINE_MAX];
	int r;				/* the first failure */

	/* of the section that is written */
	uint32_t section;
	struct view bytes;
	const struct elf_symbol **symbols;	/* ascending */
	uint32_t nsymbols, symbol;
	struct elf_reloc *relocs;		/* ascending */
	uint32_t nrelocs, reloc;
	struct cursor { const struct ext_group *group; uint32_t at, rec_size; } types, lines, cores;
};

/* ---- lines ------------------------------------------------------------------ */

#define ADD(s, ...) text_add(&(s)->text, __VA_ARGS__)

static void end_line(struct source *s)
{
	if (s->text.length >= s->text.size && s->r == 0)
		s->r = fail(s->d, -EINVAL, where, "a line of more than %d bytes: %.60s...", LINE_MAX, s->buf);
	if (s->r == 0)
		s->line(s->ctx, s->buf);
	text_init(&s->text, s->buf, sizeof(s->buf));
}

__attribute__((format(printf, 2, 3)))
static void put_line(struct source *s, const char *fmt, ...)
{
	va_list ap;
	char text[256];

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	ADD(s, "%s", text);
	end_line(s);
}

static bool is_plain(const char *name)
{
	if (!*name || *name == '#')
		return false;
	for (; *name; name++)
		if (!isgraph((unsigned char)*name) || strchr("\";\\", *name))
			return false;
	return true;
}

static void add_quoted(struct source *s, const char *text, size_t len)
{
	ADD(s, "\"");
	text_add_escaped(&s->text, text, len, false);
	ADD(s, "\"");
}

static void add_name(struct source *s, const char *name)
{
	if (is_plain(name))
		ADD(s, "%s", name);
	else
		add_quoted(s, name, strlen(name));
}

static void add_bytes(struct source *s, const unsigned char *at, size_t n)
{
	ADD(s, "    .bytes");
	for (size_t i = 0; i < n; i++)
		ADD(s, " %02x", at[i]);
	end_line(s);
}

static void add_symbol(struct source *s, const char *directive, const struct elf_symbol *symbol, bool size)
{
	ADD(s, "%s ", directive);
	add_name(s, symbol->name);
	if (size)
		ADD(s, " %llu", (unsigned long long)symbol->size);
	if (symbol->bind != STB_GLOBAL)
		ADD(s, symbol->bind == STB_LOCAL ? " static" : " weak");
	if (symbol->visibility)
		ADD(s, " hidden");
	end_line(s);
}

/* ---- relocations ------------------------------------------------------------ */

static const struct elf_reloc *reloc_at(struct source *s, uint64_t offset)
{
	while (s->reloc < s->nrelocs && s->relocs[s->reloc].offset < offset)
		s->reloc++;
	return s->reloc < s->nrelocs && s->relocs[s->reloc].offset == offset ? &s->relocs[s->reloc] : NULL;
}

static void add_reloc(struct source *s, const struct elf_reloc *r)
{
	const struct elf_symbol *symbol = &s->o->elf.symbols[r->symbol];

	if (symbol->type == STT_NOTYPE && symbol->section != SHN_UNDEF && s->r == 0)
		s->r = fail(s->d, -EINVAL, where, "section %s: a relocation refers to label %s, which has no name in a text",
			    s->o->elf.sections[s->section].name, symbol->name);
	ADD(s, "    .reloc %u ", r->type);
	add_name(s, symbol->name);
	end_line(s);
}

/* What is static there, with a name that a text can have. */
static const struct elf_symbol *static_at(const struct object *o, uint32_t section, int64_t value, uint8_t type)
{
	for (uint32_t i = 1; i < o->elf.nsymbols; i++) {
		const struct elf_symbol *x = &o->elf.symbols[i];

		if (x->bind == STB_LOCAL && x->type == type && x->section == section && (int64_t)x->value == value &&
		    x->name[0] && !x->name[asm_name_length(x->name)])
			return x;
	}
	return NULL;
}

static bool simple(const char *name)
{
	return *name && !name[asm_name_length(name)];
}

/* "&counts", "&.rodata+4". False: only .reloc can say it. */
static bool add_address(struct source *s, const struct bpf_insn *in, const struct elf_symbol *symbol)
{
	const struct elf_symbol *v;
	int32_t addend = in->imm;
	const char *name = symbol->name;

	if (symbol->type == STT_SECTION) {
		v = static_at(s->o, symbol->section, in->imm, STT_OBJECT);
		v = v ? v : static_at(s->o, symbol->section, in->imm, STT_FUNC);
		name = v ? v->name : name;
		addend = v ? 0 : addend;
	} else if (symbol->bind == STB_LOCAL) {
		return false;
	}
	if (!simple(name))
		return false;
	ADD(s, "r%d = &%s", in->dst_reg, name);
	if (addend)
		ADD(s, "%+d", addend);
	return true;
}

/* "call NAME", of a function in this section when symbol is NULL. */
static bool add_call(struct source *s, uint64_t offset, const struct bpf_insn *in, const struct elf_symbol *symbol)
{
	const struct elf_symbol *f = symbol;
	uint32_t section = symbol ? symbol->section : s->section;
	int64_t target = ((int64_t)in->imm + 1 + (symbol ? 0 : (int64_t)(offset / INSN))) * INSN;

	if (!symbol || symbol->type == STT_SECTION)
		f = (section == s->section) == !symbol ? static_at(s->o, section, target, STT_FUNC) : NULL;
	else if (symbol->bind == STB_LOCAL || in->imm != -1)
		return false;
	if (!f || !simple(f->name))
		return false;
	ADD(s, "call %s", f->name);
	return true;
}

/* ---- instructions ----------------------------------------------------------- */

struct body {				/* a function */
	const struct bpf_insn *insns;
	uint64_t start;			/* in the section */
	uint32_t count;
	bool *targets;
};

/* "goto L7": the target is an instruction of this function. */
static bool add_jump(struct source *s, const struct body *b, uint32_t at, const char *text)
{
	int64_t target;
	const char *distance = strstr(text, " pc");

	if (!distance || !disasm_target(b->insns[at], at, &target) || target < 0 || target >= b->count || !b->targets[target])
		return false;
	ADD(s, "%.*s L%lld", (int)(distance - text), text, (long long)target);
	return true;
}

/* The line reads as an instruction with these bytes, apart from those that wait for a name. */
static bool comes_back(const char *text, const struct bpf_insn *in, unsigned slots)
{
	struct asm_insn out;

	if (!asm_insn_parse(text, &out) || out.slots != slots)
		return false;
	if (out.waits == WAITS_OFF)
		out.insns[0].off = in->off;
	if (out.waits == WAITS_IMM || out.waits == WAITS_CALL || out.waits == WAITS_ADDRESS)
		out.insns[0].imm = in->imm;
	return memcmp(out.insns, in, slots * INSN) == 0;
}

static void add_insn(struct source *s, const struct body *b, uint32_t at, unsigned slots, const char *text)
{
	const struct bpf_insn *in = &b->insns[at];
	uint64_t offset = b->start + (uint64_t)at * INSN;
	const struct elf_reloc *r = reloc_at(s, offset);
	const struct elf_symbol *symbol = r ? &s->o->elf.symbols[r->symbol] : NULL;
	bool named;

	ADD(s, "    ");
	if (in->code == BPF_INSN_CALL && in->src_reg == BPF_PSEUDO_CALL)
		named = add_call(s, offset, in, symbol) || (!symbol && (ADD(s, "%s", text), true));
	else if (symbol)
		named = in->code == BPF_INSN_LD_IMM64 && add_address(s, in, symbol);
	else
		named = add_jump(s, b, at, text) || (ADD(s, "%s", text), true);
	if (named && comes_back(s->buf, in, slots)) {
		end_line(s);
		return;
	}
	text_init(&s->text, s->buf, sizeof(s->buf));
	if (r)
		add_reloc(s, r);
	add_bytes(s, s->bytes.base + offset, slots * INSN);
}

/* The record at this instruction: 1 and its words, or 0. */
static bool record_at(struct cursor *c, uint64_t offset, uint32_t *words, unsigned n)
{
	while (c->group && c->at < c->group->count) {
		view_get(c->group->records, (uint64_t)c->at * c->rec_size, words, n * sizeof(*words));
		if (words[0] > offset)
			return false;
		c->at++;
		if (words[0] == offset)
			return true;
	}
	return false;
}

/* The C line, for people: nothing in it may end the comment. */
static void add_comment(struct source *s, const char *text)
{
	char copy[160];
	size_t n = 0;

	for (text += strspn(text, " \t"); *text && n + 1 < sizeof(copy); text++)
		copy[n++] = iscntrl((unsigned char)*text) ? ' ' : *text;
	copy[n] = 0;
	if (n)
		put_line(s, "    ; %s", copy);
}

static void add_records(struct source *s, uint64_t offset)
{
	uint32_t w[4];

	while (record_at(&s->types, offset, w, 2)) {
		put_line(s, "    .type %u", w[1]);
	}
	while (record_at(&s->lines, offset, w, 4)) {
		add_comment(s, btf_str(&s->o->btf, w[2]));
		put_line(s, "    .line %u %u %u %u", w[1], w[2], BPF_LINE_INFO_LINE_NUM(w[3]), BPF_LINE_INFO_LINE_COL(w[3]));
	}
	while (record_at(&s->cores, offset, w, 4)) {
		put_line(s, "    .core %u %u %u", w[1], w[2], w[3]);
	}
}

/* Marks where jumps lead, but for the second halves of ld_imm64. */
static void mark_targets(const struct body *b)
{
	char text[160];
	int64_t target;

	for (uint32_t at = 0; at < b->count; at++)
		if (disasm_target(b->insns[at], at, &target) && target >= 0 && target < b->count)
			b->targets[target] = true;
	for (uint32_t at = 0; at < b->count;) {
		unsigned slots = disasm(b->insns, at, b->count - at, text, sizeof(text));

		if (slots == 2)
			b->targets[at + 1] = false;
		at += slots;
	}
}

static void write_func(struct source *s, const struct func *f, const struct elf_symbol *symbol)
{
	struct body b = { f->insns, (uint64_t)f->first * INSN, f->count, arena_array(s->o->arena, f->count, sizeof(bool)) };
	char text[160];

	if (!b.targets && s->r == 0)
		s->r = fail_memory(s->d, where);
	add_symbol(s, ".func", symbol, false);
	if (s->r == 0)
		mark_targets(&b);
	for (uint32_t at = 0; s->r == 0 && at < b.count;) {
		unsigned slots = disasm(b.insns, at, b.count - at, text, sizeof(text));

		if (b.targets[at]) {
			put_line(s, "L%u:", at);
		}
		add_records(s, b.start + (uint64_t)at * INSN);
		add_insn(s, &b, at, slots, text);
		at += slots;
	}
}

/* ---- sections --------------------------------------------------------------- */

static bool is_text(const unsigned char *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isprint(at[i]) && at[i] != '\n' && at[i] != '\t')
			return false;
	return n >= 2;
}

/* What comes next: a string, a run of zeros, or some bytes. Returns how many. */
static size_t write_piece(struct source *s, const unsigned char *at, size_t left)
{
	const unsigned char *nul = memchr(at, 0, left);
	size_t text = nul ? (size_t)(nul - at) : 0, zeros = 0;

	if (nul && text < LINE_MAX / 4 && is_text(at, text)) {
		ADD(s, "    .string ");
		add_quoted(s, (const char *)at, text);
		end_line(s);
		return text + 1;
	}
	while (zeros < left && !at[zeros])
		zeros++;
	if (zeros >= ZEROS || (zeros && zeros == left)) {
		put_line(s, "    .zero %zu", zeros);
		return zeros;
	}
	left = left < BYTES_A_LINE ? left : BYTES_A_LINE;
	add_bytes(s, at, left);
	return left;
}

static void write_bytes(struct source *s, uint64_t from, uint64_t to)
{
	if (!s->bytes.size && to > from) {	/* .bss */
		put_line(s, "    .zero %llu", (unsigned long long)(to - from));
		return;
	}
	while (s->r == 0 && from < to)
		from += write_piece(s, s->bytes.base + from, (size_t)(to - from));
}

static void write_data(struct source *s, uint64_t size)
{
	uint64_t at = 0, next;

	while (s->r == 0) {
		const struct elf_reloc *r;

		for (; s->symbol < s->nsymbols && s->symbols[s->symbol]->value <= at; s->symbol++)
			add_symbol(s, ".var", s->symbols[s->symbol], true);
		r = reloc_at(s, at);
		if (r)
			add_reloc(s, r);
		if (at >= size)
			break;
		next = s->symbol < s->nsymbols && s->symbols[s->symbol]->value < size ? s->symbols[s->symbol]->value : size;
		r = reloc_at(s, at + 1);
		if (r || s->reloc < s->nrelocs)
			next = s->relocs[s->reloc].offset < next ? s->relocs[s->reloc].offset : next;
		write_bytes(s, at, next);
		at = next;
	}
}

/* The symbol that made this function. */
static const struct elf_symbol *symbol_of(const struct source *s, const struct func *f)
{
	for (uint32_t i = 0; i < s->nsymbols; i++)
		if (s->symbols[i]->type == STT_FUNC && s->symbols[i]->value == (uint64_t)f->first * INSN)
			return s->symbols[i];
	return NULL;
}

static void write_code(struct source *s, uint64_t size)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < s->o->nfuncs && s->r == 0; i++) {
		const struct func *f = &s->o->funcs[i];
		const struct elf_symbol *symbol;

		if (f->section_index != s->section)
			continue;
		symbol = symbol_of(s, f);
		if (!symbol)
			continue;
		if (at && at < (uint64_t)f->first * INSN) {
			put_line(s, ".end");
		}
		write_bytes(s, at, (uint64_t)f->first * INSN);
		write_func(s, f, symbol);
		at = ((uint64_t)f->first + f->count) * INSN;
	}
	if (at && at < size) {
		put_line(s, ".end");
	}
	write_bytes(s, at, size);
}

static int symbol_order(const void *a, const void *b)
{
	const struct elf_symbol *x = *(const struct elf_symbol *const *)a, *y = *(const struct elf_symbol *const *)b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* The names in the section: of functions in code, of everything that has one elsewhere. */
static int symbols_find(struct source *s, bool code)
{
	const struct elf *e = &s->o->elf;

	s->nsymbols = s->symbol = 0;
	s->symbols = arena_array(s->o->arena, e->nsymbols, sizeof(*s->symbols));
	if (!s->symbols)
		return fail_memory(s->d, where);
	for (uint32_t i = 1; i < e->nsymbols; i++) {
		const struct elf_symbol *x = &e->symbols[i];

		if (x->section == s->section && x->name[0] && x->type != STT_SECTION && x->type != STT_FILE &&
		    (!code || x->type == STT_FUNC))
			s->symbols[s->nsymbols++] = x;
	}
	qsort(s->symbols, s->nsymbols, sizeof(*s->symbols), symbol_order);
	return 0;
}

static int reloc_order(const void *a, const void *b)
{
	const struct elf_reloc *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int relocs_find(struct source *s)
{
	const struct elf *e = &s->o->elf;
	const struct elf_reloc *unsorted;
	int r;

	s->nrelocs = s->reloc = 0;
	for (uint32_t i = 1; i < e->nsections; i++) {
		if (e->sections[i].type != SHT_REL || e->sections[i].info != s->section)
			continue;
		r = elf_relocs(e, i, s->o->arena, &unsorted, &s->nrelocs, s->d);
		if (r < 0)
			return r;
		s->relocs = arena_copy(s->o->arena, unsorted, s->nrelocs * sizeof(*s->relocs));
		if (!s->relocs)
			return fail_memory(s->d, where);
		qsort(s->relocs, s->nrelocs, sizeof(*s->relocs), reloc_order);
	}
	return 0;
}

static struct cursor cursor_of(const struct ext_table *t, const char *section)
{
	return (struct cursor){ t->rec_size ? ext_group_of(t, section) : NULL, 0, t->rec_size };
}

static int write_section(struct source *s, uint32_t i)
{
	const struct elf_section *section = &s->o->elf.sections[i];
	enum section_role role = section_role(section);
	bool code = role == ROLE_CODE;

	s->section = i;
	s->bytes = section->bytes;
	s->types = cursor_of(&s->o->ext.func_info, section->name);
	s->lines = cursor_of(&s->o->ext.line_info, section->name);
	s->cores = cursor_of(&s->o->ext.core_relo, section->name);
	s->r = symbols_find(s, code);
	if (s->r == 0 && role != ROLE_BTF)	/* what patches .BTF is for linkers */
		s->r = relocs_find(s);
	else
		s->nrelocs = 0;
	if (!section->size && !s->nsymbols)
		return s->r;
	end_line(s);
	ADD(s, ".section ");
	add_name(s, section->name);
	end_line(s);
	if (code)
		write_code(s, section->size);
	else
		write_data(s, section->size);
	return s->r;
}

static void write_externs(struct source *s)
{
	const struct elf *e = &s->o->elf;

	for (uint32_t i = 1; i < e->nsymbols && s->r == 0; i++) {
		const struct elf_symbol *x = &e->symbols[i];

		if (x->section == SHN_COMMON)
			s->r = fail(s->d, -EINVAL, where, "variable %s has no section (SHN_COMMON), and none in a text", x->name);
		else if (x->section == SHN_UNDEF && x->name[0])
			add_symbol(s, ".extern", x, false);
	}
}

/* What has a role, and what instructions may refer to. */
static bool is_written(const struct elf_section *section)
{
	enum section_role role = section_role(section);
	bool memory = section->type == SHT_PROGBITS || section->type == SHT_NOBITS;

	return role == ROLE_OTHER ? memory && section->flags & SHF_ALLOC : role != ROLE_BTF_EXT;
}

int asm_source(const struct object *o, void (*line)(void *ctx, const char *text), void *ctx, struct diag *d)
{
	struct source s = { .o = o, .d = d, .line = line, .ctx = ctx };

	text_init(&s.text, s.buf, sizeof(s.buf));
	put_line(&s, "; for bpfwalk asm");
	write_externs(&s);
	for (uint32_t i = 1; i < o->elf.nsections && s.r == 0; i++)
		if (is_written(&o->elf.sections[i]))
			write_section(&s, i);
	return s.r;
}
