// SPDX-License-Identifier: GPL-2.0
#include "store.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = STORE_CHUNK * 40 };	/* a usual chunk's first room */

/* Message i is the bytes from end[i - 1] (0 for the first) to end[i]. */
struct store_chunk {
	uint32_t count;
	uint32_t room;			/* bytes */
	uint8_t *bytes;
	uint32_t end[STORE_CHUNK];
};

void store_init(struct store *s)
{
	*s = (struct store){ .next = 1 };
}

static void chunk_drop(struct store *s, uint64_t index)
{
	struct store_chunk *c = s->chunk[index];

	s->bytes -= sizeof(*c) + c->room;
	free(c->bytes);
	free(c);
	s->chunk[index] = NULL;
}

void store_free(struct store *s)
{
	uint64_t i;

	for (i = s->first; i < s->chunks; i++)
		chunk_drop(s, i);
	free(s->chunk);
	store_init(s);
}

static int chunk_new(struct store *s)
{
	struct store_chunk **grown, *c;
	uint64_t room;

	if (s->chunks == s->room) {
		room = s->room ? 2 * s->room : 64;
		grown = realloc(s->chunk, room * sizeof(struct store_chunk *));
		if (!grown)
			return -ENOMEM;
		s->chunk = grown;
		s->room = room;
	}
	c = malloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	*c = (struct store_chunk){ .room = 0 };
	s->bytes += sizeof(*c);
	s->chunk[s->chunks++] = c;
	return 0;
}

/* A chunk holds 4,096 * 65,535 bytes at most: 32 bits count them. */
static int chunk_grow(struct store *s, struct store_chunk *c, uint32_t need)
{
	uint32_t room = c->room ? c->room : CHUNK_BYTES;
	uint8_t *grown;

	while (room < need)
		room *= 2;
	if (room == c->room)
		return 0;
	grown = realloc(c->bytes, room);
	if (!grown)
		return -ENOMEM;
	s->bytes += room - c->room;
	c->bytes = grown;
	c->room = room;
	return 0;
}

int store_add(struct store *s, const void *message, uint32_t len)
{
	struct store_chunk *c;
	uint32_t used;
	int err;

	if ((s->next - 1) / STORE_CHUNK == s->chunks) {
		err = chunk_new(s);
		if (err)
			return err;
	}
	c = s->chunk[s->chunks - 1];
	used = c->count ? c->end[c->count - 1] : 0;
	err = chunk_grow(s, c, used + len);
	if (err)
		return err;
	memcpy(c->bytes + used, message, len);
	c->end[c->count++] = used + len;
	s->next++;
	return 0;
}

const uint8_t *store_get(const struct store *s, uint64_t seq, uint32_t *len)
{
	uint64_t index = (seq - 1) / STORE_CHUNK;
	uint32_t at = (seq - 1) % STORE_CHUNK, start;
	const struct store_chunk *c;

	if (!seq || seq >= s->next || index < s->first)
		return NULL;
	c = s->chunk[index];
	start = at ? c->end[at - 1] : 0;
	*len = c->end[at] - start;
	return c->bytes + start;
}

void store_drop(struct store *s, uint64_t seq)
{
	while (s->first < s->chunks &&
	       (s->first + 1) * STORE_CHUNK < seq)
		chunk_drop(s, s->first++);
}
