/*
 * Finding a marker in a program's notes.
 *
 *	.note.stapsdt, one behind the other:
 *	| namesz 8 | descsz | type 3 | "stapsdt\0" | address | base | semaphore | "shop\0" "sold\0" "-4@%edi\0" | pad to 4 |
 *	                                           `-------------------- descsz bytes --------------------'
 *
 * The notes are in no part of the program that is mapped, so tools which move a
 * program to other addresses (prelink) do not see the addresses in them. They
 * do move the section .stapsdt.base, one byte of the program: how far it is from
 * the `base` of a note is how far the addresses are wrong.
 *
 * In: the bytes of a program or library, PROVIDER and NAME  Out: places for uprobes
 * Try: readelf -n /usr/lib/x86_64-linux-gnu/libstdc++.so.6
 * Next: elf/usdt_args.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf/nearest.h"
#include "elf/usdt.h"

#define LLU(x) ((unsigned long long)(x))

static const char where[] = "marker";

enum { NT_STAPSDT = 3, STRINGS = 24 };		/* STRINGS: behind three addresses */

struct note_header {
	uint32_t namesz, descsz, type;
};

struct note {				/* of a marker */
	uint64_t address, base, semaphore;
	const char *provider, *name, *args;
};

struct notes {				/* where we are in the section */
	struct view bytes;
	uint64_t at;
	uint32_t number;		/* of the next note, for messages */
};

static uint64_t padded(uint32_t size)
{
	return ((uint64_t)size + 3) & ~(uint64_t)3;
}

static int bad_note(const struct notes *n, const char *what, struct diag *d)
{
	return fail(d, -EINVAL, where, "note %u of .note.stapsdt, at byte %llu of %zu, %s", n->number, LLU(n->at), n->bytes.size,
		    what);
}

static bool strings_read(struct view desc, struct note *out)
{
	uint64_t at = STRINGS;

	out->provider = view_str(desc, at);
	if (!out->provider)
		return false;
	at += strlen(out->provider) + 1;
	out->name = view_str(desc, at);
	if (!out->name)
		return false;
	at += strlen(out->name) + 1;
	out->args = view_str(desc, at);
	return out->args;
}

/* 1: a marker's note; 0: somebody else's; negative: it is broken. Goes on to the next. */
static int note_read(struct notes *n, struct note *out, struct diag *d)
{
	static const char owner[] = "stapsdt";
	struct note_header h;
	char name[sizeof(owner)];
	uint64_t addresses[3], start;
	struct view desc;

	if (!view_get(n->bytes, n->at, &h, sizeof(h)))
		return bad_note(n, "has no room for a header", d);
	start = n->at + sizeof(h);
	if (!view_sub(n->bytes, start + padded(h.namesz), h.descsz, &desc))
		return bad_note(n, "is longer than the section", d);
	if (h.type == NT_STAPSDT && h.namesz == sizeof(owner) && view_get(n->bytes, start, name, sizeof(name)) &&
	    memcmp(name, owner, sizeof(owner)) == 0) {
		if (!view_get(desc, 0, addresses, sizeof(addresses)) || !strings_read(desc, out))
			return bad_note(n, "does not hold three addresses and three strings", d);
		out->address = addresses[0];
		out->base = addresses[1];
		out->semaphore = addresses[2];
	} else {
		h.type = 0;
	}
	n->at = start + padded(h.namesz) + padded(h.descsz);
	n->number++;
	return h.type == NT_STAPSDT;
}

