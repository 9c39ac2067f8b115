/*
 * bpfwalk inspect: what the file holds, before anything is asked of the kernel.
 *
 *	header      what readelf -h shows of it
 *	sections    readelf -S      a program, a map or a license is a section, or a part of one
 *	symbols     readelf -s      names for those parts
 *	programs    with the hook that their section's name stands for
 *	maps        with the types of keys and values, from BTF
 *	globals     variables and their first values
 *	externs     what it wants of the running kernel
 *	relocations readelf -r      instructions that wait for a number, and which
 *
 * In: an object file  Out: tables, or a JSON object a thing
 * Try:  bpfwalk inspect build/progs/talk.bpf.o
 * Next: loader/cli/hex.h
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loader/cli/args.h"
#include "loader/cli/describe.h"
#include "loader/cli/hex.h"
#include "loader/cli/json.h"
#include "loader/cli/out.h"
#include "loader/cli/screen.h"
#include "loader/cli/setup.h"
#include "loader/cli/value.h"
#include "loader/cli/verbs.h"

enum { TYPE_INDENT = 6 };

struct name {
	uint32_t number;
	const char *text;
};

/* The ELF specification's names, without SHT_, STT_, STB_, STV_, SHN_ (and LLVM_ of LLVM's one). */
static const struct name elf_types[] = {
	{ 0, "NONE" }, { 1, "REL" }, { 2, "EXEC" }, { 3, "DYN" }, { 4, "CORE" }, { 0, NULL }
};
static const struct name section_types[] = {
	{ 0, "NULL" }, { 1, "PROGBITS" }, { 2, "SYMTAB" }, { 3, "STRTAB" }, { 4, "RELA" }, { 5, "HASH" },
	{ 6, "DYNAMIC" }, { 7, "NOTE" }, { 8, "NOBITS" }, { 9, "REL" }, { 17, "GROUP" }, { 18, "SYMTAB_SHNDX" },
	{ 0x6fff4c03, "ADDRSIG" }, { 0, NULL }
};
static const struct name symbol_types[] = {
	{ 0, "NOTYPE" }, { 1, "OBJECT" }, { 2, "FUNC" }, { 3, "SECTION" }, { 4, "FILE" }, { 5, "COMMON" },
	{ 6, "TLS" }, { 0, NULL }
};
static const struct name binds[] = { { 0, "LOCAL" }, { 1, "GLOBAL" }, { 2, "WEAK" }, { 0, NULL } };
static const struct name visibilities[] = {
	{ 0, "DEFAULT" }, { 1, "INTERNAL" }, { 2, "HIDDEN" }, { 3, "PROTECTED" }, { 0, NULL }
};
static const struct name places[] = { { 0, "UND" }, { 0xfff1, "ABS" }, { 0xfff2, "COM" }, { 0, NULL } };
static const struct name reloc_types[] = {
	{ 0, "R_BPF_NONE" }, { 1, "R_BPF_64_64" }, { 2, "R_BPF_64_ABS64" }, { 3, "R_BPF_64_ABS32" },
	{ 4, "R_BPF_64_NODYLD32" }, { 10, "R_BPF_64_32" }, { BW_RELOC_CORE, "CO-RE" }, { 0, NULL }
};

/* The name of a number, or the number itself in buf. */
static const char *name_of(const struct name *list, uint32_t number, char buf[16])
{
	for (; list->text; list++)
		if (list->number == number)
			return list->text;
	snprintf(buf, 16, "%#" PRIx32, number);
	return buf;
}

/* SHF_WRITE and its friends, in readelf's letters. */
static const char *flag_letters(uint64_t flags, char buf[16])
{
	static const char letters[] = "WAX?MSILOGTC";
	char *end = buf;

	for (unsigned bit = 0; bit < sizeof(letters) - 1; bit++)
		if (flags >> bit & 1)
			*end++ = letters[bit];
	*end = 0;
	return buf;
}

static void heading(const char *text, unsigned count)
{
	put("%s", "");
	put("%s: %u", text, count);
}

