/*
 * Maps and programs as JSON objects; see describe.h and docs/json.md.
 *
 * In: the library's structs  Out: a line each
 * Next: loader/cli/verb_inspect.c
 */
#include "loader/cli/describe.h"
#include "loader/cli/json.h"
#include "loader/cli/value.h"

static void type_member(const char *name, const struct bw_object *obj, uint32_t type_id)
{
	json_text(name, type_id ? type_text(obj, type_id, false) : NULL);
}

static void fd_member(int fd)
{
	if (fd >= 0)
		json_signed("fd", fd);
}

static void slots_json(const struct bw_map *m)
{
	json_begin("slots", '[');
	for (unsigned i = 0; i < m->nslots; i++) {
		const struct bw_slot *slot = &m->slots[i];

		json_begin(NULL, '{');
		json_number("key", slot->index);
		if (slot->member)
			json_text("member", slot->member);
		json_text(slot->program ? "program" : "map", slot->program ? slot->program->name : slot->map->name);
		json_end('}');
	}
	json_end(']');
}

void map_json(const struct bw_object *obj, const struct bw_map *m)
{
	json_open("map");
	json_text("name", m->name);
	json_text("kernel_name", m->kernel_name);
	json_text("type", m->type_name);
	json_number("key_size", m->key_size);
	json_number("value_size", m->value_size);
	json_number("max_entries", m->max_entries);
	json_number("map_flags", m->flags);
	type_member("key_type", obj, m->key_type_id);
	type_member("value_type", obj, m->value_type_id);
	type_member("record_type", obj, m->record_type_id);
	json_bool("data", m->is_data);
	json_bool("read_only", m->read_only);
	json_bool("pinned", m->pin_by_name);
	json_bool("template", m->is_template);
	json_bool("enabled", m->enabled);
	json_text("inner", m->inner ? m->inner->name : NULL);
	slots_json(m);
	fd_member(m->fd);
	json_close();
}

void extern_json(const struct bw_object *obj, const struct bw_extern *x)
{
	json_open("extern");
	json_text("name", x->name);
	json_text("section", x->section);
	type_member("type", obj, x->type_id);
	json_bool("function", x->is_function);
	json_bool("weak", x->is_weak);
	json_bool("absent", x->is_absent);
	json_text("from", x->from);
	if (x->global && (x->from || x->is_absent))
		json_value("value", obj, x->type_id, x->global->data, x->global->size);
	if (x->kernel_btf_id)
		json_number("kernel_btf_id", x->kernel_btf_id);
	if (x->address)
		json_address("address", x->address);
	json_close();
}

void program_json(const struct bw_program *p)
{
	const struct bw_hook *h = p->hook;
	struct bw_hook_words words = { 0 };

	if (h)
		words = bw_hook_words(h);

	json_open("program");
	json_text("name", p->name);
	json_text("section", p->section);
	json_text("hook", h ? h->section : NULL);
	json_text("target", h ? p->target : NULL);
	json_text("prog_type", words.prog_type);
	json_text("expected_attach_type", h && h->has_attach_type ? words.attach_type : NULL);
	json_bool("entry", p->is_entry);
	json_bool("enabled", p->enabled);
	json_number("insn_cnt", p->insn_count);
	if (p->insns)
		json_number("loaded_insn_cnt", p->loaded_insn_count);
	fd_member(p->fd);
	json_close();
}
