/*
 * A hash table of texts; see count.h. Each text has its place by its hash, or
 * the next free one after it; never more than three of four places are taken.
 *
 * In: texts  Out: how often each was seen
 * Try:  bpfwalk run --count --for 2 build/progs/talk.bpf.o
 * Next: loader/cli/records.h
 */
#include <stdlib.h>
#include <string.h>

#include "loader/cli/count.h"

/* FNV-1a */
static uint32_t hash_of(unsigned group, const char *text)
{
	uint32_t hash = 2166136261u ^ group;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

/* The place of the text, or the free place where it belongs. */
static struct counted *find(const struct counts *c, uint32_t hash, unsigned group, const char *text)
{
	for (size_t i = hash;; i++) {
		struct counted *at = &c->place[i & (c->places - 1)];

		if (!at->n || (at->hash == hash && at->group == group && strcmp(c->texts.at + at->text, text) == 0))
			return at;
	}
}

static bool grow(struct counts *c)
{
	struct counts more = *c;

	if (c->used < c->places / 4 * 3)
		return true;
	more.places = c->places ? c->places * 2 : 64;
	more.place = calloc(more.places, sizeof(*more.place));
	if (!more.place)
		return false;
	for (size_t i = 0; i < c->places; i++)
		if (c->place[i].n)
			*find(&more, c->place[i].hash, c->place[i].group, c->texts.at + c->place[i].text) = c->place[i];
	free(c->place);
	*c = more;
	return true;
}

void counts_add(struct counts *c, unsigned group, const char *text)
{
	uint32_t hash = hash_of(group, text);
	struct counted *at;

	if (!grow(c)) {
		c->texts.failed = true;
		return;
	}
	at = find(c, hash, group, text);
	if (!at->n) {
		size_t where = c->texts.len;

		buf_add(&c->texts, text, strlen(text) + 1);
		if (c->texts.failed)
			return;
		*at = (struct counted){ where, hash, group, 0 };
		c->used++;
	}
	at->n++;
}

void counts_free(struct counts *c)
{
	buf_free(&c->texts);
	free(c->place);
	memset(c, 0, sizeof(*c));
}