static void header(const struct bw_object *obj)
{
	char number[16];

	put("object    %s", obj->name);
	put("header    ELF64, little endian, type %s, machine %s", name_of(elf_types, obj->elf_type, number),
	    obj->elf_machine == 247 ? "EM_BPF (247)" : obj->elf_machine == 0 ? "EM_NONE (0)" : "?");
	put("license   %s", obj->license && obj->license[0] ? obj->license : "(none)");
	if (obj->kern_version)
		put("version   %#" PRIx32, obj->kern_version);
	if (obj->btf_types)
		put("BTF       %" PRIu32 " types", obj->btf_types);
	else
		put("BTF       none");
}

static void sections(const struct bw_object *obj)
{
	char type[16], flags[16];

	heading("sections", obj->nsections);
	put("  # type      flg offset   size lnk inf name");
	for (unsigned i = 0; i < obj->nsections; i++) {
		const struct bw_section *s = &obj->sections[i];

		put("%3u %-9s %-3s %6" PRIx64 " %6" PRIx64 " %3" PRIu32 " %3" PRIu32 " %s", i,
		    name_of(section_types, s->type, type), flag_letters(s->flags, flags), s->offset, s->size, s->link,
		    s->info, s->name);
	}
}

static void symbols(const struct bw_object *obj)
{
	char type[16], bind[16], visibility[16], place[16];

	heading("symbols", obj->nsymbols);
	put("  #  value  size type    bind   visible sec name");
	for (unsigned i = 0; i < obj->nsymbols; i++) {
		const struct bw_symbol *s = &obj->symbols[i];

		snprintf(place, sizeof(place), "%" PRIu32, s->section);
		put("%3u %6" PRIx64 " %5" PRIu64 " %-7s %-6s %-7s %3s %s", i, s->value, s->size,
		    name_of(symbol_types, s->type, type), name_of(binds, s->bind, bind),
		    name_of(visibilities, s->visibility, visibility),
		    s->section == 0 || s->section >= 0xff00 ? name_of(places, s->section, place) : place, s->name);
	}
}

static void programs(const struct bw_object *obj)
{
	heading("programs", obj->nprograms);
	for (unsigned i = 0; i < obj->nprograms; i++) {
		const struct bw_program *p = &obj->programs[i];

		put("  %s: %" PRIu32 " instructions, section %s%s", p->name, p->insn_count, p->section,
		    p->is_entry && !p->enabled ? ", not loaded unless asked" : "");
		if (!p->is_entry)
			put("      called by other programs");
		else if (!p->hook)
			put("      no hook has this section's name");
		else if (p->called_through)
			put("      %s: another program jumps to it through %s", bw_hook_words(p->hook).prog_type, p->called_through->name);
		else
			put("      %s: %s", bw_hook_words(p->hook).prog_type, bw_hook_words(p->hook).text);
	}
}

/* A struct with its members, anything else by its name. */
static const char *type_shown(const struct bw_object *obj, uint32_t type_id)
{
	const char *name = type_text(obj, type_id, false);

	return strncmp(name, "struct", 6) == 0 || strncmp(name, "union", 5) == 0 ? type_text(obj, type_id, true) : name;
}

static void map_type_line(const struct bw_object *obj, const char *what, uint32_t size, uint32_t type_id)
{
	struct fill f;

	if (!size && !type_id)
		return;
	printf("%*s%-7s", TYPE_INDENT, "", what);
	fill_start(&f, TYPE_INDENT + 7, TYPE_INDENT + 7);
	if (size) {
		char bytes[32];

		snprintf(bytes, sizeof(bytes), "%" PRIu32 " byte%s%s", size, size == 1 ? "" : "s", type_id ? ":" : "");
		fill_text(&f, bytes);
	}
	if (type_id)
		fill_text(&f, type_shown(obj, type_id));
	fill_end(&f);
}