/* Nobody is called so: says who is. Only after a miss, so the notes are good. */
static int not_found(const struct symfile *s, const char *provider, const char *name, struct diag *d)
{
	const struct elf_section *section = elf_section_named(&s->elf, ".note.stapsdt");
	struct notes n = { .bytes = section->bytes };
	char full[NEAREST_LENGTH], text[3 * NEAREST_LENGTH + 32];
	struct nearest near;
	uint32_t markers = 0;
	struct note note;

	snprintf(full, sizeof(full), "%s:%s", provider, name);
	nearest_start(&near, full);
	while (n.at < n.bytes.size) {
		char other[NEAREST_LENGTH];
		int r = note_read(&n, &note, NULL);

		if (r < 0)
			break;
		if (r == 0)
			continue;
		markers++;
		snprintf(other, sizeof(other), "%s:%s", note.provider, note.name);
		nearest_see(&near, other);
	}
	return fail(d, -ENOENT, where, "%s:%s is none of its %u marker%s%s", provider, name, markers, markers == 1 ? "" : "s",
		    nearest_text(&near, text, sizeof(text)));
}

static int place_fill(const struct symfile *s, const struct note *note, uint64_t moved, struct usdt_place *out, struct diag *d)
{
	uint64_t shift = moved && note->base ? moved - note->base : 0;

	*out = (struct usdt_place){ .address = note->address + shift, .args = note->args };
	if (out->args[0] == ':')		/* a form without arguments' sizes, which nobody reads */
		out->args = "";
	if (!symfile_offset(s, out->address, true, &out->file_offset))
		return fail(d, -EINVAL, where, "%s:%s at address 0x%llx is in no executable part of the file", note->provider,
			    note->name, LLU(out->address));
	if (note->semaphore && !symfile_offset(s, note->semaphore + shift, false, &out->semaphore))
		return fail(d, -EINVAL, where, "the semaphore of %s:%s at address 0x%llx is in no part of the file that holds data",
			    note->provider, note->name, LLU(note->semaphore + shift));
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	struct usdt_place x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	if (x.file_offset != y.file_offset)
		return x.file_offset < y.file_offset ? -1 : 1;
	return x.args < y.args ? -1 : x.args > y.args;		/* both in the file: the note that comes first */
}

/* A place that two notes name is met once. */
static uint32_t each_once(struct usdt_place *p, uint32_t count)
{
	uint32_t n = 0;

	if (count)
		qsort(p, count, sizeof(*p), by_offset);
	for (uint32_t i = 0; i < count; i++)
		if (!n || p[n - 1].file_offset != p[i].file_offset)
			p[n++] = p[i];
	return n;
}

/* Adds the places that are meant to *out. */
static int collect(const struct symfile *s, struct notes *n, const char *provider, const char *name, struct arena *a,
		   struct usdt_place **out, uint32_t *count, struct diag *d)
{
	const struct elf_section *base = elf_section_named(&s->elf, ".stapsdt.base");
	struct usdt_place *places;
	struct note note;
	int r = 0;

	while (r == 0 && n->at < n->bytes.size) {
		r = note_read(n, &note, d);
		if (r <= 0)
			continue;
		r = 0;
		if (strcmp(note.provider, provider) != 0 || strcmp(note.name, name) != 0)
			continue;
		places = array_grow(a, *out, *count, sizeof(*places));
		if (!places)
			return fail_memory(d, where);
		*out = places;
		r = place_fill(s, &note, base ? base->addr : 0, &places[(*count)++], d);
	}
	return r;
}

int usdt_find(const struct symfile *s, const char *provider, const char *name, struct arena *a, struct usdt_place **out,
	      uint32_t *count, struct diag *d)
{
	const struct elf_section *section = elf_section_named(&s->elf, ".note.stapsdt");
	struct notes n = { 0 };
	int r;

	*out = NULL;
	*count = 0;
	if (!section || section->type != SHT_NOTE)
		return fail(d, -ENOENT, where, "%s:%s: the file has no markers (no notes in a section .note.stapsdt)", provider,
			    name);
	n.bytes = section->bytes;
	r = collect(s, &n, provider, name, a, out, count, d);
	if (r < 0)
		return r;
	*count = each_once(*out, *count);
	return *count ? 0 : not_found(s, provider, name, d);
}
