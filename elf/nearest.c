/*
 * Edit distance with an upper bound; see elf/nearest.h.
 *
 * The table of distances between all beginnings of two words needs only its last
 * row. Every letter of difference in length costs one, and the smallest number
 * of a row never shrinks in the next: two ways to stop early, and among the
 * symbols of a kernel nearly all words are stopped.
 *
 * In: names, one by one  Out: a piece of a message
 * Next: elf/glob.h
 */
#include <stdio.h>
#include <string.h>

#include "elf/nearest.h"

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

/* One more letter of a: row[j] becomes the distance between a, up to that letter, and b[0..j). Returns the smallest. */
static unsigned next_row(unsigned *row, char letter, const char *b, size_t len)
{
	unsigned diagonal = row[0], best = ++row[0];

	for (size_t j = 1; j <= len; j++) {
		unsigned above = row[j];

		row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (letter != b[j - 1]));
		diagonal = above;
		if (row[j] < best)
			best = row[j];
	}
	return best;
}

/* The distance, or any number that is at least limit. b is shorter than NEAREST_LENGTH. */
static unsigned distance(const char *a, const char *b, unsigned limit)
{
	size_t la = strlen(a), lb = strlen(b);
	unsigned row[NEAREST_LENGTH];

	if ((la > lb ? la - lb : lb - la) >= limit)
		return limit;
	for (unsigned j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 0; i < la; i++)
		if (next_row(row, a[i], b, lb) >= limit)
			return limit;
	return row[lb];
}

void nearest_start(struct nearest *n, const char *want)
{
	n->count = 0;
	snprintf(n->want, sizeof(n->want), "%s", want);
}

/* A distance that is too far to be of use: half of the letters are wrong, or three names are nearer. */
static unsigned too_far(const struct nearest *n)
{
	if (n->count == NEAREST_NAMES)
		return n->best[NEAREST_NAMES - 1].distance;
	return (unsigned)(strlen(n->want) + 1) / 2 + 1;
}

void nearest_see(struct nearest *n, const char *name)
{
	unsigned limit = too_far(n), i, far;

	if (strlen(name) >= NEAREST_LENGTH)
		return;
	far = distance(n->want, name, limit);
	if (far >= limit)
		return;
	for (i = 0; i < n->count; i++)
		if (strcmp(n->best[i].name, name) == 0)
			return;
	if (n->count < NEAREST_NAMES)
		n->count++;
	for (i = n->count - 1; i > 0 && n->best[i - 1].distance > far; i--)
		n->best[i] = n->best[i - 1];
	n->best[i].distance = far;
	snprintf(n->best[i].name, sizeof(n->best[i].name), "%s", name);
}

const char *nearest_text(const struct nearest *n, char *out, size_t size)
{
	size_t used = 0;

	out[0] = 0;
	for (unsigned i = 0; i < n->count && used < size; i++) {
		int len = snprintf(out + used, size - used, "%s%s", i ? ", " : "; the nearest: ", n->best[i].name);

		used += len > 0 ? (size_t)len : 0;
	}
	return out;
}