static const char *room_of(const struct bw_map *m, char room[40])
{
	const char *unit = strcmp(m->type_name, "BPF_MAP_TYPE_RINGBUF") == 0 ? "bytes" :
			   strcmp(m->type_name, "BPF_MAP_TYPE_ARENA") == 0 ? "pages" :
			   m->max_entries == 1 ? "entry" : "entries";

	if (m->max_entries)
		snprintf(room, 40, "%" PRIu32 " %s", m->max_entries, unit);
	else
		snprintf(room, 40, "an entry for each CPU");
	return room;
}

static void map_slots(const struct bw_map *m)
{
	if (m->inner)
		put("      holds maps like %s", m->inner->name);
	for (unsigned i = 0; i < m->nslots; i++) {
		const struct bw_slot *slot = &m->slots[i];

		if (slot->member)
			put("      .%s = program %s", slot->member, slot->program->name);
		else
			put("      [%" PRIu32 "] = %s %s", slot->index, slot->program ? "program" : "map",
			    slot->program ? slot->program->name : slot->map->name);
	}
}

static void maps(const struct bw_object *obj)
{
	char room[40];

	heading("maps", obj->nmaps);
	for (unsigned i = 0; i < obj->nmaps; i++) {
		const struct bw_map *m = &obj->maps[i];

		put("  %s: %s, %s%s%s%s%s", m->name, m->type_name, room_of(m, room), m->read_only ? ", read-only" : "",
		    m->pin_by_name ? ", pinned by name" : "", m->is_template ? ", only a pattern" : "",
		    m->enabled || m->is_template ? "" : ", not made");
		if (m->is_data) {
			put("      %-6s %" PRIu32 " byte%s of variables", "value", m->value_size, m->value_size == 1 ? "" : "s");
			continue;
		}
		map_type_line(obj, "key", m->key_size, m->key_type_id);
		map_type_line(obj, "value", m->value_size, m->value_type_id);
		map_type_line(obj, "record", 0, m->record_type_id);
		map_slots(m);
	}
}

static void globals(const struct bw_object *obj)
{
	heading("global variables", obj->nglobals);
	for (unsigned i = 0; i < obj->nglobals; i++) {
		const struct bw_global *g = &obj->globals[i];

		/* Two texts of one buffer: two lines. */
		put("  %s: %s, %" PRIu32 " byte%s at %s+%" PRIu32, g->name,
		    g->type_id ? type_text(obj, g->type_id, false) : "no type", g->size, g->size == 1 ? "" : "s",
		    g->map->name, g->offset);
		put("      = %s", value_text(obj, g->type_id, g->data, g->size, BW_STYLE_TEXT));
	}
}

static void externs(const struct bw_object *obj)
{
	if (!obj->nexterns)
		return;
	heading("externs", obj->nexterns);
	for (unsigned i = 0; i < obj->nexterns; i++) {
		const struct bw_extern *x = &obj->externs[i];

		put("  %s: %s%s", x->name, x->section, x->is_weak ? ", weak" : "");
		put("      %s", x->type_id ? type_text(obj, x->type_id, false) : "void");
	}
}

static void relocs(const struct bw_object *obj)
{
	char type[16];

	heading("relocations", obj->nrelocs);
	for (unsigned i = 0; i < obj->nrelocs; i++) {
		const struct bw_reloc *r = &obj->relocs[i];

		put("  %s+%#" PRIx64 ": %s %s", r->section, r->offset, name_of(reloc_types, r->type, type), r->symbol);
		if (r->means)
			put("      %s", r->means);
	}
}

static void notes(const struct bw_object *obj)
{
	if (!obj->nnotes)
		return;
	heading("left out by load", obj->nnotes);
	for (unsigned i = 0; i < obj->nnotes; i++)
		put("  %s", obj->notes[i]);
}

static void refused(const struct bw_object *obj)
{
	if (!obj->nrefused)
		return;
	heading("refused by load", obj->nrefused);
	for (unsigned i = 0; i < obj->nrefused; i++)
		put("  %s", obj->refused[i]);
}

static void inspect_text(const struct bw_object *obj)
{
	header(obj);
	sections(obj);
	symbols(obj);
	programs(obj);
	maps(obj);
	globals(obj);
	externs(obj);
	relocs(obj);
	notes(obj);
	refused(obj);
}

static void header_json(const struct bw_object *obj)
{
	json_open("object");
	json_text("name", obj->name);
	json_number("elf_type", obj->elf_type);
	json_number("elf_machine", obj->elf_machine);
	json_text("license", obj->license);
	json_number("kern_version", obj->kern_version);
	json_number("btf_types", obj->btf_types);
	json_close();
}

static void section_json(const struct bw_section *s, unsigned index)
{
	char type[16];

	json_open("section");
	json_number("index", index);
	json_text("name", s->name);
	json_text("type", name_of(section_types, s->type, type));
	json_number("flags", s->flags);
	json_number("offset", s->offset);
	json_number("size", s->size);
	json_number("link", s->link);
	json_number("info", s->info);
	json_number("entsize", s->entsize);
	json_close();
}

static void symbol_json(const struct bw_symbol *s, unsigned index)
{
	char text[16];

	json_open("symbol");
	json_number("index", index);
	json_text("name", s->name);
	json_number("value", s->value);
	json_number("size", s->size);
	json_text("type", name_of(symbol_types, s->type, text));
	json_text("bind", name_of(binds, s->bind, text));
	json_text("visibility", name_of(visibilities, s->visibility, text));
	json_number("section", s->section);
	json_close();
}

static void global_json(const struct bw_object *obj, const struct bw_global *g)
{
	json_open("global");
	json_text("name", g->name);
	json_text("type", g->type_id ? type_text(obj, g->type_id, false) : NULL);
	json_text("map", g->map->name);
	json_number("offset", g->offset);
	json_number("size", g->size);
	json_value("value", obj, g->type_id, g->data, g->size);
	json_close();
}

static void reloc_json(const struct bw_reloc *r)
{
	char type[16];

	json_open("reloc");
	json_text("section", r->section);
	json_number("offset", r->offset);
	json_text("type", name_of(reloc_types, r->type, type));
	json_text("symbol", r->symbol);
	json_text("means", r->means);
	json_close();
}

static void inspect_json(const struct bw_object *obj)
{
	header_json(obj);
	for (unsigned i = 0; i < obj->nsections; i++)
		section_json(&obj->sections[i], i);
	for (unsigned i = 0; i < obj->nsymbols; i++)
		symbol_json(&obj->symbols[i], i);
	for (unsigned i = 0; i < obj->nprograms; i++)
		program_json(&obj->programs[i]);
	for (unsigned i = 0; i < obj->nmaps; i++)
		map_json(obj, &obj->maps[i]);
	for (unsigned i = 0; i < obj->nglobals; i++)
		global_json(obj, &obj->globals[i]);
	for (unsigned i = 0; i < obj->nexterns; i++)
		extern_json(obj, &obj->externs[i]);
	for (unsigned i = 0; i < obj->nrelocs; i++)
		reloc_json(&obj->relocs[i]);
	for (unsigned i = 0; i < obj->nnotes; i++) {
		json_open("note");
		json_text("text", obj->notes[i]);
		json_close();
	}
	for (unsigned i = 0; i < obj->nrefused; i++) {
		json_open("refused");
		json_text("text", obj->refused[i]);
		json_close();
	}
}

int verb_inspect(const struct args *a)
{
	struct bw_error err = { 0 };
	struct bw_object *obj;
	int status;

	if (a->program && !a->hex)
		return args_refuse(a, "'%s': a section is for --hex", a->program);
	status = setup(a, NULL, &obj);
	if (status != EXIT_DONE)
		return status;
	if (bw_inspect(obj, &err))
		status = failed(&err);
	else if (a->hex)
		status = hex_dump(a, obj);
	else
		(a->json ? inspect_json : inspect_text)(obj);
	bw_close(obj);
	return status;
}
